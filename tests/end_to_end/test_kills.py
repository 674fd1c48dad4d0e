"""Every process of the loop killed (SIGKILL) before and after each commit and send, and started again.

The desk's command, the worker and the gateway are real processes; messages are counted at the mail server's DATA.
None is lost. None arrives twice, but the one whose acceptance was cut off, and that with the same Message-ID.
"""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import requests

from services.domain.outbox import OutboxState
from services.gateway.keys import new_key
from services.gateway.tables import GatewayStore
from tests.end_to_end.doomed import LONG, Child, Point
from tests.services.notify.mailbox import Mailbox, free_port, smtp_server, text_of

pytestmark = [pytest.mark.chaos, pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")]

CONFIG = """
[messages]
hold_seconds = 0

[gateway]
port = {port}

[smtp]
host = "127.0.0.1"
port = {smtp}
security = "none"

[[upstream]]
name = "city"
url = "http://127.0.0.1:{port}/open311/v2"
api_key = "env:CITY_KEY"
updates = "servicerequestupdates"
poll_seconds = 1
"""


class Town:
    """A gateway and a desk in one home, a mail server, and residents who report."""

    def __init__(self, home: Path, mails: Mailbox) -> None:
        self.home, self.mails = home, mails
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/open311/v2"
        (home / "config.toml").write_text(CONFIG.format(port=port, smtp=mails.port), encoding="utf-8")
        keys = GatewayStore.open(home / "gateway.db")
        self.key = new_key(keys, "desk")
        keys.close()
        self.gateway: Child | None = None
        self.told: list[str] = []

    def child(self, *argv: str, point: Point | None = None) -> Child:
        return Child(["--home", str(self.home), *argv], point, CITY_KEY=self.key)

    def serve(self, point: Point | None = None) -> Child:
        self.gateway = self.child("gateway", point=point)
        self.gateway.until_it_says("gateway http")
        return self.gateway

    def reports(self, count: int) -> list[str]:
        """Reports of residents over Open311; gives their ids, with the desk's store already holding them."""
        form = {
            "service_code": self.plain_service(),
            "address_string": "1 Elm Street",
            "description": "A tree is down.",
            "email": "resident@example.org",
        }
        with requests.Session() as session:
            answers = [session.post(f"{self.url}/requests.json", data=form, timeout=20) for _ in range(count)]
        self.sync()
        return [str(answer.json()[0]["service_request_id"]) for answer in answers]

    def plain_service(self) -> str:
        """A service that asks no questions."""
        with requests.Session() as session:
            services = session.get(f"{self.url}/services.json", timeout=20).json()
        return next(str(s["service_code"]) for s in services if str(s["metadata"]).lower() == "false")

    def descriptions(self, file: str, table: str) -> list[str]:
        """The texts of all reports in one of the two stores, without our reference."""
        rows = self.rows(file, f"SELECT description FROM {table}")
        return sorted(str(row[0]).partition("\n")[0] for row in rows)

    def rows(self, file: str, question: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.home / file, timeout=15)
        try:
            return connection.execute(question).fetchall()
        finally:
            connection.close()

    def tell(self, number: str, point: Point | None = None) -> Child:
        """The desk's command: in progress, with a message that nobody else sends."""
        text = f"A crew is on its way to {number}."
        if text not in self.told:
            self.told.append(text)
        return self.child("do", "status", number, "in_progress", "--message", text, "--json", point=point)

    def sync(self) -> list[str]:
        """One round in a process of its own; gives the commits and sends that it made."""
        one = self.child("sync", "--once", "--json")
        one.ends()
        return one.done

    def until_told(self) -> None:
        """Rounds by a fresh worker until nothing waits; then it is stopped."""
        worker = self.child("worker")
        worker.until_it_says("worker: running")
        self.until_mailed()
        while self.states() != {OutboxState.SENT}:
            worker.hear()
        worker.stop()

    def until_mailed(self) -> None:
        """Wait until each resident has got the message."""
        with self.mails.arrived:
            assert self.mails.arrived.wait_for(lambda: {text for text, _ in self.arrived()} == set(self.told), LONG)

    def arrived(self) -> list[tuple[str, str]]:
        """(text, Message-ID) of all that the mail server took at DATA."""
        return [(self.text(mail), str(mail["Message-ID"])) for mail in self.mails.messages]

    def text(self, mail: EmailMessage) -> str:
        (found,) = [text for text in self.told if text in text_of(mail)]
        return found

    def states(self) -> set[str]:
        """The states in which things in the outbox are."""
        return {row[0] for row in self.rows("desk.db", "SELECT state FROM outbox")}

    def end(self) -> list[tuple[str, str]]:
        """Stop the gateway, which sends what it has in hand; gives (text, Message-ID) of all that arrived."""
        assert self.gateway is not None
        self.gateway.stop()
        self.gateway = None
        return self.arrived()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with smtp_server() as mails:
        made = Town(tmp_path, mails)
        yield made
        if made.gateway is not None:
            made.gateway.kill()


def points(done: list[str]) -> list[Point]:
    """Before and after each of these."""
    numbered = [(kind, done[: i + 1].count(kind)) for i, kind in enumerate(done)]
    return [Point(kind, when, n) for kind, n in numbered for when in ("before", "after")]


KILLED = -signal.SIGKILL


def once_each(town: Town) -> None:
    arrived = town.end()
    assert sorted(text for text, _ in arrived) == sorted(town.told)


CUT_OFF = {Point("send", "after", 1), Point("commit", "before", 3)}
"""The mail server has said yes, and the gateway dies before that is noted: the one window there is."""


def test_the_desk_killed_at_every_commit(town: Town) -> None:
    town.serve()
    (number,) = town.reports(1)
    first = town.tell(number)
    assert first.ends() == 0
    assert first.done == ["commit"]
    ends = points(first.done)
    for point, number in zip(ends, town.reports(len(ends)), strict=True):
        assert town.tell(number, point).ends() == KILLED
        kept = point.when == "after"
        assert town.tell(number).ends() == (1 if kept else 0), "kept when it was committed, else as if never done"
    town.until_told()
    once_each(town)


def test_the_worker_killed_at_every_commit_and_send(town: Town) -> None:
    town.serve()
    (number,) = town.reports(1)
    assert town.tell(number).ends() == 0
    done = town.sync()
    assert done[:3] == ["commit", "send", "commit"], "sending is committed before the call, and what came of it after"
    ends = points(done)
    for point, number in zip(ends, town.reports(len(ends)), strict=True):
        assert town.tell(number).ends() == 0
        worker = town.child("worker", point=point)
        assert worker.ends() == KILLED, f"{point}: {worker.done}"
        town.until_told()
    once_each(town)


def test_the_worker_killed_while_it_posts_a_report_of_the_desk(town: Town) -> None:
    town.serve()
    service = town.plain_service()
    town.sync()
    ends = points(["commit", "send", "commit"])
    for point in ends:
        log = ["do", "log", "--service", service, "--address", "1 Elm Street", "--description", f"Killed {point}."]
        assert town.child(*log).ends() == 0
        assert town.child("worker", point=point).ends() == KILLED
        town.sync()
        assert town.states() == {OutboxState.SENT}
    assert town.descriptions("gateway.db", "requests") == sorted(f"Killed {point}." for point in ends)
    assert town.descriptions("desk.db", "request") == sorted(f"Killed {point}." for point in ends)


def test_the_gateway_killed_at_every_commit_and_send(town: Town) -> None:
    gateway = town.serve()
    (number,) = town.reports(1)
    gateway.stop()
    gateway = town.serve()
    assert town.tell(number).ends() == 0
    town.until_told()
    gateway.stop()
    assert gateway.done == ["commit", "commit", "send", "commit"], "the update; then the letter: claimed, sent, noted"
    allowed = list(town.told)
    ends = points(gateway.done)
    gateway = town.serve()
    numbers = town.reports(len(ends))
    gateway.stop()
    for point, number in zip(ends, numbers, strict=True):
        doomed = town.serve(point)
        assert town.tell(number).ends() == 0
        allowed += town.told[-1:] * (2 if point in CUT_OFF else 1)
        town.sync()
        assert doomed.ends() == KILLED, f"{point}: {doomed.done}"
        gateway = town.serve()
        town.sync()
        town.until_mailed()
        gateway.stop()
    town.gateway = None
    assert town.states() == {OutboxState.SENT}
    assert sorted(text for text, _ in town.arrived()) == sorted(allowed)
    assert len(set(town.arrived())) == len(town.told), "a second copy has the Message-ID of the first"
