"""A report that its caller needs sooner is due sooner: at once, and after whatever its upstream says later."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.domain.policy import LOCAL
from services.domain.status import Channel
from services.domain.story import Story
from services.domain.urgency import UrgencyAnswer
from services.domain.values import Service
from services.sqlite import from_millis
from services.store import ingest, queries
from services.store.joining import CallerWords, join, log_enquiry
from services.store.merging import merge
from services.store.store import Store
from services.store.undo import redo, undo
from tests.services.clock import NOON
from tests.services.domain.test_urgency import BLOCKED, DANGER
from tests.services.store.conftest import Act
from tests.services.store.parts import logged, pull, shown

HOUR = timedelta(hours=1)


def due(store: Store, request_id: int = 1) -> float:
    """Hours after noon; the clock moves by milliseconds."""
    (row,) = queries.columns(store, [request_id])
    assert row.due_ms is not None
    return round((from_millis(row.due_ms) - NOON) / HOUR, 3)


@pytest.fixture(autouse=True)
def target(store: Store) -> None:
    """Trees are due within two days."""
    for upstream in ("", "city"):
        ingest.apply_services(store, upstream, [Service("tree", "Tree", upstream, sla_hours=48.0)])


@pytest.mark.parametrize(
    ("danger", "blocked", "hours"),
    [(None, None, 48), (False, False, 48), (True, False, 2), (True, True, 2), (False, True, 4), (None, True, 4)],
)
def test_a_yes_makes_it_due_sooner(
    store: Store, act: Act, danger: bool | None, blocked: bool | None, hours: int
) -> None:
    said = [UrgencyAnswer(q, yes) for q, yes in ((DANGER, danger), (BLOCKED, blocked)) if yes is not None]
    logged(act(), urgency=said)
    assert due(store) == hours
    (event,) = queries.detail(store, 1).events
    assert ("asked" in event.data) is bool(said)
    assert event.data.get("needed_hours") == (hours if hours < 48 else None)


def test_a_target_that_is_sooner_stands(store: Store, act: Act) -> None:
    ingest.apply_services(store, "city", [Service("tree", "Tree", "city", sla_hours=1.0)])
    logged(act(), upstream="city", urgency=[UrgencyAnswer(DANGER, True)])
    assert due(store) == 1


def test_what_was_needed_stays_needed_whatever_the_upstream_promises_later(store: Store, act: Act) -> None:
    logged(act(), upstream="city", urgency=[UrgencyAnswer(BLOCKED, True)])
    with store.write() as connection:
        reference = connection.exec_driver_sql("SELECT reference FROM request").scalar_one()
    pull(store, shown("theirs", description=f"Tree down {reference}", expected_at=NOON + 72 * HOUR))
    assert due(store) == 4
    ingest.apply_services(store, "city", [Service("tree", "Tree", "city", sla_hours=24.0)])
    assert due(store) == 4
    pull(store, shown("theirs", description=f"Tree down {reference}", expected_at=NOON + 3 * HOUR))
    assert due(store) == 3


def test_one_more_caller_can_make_it_due_sooner_and_undo_takes_that_back(store: Store, act: Act) -> None:
    pull(store, shown("theirs", requested_at=NOON, expected_at=NOON + 30 * HOUR))
    assert due(store) == 30
    head = store.head()
    join(act(), 1, CallerWords("Bo", "617 555 0188", urgency=[UrgencyAnswer(BLOCKED, True)]))
    assert due(store) == 4
    assert store.changes_since(head)[1] == (1,)
    detail = queries.detail(store, 1)
    assert Story(detail, LOCAL).line(detail.events[0]).words == (
        "One more caller, taken down by ana; how urgent: “Is the road blocked?” yes; needed within 4 h"
    )
    log_enquiry(act(), 1, CallerWords("Cy", "617 555 0177", urgency=[UrgencyAnswer(DANGER, True)]))
    assert due(store) == 2
    pull(store, shown("theirs", requested_at=NOON, expected_at=NOON + 30 * HOUR, status_notes="Soon"))
    assert due(store) == 2, "what the upstream says later does not change what is needed"
    undo(act())
    assert due(store) == 4
    undo(act())
    assert due(store) == 30
    redo(act())
    assert due(store) == 4


def test_what_is_merged_is_as_urgent_as_its_callers_said(store: Store, act: Act) -> None:
    for answers in ([], [UrgencyAnswer(BLOCKED, True)], []):
        logged(act(), urgency=answers)
    merge(act(), [2], 1)
    assert (due(store, 1), due(store, 3)) == (4, 48)
    merge(act(), [1], 3)
    assert due(store, 3) == 4, "however many steps away"
    head = store.head()
    changes = log_enquiry(act(), 2, CallerWords("Cy", "617 555 0177", urgency=[UrgencyAnswer(DANGER, True)]))
    assert due(store, 3) == 2
    assert changes.ids == (2,), "what the call was about"
    assert store.changes_since(head)[1] == (2, 3), "so that the desk shows it"
    undo(act())
    assert due(store, 3) == 4
    undo(act())
    assert (due(store, 1), due(store, 3)) == (4, 48)
    undo(act())
    assert due(store, 1) == 48
    redo(act())
    assert due(store, 1) == 4


def test_a_no_changes_nothing_but_is_in_the_history(store: Store, act: Act) -> None:
    logged(act())
    join(act(), 1, CallerWords("Bo", "617 555 0188", urgency=[UrgencyAnswer(DANGER, False)]))
    assert due(store) == 48
    assert queries.detail(store, 1).events[0].data["asked"] == "“Is anyone in danger?” no"


@pytest.mark.parametrize("channel", [Channel.WALK_IN, Channel.EMAIL, Channel.WEB, Channel.PHONE])
def test_the_channel_is_kept(store: Store, act: Act, channel: Channel) -> None:
    logged(act(), channel=channel)
    detail = queries.detail(store, 1)
    assert detail.request.channel is channel
    assert detail.events[0].data["channel"] == channel.value
