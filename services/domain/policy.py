"""What the desk may expect of one upstream: its words, whether it takes updates, and who tells the reporter."""

from __future__ import annotations

from dataclasses import dataclass

from services.domain.statusmap import STATUS_MAPS, Dialect, StatusMap
from services.domain.values import ServiceRequest


@dataclass(frozen=True, slots=True)
class Policy:
    """One upstream as the commands and the composer see it."""

    upstream: str
    statuses: StatusMap
    takes_updates: bool
    """False: nothing can be posted; said before anything is typed."""
    notifies: bool = False
    """True: the server says how each reporter can be reached (our gateway)."""


LOCAL = Policy("", STATUS_MAPS[Dialect.GATEWAY], takes_updates=False)
"""For requests that live at this desk only."""


def reach_sentence(policy: Policy, request: ServiceRequest, *, with_message: bool, ours: str = "") -> str:
    """Whom an update of this request reaches, in words, for the composer and the command line.

    `ours`: whom we tell ourselves (`services.domain.telling.ours_sentence`).
    """
    if ours:
        if not request.upstream:
            return f"This request lives at this desk only. {ours}"
        if not policy.takes_updates:
            return f"“{policy.upstream}” takes no updates. {ours}"
        return f"{reach_sentence(policy, request, with_message=with_message)} {ours}"
    if not request.upstream:
        return "This request lives at this desk only; nobody outside is told."
    if not policy.takes_updates:
        return f"“{policy.upstream}” takes no updates; the resident is not told. Write a staff note instead."
    if not with_message and policy.statuses.dialect is Dialect.FIXMYSTREET:
        return "Shown publicly with the report; the upstream tells the reporter that the state changed."
    if not with_message:
        return "Shown publicly with the report; without a message nobody is mailed."
    if not policy.notifies or request.reach is None:
        return "The upstream tells the reporter."
    if not request.reach:
        return "The reporter left no way to be reached; the message is shown publicly with the report."
    ways = ", ".join(f"by {_CHANNELS.get(r.channel, r.channel)}{_in(r.language)}" for r in request.reach)
    return f"Will reach the reporter {ways}."


_CHANNELS = {"email": "e-mail", "sms": "text message", "push": "the app"}
_LANGUAGES = {"en": "English", "es": "Spanish", "vi": "Vietnamese"}


def _in(language: str) -> str:
    return f" in {_LANGUAGES.get(language, language)}" if language else ""
