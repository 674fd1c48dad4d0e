"""Reads XML answers into plain lists and dicts: no DTD, no entities, no deep nests, any element names."""

from __future__ import annotations

import html
import io
import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

_MOST_DEPTH = 40
_CONTAINERS = {
    "service_requests", "requests", "request", "service_request", "services", "service", "errors",
    "service_request_updates", "request_update", "updates", "attributes", "values",
}  # fmt: skip
_NAMED = re.compile(r"&(?!amp;|lt;|gt;|quot;|apos;)([a-zA-Z]\w*);")
_BARE = re.compile(r"&(?!#?\w+;)")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def parse(body: bytes, charset: str) -> tuple[str, object]:
    """The root's name and its content, namespaces left off. Raises ValueError with the reason.

    What expat refuses is tried once more as text, decoded by the header's charset (else UTF-8, else Windows-1252),
    without the characters that XML forbids and with the entities that only html knows.
    """
    try:
        root = _tree(body)
    except ParseError as first:
        try:
            root = _tree(_mended(body, charset).encode())
        except ParseError:
            raise ValueError(f"it is not well-formed XML ({first})") from None
    return _name(root), to_object(root)


def _tree(body: bytes) -> Element:
    depth = 0
    root: Element | None = None
    try:
        for event, element in iterparse(io.BytesIO(body), events=("start", "end"), forbid_dtd=True):
            depth += 1 if event == "start" else -1
            root = element if root is None else root
            if depth > _MOST_DEPTH:
                raise ValueError("its elements are nested too deeply")
    except DefusedXmlException as problem:
        raise ValueError("it brings its own document type, which is not allowed") from problem
    except LookupError as problem:
        raise ParseError(str(problem)) from problem
    if root is None:
        raise ParseError("no element found")
    return root


def _mended(body: bytes, charset: str) -> str:
    text = decode(body, charset)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    text = _NAMED.sub(
        lambda m: html.escape(html.unescape(m[0])) if html.unescape(m[0]) != m[0] else f"&amp;{m[1]};", text
    )
    return _FORBIDDEN.sub("", _BARE.sub("&amp;", text))


def decode(body: bytes, charset: str) -> str:
    """Bytes to text: byte order mark, then UTF-8, then what the header says, then Windows-1252. Never fails."""
    if body[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return body.decode("utf-16", "replace")
    for name in ("utf-8-sig", charset, "cp1252"):
        try:
            return body.decode(name) if name else body.decode("ascii")
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("cp1252", "replace")


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2].rpartition(":")[2]


def to_object(element: Element) -> object:
    """A leaf is its text or None; children of one name in a plural parent are a list; everything else is a dict."""
    children = list(element)
    if not children:
        return (element.text or "").strip() or None
    names = {_name(child) for child in children}
    parts = [to_object(child) for child in children]
    if len(names) == 1 and (len(parts) > 1 or _is_plural(_name(element), *names)):
        return [part for part in parts if part is not None or not names & _CONTAINERS]
    found: dict[str, object] = {}
    for child, part in zip(children, parts, strict=True):
        name = _name(child)
        known = found.get(name)
        if name not in found:
            found[name] = part
        elif isinstance(known, list):
            known.append(part)
        else:
            found[name] = [known, part]
    return found


def _is_plural(parent: str, child: str) -> bool:
    return (
        parent == child
        or parent.startswith(child)
        or parent.endswith(f"{child}s")
        or (parent in _CONTAINERS and child in _CONTAINERS)
    )
