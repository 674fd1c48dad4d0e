"""Random walks over a gateway's updates beside a model of ten lines: the two always agree."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from services import sqlite
from services.errors import Invalid
from services.gateway import catalogue, intake, reads
from services.gateway.fields import Fields
from services.gateway.tables import GatewayStore
from services.gateway.updates import WORDS, Updates
from services.notify.outbox import MAIL


@dataclass
class Known:
    """What the model knows of one request."""

    word: str = "NEW"
    notes: str = ""
    reachable: bool = False
    done: dict[str, tuple[str, str]] = field(default_factory=dict)


class Walk(RuleBasedStateMachine):
    """Reports come, updates come, some twice; nobody is mailed who was not to be, nobody twice."""

    numbers = Bundle("numbers")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = GatewayStore.open(Path(self.folder.name) / "gateway.db")
        catalogue.start(self.store)
        self.wakes = 0
        self.updates = Updates(self.store, "311@example.org", "Gulfport", self.wake)
        self.known: dict[str, Known] = {}
        self.mails = 0

    def wake(self) -> None:
        """A mail was queued."""
        self.wakes += 1

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @rule(target=numbers, reachable=st.booleans())
    def report(self, reachable: bool) -> str:
        form = {
            "service_code": ("noise",),
            "address_string": ("here",),
            "email": ("a@example.org",) if reachable else (),
        }
        number = intake.create(self.store, Fields({k: v for k, v in form.items() if v}), trusted=False)[
            "service_request_id"
        ]
        assert number is not None
        self.known[number] = Known(reachable=reachable)
        return number

    @rule(
        number=numbers,
        update=st.integers(0, 12),
        word=st.sampled_from(["", *WORDS]),
        text=st.sampled_from(["", "We have it.", "Done."]),
        tell=st.booleans(),
    )
    def update(self, number: str, update: int, word: str, text: str, tell: bool) -> None:
        update_id = f"{number}-{update}"
        form = {"service_request_id": number, "update_id": update_id, "status": word, "description": text}
        fields = Fields({k: (v,) for k, v in {**form, "tell_reporter": str(tell).lower()}.items()})
        model = self.known[number]
        if update_id in model.done and model.done[update_id] != (word, text):
            try:
                self.updates.post(fields)
            except Invalid:
                return
            raise AssertionError("one update_id stood for two updates")
        assert self.updates.post(fields) == {"update_id": update_id, "service_request_id": number}
        if update_id not in model.done:
            model.done[update_id] = (word, text)
            model.word, model.notes = word or model.word, text or model.notes
            self.mails += bool(text and tell and model.reachable)

    @invariant()
    def agrees(self) -> None:
        shown = reads.requests(self.store, Fields({"page_size": ("500",)}), trusted=False)
        found = {r["service_request_id"]: r for r in shown if isinstance(r, dict)}
        assert set(found) == set(self.known)
        for number, model in self.known.items():
            assert found[number]["extended_attributes"]["detailed_status"] == model.word
            assert found[number]["status_notes"] == model.notes
        with sqlite.reading(self.store.engine) as connection:
            assert len(connection.execute(MAIL.select()).all()) == self.mails == self.wakes


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=8, stateful_step_count=25, deadline=None)
