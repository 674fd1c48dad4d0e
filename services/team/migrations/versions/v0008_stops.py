"""A crew's day is a list of requests in an order."""

from alembic import op

revision = "0008"
down_revision = "0007"
DESK_FROM = "0008"
"""The table is in nobody's way; but a desk that knows no lists cannot read a history with one in it."""


def upgrade() -> None:
    """Make the table; nothing stands on a list."""
    op.execute(
        "CREATE TABLE stop (request_id bigint PRIMARY KEY REFERENCES request_identity (id),"
        " crew_id integer NOT NULL REFERENCES crew (id), day text NOT NULL DEFAULT '',"
        " position double precision NOT NULL)"
    )
    op.execute("CREATE INDEX stop_day ON stop (day, crew_id)")
