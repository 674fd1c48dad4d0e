"""Where teams begin: `services.team.shape` makes it whole."""

revision = "0004"
down_revision = None
DESK_FROM = "0004"
"""The oldest desks that can work with it, by the revision they know. A step that only adds leaves this as it is."""


def upgrade() -> None:
    """Nothing: it is made, not reached."""
