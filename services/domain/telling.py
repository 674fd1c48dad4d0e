"""Who tells a caller what became of a request: its upstream, our own e-mail, a call back, or nobody."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from services.domain.policy import Policy
from services.domain.values import Caller, Reach


class Way(StrEnum):
    """How one caller hears of it."""

    UPSTREAM = "upstream"
    MAIL = "mail"
    CALL = "call"
    """By somebody of the desk who calls back."""
    NONE = "none"


def way(caller: Caller) -> Way:
    """How we could tell this caller ourselves; NONE for who does not want it or left no way."""
    if not caller.consent or caller.do_not_call or caller.reply == "none":
        return Way.NONE
    if caller.phone and caller.reply in {"phone", "sms"}:
        return Way.CALL
    if caller.email:
        return Way.MAIL
    return Way.CALL if caller.phone else Way.NONE


def heard_by(caller: Caller, policy: Policy, reach: Sequence[Reach] | None, *, posted: bool = True) -> Way:
    """How this caller of a request hears of it. `posted`: its upstream is told the same.

    Who reported it is known to its upstream, which tells them where it can; where it cannot, we do so only for those
    who said how they want to be told. All others we tell by whatever way there is.
    """
    own = way(caller)
    if own is Way.NONE or caller.joined or not policy.upstream or not policy.takes_updates or not posted:
        return own
    if bool(reach) if policy.notifies and reach is not None else bool(caller.email):
        return Way.UPSTREAM
    return own if caller.reply else Way.NONE


def ours_sentence(mailed: int, called: int) -> str:
    """Whom we tell ourselves, in words; "" for nobody: "We tell 2 callers by e-mail; 1 is to be called back."."""
    mails = f"We tell {mailed:,} caller{'' if mailed == 1 else 's'} by e-mail" if mailed else ""
    calls = f"{called:,} {'is' if called == 1 else 'are'} to be called back" if called else ""
    if calls and not mails:
        calls = f"{called:,} caller{'' if called == 1 else 's'} {'is' if called == 1 else 'are'} to be called back"
    said = "; ".join(filter(None, (mails, calls)))
    return f"{said}." if said else ""
