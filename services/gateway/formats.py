"""Answers in GeoReport's two formats: JSON as it is, and XML from the same values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as Xml

import msgspec
from starlette.responses import Response

from services.errors import Bug

Value = str | int | float | bool | None | Mapping[str, "Value"] | Sequence["Value"]

_ITEMS = {
    "service_requests": "request",
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
    "service_request_updates": "request_update",
    "reach": "way",
}
"""What one item of each list is called in XML."""
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
FORMATS = ("json", "xml")


def answer(form: str, root: str, value: Value, status: int = 200) -> Response:
    """The HTTP answer; `root` names the outermost XML element, which JSON leaves out."""
    if form == "xml":
        return Response(to_xml(root, value), status, _HEADERS, "text/xml; charset=utf-8")
    return Response(msgspec.json.encode(value), status, _HEADERS, "application/json")


def to_xml(root: str, value: Value) -> bytes:
    """The value as an XML document; characters that XML cannot hold become U+FFFD."""
    body = Xml.tostring(_element(root, value), encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}'.encode()


def clean(text: str) -> str:
    """Text that XML can hold."""
    return _FORBIDDEN.sub("\ufffd", text)


def _element(name: str, value: Value) -> Xml.Element:
    element = Xml.Element(name)
    if isinstance(value, Mapping):
        element.extend([_element(key, inner) for key, inner in value.items()])
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif isinstance(value, str | int | float):
        element.text = clean(str(value))
    elif value is not None:
        if name not in _ITEMS:
            raise Bug(f"no XML name for the items of {name}")
        element.extend([_element(_ITEMS[name], inner) for inner in value])
    return element
