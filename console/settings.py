"""config.toml: every key declared once, with its default, type, bounds and a sentence; read, checked and typed."""

from __future__ import annotations

import getpass
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta, tzinfo
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from console import home as homes
from console import settings_alerts, settings_call
from console import settings_check as check
from console.settings_call import UrgencyKeys
from console.settings_store import RetentionKeys, RightsKeys, StoreKeys
from services.domain.policy import LOCAL
from services.domain.status import ALL_ROLES, Role
from services.domain.statusmap import Dialect
from services.domain.values import Actor
from services.domain.workflow import ACTION_ROLES, Action
from services.errors import Expected, Invalid
from services.upstream.base import UpdatesBy, UpstreamConfig


class DeskKeys(msgspec.Struct, frozen=True, kw_only=True):
    """Who sits here, and how the window looks."""

    actor: Annotated[
        str, Meta(description="Name under which you act, as history shows it; empty: your log-in name.", max_length=80)
    ] = ""
    role: Annotated[
        Literal["", "call_taker", "dispatcher", "supervisor"],
        Meta(description="What you do here; it decides what is enabled. Empty: all three, as on one's own machine."),
    ] = ""
    timezone: Annotated[
        str, Meta(description="Time zone of the city, e.g. America/Chicago; empty: the system's own.")
    ] = ""
    language: Annotated[
        Literal["en", "es", "vi"],
        Meta(description="Language in which a caller is written to who named none; the desk itself speaks English."),
    ] = "en"
    theme: Annotated[
        Literal["system", "light", "dark"], Meta(description="Light or dark, or as the system is set.")
    ] = "system"


class MessageKeys(msgspec.Struct, frozen=True, kw_only=True):
    """What leaves the desk."""

    hold_seconds: Annotated[
        int,
        Meta(description="Seconds a message waits before it can leave; Undo takes it back until then.", ge=0, le=3600),
    ] = 10


class CityKeys(msgspec.Struct, frozen=True, kw_only=True):
    """The city this desk serves."""

    name: Annotated[str, Meta(description="Name of the city, for the window and the mails.", max_length=80)] = ""
    extent: Annotated[
        tuple[float, ...],
        Meta(description="West, south, east and north edge in degrees; empty: as far as the requests reach."),
    ] = ()
    country: Annotated[
        str,
        Meta(description="Two-letter country; says how telephone numbers without + are meant.", pattern="^[A-Z]{2}$"),
    ] = "US"
    outside_message: Annotated[
        str, Meta(description="What to say when a place lies outside the city.", max_length=500)
    ] = "This place is outside the city; please call the neighbouring city or the county."
    neighbours: Annotated[
        tuple[str, ...], Meta(description="Neighbouring towns; an address that names one lies outside the city.")
    ] = ()


class MapKeys(msgspec.Struct, frozen=True, kw_only=True):
    """What the map draws below the requests."""

    base: Annotated[
        str, Meta(description="A ready base layer (.npz), as the demo city has one; empty: the files of `layers`.")
    ] = ""
    layers: Annotated[
        dict[Literal["land", "water", "park", "border", "streets"], str],
        Meta(description='GeoJSON files of the base layer by kind, e.g. { streets = "streets.geojson" }.'),
    ] = {}
    areas: Annotated[
        tuple[str, ...],
        Meta(
            description="GeoJSON files of areas (wards, districts), the finest first; they name where a request lies."
        ),
    ] = ()
    addresses: Annotated[
        tuple[str, ...],
        Meta(description="CSV or GeoJSON files of addresses, crossings and landmarks, with a place in degrees each."),
    ] = ()
    tiles: Annotated[
        str,
        Meta(description="Raster tiles: an .mbtiles or .pmtiles file, or an address with {z}, {x}, {y}; empty: none."),
    ] = ""
    tiles_attribution: Annotated[
        str, Meta(description="Who made the tiles; shown in the map's corner.", max_length=200)
    ] = ""


class GeocoderKeys(msgspec.Struct, frozen=True, kw_only=True):
    """A server that is asked for places which the address files do not know; what is typed is sent to it."""

    kind: Annotated[
        Literal["", "nominatim", "photon", "arcgis", "census"],
        Meta(description="What it speaks; empty: none is asked."),
    ] = ""
    url: Annotated[str, Meta(description="Its address, up to what its kind adds (/search, /api, …).")] = ""
    key: Annotated[str, Meta(description="Where its key is, if it wants one: env:NAME or keyring:NAME.")] = ""
    town: Annotated[
        str, Meta(description="What is put behind what is typed, e.g. Gulfport, MS; empty: nothing.", max_length=80)
    ] = ""
    asked: Annotated[
        Literal["when chosen", "by itself"], Meta(description="When the call form asks it; mind its rules.")
    ] = "when chosen"


class GatewayKeys(msgspec.Struct, frozen=True, kw_only=True):
    """Our own GeoReport v2 server, for a city that has none."""

    host: Annotated[
        str, Meta(description="Address it listens on; put a reverse proxy with TLS before anything but 127.0.0.1.")
    ] = "127.0.0.1"
    port: Annotated[int, Meta(description="Port it listens on; 0: any free one.", ge=0, le=65535)] = 8311
    jurisdiction_id: Annotated[str, Meta(description="Its jurisdiction in GeoReport; empty: any is taken.")] = ""
    contact: Annotated[str, Meta(description="How residents reach the city, as discovery says.", max_length=200)] = ""


class SmtpKeys(msgspec.Struct, frozen=True, kw_only=True):
    """The mail server by which the gateway tells reporters, and the desk the callers whom no upstream tells."""

    host: Annotated[str, Meta(description="Mail server; empty: mails are put into the home's mail/ as .eml files.")] = (
        ""
    )
    port: Annotated[int, Meta(description="Its port.", ge=1, le=65535)] = 587
    security: Annotated[Literal["starttls", "tls", "none"], Meta(description="How the connection is encrypted.")] = (
        "starttls"
    )
    username: Annotated[str, Meta(description="Log-in name; empty: no log-in.")] = ""
    password: Annotated[str, Meta(description="Where the password is: env:NAME or keyring:NAME, never itself.")] = ""
    sender: Annotated[str, Meta(description="From: of the mails, a name and an address.", max_length=200)] = (
        "City services <no-reply@localhost.localdomain>"
    )


class UpstreamKeys(msgspec.Struct, frozen=True, kw_only=True):
    """One upstream: a server that the desk pulls requests from and posts updates to."""

    name: Annotated[str, Meta(description="What you call it here, e.g. city.", min_length=1, max_length=40)]
    kind: Annotated[Literal["open311"], Meta(description="What it speaks.")] = "open311"
    url: Annotated[str, Meta(description="Its GeoReport v2 address, e.g. https://311.example.org/open311/v2.")]
    format: Annotated[Literal["json", "xml", "auto"], Meta(description="Which of its formats to ask for.")] = "auto"
    jurisdiction_id: Annotated[str, Meta(description="Its jurisdiction, where it serves several.")] = ""
    api_key: Annotated[str, Meta(description="Where the key is: env:NAME or keyring:NAME, never the key itself.")] = ""
    updates: Annotated[
        Literal["servicerequestupdates", "patch", "none"],
        Meta(description="How it takes status updates; none: it takes none, and the desk says so beforehand."),
    ] = "none"
    updates_url: Annotated[
        str, Meta(description="Where updates are posted, when that is another server than url; empty: the same.")
    ] = ""
    updates_jurisdiction_id: Annotated[str, Meta(description="Jurisdiction there; empty: the same.")] = ""
    updates_api_key: Annotated[str, Meta(description="Where the key for updates is; empty: api_key.")] = ""
    poll_seconds: Annotated[int, Meta(description="Seconds between two looks at it.", ge=1, le=86400)] = 30
    dialect: Annotated[
        Literal["auto", "gateway", "georeport", "fixmystreet", "citysdk"],
        Meta(description="Whose status words it uses; auto: found out from the server."),
    ] = "auto"
    status_out: Annotated[
        dict[str, str],
        Meta(description='Own words for statuses, e.g. in_progress = "WORKING"; an empty word keeps it at the desk.'),
    ] = {}
    status_in: Annotated[
        dict[str, str], Meta(description='What its words mean here, e.g. "working" = "in_progress".')
    ] = {}


class CrewKeys(msgspec.Struct, frozen=True, kw_only=True):
    """One crew that can be sent out; crews added with `connect-console crews --add` stay beside these."""

    name: Annotated[str, Meta(description="Its name, e.g. Forestry 2.", min_length=1, max_length=80)]
    skills: Annotated[tuple[str, ...], Meta(description="Words of the services it takes; empty: anything.")] = ()
    capacity: Annotated[int, Meta(description="Jobs a day.", ge=1, le=500)] = 8


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file, as written or by default."""

    store: StoreKeys = StoreKeys()
    desk: DeskKeys = DeskKeys()
    messages: MessageKeys = MessageKeys()
    city: CityKeys = CityKeys()
    map: MapKeys = MapKeys()
    keys: Annotated[
        dict[str, str],
        Meta(description='Other keys for commands: command id = key, e.g. "request.assign" = "Ctrl+Shift+A".'),
    ] = {}
    geocoder: GeocoderKeys = GeocoderKeys()
    gateway: GatewayKeys = GatewayKeys()
    smtp: SmtpKeys = SmtpKeys()
    rights: RightsKeys = RightsKeys()
    retention: RetentionKeys = RetentionKeys()
    urgency: tuple[UrgencyKeys, ...] = settings_call.USUAL
    upstream: tuple[UpstreamKeys, ...] = ()
    crew: tuple[CrewKeys, ...] = ()
    webhook: tuple[settings_alerts.WebhookKeys, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """What the settings of one home mean, ready for use."""

    home: Path
    config: Config
    acting_as: str = ""
    """--as NAME, which goes before [desk] actor."""
    timezone: tzinfo = field(init=False)
    upstreams: tuple[UpstreamConfig, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "timezone", check.timezone(self.config.desk.timezone))
        object.__setattr__(self, "upstreams", tuple(_upstream(keys) for keys in self.config.upstream))

    @property
    def store_url(self) -> str:
        """The desk's store, with an absolute path."""
        return check.store_url(self.home, self.config.store.url, "[store] url")

    @property
    def is_team(self) -> bool:
        """True where many desks share one server: a worker pulls and posts for all of them."""
        return check.is_server(self.config.store.url)

    @property
    def mail_folder(self) -> Path:
        """Where the gateway of this home puts .eml files when there is no mail server."""
        return self.home / "mail"

    def is_outside(self, lat: float, lon: float) -> bool:
        """True for a place, in degrees, beyond the extent of the city; False while no extent is set."""
        if not self.config.city.extent:
            return False
        west, south, east, north = self.config.city.extent
        return not (west <= lon <= east and south <= lat <= north)

    @property
    def base_map(self) -> Path | None:
        """The ready base layer, as an absolute path."""
        return self._path(self.config.map.base) if self.config.map.base else None

    @property
    def map_layers(self) -> dict[str, Path]:
        """The base layer's files by kind, as absolute paths."""
        return {kind: self._path(name) for kind, name in self.config.map.layers.items()}

    @property
    def area_files(self) -> tuple[Path, ...]:
        """The files of areas, as absolute paths, the finest first."""
        return tuple(self._path(name) for name in self.config.map.areas)

    @property
    def address_files(self) -> tuple[Path, ...]:
        """The files of addresses, crossings and landmarks, as absolute paths."""
        return tuple(self._path(name) for name in self.config.map.addresses)

    @property
    def tiles(self) -> str:
        """The tile source: "" for none, an address template, or an absolute path."""
        given = self.config.map.tiles
        return given if not given or "://" in given else str(self._path(given))

    @property
    def actor(self) -> Actor:
        """Who acts, and in which roles."""
        role = self.config.desk.role
        name = self.acting_as or self.config.desk.actor or _login()
        return Actor(name, frozenset({Role(role)}) if role else ALL_ROLES)

    @property
    def rights(self) -> Mapping[Action, frozenset[Role]]:
        """Who may do what in this city."""
        return {**ACTION_ROLES, Action.SEE_CONTACTS: frozenset(map(Role, self.config.rights.see_contacts))}

    @property
    def signing_folder(self) -> Path | None:
        """Where the worker signs off a team's histories each day; None for nowhere."""
        return self._path(self.config.store.sign) if self.config.store.sign else None

    def _path(self, name: str) -> Path:
        return self.home / Path(name).expanduser()

    @property
    def hold(self) -> timedelta:
        """How long a message waits before it can leave."""
        return timedelta(seconds=self.config.messages.hold_seconds)


def load(home: Path, acting_as: str = "") -> Settings:
    """Read and check config.toml of this home; without one, every key has its default. Raises Invalid or Expected."""
    check.person(acting_as, "--as")
    return Settings(home, parse(_text(homes.config_file(home))), acting_as)


def parse(text: str) -> Config:
    """Read the text of a config.toml. Raises Invalid, naming table and key, and for an unknown key the nearest one."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise Invalid(f"config.toml cannot be read: {problem}.", "Mend that line.") from problem
    check.unknown_keys(raw, Config)
    try:
        config = msgspec.convert(raw, Config)
    except msgspec.ValidationError as problem:
        raise check.explained(problem, raw, Config) from problem
    _check(config)
    return config


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as problem:
        raise Invalid(f"“{path}” is not UTF-8 text.", "Save it as UTF-8.") from problem
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise Expected(f"“{path}” cannot be read: {reason}.", "Mend its permissions.") from problem


def _check(config: Config) -> None:
    check.person(config.desk.actor, "config.toml, [desk] actor")
    check.timezone(config.desk.timezone)
    check.extent(config.city.extent)
    check.tiles(config.map.tiles)
    check.geocoder(config.geocoder.kind, config.geocoder.url, config.geocoder.asked)
    check.secret(config.geocoder.key, "[geocoder] key", "GEOCODER_KEY")
    check.secret(config.smtp.password, "[smtp] password", "SMTP_PASSWORD")
    check.store_url(Path(), config.store.url, "[store] url")
    check.distinct([keys.name for keys in config.upstream], "[[upstream]] name")
    check.distinct([keys.name for keys in config.crew], "[[crew]] name")
    settings_call.check(config.urgency)
    settings_alerts.check(config.webhook)
    for keys in config.upstream:
        where = f"[[upstream]] “{keys.name}”"
        check.secret(keys.api_key, f"{where} api_key", "CITY_KEY")
        check.secret(keys.updates_api_key, f"{where} updates_api_key", "UPDATES_KEY")
        check.address(keys.url, f"{where} url")
        if keys.updates_url:
            check.address(keys.updates_url, f"{where} updates_url")
        check.status_words(keys.status_out, keys.status_in, where)
        if keys.name == LOCAL.upstream or not check.NAME.fullmatch(keys.name):
            raise Invalid(f"config.toml, {where}: the name may hold letters, digits, “-”, “_” and “.” only.")


def _upstream(keys: UpstreamKeys) -> UpstreamConfig:
    return UpstreamConfig(
        name=keys.name,
        kind=keys.kind,
        url=keys.url,
        format=keys.format,
        jurisdiction_id=keys.jurisdiction_id,
        api_key=keys.api_key,
        updates=UpdatesBy(keys.updates),
        updates_url=keys.updates_url,
        updates_jurisdiction_id=keys.updates_jurisdiction_id,
        updates_api_key=keys.updates_api_key,
        poll_seconds=keys.poll_seconds,
        dialect=None if keys.dialect == "auto" else Dialect(keys.dialect),
        status_out=keys.status_out,
        status_in=keys.status_in,
    )


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "desk"
