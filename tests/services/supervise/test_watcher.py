"""Rules watched on a real store, and what leaves of it by real SMTP and real HTTP: once, for all desks."""

from __future__ import annotations

import json
import logging
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from services.domain.alerts import LOOK_MS, REST_MS, Measure, Rule, Way
from services.domain.status import ALL_ROLES
from services.domain.values import Actor
from services.notify.again import again_after
from services.notify.carriers import Carrier, Folder
from services.store import alerts
from services.store.acting import Acting
from services.store.store import Store
from services.supervise.sending import Sender, Webhook
from services.supervise.watcher import Looking, Watcher
from services.sync.sync import Syncer
from tests.services.clock import NOON, Clock
from tests.services.notify.mailbox import smtp_server
from tests.services.store.parts import POLICIES, pull, shown
from tests.services.upstream.loopback import Ask, Loopback, Reply, as_json

STORES = ("file", "server")
TREES = Rule(0, "Trees", 'service:"Tree Emergencies" is:open', Measure.COUNT, 20, mail="chief@example.org")
FROM = "City <311@example.org>"


def boss(store: Store) -> Acting:
    return Acting(store, Actor("ana", ALL_ROLES), POLICIES, timedelta(0))


def sender(carrier: Carrier | None = None, *hooks: Webhook) -> Sender:
    def given() -> Carrier:
        assert carrier is not None
        return carrier

    return Sender(given, FROM, "Town", hooks, UTC)


def trees(store: Store, count: int, first: int = 0) -> None:
    pull(store, *(shown(f"u{i}", requested_at=NOON - timedelta(minutes=1)) for i in range(first, first + count)))


def test_five_hundred_arrivals_are_one_alert_and_one_letter(store: Store, clock: Clock) -> None:
    alerts.save_rule(boss(store), TREES)
    with smtp_server() as box:
        looking = Looking(store, sender(box.smtp()))
        for page in range(25):
            trees(store, 20, 20 * page)
            looking.look()
            looking.send(threading.Event())
            clock.forward(minutes=1)
        (alert,) = alerts.history(store)
        (letter,) = box.messages
    assert (alert.value, alert.peak >= 450) == (20, True)
    assert letter["Subject"] == "Alert: Trees: 20 requests"
    assert (letter["To"], letter["From"]) == ("chief@example.org", FROM)
    said = letter.get_body()
    assert said is not None
    assert "12:00 (Town)" in said.get_content()


def test_what_was_acknowledged_is_said_again_only_where_it_has_become_worse(store: Store, clock: Clock) -> None:
    alerts.save_rule(boss(store), replace(TREES, mail=""))
    looking = Looking(store, sender())
    trees(store, 30)
    looking.look()
    (alert,) = alerts.lasting(store)
    alerts.acknowledge(boss(store), alert.id)
    pull(store, *(shown(f"u{i}", "closed", NOON + timedelta(hours=1)) for i in range(30)))
    for _ in range(8):
        looking.look()
        clock.forward(minutes=10)
    trees(store, 30, 100)
    looking.look()
    assert [one.id for one in alerts.history(store)] == [alert.id], "no worse than what somebody answers for"
    trees(store, 1, 200)
    looking.look()
    assert alerts.lasting(store) == []
    looking.look()
    assert [one.peak for one in alerts.history(store)] == [31.0, 30.0]


def low_for(looking: Looking, clock: Clock, minutes: int) -> None:
    """A look every ten minutes, the first at once."""
    for _ in range(0, minutes, 10):
        looking.look()
        clock.forward(minutes=10)
    looking.look()


def quiet(store: Store, *, seen: bool) -> int:
    """An alert whose requests are closed again; its id."""
    alerts.save_rule(boss(store), replace(TREES, mail=""))
    trees(store, 30)
    Looking(store, sender()).look()
    (alert,) = alerts.lasting(store)
    if seen:
        alerts.acknowledge(boss(store), alert.id)
    pull(store, *(shown(f"u{i}", "closed", NOON + timedelta(hours=1)) for i in range(30)))
    return alert.id


def test_how_long_a_figure_was_low_outlives_who_watched(store: Store, clock: Clock) -> None:
    """Forty minutes before a restart and twenty after it are the hour after which something worse is news."""
    first = quiet(store, seen=True)
    low_for(Looking(store, sender()), clock, 40)
    clock.forward(hours=9)
    again = Looking(store, sender())
    low_for(again, clock, 10)
    assert not alerts.lasting(store)[0].rested, "what nobody looked at counts as nothing"
    low_for(again, clock, 10)
    assert alerts.lasting(store)[0].rested
    trees(store, 31, 100)
    third = Looking(store, sender())
    third.look()
    assert alerts.lasting(store) == [], "that it has rested is known after a restart too"
    third.look()
    assert [(one.peak, one.id == first) for one in alerts.history(store)] == [(31.0, False), (30.0, True)]


def test_what_was_high_again_before_a_restart_begins_anew(store: Store, clock: Clock) -> None:
    first = quiet(store, seen=True)
    looking = Looking(store, sender())
    low_for(looking, clock, 50)
    trees(store, 25, 100)
    looking.look()
    pull(store, *(shown(f"u{i}", "closed", NOON + timedelta(hours=2)) for i in range(100, 125)))
    low_for(Looking(store, sender()), clock, 50)
    trees(store, 31, 200)
    Looking(store, sender()).look()
    assert [one.id for one in alerts.lasting(store)] == [first]


def test_a_day_of_rest_is_not_begun_again_by_a_restart(store: Store, clock: Clock) -> None:
    first = quiet(store, seen=False)
    alerts.keep_low(store, first, REST_MS - LOOK_MS, False)
    looking = Looking(store, sender())
    assert (looking.look(), [one.id for one in alerts.lasting(store)]) == (0, [first])
    clock.forward(minutes=10)
    assert (looking.look(), alerts.lasting(store)) == (1, [])


def test_two_watchers_begin_one_alert(store: Store) -> None:
    alerts.save_rule(boss(store), TREES)
    trees(store, 30)
    first, second = Looking(store, sender()), Looking(store, sender())
    assert (first.look(), second.look()) == (1, 0)
    assert len(alerts.history(store)) == 1


def test_a_rule_switched_off_ends_its_alert_and_one_that_makes_no_sense_is_left_out(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    alerts.save_rule(boss(store), TREES)
    trees(store, 30)
    looking = Looking(store, sender())
    looking.look()
    (rule,) = alerts.rules(store)
    alerts.save_rule(boss(store), replace(rule, active=False))
    assert looking.look() == 1
    assert alerts.lasting(store) == []
    alerts.save_rule(boss(store), replace(rule, query="is:mine"))
    assert (looking.look(), looking.look()) == (0, 0)
    said = [r.getMessage() for r in caplog.records if r.name.endswith("watcher")]
    assert [one.startswith("the alert rule “Trees” is left out") for one in said] == [True]


def test_a_rule_over_risks_counts_what_will_breach_and_waits_for_a_history(
    store: Store, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """Twenty of forty were closed long after they were due: each open one is as likely as not to be late."""
    caplog.set_level(logging.INFO)
    alerts.save_rule(boss(store), replace(TREES, query="risk>30%", threshold=5, mail=""))
    promised = timedelta(hours=48)
    pull(store, *(shown(f"u{i}", requested_at=NOON, expected_at=NOON + promised) for i in range(6)))
    looking = Looking(store, sender())
    assert looking.look() == 0
    assert "No forecast: no closings are known yet" in caplog.text
    closed = []
    for i in range(40):
        filed = NOON - timedelta(days=40) + timedelta(hours=18 * i)
        took = timedelta(hours=200 if i % 2 else 2)
        closed.append(shown(f"old{i}", "closed", filed + took, requested_at=filed, expected_at=filed + promised))
    pull(store, *closed)
    clock.forward(minutes=1)
    assert looking.look() == 0, "what was foreseen stands for some minutes"
    clock.forward(minutes=5)
    looking.look()
    assert [alert.value for alert in alerts.lasting(store)] == [6]


def answered(reply: Reply) -> tuple[Loopback, list[Ask]]:
    asks: list[Ask] = []

    def answer(ask: Ask) -> Reply:
        asks.append(ask)
        return reply

    return Loopback(answer), asks


def begun(store: Store) -> Looking:
    alerts.save_rule(boss(store), replace(TREES, mail="", webhook="ops"))
    trees(store, 30)
    return Looking(store, sender())


def test_a_webhook_gets_json_with_its_key_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(store)
    monkeypatch.setenv("OPS_KEY", "s3cret")
    loop, asks = answered(as_json({}))
    with loop:
        monkeypatch.setenv("OPS_URL", f"http://127.0.0.1:{loop.port}/hook?token=t0p")
        looking = Looking(store, sender(None, Webhook("ops", "env:OPS_URL", "env:OPS_KEY")))
        looking.look()
        assert looking.send(threading.Event()) == 1
        assert looking.send(threading.Event()) == 0
    (ask,) = asks
    told = json.loads(ask.body)
    assert (told["rule"], told["text"], told["value"], told["city"]) == ("Trees", "Trees: 30 requests", 30, "Town")
    assert ask.headers["Authorization"] == "Bearer s3cret"
    assert ask.headers["Content-Type"] == "application/json"
    assert ask.headers["Idempotency-Key"].startswith(f"alert-{store.store_id}-")


@pytest.mark.parametrize(
    ("reply", "again"),
    [
        (Reply(503), True),
        (Reply(404), False),
        (Reply(502), False),
        (Reply(302, headers={"Location": "http://127.0.0.1:9/elsewhere"}), False),
    ],
    ids=["busy", "gone", "lost behind a gateway", "moved"],
)
def test_what_a_webhook_refuses_is_said_and_only_what_may_go_better_is_tried_again(
    store: Store, clock: Clock, reply: Reply, again: bool
) -> None:
    begun(store)
    loop, asks = answered(reply)
    with loop:
        looking = Looking(store, sender(None, Webhook("ops", f"http://127.0.0.1:{loop.port}/secret-path")))
        looking.look()
        looking.send(threading.Event())
        ((_, way, why),) = alerts.unsent(store)
        assert (way, "secret-path" in why) == (Way.WEBHOOK, False)
        assert "The webhook “ops”" in why
        assert looking.send(threading.Event()) == 0
        clock.forward(minutes=1)
        assert looking.send(threading.Event()) == int(again)
    assert len(asks) == 1 + again


def test_a_webhook_nobody_configured_is_said(store: Store) -> None:
    looking = begun(store)
    looking.look()
    looking.send(threading.Event())
    assert [why for *_, why in alerts.unsent(store)] == [
        "There is no webhook “ops”. Add a [[webhook]] of that name to config.toml."
    ]


def test_what_may_have_arrived_is_not_sent_again(store: Store) -> None:
    begun(store)

    def hang_up(wfile: object, ending: threading.Event) -> None:
        del wfile, ending

    loop, asks = answered(Reply(raw=hang_up))
    with loop:
        looking = Looking(store, sender(None, Webhook("ops", f"http://127.0.0.1:{loop.port}/")))
        looking.look()
        assert looking.send(threading.Event()) == 1
        assert looking.send(threading.Event()) == 0
        assert [why.endswith("It may have arrived, and is not sent again.") for *_, why in alerts.unsent(store)] == [
            True
        ]
    assert len(asks) == 1


def test_tries_come_to_an_end() -> None:
    from services.errors import Offline

    assert again_after(Offline("x"), 1) == timedelta(seconds=30)
    assert again_after(Offline("x"), 9) == timedelta(minutes=15)
    assert again_after(Offline("x", retry_after=7), 9) == timedelta(seconds=7)
    assert again_after(Offline("x"), 100) is None


@pytest.mark.parametrize("store", ["file"], indirect=True, ids=[""])
def test_the_process_that_syncs_watches_beside(store: Store, url: str, tmp_path: Path) -> None:
    """A real loop with the watcher beside it: the alert is there, and its letter lies in the folder."""
    alerts.save_rule(boss(store), TREES)
    trees(store, 30)
    changed, stop = threading.Event(), threading.Event()
    watcher = Watcher(url, sender(Folder(tmp_path / "mail")), UTC, every=0.02)
    loop = threading.Thread(target=Syncer(url, [], beside=watcher.beside).run, args=(stop, changed.set))
    loop.start()
    try:
        assert changed.wait(20)
    finally:
        stop.set()
        loop.join(20)
    assert not loop.is_alive()
    with closing(Store.open(url)) as again:
        assert [a.rule for a in alerts.lasting(again)] == ["Trees"]
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 1
