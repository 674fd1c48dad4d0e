"""What is queued says which state it tells; what was looked up of a caller is kept apart from what they said."""

from alembic import op

revision = "0006"
down_revision = "0005"
DESK_FROM = "0006"
"""A row that tells no state is refused from now on, and an older desk writes such."""


def upgrade() -> None:
    """Add the columns and an index; what is queued already leaves in the word that it has."""
    op.execute("ALTER TABLE outbox ADD COLUMN told_state text NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE caller ADD COLUMN silenced boolean NOT NULL DEFAULT false")
    op.execute("CREATE INDEX search_plain ON search USING gin (ts_filter(words, '{d}'))")
