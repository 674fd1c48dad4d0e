"""A request says which member of staff has claimed it."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column; nobody has claimed anything."""
    op.execute("ALTER TABLE request ADD COLUMN claimed_by TEXT DEFAULT '' NOT NULL")
