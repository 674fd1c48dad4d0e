"""Online geocoders over real HTTP on loopback: what each is asked, how its answers read, and how each fault is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from services.errors import Expected, Invalid, KeyRefused, Offline, Refused, Unreadable
from services.geo.places import Found
from services.intake import geocoding
from services.intake.geocoders import SERVICES
from services.intake.geocoding import Geocoder
from tests.services.upstream.loopback import HTML_PAGE, Loopback, Reply, as_json

GULFPORT = (-89.2, 30.3, -89.0, 30.5)
NOMINATIM = [
    {
        "place_id": 1,
        "licence": "Data © OpenStreetMap contributors",
        "lat": "30.3674",
        "lon": "-89.0928",
        "category": "building",
        "importance": 0.2,
        "display_name": "2309, 15th Street, Gulfport, Harrison County, Mississippi, 39501, United States",
        "address": {"house_number": "2309", "road": "15th Street", "postcode": "39501", "suburb": "Soria City"},
    },
    {"lat": "30.36", "lon": "-89.09", "display_name": "Jones Park, Gulfport, Mississippi", "importance": None},
    {"lat": "42.36", "lon": "-71.06", "display_name": "15th Street, Boston", "address": {"road": "15th Street"}},
]
PHOTON = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [-89.0928, 30.3674]},
            "properties": {
                "osm_type": "W",
                "osm_key": "building",
                "housenumber": "2309",
                "street": "15th Street",
                "postcode": "39501",
                "city": "Gulfport",
                "extent": [-89.1, 30.4, -89.0, 30.3],
            },
        },
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [-89.09, 30.36]},
            "properties": {"osm_key": "highway", "name": "15th Street", "city": "Gulfport"},
        },
    ],
}
ARCGIS = {
    "spatialReference": {"wkid": 4326, "latestWkid": 4326},
    "candidates": [
        {
            "address": "2309 15th St, Gulfport, Mississippi, 39501",
            "location": {"x": -89.0928, "y": 30.3674},
            "score": 97.5,
            "attributes": {},
            "extent": {"xmin": -89.1, "ymin": 30.3, "xmax": -89.0, "ymax": 30.4},
        }
    ],
}
CENSUS = {
    "result": {
        "input": {"address": {"address": "2309 15th St, Gulfport, MS"}},
        "addressMatches": [
            {
                "matchedAddress": "2309 15TH ST, GULFPORT, MS, 39501",
                "coordinates": {"x": -89.0928, "y": 30.3674},
                "tigerLine": {"side": "L", "tigerLineId": "1"},
                "addressComponents": {"zip": "39501", "city": "GULFPORT", "state": "MS"},
            }
        ],
    }
}
RECORDED: dict[str, object] = {"nominatim": NOMINATIM, "photon": PHOTON, "arcgis": ARCGIS, "census": CENSUS}


@dataclass
class Clock:
    """A clock that stands until somebody waits."""

    at: float = 100.0
    waited: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.at

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.at += seconds


@contextmanager
def asking(
    kind: str, reply: Reply | Callable[[], Reply], *, key: str = "", town: str = "", clock: Clock | None = None
) -> Iterator[tuple[Geocoder, Loopback]]:
    time = clock or Clock()
    with Loopback(lambda _: reply if isinstance(reply, Reply) else reply()) as server:
        url = f"http://127.0.0.1:{server.port}/geo/"
        geocoder = Geocoder(kind, url, key=key, extent=GULFPORT, town=town, now=time.now, wait=time.wait)
        try:
            yield geocoder, server
        finally:
            geocoder.close()


@pytest.mark.parametrize("kind", SERVICES)
def test_recorded_answers_read_as_the_same_place(kind: str) -> None:
    with asking(kind, as_json(RECORDED[kind])) as (geocoder, _):
        found = geocoder.find("2309 15th st").found[0]
    assert found.label.casefold().removesuffix("reet") == "2309 15th st"
    assert (found.lat, found.lon, found.kind, found.note) == (30.3674, -89.0928, "address", "online geocoder")
    assert 0 < found.score <= 1
    assert found.zipcode in {"39501", ""}


@pytest.mark.parametrize(
    ("kind", "path", "asked"),
    [
        (
            "nominatim",
            "/geo/search",
            {"q": "a st", "format": "jsonv2", "viewbox": "-89.20000,30.30000,-89.00000,30.50000"},
        ),
        ("photon", "/geo/api", {"q": "a st", "lat": "30.40000", "lon": "-89.10000", "limit": "5"}),
        ("arcgis", "/geo/findAddressCandidates", {"SingleLine": "a st", "f": "json", "outSR": "4326"}),
        ("census", "/geo/locations/onelineaddress", {"address": "a st", "benchmark": "Public_AR_Current"}),
    ],
)
def test_each_is_asked_as_its_documents_say(kind: str, path: str, asked: dict[str, str]) -> None:
    with asking(kind, as_json(RECORDED[kind]), key="s3cret") as (geocoder, server):
        geocoder.find(" a   st ")
    (ask,) = server.asks
    assert ask.target.partition("?")[0] == path
    assert asked.items() <= dict(ask.query).items()
    assert ask.get(SERVICES[kind].key_name) == "s3cret"
    assert ask.headers["User-Agent"].startswith("ConnectConsole")


def test_other_kinds_of_places_and_those_outside_the_city() -> None:
    with asking("nominatim", as_json(NOMINATIM)) as (geocoder, _):
        answer = geocoder.find("15th")
    assert [(f.label, f.kind, f.area) for f in answer.found] == [
        ("2309 15th Street", "address", "Soria City"),
        ("Jones Park, Gulfport", "landmark", ""),
    ]
    assert answer.outside == 1
    with asking("photon", as_json(PHOTON)) as (geocoder, _):
        assert [f.kind for f in geocoder.find("15th").found] == ["address", "street"]


def test_the_town_is_put_behind_what_is_typed_once() -> None:
    with asking("census", as_json(CENSUS), town="Gulfport, MS") as (geocoder, server):
        geocoder.find("2309 15th st")
        geocoder.find("2309 15th st, gulfport, ms")
    assert [ask.get("address") for ask in server.asks] == ["2309 15th st, Gulfport, MS", "2309 15th st, gulfport, ms"]


def test_an_answer_is_kept_and_nothing_is_asked_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geocoding, "KEPT", 2)
    with asking("arcgis", as_json(ARCGIS)) as (geocoder, server):
        assert geocoder.find("  ").found == ()
        for typed in ("a st", "A  ST", "b st", "c st", "b st", "a st"):
            assert geocoder.find(typed).found
        assert [ask.get("SingleLine") for ask in server.asks] == ["a st", "b st", "c st", "a st"]


def test_no_more_than_a_call_a_second_where_the_rules_say_so() -> None:
    clock = Clock()
    with asking("nominatim", as_json([]), clock=clock) as (geocoder, _):
        for typed in ("a", "b"):
            geocoder.find(typed)
        clock.at += 5
        geocoder.find("c")
    assert clock.waited == [1.0]
    assert {kind for kind, service in SERVICES.items() if service.pause >= 1} == {"nominatim", "photon", "census"}


@pytest.mark.parametrize(
    ("reply", "kind", "says"),
    [
        (as_json({}, 403), KeyRefused, "The geocoder wants a key, or does not serve us (403)."),
        (as_json({}, 429, Retry_After="7"), Offline, "The geocoder asks to be left alone for a while (429)."),
        (as_json({}, 502), Offline, "The geocoder is out of order (502)."),
        (as_json({"errors": ["x"], "status": "400"}, 400), Refused, "The geocoder said no (400)."),
        (as_json({"error": {"code": 498, "message": "Invalid token."}}), KeyRefused, "wants a key"),
        (as_json({"error": {"code": 400, "message": "Unable\nto find"}}), Refused, "said no (400): Unable to find."),
        (HTML_PAGE, Unreadable, "The geocoder answered with something that cannot be read."),
        (as_json({"candidates": [{"address": "x", "location": {"x": 500, "y": 1}}]}), Unreadable, "cannot be read"),
        (as_json({"candidates": "none"}), Unreadable, "cannot be read"),
        (Reply(302, headers={"Location": "http://example.org/"}), Refused, "another server"),
    ],
)
def test_each_fault_is_a_sentence_with_a_remedy(reply: Reply, kind: type[Expected], says: str) -> None:
    with asking("arcgis", reply) as (geocoder, _), pytest.raises(kind) as caught:
        geocoder.find("a st")
    assert type(caught.value) is kind
    assert says in caught.value.sentence
    assert caught.value.remedy
    if isinstance(caught.value, Offline) and "429" in caught.value.sentence:
        assert caught.value.retry_after == 7


def test_a_key_that_is_not_taken_is_said() -> None:
    with (
        asking("arcgis", as_json({}, 401), key="k") as (geocoder, _),
        pytest.raises(KeyRefused, match="not take the key"),
    ):
        geocoder.find("a st")


def test_what_failed_is_asked_again() -> None:
    replies = iter([as_json({}, 403), as_json(ARCGIS)])
    with asking("arcgis", lambda: next(replies)) as (geocoder, _):
        with pytest.raises(KeyRefused):
            geocoder.find("a st")
        assert geocoder.find("a st").found


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(Invalid, match="There is no geocoder “bing”"):
        Geocoder("bing", "http://127.0.0.1:1")


def test_without_an_extent_nothing_is_outside() -> None:
    with Loopback(lambda _: as_json(PHOTON)) as server:
        geocoder = Geocoder("photon", f"http://127.0.0.1:{server.port}")
        found: tuple[Found, ...] = geocoder.find("15th").found
        geocoder.close()
    assert len(found) == 2
    assert not {"lat", "lon"} & {name for name, _ in server.asks[0].query}
