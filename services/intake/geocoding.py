"""Asks an online geocoder for places that the city's own files do not know: one interface, off unless configured."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec

from services.errors import Expected, Invalid, KeyRefused, Offline, Refused, Unreadable
from services.geo.places import Found
from services.intake.geocoders import SERVICES, Extent, Service
from services.upstream.http import Answer, Session

MOST_BYTES = 2 * 2**20
SECONDS = 8.0
"""The total deadline of a call: a caller is waiting."""
KEPT = 500
"""Answers that are kept, in memory only and until the desk closes: what a caller says is nobody else's."""
_KEY_CODES = frozenset({401, 403, 498, 499})


@dataclass(frozen=True, slots=True)
class Geocoding:
    """What an answer is made from: found in the city, and how many places were found outside of it."""

    found: tuple[Found, ...] = ()
    outside: int = 0


class Geocoder:
    """One geocoder. `kind` is a name of SERVICES, `url` where it is, `key` its key ("" for none).

    `extent` is west, south, east and north of the city; `town` is put behind what is typed ("Boston, MA").
    Raises Invalid for a kind that is none.
    """

    def __init__(
        self,
        kind: str,
        url: str,
        *,
        key: str = "",
        extent: Extent | None = None,
        town: str = "",
        now: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        if kind not in SERVICES:
            raise Invalid(f"There is no geocoder “{kind}”.", f"Known are {', '.join(SERVICES)}.")
        self._service: Service = SERVICES[kind]
        self._url, self._key, self._extent, self._town = url.rstrip("/"), key, extent, town
        self._now, self._wait = now, wait
        self._session = Session("The geocoder", seconds=SECONDS, max_bytes=MOST_BYTES)
        self._kept: dict[str, Geocoding] = {}
        self._free_at = 0.0
        self._turn = threading.Lock()

    def find(self, typed: str) -> Geocoding:
        """The places of a text. Waits where its rules want a second between calls: not for the UI thread.

        Raises Offline, Refused, KeyRefused or Unreadable.
        """
        words = " ".join(typed.split())[:200]
        if not words:
            return Geocoding()
        with self._turn:
            if words.casefold() not in self._kept:
                answer = self._asked(words)
                while len(self._kept) >= KEPT:
                    del self._kept[next(iter(self._kept))]
                self._kept[words.casefold()] = answer
            return self._kept[words.casefold()]

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()

    def _asked(self, words: str) -> Geocoding:
        pause = self._free_at - self._now()
        if pause > 0:
            self._wait(pause)
        self._free_at = self._now() + self._service.pause
        text = f"{words}, {self._town}" if self._town and self._town.casefold() not in words.casefold() else words
        params = self._service.ask(text, self._extent)
        if self._key:
            params.append((self._service.key_name, self._key))
        answer = self._session.get(f"{self._url}/{self._service.path}", params)
        _check(answer, has_key=bool(self._key))
        try:
            places = self._service.read(answer.body)
        except (msgspec.MsgspecError, ValueError) as problem:
            said = "The geocoder answered with something that cannot be read."
            raise Unreadable(said, "Check [geocoder] kind and url in config.toml.") from problem
        inside = [place for place in places if _is_in(place, self._extent)]
        return Geocoding(tuple(replace(p, note="online geocoder") for p in inside), len(places) - len(inside))


def _check(answer: Answer, *, has_key: bool) -> None:
    """Raise what an answer means that is no list of places; some say it in the body of a 200."""
    code, said = answer.status, ""
    try:
        body = msgspec.json.decode(answer.body, type=_Problem)
    except msgspec.MsgspecError:
        body = _Problem()
    if body.error is not msgspec.UNSET and isinstance(body.error, dict):
        code, said = int(body.error.get("code") or 400), str(body.error.get("message") or "")
    elif answer.ok:
        return
    raise _problem(code, " ".join(said.split())[:200], has_key=has_key, pause=answer.retry_after)


class _Problem(msgspec.Struct):
    error: object = msgspec.UNSET


def _problem(code: int, said: str, *, has_key: bool, pause: float | None) -> Expected:
    if code in _KEY_CODES:
        how = "does not take the key" if has_key else "wants a key, or does not serve us"
        return KeyRefused(f"The geocoder {how} ({code}).", "Check [geocoder] key in config.toml.", status=code)
    if code == 429 or code >= 500:
        how = "asks to be left alone for a while" if code == 429 else "is out of order"
        return Offline(f"The geocoder {how} ({code}).", "Choose the place on the map meanwhile.", retry_after=pause)
    more = f": {said}" if said else ""
    return Refused(f"The geocoder said no ({code}){more}.", "Check [geocoder] in config.toml.", status=code)


def _is_in(place: Found, extent: Extent | None) -> bool:
    if extent is None:
        return True
    west, south, east, north = extent
    return west <= place.lon <= east and south <= place.lat <= north
