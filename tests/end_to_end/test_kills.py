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
        self.port = free_port()
        (home / "config.toml").write_text(CONFIG.format(port=self.port, smtp=mails.port), encoding="utf-8")
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

    def report(self) -> str:
        """A resident's report over Open311; gives its id, with the desk's store already holding it."""
        form = {
            "service_code": self.service(),
            "address_string": "1 Elm Street",
            "description": "A tree is down.",
            "email": "resident@example.org",
        }
        url = f"http://127.0.0.1:{self.port}/open311/v2/requests.json"
        with requests.Session() as session, session.post(url, data=form, timeout=20) as answer:
            answer.raise_for_status()
            found = answer.json()[0]["service_request_id"]
        self.sync()
        return str(found)

    def service(self) -> str:
        url = f"http://127.0.0.1:{self.port}/open311/v2/services.json"
        with requests.Session() as session, session.get(url, timeout=20) as answer:
            plain = [s for s in answer.json() if str(s["metadata"]).lower() == "false"]
            return str(plain[0]["service_code"])

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
        connection = sqlite3.connect(self.home / "desk.db", timeout=15)
        try:
            return {row[0] for row in connection.execute("SELECT state FROM outbox")}
        finally:
            connection.close()

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


def test_the_desk_killed_at_every_commit(town: Town) -> None:
    town.serve()
    first = town.tell(town.report())
    assert first.ends() == 0
    assert first.done == ["commit"]
    for point in points(first.done):
        number = town.report()
        assert town.tell(number, point).ends() == KILLED
        kept = point.when == "after"
        assert town.tell(number).ends() == (1 if kept else 0), "kept when it was acknowledged, else as if never done"
    town.until_told()
    once_each(town)


def test_the_worker_killed_at_every_commit_and_send(town: Town) -> None:
    town.serve()
    assert town.tell(town.report()).ends() == 0
    done = town.sync()
    assert done[:3] == ["commit", "send", "commit"], "sending is committed before the call, and what came of it after"
    for point in points(done):
        assert town.tell(town.report()).ends() == 0
        worker = town.child("worker", point=point)
        assert worker.ends() == KILLED, f"{point}: {worker.done}"
        town.until_told()
    once_each(town)


def test_the_gateway_killed_at_every_commit_and_send(town: Town) -> None:
    gateway = town.serve()
    number = town.report()
    gateway.stop()
    gateway = town.serve()
    assert town.tell(number).ends() == 0
    town.until_told()
    gateway.stop()
    assert gateway.done == ["commit", "commit", "send", "commit"], "the update; then the letter: claimed, sent, noted"
    allowed = list(town.told)
    for point in points(gateway.done):
        town.serve()
        number = town.report()
        assert town.gateway is not None
        town.gateway.stop()
        doomed = town.serve(point)
        assert town.tell(number).ends() == 0
        allowed += town.told[-1:] * (2 if point in CUT_OFF else 1)
        town.sync()
        assert doomed.ends() == KILLED, f"{point}: {doomed.done}"
        gateway = town.serve()
        town.until_told()
        gateway.stop()
    arrived = town.arrived()
    town.gateway = None
    assert sorted(text for text, _ in arrived) == sorted(allowed)
    assert len(set(arrived)) == len(town.told), "a second copy has the Message-ID of the first"


CUT_OFF = {Point("send", "after", 1), Point("commit", "before", 3)}
"""The mail server has said yes, and the gateway dies before that is noted: the one window there is."""
