"""The benchmarks' harness, and every row once at a thousand requests: the same work, and the shape of the lines."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmarks import harness, report, run
from tests.benchmarks.harness import Contender, Figure, Line, NotTheSame, compared, line_of, race, same

N = 500


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the made cities are kept."""
    return tmp_path_factory.mktemp("bench")


ROWS = [name for name in (*run.GROWING, *run.LARGEST) if name != "watchdog"]
"""The watchdog has an end-to-end test of its own."""


@pytest.mark.parametrize("name", ROWS)
def test_a_row_does_the_same_work_everywhere_and_gives_its_lines(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")  # the same everywhere: test_benchmarks_outside.py drives other programs
    lines = run.apart(name, N, 2, folder)
    assert lines
    assert not [line.note for line in lines if "failed" in (line.note or "")]
    for line in lines:
        assert line.name
        assert line.ours is None or line.ours > 0 or line.unit == "B"
        plain = json.loads(json.dumps(line.plain()))
        assert {"row", "n", "name", "ours", "peer", "peer_name", "ratio", "goal", "met"} <= set(plain)
        assert line_of(plain) == line


def test_contenders_take_turns_after_a_warm_up() -> None:
    turns: list[str] = []
    made = race([Contender(name, lambda name=name: turns.append(name)) for name in "ab"], 3)  # type: ignore[misc]
    assert turns == [*"aabb", *"ab" * 3]
    assert len(made["a"].wall) == len(made["b"].wall) == 3


def test_what_prepares_a_repetition_comes_before_each() -> None:
    told: list[str] = []
    race([Contender("one", lambda: told.append("work"), lambda: told.append("before"))], 2)
    assert told == ["before", "work"] * 4


def test_a_slow_contender_is_timed_less_often_and_a_very_slow_one_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harness, "SLOW", 0.0)
    monkeypatch.setattr(harness, "SLOW_BUDGET", 1e9)
    assert len(race([Contender("slow", sum_up)], 5)["slow"].wall) == 5
    monkeypatch.setattr(harness, "SLOW_BUDGET", 0.0)
    assert len(race([Contender("very slow", sum_up)], 5)["very slow"].wall) == 1


def sum_up() -> int:
    return sum(range(2_000))


def test_a_restless_floor_makes_the_race_be_run_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [[1.0, 1.0, 9.0], [1.0, 1.0, 2.0], [1.0]]
    monkeypatch.setattr(harness, "_race", lambda *_: {"floor": Figure("floor", runs.pop(0))})
    assert race([Contender("floor", sum_up)], floor="floor")["floor"].p99 == 2.0
    assert len(runs) == 1


def test_the_calmer_of_two_restless_runs_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [[1.0, 1.0, 9.0], [1.0, 1.0, 99.0]]
    monkeypatch.setattr(harness, "_race", lambda *_: {"floor": Figure("floor", runs.pop(0))})
    assert race([Contender("floor", sum_up)], floor="floor")["floor"].p99 == 9.0


def test_two_contenders_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="one name"):
        race([Contender("a", sum_up), Contender("a", sum_up)], 1)


def test_contenders_that_did_other_work_are_not_compared() -> None:
    same("ids", [1, 2], [1, 2])
    with pytest.raises(NotTheSame, match="ids"):
        same("ids", [1, 2], [2, 1])


def test_percentiles_are_of_what_was_measured() -> None:
    values = [float(i) for i in range(1, 101)]
    assert (harness.percentile(values, 99), harness.percentile(values, 50)) == (99.0, 50.0)
    assert harness.percentile([7.0], 99) == 7.0


LINE = Line(3, N, "a thing", 2.0, 4.0, "peer", "≤ 0.5×", 0.5)


def test_a_goal_is_met_by_the_ratio_or_where_it_is_bare_by_ours_alone() -> None:
    assert LINE.met is True
    assert replace(LINE, ours=2.1).met is False
    assert replace(LINE, peer=None).met is None
    assert replace(LINE, bare=True, most=1.0).met is False
    assert replace(LINE, most=None).met is None


def test_a_compared_line_holds_the_medians_of_both() -> None:
    made = compared(LINE, Figure("ours", [1.0, 3.0, 2.0], [1.0]), Figure("other", [8.0], [7.0]))
    assert (made.ours, made.ours_p99, made.peer, made.peer_cpu, made.peer_name) == (2.0, 3.0, 8.0, 7.0, "other")
    assert compared(LINE, Figure("ours", [1.0], [1.0]), None).peer_name == "peer"


def test_the_report_hides_nothing() -> None:
    lines = [
        LINE,
        replace(LINE, name="too slow", ours=40.0),
        replace(LINE, name="absent", peer=None, note="not run: apt install it"),
        replace(LINE, n=10, ours=1.0),
    ]
    said = report.table(lines, (10, N))
    page = report.page(lines, (10, N))
    for text in (said, page):
        assert "**not met**" in text
        assert "Row 3, too slow: 10.00× of peer, goal ≤ 0.5×." in text
        assert "apt install it" in text
        assert "2.0×" in text, "growth from 10 to a thousand"
    assert report.unmet([LINE], N) == ["Every goal is met."]


def test_a_row_that_fails_is_a_line_that_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "FOLDER", tmp_path)
    monkeypatch.setattr(run, "PATIENCE", 0.01)
    (line,) = run.apart("row05_scroll", N)
    assert line.note.startswith("failed: not ended")
    assert (line.row, line.ours, line.met) == (5, None, None)
