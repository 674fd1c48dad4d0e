"""A resident's report: what was sent is checked against the service, and becomes a request of the store."""

from __future__ import annotations

import re
import uuid
from typing import Any
from urllib.parse import urlsplit

import msgspec
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import Connection, Row, func, insert, select, update

from services import sqlite
from services.domain.sla import due_at
from services.domain.status import Channel, Status
from services.errors import Invalid, NotFound
from services.gateway import catalogue
from services.gateway.fields import Fields
from services.gateway.tables import REQUESTS, GatewayStore
from services.gateway.updates import next_moment

FIRST_NUMBER = 100_000
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_NUMERIC = re.compile(r"[+-]?\d+(\.\d+)?")


def create(store: GatewayStore, fields: Fields, *, trusted: bool) -> dict[str, str | None]:
    """Take a report; returns its id or, for a batch service, its token. Raises Invalid or NotFound.

    A `trusted` desk's report that carries a reference is taken once: sent again, it answers the same.
    """
    code = fields.needed("service_code")
    with sqlite.writing(store.engine) as connection:
        service = catalogue.find(connection, code)
        if service is None:
            raise NotFound(f"There is no service “{code}”.")
        row = _row(fields, service, trusted=trusted)
        number, token = (_known(connection, fields) if trusted else None) or _insert(connection, store, row, service)
    answer = {"token": token} if service.kind == "batch" else {"service_request_id": number}
    return {**answer, "service_notice": "", "account_id": fields.text("account_id") or None}


def _known(connection: Connection, fields: Fields) -> tuple[str, str] | None:
    """Id and token of the report that came under this reference before."""
    if not (reference := fields.attributes().get("reference", ("",))[0]):
        return None
    same = func.json_extract(REQUESTS.c.attributes, "$.reference[0]") == reference
    found = connection.execute(select(REQUESTS.c.id, REQUESTS.c.token).where(same)).first()
    return (found.id, found.token) if found else None


def _insert(connection: Connection, store: GatewayStore, row: dict[str, object], service: Row[Any]) -> tuple[str, str]:
    now = next_moment(connection, store.clock())
    row.update(id=row["token"], requested_at=now, updated_at=now, expected_at=due_at(now, None, service.sla_hours))
    seq = connection.execute(insert(REQUESTS).returning(REQUESTS.c.seq), row).scalar_one()
    number = str(FIRST_NUMBER + seq)
    connection.execute(update(REQUESTS).where(REQUESTS.c.id == row["token"]).values(id=number))
    return number, str(row["token"])


def _row(fields: Fields, service: Row[Any], *, trusted: bool) -> dict[str, object]:
    answers = fields.attributes()
    if not trusted:
        answers.pop("reference", None)  # or anybody could take a desk's next report by guessing its reference
    channel = answers.pop("channel", ("",))[0]
    _check_answers(answers, catalogue.questions(service))
    return {
        "token": uuid.uuid4().hex,
        "service_code": service.code,
        "service_name": service.name,
        "status": Status.NEW,
        "description": fields.text("description", 4000),
        **_place(fields),
        "media_url": _web_address(fields.text("media_url", 2000)),
        "channel": _channel(channel, fields.text("device_id", 500)),
        "language": _language(fields.text("language")),
        "first_name": fields.text("first_name"),
        "last_name": fields.text("last_name"),
        "email": _email(fields.text("email", 320)),
        "phone": fields.text("phone", 50),
        "attributes": msgspec.json.encode(answers).decode(),
    }


def _place(fields: Fields) -> dict[str, object]:
    lat, lon = fields.number("lat", -90, 90), fields.number("long", -180, 180)
    if (lat is None) != (lon is None):
        raise Invalid("lat and long go together.", "Send both, or an address_string.")
    if lat == 0 and lon == 0:
        lat = lon = None
    address, address_id = fields.text("address_string", 500), fields.text("address_id")
    if lat is None and not address and not address_id:
        raise Invalid("The place is missing.", "Send lat and long, an address_string or an address_id.")
    return {"lat": lat, "lon": lon, "address": address, "address_id": address_id, "zipcode": fields.text("zipcode", 20)}


def _channel(said: str, device_id: str) -> Channel:
    if said in list(Channel):
        return Channel(said)
    return Channel.APP if device_id else Channel.WEB


def _language(tag: str) -> str:
    if tag and not _LANGUAGE.fullmatch(tag):
        raise Invalid("language is not a language tag.", "Write it like en, es or vi.")
    return tag


def _email(address: str) -> str:
    if not address:
        return ""
    try:
        plain = validate_email(address, check_deliverability=False).ascii_email
    except EmailNotValidError as error:
        raise Invalid(f"email is not an address: {error}") from error
    if plain is None:
        raise Invalid("email has letters before the @ that not every server takes.", "Send a plain address.")
    return plain


def _web_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        good = not url or (parts.scheme in {"http", "https"} and bool(parts.hostname))
    except ValueError:
        good = False
    if not good:
        raise Invalid("media_url is not a web address.", "It begins with https://.")
    return url


def _check_answers(answers: dict[str, tuple[str, ...]], questions: tuple[catalogue.Question, ...]) -> None:
    for question in questions:
        given = tuple(filter(None, answers.get(question.code, ())))
        if question.variable and question.required and not given:
            raise Invalid(f"attribute[{question.code}] is missing: {question.description}")
        if question.datatype in catalogue.LISTS:
            keys = {choice.key for choice in question.values}
            if wrong := [value for value in given if value not in keys]:
                raise Invalid(
                    f"attribute[{question.code}] cannot be “{wrong[0]}”.", f"One of: {', '.join(sorted(keys))}."
                )
        if question.datatype == "number" and any(not _NUMERIC.fullmatch(value) for value in given):
            raise Invalid(f"attribute[{question.code}] is not a number.")
        if question.datatype == "singlevaluelist" and len(given) > 1:
            raise Invalid(f"attribute[{question.code}] takes one answer.")
        if question.datatype == "datetime":
            for value in given:
                Fields({question.code: (value,)}).moment(question.code)
