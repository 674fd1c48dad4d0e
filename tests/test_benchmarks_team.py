"""`make bench-team` in its tiniest form on a real server: everybody reads everything, and the table has its shape."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tests.benchmarks import team_plans, team_report
from tests.benchmarks.team_desk import Told
from tests.benchmarks.team_peers import Bare
from tests.benchmarks.team_run import Load, Run, runs
from tests.services.postgres import Postgres
from tests.services.store import filling, planning

BARE_SQL = "| the same rows in bare SQL |", "| the same in bare SQL |"


@pytest.fixture(scope="module")
def run() -> Run:
    """Two desks for three seconds."""
    (made,) = runs(500, [Load(2, 0.25)], 3.0)
    return made


def test_every_desk_reads_what_the_other_has_saved(run: Run) -> None:
    times = team_report.times(run)
    assert [len(told.commands) for told in run.told] == [12, 12]
    assert len(times.saved.wall) == len(times.visible) == 24
    assert times.missed == 0
    assert all(read > heard for heard, read in zip(times.heard, times.read, strict=True))
    bare = run.bare
    assert [len(kept) for kept in (bare.commit, bare.notify, bare.rows, bare.read)] == [12] * 4
    assert min(bare.commit + bare.notify + bare.rows + bare.read + times.saved.wall) > 0
    assert all(len(told.reading) == len(told.reads) and sum(told.reading) < told.cpu * 1000 for told in run.told)
    assert all(told.cpu > 0 for told in run.told)
    assert run.server_cpu > 0 or math.isnan(run.server_cpu)


def test_the_page_has_a_table_for_each_load_with_the_peers_beside(run: Run) -> None:
    page = team_report.page([run], 500)
    assert "## 2 desks, each a command every 0.25 s" in page
    assert "24 commands in 3 s, 8.0 a second (asked for: 8); 0 changes not read" in page
    for cells in (
        "| 9 | a command, click to saved |",
        "| a bare durable commit |",
        "| a bare NOTIFY round trip |",
        *BARE_SQL,
    ):
        assert cells in page
    (table,) = [part for part in page.split("\n\n") if part.startswith("| row")]
    assert len({line.count("|") for line in table.splitlines()}) == 1


def made(load: Load, *, read_after: float, version: int = 2) -> Run:
    """One command that took 10 ms, read by one other desk so long after it was saved; peers of 10 and 1 ms."""
    writer = Told([(7, 2, 1.0, 1.01)], [(0.5, 0.6, {7: 1})], reading=[0.25])
    reader = Told([], [(0.5, 0.6, {7: 1}), (1.005, 1.01 + read_after, {7: version})])
    return Run(load, 1.0, [writer, reader], Bare([10.0], [1.0], [8.0], [2.0]), 0.5, (0.0, 0.0))


def test_times_are_from_the_click_and_from_the_commit_to_the_first_read_that_has_it() -> None:
    times = team_report.times(made(Load(1, 1.0), read_after=0.02))
    assert times.saved.wall == pytest.approx([10.0])
    assert times.heard == pytest.approx([5.0])
    assert times.read == pytest.approx([30.0])
    assert times.visible == pytest.approx([20.0])


def test_what_a_desk_never_read_is_counted_and_a_later_version_is_as_good() -> None:
    assert team_report.times(made(Load(1, 1.0), read_after=0.02, version=1)).missed == 1
    assert team_report.times(made(Load(1, 1.0), read_after=0.02, version=9)).missed == 0


def test_goals_are_the_commit_twice_the_writers_own_and_fifty_milliseconds_with_fifty_desks() -> None:
    alone = {
        line.name: line.met
        for line in team_report.lines(made(Load(1, 1.0), read_after=0.02))
        if "SQL" not in line.peer_name
    }
    assert alone == {
        "a command, click to saved": True,
        "a change, saved to read at another desk": None,
        "his click to heard at another desk": True,
        "his click to read there": False,
    }
    for read_after, met in ((0.049, True), (0.051, False)):
        run = made(Load(50, 1.0), read_after=read_after)
        assert team_report.lines(run)[-1].met is met
        assert ("row 11" in "".join(team_report.unmet([run]))) is not met


def test_bare_sql_stands_beside_ours_and_the_processor_time_of_a_read_with_it() -> None:
    lines = [line for line in team_report.lines(made(Load(10, 1.0), read_after=0.02)) if "bare SQL" in line.peer_name]
    assert [(line.name, line.peer) for line in lines] == [
        ("a command, click to saved", 8.0),
        ("a change, saved to read at another desk", 2.0),
    ]
    assert [line.ratio for line in lines] == pytest.approx([1.25, 10.0])
    assert [line.ours_cpu for line in lines] == [None, 0.25]
    assert [line.met for line in lines] == [None, None], "the goal is set beside the bare commit"


def test_a_slow_command_is_said_to_miss_its_goal() -> None:
    run = replace(made(Load(10, 1.0), read_after=0.01), bare=Bare([4.0], [1.0], [8.0], [2.0]))
    said, why = team_report.unmet([run])
    assert said.startswith("- 10 desks, each a command every 1 s: row 9")
    assert "2.50× of a bare durable commit, goal ≤ 2×" in said
    assert why.startswith("- Why: A command is two questions")
    assert team_report.unmet([run, run]) == [said, said, why], "a reason is said once"


@pytest.mark.timeout(300)
def test_the_plans_of_ten_small_years_have_their_part_of_the_page(postgres: Postgres, run: Run) -> None:
    url = postgres.url("small_years", "postgres")
    made = team_plans.measured(url, team_plans.Plans(filling.fill(url, 600)))
    assert made.requests == 6_600
    assert {work for _, work in made.asked.values()} == set(planning.WORKS)
    assert made.moved > 0
    assert made.longest > 0
    assert [line.peer_name for line in made.lines] == ["one table"] * 5
    assert all(line.ours and line.peer for line in made.lines)
    made.walks = {"SELECT everything": {"event"}}
    page = team_report.page([run], 500, made)
    assert "## Ten years on one server\n\n6,600 requests, of which 1 in 11 is open" in page
    assert "**1 read one from end to end** of the tables that grow" in page
    assert "- Read from end to end: event, by SELECT everything" in page
    assert "none read one from end to end" in team_plans.came(replace(made, walks={}))
    assert "Ten years" not in team_report.page([run], 500)
    assert len(team_plans.slowest(made)) == team_plans.SLOWEST + 1
