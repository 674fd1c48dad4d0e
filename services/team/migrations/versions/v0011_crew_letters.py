"""A crew's day can be sent to it by e-mail."""

from alembic import op

revision = "0011"
down_revision = "0010"
DESK_FROM = "0009"
"""The table is in nobody's way: an older desk sends no letters."""


def upgrade() -> None:
    """Make the table."""
    op.execute(
        """
        CREATE TABLE crew_letter (
            id BIGSERIAL NOT NULL,
            crew_id INTEGER NOT NULL,
            day TEXT NOT NULL,
            actor TEXT DEFAULT '' NOT NULL,
            state TEXT NOT NULL,
            attempts INTEGER DEFAULT 0 NOT NULL,
            next_try_at BIGINT NOT NULL,
            problem TEXT DEFAULT '' NOT NULL,
            asked_at BIGINT NOT NULL,
            sent_at BIGINT,
            PRIMARY KEY (id),
            FOREIGN KEY(crew_id) REFERENCES crew (id)
        )
        """
    )
    op.execute("CREATE INDEX crew_letter_queued ON crew_letter (next_try_at) WHERE state = 'queued'")
    op.execute("CREATE INDEX crew_letter_day ON crew_letter (day)")
    op.execute(
        "CREATE TRIGGER crew_letter_heard AFTER INSERT OR UPDATE OR DELETE ON crew_letter"
        " FOR EACH STATEMENT EXECUTE FUNCTION heard()"
    )
