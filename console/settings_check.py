"""What a config.toml must keep beside its types: nearest names for unknown keys, no literal secrets, sound values."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import msgspec.inspect

from services.domain.statusmap import STATUS_MAPS, Dialect, changed
from services.errors import Invalid
from services.secrets import REFERENCE, SECRETS

NAME = re.compile(r"[\w.-]+")
SECRET = REFERENCE
_SQLITE = "sqlite:///"
_ONLY_WHEN_CHOSEN = ".openstreetmap.org"
"""The usage policy of its Nominatim forbids search as one types."""


def unknown_keys(raw: Mapping[str, object], top: type[msgspec.Struct]) -> None:
    """Raise Invalid for the first key that `top` does not know, naming the nearest one that it does."""
    sections = dict(_sections(top))
    for name, value in raw.items():
        if name not in top.__struct_fields__:
            raise _unknown(name, top.__struct_fields__, "", sections)
        section = sections.get(name)
        tables = value if isinstance(value, list) else [value]
        for table in tables:
            if section is not None and isinstance(table, dict):
                _unknown_in(table, name, section, sections)


def _unknown_in(
    table: Mapping[str, object], name: str, section: type[msgspec.Struct], sections: Mapping[str, type[msgspec.Struct]]
) -> None:
    for key in table:
        if key not in section.__struct_fields__:
            raise _unknown(key, section.__struct_fields__, name, sections)


def _unknown(key: str, own: Sequence[str], section: str, sections: Mapping[str, type[msgspec.Struct]]) -> Invalid:
    where = f"[{section}] {key}" if section else key
    near = difflib.get_close_matches(key, own, 1, 0.6)
    if near:
        found = f"[{section}] {near[0]}" if section else near[0]
    else:
        every = {k: f"[{name}] {k}" for name, table in sections.items() for k in table.__struct_fields__}
        elsewhere = difflib.get_close_matches(key, every, 1, 0.6)
        nearest = difflib.get_close_matches(key, own, 1, 0.0)[0]
        found = every[elsewhere[0]] if elsewhere else f"[{section}] {nearest}" if section else nearest
    return Invalid(
        f"config.toml: there is no key “{where}”; the nearest is “{found}”.",
        "`connect-console config` prints them all.",
    )


def _sections(top: type[msgspec.Struct]) -> Iterator[tuple[str, type[msgspec.Struct]]]:
    for field in msgspec.structs.fields(top):
        inner = getattr(field.type, "__args__", (field.type,))[0]
        if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
            yield field.name, inner


_PATH = re.compile(r"`\$\.?([^`]*)`$")
_MISSING = re.compile(r"missing required field `(\w+)`")


def explained(problem: msgspec.ValidationError, raw: Mapping[str, object], top: type[msgspec.Struct]) -> Invalid:
    """msgspec's finding as a sentence that names table and key, and says what is allowed there."""
    found = _PATH.search(str(problem))
    section, _, rest = (found.group(1) if found else "").replace("[...]", "").partition(".")
    table, _, index = section.rstrip("]").partition("[")
    key = rest.partition("[")[0]
    missing = _MISSING.search(str(problem))
    said = f"it lacks the key “{missing.group(1)}”" if missing else f"it must be {_allowed(top, table, key)}"
    where = _row(table, index, raw) if index.isdigit() else f"[{table}]"
    return Invalid(
        f"config.toml, {f'{where} {key}'.rstrip()}: {said}.",
        "`connect-console config` prints every key with its bounds.",
    )


def _row(table: str, index: str, raw: Mapping[str, object]) -> str:
    rows = raw.get(table)
    row = rows[int(index)] if isinstance(rows, list) and int(index) < len(rows) else None
    name = row.get("name", "") if isinstance(row, dict) else ""
    return f"[[{table}]] “{name}”" if name and isinstance(name, str) else f"[[{table}]] number {int(index) + 1}"


def _allowed(top: type[msgspec.Struct], table: str, key: str) -> str:
    section = dict(_sections(top)).get(table)
    if section is None:
        return bounds(msgspec.inspect.DictType(msgspec.inspect.StrType(), msgspec.inspect.StrType()))
    if not key:
        row = next(f for f in msgspec.structs.fields(top) if f.name == table).type is not section
        return f"written as [[{table}]]" if row else f"written as [{table}], with its keys below"
    info = msgspec.inspect.type_info(section)
    fields = info.fields if isinstance(info, msgspec.inspect.StructType) else ()
    return next((bounds(field.type) for field in fields if field.name == key), "something else")


def bounds(kind: msgspec.inspect.Type) -> str:
    """What a key may hold, in words: "a whole number, 0 to 3600"."""
    while isinstance(kind, msgspec.inspect.Metadata):
        kind = kind.type
    if isinstance(kind, msgspec.inspect.LiteralType):
        return "one of " + ", ".join(f'"{value}"' for value in kind.values)
    if isinstance(kind, msgspec.inspect.IntType):
        return f"a whole number, {kind.ge} to {kind.le}"
    if isinstance(kind, msgspec.inspect.StrType) and kind.pattern:
        return "two capital letters"
    if isinstance(kind, msgspec.inspect.StrType):
        most = f" of at most {kind.max_length} letters" if kind.max_length else ""
        return f"a text{most}{', not empty' if kind.min_length else ''}"
    if isinstance(kind, msgspec.inspect.VarTupleType):
        return "a list, each " + bounds(kind.item_type)
    if isinstance(kind, msgspec.inspect.DictType) and isinstance(kind.key_type, msgspec.inspect.LiteralType):
        return f"a table of texts, each key {bounds(kind.key_type)}"
    return "a number" if isinstance(kind, msgspec.inspect.FloatType) else "a table of texts"


def secret(value: str, where: str, example: str) -> None:
    """Raise Invalid for anything but a reference to a secret; the value itself is never repeated."""
    if value and not SECRET.fullmatch(value):
        raise Invalid(
            f"config.toml, {where}: a secret is not written into this file.",
            f'Write "env:{example}" and set that environment variable, or "keyring:{example}" for the keyring.',
        )


def person(name: str, where: str) -> None:
    """Raise Invalid for a name that would not stand on one line of the history; "" is none and passes."""
    if not name.isprintable() or len(name) > 80 or (name and not name.strip()):
        raise Invalid(f"{where}: this is no name for the history.", "Write it on one line, at most 80 letters.")


def address(value: str, where: str, example: str = "https://host/open311/v2") -> None:
    """Raise Invalid unless it is a plain http(s) address without a password or a key in it."""
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in {"http", "https"} or not host:
        raise Invalid(f"config.toml, {where}: this is no web address.", f"Write it as {example}.")
    if parts.username or parts.password or "api_key" in parts.query:
        raise Invalid(f"config.toml, {where}: a secret is not written into an address.", "Use api_key = “env:NAME”.")


def timezone(name: str) -> tzinfo:
    """The zone of this name; for "" the system's own. Raises Invalid."""
    if not name:
        return _system_zone()
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(
            f"config.toml, [desk] timezone: there is no time zone “{name}”.", "Write e.g. America/Chicago."
        ) from None


def _system_zone() -> tzinfo:
    _, _, linked = Path("/etc/localtime").resolve().as_posix().partition("/zoneinfo/")
    for name in (os.environ.get("TZ", "").lstrip(":"), linked):
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return datetime.now().astimezone().tzinfo or UTC


def extent(edges: Sequence[float]) -> None:
    """Raise Invalid unless it is empty or west, south, east, north in degrees."""
    if not edges:
        return
    said = "Write extent = [west, south, east, north] in degrees, e.g. [-89.14, 30.34, -89.0, 30.5]."
    if len(edges) != 4:
        raise Invalid(f"config.toml, [city] extent: it has {len(edges)} numbers, not four.", said)
    west, south, east, north = edges
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise Invalid("config.toml, [city] extent: the edges are out of order or out of range.", said)


def tiles(source: str) -> None:
    """Raise Invalid unless it is empty, an .mbtiles or .pmtiles file, or an http(s) address with {z}, {x}, {y}."""
    fitting = source.lower().endswith((".mbtiles", ".pmtiles")) and "://" not in source
    if "://" in source:
        fitting = source.startswith(("http://", "https://")) and all(f"{{{c}}}" in source for c in "xyz")
    if source and not fitting:
        raise Invalid(
            "config.toml, [map] tiles: this is neither an .mbtiles or .pmtiles file nor an address with {z}, {x}, {y}."
        )


def geocoder(kind: str, url: str, asked: str) -> None:
    """Raise Invalid for a kind of geocoder without its address, and for one asked more often than its rules allow."""
    if kind and not url:
        raise Invalid("config.toml, [geocoder] url: a geocoder needs its address.", "Ask those who run it for it.")
    if url:
        address(url, "[geocoder] url", "https://geocoder.example.org")
    host = urlsplit(url).hostname or ""
    if kind == "nominatim" and asked == "by itself" and f".{host}".endswith(_ONLY_WHEN_CHOSEN):
        raise Invalid(
            f"config.toml, [geocoder] asked: the rules of {host} forbid asking it while somebody types.",
            'Write asked = "when chosen", or run a Nominatim of your own.',
        )


def store_url(home: Path, url: str, where: str) -> str:
    """The url of a server as it is, that of a file with an absolute path. Raises Invalid for anything else."""
    if is_server(url):
        return _without_password(url, where)
    name = url.removeprefix(_SQLITE)
    if not url.startswith(_SQLITE) or not name or name.startswith(":memory:") or "?" in name:
        ways = 'Write "sqlite:///desk.db", or "postgresql+psycopg://HOST/DATABASE" for a team.'
        raise Invalid(f"config.toml, {where}: that is no address of a store.", ways)
    return f"{_SQLITE}{(home / Path(name).expanduser()).as_posix()}"


def _without_password(url: str, where: str) -> str:
    try:
        said = urlsplit(url)
        is_place = said.port is None or said.port > 0
    except ValueError:
        is_place = False
    if not is_place:  # maybe a password without a host behind it, which is not repeated
        ways = "Write postgresql+psycopg://NAME@HOST:PORT/DATABASE, :PORT only where it is another than 5432."
        raise Invalid(f"config.toml, {where}: what stands before the database is no host and port.", ways)
    if (said.password and not SECRET.fullmatch(said.password)) or SECRETS.intersection(parse_qs(said.query)):
        raise Invalid(
            f"config.toml, {where}: a password is written out in it.",
            "Write NAME:env:VARIABLE@HOST or NAME:keyring:KEY@HOST, or name a service file with ?service=.",
        )
    return url


def is_server(url: str) -> bool:
    """True for the address of a server that many desks share."""
    return url.startswith(("postgresql://", "postgresql+psycopg://"))


def distinct(names: Sequence[str], where: str) -> None:
    """Raise Invalid when a name stands twice, whatever its case."""
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            raise Invalid(f"config.toml, {where}: “{name}” stands there twice.", "Give each its own name.")
        seen.add(name.casefold())


def status_words(outgoing: Mapping[str, str], incoming: Mapping[str, str], where: str) -> None:
    """Raise Invalid for a status that we do not have in a status_out or status_in table."""
    try:
        changed(STATUS_MAPS[Dialect.GATEWAY], outgoing, incoming)
    except Invalid as problem:
        raise Invalid(f"config.toml, {where} status words: {problem.sentence}", problem.remedy) from None
