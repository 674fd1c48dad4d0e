"""The list of services a gateway takes: read from a JSON file, checked, kept, and shown."""

from __future__ import annotations

from importlib.resources import files
from typing import Annotated, Any, Literal

import msgspec
from sqlalchemy import Connection, Row, delete, insert, select

from services import sqlite
from services.errors import Invalid
from services.gateway.tables import SERVICES, GatewayStore

Code = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=r"^[^/\x00-\x1f]+$")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
LISTS = frozenset({"singlevaluelist", "multivaluelist"})


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer of a list question."""

    key: Name
    name: Name


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question of a service, or (variable false) a text to show."""

    code: Code
    description: str
    datatype: Literal["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"] = "string"
    datatype_description: str = ""
    variable: bool = True
    required: bool = False
    values: tuple[Choice, ...] = ()


class CityService(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One service of the list. `type` realtime answers a report with its id, batch with a token."""

    service_code: Code
    service_name: Name
    description: str = ""
    group: str = ""
    keywords: tuple[str, ...] = ()
    type: Literal["realtime", "batch"] = "realtime"
    sla_hours: Annotated[float, msgspec.Meta(gt=0, le=100_000)] | None = None
    attributes: tuple[Question, ...] = ()


def parse(text: bytes) -> list[CityService]:
    """Read a list of services from JSON. Raises Invalid with the place of the first mistake."""
    try:
        services = msgspec.json.decode(text, type=list[CityService])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Invalid(f"The list of services cannot be read: {error}.") from error
    if not services:
        raise Invalid("The list of services is empty.", "Name at least one service.")
    codes = [s.service_code for s in services]
    if twice := sorted({c for c in codes if codes.count(c) > 1}):
        raise Invalid(f"The service code “{twice[0]}” is there twice.", "Give each service its own code.")
    for service in services:
        for question in service.attributes:
            if (question.datatype in LISTS) != bool(question.values):
                raise Invalid(
                    f"“{service.service_code}”, question “{question.code}”: a list needs values, others none."
                )
    return services


def shipped() -> list[CityService]:
    """The list of common city services that an empty gateway starts with."""
    return parse((files("resources") / "gateway" / "services.json").read_bytes())


def replace(store: GatewayStore, services: list[CityService]) -> None:
    """Take this list instead of the one there was; reports keep the names they were made under."""
    with sqlite.writing(store.engine) as connection:
        connection.execute(delete(SERVICES))
        connection.execute(insert(SERVICES), [_row(s) for s in services])


def start(store: GatewayStore) -> None:
    """Give an empty gateway the shipped list."""
    with sqlite.reading(store.engine) as connection:
        empty = connection.execute(select(SERVICES.c.code).limit(1)).first() is None
    if empty:
        replace(store, shipped())


def listing(connection: Connection) -> list[Row[Any]]:
    """All services, in their order."""
    return list(connection.execute(select(SERVICES).order_by(SERVICES.c.position)))


def find(connection: Connection, code: str) -> Row[Any] | None:
    """The service with this code, or None."""
    return connection.execute(select(SERVICES).where(SERVICES.c.code == code)).first()


def questions(row: Row[Any]) -> tuple[Question, ...]:
    """The questions of a service, in order."""
    return msgspec.json.decode(row.attributes, type=tuple[Question, ...])


def _row(service: CityService) -> dict[str, object]:
    return {
        "code": service.service_code,
        "name": service.service_name,
        "group_name": service.group,
        "description": service.description,
        "keywords": ",".join(k.replace(",", " ").strip() for k in service.keywords),
        "kind": service.type,
        "sla_hours": service.sla_hours,
        "attributes": msgspec.json.encode(service.attributes).decode(),
    }
