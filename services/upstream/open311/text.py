"""Turns text from outside into plain text: no tags, no entities, no control characters, no end."""

from __future__ import annotations

import html
import math
import re

_HIDDEN = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<(?:br|/p|/div|/li)\b[^<>]*>", re.IGNORECASE)
_NAMES = (
    "a|abbr|b|big|blockquote|body|br|center|code|dd|div|dl|dt|em|font|form|h[1-6]|head|hr|html|i|iframe|img|input|ins"
    "|del|label|li|link|mark|meta|object|ol|p|pre|q|s|small|span|strike|strong|style|sub|sup|svg|table|tbody|td|th"
    "|thead|tr|tt|u|ul|script"
)
_TAG = re.compile(rf"</?(?:{_NAMES})(?:[\s/][^<>]*)?>", re.IGNORECASE)
"""Only html's own elements: “<leaf>” and “a < b” are what somebody wrote."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_ENTITY = re.compile(r"&[^ ]")
"""“Elm St & Main St” holds none."""
_LONGEST = 20_000

Loose = str | int | float | bool | None | list[object] | dict[str, object]


def word(value: object) -> str:
    """Any scalar as a string: ids keep their leading zeros, 7.0 is "7", true is "true", "null" and None are ""."""
    if value is None:
        return ""
    if isinstance(value, str) and value.isprintable():
        text = value.strip()
        return "" if text == "null" else text
    match value:
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case str() | int() | float():
            text = _CONTROL.sub("", str(value)).strip()
            return "" if text == "null" else text
        case dict():
            return next((word(v) for v in value.values() if isinstance(v, str | int | float)), "")
        case list():
            return ", ".join(filter(None, (word(v) for v in value)))
        case _:
            return ""


def plain(value: object) -> str:
    """Text as a person may read it: html taken out once, entities decoded once, at most 20,000 characters."""
    if value is None:
        return ""
    if isinstance(value, str) and _is_plain(value):
        text = value.strip()
        return "" if text == "null" else text
    text = word(value).replace("\r\n", "\n").replace("\r", "\n")
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub("\n", _HIDDEN.sub("", text)))
    text = _CONTROL.sub("", html.unescape(text)).strip()
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _is_plain(text: str) -> bool:
    if "<" in text or len(text) > _LONGEST or not text.isprintable():
        return False
    return "&" not in text or _ENTITY.search(text) is None


def number(value: object) -> float | None:
    """A finite number, also out of a string; None for anything else (NaN and infinity too)."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def flag(value: object, default: bool = False) -> bool:
    """true, "true", "True", 1 and "yes" alike."""
    text = word(value).lower()
    return text in {"true", "1", "yes", "y"} if text else default
