"""What is queued says which state it tells; a looked-up wish is kept apart; closed requests lie on shelves by year."""

from alembic import op

from services.team.guards import run_all
from services.team.shelves import MADE

revision = "0006"
down_revision = "0005"
DESK_FROM = "0006"
"""A row that tells no state is refused from now on, and an older desk writes such."""


def upgrade() -> None:
    """Add the columns and an index, and name what is there the first shelf.

    What is queued already leaves in the word that it has.
    """
    op.execute("ALTER TABLE outbox ADD COLUMN told_state text NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE caller ADD COLUMN silenced boolean NOT NULL DEFAULT false")
    op.execute("CREATE INDEX search_plain ON search USING gin (ts_filter(words, '{d}'))")
    run_all(op.get_bind(), MADE)
