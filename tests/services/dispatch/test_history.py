"""What is learnt of who took what: counts by service, area and the sign that tells, the finer leaning on the wider."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dispatch.history import LATEST, LEAN, Case, History, Past, Signs, areas, learn, signs_of
from services.domain.queue_row import QueueRow
from services.domain.values import Crew
from services.queue.snapshot import Snapshot, apply, build

CREWS = (Crew(7, "Tree 1"), Crew(9, "Tree 2"))


def row(number: int, service: str, area: str, crew: int | None, address: str = "", channel: str = "phone") -> QueueRow:
    return QueueRow(
        number, f"26-{number:06}", "city", str(number), service, service, "closed", None, address, 42.3, -71.1, area,
        number, number, None, number, crew, channel, 1, False, False, False, "",
    )  # fmt: skip


def city(*rows: tuple[str, str, int | None]) -> Snapshot:
    return build([row(i, *r) for i, r in enumerate(rows, 1)], CREWS)


def past(*cases: tuple[str, Signs, int]) -> Past:
    return Past([Case(*case) for case in cases])


def test_areas_go_from_the_city_to_the_finest() -> None:
    assert list(areas("Ward 6, South Boston")) == ["", "South Boston", "Ward 6, South Boston"]
    assert list(areas("")) == [""]


def test_the_crew_that_took_most_here_comes_first_wherever_others_took_more() -> None:
    made = learn(city(*[("Tree", "North", 9)] * 30, *[("Tree", "South", 7)] * 14, ("Tree", "South", 9)))
    assert made.ranked("Tree", "South") == [7, 9]
    assert made.ranked("Tree", "North") == [9, 7]
    assert made.ranked("Tree", "Nowhere known") == [9, 7]
    assert made.ranked("Pothole", "South") == []


def test_a_single_case_in_a_ward_leans_on_the_neighbourhood() -> None:
    many = [("Tree", "Ward 5, South", 9)] * 20
    shares = learn(city(*many, ("Tree", "Ward 6, South", 7))).shares("Tree", "Ward 6, South")
    assert 0.15 < shares[7] < 0.5
    assert shares[7] > learn(city(*many, ("Tree", "Ward 6, South", 7))).shares("Tree", "Ward 5, South")[7]


def test_requests_without_a_crew_teach_nothing_and_none_is_no_error() -> None:
    assert learn(city(("Tree", "North", None))) == History({})
    assert learn(build((), ())).ranked("Tree", "") == []
    assert learn(build((), ())).recent("Tree", "North", {}).of == 0


def test_the_last_fifty_are_told_of_the_finest_area_that_has_as_many() -> None:
    here = city(*[("Tree", "Ward 6, South", 7)] * 60, *[("Tree", "Ward 1, South", 9)] * 30, ("Tree", "North", 9))
    learnt = learn(here)
    told = learnt.recent("Tree", "Ward 6, South", {})
    assert (told.of, told.where, dict(told.taken)) == (50, "here", {7: 50})
    told = learnt.recent("Tree", "Ward 1, South", {})
    assert (told.of, told.where, dict(told.taken)) == (50, "here", {7: 20, 9: 30})
    told = learnt.recent("Tree", "North", {})
    assert (told.of, told.where, dict(told.taken)) == (50, "in the city", {7: 19, 9: 31})
    assert learnt.recent("Pothole", "North", {}).of == 0


def test_the_street_tells_where_it_parts_the_crews_and_is_said() -> None:
    streets = [("Main St", 7), ("Elm St", 9)] * 20
    rows = [row(i, "Light", "North", crew, f"{i} {street}") for i, (street, crew) in enumerate(streets, 1)]
    asked = row(99, "Light", "North", None, "12-14 MAIN ST")
    here = build([*rows, asked], CREWS)
    learnt, signs = learn(here), signs_of(here, here.row_of(99), {})
    assert learnt.pasts["Light"].sign == "street"
    assert learnt.ranked("Light", "North", signs) == [7, 9]
    assert learnt.ranked("Light", "North", {"street": "elm st"}) == [9, 7]
    told = learnt.recent("Light", "North", signs)
    assert (told.of, told.where, dict(told.taken)) == (20, "on this street", {7: 20})
    unknown = learnt.recent("Light", "North", {"street": "new st"})
    assert (unknown.of, unknown.where) == (40, "in the city")


def test_the_channel_tells_and_one_that_nobody_knows_does_not() -> None:
    rows = [row(i, "Sign", "", crew, "", way) for i, (way, crew) in enumerate([("phone", 7), ("staff", 9)] * 9, 1)]
    here = build([*rows, row(90, "Sign", "", None, "", "unknown")], CREWS)
    learnt = learn(here)
    assert learnt.pasts["Sign"].sign == "channel"
    assert learnt.ranked("Sign", "", {"channel": "staff"}) == [9, 7]
    assert learnt.recent("Sign", "", {"channel": "phone"}).where == "by the same channel"
    assert signs_of(here, here.row_of(90), {})["channel"] == ""


def test_an_answer_on_the_form_tells_once_the_answers_are_read() -> None:
    here = city(*[("Comment", "", 7), ("Comment", "", 9)] * 9)
    given = {int(number): {"about": "parks" if number % 2 else "roads"} for number in here.ids}
    assert learn(here).pasts["Comment"].sign == ""
    learnt = learn(here, ["Comment"], given)
    assert learnt.pasts["Comment"].sign == "about"
    assert learnt.ranked("Comment", "", given[2]) == [9, 7]
    assert learnt.recent("Comment", "", given[1]).where == "answered so"
    assert list(learn(here, ["Tree"], given).pasts) == []


def test_what_an_answer_says_of_its_own_request_alone_is_no_proof() -> None:
    """Each request is foreseen from the others: numbers that never come again would else tell all of them."""
    told = past(*[("", {"case": str(i)}, 7 if i % 3 else 9) for i in range(60)])
    assert told.sign == ""


def test_few_wins_may_be_chance_and_the_area_that_says_all_leaves_nothing_to_tell() -> None:
    lucky = past(*[("", {"street": "main"}, 9)] * 3, *[("", {"street": f"{i}"}, 7) for i in range(40)])
    assert lucky.sign == ""
    by_area = past(*[("North", {"street": "a"}, 7), ("South", {"street": "b"}, 9)] * 20)
    assert by_area.sign == ""


def test_of_a_service_asked_for_often_the_newest_tell() -> None:
    told = past(*[("", {}, 7)] * LATEST, *[("", {}, 9)] * LATEST)
    assert told.shares("", {}) == {9: 1.0}


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["", "N", "x, N", "S"]), st.sampled_from([7, 9]))))
def test_shares_are_shares_and_a_changed_list_counts_as_one_read_anew(rows: list[tuple[str, str, int]]) -> None:
    made = learn(city(*rows))
    grown = learn(apply(build((), CREWS), [row(i, *r) for i, r in enumerate(rows, 1)], CREWS, 1))
    for service in "ab":
        for area in ("", "N", "x, N", "S", "T"):
            shares = made.shares(service, area)
            assert not shares or abs(sum(shares.values()) - 1) < 1e-9
            assert bool(shares) == any(r[0] == service for r in rows)
            assert grown.shares(service, area) == shares


cases = st.tuples(st.sampled_from(["", "N", "S"]), st.sampled_from(["", "x", "y"]), st.integers(1, 3))


@given(st.lists(cases, min_size=1))
def test_what_it_counts_is_what_plain_counting_gives(rows: list[tuple[str, str, int]]) -> None:
    """The shares, counted anew in so many words: city, then area, then the sign, each leaning on the one before."""
    made = past(*[(area, {"street": street}, crew) for area, street, crew in rows])
    for area, street in product(("", "N", "S", "T"), ("", "x", "y", "z")):
        groups = [rows, [r for r in rows if area and r[0] == area]]
        if made.sign:
            groups.append([r for r in rows if street and r[1] == street])
        wanted: dict[int, float] = {}
        for group in groups:
            lean = LEAN if wanted else 0.0
            wanted = {
                crew: (sum(r[2] == crew for r in group) + lean * wanted.get(crew, 0)) / (len(group) + lean)
                for crew in {r[2] for r in rows}
            }
        assert made.shares(area, {"street": street}) == pytest.approx(wanted)
