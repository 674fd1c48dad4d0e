"""Rules in their order, by the city's clock; and what they would have done in the last month."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from services.dispatch.routing import UNKNOWN, DryRun, Ran, dry_run
from services.domain.queue_row import QueueRow
from services.domain.routing import Rule, first
from services.domain.shifts import parse_week
from services.domain.values import Crew
from services.queue.snapshot import Snapshot, build

BOSTON = ZoneInfo("America/New_York")
NOW = datetime(2011, 8, 29, 16, tzinfo=UTC)
CREWS = (Crew(7, "Tree 1"), Crew(9, "Rest"))
NIGHT = Rule("Night", 9, week=parse_week("Mon-Sun 22-6"))
TREES = Rule("Trees", 7, ("tree emergencies",), ("south boston",))


def city(*came: tuple[str, str, datetime, int | None]) -> Snapshot:
    return build(
        [
            QueueRow(
                i, str(i), "city", str(i), service, service, "assigned", None, "", None, None, area,
                round(at.timestamp() * 1000), 0, None, None, crew, "phone", 1, False, False, False, "",
            )
            for i, (service, area, at, crew) in enumerate(came, 1)
        ],
        CREWS,
    )  # fmt: skip


def test_service_area_and_hour_each_decide_and_the_first_wins() -> None:
    noon, night = NOW, datetime(2011, 8, 29, 3, tzinfo=UTC)
    here = "Ward 6, South Boston"
    assert first((NIGHT, TREES), "Tree Emergencies", here, noon, BOSTON) == TREES
    assert first((NIGHT, TREES), "Tree Emergencies", here, night, BOSTON) == NIGHT
    assert first((TREES, NIGHT), "Tree Emergencies", here, night, BOSTON) == TREES
    assert first((TREES,), "Tree Emergencies", "Ward 6, Roxbury", noon, BOSTON) is None
    assert first((TREES,), "Tree", here, noon, BOSTON) is None


def test_a_dry_run_counts_who_took_them_and_says_nothing_and_everything() -> None:
    here = "Ward 6, South Boston"
    came = city(
        ("Tree Emergencies", here, NOW, 7),
        ("Tree Emergencies", here, NOW - timedelta(days=1), 9),
        ("Tree Emergencies", here, NOW - timedelta(days=2), None),
        ("Pothole", here, NOW, 9),
        ("Tree Emergencies", here, NOW - timedelta(days=31), 7),
    )
    made = dry_run(came, (TREES, NIGHT), NOW, BOSTON)
    assert (made.total, made.left) == (4, 1)
    assert made.rules == (Ran(3, 2, 1), Ran(0, 0, 0))
    assert [one.said(made.total) for one in made.rules] == [
        "takes 3 of 4; its crew had 1 of 2",
        "takes nothing",
    ]
    everything = dry_run(came, (Rule("All", 9),), NOW, BOSTON)
    assert everything.rules[0].said(4) == "takes everything; its crew had 2 of 3"
    assert str(made) == "No rule would have taken 1 of 4 requests of the last 30 days."
    assert "nothing can be tried" in str(dry_run(city(), (TREES,), NOW, BOSTON))


rules = st.lists(
    st.builds(
        Rule,
        st.just("r"),
        st.sampled_from([7, 9]),
        st.sampled_from([(), ("a",), ("b", "c")]),
        st.sampled_from([(), ("n",), ("s",)]),
        st.sampled_from([(), parse_week("Mon-Fri 8-17"), parse_week("Sat-Sun 20-4")]),
        st.booleans(),
    ),
    max_size=4,
)
requests = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from(["", "n", "w, s"]),
        st.integers(0, 29 * 24).map(lambda h: NOW - timedelta(hours=h)),
        st.sampled_from([None, 7, 9]),
    ),
    max_size=12,
)


@given(rules, requests)
def test_a_dry_run_is_what_each_request_would_meet_one_by_one(
    some: list[Rule], came: list[tuple[str, str, datetime, int | None]]
) -> None:
    made = dry_run(city(*came), some, NOW, BOSTON)
    met = [first(some, service, area, at, BOSTON) for service, area, at, _ in came]
    assert made.left == met.count(None)
    for rule, ran in zip(some, made.rules, strict=True):
        assert ran.taken == sum(one is rule for one in met)


def test_a_dry_run_of_nothing_and_of_everything_says_so() -> None:
    ran = Ran(1, 0, 0)
    assert str(DryRun(2, ())) == "No rule would have taken any of 2 requests of the last 30 days."
    assert str(DryRun(1, (ran,))) == "The rules would have taken all of 1 request of the last 30 days."
    assert str(DryRun(0, (ran,))).startswith("No request came")


def test_a_name_that_no_request_has_is_said_with_the_nearest_that_there_is() -> None:
    came = city(("Tree Emergencies", "Ward 6, South Boston", NOW, 7), ("Pothole", "", NOW, None))
    misspelt = Rule("Trees", 7, ("Tree Emergency", "POTHOLE"), ("south bosten", "Ward 6"))
    assert str(dry_run(came, (misspelt,), NOW, BOSTON)) == (
        "No rule would have taken any of 2 requests of the last 30 days."
        " No request has the service “Tree Emergency”; the nearest is “Tree Emergencies”."
        " No request has the area “south bosten”; the nearest is “South Boston”."
    )
    many = Rule("Many", 7, tuple(f"Thing {i}" for i in range(9)))
    assert len(dry_run(came, (many,), NOW, BOSTON).unknown) == UNKNOWN
    assert dry_run(city(), (TREES,), NOW, BOSTON).unknown[0] == "No request has the service “tree emergencies”."
    assert dry_run(came, (TREES,), NOW, BOSTON).unknown == ()
