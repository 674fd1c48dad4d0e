"""The window killed (SIGKILL) while a call is typed: at most the last second is missing, nothing is half or twice.

`python -m tests.end_to_end.test_draft_kills 200` kills it so often, and prints what was missing and found.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest

from console import drafts
from services.domain.values import Attribute
from services.store import upstreams
from tests.console import town
from tests.end_to_end.doomed import Child, preload
from tests.end_to_end.driven import type_away
from widgets.call.draft import PhoneReportDraft

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
]
KILLS = 5
LATEST = 1.0
"""Seconds before the kill of which what was typed may be missing."""
ALL = {"words", "service", "answer", "point"}


@dataclass(frozen=True)
class Kill:
    """What one kill left."""

    missing: float
    """For how many seconds of the window's own before the kill what was done is missing."""
    form: PhoneReportDraft


def killed(home: Path, chance: random.Random, *, full: bool = False) -> Kill:
    """Type and kill at a random moment; `full`: not before the form has held everything for longer than `LATEST`."""
    child = Child([str(home), str(chance.randrange(1 << 30))], run=type_away)
    states = [_state(child)]
    until = chance.uniform(0.05, 2.5)
    while states[-1][0] < until:
        states.append(_state(child))
        if full and not _parts(states[-1][1]) >= ALL:
            until = states[-1][0] + 2 * LATEST
    child.process.kill()
    child.ends()  # what it said until then is heard, too
    states += [_read(line) for line in child.said[len(states) :]]
    moment = states[-1][0]
    found = drafts.kept(home)
    assert len(found) <= 1, "a draft is there twice"
    form = found[0].form if found else PhoneReportDraft()
    same = [i for i, (_, state) in enumerate(states) if state == form or (not found and state.is_empty)]
    assert same or not found, f"a draft is half: {form}"
    missing = states[same[-1] + 1 :] if same else states
    return Kill(moment - missing[0][0] if missing else 0.0, form)


def _state(child: Child) -> tuple[float, PhoneReportDraft]:
    child.hear()
    return _read(child.said[-1])


def _read(line: str) -> tuple[float, PhoneReportDraft]:
    """The moment, and what then stood in the form."""
    moment, _, form = line.partition(" ")
    return float(moment), msgspec.json.decode(form, type=PhoneReportDraft)


def _parts(form: PhoneReportDraft) -> set[str]:
    """Which parts of a call a form holds."""
    held = {"words": form.description, "service": form.service_code, "answer": form.answers, "point": form.lat}
    return {name for name, value in held.items() if value}


def town_of(home: Path) -> None:
    """A desk with services, each of which asks something."""
    settings = town.build(home, count=1, deaf=1)
    with closing(town.second(settings)) as store:
        for upstream, code in product(("city", "deaf"), ("0", "1", "2")):
            upstreams.apply_definition(store, upstream, code, (Attribute("near", "string", "What is near?"),))


def each(kills: int, seed: int) -> Iterator[Kill]:
    """So many kills, each in a home of its own."""
    chance = random.Random(seed)
    for _ in range(kills):
        with TemporaryDirectory() as folder:
            town_of(Path(folder))
            yield killed(Path(folder), chance)


def test_a_kill_while_typing_loses_less_than_a_second() -> None:
    assert max(kill.missing for kill in each(KILLS, 20261127)) < LATEST


def test_words_service_answer_and_point_are_all_there_again(tmp_path: Path) -> None:
    town_of(tmp_path)
    kill = killed(tmp_path, random.Random(122), full=True)  # holds everything early, and for long
    assert kill.missing < LATEST
    assert _parts(kill.form) == ALL


if __name__ == "__main__":
    count = int(sys.argv[1])
    preload("console.app", "console.storeside", "widgets.map.view", "tests.end_to_end.driven")
    kills = list(each(count, int(time.time())))
    much = sum(kill.missing >= LATEST for kill in kills)
    held = Counter(part for kill in kills for part in _parts(kill.form))
    sys.stdout.write(
        f"{count} kills while typing: {much} lost more than {LATEST:.0f} s, none half, none twice; the most that was "
        f"missing had been done in the last {max(kill.missing for kill in kills):.2f} s\n"
        f"Found in the drafts: {', '.join(f'{held[part]} with {part}' for part in sorted(ALL))}\n"
    )
