"""A request that its caller needs sooner than its service allows says until when."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column; nothing that is there needs it."""
    op.execute("ALTER TABLE request ADD COLUMN needed_at INTEGER")
