"""The one way out: a total deadline, a size cap, the system's trust store, and no straying with the key."""

from __future__ import annotations

import logging
import re
import ssl
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urljoin, urlsplit

import requests
import truststore
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError, ProtocolError

from services.errors import Offline, Refused, Unreadable
from services.upstream.clocked import DEADLINE, ClockedAdapter, time_left

MAX_BYTES = 20 * 2**20
MAX_RETRY_AFTER = 300.0
_CONNECT_SECONDS = 5.0
_MAX_REDIRECTS = 5
_FORM = "application/x-www-form-urlencoded; charset=utf-8"
_REDIRECTS = {301, 302, 303, 307, 308}

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered. `url` carries no query, so that no key is ever shown."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    content_type: str
    url: str

    @property
    def ok(self) -> bool:
        """True for every 2xx."""
        return 200 <= self.status < 300

    @property
    def retry_after(self) -> float | None:
        """Seconds the server asks to be left alone, at most 300; None when it asks nothing."""
        return _retry_after(self.headers.get("Retry-After", ""), datetime.now(UTC))

    @property
    def at(self) -> datetime | None:
        """The server's own clock, from its Date header."""
        return _http_date(self.headers.get("Date", ""))


class Session:
    """One upstream's connections. `who` names it in sentences; `seconds` is the total deadline of a call."""

    def __init__(
        self,
        who: str,
        *,
        seconds: float = 30.0,
        max_bytes: int = MAX_BYTES,
        context: ssl.SSLContext | None = None,
        adapter: BaseAdapter | None = None,
        use_proxy: bool = True,
    ) -> None:
        self.who = who
        self._seconds = seconds
        self._max_bytes = max_bytes
        self._session = requests.Session()
        self._session.trust_env = use_proxy
        self._session.auth = _no_netrc
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        tls = context or truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, adapter or ClockedAdapter(tls))
        self._session.headers.update({"User-Agent": user_agent(), "Accept-Encoding": "gzip"})
        _keep_keys_out_of_logs()

    def get(self, url: str, params: Pairs = ()) -> Answer:
        """GET, repeated at most twice on a broken line. Raises Offline, Refused (a redirect away) or Unreadable."""
        return self._call("GET", url, params=params)

    def post(self, url: str, form: Pairs) -> Answer:
        """POST a form, once. Raises Offline (maybe_done where it may have arrived), Refused or Unreadable."""
        return self._call("POST", url, form=form)

    def post_json(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """POST a JSON, once; no redirect is followed. Raises like `post`."""
        mark = DEADLINE.set(time.monotonic() + self._seconds)
        try:
            return self._once("POST", url, (), body, {"Content-Type": "application/json", **headers})[0]
        finally:
            DEADLINE.reset(mark)

    def patch(self, url: str, form: Pairs) -> Answer:
        """PATCH a form, once. Raises like `post`."""
        return self._call("PATCH", url, form=form)

    def step(self, url: str) -> tuple[Answer, str]:
        """One GET that follows no redirect: the answer, and where it points; "" for nowhere. Raises like `get`."""
        mark = DEADLINE.set(time.monotonic() + self._seconds)
        try:
            answer, location = self._once("GET", url, (), ())
        finally:
            DEADLINE.reset(mark)
        return answer, urljoin(url, location) if location else ""

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()

    def _call(self, method: str, url: str, *, params: Pairs = (), form: Pairs = ()) -> Answer:
        mark = DEADLINE.set(time.monotonic() + self._seconds)
        try:
            for _ in range(_MAX_REDIRECTS + 1):
                answer, location = self._once(method, url, params, form)
                if not location:
                    return answer
                url, params = self._redirected(method, answer, url, location), ()
        finally:
            DEADLINE.reset(mark)
        raise Refused(f"{self.who} sends every call on to another address.", "Check its url in the configuration.")

    def _once(
        self, method: str, url: str, params: Pairs, form: Pairs | bytes, headers: Mapping[str, str] | None = None
    ) -> tuple[Answer, str]:
        problem: Offline | Refused | Unreadable
        try:
            with self._session.request(
                method,
                url,
                params=list(params),
                data=form if isinstance(form, bytes) else list(form) or None,
                headers=headers or ({"Content-Type": _FORM} if form else None),
                timeout=(min(_CONNECT_SECONDS, time_left()), time_left()),
                allow_redirects=False,
                stream=True,
            ) as response:
                body = _body(response, self._max_bytes)
                bare = url.partition("?")[0]
                kind = response.headers.get("Content-Type", "")
                location = response.headers.get("Location", "") if response.status_code in _REDIRECTS else ""
                return Answer(response.status_code, body, CaseInsensitiveDict(response.headers), kind, bare), location
        except (requests.RequestException, HTTPError, OSError, EOFError, _TooBig, zlib.error) as fault:
            problem = self._explain(fault, sent=method != "GET")
        raise problem

    def _explain(self, fault: Exception, *, sent: bool) -> Offline | Refused | Unreadable:
        text = repr(fault)
        if isinstance(fault, requests.exceptions.SSLError | ssl.SSLError):
            return Offline(
                f"{self.who} cannot be trusted: its TLS certificate is not accepted ({_tls_reason(text)}).",
                "Have the certificate mended, or add the city's authority to the system's trust store.",
            )
        if isinstance(
            fault,
            requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema | requests.exceptions.MissingSchema,
        ):
            return Refused(f"{self.who} has an address that is none.", "Check its url in the configuration.")
        if isinstance(fault, _TooBig):
            return Unreadable(
                f"{self.who} sent more than {self._max_bytes // 2**20} MB; reading was stopped.",
                "Check whether the url is right.",
            )
        if isinstance(fault, EOFError | zlib.error | ProtocolError):
            return Offline(f"{self.who} broke off in the middle of its answer.", "It is tried again.", maybe_done=sent)
        never_sent = "NewConnectionError" in text or "NameResolutionError" in text or "ConnectTimeout" in text
        if isinstance(fault, requests.exceptions.Timeout | TimeoutError) or "imeout" in text:
            return Offline(
                f"{self.who} did not answer within {self._seconds:g} seconds.",
                "It is tried again; if that goes on, ask those who run it.",
                maybe_done=sent and not never_sent,
            )
        return Offline(
            f"{self.who} cannot be reached.",
            "Check the network and its url in the configuration; it is tried again.",
            maybe_done=sent and not never_sent,
        )

    def _redirected(self, method: str, answer: Answer, url: str, location: str) -> str:
        target = urljoin(url, location)
        if origin(target) != origin(url):
            raise Refused(
                f"{self.who} wants to send the call to another server ({_host(target)}); that was not followed.",
                "If that is right, write the new address as its url in the configuration.",
                status=answer.status,
            )
        if method != "GET" and answer.status not in {307, 308}:
            raise Refused(
                f"{self.who} moved its address, and what was posted would be lost on the way.",
                "Write the new address as its url in the configuration.",
                status=answer.status,
            )
        return target


def user_agent() -> str:
    """Who calls, honestly."""
    try:
        return f"ConnectConsole/{version('connect-console')} (+staff desk; Open311)"
    except PackageNotFoundError:
        return "ConnectConsole (+staff desk; Open311)"


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port of a url, with the port that goes without saying filled in."""
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    try:
        return parts.scheme, (parts.hostname or "").lower(), parts.port or usual
    except ValueError:
        return "", "", None


def _host(url: str) -> str:
    scheme, host, _ = origin(url)
    return f"{scheme}://{host}"


class _TooBig(Exception):
    """More bytes than anybody sends in earnest."""


def _body(response: requests.Response, most: int) -> bytes:
    """The body, decoded by us so that a bomb is stopped while it unfolds. Raises _TooBig, EOFError, zlib.error."""
    unfold = _decoder(response.headers.get("Content-Encoding", "").strip().lower(), most)
    parts: list[bytes] = []
    read = size = 0
    while chunk := response.raw.read(65536, decode_content=False):
        time_left()
        read += len(chunk)
        parts.append(unfold.feed(chunk))
        size += len(parts[-1])
        if max(read, size) > most:
            raise _TooBig
    parts.append(unfold.end())
    return b"".join(parts)


class _Plain:
    """No encoding at all."""

    def feed(self, data: bytes) -> bytes:
        return data

    def end(self) -> bytes:
        return b""


class _Zipped:
    """gzip, zlib or bare deflate, whatever the header claims; and bytes that were never packed stay as they are."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = b""
        self._unpack: zlib._Decompress | _Plain | None = None

    def feed(self, data: bytes) -> bytes:
        if self._unpack is None:
            self._held += data
            if len(self._held) < 2:
                return b""
            data, self._held = self._held, b""
            self._unpack = _recognise(data)
        if isinstance(self._unpack, _Plain):
            return data
        out = self._unpack.decompress(data, self._most + 1)
        if self._unpack.unconsumed_tail:
            raise _TooBig
        return out

    def end(self) -> bytes:
        if self._unpack is None or isinstance(self._unpack, _Plain):
            return self._held
        if not self._unpack.eof:
            raise EOFError
        return b""


def _recognise(start: bytes) -> zlib._Decompress | _Plain:
    if start[:2] == b"\x1f\x8b":
        return zlib.decompressobj(wbits=31)
    if start[0] & 0x0F == 8 and (start[0] * 256 + start[1]) % 31 == 0:
        return zlib.decompressobj()
    if start[:1] in b"[{<\xef \n\r\t":
        return _Plain()
    return zlib.decompressobj(wbits=-15)


def _decoder(encoding: str, most: int) -> _Plain | _Zipped:
    if encoding in {"", "identity"}:
        return _Plain()
    if encoding in {"gzip", "x-gzip", "deflate"}:
        return _Zipped(most)
    raise zlib.error(f"unknown encoding {encoding}")


def _retry_after(value: str, now: datetime) -> float | None:
    if value.strip().isdigit():
        return min(float(value), MAX_RETRY_AFTER)
    moment = _http_date(value)
    return None if moment is None else min(max((moment - now).total_seconds(), 0.0), MAX_RETRY_AFTER)


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _tls_reason(text: str) -> str:
    found = re.search(
        r"certificate verify failed: ([^(\[\"']+)|(hostname mismatch)|(WRONG_VERSION_NUMBER)", text, re.IGNORECASE
    )
    return found.group(0).strip().lower() if found else "the handshake failed"


def _no_netrc(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep requests from adding passwords out of ~/.netrc."""
    return request


_KEY = re.compile(r"(api_key=)[^&\s\"']+")


def _hide_key(record: logging.LogRecord) -> bool:
    """Blots out the key; a retry is not worth a warning, as what comes of it is said in the end."""
    record.msg, record.args = _KEY.sub(r"\1…", record.getMessage()), ()
    return not record.msg.startswith("Retrying")


def _keep_keys_out_of_logs() -> None:
    """urllib3 logs whole query strings; whatever logs them, the key is blotted out first."""
    for name in ("urllib3.connectionpool", "urllib3.util.retry"):
        logging.getLogger(name).addFilter(_hide_key)
