"""The syncer: its counts, its loop (woken by time, by others' writes, by a wish), and one process at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from services.clocks import utcnow
from services.domain.routing import Rule
from services.domain.status import ALL_ROLES, Status
from services.domain.values import Actor, Crew
from services.errors import KeyRefused, Offline, Refused, StoreGone, StoreProblem
from services.gateway.keys import new_key
from services.gateway.server import running
from services.gateway.settings import GatewaySettings
from services.gateway.tables import GatewayStore
from services.store import commands, outbox, queries
from services.store.acting import Acting
from services.store.crews import save_crews
from services.store.routing import save_rules
from services.store.store import Store
from services.sync import sync
from services.sync.policies import policies
from services.sync.sync import Syncer
from services.sync.turns import FileTurns
from services.upstream.base import UpdatesBy, Upstream, UpstreamConfig
from tests.console.cli.residents import post
from tests.services.sync.city import City, config

LONG = 60
"""Seconds after which a test that waits for something gives up."""


class Bench:
    """A store, cities in memory and real time; `changed` is told about everything the loop does."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.cities: dict[str, City] = {}
        self.changed = threading.Condition()
        self.add("city")

    def add(self, name: str, **changes: object) -> City:
        self.cities[name] = City(replace(config(name), **changes), utcnow)  # type: ignore[arg-type]
        return self.cities[name]

    def connect(self, wanted: UpstreamConfig) -> Upstream:
        return self.cities[wanted.name]

    def syncer(self) -> Syncer:
        return Syncer(self.url, [c.config for c in self.cities.values()], connect=self.connect)

    def on_change(self) -> None:
        with self.changed:
            self.changed.notify_all()

    def until(self, true: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(true, LONG), "it did not happen"

    def acting(self, store: Store, hold: float = 0) -> Acting:
        known = policies([c.config for c in self.cities.values()], queries.upstream_states(store))
        return Acting(store, Actor("ana", ALL_ROLES), known, timedelta(seconds=hold))

    def say(self, upstream_id: str, text: str, hold: float = 0) -> None:
        store = Store.open(self.url)
        try:
            commands.send_message(self.acting(store, hold), [queries.find(store, upstream_id)], text)
        finally:
            store.close()

    def holds(self, upstream_id: str) -> bool:
        store = Store.open(self.url)
        try:
            return any(row.upstream_id == upstream_id for row in queries.columns(store))
        finally:
            store.close()

    @contextmanager
    def loop(self, syncer: Syncer | None = None) -> Iterator[Syncer]:
        syncer = syncer or self.syncer()
        stop = threading.Event()
        thread = threading.Thread(target=syncer.run, args=(stop, self.on_change))
        thread.start()
        try:
            yield syncer
        finally:
            stop.set()
            syncer.wake()
            thread.join(LONG)
            assert not thread.is_alive()


@pytest.fixture
def bench(url: str) -> Bench:
    return Bench(url)


def test_once_counts_what_it_did_and_what_waits(bench: Bench) -> None:
    for number in ("1", "2", "3"):
        bench.cities["city"].add(number)
    first = bench.syncer().once()
    assert first.counts() == {
        "pulled": 3, "new": 3, "changed": 0, "unreadable": 0, "posted": 0, "refused": 0, "unknown": 0, "waiting": 0,
    }  # fmt: skip
    bench.say("1", "goes")
    bench.say("2", "is refused")
    bench.say("3", "is held", hold=60)
    bench.cities["city"].fail("post_update", Refused("No."))
    second = bench.syncer().once()
    assert (second.posted, second.refused, second.waiting) == (1, 1, 1)
    assert second.problems == ["26-000001: No."]
    assert bench.cities["city"].closed


def test_once_goes_on_with_the_others_when_one_upstream_is_down(bench: Bench) -> None:
    bench.cities["city"].fail("facts", Offline("The city cannot be reached."))
    bench.add("other").add("7")
    report = bench.syncer().once()
    assert report.new == 1
    assert report.problems[0].startswith("“city”: The city cannot be reached.")


def test_damaged_routing_rules_are_said_with_what_is_pulled(bench: Bench) -> None:
    with closing(Store.open(bench.url)) as store:
        save_crews(store, [Crew(0, "Forestry 2")])
        save_rules(bench.acting(store), [Rule("All", 1)])
        with store.write() as connection:
            connection.exec_driver_sql("UPDATE routing SET rules = '[]'")
    bench.cities["city"].add("1")
    assert bench.syncer().once().new == 1
    with closing(Store.open(bench.url)) as store:
        (state,) = queries.upstream_states(store)
    assert (state.pulled_at is None, state.problem[:37]) == (False, "The routing rules cannot be read, so ")


def test_once_tries_again_at_once_what_failed_before(bench: Bench) -> None:
    city = bench.cities["city"]
    city.add("1")
    bench.syncer().once()
    bench.say("1", "hello")
    city.fail("post_update", Offline("The city cannot be reached."))
    first = bench.syncer().once()
    assert (first.posted, first.waiting) == (0, 1)
    assert bench.syncer().once().posted == 1


def test_once_keeps_to_what_the_server_asked_of_an_earlier_process(bench: Bench) -> None:
    city = bench.cities["city"]
    city.add("1")
    bench.syncer().once()
    bench.say("1", "hello")
    city.fail("post_update", Offline("Too many calls.", retry_after=100))
    report = bench.syncer().once()
    assert report.problems[0] == "26-000001: Too many calls."
    assert report.problems[1].startswith("“city” asked to be left alone until ")
    city.calls.clear()
    again = bench.syncer().once()
    assert (again.posted, again.waiting, city.calls) == (0, 1, [])


def test_the_loop_keeps_to_it_too_however_it_is_woken(bench: Bench) -> None:
    city = bench.cities["city"]
    other = bench.add("other")
    city.fail("page", Offline("Too many calls.", retry_after=100))
    with bench.loop() as syncer:
        bench.until(lambda: "updates_since" in other.calls)
        pages = other.calls.count("page")
        city.calls.clear()
        syncer.wake()
        bench.until(lambda: other.calls.count("page") > pages)
    assert city.calls == []


def test_once_does_not_work_while_another_has_the_turn(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "PATIENCE", 0.0)
    with FileTurns(tmp_path / "desk.db").turn() as ours:
        assert ours
        with pytest.raises(StoreProblem, match="is syncing this store"):
            bench.syncer().once()
    assert bench.syncer().once().problems == []


def test_a_lock_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    turns = FileTurns(tmp_path)
    (tmp_path.parent / f"{tmp_path.name}.sync.lock").mkdir()
    with pytest.raises(StoreProblem, match="lock beside the store"), turns.turn():
        pass


def test_the_loop_pulls_at_once_and_again_when_woken(bench: Bench) -> None:
    city = bench.cities["city"]
    city.add("1")
    with bench.loop() as syncer:
        bench.until(lambda: bench.holds("1"))
        city.add("2")
        syncer.wake()
        bench.until(lambda: bench.holds("2"))


def test_the_loop_pulls_again_when_its_time_has_come(bench: Bench) -> None:
    city = bench.add("city", poll_seconds=0)
    city.add("1")
    with bench.loop():
        bench.until(lambda: bench.holds("1"))
        city.add("2")
        bench.until(lambda: bench.holds("2"))


def test_the_loop_sees_what_another_process_queued_and_waits_for_the_hold(bench: Bench) -> None:
    city = bench.cities["city"]
    city.add("1")
    with bench.loop():
        bench.until(lambda: bench.holds("1"))
        bench.say("1", "at once")
        bench.until(lambda: [u.message for u in city.posted] == ["at once"])
        before = utcnow()
        bench.say("1", "after the hold", hold=1)
        bench.until(lambda: len(city.posted) == 2)
        assert city.posted[1].updated_at - before >= timedelta(seconds=1)
    assert city.closed


def test_a_long_first_pull_does_not_keep_the_outbox_waiting(bench: Bench) -> None:
    city = bench.cities["city"]
    city.add("1")
    bench.syncer().once()
    for number in range(2, 8):
        city.add(str(number))
    posted_after: list[int] = []
    called = city._called

    def watch(call: str) -> object:
        if call == "page" and city.calls.count("page") == 3:
            bench.say("1", "in between")
        if call == "post_update":
            posted_after.append(city.calls.count("page"))
        return called(call)

    city._called = watch  # type: ignore[assignment,method-assign]
    city.calls.clear()
    with bench.loop():
        bench.until(lambda: len(city.posted) == 1)
    assert posted_after
    assert posted_after[0] <= 4


def test_one_leads_and_the_other_takes_over(bench: Bench) -> None:
    city = bench.cities["city"]
    city.add("1")
    threads = threading.active_count()
    with bench.loop():
        bench.until(lambda: bench.holds("1"))
        pages = city.calls.count("page")
        with bench.loop() as second:
            second.wake()
            bench.say("1", "only one of us sends it")
            bench.until(lambda: len(city.posted) == 1)
            assert city.calls.count("page") == pages
    with bench.loop() as third:
        city.add("2")
        third.wake()
        bench.until(lambda: bench.holds("2"))
    assert threading.active_count() == threads
    assert len(city.posted) == 1


def test_a_single_run_works_beside_a_loop(bench: Bench) -> None:
    city = bench.cities["city"]
    city.add("1")
    with bench.loop():
        bench.until(lambda: bench.holds("1"))
        city.add("2")
        assert bench.syncer().once().new == 1


def test_the_loop_waits_while_a_single_run_has_the_turn(bench: Bench, tmp_path: Path) -> None:
    city = bench.cities["city"]
    with FileTurns(tmp_path / "desk.db").turn(), bench.loop() as syncer:
        city.add("1")
        syncer.wake()
        assert city.calls == []
    with bench.loop():
        bench.until(lambda: bench.holds("1"))


@pytest.mark.parametrize(
    ("problem", "rest"), [(StoreProblem("The disk is full."), "_STORE_REST"), (StoreGone("It is gone."), "_GONE_REST")]
)
def test_a_store_that_cannot_be_used_is_waited_out(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, problem: StoreProblem, rest: str
) -> None:
    monkeypatch.setattr(sync, rest, timedelta())
    city = bench.cities["city"]
    city.add("1")
    city.fail("page", problem)
    with bench.loop():
        bench.until(lambda: bench.holds("1"))
    assert f"sync rests: {problem}" in caplog.text
    caplog.clear()


def test_the_loop_rests_until_told_to_stop_when_the_store_cannot_be_opened(
    bench: Bench, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "desk.db").mkdir()
    with bench.loop():
        pass
    caplog.clear()


def test_what_holds_the_outbox_up_is_said_with_an_upstream_that_can_be_pulled(bench: Bench) -> None:
    city = bench.cities["city"]
    city.add("1")
    bench.syncer().once()
    bench.say("1", "waits")
    city.fail("post_update", KeyRefused("The city does not accept the key.", "Check api_key."))
    assert bench.syncer().once().waiting == 1
    store = Store.open(bench.url)
    (state,) = queries.upstream_states(store)
    assert state.problem == "1 in the outbox wait: The city does not accept the key. Check api_key."
    assert (bench.syncer().once().posted, len(city.posted)) == (1, 1)
    assert queries.upstream_states(store)[0].problem == ""
    store.close()


# With the real parts: HTTP on the loopback, the gateway, Open311


@pytest.fixture
def gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[UpstreamConfig]:
    settings = GatewaySettings(tmp_path / "gateway")
    keys = GatewayStore.open(settings.store_path)
    monkeypatch.setenv("CITY_KEY", new_key(keys, "desk"))
    keys.close()
    with running(settings) as served:
        yield UpstreamConfig(
            "city", url=served.url, api_key="env:CITY_KEY", updates=UpdatesBy.SERVICEREQUESTUPDATES, poll_seconds=1
        )


def test_a_report_logged_here_and_its_update_reach_a_real_gateway(
    gateway: UpstreamConfig, url: str, tmp_path: Path
) -> None:
    from services.domain.values import Place
    from services.store.commands import PhoneReport

    syncer = Syncer(url, [gateway])
    assert syncer.once().problems == []
    store = Store.open(url)
    known = policies([gateway], queries.upstream_states(store))
    assert known["city"].notifies
    acting = Acting(store, Actor("ana", ALL_ROLES), known, timedelta())
    service = queries.services(store)[0].code
    email = "resident@example.org"
    call = PhoneReport(service, "A tree is down.", Place("1 Elm Street", 42.3, -71.06), email=email, upstream="city")
    (request_id,) = commands.log_call(acting, call).ids
    first = syncer.once()
    assert (first.posted, first.problems) == (1, [])
    commands.set_status(acting, [request_id], Status.IN_PROGRESS, None, "A crew is on its way.")
    second = syncer.once()
    assert (second.posted, second.new, second.waiting, second.problems) == (1, 0, 0, [])
    third = syncer.once()
    assert (third.posted, third.new, third.changed) == (0, 0, 0)
    detail = queries.detail(store, request_id)
    assert not detail.request.differs
    assert detail.request.upstream_status == "IN_PROGRESS"
    assert len(queries.columns(store)) == 1
    assert outbox.counts(store) == outbox.OutboxCounts(0, 0, 0)
    store.close()
    letters = list((tmp_path / "gateway" / "mail").glob("*.eml"))
    assert len(letters) == 1


def test_updates_wait_for_a_key_that_was_renewed_at_the_gateway(
    gateway: UpstreamConfig, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(gateway.url, service_code="street-light", lat="42.36", long="-71.06")
    Syncer(url, [gateway]).once()
    keys = GatewayStore.open(GatewaySettings(tmp_path / "gateway").store_path)
    renewed = new_key(keys, "desk", replace=True)
    keys.close()
    store = Store.open(url)
    acting = Acting(store, Actor("ana", ALL_ROLES), policies([gateway], queries.upstream_states(store)), timedelta())
    commands.set_status(acting, [1], Status.IN_PROGRESS)
    report = Syncer(url, [gateway]).once()
    assert (report.refused, report.waiting) == (0, 1)
    assert "does not accept the key" in queries.upstream_states(store)[0].problem
    monkeypatch.setenv("CITY_KEY", renewed)
    report = Syncer(url, [gateway]).once()
    assert (report.posted, report.problems) == (1, [])
    store.close()
