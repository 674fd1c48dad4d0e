"""`doctor`: looks at a home and at what it depends on, and says of each thing that it is well, or the remedy."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from console import commands
from console import settings as files
from console.commands import Registry
from console.display import LIBRARIES
from console.settings import Settings
from services.domain.values import Actor
from services.errors import Expected, Invalid
from services.upstream.base import UpdatesBy, UpstreamConfig

if TYPE_CHECKING:
    from services.store.store import Store

LEAST_FREE = 500_000_000
"""Bytes."""
MOST_SKEW = 60.0
"""Seconds by which this clock and an upstream's may differ before updates come out of order."""


class Grade(StrEnum):
    """How a thing stands. A note is worth reading, and no fault."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    grade: Grade
    about: str
    sentence: str
    remedy: str = ""


def examine(home: Path, acting_as: str = "") -> Iterator[Finding]:
    """Look at everything, each thing as its finding is asked for; never raises for a fault of the world."""
    yield Finding(Grade.OK, "home", str(home))
    readable = True
    try:
        settings = files.load(home, acting_as)
        Registry(commands.ALL).remapped(settings.config.keys)
    except Expected as problem:
        yield _wrong("config", problem)
        settings, readable = Settings(home, files.Config()), False
    else:
        yield Finding(Grade.OK, "config", "config.toml reads well." if (home / "config.toml").exists() else _NO_CONFIG)
    yield from _disk(home)
    yield from _store(settings)
    for upstream in settings.upstreams:
        yield from _upstream(upstream)
    if not readable:
        yield Finding(Grade.NOTE, "upstream", "None was looked at, as config.toml cannot be read.", "Mend it first.")
    elif not settings.upstreams and not settings.is_team:
        yield Finding(Grade.NOTE, "upstream", "None is configured; requests live at this desk only.", _NO_UPSTREAM)
    yield _places(settings)
    yield _mail(settings)
    yield from _letters(settings)
    yield from _qt()


_NO_CONFIG = "There is no config.toml; every setting has its default."
_NO_UPSTREAM = "Add an [[upstream]] to config.toml; `connect-console config` shows its keys."


_WORKERS = "Ask whoever looks after the worker."
_NO_WORKER = "Start it with an [[upstream]] in its own config.toml: connect-console worker."


def _wrong(about: str, problem: Expected) -> Finding:
    return Finding(Grade.PROBLEM, about, problem.sentence, problem.remedy)


def _disk(home: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(home).free
    said = f"{free / 1e9:.1f} GB are free."
    if free < LEAST_FREE:
        yield Finding(Grade.PROBLEM, "disk", said, "Free some space; a full disk stops every change.")
    else:
        yield Finding(Grade.OK, "disk", said)
    if not os.access(home, os.W_OK | os.X_OK):
        yield Finding(
            Grade.PROBLEM, "home", "The home cannot be written.", "Make it yours, or name another with --home."
        )


def _store(settings: Settings) -> Iterator[Finding]:
    from services.store.health import health
    from services.store.store import Store

    try:
        store = Store.open(settings.store_url)
    except Expected as problem:
        yield _wrong("store", problem)
        return
    if store.path is None:
        with closing(store):
            yield from _server(store)
            yield from _signed(settings, store)
        return
    try:
        found = health(store)
    except Expected as problem:
        yield _wrong("store", problem)
        return
    finally:
        store.close()
    if found.damage:
        yield Finding(Grade.PROBLEM, "store", f"It is damaged: {found.damage}.", "Restore the last backup.")
    else:
        yield Finding(Grade.OK, "store", f"{store.path} is sound; {found.requests:,} requests.")
    said = f"journal {found.journal}, synchronous {found.synchronous}, SQLite {sqlite3.sqlite_version}"
    if found.is_durable:
        yield Finding(Grade.OK, "durability", f"{said}: what was acknowledged survives a power cut.")
    else:
        yield Finding(Grade.PROBLEM, "durability", f"{said}: a power cut could lose changes.", "Close other programs.")
    if store.path is not None:
        yield _lock(store.path)


def _server(store: Store) -> Iterator[Finding]:
    who = store.actor or Actor("", frozenset())
    roles = ", ".join(sorted(role.label for role in who.roles)) or "none of a desk's roles, as a worker or an auditor"
    yield Finding(Grade.OK, "store", f"The server answers; you are {who.name} there, with {roles}.")
    yield _clock("store", datetime.now(UTC) - store.clock_ahead, "the server")
    yield from _pulled(store)


def _pulled(store: Store) -> Iterator[Finding]:
    """How the team's worker fares, as far as the server knows."""
    from services.store import queries

    states = queries.upstream_states(store)
    for state in states:
        at = f"{state.pulled_at.astimezone():%d %b %Y %H:%M}" if state.pulled_at else "never"
        said = f"The team's worker pulled it last: {at}. {state.problem}".strip()
        problem = Grade.PROBLEM if state.problem else Grade.OK
        yield Finding(problem, f"upstream {state.name}", said, _WORKERS if state.problem else "")
    if not states:
        yield Finding(Grade.NOTE, "upstream", "The team's worker has pulled from none yet.", _NO_WORKER)


def _signed(settings: Settings, store: Store) -> Iterator[Finding]:
    """For a worker: whether histories are signed off, so that one which is written anew is found."""
    from services.store.server import pulls
    from services.team import chain

    if not pulls(store):
        return
    folder = settings.signing_folder
    if folder is None:
        said = "They are signed off nowhere: one that an administrator writes anew is not found."
        yield Finding(Grade.NOTE, "histories", said, 'Name a folder beyond their reach: sign = "FOLDER" under [store].')
    elif day := chain.signed_on(folder):
        last = datetime.strptime(day, "%Y%m%d")
        yield Finding(Grade.OK, "histories", f"They were signed off last on {last:%d %b %Y}.")
    else:
        said = f"They have not been signed off in “{folder}” yet."
        yield Finding(Grade.NOTE, "histories", said, "Start the worker: connect-console worker.")


def _lock(store: Path) -> Finding:
    from services.sync.turns import FileTurns

    try:
        with FileTurns(store).lead() as ours:
            said = "No process pulls and posts just now." if ours else "A desk or a worker pulls and posts just now."
    except Expected as problem:
        return _wrong("sync lock", problem)
    return Finding(Grade.OK, "sync lock", said)


def _upstream(config: UpstreamConfig) -> Iterator[Finding]:
    from services.secrets import resolve

    about = f"upstream {config.name}"
    try:
        key = resolve(config.api_key)
    except Invalid as problem:
        yield _wrong(about, problem)
        return
    if config.updates is UpdatesBy.NONE:
        yield Finding(
            Grade.NOTE, about, "It takes no updates; residents are told nothing.", "Set updates in config.toml."
        )
    elif not key:
        yield Finding(Grade.NOTE, about, "It takes updates, but no api_key is set; most servers refuse them without.")
    yield from _reach(config, about)


def _reach(config: UpstreamConfig, about: str) -> Iterator[Finding]:
    from services.upstream.connect import connect
    from services.upstream.http import Session, origin

    urls = list(dict.fromkeys(filter(None, (config.url, config.updates_url))))
    for url in urls:
        session = Session(f"“{config.name}”", seconds=10)
        try:
            answer = session.get(f"{url.rstrip('/')}/services.json")
        except Expected as problem:
            yield _wrong(about, problem)
            return
        finally:
            session.close()
        yield _clock(about, answer.at, f"{origin(url)[1]}:{origin(url)[2]}" if len(urls) > 1 else "")
    try:
        upstream = connect(config)
    except Expected as problem:
        yield _wrong(about, problem)
        return
    try:
        facts, services = upstream.facts(), upstream.services()
        taken = upstream.takes_key()
    except Expected as problem:
        yield _wrong(about, problem)
    else:
        said = f"{config.url} answers, with words of {facts.dialect.value} and {len(services):,} services"
        has_key = config.api_key or config.updates_api_key
        key = "; it takes the key" if taken else "; the key is not checked, as only an update would tell"
        yield Finding(Grade.OK, about, f"{said}{key if has_key else ''}.")
    finally:
        upstream.close()


def _clock(about: str, theirs: datetime | None, host: str = "") -> Finding:
    """`host` names the server where there are two."""
    if theirs is None:
        said = f"{host or 'It'} does not say what time it is, so the clocks cannot be compared."
        return Finding(Grade.NOTE, about, said)
    skew = (datetime.now(UTC) - theirs).total_seconds()
    clock = f"the clock of {host}" if host else "its clock"
    if abs(skew) > MOST_SKEW:
        said = f"This clock is {abs(skew):,.0f} seconds {'ahead of' if skew > 0 else 'behind'} {clock}."
        return Finding(Grade.PROBLEM, about, said, "Let the system set its clock by the network (NTP).")
    return Finding(Grade.OK, about, f"{clock[0].upper()}{clock[1:]} and this one agree.")


def _places(settings: Settings) -> Finding:
    from services.geo import address_files

    if not settings.address_files:
        return Finding(Grade.NOTE, "places", "No address files are set; places are chosen on the map.", _NO_FILES)
    try:
        found = address_files.merged(settings.address_files)
    except Expected as problem:
        return _wrong("places", problem)
    counts = (len(found.addresses), len(found.crossings), len(found.landmarks))
    said = "{:,} addresses, {:,} crossings and {:,} landmarks are known".format(*counts)
    if found.left_out:
        said += f"; rows left out, as they lack a place or a name: {found.left_out:,}"
    return Finding(Grade.OK, "places", f"{said}.")


_NO_FILES = "Name the city's own address file in [map] addresses."


def _mail(settings: Settings) -> Finding:
    from services.secrets import resolve

    smtp = settings.config.smtp
    if not smtp.host:
        return Finding(
            Grade.OK, "mail", f"No mail server is set; the gateway writes .eml files to {settings.mail_folder}."
        )
    try:
        resolve(smtp.password)
        with socket.create_connection((smtp.host, smtp.port), timeout=10):
            pass
    except Invalid as problem:
        return _wrong("mail", problem)
    except OSError as problem:
        said = f"{smtp.host}:{smtp.port} cannot be reached: {problem.strerror or problem}."
        return Finding(Grade.PROBLEM, "mail", said, "Mend [smtp] host and port, or the network.")
    return Finding(Grade.OK, "mail", f"{smtp.host}:{smtp.port} answers.")


def _letters(settings: Settings) -> Iterator[Finding]:
    """What the gateway of this home, if there is one, could not get rid of."""
    from services.gateway.settings import GatewaySettings
    from services.gateway.tables import GatewayStore
    from services.notify.outbox import trouble

    file = GatewaySettings(settings.home).store_path
    if not file.exists():
        return
    try:
        store = GatewayStore.open(file)
        try:
            found = trouble(store.engine)
        finally:
            store.close()
    except Expected as problem:
        yield _wrong("letters", problem)
        return
    if found.waiting or found.refused:
        said = f"{found.waiting:,} wait for another try, {found.refused:,} were refused for good. {found.said}"
        yield Finding(Grade.PROBLEM, "letters", said, "Mend [smtp], or tell these residents another way.")
    else:
        yield Finding(Grade.OK, "letters", "Every letter of the gateway has left, or is about to.")


_PROBE = """
import json, sys
from pathlib import Path
from PySide6.QtCore import qVersion
from PySide6.QtGui import QFontDatabase, QGuiApplication
app = QGuiApplication([])
fonts = [QFontDatabase.addApplicationFont(str(f)) for f in Path(sys.argv[1]).glob("*.[ot]tf")]
families = sorted({n for f in fonts if f >= 0 for n in QFontDatabase.applicationFontFamilies(f)})
print(json.dumps({"qt": qVersion(), "platform": app.platformName(), "fonts": families, "failed": fonts.count(-1)}))
"""


class _Probed(msgspec.Struct):
    qt: str
    platform: str
    fonts: list[str]
    failed: int


def _qt() -> Iterator[Finding]:
    """In a process of its own, since Qt ends the process that it finds no display for."""
    has_display = sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    environment = dict(os.environ)
    if not has_display:
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    fonts = Path(__file__).parents[1] / "resources" / "fonts"
    try:
        done = subprocess.run(
            [sys.executable, "-c", _PROBE, str(fonts)], env=environment, capture_output=True, timeout=60, check=False
        )
        found = msgspec.json.decode(done.stdout.splitlines()[-1] if done.stdout else b"", type=_Probed)
    except (subprocess.TimeoutExpired, msgspec.MsgspecError):
        yield Finding(Grade.PROBLEM, "Qt", "The desk cannot open: Qt does not start.", LIBRARIES)
        return
    if has_display:
        yield Finding(Grade.OK, "Qt", f"Qt {found.qt} opens windows on {found.platform}.")
    else:
        said = f"Qt {found.qt} starts, but there is no display; the worker, the gateway and screenshot run without one."
        yield Finding(Grade.NOTE, "Qt", said, "To open the desk, log in to a graphical session.")
    if found.failed or not found.fonts:
        yield Finding(Grade.PROBLEM, "fonts", "The desk's own font cannot be loaded.", "Install this program again.")
    else:
        yield Finding(Grade.OK, "fonts", ", ".join(found.fonts))
