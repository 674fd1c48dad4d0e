"""An Open311 GeoReport v2 server as an upstream: reading, posting and reading back, in any of its dialects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from services.domain.statusmap import Dialect
from services.domain.values import Attribute, Service
from services.errors import NotFound, Unreadable
from services.secrets import resolve
from services.upstream.base import (
    Facts,
    OutgoingReport,
    OutgoingUpdate,
    Page,
    ReadBack,
    Receipt,
    UpdatesBy,
    UpstreamConfig,
    UpstreamRequest,
    UpstreamUpdate,
)
from services.upstream.http import Session
from services.upstream.open311 import creating, definitions, discovery, paging, pulling, reading, records, updates
from services.upstream.open311.server import Server, inside
from services.upstream.open311.telling import Teller


def utc_now() -> datetime:
    """The present moment, aware."""
    return datetime.now(UTC)


class Open311:
    """One configured GeoReport v2 server, and where updates go elsewhere, that other server too.

    Raises Invalid at once for a config that cannot work; every call raises only Expected errors.
    """

    def __init__(
        self, config: UpstreamConfig, *, session: Session | None = None, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._config = config
        self._clock = clock
        who = f"“{config.name}”"
        key = resolve(config.api_key)
        self._session = session or Session(who)
        self._server = Server(
            self._session, config.url, form=config.format, jurisdiction_id=config.jurisdiction_id, api_key=key
        )
        self._sink = self._make_sink(who, resolve(config.updates_api_key) or key, session)
        self._teller = Teller(config, self._server, self._sink, clock, self.request)
        self._document: dict[str, object] | None = None

    def _make_sink(self, who: str, key: str, session: Session | None) -> Server:
        """The server that takes updates: the same one, unless the config names another."""
        config, elsewhere = self._config, discovery.split(self._config)
        if not elsewhere and not config.updates_jurisdiction_id and not config.updates_api_key:
            return self._server
        return Server(
            session or Session(f"{who} (updates)") if elsewhere else self._session,
            config.updates_url if elsewhere else config.url,
            form=config.format,
            jurisdiction_id=config.updates_jurisdiction_id or config.jurisdiction_id,
            api_key=key,
        )

    @property
    def config(self) -> UpstreamConfig:
        """What the city set for it."""
        return self._config

    def facts(self) -> Facts:
        """What the server says it is; what the config implies where it serves no discovery. Raises Offline."""
        return discovery.facts(self._config, self._discovered())

    def services(self) -> list[Service]:
        """The services it takes. Raises Offline, Refused, Unreadable."""
        return definitions.read_services(self._server.records("services"), self._config.name)

    def definition(self, code: str) -> tuple[Attribute, ...]:
        """The questions of one service, in order; () where there are none. Raises Offline, Refused, Unreadable."""
        answer = self._server.ask(inside("services", code))
        if answer.status in {400, 404}:
            return ()
        return definitions.read_definition(reading.records(self._server.checked(answer), self._server.who))

    def pages(self, cursor: str) -> Iterator[Page]:
        """Everything changed since the cursor, with an overlap. A page without a cursor does not move it."""
        pull = pulling.Pull(self._server, pulling.decode(cursor), gateway=self._is_gateway(), clock=self._clock)
        return pull.pages()

    def request(self, upstream_id: str) -> UpstreamRequest:
        """One request, as it stands now; asked by its own address, then by the list's filter. Raises NotFound."""
        for path, params in (
            (inside("requests", upstream_id), []),
            ("requests", [("service_request_id", upstream_id)]),
        ):
            answer = self._server.ask(path, params)
            if not answer.ok:
                last = answer
                continue
            found, _ = records.read_requests(reading.records(answer, self._server.who))
            for request in found:
                if request.upstream_id == upstream_id:
                    return request
            last = answer
        if not last.ok and last.status not in {400, 404}:
            self._server.checked(last)
        raise NotFound(f"{self._server.who} has no request {upstream_id}.", "It may be hidden or private there.")

    def updates(self, upstream_id: str) -> list[UpstreamUpdate]:
        """The public updates and comments the server shows of one request; [] where it shows none. Raises Offline."""
        if self._config.updates is UpdatesBy.NONE:
            return []
        return updates.listing(self._server, upstream_id) or []

    def updates_since(self, start: datetime, end: datetime) -> list[UpstreamUpdate]:
        """The public updates and comments of all requests in a window; [] where it shows none. Raises Offline."""
        if self._config.updates is not UpdatesBy.SERVICEREQUESTUPDATES:
            return []
        return updates.window(self._server, start, end)

    def post_update(self, update: OutgoingUpdate) -> Receipt:
        """Post it, stamped with the moment of sending. Raises Offline (maybe_done where it may have arrived), Refused.

        FixMyStreet takes no update without a text: a status alone goes there with a sentence that names it.
        """
        return self._teller.post(update, self._dialect(), gateway=self._is_gateway())

    def find_update(self, update: OutgoingUpdate) -> ReadBack:
        """Whether an update that may have been sent has arrived; ABSENT also where a second try cannot double it."""
        return self._teller.find(update, self._dialect(), gateway=self._is_gateway())

    def create(self, report: OutgoingReport) -> Receipt:
        """Create the report; an id, or a token to ask about later. Raises Offline, Refused."""
        return creating.create(self._server, report, self._dialect())

    def find_report(self, report: OutgoingReport, since: datetime) -> Receipt | None:
        """The report with our reference, among those since an hour before; None when surely absent.

        Only our own gateway shows everything at once; for others absence proves nothing. Raises Unreadable there.
        """
        lister = paging.Lister(self._server, paging.Habits(), full_pages=self._is_gateway())
        mark = creating.mark(report.reference)
        start = since - timedelta(hours=1)
        for batch in lister.window(start, self._clock() + timedelta(days=1)):
            for request in batch.requests:
                if mark in request.description:
                    return Receipt(id=request.upstream_id)
        if self._is_gateway():
            return None
        raise Unreadable(
            f"“{self._config.name}” does not show the report, but may not show every report.",
            "Look there for it; then retry it or leave it.",
        )

    def resolve_token(self, token: str) -> str:
        """The request id behind a token; "" while the server has not decided. Raises Offline, Refused, Unreadable."""
        return creating.resolve_token(self._server, token)

    def takes_key(self) -> bool:
        """True when it takes our key for updates; False where only a real update would tell.

        Our gateway looks at the key before it looks at an update, and an empty one changes nothing.
        Raises Offline, KeyRefused.
        """
        if not self._sink.api_key or discovery.split(self._config) or not discovery.is_gateway(self._discovered()):
            return False
        answer = self._sink.send("POST", updates.RESOURCE, [])
        if answer.status != 400:
            self._sink.checked(answer)
        return answer.status == 400

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()
        self._sink.session.close()

    def _discovered(self) -> dict[str, object]:
        if self._document is None:
            self._document = discovery.discover(self._server)
        return self._document

    def _is_gateway(self) -> bool:
        return self._config.dialect is Dialect.GATEWAY or discovery.is_gateway(self._discovered())

    def _dialect(self) -> Dialect:
        return self.facts().dialect
