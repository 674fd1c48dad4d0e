"""Reads the services a server takes, and the further questions of each."""

from __future__ import annotations

from services.domain.values import Attribute, AttributeValue, Service
from services.upstream.open311.records import wire
from services.upstream.open311.text import flag, number, plain, word
from services.upstream.open311.wire import WireAttribute, WireService

_DATATYPES = {"string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"}


def read_services(raws: list[object], upstream: str) -> list[Service]:
    """The services, one for each code; a record without a code cannot be asked for and is left out."""
    found: dict[str, Service] = {}
    for raw in raws:
        try:
            item = wire(raw, WireService)
        except ValueError:
            continue
        code = word(item.service_code)
        if code:
            found.setdefault(code, _service(item, code, upstream))
    return list(found.values())


def _service(item: WireService, code: str, upstream: str) -> Service:
    return Service(
        code=code,
        name=plain(item.service_name) or code,
        upstream=upstream,
        group=plain(item.group) or plain(item.groups),
        description=plain(item.description),
        keywords=tuple(k.strip() for k in plain(item.keywords).split(",") if k.strip()),
        has_definition=flag(item.metadata),
    )


def read_definition(raws: list[object]) -> tuple[Attribute, ...]:
    """The questions in order, from an answer with or without its wrappers."""
    raw = raws[0] if raws else None
    if not isinstance(raw, dict):
        return ()
    questions: list[object] = []
    for part in raws if "code" in raw else [raw.get("attributes"), raw.get("attribute")]:
        questions.extend(_items(part, "attribute", marker="code"))
    read = [a for q in questions if (a := _attribute(q))]
    return tuple(sorted(read, key=lambda a: a.order))


def _items(part: object, name: str, *, marker: str) -> list[object]:
    """The items of a container: a list, one item alone, or a dict that holds them under `name` or by key."""
    if isinstance(part, list):
        return part
    if not isinstance(part, dict):
        return []
    if name in part:
        inner = part[name]
        return inner if isinstance(inner, list) else [inner]
    if marker in part:
        return [part]
    return [v if isinstance(v, dict) else {"key": k, "name": v} for k, v in part.items()]


def _attribute(raw: object) -> Attribute | None:
    try:
        item = wire(raw, WireAttribute)
    except ValueError:
        return None
    code, datatype = word(item.code), word(item.datatype).lower()
    if not code:
        return None
    values = (_value(v) for v in _items(item.values, "value", marker="key"))
    return Attribute(
        code=code,
        datatype=datatype if datatype in _DATATYPES else "string",
        description=plain(item.description),
        datatype_description=plain(item.datatype_description),
        variable=flag(item.variable, default=True),
        required=flag(item.required),
        order=int(number(item.order) or 0),
        values=tuple(v for v in values if v.key),
    )


def _value(raw: object) -> AttributeValue:
    if not isinstance(raw, dict):
        return AttributeValue(word(raw), plain(raw))
    inner = raw.get("value")
    if isinstance(inner, dict):
        raw = inner
    key = word(raw.get("key"))
    return AttributeValue(key or word(raw.get("name")), plain(raw.get("name")) or key)
