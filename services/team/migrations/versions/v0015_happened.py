"""When messages failed and requests were opened again is found without reading the whole history."""

revision = "0015"
down_revision = "0014"
DESK_FROM = "0009"
"""Indexes are in nobody's way."""


INDEXES = {
    "event_failed": "event (request_id) WHERE kind IN ('refused', 'unknown')",
    "event_reopened": "event (request_id) WHERE (data ->> 'from') = 'closed'",
}


def upgrade() -> None:
    """Nothing: the indexes are made afterwards, while everybody writes."""
