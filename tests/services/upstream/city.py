"""A GeoReport server over a list of records, well-behaved unless told otherwise: each quirk changes one thing of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from tests.services.upstream.loopback import HTML_500, NOT_FOUND, Ask, Loopback, Reply, as_json, as_xml

Row = dict[str, Any]
ITEMS = {
    "service_requests": "request", "requests": "request", "services": "service", "values": "value",
    "attributes": "attribute", "service_request_updates": "request_update", "reach": "way", "endpoints": "endpoint",
}  # fmt: skip


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def row(number: str, requested: datetime, **more: Any) -> Row:
    found: Row = {
        "service_request_id": number,
        "status": "open",
        "service_name": "Tree Down",
        "service_code": "tree",
        "description": f"Report {number}",
        "requested_datetime": iso(requested),
        "updated_datetime": iso(requested),
        "address": "1 Elm St",
        "lat": 42.35,
        "long": -71.06,
        "extended_attributes": {"reach": [{"channel": "email", "language": "en"}]},
    }
    return {**found, **more}


def to_xml(root: str, value: object) -> str:
    if isinstance(value, dict):
        inner = "".join(to_xml(k, v) for k, v in value.items())
    elif isinstance(value, list):
        inner = "".join(to_xml(ITEMS[root], v) for v in value)
    elif isinstance(value, bool):
        inner = "true" if value else "false"
    else:
        inner = "" if value is None else escape(str(value))
    return f"<{root}>{inner}</{root}>"


class City(Loopback):
    """`spoil` sees every call first and may answer it in place of the city."""

    def __init__(
        self,
        spoil: Callable[[Ask], Reply | None] = lambda ask: None,
        *,
        gateway: bool = True,
        page_cap: int = 100,
        first_page: int = 1,
        pages: bool = True,
        updated_after: bool = True,
        date_filter: bool = True,
        newest_first: bool = True,
        default_status: str = "",
    ) -> None:
        super().__init__(self._answer)
        self.rows: list[Row] = []
        self.updates: list[Row] = []
        self.spoil = spoil
        self.gateway, self.page_cap, self.first_page, self.pages = gateway, page_cap, first_page, pages
        self.updated_after, self.date_filter, self.newest_first = updated_after, date_filter, newest_first
        self.default_status = default_status
        self.statuses = {"open", "closed"}

    def add(self, number: str, *, requested: datetime, updated: datetime | None = None, **more: Any) -> None:
        self.rows.append(row(number, requested, updated_datetime=iso(updated or requested), **more))

    def touch(self, number: str, at: datetime, **more: Any) -> None:
        found = next(r for r in self.rows if r["service_request_id"] == number)
        found.update(updated_datetime=iso(at), **more)

    def _answer(self, ask: Ask) -> Reply:
        spoilt = self.spoil(ask)
        if spoilt:
            return spoilt
        path, _, form = ask.path.rpartition(".")
        head, _, tail = path.partition("/")
        value: object
        root = head
        if ask.path == "discovery.json":
            ours = {"connect_console": {"dialect": "gateway", "notifies": True}} if self.gateway else {}
            return as_json({"contact": "The city", "endpoints": [{"url": "http://wrong.example/"}], **ours})
        if head == "services":
            found = self._services(tail)
            if found is None:
                return NOT_FOUND
            root, value = ("service_definition", found) if tail else ("services", found)
        elif head == "servicerequestupdates":
            root, value = "service_request_updates", self._take(ask) if ask.method == "POST" else self._listed(ask)
        elif head == "requests" and ask.method == "POST":
            root, value = "service_requests", [self._create(ask)]
        elif head == "requests":
            found_rows = self._one(tail) if tail else self._select(ask)
            if tail and not found_rows:
                return NOT_FOUND
            root, value = "service_requests", found_rows
        else:
            return NOT_FOUND
        return as_json(value) if form == "json" else as_xml(to_xml(root, value))

    def _services(self, code: str) -> object:
        if code == "tree":
            values = [{"key": "yes", "name": "Yes"}, {"key": "no", "name": "No"}]
            question = {"code": "WIRES", "datatype": "singlevaluelist", "required": True, "order": 1, "values": values}
            return {"service_code": "tree", "attributes": [question]}
        if code:
            return None
        return [
            {"service_code": "tree", "service_name": "Tree Down", "metadata": True, "group": "Trees"},
            {"service_code": "006", "service_name": "Pothole", "metadata": False, "group": ""},
        ]

    def _one(self, number: str) -> list[Row]:
        return [r for r in self.rows if r["service_request_id"] == number]

    def _select(self, ask: Ask) -> list[Row]:
        found = sorted(self.rows, key=lambda r: r["requested_datetime"], reverse=self.newest_first)
        if wanted := ask.get("service_request_id"):
            found = [r for r in found if r["service_request_id"] in wanted.split(",")]
        if self.date_filter and (start := ask.get("start_date")):
            found = [r for r in found if start <= r["requested_datetime"] <= ask.get("end_date")]
        if self.updated_after and (after := ask.get("updated_after")):
            found = [r for r in found if r["updated_datetime"] > after]
            found.sort(key=lambda r: r["updated_datetime"], reverse=self.newest_first)
        if words := ask.get("status") or self.default_status:
            found = [r for r in found if r["status"] in words.split(",")]
        if not self.pages:
            return found[: self.page_cap]
        size = min(int(ask.get("page_size") or self.page_cap), self.page_cap)
        page = int(ask.get("page") or self.first_page) - self.first_page
        return found[max(page, 0) * size : (max(page, 0) + 1) * size]

    def _take(self, ask: Ask) -> list[Row]:
        update = dict(ask.form)
        if update["update_id"] not in {u["update_id"] for u in self.updates}:
            self.updates.append(update)
            for found in self._one(update["service_request_id"]):
                closed = update["status"] in {"FIXED", "CLOSED", "NO_ACTION"}
                extended = {**found["extended_attributes"], "detailed_status": update["status"]}
                found.update(status="closed" if closed else "open", extended_attributes=extended)
        return [{"update_id": update["update_id"]}]

    def _listed(self, ask: Ask) -> list[Row]:
        wanted = ask.get("service_request_id")
        return [u for u in self.updates if not wanted or u["service_request_id"] == wanted]

    def _create(self, ask: Ask) -> Row:
        number = str(len(self.rows) + 1000)
        self.add(number, requested=datetime.now(UTC), description=ask.get("description"))
        return {"service_request_id": number, "service_notice": "Thank you."}


def failing_on(number: str) -> Callable[[Ask, City], Reply | None]:
    """A spoiler: any page that holds this record is a 500 with an HTML body."""

    def spoil(ask: Ask, city: City) -> Reply | None:
        if ask.path.startswith("requests.") and any(r["service_request_id"] == number for r in city._select(ask)):
            return HTML_500
        return None

    return spoil
