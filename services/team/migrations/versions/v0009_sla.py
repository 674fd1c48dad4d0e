"""The city's own targets, hours and days off, each version of them."""

from alembic import op

from services.clocks import utcnow
from services.store import dues

revision = "0009"
down_revision = "0008"
DESK_FROM = "0009"
"""A desk that does not know them would reckon when a call is due by the upstream's hours, and be refused."""


def upgrade() -> None:
    """Add the table; nothing is promised in it yet, but from now on what is on hold is not due meanwhile."""
    op.execute(
        "CREATE TABLE sla (id bigserial PRIMARY KEY, at bigint NOT NULL, actor text NOT NULL DEFAULT '',"
        " calendar json NOT NULL, targets json NOT NULL)"
    )
    op.execute(
        "CREATE TRIGGER sla_heard AFTER INSERT OR UPDATE OR DELETE ON sla FOR EACH STATEMENT EXECUTE FUNCTION heard()"
    )
    dues.stop(op.get_bind(), utcnow())
