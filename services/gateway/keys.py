"""API keys: made once, kept as argon2 hashes, and checked without paying for the hash on every call."""

from __future__ import annotations

import hashlib
import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import delete, insert, select

from services import sqlite
from services.errors import Conflict, Forbidden, Invalid
from services.gateway.tables import KEYS, GatewayStore

_HASHER = PasswordHasher()


def new_key(store: GatewayStore, name: str, *, replace: bool = False) -> str:
    """Make the key of `name` and return it, this once. Raises Invalid.

    Where that name has a key: Conflict, unless `replace` says that the earlier one is to stop working at once.
    """
    if not name.strip():
        raise Invalid("A key needs a name.", "Name who will use it.")
    key_id, secret = secrets.token_hex(4), secrets.token_urlsafe(24)
    row = {"id": key_id, "name": name.strip(), "hash": _HASHER.hash(secret), "created_at": store.clock()}
    with sqlite.writing(store.engine) as connection:
        gone = connection.execute(delete(KEYS).where(KEYS.c.name == row["name"])).rowcount
        if gone and not replace:
            raise Conflict(
                f"“{row['name']}” has a key already; with a new one it would stop working at once.",
                "Choose another name, or add --replace when nobody is to use the old key any longer.",
            )
        connection.execute(insert(KEYS), row)
    return f"{key_id}.{secret}"


class KeyRing:
    """Checks keys against the store; what was once found right is remembered by its digest, never as itself."""

    def __init__(self, store: GatewayStore) -> None:
        self._store = store
        self._right: dict[str, bytes] = {}
        self._one_at_a_time = threading.Lock()

    def check(self, key: str) -> None:
        """Return when the key is right; raise Forbidden otherwise. A withdrawn key fails at once."""
        key_id, _, secret = key.partition(".")
        with sqlite.reading(self._store.engine) as connection:
            row = connection.execute(select(KEYS.c.hash).where(KEYS.c.id == key_id)).first()
        if row is None:
            raise _wrong()
        digest = hashlib.sha256(f"{row.hash} {secret}".encode()).digest()
        if secrets.compare_digest(self._right.get(key_id, b""), digest):
            return
        with self._one_at_a_time:
            try:
                _HASHER.verify(row.hash, secret)
            except VerifyMismatchError as error:
                raise _wrong() from error
        self._right[key_id] = digest


def _wrong() -> Forbidden:
    return Forbidden("The api_key is missing or wrong.", "A new one is printed by: connect-console gateway key NAME")
