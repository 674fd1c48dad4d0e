"""`alerts` lists what the rules have begun and puts a name to one."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from console import opening, settings
from services.domain.alerts import Measure, Rule
from services.store import alerts
from services.store.store import Store
from tests.console.cli.conftest import Run


@pytest.fixture
def begun(run: Run, home: Path) -> None:
    """Two alerts have begun, and one of them is over."""
    assert run("list").code == 0
    made = settings.load(home)
    with closing(opening.open_store(made)) as store:
        acting = opening.acting(store, made)
        for name in ("Trees", "Storm"):
            alerts.save_rule(acting, Rule(0, name, "is:open", Measure.COUNT, 20))
        for rule in alerts.rules(store):
            alerts.begin(store, rule, 21)
        alerts.end(store, _of(store, "Trees"))


def _of(store: Store, name: str) -> int:
    return next(alert.id for alert in alerts.history(store) if alert.rule == name)


def test_those_that_last_and_all(run: Run, begun: None) -> None:
    (head, row) = run("alerts").out.splitlines()
    assert head.split()[:3] == ["ID", "BEGAN", "OVER"]
    assert "21 requests" in row
    assert row.endswith("is:open")
    assert len(run("alerts", "--all").out.splitlines()) == 3
    over, lasts = sorted(run("alerts", "--all", "--json").rows, key=lambda one: one["ended_at"] is None)
    assert (over["rule"], over["value"], lasts["ended_at"], lasts["acknowledged_by"]) == ("Trees", 21, None, "")
    assert over["begun_at"].endswith("Z")
    assert over["ended_at"].endswith("Z")


def test_one_is_acknowledged_once(run: Run, begun: None) -> None:
    (one,) = run("alerts", "--json").rows
    told = run("alerts", "--acknowledge", str(one["id"]), "--as", "ana", "--json")
    assert told.json["sentence"].endswith("acknowledged")
    (after,) = run("alerts", "--json").rows
    assert (after["acknowledged_by"], after["acknowledged_at"] is not None) == ("ana", True)
    again = run("alerts", "--acknowledge", str(one["id"]))
    assert (again.code, "ana has acknowledged" in again.err) == (1, True)
    assert run("alerts", "--acknowledge", "9999").code == 1
    assert run("alerts", "--acknowledge", "none").code == 2


def test_where_there_was_none(run: Run) -> None:
    assert run("alerts").out == "No alert lasts.\n"
    assert run("alerts", "--all").out == "There has been no alert.\n"
