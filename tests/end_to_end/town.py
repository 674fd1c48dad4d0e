"""A town to try the whole loop in: a gateway process, a desk's home, a mail server, and residents who report."""

from __future__ import annotations

import sqlite3
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import requests

from services.domain.outbox import OutboxState
from services.gateway.keys import new_key
from services.gateway.tables import GatewayStore
from tests.end_to_end.doomed import LONG, Child, Point
from tests.services.notify.mailbox import Mailbox, free_port, text_of

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
        made = self.post(count)
        self.sync()
        return made

    def post(self, count: int, **fields: str) -> list[str]:
        """Reports of residents over Open311; gives their ids."""
        form = {
            "service_code": self.plain_service(),
            "address_string": "1 Elm Street",
            "description": "A tree is down.",
            "email": "resident@example.org",
            **fields,
        }
        with requests.Session() as session:
            answers = [session.post(f"{self.url}/requests.json", data=form, timeout=20) for _ in range(count)]
        return [str(answer.json()[0]["service_request_id"]) for answer in answers]

    def shown(self, number: str) -> dict[str, Any]:
        """A request as the gateway shows it to everybody."""
        with requests.Session() as session:
            found: dict[str, Any] = session.get(f"{self.url}/requests/{number}.json", timeout=20).json()[0]
        return found

    def hold(self, seconds: int) -> None:
        """Let a message wait so long before it can leave."""
        config = self.home / "config.toml"
        config.write_text(config.read_text("utf-8").replace("hold_seconds = 0", f"hold_seconds = {seconds}"), "utf-8")

    def crews(self, *names: str) -> None:
        """Give the desk these crews."""
        with (self.home / "config.toml").open("a", encoding="utf-8") as config:
            config.writelines(f'\n[[crew]]\nname = "{name}"\n' for name in names)

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
