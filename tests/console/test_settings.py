"""config.toml: defaults, sentences for what is wrong, and a printout that reads back as the same settings."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import settings
from console.settings import Config, CrewKeys, DeskKeys, MapKeys, MessageKeys, UpstreamKeys
from console.settings_call import UrgencyKeys
from console.settings_check import unknown_keys
from console.settings_text import as_toml
from services.domain.status import ALL_ROLES, Role
from services.domain.statusmap import Dialect
from services.errors import Expected, Invalid
from services.upstream.base import UpdatesBy

HOOK = '[[webhook]]\nname = "ops"\nurl = "{}"\n'
URGENT = '[[urgency]]\nquestion = "{}"\nhours = 2\n'
CITY = '[[upstream]]\nname = "city"\nurl = "https://311.example.org/v2"\n'


def problem(text: str) -> str:
    with pytest.raises(Invalid) as caught:
        settings.parse(text)
    return str(caught.value)


def test_a_home_without_a_config_just_works(tmp_path: Path) -> None:
    found = settings.load(tmp_path)
    assert found.store_url == f"sqlite:///{tmp_path.as_posix()}/desk.db"
    assert found.hold == timedelta(seconds=10)
    assert found.upstreams == ()
    assert found.actor.roles == ALL_ROLES
    assert found.actor.name
    assert found.timezone is not None
    assert (found.base_map, found.map_layers, found.area_files, found.tiles) == (None, {}, (), "")
    assert not found.is_outside(0, 0)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[desk]\nthem = "dark"', "there is no key “[desk] them”; the nearest is “[desk] theme”"),
        ("[mesages]\n", "there is no key “mesages”; the nearest is “messages”"),
        ('[messages]\ntimezone = "UTC"', "“[messages] timezone”; the nearest is “[desk] timezone”"),
        ("[messages]\nq = 1", "“[messages] q”; the nearest is “[messages] hold_seconds”"),
        (CITY + "pol_seconds = 3", "“[upstream] pol_seconds”; the nearest is “[upstream] poll_seconds”"),
        ("hold_seconds = 3", "“hold_seconds”; the nearest is “[messages] hold_seconds”"),
        ("[messages]\nhold_seconds = -1", "[messages] hold_seconds: it must be a whole number, 0 to 3600"),
        ('[messages]\nhold_seconds = "soon"', "[messages] hold_seconds: it must be a whole number"),
        ('[desk]\ntheme = "blue"', '[desk] theme: it must be one of "dark", "light", "system"'),
        ("desk = 3", "[desk]: it must be written as [desk], with its keys below"),
        ('[upstream]\nname = "x"', "[upstream]: it must be written as [[upstream]]"),
        ('[[upstream]]\nname = "x"', "[[upstream]] “x”: it lacks the key “url”"),
        ("[[upstream]]\nname = 3", "[[upstream]] number 1 name: it must be a text of at most 40 letters, not empty"),
        (CITY + "poll_seconds = 0", "[[upstream]] “city” poll_seconds: it must be a whole number, 1 to 86400"),
        ("[keys]\nx = 3", "[keys]: it must be a table of texts"),
        ("[city]\nextent = ['a']", "[city] extent: it must be a list, each a number"),
        ("[city]\nextent = [1.0, 2.0]", "[city] extent: it has 2 numbers, not four"),
        ("[city]\nextent = [2, 1, 1, 3]", "[city] extent: the edges are out of order"),
        ('[city]\ncountry = "usa"', "[city] country: it must be two capital letters"),
        ('[map]\ntiles = "x.jpg"', "[map] tiles: this is neither"),
        ('[map]\ntiles = "https://t.example.org/x.png"', "[map] tiles: this is neither"),
        ('[map]\ntiles = "ftp://t.example.org/{z}/{x}/{y}"', "[map] tiles: this is neither"),
        ('[map.layers]\nroads = "x"', '[map] layers: it must be a table of texts, each key one of "border"'),
        ('[desk]\ntimezone = "Amerika/Chikago"', "there is no time zone “Amerika/Chikago”"),
        ('[desk]\nactor = "a\\nb"', "[desk] actor: this is no name"),
        ('[store]\nurl = "mysql://x/y"', "[store] url: that is no address of a store"),
        ('[store]\nurl = "sqlite:///:memory:"', "[store] url: that is no address of a store"),
        ('[store]\nurl = "postgresql://ana:s3cret@x/y"', "[store] url: a password is written out in it"),
        ('[store]\nurl = "postgresql://ana@x/y?sslpassword=s3cret"', "[store] url: a password is written out in it"),
        ('[store]\nurl = "postgresql://ana:s3cret/y"', "[store] url: what stands before the database is no host"),
        (
            '[store]\nurl = "postgresql+psycopg://ana@x/y?password=s3cret"',
            "[store] url: a password is written out in it",
        ),
        (CITY + CITY, "“city” stands there twice"),
        ('[[crew]]\nname = "Tree"\n[[crew]]\nname = "tree"', "“tree” stands there twice"),
        (CITY.replace('"city"', '"a b"'), "the name may hold letters, digits"),
        (CITY.replace("https:", "gopher:"), "url: this is no web address"),
        (CITY.replace("311.example.org", "[::1"), "url: this is no web address"),
        (CITY + 'updates_url = "x"', "updates_url: this is no web address"),
        (CITY + '[upstream.status_out]\nfixed = "X"', "“city” status words: “fixed” is not a status"),
        (CITY + '[upstream.status_in]\nworking = "busy"', "“city” status words: “busy” is not a status"),
        ('[geocoder]\nkind = "bing"', '[geocoder] kind: it must be one of ""'),
        ('[geocoder]\nkind = "photon"', "[geocoder] url: a geocoder needs its address"),
        (
            '[geocoder]\nkind = "nominatim"\nurl = "https://nominatim.openstreetmap.org"\nasked = "by itself"',
            "[geocoder] asked: the rules of nominatim.openstreetmap.org forbid",
        ),
        ('[geocoder]\nurl = "maps"', "[geocoder] url: this is no web address"),
        ("urgency = []", "[[urgency]]: there are 0 questions"),
        (URGENT.format("a") + URGENT.format("A"), "[[urgency]]: the same question stands there twice"),
        ("".join(map(URGENT.format, "abcd")), "[[urgency]]: there are 4 questions"),
        (HOOK.format("https://a.example/x") * 2, "[[webhook]] name"),
        (HOOK.format("ftp://a.example/x"), "[[webhook]] “ops” url"),
        (HOOK.format("https://a.example/x") + 'key = "abc"\n', "[[webhook]] “ops” key"),
        ('[[urgency]]\nquestion = "a"', "[[urgency]] number 1: it lacks the key “hours”"),
        ("a = = 3", "config.toml cannot be read"),
    ],
)
def test_what_is_wrong_is_said_with_table_key_and_remedy(text: str, says: str) -> None:
    assert says in problem(text)


@pytest.mark.parametrize("literal", ["s3cr3t-value", "env:", "keyring:", "ENV:NAME", " env:X", "env: X"])
@pytest.mark.parametrize("place", [CITY + "api_key = {}", "[smtp]\npassword = {}", "[geocoder]\nkey = {}"])
def test_a_literal_secret_is_refused_and_not_repeated(literal: str, place: str) -> None:
    said = problem(place.format(f'"{literal}"'))
    assert "a secret is not written into this file" in said
    assert "s3cr3t-value" not in said


@pytest.mark.parametrize("url", ["https://me:pw@h.example.org/v2", "https://h.example.org/v2?api_key=pw"])
def test_a_secret_in_an_address_is_refused_and_not_repeated(url: str) -> None:
    said = problem(CITY.replace("https://311.example.org/v2", url))
    assert "a secret is not written into an address" in said
    assert "pw" not in said


def test_settings_are_typed_for_use(tmp_path: Path) -> None:
    tmp_path.joinpath("config.toml").write_text(
        "\ufeff"
        '[store]\nurl = "sqlite:///sub/x.db"\n[desk]\nactor = "ana"\nrole = "call_taker"\n'
        'timezone = "America/Chicago"\n'
        "[messages]\nhold_seconds = 0\n[city]\nextent = [-89.2, 30.3, -89.0, 30.5]\n"
        '[map]\nbase = "b.npz"\nareas = ["wards.geojson"]\naddresses = ["a.csv", "b.csv"]\n'
        'tiles = "city.mbtiles"\nlayers = { streets = "s.geojson" }\n'
        + CITY
        + 'api_key = "env:KEY"\nupdates = "patch"\ndialect = "citysdk"\npoll_seconds = 7\n'
        '[upstream.status_out]\non_hold = "WAITING"\n',
        encoding="utf-8",
    )
    found = settings.load(tmp_path)
    assert found.store_url == f"sqlite:///{tmp_path.as_posix()}/sub/x.db"
    assert found.actor.name == "ana"
    assert found.actor.roles == {Role.CALL_TAKER}
    assert found.timezone == ZoneInfo("America/Chicago")
    assert found.hold == timedelta(0)
    assert found.is_outside(29, -89.1)
    assert not found.is_outside(30.4, -89.1)
    assert found.base_map == tmp_path / "b.npz"
    assert found.map_layers == {"streets": tmp_path / "s.geojson"}
    assert found.area_files == (tmp_path / "wards.geojson",)
    assert found.address_files == (tmp_path / "a.csv", tmp_path / "b.csv")
    assert found.tiles == str(tmp_path / "city.mbtiles")
    (upstream,) = found.upstreams
    assert (upstream.updates, upstream.dialect, upstream.poll_seconds) == (UpdatesBy.PATCH, Dialect.CITYSDK, 7)
    assert (upstream.api_key, upstream.status_out) == ("env:KEY", {"on_hold": "WAITING"})
    assert settings.load(tmp_path, "ben").actor.name == "ben"
    with pytest.raises(Invalid, match="--as"):
        settings.load(tmp_path, "two\nlines")


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b"[desk]\nactor = '\xff'\n")
    with pytest.raises(Invalid, match="not UTF-8"):
        settings.load(tmp_path)
    file.unlink()
    file.mkdir()
    with pytest.raises(Expected, match="cannot be read"):
        settings.load(tmp_path)


def test_tiles_by_address_are_taken_as_they_are(tmp_path: Path) -> None:
    address = "https://tiles.example.org/{z}/{x}/{y}.png"
    config = settings.parse(f'[map]\ntiles = "{address}"')
    assert settings.Settings(tmp_path, config).tiles == address


def test_the_systems_zone_follows_tz(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    assert settings.load(tmp_path).timezone == ZoneInfo("America/New_York")
    monkeypatch.setenv("TZ", "no/such/zone")
    assert settings.load(tmp_path).timezone is not None


def test_without_a_log_in_name_there_still_is_an_actor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def nobody() -> str:
        raise KeyError("uid 12345")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert settings.load(tmp_path).actor.name == "desk"


def test_every_key_has_a_sentence_a_default_and_bounds() -> None:
    lines = [line.removeprefix("# ") if line.startswith("# #") else line for line in as_toml(Config())]
    keys = [i for i, line in enumerate(lines) if re.match(r"(# )?\w+ = ", line)]
    assert len(keys) > 40
    for i in keys:
        assert lines[i - 1].startswith("# "), lines[i]
        assert "; default " in lines[i - 1] or "; required)" in lines[i - 1], lines[i]


words = st.text(st.characters(codec="utf-8"), max_size=20)
names = st.text("abcdefgh-_.", min_size=1, max_size=10)
upstreams = st.builds(
    UpstreamKeys,
    name=names,
    url=st.just("https://h.example.org/v2"),
    jurisdiction_id=words,
    poll_seconds=st.integers(1, 86400),
    status_out=st.dictionaries(st.sampled_from(["on_hold", "closed/fixed"]), words),
    status_in=st.dictionaries(words, st.sampled_from(["on_hold", "closed/fixed"]), max_size=3),
)
configs = st.builds(
    Config,
    desk=st.builds(DeskKeys, actor=words.filter(lambda t: t.isprintable() and (not t or bool(t.strip())))),
    messages=st.builds(MessageKeys, hold_seconds=st.integers(0, 3600)),
    map=st.builds(MapKeys, areas=st.tuples(words, words), tiles_attribution=words),
    keys=st.dictionaries(words, words, max_size=3),
    upstream=st.lists(upstreams, max_size=2, unique_by=lambda u: u.name).map(tuple),
    urgency=st.lists(
        st.builds(UrgencyKeys, question=words.filter(bool), hours=st.integers(1, 720), tell=words),
        min_size=1,
        max_size=3,
        unique_by=lambda u: u.question.casefold(),
    ).map(tuple),
    crew=st.lists(
        st.builds(CrewKeys, name=words.filter(bool), skills=st.tuples(words)),
        max_size=2,
        unique_by=lambda c: c.name.casefold(),
    ).map(tuple),
)


@given(configs)
def test_what_config_prints_reads_back_as_the_same_settings(config: Config) -> None:
    text = "\n".join(as_toml(config))
    assert settings.parse(text) == config


@given(st.dictionaries(words, st.one_of(words, st.integers(), st.dictionaries(words, st.integers(), max_size=2))))
def test_any_unknown_key_is_named_with_one_that_exists(raw: dict[str, object]) -> None:
    known = set(Config.__struct_fields__)
    text = "\n".join(as_toml(Config(keys={})))
    try:
        unknown_keys(raw, Config)
    except Invalid as said:
        nearest = said.sentence.split("the nearest is “")[1].split("”")[0]
        assert nearest in known or nearest.split("] ")[1] + " = " in text
    else:
        assert set(raw) <= known


def test_the_text_is_valid_toml_even_with_odd_letters() -> None:
    config = Config(city=msgspec.structs.replace(Config().city, name='A"\\\x7f\t城'))
    assert tomllib.loads("\n".join(as_toml(config)))["city"]["name"] == 'A"\\\x7f\t城'
