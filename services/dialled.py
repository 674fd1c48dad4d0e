"""A telephone number as a telephone system, a web page or a person hands it over, made one to look up."""

from __future__ import annotations

import re
from urllib.parse import unquote

from services.contact import phone
from services.errors import Invalid

LONGEST = 128
"""Characters; phone systems add parameters, but no number is nearly so long."""
_SCHEME = re.compile(r"\s*(tel|callto):(//)?", re.IGNORECASE)
_KEPT = ("ext=", "phone-context=")
"""Parameters of a `tel:` address (RFC 3966) that belong to the number."""


def number(text: str, region: str) -> str:
    """The number as +CODE NUMBER, with its extension. `region` (US) says how one without + is meant. Raises Invalid.

    Takes plain numbers, `tel:` (RFC 3966) and `callto:` addresses, percent-encoded or not.
    """
    if len(text) > LONGEST:
        raise Invalid("That is too long for a telephone number.", "Hand over the number alone, e.g. 228 868 5700.")
    plain = unquote(_SCHEME.sub("", text, count=1)).rstrip("/")
    first, *parameters = plain.partition("?")[0].split(";")
    if not first.strip():
        raise Invalid("No telephone number was handed over.", "Write it with its area code, e.g. 228 868 5700.")
    kept = [one for one in parameters if one.lower().startswith(_KEPT)]
    return phone(";".join(["tel:" + first if kept else first, *kept]), region)
