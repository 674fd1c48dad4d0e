"""A crew has areas, shifts, an e-mail address, a base, and a place where it is."""

from alembic import op

revision = "0007"
down_revision = "0006"
DESK_FROM = "0006"
"""The columns are in nobody's way: an older desk neither reads nor writes them."""


def upgrade() -> None:
    """Add the columns; the crews there are work anywhere and always."""
    op.execute("ALTER TABLE crew ADD COLUMN areas json NOT NULL DEFAULT '[]'")
    op.execute("ALTER TABLE crew ADD COLUMN shifts json NOT NULL DEFAULT '{}'")
    op.execute("ALTER TABLE crew ADD COLUMN email text NOT NULL DEFAULT ''")
    for name in ("base_lat", "base_lon", "lat", "lon"):
        op.execute(f"ALTER TABLE crew ADD COLUMN {name} double precision")
    op.execute("ALTER TABLE crew ADD COLUMN place_at bigint")
