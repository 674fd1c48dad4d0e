"""Every process of the loop killed (SIGKILL) before and after each commit and send, and started again.

The desk's command, the worker and the gateway are real processes; messages are counted at the mail server's DATA.
None is lost. None arrives twice, but the one whose acceptance was cut off, and that with the same Message-ID.
"""

from __future__ import annotations

import os
import signal

import pytest

from services.domain.outbox import OutboxState
from tests.end_to_end.doomed import Point
from tests.end_to_end.town import Town

pytestmark = [pytest.mark.chaos, pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")]


def points(done: list[str]) -> list[Point]:
    """Before and after each of these."""
    numbered = [(kind, done[: i + 1].count(kind)) for i, kind in enumerate(done)]
    return [Point(kind, when, n) for kind, n in numbered for when in ("before", "after")]


KILLED = -signal.SIGKILL


def once_each(town: Town) -> None:
    arrived = town.end()
    assert sorted(text for text, _ in arrived) == sorted(town.told)


CUT_OFF = {Point("send", "after", 1), Point("commit", "before", 3)}
"""The mail server has said yes, and the gateway dies before that is noted: the one window there is."""


def test_the_desk_killed_at_every_commit(town: Town) -> None:
    town.serve()
    (number,) = town.reports(1)
    first = town.tell(number)
    assert first.ends() == 0
    assert first.done == ["commit"]
    ends = points(first.done)
    for point, number in zip(ends, town.reports(len(ends)), strict=True):
        assert town.tell(number, point).ends() == KILLED
        kept = point.when == "after"
        assert town.tell(number).ends() == (1 if kept else 0), "kept when it was committed, else as if never done"
    town.until_told()
    once_each(town)


def test_the_worker_killed_at_every_commit_and_send(town: Town) -> None:
    town.serve()
    (number,) = town.reports(1)
    assert town.tell(number).ends() == 0
    done = town.sync()
    assert done[:3] == ["commit", "send", "commit"], "sending is committed before the call, and what came of it after"
    ends = points(done)
    for point, number in zip(ends, town.reports(len(ends)), strict=True):
        assert town.tell(number).ends() == 0
        worker = town.child("worker", point=point)
        assert worker.ends() == KILLED, f"{point}: {worker.done}"
        town.until_told()
    once_each(town)


def test_the_worker_killed_while_it_posts_a_report_of_the_desk(town: Town) -> None:
    town.serve()
    service = town.plain_service()
    town.sync()
    ends = points(["commit", "send", "commit"])
    for point in ends:
        log = ["do", "log", "--service", service, "--address", "1 Elm Street", "--description", f"Killed {point}."]
        assert town.child(*log).ends() == 0
        assert town.child("worker", point=point).ends() == KILLED
        town.sync()
        assert town.states() == {OutboxState.SENT}
    assert town.descriptions("gateway.db", "requests") == sorted(f"Killed {point}." for point in ends)
    assert town.descriptions("desk.db", "request") == sorted(f"Killed {point}." for point in ends)


def test_the_gateway_killed_at_every_commit_and_send(town: Town) -> None:
    gateway = town.serve()
    (number,) = town.reports(1)
    gateway.stop()
    gateway = town.serve()
    assert town.tell(number).ends() == 0
    town.until_told()
    gateway.stop()
    assert gateway.done == ["commit", "commit", "send", "commit"], "the update; then the letter: claimed, sent, noted"
    allowed = list(town.told)
    ends = points(gateway.done)
    gateway = town.serve()
    numbers = town.reports(len(ends))
    gateway.stop()
    for point, number in zip(ends, numbers, strict=True):
        doomed = town.serve(point)
        assert town.tell(number).ends() == 0
        allowed += town.told[-1:] * (2 if point in CUT_OFF else 1)
        town.sync()
        assert doomed.ends() == KILLED, f"{point}: {doomed.done}"
        gateway = town.serve()
        town.sync()
        town.until_mailed()
        gateway.stop()
    town.gateway = None
    assert town.states() == {OutboxState.SENT}
    assert sorted(text for text, _ in town.arrived()) == sorted(allowed)
    assert len(set(town.arrived())) == len(town.told), "a second copy has the Message-ID of the first"
