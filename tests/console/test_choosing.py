"""What the choosers offer at a real desk: crews best first, statuses with what each tells, nothing that cannot be."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from console import choosing
from services.domain.status import Status
from services.queue.snapshot import STATUSES
from tests.console.conftest import Sitting
from tests.services.supervise import city


def test_crews_with_the_skill_come_first_and_the_rest_say_why_not(desk: Sitting) -> None:
    desk.choose(desk.id_of("city-0"))
    made = choosing.crew_candidates(desk.desk)
    assert [c.crew.name for c in made if c.fits] == ["Tree 1", "Tree 2"]
    shown, note = choosing.crew_row(made, made[0].crew)
    assert [c.crew.name for c in shown] == ["Tree 2"]
    assert note == ""
    assert [c.key for c in choosing.crew_choices(made, made[0].crew)][-1] == choosing.NO_CREW


def test_for_several_kinds_of_work_the_reason_names_how_many(desk: Sitting) -> None:
    desk.choose(*desk.ids[:6])
    made = choosing.crew_candidates(desk.desk)
    assert made[0].reason.startswith("takes 1 of the 3 kinds of work")
    assert not made[0].fits


def test_a_full_crew_is_named(desk: Sitting) -> None:
    jobs = tuple(desk.id_of(f"city-{i}") for i in range(4))
    for status in ("tree 2", ""):
        desk.choose(*jobs)
        desk.press("A" if status else "S")
        desk.pick(status or "in progress")
        desk.turns(jobs[0], Status.ASSIGNED if status else Status.IN_PROGRESS)
    desk.choose(desk.id_of("city-6"))
    _, note = choosing.crew_row(choosing.crew_candidates(desk.desk), None)
    assert note == "Tree 2 is full"


def test_statuses_say_what_the_upstream_is_told_and_what_is_already_so(desk: Sitting) -> None:
    desk.choose(desk.id_of("city-0"))
    choices = {c.key: c for c in choosing.status_choices(choosing.status_offers(desk.desk, has_message=False))}
    assert choices["in_progress"].note == "“city” is told IN_PROGRESS."
    assert all(c.reason for c in choices.values() if not c.enabled)


def test_nothing_is_offered_without_a_selection(desk: Sitting) -> None:
    assert choosing.crew_candidates(desk.desk) == ()
    assert choosing.without_updates(desk.desk) is None
    assert not [c for c in choosing.palette_choices(desk.window.registry, desk.window) if c.only_typed]


def test_one_upstream_without_updates_is_enough(desk: Sitting) -> None:
    desk.choose(desk.id_of("city-0"), desk.id_of("deaf-0"))
    found = choosing.without_updates(desk.desk)
    assert found is not None
    assert found.upstream == "deaf"


@pytest.mark.parametrize("size", [0, 1, 2, 300, 5_000, -1], ids=str)
def test_what_is_said_of_many_holds_for_each_of_them(size: int) -> None:
    list_ = city.snapshot()
    rows = np.arange(len(list_.ids)) if size < 0 else np.random.default_rng(size).permutation(len(list_.ids))[:size]
    kinds = Counter(
        (list_.upstreams[list_.upstream_idx[row]], bool(list_.crew_idx[row] >= 0), STATUSES[list_.status[row]])
        for row in rows.tolist()
    )
    found = choosing.kinds(list_, rows)
    assert {(kind.upstream, kind.has_crew, kind.status): kind.size for kind in found} == kinds
    assert len(found) == len(kinds)
    pairs = {(list_.services[list_.service_idx[row]], list_.areas[list_.area_idx[row]]) for row in rows.tolist()}
    work = choosing.work(list_, rows)
    assert set(work) == pairs
    assert len(work) == len(pairs)
