"""The mail outbox and its thread: in order, patient, and at most one letter twice when its process is killed."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from services import sqlite
from services.errors import Offline, Refused, StoreProblem
from services.notify import mailer, outbox
from services.notify.carriers import Letter
from services.notify.mail import compose
from services.notify.mailer import Mailer, back_off
from services.notify.outbox import MAIL, MailState
from tests.services.notify.mailbox import smtp_server
from tests.services.notify.test_mail import NOTICE

NOW = datetime(2025, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Engine]:
    made = sqlite.engine(tmp_path / "mail.db")
    with sqlite.writing(made) as connection:
        outbox.METADATA.create_all(connection)
    yield made
    made.dispose()


def put(source: Engine, *update_ids: str, now: datetime = NOW) -> None:
    """Queue an e-mail for each update."""
    with sqlite.writing(source) as connection:
        for update_id in update_ids:
            outbox.queue(connection, compose(replace(NOTICE, update_id=update_id)), now)


def states(source: Engine) -> list[str]:
    """The states of all mails, oldest first."""
    with sqlite.reading(source) as connection:
        return list(connection.scalars(select(MAIL.c.state).order_by(MAIL.c.id)))


class Carrier:
    """Does what each step says with one letter, and notes it."""

    def __init__(self, *steps: Exception | None) -> None:
        self.steps = list(steps)
        self.carried: list[str] = []
        self.done = threading.Semaphore(0)

    def carry(self, letter: Letter) -> None:
        try:
            step = self.steps.pop(0) if self.steps else None
            if step is not None:
                raise step
            self.carried.append(letter.message_id)
        finally:
            self.done.release()


class Running:
    """A mailer whose clock is set by hand."""

    def __init__(self, source: Engine, carrier: Carrier) -> None:
        self.now = NOW
        self.mailer = Mailer(source, carrier, lambda: self.now)

    def __enter__(self) -> Running:
        self.mailer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.mailer.stop()


def test_letters_leave_in_order_and_then_hold_no_address(source: Engine) -> None:
    put(source, "u1", "u2", "u3")
    carrier = Carrier()
    with Running(source, carrier):
        for _ in range(3):
            assert carrier.done.acquire(timeout=30)
    with sqlite.reading(source) as connection:
        rows = connection.execute(select(MAIL).order_by(MAIL.c.id)).all()
    assert carrier.carried == [row.message_id for row in rows]
    assert {(row.state, row.recipient, row.content) for row in rows} == {(MailState.SENT, "", b"")}


def test_what_is_queued_later_leaves_when_woken(source: Engine) -> None:
    carrier = Carrier()
    with Running(source, carrier) as running:
        put(source, "u1")
        running.mailer.wake()
        assert carrier.done.acquire(timeout=30)
    assert states(source) == [MailState.SENT]


def test_a_refusal_ends_it_and_the_next_goes_on(source: Engine, caplog: pytest.LogCaptureFixture) -> None:
    put(source, "u1", "u2")
    carrier = Carrier(Refused("550 no"))
    with Running(source, carrier):
        for _ in range(2):
            assert carrier.done.acquire(timeout=30)
    assert states(source) == [MailState.REFUSED, MailState.SENT]
    assert "550 no" in caplog.text
    caplog.clear()


def test_a_fault_of_ours_with_one_letter_keeps_no_other_here(source: Engine, caplog: pytest.LogCaptureFixture) -> None:
    put(source, "u1", "u2")
    carrier = Carrier(RuntimeError("a fault of ours"))
    with Running(source, carrier):
        for _ in range(2):
            assert carrier.done.acquire(timeout=30)
    assert states(source) == [MailState.QUEUED, MailState.SENT]
    assert "a fault of ours" in caplog.text
    caplog.clear()


def test_a_delay_is_tried_again_when_due(source: Engine) -> None:
    put(source, "u1")
    carrier = Carrier(Offline("no server"))
    with Running(source, carrier) as running:
        assert carrier.done.acquire(timeout=30)
        running.now += timedelta(minutes=1)
        while not carrier.done.acquire(timeout=0.05):
            running.mailer.wake()
    assert states(source) == [MailState.SENT]


def test_it_gives_up_in_the_end(source: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailer, "GIVE_UP_AFTER", 1)
    put(source, "u1")
    carrier = Carrier(Offline("no server"))
    with Running(source, carrier):
        assert carrier.done.acquire(timeout=30)
    assert states(source) == [MailState.REFUSED]


def test_a_store_that_fails_is_waited_for(
    source: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    put(source, "u1")
    claims = iter([StoreProblem("The disk is full.")])
    claim: Callable[[Engine, datetime], object] = outbox.claim

    def failing(engine: Engine, now: datetime) -> object:
        if problem := next(claims, None):
            raise problem
        return claim(engine, now)

    monkeypatch.setattr(outbox, "claim", failing)
    monkeypatch.setattr(mailer, "_STORE_WAIT", 0.01)
    carrier = Carrier()
    with Running(source, carrier):
        assert carrier.done.acquire(timeout=30)
    assert states(source) == [MailState.SENT]
    assert "disk is full" in caplog.text
    caplog.clear()


def test_one_update_is_queued_once_only(source: Engine) -> None:
    put(source, "u1")
    with pytest.raises(IntegrityError):
        put(source, "u1")
    assert states(source) == [MailState.QUEUED]


def test_two_senders_never_claim_the_same(source: Engine) -> None:
    put(source, "u1")
    assert outbox.claim(source, NOW) is not None
    assert outbox.claim(source, NOW) is None
    assert outbox.next_try(source) is None


def test_nothing_is_claimed_before_it_is_due(source: Engine) -> None:
    put(source, "u1", now=NOW + timedelta(seconds=1))
    assert outbox.claim(source, NOW) is None
    assert outbox.next_try(source) == NOW + timedelta(seconds=1)


@given(st.integers(0, 10_000))
def test_the_wait_grows_to_a_quarter_of_an_hour(attempts: int) -> None:
    wait = back_off(attempts)
    assert timedelta(seconds=3.75) <= wait <= timedelta(minutes=15)
    assert attempts < 8 or wait >= timedelta(minutes=11)


def run_killed(file: Path, port: int, point: str) -> subprocess.Popen[bytes]:
    """The process that dies at `point`, or runs until its input is closed."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.services.notify.killed", str(file), str(port), point], stdin=subprocess.PIPE
    )


@pytest.mark.chaos
@pytest.mark.parametrize(("point", "times"), [("before", 1), ("after", 2)])
def test_a_kill_around_the_send_repeats_one_letter_at_most(
    source: Engine, tmp_path: Path, point: str, times: int
) -> None:
    put(source, "u1", "u2")
    with smtp_server() as box:
        with run_killed(tmp_path / "mail.db", box.port, point) as dying:
            assert dying.wait(30) != 0
        assert states(source) == [MailState.SENDING, MailState.QUEUED]
        with run_killed(tmp_path / "mail.db", box.port, "never") as going_on:
            box.wait_for(times + 1)
            assert going_on.stdin is not None
            going_on.stdin.close()
            assert going_on.wait(30) == 0
    assert states(source) == [MailState.SENT, MailState.SENT]
    with sqlite.reading(source) as connection:
        ids = list(connection.scalars(select(MAIL.c.message_id).order_by(MAIL.c.id)))
    assert sorted(box.ids) == sorted([ids[0]] * times + [ids[1]])
