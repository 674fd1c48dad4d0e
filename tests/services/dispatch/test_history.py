"""What is learnt of who took what: counts by service and area, finer areas leaning on wider ones."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.dispatch.history import History, areas, learn, recent
from services.domain.queue_row import QueueRow
from services.domain.values import Crew
from services.queue.snapshot import Snapshot, apply, build

CREWS = (Crew(7, "Tree 1"), Crew(9, "Tree 2"))


def row(number: int, service: str, area: str, crew: int | None, status: str = "closed") -> QueueRow:
    return QueueRow(
        number, f"26-{number:06}", "city", str(number), service, service, status, None, "", 42.3, -71.1, area,
        number, number, None, number, crew, "phone", 1, False, False, False, "",
    )  # fmt: skip


def city(*rows: tuple[str, str, int | None]) -> Snapshot:
    return build([row(i, *r) for i, r in enumerate(rows, 1)], CREWS)


def test_areas_go_from_the_city_to_the_finest() -> None:
    assert list(areas("Ward 6, South Boston")) == ["", "South Boston", "Ward 6, South Boston"]
    assert list(areas("")) == [""]


def test_the_crew_that_took_most_here_comes_first_wherever_others_took_more() -> None:
    made = learn(city(*[("Tree", "North", 9)] * 30, *[("Tree", "South", 7)] * 4, ("Tree", "South", 9)))
    assert made.ranked("Tree", "South") == [7, 9]
    assert made.ranked("Tree", "North") == [9, 7]
    assert made.ranked("Tree", "Nowhere known") == [9, 7]
    assert made.ranked("Pothole", "South") == []


def test_a_single_case_in_a_ward_leans_on_the_neighbourhood() -> None:
    many = [("Tree", "Ward 5, South", 9)] * 20
    shares = learn(city(*many, ("Tree", "Ward 6, South", 7))).shares("Tree", "Ward 6, South")
    assert 0.5 < shares[7] < 0.75
    assert 0.25 < shares[9] < 0.5


def test_requests_without_a_crew_teach_nothing_and_none_is_no_error() -> None:
    assert learn(city(("Tree", "North", None))) == History({})
    assert learn(build((), ())).ranked("Tree", "") == []
    assert recent(build((), ()), "Tree", "North").of == 0


def test_the_last_fifty_are_told_of_the_finest_area_that_has_as_many() -> None:
    here = city(*[("Tree", "Ward 6, South", 7)] * 60, *[("Tree", "Ward 1, South", 9)] * 30, ("Tree", "North", 9))
    told = recent(here, "Tree", "Ward 6, South")
    assert (told.of, told.where, dict(told.taken)) == (50, "Ward 6, South", {7: 50})
    told = recent(here, "Tree", "Ward 1, South")
    assert (told.of, told.where, dict(told.taken)) == (50, "South", {7: 20, 9: 30})
    told = recent(here, "Tree", "North")
    assert (told.of, told.where, dict(told.taken)) == (50, "", {7: 19, 9: 31})
    assert recent(here, "Pothole", "North").of == 0


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["", "N", "x, N", "S"]), st.sampled_from([7, 9]))))
def test_shares_are_shares_and_a_changed_list_counts_as_one_read_anew(rows: list[tuple[str, str, int]]) -> None:
    made = learn(city(*rows))
    for service in "ab":
        for area in ("", "N", "x, N", "S", "T"):
            shares = made.shares(service, area)
            assert not shares or abs(sum(shares.values()) - 1) < 1e-9
            assert bool(shares) == any(r[0] == service for r in rows)
    grown = apply(build((), CREWS), [row(i, *r) for i, r in enumerate(rows, 1)], CREWS, 1)
    assert learn(grown) == made
