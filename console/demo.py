"""`connect-console demo`: a running city on this machine and the desk on it; without a display it does the job."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from console import home as homes
from console import settings as settings_files
from console.display import check_qt, no_display
from console.settings import Settings
from services.errors import Invalid

if TYPE_CHECKING:
    from services.demo.city import DemoCity
    from services.demo.made import Made

LABEL = "Demo city: Boston, 29 August 2011, noon"
_MANY = "Demo city: Boston, {total:,} requests made from {real:,} real ones"
KEY = "CONNECT_CONSOLE_DEMO_KEY"
_MARK, _LOCK = ".demo-city", ".demo-city.lock"
_ACTOR = "demo"


def label(requests: int) -> str:
    """What the window says it shows; `requests` 0 stands for the storm day as it was."""
    if not requests:
        return LABEL
    from services.demo import made

    return _MANY.format(total=requests, real=made.real_rows())


def run(argument: str | None, requests: int = 0) -> int:
    """Start the city afresh in --home (or beside the usual home), then open the desk on it. Returns the exit code.

    With `requests`, so many are made from the city's real ones beside those of the storm.
    """
    home = homes.find(argument) if argument else homes.find(None) / "demo"
    check_qt()
    if no_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with city(home, requests=requests) as (settings, started):
        if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
            from console.demo_job import do_the_job

            say("There is no display: running offscreen, and doing the job once by itself.")
            return do_the_job(settings, started, Path("desk.png"), label(requests))
        from console.app import run as open_desk

        return open_desk(settings, demo=label(requests), mail_folder=started.mail_folder)


@contextmanager
def city(home: Path, seconds: float = 20.0, requests: int = 0) -> Iterator[tuple[Settings, DemoCity]]:
    """The running city and the settings of a desk that has pulled it; a report arrives every `seconds`.

    Where `requests` is more than the storm left open, the rest is made from the city's real ones.
    """
    with _alone(home):
        _clear(home)
        yield from _running(home, seconds, requests)


def _running(home: Path, seconds: float, requests: int) -> Iterator[tuple[Settings, DemoCity]]:
    from services.demo import city as cities

    say("Seeding the city and starting its gateway…")
    (home / "config.toml").write_text(_config(), encoding="utf-8")
    with ThreadPoolExecutor(1) as meanwhile:
        past = meanwhile.submit(_remember, settings_files.load(home), requests)
        started = cities.start(home / "city", seconds=seconds)
    try:
        os.environ[KEY] = started.key
        (home / "config.toml").write_text(_config() + _upstream(started.url), encoding="utf-8")
        settings = settings_files.load(home)
        say(f"  gateway  {started.url}")
        say(f"  key      {started.key}")
        say(f"  mails    {started.mail_folder}")
        say(f"  home     {home}   (with {KEY} set to the key, every command works on it: --home)")
        pulled = _first_pull(settings, past.result())
        if requests > pulled:
            _make(settings, requests - pulled)
        yield settings, started
    finally:
        started.close()


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """A second demo would clear the home of the one that runs. Raises Invalid."""
    home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise Invalid(f"The demo city of “{home}” runs already.", "Go to its window, or name another --home.") from None
    try:
        yield
    finally:
        lock.release()


def say(line: str) -> None:
    """A line for the person who started it."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _clear(home: Path) -> None:
    """Every demo begins at noon: what an earlier one left is removed, and nothing else."""
    left = [path for path in home.iterdir() if path.name not in ("logs", _LOCK)]
    if left and not (home / _MARK).exists():
        raise Invalid(f"“{home}” holds something that is no demo city.", "Name an empty folder with --home.")
    for path in left:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    (home / _MARK).touch()


def _config() -> str:
    boston = Path(str(files("resources"))) / "boston"
    maps = boston / "map"
    addresses = ", ".join(_quoted(boston / f"{name}.csv.gz") for name in ("addresses", "crossings", "landmarks"))
    return f"""# Written by `connect-console demo`; it is written anew each time.
[desk]
actor = "dispatcher"
timezone = "America/New_York"

[city]
name = "City of Boston"
extent = [-71.2, 42.22, -70.91, 42.42]
neighbours = ["Brookline", "Cambridge", "Chelsea", "Dedham", "Everett", "Milton", "Needham", "Newton", "Quincy",
  "Revere", "Somerville", "Watertown", "Winthrop"]

[map]
base = {_quoted(maps / "base.npz")}
areas = [{_quoted(maps / "wards.geojson.gz")}, {_quoted(maps / "neighborhoods.geojson.gz")}]
addresses = [{addresses}]
"""


def _upstream(url: str) -> str:
    return f"""
[[upstream]]
name = "city"
url = "{url}"
api_key = "env:{KEY}"
updates = "servicerequestupdates"
poll_seconds = 5
"""


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\") + '"'


def _remember(settings: Settings, requests: int) -> Sequence[Made]:
    """Have the desk know the two months before, as one does that did not begin today: what it knows then.

    A year that is made has closings enough of its own.
    """
    from console import opening
    from services.demo import made, many

    if requests:
        return ()
    with closing(opening.open_store(settings)) as store:
        past = made.past(store.clock())
        many.load_past(store, past, opening.locate(settings))
    say(f"  {len(past):,} remembered that were closed since July")
    return past


def _first_pull(settings: Settings, past: Sequence[Made]) -> int:
    """Pull the whole city once, and give its crews the requests they have at noon (made up). Returns how many came.

    Then the gateway comes to know the past, of which nothing is left to pull.
    """
    from console import opening
    from services.demo.alerts import RULES
    from services.demo.promises import promised
    from services.demo.start import assignments, crews
    from services.domain.values import Actor
    from services.store import alerts, commands, promising, queries
    from services.store.crews import save_crews
    from services.sync.sync import Syncer

    store = opening.open_store(settings)
    try:
        say("Pulling its requests…")
        report = Syncer(settings.store_url, settings.upstreams, opening.locate(settings)).once()
        say(f"  {report.pulled:,} pulled")
        _fill(settings, past)
        save_crews(store, crews(store.clock()))
        acting = opening.acting(store, settings, Actor(_ACTOR, settings.actor.roles))
        promising.promise(acting, promised(queries.services(store), store.clock().year))
        for rule in RULES:
            alerts.save_rule(acting, rule)
        ids = {row.upstream_id: row.id for row in queries.columns(store)}
        by_crew: dict[str, list[int]] = {}
        for upstream_id, crew in assignments().items():
            if upstream_id in ids:
                by_crew.setdefault(crew, []).append(ids[upstream_id])
        for known in queries.crews(store):
            if by_crew.get(known.name):
                commands.assign(acting, by_crew[known.name], known.id)
    finally:
        store.close()
    return report.pulled


def _fill(settings: Settings, past: Sequence[Made]) -> None:
    """Have the gateway know what the desk remembers, so that it can be opened again."""
    from services.demo import many
    from services.gateway.settings import GatewaySettings
    from services.gateway.tables import GatewayStore

    with closing(GatewayStore.open(GatewaySettings(settings.home / "city").store_path)) as gateway:
        many.fill(gateway, past)


def _make(settings: Settings, requests: int) -> None:
    """Make a year of requests out of the real ones, for the desk and for the gateway beside it."""
    from console import opening
    from services.demo import made, many
    from services.gateway.settings import GatewaySettings
    from services.gateway.tables import GatewayStore

    say(f"Making {requests:,} more from {made.real_rows():,} real ones: moved along the street and over a year…")
    desk, gateway = opening.open_store(settings), GatewayStore.open(GatewaySettings(settings.home / "city").store_path)
    try:
        many.load(desk, requests, gateway=gateway, locate=opening.locate(settings), progress=progress(requests))
    finally:
        gateway.close()
        desk.close()


def progress(total: int) -> Callable[[int], None]:
    """Says how far it is at every tenth."""
    tenths = set(range(1, 10))

    def hear(done: int) -> None:
        tenth = done * 10 // total
        if done == total:
            say(f"  {done:,} made; sorting them into the index…")
        elif tenth in tenths:
            tenths.discard(tenth)
            say(f"  {done:,}")

    return hear
