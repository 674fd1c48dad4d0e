"""Our own e-mails to callers leave the outbox once, patiently, in the caller's language, and name nobody in a log."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.domain.outbox import MAIL, OutboxKind, OutboxState
from services.domain.status import ALL_ROLES, Outcome, Status
from services.domain.values import Actor, Place
from services.errors import Expected, Invalid, Offline, Refused
from services.notify.carriers import Folder, Letter
from services.store import commands, outbox
from services.store.acting import Acting
from services.store.commands import PhoneReport, log_call
from services.store.erase import erase_caller
from services.store.joining import CallerWords, join
from services.store.store import Store
from services.store.undo import redo, undo
from services.sync.notices import Notifier
from services.sync.pace import Pace
from services.sync.relay import Relay, RelayReport
from services.sync.sync import Syncer
from tests.services.clock import Clock
from tests.services.notify.mailbox import Mailbox, smtp_server, text_of


class Post:
    """Takes letters, or fails as it is told."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.faults: list[tuple[Expected, bool]] = []
        """What the next ones raise, and whether they arrive all the same."""

    def carry(self, letter: Letter) -> None:
        fault, arrives = self.faults.pop(0) if self.faults else (None, True)
        if arrives and letter.message_id not in {known.message_id for known in self.letters}:
            self.letters.append(letter)
        if fault:
            raise fault


class Desk:
    """A desk without an upstream."""

    def __init__(self, store: Store, clock: Clock, hold: float = 0.0) -> None:
        self.store, self.clock, self.post = store, clock, Post()
        self.acting = Acting(store, Actor("ana", ALL_ROLES), {}, timedelta(seconds=hold))
        self.notifier = Notifier(lambda: self.post, "City of Gulfport <311@example.org>", "City of Gulfport", "vi")

    def report(self, email: str = "ana@example.org", language: str = "es") -> int:
        place = Place("1 Main St", 42.35, -71.06)
        report = PhoneReport("tree", "Tree down", place, name="Ana", email=email, language=language)
        return log_call(self.acting, report).ids[0]

    def relay(self) -> RelayReport:
        return Relay(self.store, {}, {}, Pace(lambda: 0.0), self.notifier).run()

    def states(self) -> list[str]:
        return [item.state.value for item in outbox.listing(self.store, unfinished_only=False)]


@pytest.fixture
def desk(store: Store, clock: Clock) -> Desk:
    return Desk(store, clock)


def test_a_caller_gets_one_letter_in_their_language(desk: Desk, url: str, tmp_path: Path) -> None:
    request_id = desk.report()
    join(desk.acting, request_id, CallerWords("Bo", "", "bo@example.org"))
    commands.send_message(desk.acting, [request_id], "We come <soon>")
    commands.set_status(desk.acting, [request_id], Status.CLOSED, Outcome.FIXED)
    with smtp_server() as box:
        notifier = Notifier(lambda: box.smtp(), desk.notifier.sender, "City of Gulfport", "vi")
        report = Syncer(url, [], clock=desk.clock, notifier=notifier).once()
        assert Syncer(url, [], clock=desk.clock, notifier=notifier).once().posted == 0
    assert (report.posted, report.waiting, report.problems) == (4, 0, [])
    by_address = {(str(m["To"]), "We come" in text_of(m)): m for m in box.messages}
    assert len(by_address) == len(set(box.ids)) == 4
    spanish, vietnamese = by_address["ana@example.org", True], by_address["bo@example.org", False]
    assert "We come <soon>" in text_of(spanish)
    assert "Estado: Nuevo" in text_of(spanish)
    assert "Đã đóng: đã sửa xong" in text_of(vietnamese)
    assert "\n\n\n" not in text_of(vietnamese)
    assert str(spanish["From"]) == "City of Gulfport <311@example.org>"


def test_without_a_mail_server_they_are_files(desk: Desk, url: str, tmp_path: Path) -> None:
    commands.send_message(desk.acting, [desk.report()], "Soon")
    (item,) = outbox.listing(desk.store)
    notifier = Notifier(lambda: Folder(tmp_path / "mail"), desk.notifier.sender, "City")
    Syncer(url, [], clock=desk.clock, notifier=notifier).once()
    (file,) = (tmp_path / "mail").iterdir()
    assert b"ana@example.org" in file.read_bytes()
    assert outbox.listing(desk.store) == []
    assert item.upstream == MAIL


def test_what_fails_is_tried_again_and_what_is_refused_is_a_persons(desk: Desk) -> None:
    commands.send_message(desk.acting, [desk.report()], "Soon")
    desk.post.faults = [(Offline("The mail server x broke off: ana@example.org."), False)]
    report = desk.relay()
    assert "(the address)" in report.problems[0]
    assert "ana@" not in str(report.problems)
    assert desk.relay().calls == 0, "it waits"
    desk.clock.forward(minutes=5)
    desk.post.faults = [(Refused("The mail server said: 550 <Ana@example.org> unknown."), False)]
    report = desk.relay()
    (item,) = outbox.listing(desk.store)
    assert (report.refused, item.state) == (1, OutboxState.REFUSED)
    assert "example.org" not in item.problem
    outbox.retry(desk.acting, item.id)
    assert desk.relay().posted == 1


def test_settings_that_are_not_complete_keep_it_waiting(desk: Desk) -> None:
    def carrier() -> Post:
        raise Invalid("The password is not there.", "Set it.")

    commands.send_message(desk.acting, [desk.report()], "Soon")
    relay = Relay(desk.store, {}, {}, Pace(lambda: 0.0), Notifier(carrier, "311@example.org", "City"))
    assert relay.run().problems[0].endswith("The password is not there. Set it.")
    assert desk.states() == ["queued"]
    at = relay.next_at()
    assert at is not None
    assert at > desk.clock.now


def test_without_a_notifier_it_waits(desk: Desk) -> None:
    commands.send_message(desk.acting, [desk.report()], "Soon")
    relay = Relay(desk.store, {}, {}, Pace())
    assert (relay.run().calls, relay.next_at()) == (0, None)
    item = outbox.claim(desk.store, outbox.listing(desk.store)[0].id, desk.clock())
    assert item is not None
    relay._mail(item, RelayReport())
    assert relay.run().calls == 0
    assert desk.relay().posted == 1, "and leaves as soon as there is one"


def test_an_address_that_cannot_be_written_to_is_refused_without_naming_it(desk: Desk) -> None:
    commands.send_message(desk.acting, [desk.report("not an address")], "Soon")
    report = desk.relay()
    assert report.problems[0].endswith("The caller’s address cannot be written to. Look at it, and call instead.")


def test_who_is_erased_meanwhile_is_not_written_to(desk: Desk) -> None:
    commands.send_message(desk.acting, [desk.report()], "Soon")
    erase_caller(desk.acting, 1)
    desk.relay()
    assert (desk.states(), desk.post.letters) == (["retracted"], [])


def test_a_person_can_hurry_what_waits(desk: Desk, url: str) -> None:
    commands.send_message(desk.acting, [desk.report()], "Soon")
    desk.post.faults = [(Offline("Down."), False)]
    desk.relay()
    assert Syncer(url, [], clock=desk.clock, notifier=desk.notifier).once().posted == 1


@pytest.mark.parametrize("point", ["before", "after"])
def test_a_letter_that_was_cut_off_is_sent_again_under_the_same_name(desk: Desk, url: str, point: str) -> None:
    commands.send_message(desk.acting, [desk.report()], "Soon")
    with smtp_server() as box:
        assert run_killed(url, box, point) < 0
        assert desk.states() == ["sending"]
        assert run_killed(url, box, "never") == 0
    assert desk.states() == ["sent"]
    assert len(box.messages) == (2 if point == "after" else 1)
    assert len(set(box.ids)) == 1


def run_killed(url: str, box: Mailbox, point: str) -> int:
    return subprocess.run([sys.executable, "-m", "tests.services.sync.posting", url, str(box.port), point]).returncode


def test_what_was_cut_off_and_undone_is_not_sent_again(desk: Desk) -> None:
    commands.send_message(desk.acting, [desk.report()], "Soon")
    outbox.claim(desk.store, outbox.listing(desk.store)[0].id, desk.clock())
    undo(desk.acting)
    desk.relay()
    assert (desk.states(), desk.post.letters) == (["retracted"], [])


STEPS = st.lists(st.sampled_from(["say", "undo", "redo", "relay", "crash", "down", "lost", "wait"]), max_size=20)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(STEPS)
def test_any_order_tells_each_caller_each_message_once(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    clock = Clock()
    store = Store.open(f"sqlite:///{tmp_path_factory.mktemp('desk')}/desk.db", clock=clock)
    try:
        walk(Desk(store, clock, hold=10.0), steps)
    finally:
        store.close()


def walk(desk: Desk, steps: list[str]) -> None:
    request_id = desk.report()
    join(desk.acting, request_id, CallerWords("Bo", "", "bo@example.org"))
    crash: dict[str, Callable[[], object]] = {
        "undo": lambda: undo(desk.acting),
        "redo": lambda: redo(desk.acting),
        "relay": desk.relay,
        "crash": lambda: claim_one(desk),
        "down": lambda: desk.post.faults.append((Offline("Down."), False)),
        "lost": lambda: desk.post.faults.append((Offline("Lost.", maybe_done=True), True)),
        "wait": lambda: desk.clock.forward(minutes=20),
    }
    for number, step in enumerate(steps):
        try:
            if step == "say":
                commands.send_message(desk.acting, [request_id], f"text {number}")
            else:
                crash[step]()
        except Expected:
            pass
    desk.post.faults.clear()
    for _ in range(4):
        desk.clock.forward(hours=1)
        desk.relay()
    items = [i for i in outbox.listing(desk.store, unfinished_only=False) if i.kind is OutboxKind.NOTICE]
    assert {item.state for item in items} <= {OutboxState.SENT, OutboxState.RETRACTED}
    sent = [(item.caller_id, item.message) for item in items if item.state is OutboxState.SENT]
    assert len(set(sent)) == len(sent)
    arrived = [(letter.recipient, _text(letter)) for letter in desk.post.letters]
    assert len(arrived) >= len(sent)
    for recipient in ("ana@example.org", "bo@example.org"):
        numbers = [text for to, text in arrived if to == recipient]
        assert len(numbers) == len(set(numbers)), "each once"


def claim_one(desk: Desk) -> None:
    for item in outbox.waiting(desk.store, [MAIL], desk.clock())[:1]:
        outbox.claim(desk.store, item.id, desk.clock())


def _text(letter: Letter) -> str:
    body = letter.content.decode()
    start = body.index("text ")
    return body[start : start + 7].split("\r")[0]
