"""The sentences of the detail pane: times, clocks and who is told, as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from services.domain.policy import Policy
from services.domain.story import LANGUAGES, chip_words
from services.domain.telling import Way, heard_by
from services.domain.values import Caller, Place, ServiceRequest

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def local(at: datetime, zone: tzinfo | None) -> datetime:
    """`at` in the city's zone (None: this machine's); in UTC where the zone cannot say it (year 1 or 9999)."""
    try:
        return at.astimezone(zone)
    except (OverflowError, ValueError, OSError):
        return at.astimezone(UTC)


def when(at: datetime, now: datetime, zone: tzinfo | None) -> str:
    """A moment as said across the desk: "today 11:23", "yesterday 11:23", "tomorrow 11:23", "28 Aug 16:22"."""
    there, here = local(at, zone), local(now, zone)
    days = (there.date() - here.date()).days
    if abs(days) <= 1:
        return f"{('today', 'tomorrow', 'yesterday')[days]} {there:%H:%M}"
    return f"{stamp(at, now, zone)}"


def stamp(at: datetime, now: datetime, zone: tzinfo | None) -> str:
    """An absolute moment: "28 Aug 16:22", or "28 Aug 2011" outside the year of `now`."""
    there = local(at, zone)
    day = f"{there.day} {_MONTHS[there.month - 1]}"
    return f"{day} {there:%H:%M}" if there.year == local(now, zone).year else f"{day} {there.year}"


def full_stamp(at: datetime, zone: tzinfo | None) -> str:
    """An absolute moment with nothing left out: "28 August 2011 16:22:05 EDT"."""
    there = local(at, zone)
    return f"{there.day} {_MONTHS[there.month - 1]} {there.year:04d} {there:%H:%M:%S %Z}"


def due_words(due: datetime | None, now: datetime) -> str:
    """The due clock to the minute, from two days on to the hour: "23 h 23 m left", "2 d 1 h late"; "" for none."""
    if due is None:
        return ""
    seconds = (due - now).total_seconds()
    minutes = int(abs(seconds) // 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24) if hours >= 48 else (0, hours)
    parts = [f"{days} d"] * (days > 0) + [f"{hour} h"] * (hours > 0) + [f"{minute} m"] * (days == 0)
    return f"{' '.join(parts)} {'late' if seconds < 0 else 'left'}"


def place_lines(place: Place) -> tuple[str, str]:
    """The address, and under it the area and how exact the place is."""
    head = place.address or ("No address given" if place.lat is not None else "No place given")
    if place.zipcode and place.zipcode not in head:
        head = f"{head} {place.zipcode}"
    parts = [place.area] if place.area else []
    if place.lat is None or place.lon is None:
        parts.append("no usable point, so it is not on the map")
    else:
        parts.append(f"{place.lat:.5f}, {place.lon:.5f}")
    line = ". ".join(parts)
    return head, line[:1].upper() + line[1:]


def callers_head(
    count: int, policy: Policy, request: ServiceRequest, *, waiting: int = 0, callers: Sequence[Caller] = ()
) -> str:
    """The head of the list of callers, which says whether they will be told, or that some wait for a call."""
    who = "Caller" if count == 1 else f"Callers ({count})" if count else "Reporter"
    if waiting:
        return f"{who}: {'to be called back' if count == waiting else f'{waiting} to be called back'}"
    if callers and all(heard_by(caller, policy, request.reach) is Way.CALL for caller in callers):
        return f"{who}: will be called back"
    if not request.upstream or not policy.takes_updates:
        return f"{who}: told nothing from here"
    if not policy.notifies or request.reach is None:
        return f"{who}: told by the upstream"
    if not request.reach:
        return f"{who}: left no way to be reached"
    if count <= 1:
        return f"{who}: will be told"
    if len(request.reach) < count:
        return f"{who}: whoever left an address is told"
    return f"{who}: {'both' if count == 2 else f'all {count}'} will be told"


def caller_way(caller: Caller) -> str:
    """How a caller speaks and is reached: "e-mail, English"; or that nobody calls or writes to them."""
    way = "e-mail" if caller.email else "phone" if caller.phone else ""
    way = "never call or write" if caller.do_not_call else way
    return ", ".join(word for word in (way, LANGUAGES.get(caller.language, caller.language)) if word)


def differs_sentence(request: ServiceRequest, now: datetime, zone: tzinfo | None) -> str:
    """Both states, where the upstream's and the desk's disagree."""
    at = f", {when(request.upstream_updated_at, now, zone)}" if request.upstream_updated_at else ""
    ours = chip_words(request.status, request.outcome)
    theirs = f"“{request.upstream}” says “{request.upstream_status}”{at}."
    return f"{theirs} This desk says “{ours}”. Set the status to settle it."
