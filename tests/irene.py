"""Replays the days of hurricane Irene through a desk's clock: what came and was closed is pulled as time goes on.

`python -m tests.irene FOLDER` writes the supervise view before, during and after the storm, and says what was alerted.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch
from zoneinfo import ZoneInfo

from console import demo, opening, settings
from services.demo import source
from services.demo.alerts import RULES
from services.demo.source import CityRow
from services.demo.start import assignments, crews
from services.domain.alerts import Alert
from services.domain.exchange import Facts, Page, UpstreamRequest
from services.domain.policy import Policy
from services.domain.statusmap import STATUS_MAPS, Dialect
from services.domain.values import Actor, Place
from services.notify.carriers import Folder
from services.store import alerts, commands, ingest, queries, upstreams
from services.store.acting import Acting
from services.store.crews import save_crews
from services.store.store import Store
from services.supervise.sending import Sender
from services.supervise.watcher import Looking

ZONE = ZoneInfo("America/New_York")
DEAF = Policy("city", STATUS_MAPS[Dialect.GATEWAY], takes_updates=False)
FIRST = datetime(2011, 8, 27, tzinfo=ZONE)
"""From here on time goes in small steps; the weeks before it go by the day."""
LAST = datetime(2011, 8, 31, tzinfo=ZONE)
PICTURES = {
    "before": datetime(2011, 8, 27, 18, tzinfo=ZONE),
    "during": datetime(2011, 8, 28, 14, 30, tzinfo=ZONE),
    "after": datetime(2011, 8, 30, 12, tzinfo=ZONE),
}


class Replay:
    """A home whose clock is ours, with the crews and the alert rules of the demo city."""

    def __init__(self, home: Path, first: datetime = FIRST) -> None:
        home.mkdir(parents=True, exist_ok=True)
        config = (demo._config() + demo._upstream("http://127.0.0.1:9")).replace("api_key", "# api_key")
        (home / "config.toml").write_text(config, encoding="utf-8")
        self.settings = settings.load(home)
        self.locate = opening.locate(self.settings)
        self.now = source.rows()[0].opened - timedelta(days=1)
        self.store = Store.open(self.settings.store_url, clock=self.clock)
        upstreams.apply_facts(self.store, "city", Facts(Dialect.GATEWAY))
        save_crews(self.store, crews())
        while self.now < first:
            self.go_on(min(self.now + timedelta(days=1), first))
        for rule in RULES:
            alerts.save_rule(self.acting, rule)

    def clock(self) -> datetime:
        """What time it is, in UTC."""
        return self.now.astimezone(UTC)

    def go_on(self, until: datetime) -> None:
        """Let it be later: what the city opened and closed meanwhile is pulled, a page for each is committed."""
        shown = [_shown(row, row.closed is not None and row.closed <= until) for row in _moved(self.now, until)]
        self.now = until
        for first in range(0, len(shown), 500):
            ingest.apply_page(self.store, DEAF, Page(tuple(shown[first : first + 500]), (), ""), self.locate)

    def staff(self) -> None:
        """Give the crews what they have at the demo's noon, as far as it is known by now (made up)."""
        known = {
            row.upstream_id: row.id
            for row in queries.columns(self.store)
            if row.crew_id is None and row.status != "closed"
        }
        by_crew: dict[str, list[int]] = {}
        for upstream_id, name in assignments().items():
            if upstream_id in known:
                by_crew.setdefault(name, []).append(known[upstream_id])
        for crew in queries.crews(self.store):
            if by_crew.get(crew.name):
                commands.assign(self.acting, by_crew[crew.name], crew.id)

    @property
    def acting(self) -> Acting:
        """Whoever set the desk up; nothing is posted."""
        roles = self.settings.actor.roles
        return Acting(self.store, Actor("demo", roles), {"city": DEAF}, self.settings.hold, zone=ZONE)


def watched(replay: Replay, until: datetime, step: timedelta) -> Iterator[datetime]:
    """Go on by the step, and look at every alert rule each time; yields the moments."""
    sender = Sender(lambda: Folder(replay.settings.mail_folder), "desk@example.org", "Boston", zone=ZONE)
    looking = Looking(replay.store, sender, ZONE)
    while replay.now < until:
        replay.go_on(min(replay.now + step, until))
        looking.look()
        yield replay.now


def begun(replay: Replay) -> list[Alert]:
    """Every alert so far, the first first."""
    return sorted(alerts.history(replay.store), key=lambda alert: alert.id)


def _moved(after: datetime, until: datetime) -> list[CityRow]:
    return [
        row
        for row in source.rows()
        if after < row.opened <= until or (row.opened <= until and row.closed and after < row.closed <= until)
    ]


def _shown(row: CityRow, is_closed: bool) -> UpstreamRequest:
    at = row.closed if is_closed and row.closed else row.opened
    place = Place(row.address, row.lat, row.lon, zipcode=row.zipcode)
    word = "closed" if is_closed else "open"
    return UpstreamRequest(
        row.id, row.type, row.type, word, "", "", row.opened, at, row.target, place, channel=row.channel
    )


def picture(replay: Replay, file: Path) -> None:
    """The supervise view of the last two days, at this moment."""
    from console import screenshot
    from console.app import Application

    with patch("console.storeside.utcnow", replay.clock):
        made = Application(replay.settings, scheme="light", sync=False)
        try:
            made.show((1600, 1000))
            screenshot.wait_until(made, lambda: made.window.is_ready)
            supervising = made.window.supervising
            supervising.show()
            screenshot.wait_until(made, lambda: supervising.figures is not None)
            made.window.queue.setFocus()
            screenshot.take(made, made.window, file)
        finally:
            made.close()


def main(folder: Path) -> None:
    """Write the pictures, and say what was alerted."""
    with tempfile.TemporaryDirectory() as home:
        replay = Replay(Path(home) / "home")
        with closing(replay.store):
            for name, moment in PICTURES.items():
                for _ in watched(replay, moment, timedelta(minutes=10)):
                    pass
                replay.staff()
                picture(replay, folder / f"irene-{name}.png")
            for _ in watched(replay, LAST, timedelta(minutes=10)):
                pass
            for alert in begun(replay):
                sys.stdout.write(f"{alert.begun_at.astimezone(ZONE):%d %b %H:%M}  {alert.sentence}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
