"""Whoever follows the store by its history alone sees what whoever reads it anew sees, whatever is pulled and done."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.domain.exchange import UpstreamRequest
from services.domain.status import ALL_ROLES, Outcome, Status
from services.domain.values import Actor, Crew, Place
from services.errors import Expected
from services.queue.snapshot import Snapshot, apply, build
from services.store import claiming, commands, queries
from services.store.acting import Acting
from services.store.crews import save_crews
from services.store.store import Store
from services.store.undo import undo
from tests.services.clock import NOON, Clock
from tests.services.store.parts import POLICIES, pull, shown

PLACES = st.sampled_from((Place("1 Main St", 42.35, -71.06), Place("2 Main St", 42.36, -71.06), Place("Nowhere")))
SHOWN = st.builds(
    shown,
    st.sampled_from("abc"),
    st.sampled_from(("open", "closed", "in_progress", "odd")),
    st.sampled_from((None, NOON, NOON + timedelta(minutes=1), NOON + timedelta(days=2))),
    channel=st.sampled_from(("", "mobile", "phone")),
    place=PLACES,
    media_urls=st.sampled_from(((), ("https://example.org/1.jpg",))),
    expected_at=st.sampled_from((None, NOON + timedelta(hours=3))),
    service=st.sampled_from(("Tree Emergencies", "Pothole")),
    status_notes=st.sampled_from(("", "Seen")),
    answers=st.sampled_from((None, (("size", ("big",)),))),
)
Step = Callable[[Store, Acting], object]


def pulled(page: list[UpstreamRequest]) -> Step:
    return lambda store, _: pull(store, *{r.upstream_id: r for r in page}.values())


def crewed(name: str) -> Step:
    """A crew that did not exist is sent to all of them."""

    def step(store: Store, acting: Acting) -> object:
        save_crews(store, [Crew(0, name)])
        crew = next(c.id for c in queries.crews(store) if c.name == name)
        return commands.assign(acting, [row.id for row in queries.columns(store)], crew)

    return step


STEPS = st.one_of(
    st.lists(SHOWN, min_size=1, max_size=4).map(pulled),
    st.sampled_from(("Forestry 2", "Streets 1")).map(crewed),
    st.just(lambda store, acting: commands.set_status(acting, [1], Status.CLOSED, Outcome.FIXED, "Done")),
    st.just(lambda store, acting: claiming.claim(acting, [1, 2])),
    st.just(lambda store, acting: claiming.let_go(acting, [1])),
    st.just(lambda store, acting: undo(acting)),
)


def columns(snapshot: Snapshot) -> dict[str, list[object]]:
    """Every column in words, so that the numbers of the dictionaries do not matter."""
    made: dict[str, list[object]] = {}
    words = {"service_idx": "services", "area_idx": "areas", "upstream_idx": "upstreams"}
    words |= {"handler_idx": "handlers", "claimed_idx": "handlers"}
    for field in dataclasses.fields(snapshot):
        values = getattr(snapshot, field.name)
        if field.name in words:
            made[field.name] = [getattr(snapshot, words[field.name])[int(i)] for i in values]
        elif field.name == "crew_idx":
            made[field.name] = [snapshot.crews[int(i)].name if i >= 0 else "" for i in values]
        elif field.type in ("Bytes", "Ints"):
            made[field.name] = values.tolist()
    made["numbers"] = [snapshot.numbers[row] for row in range(len(snapshot))]
    made["addresses"] = [snapshot.addresses[row] for row in range(len(snapshot))]
    made["services"] = [snapshot.service_codes[int(i)] for i in snapshot.service_idx]
    made["places"] = [snapshot.point(row) for row in range(len(snapshot))]
    return made


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(STEPS, min_size=1, max_size=8))
def test_following_is_as_good_as_reading_anew(steps: list[Step]) -> None:
    with TemporaryDirectory() as folder:
        clock = Clock()
        store = Store.open(f"sqlite:///{Path(folder) / 'desk.db'}", clock=clock)
        acting = Acting(store, Actor("ana", ALL_ROLES), POLICIES, timedelta(seconds=10))
        followed = build([], [])
        for step in steps:
            clock.now += timedelta(minutes=1)
            try:
                step(store, acting)
            except Expected:
                continue
            head, ids = store.changes_since(followed.head)
            followed = apply(followed, queries.columns(store, ids) if ids else [], queries.crews(store), head)
        anew = build(queries.every(store), queries.crews(store), store.head())
        assert columns(followed) == columns(anew)
        store.close()
