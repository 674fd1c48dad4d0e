"""Who usually goes, where the answers on the form tell it: read when a request with answers is shown, or proposed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console import choosing, opening
from console.pasts import KEPT, Pasts
from console.settings import Settings
from services.dispatch import history
from services.dispatch.history import History
from services.domain.exchange import Page
from services.store import commands, ingest, queries
from services.sync.policies import policies
from tests.console import town
from tests.console.conftest import Sitting, sitting_at
from widgets.picker import Picker

MANY = 24
"""Requests that say whether the tree lies on a road or in a park, in turn; all but the last two have a crew."""


def telling(home: Path) -> Settings:
    """The town, where fallen trees on roads go to Tree 1 and those in parks to Tree 2."""
    made, now = town.build(home, count=0), datetime.now(UTC)
    with closing(opening.open_store(made)) as store:
        policy = policies(made.upstreams, queries.upstream_states(store))["city"]
        new = [town.request("city", 3 * i, now, "") for i in range(MANY)]
        rows = [replace(r, answers=(("lies", ("park" if i % 2 else "road",)),)) for i, r in enumerate(new)]
        ingest.apply_page(store, policy, Page(tuple(rows), (), "2"), lambda points: ["" for _ in points])
        acting = opening.acting(store, made)
        ids = {row.upstream_id: row.id for row in queries.columns(store)}
        for crew in queries.crews(store):
            first = int(crew.name == "Tree 2")
            commands.assign(acting, [ids[f"city-{3 * i}"] for i in range(first, MANY - 2, 2)], crew.id)
    return made


@pytest.fixture
def desk(folder: Path, qtbot: QtBot) -> Iterator[Sitting]:
    with sitting_at(telling(folder), qtbot) as sitting:
        yield sitting


def reasons(desk: Sitting) -> dict[str, str]:
    return {c.crew.name: c.reason for c in choosing.crew_candidates(desk.desk)}


def first_offered(desk: Sitting) -> str:
    """What the detail pane says of the crew that it names first."""
    return next((row.accessibleName() for row in desk.window.detail.crews.rows), "")


def test_what_was_answered_decides_and_is_said(desk: Sitting) -> None:
    in_park, on_road = (desk.id_of(f"city-{3 * (MANY - n)}") for n in (1, 2))
    desk.choose(in_park)
    desk.until(lambda: desk.desk.pasts.answers)
    assert desk.desk.pasts.answers[in_park] == {"lies": "park"}
    assert "took 11 of the last 11 answered so" in reasons(desk)["Tree 2"]
    assert "took" not in reasons(desk)["Tree 1"]
    desk.choose(on_road)
    assert "took 11 of the last 11 answered so" in reasons(desk)["Tree 1"]


def test_who_usually_goes_is_learned_beside_the_desk_and_only_where_a_crew_is_sought(
    desk: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []

    def noted(*given: Any) -> History:
        threads.append(threading.current_thread().name.partition("_")[0])
        return real(*given)

    real = history.learn
    monkeypatch.setattr(history, "learn", noted)
    has_crew, without = desk.id_of("city-0"), desk.id_of(f"city-{3 * (MANY - 1)}")
    desk.choose(has_crew)
    desk.until(lambda: desk.desk.pasts.answers)
    assert threads == []
    desk.choose(without)
    desk.until(lambda: first_offered(desk).startswith("Tree 2.") and "took 11 of the last 11" in first_offered(desk))
    assert set(threads) == {"ranking"}
    desk.press("A")
    desk.until(lambda: isinstance(QApplication.activePopupWidget(), Picker))
    assert set(threads) == {"ranking"}, "it is known by now"
    assert first_offered(desk) == f"Tree 2. {reasons(desk)['Tree 2']}"


def test_what_is_known_is_kept_until_the_list_or_the_answers_are_others(desk: Sitting) -> None:
    found, pasts = desk.desk.last_found, Pasts()
    assert found is not None
    service, other = found.snapshot.services[0], replace(found.snapshot)
    assert pasts.lately(service) is None
    first = pasts.surely(found.snapshot, service)
    assert pasts.surely(found.snapshot, service) is pasts.lately(service) is first
    assert not pasts.is_new(other, service)
    assert pasts.lately(service) is first
    second = pasts.surely(other, service)
    assert second is not first
    pasts.answers = {1: {"lies": "park"}}
    assert not pasts.is_new(other, service)
    assert pasts.surely(other, service) is not second
    del other
    for n in range(KEPT):
        pasts.keep(found.snapshot, {}, f"service {n}", first)
    assert pasts.lately(service) is None
    assert pasts.lately("service 0") is first


def test_a_proposal_knows_the_answers_though_none_was_shown(desk: Sitting) -> None:
    desk.choose(*(desk.id_of(f"city-{3 * (MANY - n)}") for n in (1, 2)))
    desk.press("Shift+A")
    dialog = desk.window.acts.proposing.dialog
    assert dialog is not None
    desk.until(dialog.list.topLevelItemCount)
    items = [dialog.list.topLevelItem(i) for i in range(2)]
    assert all(" % of such here" in item.text(4) for item in items if item)
