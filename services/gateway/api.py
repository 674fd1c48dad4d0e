"""The GeoReport v2 calls under /open311/v2, as routes of a Starlette application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from services import sqlite
from services.errors import Expected, Forbidden, Invalid, NotFound, StoreProblem
from services.gateway import catalogue, intake, reads
from services.gateway.fields import Fields
from services.gateway.formats import FORMATS, Value, answer
from services.gateway.keys import KeyRing
from services.gateway.settings import GatewaySettings
from services.gateway.tables import GatewayStore
from services.gateway.updates import Updates

BASE = "/open311/v2"
CHANGESET = "2026-11-23T00:00:00Z"
MAX_BODY = 1_000_000


class TooLarge(Invalid):
    """The body is larger than the gateway takes."""


_STATUS: dict[type[Expected], int] = {NotFound: 404, Forbidden: 403, TooLarge: 413, StoreProblem: 503}


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its arguments and the words of its path."""

    fields: Fields
    path: dict[str, str]
    base: str


class Api:
    """Answers calls from one store."""

    def __init__(self, store: GatewayStore, settings: GatewaySettings, queued: Callable[[], None]) -> None:
        self._store = store
        self._settings = settings
        self._keys = KeyRing(store)
        self._updates = Updates(store, settings.sender, settings.city, queued)

    def application(self) -> Starlette:
        """The ASGI application."""
        routes = [
            Route(f"{BASE}/{path}.{{form}}", self._endpoint(root, work), methods=[method])
            for method, path, root, work in (
                ("GET", "discovery", "discovery", self._discovery),
                ("GET", "services", "services", self._services),
                ("GET", "services/{code}", "service_definition", self._definition),
                ("GET", "tokens/{token}", "service_requests", self._token),
                ("GET", "requests/{number}", "service_requests", self._request),
                ("GET", "requests", "service_requests", self._requests),
                ("POST", "requests", "service_requests", self._report),
                ("GET", "servicerequestupdates", "service_request_updates", self._shown_updates),
                ("POST", "servicerequestupdates", "service_request_updates", self._post_update),
            )
        ]
        return Starlette(routes=routes, exception_handlers={HTTPException: _no_such_call, Exception: _bug})

    def _endpoint(self, root: str, work: Callable[[Call], Value]) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            form = _form(request)
            try:
                body = await _body(request) if request.method == "POST" else b""
                call = Call(Fields.parse(request.url.query.encode(), body), request.path_params, str(request.base_url))
                return answer(form, root, await run_in_threadpool(self._run, work, call))
            except Expected as error:
                return _refusal(form, _STATUS.get(type(error), 400), str(error))

        return handle

    def _run(self, work: Callable[[Call], Value], call: Call) -> Value:
        ours, theirs = self._settings.jurisdiction_id, call.fields.text("jurisdiction_id")
        if ours and theirs and ours != theirs:
            raise NotFound(f"There is no jurisdiction “{theirs}” here.")
        return work(call)

    def _trusted(self, call: Call) -> bool:
        """True with a right api_key, false without one; a wrong one raises Forbidden."""
        if not (key := call.fields.text("api_key")):
            return False
        self._keys.check(key)
        return True

    def _discovery(self, call: Call) -> Value:
        endpoint = {
            "specification": "http://wiki.open311.org/GeoReport_v2",
            "url": call.base.rstrip("/") + BASE,
            "changeset": CHANGESET,
            "type": "production",
            "formats": ["text/xml", "application/json"],
        }
        return {
            "title": self._settings.city,
            "changeset": CHANGESET,
            "contact": self._settings.contact,
            "key_service": "Keys are given by the city.",
            "endpoints": [endpoint],
            "connect_console": {"dialect": "gateway", "notifies": True},
        }

    def _services(self, call: Call) -> Value:
        with sqlite.reading(self._store.engine) as connection:
            return [
                {
                    "service_code": row.code,
                    "service_name": row.name,
                    "description": row.description,
                    "metadata": bool(catalogue.questions(row)),
                    "type": row.kind,
                    "keywords": row.keywords,
                    "group": row.group_name,
                }
                for row in catalogue.listing(connection)
            ]

    def _definition(self, call: Call) -> Value:
        code = call.path["code"]
        with sqlite.reading(self._store.engine) as connection:
            row = catalogue.find(connection, code)
        if row is None or not (questions := catalogue.questions(row)):
            raise NotFound(f"There is no definition of a service “{code}”.")
        return {
            "service_code": code,
            "attributes": [
                {
                    "variable": question.variable,
                    "code": question.code,
                    "datatype": question.datatype,
                    "required": question.required,
                    "datatype_description": question.datatype_description,
                    "order": order,
                    "description": question.description,
                    "values": [{"key": choice.key, "name": choice.name} for choice in question.values],
                }
                for order, question in enumerate(questions, 1)
            ],
        }

    def _token(self, call: Call) -> Value:
        return reads.token(self._store, call.path["token"])

    def _request(self, call: Call) -> Value:
        return reads.request(self._store, call.path["number"], trusted=self._trusted(call))

    def _requests(self, call: Call) -> Value:
        return reads.requests(self._store, call.fields, trusted=self._trusted(call))

    def _report(self, call: Call) -> Value:
        return [intake.create(self._store, call.fields, trusted=self._trusted(call))]

    def _shown_updates(self, call: Call) -> Value:
        return reads.updates(self._store, call.fields)

    def _post_update(self, call: Call) -> Value:
        if not self._trusted(call):
            raise Forbidden("The api_key is missing.", "A key is printed by: connect-console gateway key NAME")
        return [self._updates.post(call.fields)]


def _form(request: Request) -> str:
    form = request.url.path.rpartition(".")[2]
    return form if form in FORMATS else "json"


async def _body(request: Request) -> bytes:
    kind = request.headers.get("content-type", "application/x-www-form-urlencoded").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Invalid(f"The body is {kind}.", "Send it as application/x-www-form-urlencoded.")
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                raise TooLarge(f"The body is larger than {MAX_BODY} bytes.")
    except ClientDisconnect as error:
        raise Invalid("The body was broken off.") from error
    return bytes(body)


def _refusal(form: str, status: int, description: str) -> Response:
    return answer(form, "errors", [{"code": status, "description": description}], status)


async def _no_such_call(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _refusal(_form(request), status, f"There is no such call: {request.method} {request.url.path}")


async def _bug(request: Request, error: Exception) -> Response:
    return _refusal(_form(request), 500, "The gateway made a mistake; it has been logged.")
