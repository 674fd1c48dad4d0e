"""Routing rules beside a plain reading of them: which requests a rule is for, when it holds, and which can be kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.routing import Rule, checked, first
from services.domain.shifts import parse_week
from services.errors import Invalid

BOSTON = ZoneInfo("America/New_York")
MONDAY = datetime(2011, 8, 29, 4, tzinfo=UTC)
"""Midnight in Boston."""
SERVICES = ("Tree Emergencies", "Street Light Outages", "STRASSE", "Pothole")
AREAS = ("", "Ward 6, South Boston", "South Boston", "ward 6, Roxbury", "Boston")
some = st.lists(st.sampled_from([*SERVICES, "tree emergencies", "straße", "Tree"]), max_size=2, unique=True).map(tuple)
where = st.lists(st.sampled_from(["South Boston", "WARD 6", "Roxbury", "south"]), max_size=2, unique=True).map(tuple)
weeks = st.sampled_from(["", "Mon-Fri 8-17", "Mon-Sun 22-6", "Sat 0-24"]).map(parse_week)
rules = st.builds(Rule, st.just("r"), st.integers(1, 3), some, where, weeks, st.booleans())
moments = st.integers(0, 7 * 24 * 60 - 1).map(lambda minute: MONDAY + timedelta(minutes=minute))


def plainly(one: Rule, service: str, area: str, at: datetime) -> bool:
    """What the words on the screen promise: each list is empty or names it; the hours are empty or hold."""
    named = not one.services or any(service.casefold() == name.casefold() for name in one.services)
    there = not one.areas or any(part.casefold() == name.casefold() for part in area.split(", ") for name in one.areas)
    wall = at.astimezone(BOSTON)
    minute = wall.hour * 60 + wall.minute
    holds = not one.week
    for day, of_the_day in enumerate(one.week):
        if of_the_day is None:
            continue
        night = of_the_day.end <= of_the_day.start
        if day == wall.weekday():
            holds |= of_the_day.start <= minute < (24 * 60 if night else of_the_day.end)
        if night and (day + 1) % 7 == wall.weekday():
            holds |= minute < of_the_day.end
    return one.active and named and there and holds


@given(st.lists(rules, max_size=5), st.sampled_from(SERVICES), st.sampled_from(AREAS), moments)
def test_the_first_rule_that_is_on_and_takes_it_has_it(
    in_order: list[Rule], service: str, area: str, at: datetime
) -> None:
    wanted = next((one for one in in_order if plainly(one, service, area, at)), None)
    assert first(in_order, service, area, at, BOSTON) is wanted


@given(st.lists(rules, max_size=4), rules, st.sampled_from(SERVICES), st.sampled_from(AREAS), moments)
def test_a_rule_put_last_changes_nothing_for_what_others_take(
    in_order: list[Rule], more: Rule, service: str, area: str, at: datetime
) -> None:
    before = first(in_order, service, area, at, BOSTON)
    assert before is None or first([*in_order, more], service, area, at, BOSTON) is before
    off = replace(more, active=False)
    assert first([off, *in_order], service, area, at, BOSTON) is before, "one that is switched off is passed over"


def test_part_of_a_name_is_not_the_name() -> None:
    trees = Rule("Trees", 1, ("Tree",), ("Boston",))
    assert not trees.takes("Tree Emergencies", "Boston")
    assert not trees.takes("Tree", "South Boston")
    assert trees.takes("TREE", "Ward 1, boston")
    assert not trees.takes("Tree", ""), "where it is nobody knows: a rule for an area is not for it"
    assert replace(trees, areas=()).takes("Tree", "")


def test_a_night_goes_on_into_the_next_morning_and_the_clocks_change_under_it() -> None:
    night = Rule("Night", 1, week=parse_week("Sat 22-6"))
    saturday = datetime(2011, 11, 5, tzinfo=BOSTON)
    on = [
        hour
        for hour in range(48)
        if night.holds((saturday.replace(tzinfo=None) + timedelta(hours=hour)).replace(tzinfo=BOSTON), BOSTON)
    ]
    assert on == [*range(22, 30)], "by the clock on the wall, whether the hour comes once or twice"


TREES = Rule("Trees", 1, ("Tree",))
LIGHTS = Rule("Lights", 2, ("Light",))


def test_rules_are_kept_trimmed_each_name_once_and_in_their_order() -> None:
    messy = replace(TREES, name="  Trees\t north ", services=("Tree ", " Tree", "", "Stump  Removal"), areas=(" ", "A"))
    made = checked([messy, LIGHTS])
    assert made == (replace(TREES, name="Trees north", services=("Tree", "Stump Removal"), areas=("A",)), LIGHTS)
    assert checked(made) == made
    assert checked([]) == ()


NOWHEN = (None,) * 7
BAD: dict[str, tuple[list[Rule], str]] = {
    "no name": ([replace(TREES, name=" \t ")], "needs a name"),
    "a name that cannot be shown": ([replace(TREES, name="Tr\x00ees")], "needs a name"),
    "two of a name": ([TREES, replace(LIGHTS, name=" trees ")], "two rules"),
    "two of a name in another case": ([replace(TREES, name="STRASSE"), replace(LIGHTS, name="straße")], "two rules"),
    "hours of no day": ([replace(TREES, week=NOWHEN)], "holds at no time"),
    "the second is wrong": ([LIGHTS, replace(TREES, week=NOWHEN)], "holds at no time"),
}


@pytest.mark.parametrize(("bad", "said"), BAD.values(), ids=BAD)
def test_rules_that_cannot_be_kept_say_which_and_what_to_do(bad: list[Rule], said: str) -> None:
    with pytest.raises(Invalid, match=said) as told:
        checked(bad)
    assert told.value.remedy.endswith(".")


def test_a_rule_that_is_off_is_checked_too() -> None:
    with pytest.raises(Invalid):
        checked([TREES, replace(TREES, active=False)])
