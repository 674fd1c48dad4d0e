"""The window itself killed (SIGKILL) before and after each commit of its work, and opened again.

What pulls and posts for it is a process of its own: that ends what it has in hand and then itself; killed at every
commit and send it is in test_kills.
"""

from __future__ import annotations

import os

import pytest

from services.domain.outbox import OutboxState
from tests.end_to_end.doomed import Child, Point
from tests.end_to_end.driven import CRASH, drive
from tests.end_to_end.test_kills import KILLED, once_each, points
from tests.end_to_end.town import Town

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
]


def window(town: Town, numbers: list[str], point: Point | None = None) -> Child:
    """A window in which somebody assigns these reports and tells their residents."""
    words = [word for number in numbers for word in (number, message(number))]
    return Child([str(town.home), *words], point, drive, CITY_KEY=town.key)


def message(number: str) -> str:
    return f"A crew is on its way to {number}."


def test_the_window_killed_at_every_commit(town: Town) -> None:
    town.serve()
    town.crews("Forestry 1", "Forestry 2")
    (first,) = town.reports(1)
    whole = window(town, [first])
    assert whole.ends() == 0, whole.said
    assert set(whole.done) == {"commit"}, "the window itself sends nothing"
    assert len(whole.done) >= 2, "the assignment and the status with its message"
    ends = points(whole.done)
    numbers = town.reports(len(ends))
    killed = 0
    for point, number in zip(ends, numbers, strict=True):
        doomed = window(town, [number], point)
        code = doomed.ends()
        crash = (town.home / CRASH).read_text("utf-8")
        assert code in (KILLED, 0), f"{point}: {doomed.said} {doomed.done} {crash}"
        killed += code == KILLED
    assert killed >= len(ends) - 4, "a window may have one pull less to note than the first had, no more"
    last = window(town, numbers)
    assert last.ends() == 0, last.said
    town.told = [message(number) for number in [first, *numbers]]
    town.until_mailed()
    assert town.states() == {OutboxState.SENT}
    once_each(town)
