"""Takes an answer apart: JSON or XML by its look, wrapped or not, an error in any of its many shapes, or a web page."""

from __future__ import annotations

import json
import re

import msgspec

from services.errors import KeyRefused, Offline, Refused, Unreadable
from services.upstream.http import Answer
from services.upstream.open311 import xml
from services.upstream.open311.text import plain, word

_WRAPPERS = (
    "service_requests", "requests", "request", "service_request", "services", "service", "service_request_updates",
    "request_update", "request_updates", "updates", "service_definition", "service_definitions", "discovery",
)  # fmt: skip
_ERRORS = ("errors", "error")
_HTML = re.compile(rb"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_OF_KEY = re.compile(r"api.?key", re.IGNORECASE)
_OF_ACCESS = re.compile(r"\bkeys?\b|authenti|authori[sz]|credential|forbidden", re.IGNORECASE)
_CHARSET = re.compile(r"charset=\"?([\w.-]+)", re.IGNORECASE)


def content(answer: Answer, who: str) -> object:
    """The answer as plain lists, dicts and scalars. Raises Unreadable with the reason."""
    body = answer.body.lstrip()
    if not body:
        raise Unreadable(f"{who} answered with nothing at all.", "Ask those who run it.")
    if _HTML.match(body.removeprefix(b"\xef\xbb\xbf")):
        raise Unreadable(
            f"{who} answered with a web page instead of data.",
            "Check its url and jurisdiction_id in the configuration; the page may be a log-in or an error page.",
        )
    found = _CHARSET.search(answer.content_type)
    charset = found[1] if found else ""
    start = xml.decode(body[:8], charset).lstrip("\ufeff").lstrip()[:1]
    try:
        return _xml(body, charset) if start == "<" else _json(body, charset)
    except RecursionError:
        reason = "it is nested too deeply"
    except ValueError as problem:
        reason = str(problem)
    raise Unreadable(f"{who} sent an answer that cannot be read: {reason}.", "It is tried again; ask those who run it.")


def _xml(body: bytes, charset: str) -> object:
    name, found = xml.parse(body, charset)
    return {name: found} if name in _ERRORS else found


def _json(body: bytes, charset: str) -> object:
    """msgspec first; what it refuses (NaN, lone surrogates, control characters) goes through the patient reader."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    text = xml.decode(body, charset)
    callback = re.match(r"\s*[\w.$]+\s*\((.*)\)\s*;?\s*$", text, re.DOTALL)
    try:
        return json.loads(callback[1] if callback else text, strict=False, parse_constant=lambda _: None)
    except json.JSONDecodeError as problem:
        if problem.pos >= len(problem.doc.rstrip()) - 1 or "Unterminated" in problem.msg:
            raise ValueError("it ends in the middle") from None
        raise ValueError(f"it is neither JSON nor XML (at character {problem.pos + 1})") from None


def records(answer: Answer, who: str) -> list[object]:
    """The records of a list or of a single answer, still raw. Raises Unreadable, or Refused for an error in a 200."""
    found = unwrapped(content(answer, who))
    if isinstance(found, list):
        return found
    if isinstance(found, dict) and found:
        if said := _said(found):
            raise Refused(f"{who} answered: {said}", "Ask those who run it.", status=answer.status)
        return [found]
    if found in (None, "", {}):
        return []
    raise Unreadable(
        f"{who} answered with something that is no list of records.", "Check its url in the configuration."
    )


def unwrapped(found: object) -> object:
    """The list or record inside however many wrappers ({"service_requests": {"request": [...]}})."""
    for _ in range(4):
        if not isinstance(found, dict) or "service_request_id" in found or "service_code" in found:
            return found
        name = next((n for n in _WRAPPERS if n in found and isinstance(found[n], list | dict | None)), "")
        if not name:
            return found
        found = [] if found[name] is None else found[name]
    return found


def _said(found: object) -> str:
    """What an error object says, in any of its shapes; "" when it is none."""
    if isinstance(found, list):
        return "; ".join(filter(None, (_said(f) for f in found)))
    if isinstance(found, str):
        return plain(found)
    if not isinstance(found, dict) or found.keys() & {"service_request_id", "service_code", "update_id"}:
        return ""
    for name in _ERRORS:
        if name in found:
            return _said(found[name]) or "an error"
    if ({"code", "type"} & found.keys() and {"description", "detail", "message"} & found.keys()) or found.keys() <= {
        "detail",
        "message",
        "code",
    }:
        return next((plain(found[n]) for n in ("description", "detail", "message") if word(found.get(n))), "")
    return ""


def said(answer: Answer, who: str, key: str = "") -> str:
    """The upstream's own words about an error, short and without the key; "" when it said nothing readable."""
    try:
        text = _said(content(answer, who))
    except Unreadable:
        return ""
    text = " ".join(text.split())
    return (text.replace(key, "…") if key else text)[:200]


def check(answer: Answer, who: str, key: str = "", *, posted: bool = False) -> Answer:
    """The answer itself when it is a 2xx; else raises Offline (5xx, 429), KeyRefused or Refused with its own words.

    A 5xx to a post may have taken effect all the same; 429 and 503 have not.
    """
    if answer.ok:
        return answer
    words = said(answer, who, key)
    quoted = f": “{words}”" if words else ""
    if answer.status == 429 or answer.status >= 500:
        busy = answer.status in {429, 503}
        raise Offline(
            f"{who} {'is busy' if busy else 'failed'} (HTTP {answer.status}){quoted}.",
            "It is tried again; if that goes on, ask those who run it.",
            maybe_done=posted and not busy,
            retry_after=answer.retry_after,
        )
    if _of_key(answer.status, words):
        raise KeyRefused(
            f"{who} does not accept the key (HTTP {answer.status}){quoted}.",
            "Check api_key in the configuration, and with those who gave it out.",
            status=answer.status,
        )
    raise Refused(f"{who} said no (HTTP {answer.status}){quoted}.", _remedy(answer.status), status=answer.status)


def _of_key(status: int, words: str) -> bool:
    """True when it is the key that is not taken; a 403 that speaks of other things is about what was asked."""
    if status == 401 or _OF_KEY.search(words):
        return True
    return status == 403 and (not words or _OF_ACCESS.search(words) is not None)


def _remedy(status: int) -> str:
    if status in {404, 410}:
        return "Check its url and jurisdiction_id in the configuration."
    return "Change what was asked, or ask those who run it."
