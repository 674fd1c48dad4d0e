"""The tables of `make bench-team`: what each load came to, and what of it does not keep its goal."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tests.benchmarks import team_plans
from tests.benchmarks.harness import Figure, Line
from tests.benchmarks.report import HEAD, aligned, cells, markdown
from tests.benchmarks.team_run import Run

HOW = """Written by `make bench-team`. Every desk is a process of its own without a window: the product's store, the
product's ear at the server, and a command (a request is given to another crew) at a fixed rate. Whenever it hears that
something was saved it reads head, crews and what has changed, as the window's half that reads does. The peers run
beside the desks, under the same load, four times a second, all by psycopg alone: a one-row insert with its commit; a
NOTIFY until another connection has it; the rows of such a command written as a script would, three statements in a
transaction, into another team's store with the same triggers; and from there until another connection has heard of them
and read them. So the ratio to bare SQL says what our code costs; that to a bare commit, also what history and rights
cost. The server is durable (fsync, full_page_writes, synchronous_commit) and on loopback. Times between processes are
of the one clock that they share."""
MANY, VISIBLE_MS = 50, 50.0
_SAVED, _VISIBLE = "a command, click to saved", "a change, saved to read at another desk"


@dataclass(slots=True)
class Times:
    """What the desks of a run told, in milliseconds."""

    saved: Figure = field(default_factory=lambda: Figure("the writer's own command, to saved"))
    """Click to saved, of every command."""
    heard: list[float] = field(default_factory=list)
    """Click to heard at another desk; of use with one writer alone."""
    read: list[float] = field(default_factory=list)
    """Click to its rows read at another desk, of every desk."""
    visible: list[float] = field(default_factory=list)
    """Saved to its rows read at another desk, of every desk."""
    missed: int = 0
    """Of those, how many never came; 0 it has to be."""


def times(run: Run) -> Times:
    """Every command, and for each other desk when it had the rows of it."""
    made = Times()
    seen: list[dict[int, list[tuple[int, float, float]]]] = []
    for told in run.told:
        by_id: dict[int, list[tuple[int, float, float]]] = {}
        seen.append(by_id)
        for heard, read, versions in told.reads:
            for request_id, version in versions.items():
                by_id.setdefault(request_id, []).append((version, heard, read))
    for writer, told in enumerate(run.told):
        for request_id, version, begun, saved in told.commands:
            made.saved.wall.append((saved - begun) * 1000)
            for reader, has in enumerate(seen):
                if reader == writer:
                    continue
                found = next((s for s in has.get(request_id, ()) if s[0] >= version), None)
                if found is None:
                    made.missed += 1
                    continue
                made.heard.append((found[1] - begun) * 1000)
                made.read.append((found[2] - begun) * 1000)
                made.visible.append((found[2] - saved) * 1000)
    return made


def lines(run: Run) -> list[Line]:
    """What is compared with what: medians of one run, of all its desks together."""
    told, n = times(run), run.load.desks
    commit, notify = (
        Figure("a bare durable commit", run.bare.commit),
        Figure("a bare NOTIFY round trip", run.bare.notify),
    )
    rows, read = Figure("the same rows in bare SQL", run.bare.rows), Figure("the same in bare SQL", run.bare.read)
    visible, saved = Figure(_VISIBLE, told.visible), Figure(_SAVED, told.saved.wall)
    made = [
        _line(9, n, saved, commit, "≤ 2×", 2),
        _line(9, n, saved, rows),
        _line(11, n, visible, notify),
        replace(_line(11, n, visible, read), ours_cpu=statistics.median(c for one in run.told for c in one.reading)),
    ]
    if n == 1:
        made += [
            _line(11, n, Figure("his click to heard at another desk", told.heard), told.saved, "≤ 1.3×", 1.3),
            _line(11, n, Figure("his click to read there", told.read), told.saved, "≤ 1.3×", 1.3),
        ]
    if n >= MANY:
        p99 = Line(11, n, "a change, saved to read, p99", visible.p99, None, "", "≤ 50 ms", VISIBLE_MS, bare=True)
        made.append(replace(p99, note=f"{len(visible.wall):,} times that a desk read another's change"))
    return made


def _line(row: int, n: int, ours: Figure, peer: Figure, goal: str = "", most: float | None = None) -> Line:
    made = Line(row, n, ours.name, ours.median, peer.median, peer.name, goal, most)
    return replace(made, ours_p99=ours.p99, peer_p99=peer.p99)


def title(run: Run) -> str:
    """What a load was: "10 desks, each a command every 1 s"."""
    return f"{run.load.desks} desk{'s' if run.load.desks > 1 else ''}, each a command every {run.load.every:g} s"


def came(run: Run) -> str:
    """Commands a second and what they cost, in a sentence or two."""
    told, desks = times(run), sum(one.cpu for one in run.told)
    asked = run.load.desks / run.load.every
    return (
        f"{len(told.saved.wall):,} commands in {run.seconds:g} s, {len(told.saved.wall) / run.seconds:.1f} a second"
        f" (asked for: {asked:g}); {told.missed} changes not read by some desk at the end."
        f" Processor: server {run.server_cpu:.1f} s, desks {desks:.1f} s, of {os.cpu_count()} processors;"
        f" load of the machine {run.busy[0]:.1f} before, {run.busy[1]:.1f} after."
    )


def table(run: Run) -> str:
    """One load, for the terminal."""
    return "\n".join(["", title(run), came(run), *aligned([list(HEAD), *map(cells, lines(run))])]) + "\n"


def page(runs: Sequence[Run], requests: int, plans: team_plans.Plans | None = None) -> str:
    """docs/benchmarks-team.md; `plans` of ten years, where they were looked at."""
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}; {requests:,} requests."
    parts = ["# Benchmarks of a team", HOW, machine]
    for run in runs:
        parts += [f"## {title(run).capitalize()}", came(run), markdown([list(HEAD), *map(cells, lines(run))])]
    parts += team_plans.page(plans) if plans else ()
    walks = team_plans.unmet(plans) if plans else []
    return "\n\n".join([*parts, "## Not met", "\n".join([*unmet(runs), *walks])]) + "\n"


def unmet(runs: Sequence[Run]) -> list[str]:
    """Every goal that is not met, and why once for all that miss it alike."""
    said: list[str] = []
    reasons: dict[str, None] = {}
    for run in runs:
        for line in lines(run):
            if line.met is False:
                beside = f"{line.ratio:.2f}× of {line.peer_name}" if line.ratio else f"{line.ours:.1f} ms"
                said.append(f"- {title(run)}: row {line.row}, {line.name}: {beside}, goal {line.goal}.")
                reasons[WHY.get((line.row, line.name), "")] = None
    return [*said, *(f"- Why: {reason}" for reason in reasons if reason)] if said else ["Every goal is met."]


_CHECKS = (
    "A command is two questions, the second of which ends with the commit: six statements, and the server's checks of"
    " each row, the hash of the history and its indexes. The bare commit is one row without any. What our code adds"
    " is in the line of the same rows in bare SQL."
)
_ALL = (
    "All desks and the server share the processors here, and 49 desks read each change: on two processors the last of"
    " them waits for the others. In a call centre each desk has its own."
)
_READ = "Heard is not read: what has changed is asked for after it."
WHY: dict[tuple[int, str], str] = {
    (9, _SAVED): _CHECKS,
    (11, "his click to heard at another desk"): "The ear's process has to be woken on a machine that is busy.",
    (11, "his click to read there"): _READ,
    (11, "a change, saved to read, p99"): _ALL,
}
"""For each goal that is not met: what stands in the way."""
