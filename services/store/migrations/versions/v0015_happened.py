"""When messages failed and requests were opened again is found without reading the whole history."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the indexes."""
    op.execute("CREATE INDEX event_failed ON event (request_id) WHERE kind IN ('refused', 'unknown')")
    op.execute("CREATE INDEX event_reopened ON event (request_id) WHERE json_extract(data, '$.from') = 'closed'")
