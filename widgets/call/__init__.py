"""The pane in which a call is written down."""
