"""The storm as a desk lives through it: pulled as time goes on, looked at every few minutes, alerted once."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from services.demo.alerts import STORM
from services.store import queries
from tests.irene import FIRST, LAST, ZONE, Replay, begun, watched


def test_the_storm_is_said_once_while_it_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.irene.opening.locate", lambda _: None)
    replay = Replay(tmp_path / "home", FIRST)
    said: dict[str, datetime] = {}
    with closing(replay.store):
        for now in watched(replay, LAST, timedelta(hours=1)):
            for alert in begun(replay):
                said.setdefault(alert.sentence.split(":")[0], now)
        rows, alerts = queries.columns(replay.store), begun(replay)
    storm = [alert for alert in alerts if alert.rule == STORM.name]
    assert [alert.begun_at.astimezone(ZONE).strftime("%d %H") for alert in storm] == ["28 11"]
    assert storm[0].begun_at == said["Storm"]
    assert storm[0].peak > storm[0].value
    assert any(row.status == "closed" for row in rows)
    assert max(row.requested_ms for row in rows) <= LAST.timestamp() * 1000, "nothing comes before its time"


def test_time_goes_on_only_as_far_as_it_is_let(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.irene.opening.locate", lambda _: None)
    replay = Replay(tmp_path / "home", FIRST)
    with closing(replay.store):
        before = len(queries.columns(replay.store))
        assert list(watched(replay, FIRST + timedelta(minutes=50), timedelta(minutes=20))) == [
            FIRST + timedelta(minutes=minutes) for minutes in (20, 40, 50)
        ]
        assert begun(replay) == []
        replay.staff()
        rows = queries.columns(replay.store)
    assert len(rows) >= before
    assert any(row.crew_id for row in rows)
