"""What an upstream shows: put in once, ours never overwritten by an older state, our own reports recognised."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from services.domain.exchange import Facts, Page, Receipt, UpstreamUpdate
from services.domain.outbox import OutboxState
from services.domain.status import Channel, Outcome, Status
from services.domain.statusmap import Dialect
from services.domain.values import Attribute, AttributeValue, EventKind, Place, Reach, Service
from services.sqlite import from_millis
from services.store import commands, ingest, outbox, queries
from services.store.store import Store
from tests.services.clock import NOON, Clock
from tests.services.store.conftest import Act
from tests.services.store.parts import POLICIES, history, logged, pull, shown


def send_all(store: Store, clock: Clock, receipt: str = "r") -> None:
    now = clock.forward(seconds=60)
    for item in outbox.waiting(store, list(POLICIES), now):
        outbox.claim(store, item.id, now)
        outbox.sent(store, item.id, Receipt(id=f"{receipt}{item.id[:6]}"), now)


def test_a_page_is_taken_once_with_its_cursor(store: Store) -> None:
    page = [shown(str(i)) for i in range(30)]
    first = pull(store, *page, *page[:5], cursor="c1")
    assert (first.new, first.changed, first.unchanged, len(first.ids)) == (30, 0, 0, 30)
    head = history(store)
    again = pull(store, *page)
    assert (again.new, again.changed, again.unchanged, again.ids) == (0, 0, 30, ())
    assert history(store) == head
    assert ingest.cursor(store, "city") == "c1"
    assert ingest.cursor(store, "plain") == ""
    assert pull(store).ids == ()


def test_half_a_character_is_taken_and_seen_again_unchanged(store: Store) -> None:
    odd = shown("1", description="Tree \ud800 down")
    assert (pull(store, odd).new, pull(store, odd).unchanged) == (1, 1)
    assert queries.detail(store, 1).request.description == "Tree ? down"
    assert pull(store, shown("1", description="Tree \ud801 down")).changed == 0, "it is kept as the same words"


def test_the_same_id_of_two_upstreams_is_two_requests(store: Store) -> None:
    pull(store, shown("7"))
    assert pull(store, shown("7"), upstream="plain").new == 1


def test_everything_shown_is_kept(store: Store) -> None:
    ingest.apply_services(store, "city", [Service("tree", "Trees", "city", sla_hours=48)])
    page = shown(
        "x1",
        "in_progress",
        status_notes="Crew on site",
        channel="Mobile",
        media_urls=("https://city.example/a.jpg",),
        reach=(Reach("email", "vi"),),
        place=Place("2 Elm St", 42.0, -71.0, "", "02101"),
    )
    result = ingest.apply_page(
        store,
        POLICIES["city"],
        Page((page,), (), ""),
        lambda points: [f"Ward {lat:.0f}/{lon:.0f}" for lat, lon in points],
    )
    found = queries.detail(store, result.ids[0]).request
    assert found.status is Status.IN_PROGRESS
    assert found.channel is Channel.APP
    assert found.place == Place("2 Elm St", 42.0, -71.0, "Ward 42/-71", "02101")
    assert found.reach == (Reach("email", "vi"),)
    assert found.due_at == found.requested_at + timedelta(hours=48)
    assert (found.upstream_status, found.upstream_notes, found.media_urls) == (
        "in_progress",
        "Crew on site",
        ("https://city.example/a.jpg",),
    )
    pull(store, shown("x2", reach=()), shown("x3", "no word of ours", place=Place()))
    assert queries.detail(store, 2).request.reach == ()
    unplaced = queries.detail(store, 3).request
    assert (unplaced.status, unplaced.place.lat, unplaced.upstream_status) == (Status.NEW, None, "no word of ours")


def test_what_the_resident_answered_is_kept_in_words(store: Store) -> None:
    values = (AttributeValue("wires", "It touches wires"), AttributeValue("road", "The road"))
    ingest.apply_services(store, "city", [Service("tree", "Trees", "city")])
    question = Attribute("blocks", "multivaluelist", "What does it block?", values=values)
    ingest.apply_definition(store, "city", "tree", [question])
    pull(store, shown("a", answers=(("blocks", ("road", "wires")),)), shown("b"))
    said = (("What does it block?", "The road, It touches wires"),)
    assert (queries.detail(store, 1).attributes, queries.detail(store, 2).attributes) == (said, ())
    pull(store, shown("a", status_notes="an answer that leaves them out takes nothing away"))
    assert queries.detail(store, 1).attributes == said


def test_a_later_upstream_change_is_taken(store: Store, clock: Clock) -> None:
    pull(store, shown("a"))
    later = clock.forward(hours=1)
    result = pull(store, shown("a", "closed", later))
    assert (result.changed, result.ids) == (1, (1,))
    found = queries.detail(store, 1)
    assert (found.request.status, found.request.outcome) == (Status.CLOSED, Outcome.UNKNOWN)
    assert found.request.closed_at == later
    assert found.events[0].data["to"] == "closed"
    pull(store, shown("a", "reopened", clock.forward(hours=1)))
    row = queries.columns(store)[0]
    assert (row.status, row.reopened, row.closed_ms) == ("acknowledged", 1, None)


def test_our_later_change_is_never_overwritten_by_an_older_state(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a"))
    clock.forward(hours=2)
    commands.set_status(act(), [1], Status.IN_PROGRESS)
    send_all(store, clock)
    result = pull(store, shown("a", "closed", NOON + timedelta(hours=1)))
    found = queries.detail(store, 1).request
    assert (found.status, found.differs, found.upstream_status) == (Status.IN_PROGRESS, True, "closed")
    assert result.ids == (1,)
    assert pull(store, shown("a", "closed", NOON + timedelta(hours=1))).changed == 0
    pull(store, shown("a", "in_progress", clock.forward(hours=1)))
    assert not queries.detail(store, 1).request.differs


def test_a_closing_after_our_change_closes_ours(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a"))
    commands.set_status(act(), [1], Status.IN_PROGRESS)
    send_all(store, clock)
    pull(store, shown("a", "closed", clock.forward(hours=1)))
    assert queries.detail(store, 1).request.status is Status.CLOSED


def test_nothing_is_taken_while_ours_is_on_its_way(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a"))
    commands.set_status(act(), [1], Status.IN_PROGRESS)
    pull(store, shown("a", "open", clock.forward(seconds=1), status_notes="seen"))
    assert not queries.detail(store, 1).request.differs, "the old word, as long as ours waits, is no disagreement"
    pull(store, shown("a", "fixed", clock.forward(seconds=1)))
    found = queries.detail(store, 1).request
    assert (found.status, found.differs) == (Status.IN_PROGRESS, True)


def test_an_upstream_between_two_of_our_posts_does_not_differ(store: Store, act: Act, clock: Clock, crew: int) -> None:
    pull(store, shown("a"))
    commands.assign(act(), [1], crew)
    send_all(store, clock)
    commands.set_status(act(), [1], Status.IN_PROGRESS)
    for _ in range(2):
        pull(store, shown("a", "ASSIGNED", clock.forward(seconds=1)))
        assert not queries.detail(store, 1).request.differs, "it shows what we said, and the rest is on its way"
    pull(store, shown("a", "fixed", clock.forward(seconds=1)))
    assert queries.detail(store, 1).request.differs, "nobody here said that"
    pull(store, shown("a", "ASSIGNED", clock.forward(seconds=1)))
    send_all(store, clock)
    assert not queries.detail(store, 1).request.differs
    pull(store, shown("a", "ASSIGNED", clock.now))
    assert queries.detail(store, 1).request.differs, "nothing is on its way any more, and it still shows the old word"
    pull(store, shown("a", "IN_PROGRESS", clock.forward(seconds=1)))
    found = queries.detail(store, 1).request
    assert (found.status, found.differs) == (Status.IN_PROGRESS, False)


def test_only_the_last_of_our_words_is_no_difference(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a"), upstream="fms")
    for status in (Status.ACKNOWLEDGED, Status.IN_PROGRESS):
        commands.set_status(act(), [1], status)
        send_all(store, clock)
    commands.send_message(act(), [1], "We are there")
    send_all(store, clock)
    commands.set_status(act(), [1], Status.CLOSED, Outcome.FIXED)
    pull(store, shown("a", "in_progress", clock.forward(seconds=1)), upstream="fms")
    assert not queries.detail(store, 1).request.differs, "a message that says no state is passed over"
    pull(store, shown("a", "investigating", clock.forward(seconds=1)), upstream="fms")
    assert queries.detail(store, 1).request.differs


def test_a_change_without_a_date_never_wins_over_a_person(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a", updated=None), shown("b", updated=None))
    commands.set_status(act(), [1], Status.IN_PROGRESS)
    send_all(store, clock)
    pull(store, shown("a", "fixed", None), shown("b", "fixed", None))
    rows = queries.columns(store)
    assert [(r.status, r.differs) for r in rows] == [("in_progress", 1), ("closed", 0)]


def test_an_update_that_was_answered_with_200_but_not_made_is_shown(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a"), upstream="fms")
    commands.set_status(act(), [1], Status.CLOSED, Outcome.FIXED)
    assert not queries.detail(store, 1).request.differs
    send_all(store, clock)
    pull(store, shown("a"), upstream="fms")
    found = queries.detail(store, 1)
    assert (found.request.status, found.request.differs) == (Status.CLOSED, True)
    assert found.events[0].data["differs"] is True
    pull(store, shown("a", "fixed", clock.forward(minutes=1)), upstream="fms")
    assert not queries.detail(store, 1).request.differs


@pytest.mark.parametrize("status", [Status.ACKNOWLEDGED, Status.IN_PROGRESS, Status.ON_HOLD])
def test_open_is_no_disagreement_where_only_open_and_closed_are_known(store: Store, act: Act, status: Status) -> None:
    pull(store, shown("a"), upstream="plain")
    commands.set_status(act(), [1], status)
    pull(store, shown("a", updated=NOON + timedelta(days=1)), upstream="plain")
    assert queries.detail(store, 1).request.status is status
    assert queries.columns(store)[0].differs == 0


def test_our_own_post_makes_no_noise(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a"))
    commands.set_status(act(), [1], Status.IN_PROGRESS, message="We come")
    send_all(store, clock)
    told, version = len(queries.detail(store, 1).events), queries.columns(store)[0].version
    pull(store, shown("a", "in_progress", clock.now, status_notes="We come"))
    assert (len(queries.detail(store, 1).events), queries.columns(store)[0].version) == (told, version)
    assert queries.detail(store, 1).request.upstream_notes == "We come"
    assert pull(store, shown("a", "in_progress", clock.now, status_notes="Call us")).changed == 1
    assert queries.columns(store)[0].version == version


def test_changed_words_are_found_and_the_old_ones_are_not(store: Store) -> None:
    pull(store, shown("a", description="fallen oak"))
    pull(store, shown("a", description="fallen birch", place=Place("9 Birch Rd")))
    assert queries.search(store, "oak") == []
    assert queries.search(store, "birch") == [1]
    assert queries.detail(store, 1).events[0].data["fields"] == "address,lat,lon,description"


def test_a_report_of_ours_is_matched_not_doubled(store: Store, act: Act, clock: Clock) -> None:
    logged(act(), upstream="city", description="Mine", name="Jo")
    logged(act(), upstream="city", description="Mine too")
    now = clock.forward(seconds=60)
    first, second = outbox.waiting(store, ["city"], now)
    assert outbox.claim(store, first.id, now)
    outbox.unknown(store, first.id, "The answer was lost.", now)
    reference = f"26-000001-{store.store_id[:8]}"
    result = pull(store, shown("u1", "open", description=f"Mine ({reference})", place=Place("elsewhere")))
    assert (result.new, result.unchanged + result.changed) == (0, 1)
    found = queries.detail(store, 1)
    assert (found.request.upstream_id, found.request.description) == ("u1", "Mine")
    assert found.request.place.address == "1 Main St"
    assert (found.outbox[0].state, found.outbox[0].receipt) == (OutboxState.SENT, "u1")
    assert [s.id for s in outbox.listing(store)] == [second.id]
    outbox.sent(store, first.id, Receipt(id="u1"), clock())
    assert len([e for e in queries.detail(store, 1).events if e.kind is EventKind.POSTED]) == 1


def test_a_report_with_a_token_is_matched_by_its_reference(store: Store, act: Act, clock: Clock) -> None:
    logged(act(), upstream="city")
    now = clock.forward(seconds=60)
    (item,) = outbox.waiting(store, ["city"], now)
    outbox.claim(store, item.id, now)
    outbox.sent(store, item.id, Receipt(token="t"), now)
    assert pull(store, shown("u1", description=f"x 26-000001-{store.store_id[:8]}")).new == 0
    assert outbox.tokens(store, "city") == []
    assert {"named": True} in [e.data for e in queries.detail(store, 1).events]


def test_a_change_of_nothing_but_the_area_is_told(store: Store) -> None:
    pull(store, shown("a", place=Place("1 Main St", 42.35, -71.06, "Ward 3")))
    head = store.head()
    pull(store, shown("a", place=Place("1 Main St", 42.35, -71.06, "Ward 4")))
    assert store.changes_since(head)[1] == (1,)
    assert queries.detail(store, 1).events[0].data == {"fields": "area", "version": 2}
    assert (queries.search(store, "ward 4"), queries.search(store, "ward 3")) == ([1], [])


def update(update_id: str, text: str, upstream_id: str = "a", hours: float = 0) -> UpstreamUpdate:
    return UpstreamUpdate(update_id, upstream_id, "OPEN", text, NOON + timedelta(hours=hours))


def test_comments_of_residents_come_once_into_the_timeline(store: Store) -> None:
    pull(store, shown("a"))
    page = [
        update("2", "It is still there", hours=2),
        update("1", "Also the shed"),
        update("3", ""),
        update("4", "x", "?"),
    ]
    assert ingest.apply_updates(store, "city", page) == (1,)
    assert ingest.apply_updates(store, "city", page) == ()
    comments = [e for e in queries.detail(store, 1).events if e.kind is EventKind.RESIDENT_UPDATE]
    assert [(e.text, e.at) for e in comments] == [
        ("It is still there", NOON + timedelta(hours=2)),
        ("Also the shed", NOON),
    ]
    assert queries.search(store, "shed") == [1]
    pull(store, shown("?"))
    assert ingest.apply_updates(store, "city", page) == (2,), "a comment waits until its request is known"


def test_our_own_updates_are_not_doubled(store: Store, act: Act, clock: Clock) -> None:
    pull(store, shown("a"))
    for text in ("by our id", "by its id", "by the words", "lost on the way"):
        commands.send_message(act(), [1], text)
    items = outbox.listing(store)
    for item in items[:3]:
        outbox.claim(store, item.id, clock.forward(seconds=60))
        outbox.sent(store, item.id, Receipt(id=f"their-{item.message}"), clock())
    outbox.claim(store, items[3].id, clock.forward(seconds=60))
    outbox.unknown(store, items[3].id, "The answer was lost.", clock())
    page = [
        update(items[0].id, "by our id, changed by a template"),
        update("their-by its id", "also changed"),
        update("99", "by the words"),
        update(items[3].id, "lost on the way"),
    ]
    assert ingest.apply_updates(store, "city", page) == ()
    assert outbox.listing(store) == [], "what was unknown is known now"


def test_what_is_known_of_an_upstream(store: Store) -> None:
    ingest.apply_facts(store, "city", Facts(Dialect.GATEWAY, notifies=True, title="Boston"))
    ingest.note_pull(store, "city", NOON, "")
    ingest.note_pull(store, "city", NOON + timedelta(hours=1), "It did not answer.")
    ingest.note_pull(store, "new", NOON, "It did not answer.")
    city, new = queries.upstream_states(store)
    assert (city.dialect, city.notifies, city.pulled_at, city.problem) == (
        Dialect.GATEWAY,
        True,
        NOON,
        "It did not answer.",
    )
    assert (new.dialect, new.pulled_at) == (None, None)


def test_services_come_and_go_and_keep_their_target(store: Store) -> None:
    both = [Service("t", "Tree", "city", keywords=("a",), sla_hours=5), Service("p", "", "city", has_definition=True)]
    ingest.apply_services(store, "city", both)
    question = Attribute("SIZE", "singlevaluelist", "How big?", required=True, values=(AttributeValue("s", "Small"),))
    ingest.apply_definition(store, "city", "p", [question])
    ingest.apply_services(store, "city", [Service("t", "Trees", "city")])
    assert queries.services(store) == [Service("t", "Trees", "city", sla_hours=5)]
    ingest.apply_services(store, "city", [])
    assert [s.code for s in queries.services(store)] == ["t"]
    assert queries.definition(store, "city", "p") == (question,)
    assert queries.definition(store, "city", "nope") == ()


def test_five_thousand_rows_are_few_statements(store: Store) -> None:
    from sqlalchemy import event

    seen: list[str] = []
    event.listen(store._engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    pull(store, *(shown(str(i), description=f"Tree {i}") for i in range(5000)))
    assert len(seen) < 20
    assert len(queries.search(store, "tree")) == 5000


def test_rows_written_many_at_once_and_the_few_left_over_are_all_there(store: Store) -> None:
    page = [shown(f"x{i}", "closed" if i % 3 else "open", description=f"Tree {i}") for i in range(205)]
    assert pull(store, *page[:3]).ids == (1, 2, 3)
    assert pull(store, *page).ids == tuple(range(4, 206))
    for request_id in (1, 3, 4, 103, 104, 203, 205):
        found = queries.detail(store, request_id)
        assert found.request.upstream_id == f"x{request_id - 1}"
        assert found.request.description == f"Tree {request_id - 1}"
        told = [(line.kind, line.actor, line.data) for line in found.events]
        assert told == [(EventKind.PULLED, "city", {"status": found.request.status.value, "version": 1})]
    assert queries.search(store, "tree") == list(range(1, 206))


def test_a_target_that_comes_or_changes_later_makes_what_is_open_due_anew(store: Store, clock: Clock) -> None:
    day = NOON - timedelta(days=1)
    pull(
        store,
        shown("open"),
        shown("promised", expected_at=NOON),
        shown("closed", "FIXED"),
        shown("slip", expected_at=day - timedelta(days=2)),
    )
    ingest.apply_services(store, "city", [Service("tree", "Tree", "city")])
    head = store.head()

    def due() -> dict[str, datetime | None]:
        rows = queries.columns(store)
        return {r.upstream_id: None if r.due_ms is None else from_millis(r.due_ms) for r in rows}

    assert due() == {"open": None, "promised": NOON, "closed": None, "slip": None}
    for hours in (48.0, 12.0):
        ingest.apply_services(store, "city", [Service("tree", "Tree", "city", sla_hours=hours)])
        soon = day + timedelta(hours=hours)
        assert due() == {"open": soon, "promised": NOON, "closed": None, "slip": soon}
    _, ids = store.changes_since(head)
    versions = {row.id: row.version for row in queries.columns(store)}
    assert {versions[i] for i in ids} == {3}
    assert len(ids) == 2
    assert queries.detail(store, ids[0]).events[0].data["fields"] == "due_at"
    lines = history(store)
    ingest.apply_services(store, "city", [Service("tree", "Tree", "city", sla_hours=12.0)])
    ingest.apply_services(store, "city", [Service("tree", "Tree", "city")])
    ingest.apply_services(store, "other", [Service("tree", "Tree", "other", sla_hours=1.0)])
    assert history(store) == lines
