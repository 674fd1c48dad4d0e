"""The city's own targets, hours and days off, each version of them."""

from alembic import op

from services.clocks import utcnow
from services.store import dues

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the table; nothing is promised in it yet, but from now on what is on hold is not due meanwhile."""
    op.execute(
        """
    CREATE TABLE sla (
        id INTEGER NOT NULL,
        at INTEGER NOT NULL,
        actor TEXT DEFAULT '' NOT NULL,
        calendar JSON NOT NULL,
        targets JSON NOT NULL,
        PRIMARY KEY (id)
    )
    """
    )
    dues.stop(op.get_bind(), utcnow())
