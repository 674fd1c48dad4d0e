"""`routing` shows the rules in their order, and what they would have done."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console import opening, settings
from services.domain.routing import Rule
from services.store import queries
from services.store.routing import save_rules
from services.store.store import Store
from tests.console.cli.conftest import Run


def test_each_rule_with_what_it_would_have_taken(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Roads 1", "Trees 1"):
        assert run("crews", "--add", name).code == 0
    for service in ("Pothole", "Pothole", "Tree"):
        assert run("do", "log", "--service", service, "--description", "x", "--address", "1 Main St").code == 0
    made = settings.load(home)
    with closing(opening.open_store(made)) as store:
        crews = {crew.name: crew.id for crew in queries.crews(store)}
        rules = (
            Rule("Holes", crews["Roads 1"], ("pothole",)),
            Rule("Old", crews["Trees 1"], ("Tree",), active=False),
            Rule("Rest", crews["Trees 1"], (), ("Ward 3",)),
        )
        save_rules(opening.acting(store, made), rules)
    lines = run("routing").out.splitlines()
    assert [line.split("  ")[0].strip() for line in lines[1:4]] == ["Holes", "Old (off)", "Rest"]
    assert "Roads 1" in lines[1]
    assert lines[1].endswith("takes 2 of 3")
    assert lines[3].endswith("takes nothing")
    assert "Ward 3" in lines[3]
    assert lines[4] == "No rule would have taken 1 of 3 requests of the last 30 days. No request has the area “Ward 3”."
    first, off, _ = run("routing", "--json").rows
    assert first == {
        "rule": "Holes", "crew": "Roads 1", "active": True, "of": 3, "taken": 2, "had_crew": 0, "agreed": 0,
    }  # fmt: skip
    assert not off["active"]
    assert {row["crew"] for row in run("list", "--json").rows} == {None}, "nothing is changed"
    later = datetime.now(UTC) + timedelta(days=60)
    monkeypatch.setitem(Store.open.__func__.__kwdefaults__, "clock", lambda: later)  # type: ignore[attr-defined]
    assert {row["of"] for row in run("routing", "--json").rows} == {0}, "the month is the store's"


def test_without_rules_that_is_said(run: Run) -> None:
    assert run("routing").out == "There are no routing rules.\n"
    assert run("routing", "--json").out == ""
