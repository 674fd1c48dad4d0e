"""Kills a writer at random moments and checks that every acknowledged command is kept whole: `python -m tests.crash`.

A child does commands against one store without pause: through services.store.commands, through the command line in one
process, and as processes of the command line of their own. It says what it is about to do ("try"), and when it is done
its answer with the operation is the acknowledgement. After each SIGKILL the store has to hold what
was acknowledged, and of the command under way all or nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from console.cli import main as command_line
from services.domain.exchange import Page, UpstreamRequest
from services.domain.policy import Policy
from services.domain.status import ALL_ROLES, Status
from services.domain.statusmap import STATUS_MAPS, Dialect
from services.domain.values import Actor, Crew, Place
from services.store import commands, ingest, queries
from services.store.acting import Acting
from services.store.crews import save_crews
from services.store.store import Store

KILLS = 60
CONFIG = """
[desk]
actor = "ana"

[[upstream]]
name = "city"
url = "http://127.0.0.1:9/open311/v2"
updates = "servicerequestupdates"
dialect = "gateway"

[[crew]]
name = "Forestry 1"

[[crew]]
name = "Forestry 2"
"""
CREWS = ("Forestry 1", "Forestry 2")
POLICY = Policy("city", STATUS_MAPS[Dialect.GATEWAY], takes_updates=True)
TARGETS = (Status.IN_PROGRESS, Status.SCHEDULED, Status.ON_HOLD)
Row = tuple[str, int | None, int]
"""Status, crew, version."""


@dataclass(frozen=True)
class Seen:
    """All that commands change, in figures."""

    rows: dict[int, Row]
    events: int
    outbox: int
    texts: int

    def after(self, step: Step) -> Seen:
        rows = {**self.rows, **step.rows}
        return Seen(rows, self.events + step.events, self.outbox + step.outbox, self.texts + step.texts)


@dataclass(frozen=True)
class Step:
    """One command, and what it changes when it is done."""

    name: str
    ids: list[int]
    argument: str
    rows: dict[int, Row]
    events: int
    outbox: int
    texts: int

    @classmethod
    def read(cls, line: str) -> Step:
        found = json.loads(line.removeprefix("try "))
        return cls(**{**found, "rows": {int(key): tuple(row) for key, row in found["rows"].items()}})


@dataclass
class Tally:
    """What was seen over all kills."""

    kills: int = 0
    acknowledged: int = 0
    cut: int = 0
    """Kills that struck while a command was under way."""
    kept: int = 0
    """Of those, commands that were in the store all the same."""
    faults: list[str] = field(default_factory=list)


def choose(rng: random.Random, seen: Seen, most: int) -> Step:
    """The next command on up to `most` requests."""
    ids = rng.sample(sorted(seen.rows), min(most, rng.randint(1, 5)))
    text = f"{rng.random():.16f}"
    name = rng.choice(["note", "message", "assign", "status", "status", "log"])
    rows = {i: seen.rows[i] for i in ids}
    if name == "note":
        return Step(name, ids, text, {}, len(ids), 0, len(ids))
    if name == "message":
        moved = {i: (s, c, v + 1) for i, (s, c, v) in rows.items()}
        return Step(name, ids, text, moved, len(ids), len(ids), len(ids))
    if name == "assign":
        crew = rng.choice([1, 2])
        moved = {i: (s, crew, v + 1) for i, (s, c, v) in rows.items() if c != crew}
        told = [i for i, (s, _, _) in moved.items() if s == Status.NEW]
        moved |= {i: (Status.ASSIGNED.value, crew, moved[i][2]) for i in told}
        if moved:
            return Step(name, list(moved), CREWS[crew - 1], moved, len(moved), len(told), 0)
    if name == "status":
        target = rng.choice(TARGETS)
        moved = {i: (target.value, c, v + 1) for i, (s, c, v) in rows.items() if s != target}
        if moved:
            return Step(name, list(moved), target.value, moved, len(moved), len(moved), 0)
    new = max(seen.rows) + 1
    return Step("log", [new], text, {new: (Status.NEW.value, None, 1)}, 1, 1, 0)


def through_the_store(store: Store, step: Step) -> str:
    """Do it by services.store.commands; gives the operation."""
    acting = Acting(store, Actor("ana", ALL_ROLES), {"city": POLICY}, timedelta(seconds=10))
    if step.name == "note":
        return commands.add_note(acting, step.ids, step.argument).operation
    if step.name == "message":
        return commands.send_message(acting, step.ids, step.argument).operation
    if step.name == "assign":
        return commands.assign(acting, step.ids, CREWS.index(step.argument) + 1).operation
    if step.name == "status":
        return commands.set_status(acting, step.ids, Status(step.argument)).operation
    call = commands.PhoneReport("tree", step.argument, Place("1 Elm Street"), upstream="city")
    return commands.log_call(acting, call).operation


def words(home: Path, step: Step) -> list[str]:
    """The same as a command line."""
    start = ["--home", str(home), "do", step.name]
    number = f"{step.ids[0]:06d}"
    if step.name == "log":
        rest = ["--service", "tree", "--upstream", "city", "--address", "1 Elm Street", "--description", step.argument]
        return [*start, *rest, "--json"]
    if step.name == "assign":
        return [*start, number, "--crew", step.argument, "--json"]
    return [*start, number, step.argument, "--json"]


def say(line: str) -> None:
    """One line on the standard output, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def write_without_pause(home: Path, seed: int, *, by_command_line: bool) -> None:
    """The child: says each step, does it, and says that it is done."""
    rng = random.Random(seed)
    seen = look(home / "desk.db")
    store = None if by_command_line else Store.open(f"sqlite:///{home}/desk.db")
    while True:
        step = choose(rng, seen, 1 if by_command_line else 5)
        say(f"try {json.dumps(vars(step))}")
        if store is None:
            if command_line(words(home, step)) != 0:
                raise RuntimeError("The command line refused.")
        else:
            say(json.dumps({"operation": through_the_store(store, step)}))
        seen = seen.after(step)


def look(file: Path) -> Seen:
    """What the store holds, after SQLite has found it whole. Raises ValueError when it is not."""
    connection = sqlite3.connect(file, timeout=15)
    try:
        if (found := connection.execute("PRAGMA integrity_check").fetchall()) != [("ok",)]:
            raise ValueError(f"integrity_check: {found}")
        if found := connection.execute("PRAGMA foreign_key_check").fetchall():
            raise ValueError(f"foreign_key_check: {found}")
        connection.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")
        connection.rollback()
        rows = connection.execute("SELECT id, status, crew_id, version FROM request")
        kept = {number: (status, crew, version) for number, status, crew, version in rows}
        counts = [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("event", "outbox", "text")
        ]
        return Seen(kept, *counts)
    except sqlite3.DatabaseError as problem:
        raise ValueError(str(problem)) from problem
    finally:
        connection.close()


def prepare(home: Path) -> None:
    """A store with 40 reports of residents and two crews."""
    (home / "config.toml").write_text(CONFIG, encoding="utf-8")
    store = Store.open(f"sqlite:///{home}/desk.db")
    now = datetime(2026, 8, 29, 12, tzinfo=UTC)
    place = Place("1 Elm Street", 42.3, -71.06)
    shown = UpstreamRequest("", "tree", "Tree", "open", "", "A tree is down.", now, now, None, place)
    page = Page(tuple(replace(shown, upstream_id=str(n)) for n in range(40)), (), "cursor")
    ingest.apply_page(store, POLICY, page)
    save_crews(store, [Crew(0, name) for name in CREWS])
    assert [crew.name for crew in queries.crews(store)] == list(CREWS)
    store.close()


def forked(home: Path, seed: int, *, by_command_line: bool) -> tuple[int, int]:
    """Start a child that writes; gives its id and the reading end of its output."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    try:
        sys.stdout = os.fdopen(writing, "w", encoding="utf-8")
        write_without_pause(home, seed, by_command_line=by_command_line)
    except BaseException:  # noqa: BLE001 (a forked child must not go on as its parent)
        traceback.print_exc()
    finally:
        os._exit(1)


def killed(home: Path, rng: random.Random, *, by_command_line: bool) -> list[str]:
    """Let a child write, kill it at a random moment, and give the lines that it said."""
    pid, reading = forked(home, rng.randrange(2**32), by_command_line=by_command_line)
    with os.fdopen(reading, "rb") as output:
        said = output.readline()
        time.sleep(rng.uniform(0.0, 0.8))
        os.kill(pid, signal.SIGKILL)
        said += output.read()
    _, status = os.waitpid(pid, 0)
    if not os.WIFSIGNALED(status):
        raise RuntimeError(f"The writer ended by itself: {said.decode()}")
    whole = said.decode()[: said.decode().rfind("\n") + 1]
    return whole.splitlines()


def killed_process(home: Path, rng: random.Random) -> list[str]:
    """The same with a process of the command line that does one command, from its start to its end."""
    step = choose(rng, look(home / "desk.db"), 1)
    argv = [sys.executable, "-m", "console.cli", *words(home, step)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as process:
        try:
            said, _ = process.communicate(timeout=rng.uniform(0.3, 1.5))
        except subprocess.TimeoutExpired:
            process.kill()
            said, _ = process.communicate()
    return [f"try {json.dumps(vars(step))}", *said.decode().splitlines()]


def judge(home: Path, before: Seen, lines: list[str], tally: Tally) -> Seen:
    """Hold the store against what was said, and note what is wrong."""
    expected, under_way = before, None
    operations = []
    for line in lines:
        if line.startswith("try "):
            under_way = Step.read(line)
        elif under_way:
            expected, under_way = expected.after(under_way), None
            operations.append(json.loads(line)["operation"])
    tally.acknowledged += len(operations)
    try:
        found = look(home / "desk.db")
    except ValueError as problem:
        tally.faults.append(str(problem))
        return expected
    tally.faults += [f"lost: {operation}" for operation in missing(home / "desk.db", operations)]
    tally.cut += under_way is not None
    if under_way and found == expected.after(under_way):
        tally.kept += 1
    elif found != expected:
        tally.faults.append(f"half or lost near {under_way}: {found} instead of {expected}")
    return found


def missing(file: Path, operations: list[str]) -> Iterator[str]:
    """Acknowledged operations that the history does not know."""
    connection = sqlite3.connect(file)
    try:
        for operation in operations:
            if not connection.execute("SELECT 1 FROM event WHERE operation = ?", (operation,)).fetchone():
                yield operation
    finally:
        connection.close()


def crash(kills: int, seed: int, show: Callable[[str], None] = lambda line: None) -> Tally:
    """Kill so many writers: of eight, five use the store's commands, two the command line, one is a process of it."""
    rng, tally = random.Random(seed), Tally()
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        home = Path(folder)
        prepare(home)
        seen = look(home / "desk.db")
        for tally.kills in range(1, kills + 1):
            way = tally.kills % 8
            lines = killed_process(home, rng) if way == 7 else killed(home, rng, by_command_line=way in {3, 5})
            seen = judge(home, seen, lines, tally)
            show(f"{tally.kills}: {len(lines) // 2} acknowledged, {len(seen.rows)} requests, {seen.events} events")
            if tally.faults:
                break
    return tally


def main() -> int:
    """Print one line with the figure; 1 when anything was lost, half or damaged."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument("--verbose", action="store_true", help="a line for each kill")
    args = parser.parse_args()
    start = time.monotonic()
    tally = crash(args.kills, args.seed, say if args.verbose else lambda line: None)
    say(
        f"{tally.kills} kills, {tally.acknowledged:,} commands acknowledged, "
        f"{len(tally.faults)} lost, half or damaged; {tally.cut} struck during a command "
        f"({tally.kept} of those kept whole, {tally.cut - tally.kept} left no trace); "
        f"integrity_check {'not ok' if tally.faults else 'ok'}; SQLite {sqlite3.sqlite_version}, "
        f"{time.monotonic() - start:.0f} s, seed {args.seed}"
    )
    for fault in tally.faults:
        say(fault)
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
