"""How a home's store, crews and areas are opened, for the window and the command line alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from console import settings_alerts
from console.settings import Settings
from services.domain.status import Role
from services.domain.values import Actor, Crew
from services.store import queries
from services.store.acting import Acting
from services.store.crews import save_crews
from services.store.store import Store
from services.sync.policies import policies

if TYPE_CHECKING:
    from services.domain.policy import Policy
    from services.geo.areas import Layers
    from services.queue.snapshot import Snapshot
    from services.supervise.watcher import Watcher
    from services.sync.notices import Notifier
    from services.sync.sync import Beside


def open_store(settings: Settings, *, has_ear: bool = False) -> Store:
    """The store of these settings, with the crews that they name. Raises StoreProblem."""
    store = Store.open(settings.store_url, has_ear=has_ear)
    try:
        if store.actor is None or Role.SUPERVISOR in store.actor.roles:
            _keep_crews(store, settings)
    except BaseException:
        store.close()
        raise
    return store


def acting(store: Store, settings: Settings, actor: Actor | None = None) -> Acting:
    """The store with who acts, and what each upstream takes as far as it is known now."""
    known = policies(settings.upstreams, queries.upstream_states(store))
    country = settings.config.city.country
    return Acting(
        store, actor or store.actor or settings.actor, known, settings.hold, country, settings.rights, settings.timezone
    )


@contextmanager
def apart(settings: Settings) -> Iterator[Acting]:
    """The same on a connection of its own, closed afterwards. Raises StoreProblem."""
    with closing(open_store(settings)) as store:
        yield acting(store, settings)


def notifier(settings: Settings) -> Notifier:
    """Who writes to callers whom no upstream tells: by the mail server, or into the home's mail folder."""
    from services.notify.carriers import Carrier, Folder, Smtp
    from services.secrets import resolve
    from services.sync.notices import Notifier

    mail, city = settings.config.smtp, settings.config.city

    def carrier() -> Carrier:
        if not mail.host:
            return Folder(settings.mail_folder)
        return Smtp(mail.host, mail.port, mail.security, mail.username, resolve(mail.password))

    return Notifier(carrier, mail.sender, city.name or "City services", settings.config.desk.language)


def watcher(settings: Settings) -> Watcher:
    """Who watches the alert rules for all desks, beside what pulls and posts."""
    from console.left import Left
    from services.supervise.sending import Sender
    from services.supervise.watcher import Watcher

    def begin(store: Store) -> Snapshot | None:
        return Left(store.path).take_up(store) if store.path else None

    letters = notifier(settings)
    hooks = settings_alerts.webhooks(settings.config.webhook)
    sender = Sender(letters.carrier, letters.sender, letters.city, hooks, settings.timezone)
    return Watcher(settings.store_url, sender, settings.timezone, begin=begin)


def besides(settings: Settings) -> Beside:
    """What one process does for all desks beside pulling and posting: alert rules, letters to crews, routing of calls.

    What it returns is entered with whom it tells of a change.
    """
    from services.dispatch.letters import Postman
    from services.store.routing_calls import Router

    def known(store: Store) -> Mapping[str, Policy]:
        return policies(settings.upstreams, queries.upstream_states(store))

    letters, watching = notifier(settings), watcher(settings)
    postman = Postman(settings.store_url, letters.carrier, letters.sender, letters.city, settings.timezone)

    router = Router(settings.store_url, known, settings.hold)

    @contextmanager
    def together(on_change: Callable[[], None]) -> Iterator[None]:
        with watching.beside(on_change), postman.beside(on_change), router.beside(on_change):
            yield

    return together


def locate(settings: Settings) -> Layers | None:
    """Names the areas of a place; None while no areas are set. Raises NotFound or Invalid for a bad file."""
    if not settings.area_files:
        return None
    from services.geo.areas import locator

    return locator(settings.area_files)


def _keep_crews(store: Store, settings: Settings) -> None:
    """Crews that the settings name and nobody has made are made; what is edited in the desk stays as it is."""
    known = {crew.name.casefold() for crew in queries.crews(store)}
    written = [Crew(0, keys.name, keys.skills, keys.capacity) for keys in settings.config.crew]
    if fresh := [crew for crew in written if crew.name.casefold() not in known]:
        save_crews(store, fresh)
