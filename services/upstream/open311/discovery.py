"""Asks a server what it is; its own idea of its address is never followed, as several publish a wrong one."""

from __future__ import annotations

from services.domain.statusmap import Dialect
from services.errors import Unreadable
from services.upstream.base import Facts, UpdatesBy, UpstreamConfig
from services.upstream.http import origin
from services.upstream.open311 import reading
from services.upstream.open311.server import Server
from services.upstream.open311.text import flag, plain, word


def discover(server: Server) -> dict[str, object]:
    """The discovery document, beside the service root or one level up; {} where there is none.

    Raises Offline where the server is down; a 500 is how some say that they have no discovery."""
    roots = [server.url]
    if server.url.rsplit("/", 1)[-1].lower() in {"v2", "v2.1"}:
        roots.append(server.url.rsplit("/", 1)[0])
    for root in roots:
        for form in ("json", "xml"):
            answer = server.session.get(f"{root}/discovery.{form}", server.common())
            if answer.status > 500 or answer.status == 429:
                server.checked(answer)
            if not answer.ok:
                continue
            try:
                found = reading.unwrapped(reading.content(answer, server.who))
            except Unreadable:
                continue
            if isinstance(found, dict):
                return found
    return {}


def is_gateway(document: dict[str, object]) -> bool:
    """True when the document says that our own gateway wrote it."""
    ours = document.get("connect_console")
    return isinstance(ours, dict) and word(ours.get("dialect")) == Dialect.GATEWAY


def split(config: UpstreamConfig) -> bool:
    """True when updates go to another server than the one that is read."""
    return bool(config.updates_url) and config.updates_url.rstrip("/") != config.url.rstrip("/")


def facts(config: UpstreamConfig, document: dict[str, object]) -> Facts:
    """What the document and the config say together.

    Where updates go to another server, the words are that server's, and so is telling the reporter.
    """
    ours = document.get("connect_console")
    title = plain(document.get("title")) or plain(document.get("contact"))
    gateway = is_gateway(document) and not split(config)
    dialect = config.dialect or (Dialect.GATEWAY if gateway else implied(config, document))
    notifies = gateway and isinstance(ours, dict) and flag(ours.get("notifies"))
    return Facts(dialect, notifies, title.splitlines()[0] if title else origin(config.url)[1])


def implied(config: UpstreamConfig, document: dict[str, object] | None = None) -> Dialect:
    """The kind of server that the way of updating points to: each extension has one home."""
    if config.dialect is not None:
        return config.dialect
    if config.updates is UpdatesBy.PATCH:
        return Dialect.CITYSDK
    if config.updates is UpdatesBy.SERVICEREQUESTUPDATES:
        return Dialect.FIXMYSTREET
    return Dialect.FIXMYSTREET if document and "fixmystreet" in str(document).lower() else Dialect.GEOREPORT
