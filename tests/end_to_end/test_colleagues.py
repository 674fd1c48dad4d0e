"""Many real desks at work on one server; in the end each shows what the database holds, to the row.

The suite sits three of them down for some seconds; `python -m tests.end_to_end.test_colleagues 10 120` sits ten down
for two minutes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.domain.rights import Group
from services.store import queries
from services.store.store import Store
from services.team import members, setup
from tests.console.test_team import fill, home_of
from tests.end_to_end.colleague import digest
from tests.services.postgres import running

PATIENCE = 60


@dataclass
class Desk:
    """One process."""

    process: subprocess.Popen[str]

    def say(self, word: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()

    def answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


@contextmanager
def desk(home: Path, seed: int) -> Iterator[Desk]:
    argv = [sys.executable, "-m", "tests.end_to_end.colleague", str(home), str(seed)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(argv, **pipes) as process:  # type: ignore[call-overload]
        try:
            yield Desk(process)
            process.stdin.close()
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()


def work(url: str, folder: Path, count: int, seconds: float) -> tuple[int, int]:
    """Let so many desks work for so long; gives how many requests there are, and how much was done.

    Raises AssertionError where a desk shows anything else than what the database holds.
    """
    fill(folder, url)
    homes = []
    for i in range(count):
        members.add(url, f"desk{i}", Group.SUPERVISOR)
        homes.append(home_of(folder, url, f"desk{i}").home)
    with ExitStack() as stack:
        desks = [stack.enter_context(desk(home, seed)) for seed, home in enumerate(homes)]
        assert [one.answer() for one in desks] == ["ready"] * count
        threading.Event().wait(seconds)  # they work meanwhile
        for one in desks:
            one.say("end")
        return _agree(url, desks)


def _agree(url: str, desks: list[Desk]) -> tuple[int, int]:
    store = Store.open(url)
    try:
        for _ in range(PATIENCE):
            for one in desks:
                one.say("tell")
            told = [one.answer().split() for one in desks]
            rows = [(r.id, r.status, r.outcome or "", r.crew_id or 0) for r in queries.columns(store)]
            if {digests for digests, *_ in told} == {digest(rows)}:
                return len(rows), sum(int(done) for *_, done in told)
            threading.Event().wait(1)  # what was under way lands
        raise AssertionError(f"after {PATIENCE} s desks show other rows than the store: {told}")
    finally:
        store.close()


def test_desks_at_work_end_with_what_the_database_holds(server_url: str, tmp_path: Path) -> None:
    requests, done = work(server_url, tmp_path, 3, 5)
    assert done >= 9
    assert requests > 30


def main(count: int, seconds: float) -> None:
    """Print what so many desks did."""
    durable = dict.fromkeys(("fsync", "full_page_writes", "synchronous_commit"), "on")
    with running(**durable) as server, tempfile.TemporaryDirectory() as folder:
        url = server.url("city", "postgres")
        setup.init(url)
        requests, done = work(url, Path(folder), count, seconds)
    said = f"{done:,} things done, {requests:,} requests; every desk shows what the database holds"
    sys.stdout.write(f"{count} desks for {seconds:g} s: {said}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
