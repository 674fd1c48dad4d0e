"""How long the figure of an alert has been low: whoever watches next goes on from there."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the columns; of what lasts, nothing is known yet."""
    op.execute("ALTER TABLE alert ADD COLUMN low_ms INTEGER DEFAULT 0 NOT NULL")
    op.execute("ALTER TABLE alert ADD COLUMN rested BOOLEAN DEFAULT 0 NOT NULL")
