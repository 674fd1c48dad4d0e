"""Turns a reference to a secret (env:NAME, keyring:NAME) into the secret; a literal key in the config is refused."""

from __future__ import annotations

import os
import re

from services.errors import Invalid

REFERENCE = re.compile(r"(env|keyring):\S.*")
SECRETS = frozenset({"password", "sslpassword"})
"""What stands in no address of a server."""
KEYRING_SERVICE = "connect-console"


def resolve(reference: str) -> str:
    """The secret behind a reference; "" for "". Raises Invalid, never saying what was written in the config."""
    if not reference:
        return ""
    kind, _, name = reference.partition(":")
    if not name or kind not in {"env", "keyring"}:
        raise Invalid(
            "A key is written out in the configuration.",
            "Put it into an environment variable and write “env:NAME”, or into the keyring and write “keyring:NAME”.",
        )
    secret = os.environ.get(name, "") if kind == "env" else _from_keyring(name)
    if not secret:
        raise Invalid(f"There is no secret “{name}” ({kind}).", _REMEDIES[kind].format(name=name))
    return secret


_REMEDIES = {
    "env": "Set the environment variable “{name}” before the start.",
    "keyring": f"Store it with: keyring set {KEYRING_SERVICE} {{name}}",
}


def _from_keyring(name: str) -> str:
    """Imported late: it takes 80 ms, and few keep their key there."""
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(KEYRING_SERVICE, name) or ""
    except KeyringError as problem:
        why = str(problem).rstrip(".")
        raise Invalid(f"The system's keyring cannot be read: {why}.", "Use “env:NAME” instead.") from problem
