"""On a server, closed requests lie on shelves by year; a file stays as it is."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Nothing."""
