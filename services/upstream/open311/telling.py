"""Tells an upstream of a change, at one notifier only, and finds out afterwards what has come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from services.domain.statusmap import STATUS_MAPS, Dialect, StatusMap, Told, changed
from services.errors import Expected, NotFound, Offline, Refused
from services.upstream.base import OutgoingUpdate, ReadBack, Receipt, UpdatesBy, UpstreamConfig, UpstreamRequest
from services.upstream.open311 import updates
from services.upstream.open311.server import Server
from services.upstream.open311.text import plain

_SILENT = {"UNCHANGED"}
"""Words that say no state, so that there is nothing for a second server to be told."""


class Teller:
    """Posts and reads back for one config. `read` is the server that is pulled, `sink` the one that takes updates."""

    def __init__(
        self,
        config: UpstreamConfig,
        read: Server,
        sink: Server,
        clock: Callable[[], datetime],
        show: Callable[[str], UpstreamRequest],
    ) -> None:
        self._config, self._read, self._sink = config, read, sink
        self._clock, self._show = clock, show
        self._last_sent: dict[str, datetime] = {}

    @property
    def _elsewhere(self) -> bool:
        return self._sink.url != self._read.url

    def post(self, update: OutgoingUpdate, dialect: Dialect, *, gateway: bool) -> Receipt:
        """Post it; `gateway` says that the server which is pulled is our own. Raises Offline, Refused.

        Where updates go elsewhere, that server tells the reporter, and our gateway is then told the state only.
        Does not believe another server's 200: the state is read back, and the receipt says where it did not change.
        """
        if self._config.updates is UpdatesBy.NONE:
            raise Refused(
                f"{self._read.who} takes no updates.", "Write a staff note, or set updates in the configuration."
            )
        if self._config.updates is UpdatesBy.PATCH:
            receipt = updates.patch(self._sink, update)
        else:
            receipt = updates.post(self._sink, update, self._stamp(update), dialect)
        if self._elsewhere:
            return self._tell_gateway(update, dialect, receipt) if gateway else receipt
        return receipt if gateway or receipt.notice else self._doubted(update, dialect, receipt)

    def _stamp(self, update: OutgoingUpdate) -> datetime:
        """Now, but not before its own date, and a second after the last one: FixMyStreet drops the state of an update
        that is out of order.
        """
        last = self._last_sent.get(update.upstream_id)
        stamp = max(self._clock(), update.updated_at, *([last + timedelta(seconds=1)] if last else []))
        self._last_sent[update.upstream_id] = stamp
        return stamp

    def _tell_gateway(self, update: OutgoingUpdate, dialect: Dialect, receipt: Receipt) -> Receipt:
        """Offline is passed on as a doubt: the notifier has it, and `find` says whether the gateway has it too."""
        word = self._gateway_word(update.status_word, dialect)
        if not word:
            return receipt
        silent = replace(update, status_word=word, tell_reporter=False)
        try:
            updates.post(self._read, silent, self._stamp(update), Dialect.GATEWAY)
        except Refused as problem:
            return replace(receipt, notice=f"The reporter is told, but {problem.sentence}")
        except Offline as problem:
            raise Offline(
                problem.sentence, problem.remedy, maybe_done=True, retry_after=problem.retry_after
            ) from problem
        return receipt

    def _gateway_word(self, word: str, dialect: Dialect) -> str:
        if word.upper() in _SILENT:
            return ""
        state = self._statuses(dialect).read(word)
        told = STATUS_MAPS[Dialect.GATEWAY].out(*state) if state else None
        return told.word if isinstance(told, Told) else word

    def _doubted(self, update: OutgoingUpdate, dialect: Dialect, receipt: Receipt) -> Receipt:
        statuses = self._statuses(dialect)
        sent = statuses.read(update.status_word)
        try:
            shown = self._show(update.upstream_id).status_word
        except Expected:
            return receipt
        if sent is None or statuses.agrees(shown, sent):
            return receipt
        return replace(receipt, notice=f"It took the update, but still shows the request as “{shown}”.")

    def _statuses(self, dialect: Dialect) -> StatusMap:
        return changed(STATUS_MAPS[dialect], self._config.status_out, self._config.status_in)

    def find(self, update: OutgoingUpdate, dialect: Dialect, *, gateway: bool) -> ReadBack:
        """Whether it has arrived, at our gateway too; ABSENT also where sending it once more cannot double it.

        Raises Offline.
        """
        found = self._find(update, dialect)
        if found is ReadBack.THERE and gateway and self._elsewhere and not self._gateway_knows(update, dialect):
            return ReadBack.ABSENT
        return found

    def _gateway_knows(self, update: OutgoingUpdate, dialect: Dialect) -> bool:
        shown = (
            updates.listing(self._read, update.upstream_id) if self._gateway_word(update.status_word, dialect) else None
        )
        return shown is None or any(item.update_id == update.update_id for item in shown)

    def _find(self, update: OutgoingUpdate, dialect: Dialect) -> ReadBack:
        """Whether the server that takes updates has it.

        FixMyStreet refuses an update_id it knows, so there a second try is harmless. A PATCH sets a state, so there
        the state itself is the answer. Everywhere else the updates shown decide, or the status notes.
        """
        if self._config.updates is UpdatesBy.PATCH:
            return self._find_patch(update)
        if self._config.updates is UpdatesBy.NONE:
            return ReadBack.ABSENT
        shown = updates.listing(self._sink, update.upstream_id)
        text = plain(update.message)
        for item in shown or ():
            late_enough = item.updated_at >= update.updated_at - timedelta(minutes=1)
            if item.update_id == update.update_id or (text and late_enough and item.description == text):
                return ReadBack.THERE
        if dialect is Dialect.FIXMYSTREET or shown is not None:
            return ReadBack.ABSENT
        return self._find_in_notes(update)

    def _find_patch(self, update: OutgoingUpdate) -> ReadBack:
        try:
            shown = self._show(update.upstream_id)
        except NotFound:
            return ReadBack.CANNOT_TELL
        same_text = not update.message or plain(update.message) in shown.status_notes
        return ReadBack.THERE if same_text and shown.status_word == update.status_word else ReadBack.ABSENT

    def _find_in_notes(self, update: OutgoingUpdate) -> ReadBack:
        text = plain(update.message)
        try:
            shown = self._show(update.upstream_id)
        except NotFound:
            return ReadBack.CANNOT_TELL
        return ReadBack.THERE if text and text in shown.status_notes else ReadBack.CANNOT_TELL
