"""The one store of a size that every contender's own store is made from: a year of the demo city, seeded, in a home."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.resources import files
from itertools import islice
from pathlib import Path

from console import opening
from console import settings as settings_files
from console.settings import Settings
from console.storeside import StoreSide
from services.demo import made, many, people, source
from services.domain.exchange import Facts, Page, UpstreamRequest
from services.domain.statusmap import Dialect
from services.domain.values import Place
from services.gateway.updates import state_of, word_of
from services.queue.snapshot import Snapshot
from services.sqlite import from_millis
from services.store import tables, upstreams
from tests.benchmarks.harness import Bench

SEED = 20110829
CONFIG = """[desk]
actor = "ana"
timezone = "America/New_York"
[city]
name = "City of Boston"
[map]
base = "{maps}/base.npz"
areas = ["{maps}/wards.geojson.gz", "{maps}/neighborhoods.geojson.gz"]
[[upstream]]
name = "city"
url = "{url}"
updates = "servicerequestupdates"
poll_seconds = 3600
"""
MAPS = Path(str(files("resources"))) / "boston" / "map"
NOWHERE = "http://127.0.0.1:9/open311/v2"
LABEL = "Demo city: {n:,} requests made from {real:,} real ones of Boston: places moved about 100 m, times over a year"


@dataclass(frozen=True)
class City:
    """A home with n requests, and what the desk makes of it."""

    n: int
    settings: Settings

    @cached_property
    def side(self) -> StoreSide:
        """The desk's half that reads and queries, in this thread."""
        return StoreSide(self.settings)

    @cached_property
    def snapshot(self) -> Snapshot:
        """The whole queue."""
        return self.side.snapshot(None)

    @property
    def file(self) -> Path:
        """The store."""
        return self.settings.home / "desk.db"

    def close(self) -> None:
        """Let go of the store."""
        if "side" in self.__dict__:
            self.side.close()


def city(bench: Bench) -> City:
    """The home of this size, made once and kept."""
    home = bench.folder / f"home-{bench.n}-{_stamp()}"
    if not (home / "done").exists():
        for old in bench.folder.glob(f"home-{bench.n}-*"):
            shutil.rmtree(old)
        _make(home, bench.n)
        (home / "done").touch()
    return City(bench.n, settings_files.load(home))


def copied(of: City, to: Path) -> City:
    """A copy whose store may be changed."""
    shutil.copytree(of.settings.home, to, dirs_exist_ok=True)
    return City(of.n, settings_files.load(to))


def write_config(home: Path, url: str = NOWHERE) -> Settings:
    """A home with the city's settings and no store yet."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "config.toml").write_text(CONFIG.format(maps=MAPS.as_posix(), url=url), encoding="utf-8")
    return settings_files.load(home)


def _stamp() -> str:
    """Names the generator: with another one, or another shape of the store, the homes are made anew."""
    migrations = sorted((Path(str(tables.__file__)).parent / "migrations").rglob("*.py"))
    read = [Path(str(module.__file__)) for module in (made, many, people, source)]
    return hashlib.blake2b(b"".join(p.read_bytes() for p in [*read, *migrations]), digest_size=4).hexdigest()


def _make(home: Path, n: int) -> None:
    settings = write_config(home)
    store = opening.open_store(settings)
    try:
        many.load(store, n, seed=SEED, locate=opening.locate(settings))
        upstreams.apply_facts(store, "city", Facts(Dialect.GATEWAY, notifies=True))
        upstreams.note_pull(store, "city", store.clock(), "")
    finally:
        store.close()


def pages(n: int, *, first: int = 1, size: int = 1_000) -> Iterator[Page]:
    """Made requests as pages of an upstream."""
    shown = requests(n, first=first)
    while some := tuple(islice(shown, size)):
        yield Page(some, (), "")


def requests(n: int, *, first: int = 1) -> Iterator[UpstreamRequest]:
    """Made requests as an upstream shows them; always the same ones within a day."""
    for m in made.make(n, datetime.now(UTC), first=first, seed=SEED):
        row = m.row
        yield UpstreamRequest(
            upstream_id=row.id,
            service_code=m.code,
            service=row.type,
            status_word=word_of(state_of(m.status, m.outcome)),
            status_notes="",
            description=m.description,
            requested_at=from_millis(m.requested),
            updated_at=from_millis(m.updated),
            expected_at=None if m.expected is None else from_millis(m.expected),
            place=Place(row.address, row.lat, row.lon, zipcode=row.zipcode),
            channel=row.channel.value,
        )
