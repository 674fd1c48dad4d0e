"""A made-up town's home for the desk's tests: thirty requests of two upstreams, of which one takes no updates."""

from __future__ import annotations

import sqlite3
import time
import uuid
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from console import opening, settings
from console.settings import Settings
from services.domain.exchange import Facts, Page, UpstreamRequest
from services.domain.statusmap import Dialect
from services.domain.values import Place, Reach, Service
from services.store import ingest, queries, upstreams
from services.store.store import Store
from services.sync.policies import policies

EVIL = '<img src="file:///etc/hostname"><table><tr><td>T</td></tr></table>'
"""What an auto-format label would read as markup."""

CONFIG = """
[desk]
actor = "ana"
timezone = "America/New_York"
[city]
name = "Town"
extent = [-71.2, 42.2, -70.9, 42.5]
[messages]
hold_seconds = 600
[[upstream]]
name = "city"
url = "http://127.0.0.1:9/open311/v2"
updates = "servicerequestupdates"
[[upstream]]
name = "deaf"
url = "http://127.0.0.1:9/deaf"
[[crew]]
name = "{crew} 1"
skills = ["tree"]
[[crew]]
name = "{crew} 2"
skills = ["tree"]
capacity = 4
"""
FRESH_SECONDS = 20
"""A store filled so long ago is as good as one filled now."""
_filled: dict[tuple[str, int, int], tuple[float, bytes]] = {}
"""When a store with so many requests was filled, and its file."""
SERVICES = ("Fallen tree", "Pothole", "Street light")


def build(home: Path, *, config: str = "", text: str = "", count: int = 24, deaf: int = 6) -> Settings:
    """Write config.toml and fill the store; `text` goes into every field that comes from outside."""
    home.mkdir(parents=True, exist_ok=True)
    crew = f"Tree {text}".strip().replace('"', "'")
    (home / "config.toml").write_text(config or CONFIG.format(crew=crew), encoding="utf-8")
    made = settings.load(home)
    file, what = home / "desk.db", (text, count, deaf)
    when, content = _filled.get(what, (-FRESH_SECONDS, b""))
    if config or file.exists() or time.monotonic() - when > FRESH_SECONDS:
        with closing(opening.open_store(made)) as store:
            fill(store, made, text, {"city": count, "deaf": deaf})
        if not config:
            _filled[what] = time.monotonic(), file.read_bytes()
    else:
        file.write_bytes(content)
        with closing(sqlite3.connect(file)) as copy, copy:
            copy.execute("UPDATE meta SET value = ? WHERE key = 'store_id'", (str(uuid.uuid4()),))
    return made


def fill(store: Store, made: Settings, text: str, counts: dict[str, int]) -> None:
    """Put so many requests of each upstream into a store."""
    upstreams.apply_facts(store, "city", Facts(Dialect.GATEWAY, notifies=True))
    now = datetime.now(UTC)
    for name, count in counts.items():
        services = [Service(str(i), f"{s} {text}".strip(), name, sla_hours=72) for i, s in enumerate(SERVICES)]
        upstreams.apply_services(store, name, services)
        policy = policies(made.upstreams, queries.upstream_states(store))[name]
        rows = tuple(request(name, i, now, text) for i in range(count))
        ingest.apply_page(store, policy, Page(rows, (), "1"), lambda points: [f"Ward 3{text}" for _ in points])
        upstreams.note_pull(store, name, now, f"It answers nonsense {text}." if text else "")


def request(upstream: str, i: int, now: datetime, text: str) -> UpstreamRequest:
    """The i-th report of an upstream."""
    east = 0.01 if upstream == "deaf" else 0.0
    return UpstreamRequest(
        upstream_id=f"{upstream}-{i}",
        service_code=str(i % 3),
        service=f"{SERVICES[i % 3]} {text}".strip(),
        status_word="NEW" if upstream == "city" else "open",
        status_notes=text,
        description=f"Somebody wrote about number {i}. {text}",
        requested_at=now - timedelta(hours=50 - i, minutes=30 if upstream == "deaf" else 0),
        updated_at=now - timedelta(hours=1),
        expected_at=None,
        place=Place(f"{i} Main St {text}".strip(), 42.30 + i * 0.004, -71.05 + east),
        reach=(Reach("email", "en"),) if upstream == "city" else None,
    )


def second(made: Settings) -> Store:
    """Another process's hold on the same store."""
    return opening.open_store(made)
