"""Tests of the call pane."""
