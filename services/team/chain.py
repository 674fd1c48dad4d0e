"""The history of each request is a chain of hashes: whether all is as it was written, and its heads for safe keeping.

The database alone cannot tell of an administrator who writes a whole chain anew; heads kept outside of it can.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection

from services.errors import Expected, Invalid
from services.files import replaced
from services.store.dialect import fetched, streamed
from services.store.store import Store
from services.store.writing import id_list
from services.team.checks import CONTENT
from services.team.setup import administering

_TOGETHER = 10_000
_NAME = "heads-{at:%Y%m%dT%H%M%S.%fZ}.txt"
_FIRST = "Connect Console, heads of histories"
_EVENTS = (
    "SELECT coalesce(c.request_id, e.request_id), c.salt, c.links, c.head, e.link, e.digest,"  # noqa: S608 - our words
    f" convert_to({CONTENT.format(links='e.link', of='e')}, 'UTF8'), e.id"
    " FROM guard.chain AS c FULL JOIN event AS e ON e.request_id = c.request_id ORDER BY 1, e.link, e.id"
)


class Head(NamedTuple):
    """How a history stood: how many lines it had, and the hash of the last."""

    links: int
    digest: str


@dataclass(slots=True)
class Verified:
    """What was looked at, and what is wrong with it: a sentence for each request, by its number."""

    requests: int = 0
    events: int = 0
    signed: int = 0
    """Heads from outside the database that were compared."""
    faults: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Chain:
    """One history, as far as it was read."""

    row: tuple[Any, ...]
    signed: list[Head]
    links: int = 0
    digest: bytes = b""
    fault: str = ""

    def add(self, row: tuple[Any, ...]) -> None:
        """One more line of it."""
        _, salt, _, _, link, digest, content, _ = row
        self.links += 1
        if self.fault or salt is None:
            self.fault = self.fault or "its chain is missing"
        elif link != self.links:
            self.fault = f"line {self.links} is missing" if link > self.links else f"line {link} is there twice"
        else:
            self.digest = hashlib.sha256(bytes(salt) + self.digest + bytes(content)).digest()
            if self.digest != bytes(digest):
                self.fault = f"line {link} is not as it was written"
            elif any(head.links == link and head.digest != self.digest.hex() for head in self.signed):
                self.fault = f"line {link} is not what was signed off"

    def ended(self) -> str:
        """What is wrong with it; "" for nothing."""
        _, salt, links, head, *_ = self.row
        if self.fault or salt is None:
            return self.fault
        last = max((signed.links for signed in self.signed), default=0)
        if self.links < max(links, last):
            return f"the last {max(links, last) - self.links} of its lines are missing"
        return "" if self.links == links and self.digest == bytes(head) else "its chain ends otherwise"


def verify(admin: str, signed: Path | None = None) -> Verified:
    """Reckon every chain anew from its events, and compare with heads signed off. Raises StoreProblem, Invalid."""
    found = Verified()
    wrong: dict[int, str] = {}
    with administering(admin) as connection:
        heads = _signed(signed, _store_id(connection)) if signed else {}
        found.signed = sum(map(len, heads.values()))
        for request_id, rows in _by_request(connection):
            chain = _Chain(rows[0], heads.pop(request_id, []))
            for row in rows:
                if row[7] is not None:
                    chain.add(row)
            found.requests += 1
            found.events += chain.links
            if said := chain.ended():
                wrong[request_id] = said
        wrong |= dict.fromkeys(heads, "its history was signed off and is gone")
        found.faults = list(_named(connection, wrong))
    return found


def _by_request(connection: Connection) -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
    rows: list[tuple[Any, ...]] = []
    for some in streamed(connection, _EVENTS, (), _TOGETHER):
        for row in some:
            if rows and rows[0][0] != row[0]:
                yield rows[0][0], rows
                rows = []
            rows.append(row)
    if rows:
        yield rows[0][0], rows


def _named(connection: Connection, wrong: dict[int, str]) -> Iterator[str]:
    numbers = dict(fetched(connection, "SELECT id, number FROM request WHERE id IN {ids}", (id_list(wrong),)))
    for request_id, said in sorted(wrong.items()):
        yield f"{numbers.get(request_id, f'request {request_id}, which is gone')}: {said}."


def _store_id(connection: Connection) -> str:
    return str(fetched(connection, "SELECT value FROM meta WHERE key = 'store_id'")[0][0])


def sign(store: Store, folder: Path) -> Path | None:
    """Write down the heads of the histories that grew since the last time; the file, or None where none did.

    Keep the folder where whoever administers the database may not write. Raises Expected.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _sign(store, folder, _files(folder))
    except OSError as problem:
        why = f"The heads cannot be kept in “{folder}”: {problem.strerror}."
        raise Expected(why, "Make the folder writable for the worker, or name another.") from problem


def _sign(store: Store, folder: Path, files: list[Path]) -> Path | None:
    last = _position(files[-1]) if files else 0
    with store.read() as connection:
        position, ids = store.changes_since(last)
        if last > position:  # another server, restored from a dump
            position, ids = store.changes_since(0)
        asked = "SELECT request_id, links, encode(head, 'hex') FROM guard.chain WHERE request_id IN {ids} ORDER BY 1"
        rows = fetched(connection, asked, (id_list(ids),))
    known = _latest(files, store.store_id)
    fresh = [(i, links, head) for i, links, head in rows if known.get(i) != Head(links, head)]
    if not fresh:
        return None
    path = folder / _NAME.format(at=datetime.now(UTC))
    lines = [f"{_FIRST}; store {store.store_id}; position {position}"]
    lines += [f"{request_id} {links} {head}" for request_id, links, head in fresh]
    with replaced(path) as file:
        file.write("\n".join([*lines, f"end {len(fresh)}", ""]).encode())
    return path


def signed_on(folder: Path) -> str:
    """The day of the last file, as 20260704; "" where there is none."""
    files = _files(folder)
    return files[-1].name[6:14] if files else ""


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("heads-*.txt"))


def _position(file: Path) -> int:
    with file.open(encoding="utf-8") as lines:
        return int(lines.readline().rpartition(" ")[2])


def _latest(files: Iterable[Path], store_id: str) -> dict[int, Head]:
    """What the last file says."""
    return {i: head for file in list(files)[-1:] for i, head in _read(file, store_id)}


def _signed(folder: Path, store_id: str) -> dict[int, list[Head]]:
    """By request: every head that was ever signed off. Raises Invalid."""
    files = _files(folder)
    if not files:
        raise Invalid(f"“{folder}” holds no heads.", "Name the folder that connect-console team sign wrote to.")
    found: dict[int, list[Head]] = {}
    for file in files:
        for request_id, head in _read(file, store_id):
            found.setdefault(request_id, []).append(head)
    return found


def _read(file: Path, store_id: str) -> Iterator[tuple[int, Head]]:
    first, *lines = file.read_text(encoding="utf-8").splitlines() or [""]
    last = lines.pop() if lines else ""
    if not first.startswith(f"{_FIRST}; store {store_id};"):
        raise Invalid(f"“{file}” is not of this store.", "Name the folder of this store's heads.")
    if last != f"end {len(lines)}":
        raise Invalid(f"“{file}” is not whole.", "Bring it back from a copy.")
    for line in lines:
        request_id, links, digest = line.split()
        yield int(request_id), Head(int(links), digest)
