"""A crew's day is a list of requests in an order."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the table; nothing stands on a list."""
    op.execute(
        """
        CREATE TABLE stop (
            request_id INTEGER NOT NULL,
            crew_id INTEGER NOT NULL,
            day TEXT DEFAULT '' NOT NULL,
            position FLOAT NOT NULL,
            PRIMARY KEY (request_id),
            FOREIGN KEY(request_id) REFERENCES request (id),
            FOREIGN KEY(crew_id) REFERENCES crew (id)
        )
        """
    )
    op.execute("CREATE INDEX stop_day ON stop (day, crew_id)")
