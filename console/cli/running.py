"""`sync`, `worker` and `gateway`: what runs without a window."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from console.cli import context, kinds, output
from console.cli.commands import Commands
from console.settings import Settings
from console.signing import signing
from services.errors import Expected, Forbidden, Invalid

if TYPE_CHECKING:
    from services.gateway.settings import GatewaySettings
    from services.gateway.tables import GatewayStore
    from services.store.store import Store


def add(commands: Commands) -> None:
    """Add them."""
    synced = commands.add("sync", sync, "Pull from and post to every upstream once; what is held is not waited for.")
    synced.add_argument("--once", action="store_true", required=True, help="one round, then end (see worker)")
    synced.add_argument("--json", action="store_true", help="the counts as one JSON object")
    commands.add("worker", worker, "Pull and post until stopped (Ctrl+C or SIGTERM).", log="worker")
    served = commands.add("gateway", gateway, "Serve GeoReport v2 at /open311/v2 until stopped.", log="gateway")
    served.add_argument("--host", metavar="ADDRESS", help="address to listen on ([gateway] host)")
    served.add_argument(
        "--port", type=kinds.port, metavar="N", help="port to listen on, 0: any free one ([gateway] port)"
    )
    below = commands.under(served, "gateway")
    key = below.add("key", gateway_key, "Make an API key for whoever posts updates; it is printed this once.")
    key.add_argument("name", metavar="NAME", help="who will use it")
    key.add_argument("--replace", action="store_true", help="end the key that NAME has; it stops working at once")
    services = below.add("services", gateway_services, "Replace the list of services that the gateway takes.")
    services.add_argument("file", type=Path, metavar="FILE", help="a JSON list like resources/gateway/services.json")


def sync(args: argparse.Namespace) -> int:
    """One round of pull and relay."""
    here = context.of(args)
    with here.store() as store:  # makes the store, and says what is wrong with it, before anybody is called
        _check_worker(store)
    report = here.syncer().once()
    counts = report.counts()
    if args.json:
        output.say_json(counts)
    elif not here.settings.upstreams and not any(counts.values()):
        output.say("No upstream is configured; there is nothing to sync.")
    else:
        output.say(", ".join(f"{number:,} {name}" for name, number in counts.items()))
    for problem in report.problems:
        output.complain(Expected(problem))
    return 1 if report.problems else 0


def _check_worker(store: Store) -> None:
    """Raise Forbidden for a login at a team's server under which nothing could be pulled: it would only be silent."""
    from services.store.server import pulls

    if store.path is None and not pulls(store):
        name = store.actor.name if store.actor else ""
        raise Forbidden(
            f"“{name}” may not pull and post for this team.",
            "The worker logs in by a name of its own: connect-console team add NAME --role worker.",
        )


def worker(args: argparse.Namespace) -> int:
    """Pull and relay until stopped."""
    here = context.of(args)
    if not here.settings.upstreams and not here.settings.is_team:  # of a team it sends e-mails, keeps shelves and signs
        raise Invalid("No upstream is configured; a worker has nothing to do.", "Add an [[upstream]] to config.toml.")
    with here.store() as store:
        _check_worker(store)
    syncer = here.syncer()
    with Stop() as stop, signing(here.settings):
        print("worker: running; stop it with Ctrl+C", flush=True)
        syncer.run(stop.event, lambda: None, _Turns().say)
    print("worker: stopped", flush=True)
    return 0


class _Turns:
    """Says when a worker stands by, and when it has taken over; of one that leads from the start there is no more."""

    def __init__(self) -> None:
        self._stood_by = False

    def say(self, leading: bool) -> None:
        """Say how it stands now."""
        if not leading:
            print("worker: standing by; another one, or a desk, pulls and posts now", flush=True)
        elif self._stood_by:
            print("worker: has taken over", flush=True)
        self._stood_by = not leading


def gateway(args: argparse.Namespace) -> int:
    """Serve until stopped."""
    from services.gateway.server import serve

    serve(_gateway_settings(context.of(args).settings, args.host, args.port))
    return 0


def gateway_key(args: argparse.Namespace) -> int:
    """Print a new key."""
    from services.gateway.keys import new_key

    with _gateway_store(args) as store:
        print(new_key(store, args.name, replace=args.replace))
    if args.replace:
        print(output.plain(f"An earlier key of “{args.name}” works no longer; pass this one on."), file=sys.stderr)
    return 0


def gateway_services(args: argparse.Namespace) -> int:
    """Replace the list of services."""
    from services.gateway import catalogue

    try:
        text = args.file.read_bytes()
    except OSError as problem:
        raise Invalid(f"“{args.file}” cannot be read: {problem.strerror}.", "Name a JSON file.") from problem
    services = catalogue.parse(text)
    with _gateway_store(args) as store:
        catalogue.replace(store, services)
    output.say(f"The gateway now takes {len(services):,} services.")
    return 0


@contextmanager
def _gateway_store(args: argparse.Namespace) -> Iterator[GatewayStore]:
    from services.gateway.tables import GatewayStore

    store = GatewayStore.open(_gateway_settings(context.of(args).settings).store_path)
    try:
        yield store
    finally:
        store.close()


def _gateway_settings(settings: Settings, host: str | None = None, port: int | None = None) -> GatewaySettings:
    from services.gateway.settings import GatewaySettings
    from services.notify.carriers import Smtp
    from services.secrets import resolve

    keys, mail, city = settings.config.gateway, settings.config.smtp, settings.config.city
    smtp = Smtp(mail.host, mail.port, mail.security, mail.username, resolve(mail.password)) if mail.host else None
    return GatewaySettings(
        home=settings.home,
        host=keys.host if host is None else host,
        port=keys.port if port is None else port,
        city=city.name or "City services",
        jurisdiction_id=keys.jurisdiction_id,
        contact=keys.contact,
        sender=mail.sender,
        smtp=smtp,
    )


class Stop:
    """An event that SIGTERM and Ctrl+C set while it is in force; afterwards the signals mean what they did."""

    def __init__(self) -> None:
        self.event = threading.Event()
        self._before: list[tuple[signal.Signals, Callable[[int, FrameType | None], object] | int | None]] = []

    def __enter__(self) -> Stop:
        for name in (signal.SIGTERM, signal.SIGINT):
            self._before.append((name, signal.signal(name, lambda *_: self.event.set())))
        return self

    def __exit__(self, *_: object) -> None:
        for name, handler in self._before:
            signal.signal(name, handler)
