"""What is queued for an upstream says which of our states it tells."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column; what is queued already leaves in the word that it has."""
    op.execute("ALTER TABLE outbox ADD COLUMN told_state TEXT DEFAULT '' NOT NULL")
