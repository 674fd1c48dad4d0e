"""A crew has areas, shifts, an e-mail address, a base, and a place where it is."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the columns; the crews there are work anywhere and always."""
    op.execute("ALTER TABLE crew ADD COLUMN areas JSON DEFAULT '[]' NOT NULL")
    op.execute("ALTER TABLE crew ADD COLUMN shifts JSON DEFAULT '{}' NOT NULL")
    op.execute("ALTER TABLE crew ADD COLUMN email TEXT DEFAULT '' NOT NULL")
    for name in ("base_lat", "base_lon", "lat", "lon"):
        op.execute(f"ALTER TABLE crew ADD COLUMN {name} FLOAT")
    op.execute("ALTER TABLE crew ADD COLUMN place_at INTEGER")
