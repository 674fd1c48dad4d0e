"""A server's store keeps no look-up of who asked never to be called; a file never had one."""

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Nothing."""
