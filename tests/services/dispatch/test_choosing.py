"""Which crew comes before which: each step of the order by itself, whatever all that stands behind it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dispatch import crewing
from services.dispatch.crewing import Asked, Candidate, candidates
from services.dispatch.history import Recent
from services.domain.shifts import ALWAYS, Hours, Shifts
from services.domain.values import Crew, LatLon

NOW = datetime(2011, 8, 29, 12, tzinfo=UTC)
NIGHT = Shifts((Hours(1320, 360),) * 7)
DAY = Shifts((Hours(420, 930),) * 7)
SERVICES = ("Tree Emergencies", "Street Light Outages", "Stump Removal", "Pothole")
HERE: LatLon = (42.30, -71.10)
places = st.none() | st.tuples(st.floats(42.2, 42.4), st.floats(-71.2, -71.0))
crews = st.builds(
    Crew,
    id=st.just(0),
    name=st.just(""),
    skills=st.lists(st.sampled_from(["tree", "light", "STUMP", "hole", "out"]), max_size=2, unique=True).map(tuple),
    capacity=st.integers(1, 6),
    active=st.sampled_from([True, True, True, False]),
    areas=st.lists(st.sampled_from(["North", "south", "Ward 1"]), max_size=2, unique=True).map(tuple),
    shifts=st.sampled_from([ALWAYS, NIGHT, DAY]),
    base=places,
    place=places,
)
recents = st.builds(
    Recent,
    st.integers(1, 50),
    st.sampled_from(["here", "on this street", "in the city"]),
    st.dictionaries(st.integers(1, 5), st.integers(0, 9)),
)
asked = st.builds(
    Asked,
    st.lists(st.sampled_from(SERVICES), min_size=1, max_size=3, unique=True),
    st.lists(st.sampled_from(["", "North", "Ward 1, South", "East"]), max_size=2, unique=True),
    places,
    st.dictionaries(st.integers(1, 5), st.floats(0, 1), max_size=5),
    st.none() | recents,
)
jobs = st.dictionaries(st.integers(1, 5), st.integers(0, 8), max_size=5)
several = st.lists(crews, max_size=5).map(
    lambda made: [replace(crew, id=i, name=f"Crew {i}") for i, crew in enumerate(made, 1)]
)


def chosen(made: list[Crew], busy: dict[int, int], what: Asked) -> tuple[Candidate, ...]:
    return candidates(made, busy, what, NOW, UTC)


def named(crew: Crew, service: str) -> bool:
    """A skill is a word of the service's name, or the beginning of one."""
    words = service.casefold().split()
    return any(word.startswith(skill.casefold()) for skill in crew.skills for word in words)


def there(crew: Crew, area: str) -> bool:
    mine = {name.casefold() for name in crew.areas}
    return not crew.areas or not area or bool(mine & set(area.casefold().split(", ")))


@given(several, jobs, asked)
def test_each_active_crew_is_there_once_and_what_is_said_of_it_is_so(
    made: list[Crew], busy: dict[int, int], what: Asked
) -> None:
    found = chosen(made, busy, what)
    assert sorted(one.crew.id for one in found) == [crew.id for crew in made if crew.active]
    for one in found:
        crew, load = one.crew, busy.get(one.crew.id, 0)
        assert one.takes == (not crew.skills or all(named(crew, service) for service in what.services))
        assert one.covers == all(there(crew, area) for area in what.areas)
        assert one.full == (load >= crew.capacity)
        assert one.fits == (one.takes and one.covers and not one.full)
        assert (not one.shortfalls) == (one.fits and crew.shifts.shift_at(NOW, UTC) is not None)
        assert f"{load} of {crew.capacity} jobs today" in one.reason
        assert ("full" in one.reason) == one.full
        assert ("does not work in" in one.reason) == (not one.covers)
        assert (" km from " in one.reason) == (crew.start is not None and what.place is not None)


@given(several, jobs, asked)
def test_the_order_goes_by_work_then_place_then_room_then_shift_then_habit_then_load_then_way(
    made: list[Crew], busy: dict[int, int], what: Asked
) -> None:
    def plainly(one: Candidate) -> tuple[int, bool, bool, bool, float, float, float, str]:
        crew = one.crew
        return (
            -sum(named(crew, service) for service in what.services),
            any(not there(crew, area) for area in what.areas),
            not one.fits,
            crew.shifts.shift_at(NOW, UTC) is None,
            -round(what.shares.get(crew.id, 0.0), 1),
            busy.get(crew.id, 0) / crew.capacity,
            crewing.metres(crew, what.place) or 0.0,
            crew.name,
        )

    found = chosen(made, busy, what)
    assert list(found) == sorted(found, key=plainly)


@given(several, jobs, asked, st.randoms(use_true_random=False))
def test_in_whatever_order_crews_are_given_the_same_comes_out(
    made: list[Crew], busy: dict[int, int], what: Asked, chance: Random
) -> None:
    mixed = list(made)
    chance.shuffle(mixed)
    assert chosen(mixed, busy, what) == chosen(made, busy, what)


@given(crews, asked)
def test_the_least_busy_of_two_alike_is_first(crew: Crew, what: Asked) -> None:
    one, twin = (replace(crew, id=i, name=f"Crew {i}", active=True, capacity=4) for i in (1, 2))
    both = chosen([one, twin], {1: 3, 2: 1}, replace(what, shares={}))
    assert [c.crew.id for c in both] == [2, 1]


@pytest.mark.parametrize(
    ("skills", "service", "takes"),
    [
        (("tree",), "Tree Emergencies", True),
        (("TREE",), "tree emergencies", True),
        (("emerg",), "Tree Emergencies", True),
        (("ree",), "Tree Emergencies", False),
        (("tree emergencies",), "Tree Emergencies", True),
        (("tree em",), "Tree Emergencies", True),
        (("a.c",), "abc", False),
        (("(",), "a (b", False),
        (("light", "tree"), "Dead Tree", True),
        (("light",), "Dead Tree", False),
        ((), "Anything", True),
    ],
)
def test_a_skill_is_a_word_of_the_services_name_or_the_beginning_of_one(
    skills: tuple[str, ...], service: str, takes: bool
) -> None:
    crew = Crew(1, "Crew", skills)
    assert crewing.takes(crew, service) is takes
    assert crewing.taken(crew, [service, "Zzz"]) == ([service] if takes and skills else [])


@pytest.mark.parametrize(
    ("areas", "area", "covers"),
    [
        ((), "North", True),
        (("North",), "", True),
        (("North",), "North", True),
        (("NORTH",), "Ward 1, north", True),
        (("North",), "North End", False),
        (("Ward 1",), "Ward 10, South", False),
        (("East", "Ward 1"), "Ward 1, South", True),
    ],
)
def test_a_crew_works_in_an_area_of_any_size_that_bears_its_name(
    areas: tuple[str, ...], area: str, covers: bool
) -> None:
    assert crewing.covers(Crew(1, "Crew", areas=areas), area) is covers


def test_where_it_is_comes_before_where_it_began() -> None:
    crew = Crew(1, "Crew", base=(42.40, -71.10), place=(42.31, -71.10))
    assert crewing.metres(crew, HERE) == pytest.approx(1112, abs=1)
    assert crewing.way(crew, HERE) == "1.1 km from where it is"
    assert crewing.way(replace(crew, place=None), HERE) == "11.1 km from its base"
    assert crewing.way(crew, None) == crewing.way(Crew(2, "Crew"), HERE) == ""


@pytest.mark.parametrize(
    ("areas", "said"),
    [
        (("North",), "does not work in North"),
        (("Ward 3, North",), "does not work in North"),
        (("Ward 3, North", "Ward 4, North"), "does not work in North"),
        (("North", "East"), "does not work in 2 of the areas"),
        (("North", "South"), "does not work in North"),
    ],
)
def test_what_lies_outside_is_named_by_its_widest_area_each_once(areas: tuple[str, ...], said: str) -> None:
    crew = Crew(1, "Crew", areas=("South",))
    (one,) = chosen([crew], {}, Asked(("Pothole",), areas))
    assert one.shortfalls == (said,)


@pytest.mark.parametrize(
    ("recent", "said"),
    [
        (None, None),
        (Recent(50, "here", {1: 41}), "took 41 of the last 50 here"),
        (Recent(14, "on this street", {1: 12}), "took 12 of the last 14 on this street"),
        (Recent(12, "in the city", {1: 3, 2: 9}), "took 3 of the last 12 in the city"),
        (Recent(12, "in the city", {2: 12}), None),
        (Recent(12, "in the city", {1: 0, 2: 12}), None),
    ],
)
def test_what_it_took_before_is_said_where_it_took_any(recent: Recent | None, said: str | None) -> None:
    (one,) = chosen([Crew(1, "Crew")], {}, Asked(("Pothole",), recent=recent))
    assert [reason for reason in one.reasons if reason.startswith("took")] == ([said] if said else [])


def test_a_shift_is_a_reason_while_it_lasts_and_a_shortfall_else() -> None:
    on, off, nobody_said = (Crew(i, f"Crew {i}", shifts=s) for i, s in enumerate((DAY, NIGHT, ALWAYS), 1))
    made = {one.crew.id: one for one in chosen([on, off, nobody_said], {}, Asked(("Pothole",)))}
    assert "on shift until 15:30" in made[1].reasons
    assert made[2].shortfalls == ("on at 22:00",)
    assert made[2].fits, "a dispatcher may call a crew in: it comes behind the others, and is said"
    assert not any("shift" in word for word in (*made[3].reasons, *made[3].shortfalls))
    at_night = candidates([on, off], {}, Asked(("Pothole",)), NOW + timedelta(hours=11), UTC)
    assert [one.crew.id for one in at_night] == [2, 1]
