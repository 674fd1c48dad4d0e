"""How long the figure of an alert has been low: whoever watches next goes on from there."""

from alembic import op

revision = "0013"
down_revision = "0012"
DESK_FROM = "0009"
"""The columns are in nobody's way: one process of this version watches for all."""


def upgrade() -> None:
    """Add the columns; of what lasts, nothing is known yet."""
    op.execute("ALTER TABLE alert ADD COLUMN low_ms bigint NOT NULL DEFAULT 0")
    op.execute("ALTER TABLE alert ADD COLUMN rested boolean NOT NULL DEFAULT false")
