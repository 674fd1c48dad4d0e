"""The evaluations' harness: what is missing is said, what ran is kept, and the page only from a whole run."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.evaluate import __main__ as evaluate
from tests.evaluate import data, report, services
from tests.evaluate.rows import Row

ROW = Row("made-up", 0.91, 0.5, "a coin", 1234, True, "a | note")


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of its own, with one evaluation that runs and one that finds no data."""
    monkeypatch.setattr(evaluate, "ROOT", tmp_path)
    monkeypatch.setattr(evaluate, "JSON", tmp_path / "build" / "evaluate.json")
    monkeypatch.setattr(evaluate, "PAGE", tmp_path / "docs" / "evaluation.md")
    (tmp_path / "docs").mkdir()
    good, bare = ModuleType("tests.evaluate.good", "Coins.\n\nMore."), ModuleType("tests.evaluate.bare")
    good.rows, good.ABOUT = lambda: [ROW], "What it means."  # type: ignore[attr-defined]
    bare.rows = lambda: data.path("no-such-file")  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tests.evaluate.good", good)
    monkeypatch.setitem(sys.modules, "tests.evaluate.bare", bare)
    monkeypatch.setattr(evaluate, "_exists", lambda name: name in {"good", "bare"})
    return tmp_path


def test_a_whole_run_is_printed_and_kept(
    kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(evaluate, "EVALUATIONS", ("good", "later"))
    assert evaluate.main([]) == 0
    said = capsys.readouterr().out
    assert "later: there is no such evaluation yet." in said
    assert "made-up  0.910  0.500     a coin  1,234  better  a | note" in said
    assert json.loads((kept / "build/evaluate.json").read_text()) == [
        {"name": "made-up", "ours": 0.91, "baseline": 0.5, "baseline_name": "a coin", "n": 1234, "better": True}
    ]
    page = (kept / "docs/evaluation.md").read_text()
    assert "## Coins\n\nWhat it means.\n\n| figure |" in page
    assert "a ¦ note" in page


def test_where_data_is_missing_it_says_so_and_what_is_known_stays(
    kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(evaluate, "EVALUATIONS", ("good", "bare"))
    (kept / "build").mkdir()
    (kept / "build/evaluate.json").write_text(json.dumps([{"name": "known"}, {"name": "made-up"}]))
    assert evaluate.main([]) == 0
    said = capsys.readouterr().out
    assert "bare: not run, ../shared/data/no-such-file is not there." in said
    assert [row["name"] for row in json.loads((kept / "build/evaluate.json").read_text())] == ["known", "made-up"]
    assert not (kept / "docs/evaluation.md").exists()


def test_what_is_worse_is_said() -> None:
    assert "NOT better" in report.table([Row("x", 12.0, 1.0, "y", 1, False)])


def test_services_are_compared_with_both_baselines() -> None:
    past = [("a hole", "Roads"), ("the hole", "Roads"), ("one hole", "Roads"), ("branch", "Tree")]
    top3, top1 = services.compared("made", past, [("hole", "Roads"), ("tree", "Tree")])
    assert (top3.name, top3.ours, top3.baseline, top3.n, top3.better) == ("made-top3", 1.0, 1.0, 2, False)
    assert (top1.name, top1.ours, top1.baseline, top1.better) == ("made-top1", 1.0, 0.5, True)
    assert top1.note == "commonest types 0.500, name and keywords 0.500"
