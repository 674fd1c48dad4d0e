"""Routing rules, each version of them."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the table; no rule is there yet."""
    op.execute(
        """
        CREATE TABLE routing (
            id INTEGER NOT NULL,
            at INTEGER NOT NULL,
            actor TEXT DEFAULT '' NOT NULL,
            rules JSON NOT NULL,
            PRIMARY KEY (id)
        )
        """
    )
