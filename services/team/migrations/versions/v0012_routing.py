"""Routing rules, each version of them."""

from alembic import op

revision = "0012"
down_revision = "0011"
DESK_FROM = "0009"
"""The table is in nobody's way: whoever pulls goes by it, and an older desk edits none."""


def upgrade() -> None:
    """Add the table; no rule is there yet."""
    op.execute(
        "CREATE TABLE routing (id bigserial PRIMARY KEY, at bigint NOT NULL, actor text NOT NULL DEFAULT '',"
        " rules json NOT NULL)"
    )
