"""What the functions in a team's database have in common: where they look for names, and how they refuse."""

from __future__ import annotations

from services.store.server import SCHEMA

PATH = f"SET search_path = pg_catalog, {SCHEMA}, pg_temp"
"""What somebody made for their own connection is found last, even where a server lets them make it."""
DENIED = "USING ERRCODE = 'insufficient_privilege'"
