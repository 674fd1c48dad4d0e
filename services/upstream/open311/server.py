"""One GeoReport server: its address, format, jurisdiction and key, and the calls that every part is made of."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from services.errors import Invalid, Refused, Unreadable
from services.upstream.http import Answer, Pairs, Session, origin
from services.upstream.open311 import reading

_TRY_OTHER = {400, 404, 405, 406, 415}


def inside(resource: str, name: str) -> str:
    """The path of one thing, its name percent-encoded whole: "services/Street%20lighting"."""
    return f"{resource}/{quote(name, safe='')}"


class Server:
    """A base address and how it likes to be spoken to. `who` names it in sentences."""

    def __init__(self, session: Session, url: str, *, form: str, jurisdiction_id: str, api_key: str) -> None:
        self.session = session
        self.who = session.who
        self.url = url.rstrip("/")
        self.jurisdiction_id = jurisdiction_id
        self.api_key = api_key
        if origin(self.url)[0] not in {"http", "https"} or not origin(self.url)[1]:
            raise Invalid(
                f"{self.who} has no usable url.", "Write one as https://host/open311/v2 in the configuration."
            )
        if form not in {"json", "xml", "auto"}:
            raise Invalid(f"{self.who} has the format “{form}”.", "Write json, xml or auto.")
        self._format = "" if form == "auto" else form

    def address(self, path: str, form: str) -> str:
        """The address of a resource."""
        return f"{self.url}/{path}.{form}"

    def common(self) -> list[tuple[str, str]]:
        """What goes with every call; an empty jurisdiction_id or key is left out, as some servers break on it."""
        pairs = [("jurisdiction_id", self.jurisdiction_id), ("api_key", self.api_key)]
        return [(name, value) for name, value in pairs if value]

    def ask(self, path: str, params: Pairs = ()) -> Answer:
        """GET a resource, whatever it answers; “auto” tries the other format where the first one fails."""
        params = [*self.common(), *params]
        if self._format:
            return self.session.get(self.address(path, self._format), params)
        first = self.session.get(self.address(path, "json"), params)
        if first.ok and self._is_data(first):
            self._format = "json"
            return first
        if not first.ok and first.status not in _TRY_OTHER:
            return first
        second = self.session.get(self.address(path, "xml"), params)
        if second.ok and self._is_data(second):
            self._format = "xml"
            return second
        return first

    def records(self, path: str, params: Pairs = ()) -> list[object]:
        """GET a list of records. Raises Offline, Refused or Unreadable."""
        return reading.records(self.checked(self.ask(path, params)), self.who)

    def send(self, method: str, path: str, form: Sequence[tuple[str, str]]) -> Answer:
        """POST or PATCH a form, once, in the format that the server is known to speak (JSON when that is open)."""
        address = self.address(path, self._format or "json")
        call = self.session.patch if method == "PATCH" else self.session.post
        return call(address, [*self.common(), *form])

    def checked(self, answer: Answer, *, posted: bool = False) -> Answer:
        """The answer when it is a 2xx; else raises what `reading.check` says."""
        return reading.check(answer, self.who, self.api_key, posted=posted)

    def learn_format(self) -> None:
        """Find out the format before the first post, by a harmless question. Raises Offline."""
        if not self._format:
            self.ask("services")

    def _is_data(self, answer: Answer) -> bool:
        try:
            reading.records(answer, self.who)
        except (Unreadable, Refused):
            return False
        return True
