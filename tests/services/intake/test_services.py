"""Services are suggested by what was said in past requests and by what they are called, each with its reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.values import Service
from services.intake import services as intake
from services.intake.services import WordModel, learn, learned
from services.store.descriptions import newest
from services.store.store import Store
from services.store.upstreams import apply_services
from tests.services.clock import NOON
from tests.services.intake.test_naming import ALL, CAR, HOLE, PLANT, TREE
from tests.services.store.parts import pull, shown

SAID = {
    HOLE: ["Deep hole, cars swerve", "A hole in the lane", "The hole is back and cars hit it", "Kowalski says: hole"],
    TREE: ["A branch fell", "The branch lies on two cars"] * 3,
    PLANT: ["Please plant a tree", "The branch is too low"] * 2,
}
NEW = Service("N", "Noise at Night", "city")


@pytest.fixture(scope="module")
def model() -> WordModel:
    return learned(ALL, [("city", service.code, text) for service, texts in SAID.items() for text in texts])


@pytest.mark.parametrize(
    ("typed", "best", "reason"),
    [
        ("hole", HOLE, "“hole” in 4 requests"),
        ("big ho", HOLE, "“hole” in 4 requests"),
        ("branch", TREE, "“branch” in 6 requests"),
        ("braches ", TREE, "“branch” in 6 requests"),
        ("branch car", TREE, "“branch” in 6 requests; “car” in 3 requests"),
        ("potohle", HOLE, "“pothole” in its name"),
        ("pothole swerving", HOLE, "“pothole” in its name"),
        ("vehicles abandon", CAR, "“vehicle”, “abandoned” in its name"),
        ("fallen", TREE, "“fallen” in its description"),
        ("limb", TREE, "“limb” in its keywords"),
        ("tree", TREE, "“tree” in its name"),
    ],
)
def test_the_best_and_why(model: WordModel, typed: str, best: Service, reason: str) -> None:
    first = model.suggest(ALL, typed)[0]
    assert (first.service, first.reason) == (best, reason)


def test_words_are_read_alike_however_often_and_how_many(model: WordModel, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = "the branch fell on cars, a hole in the lane"
    first = model.suggest(ALL, typed)
    assert model.suggest(ALL, typed) == first
    monkeypatch.setattr(intake, "KEPT", 2)
    assert model.suggest(ALL, typed) == first


def test_with_nothing_typed_the_most_asked_for_come_first(model: WordModel) -> None:
    assert [s.service for s in model.suggest(ALL, " ")] == [TREE, PLANT, HOLE, CAR]
    assert model.suggest(ALL, "", 1)[0].reason == "Trees"


def test_what_fits_nothing_suggests_nothing(model: WordModel) -> None:
    assert model.suggest(ALL, "zebra") == []
    assert model.suggest((), "hole") == []


def test_rare_words_are_not_learned_for_they_are_names_of_people(model: WordModel) -> None:
    assert model.suggest(ALL, "kowalski") == model.suggest(ALL, "kow") == []


def test_a_service_that_nobody_asked_for_yet_is_found_by_its_name(model: WordModel) -> None:
    assert model.suggest((*ALL, NEW), "noise")[0].service is NEW
    assert model.suggest((*ALL, NEW), "hole")[0].service is HOLE


def test_without_past_requests_the_names_decide() -> None:
    empty = learned(ALL, [])
    assert empty.suggest(ALL, "tree main")[0].service is PLANT
    assert empty.suggest(ALL, "hole")[0].reason == "“hole” as another word for it"
    assert empty.suggest(ALL, "road")[0].reason == "“road” in its description"


def test_what_nobody_lists_is_not_learned_from() -> None:
    model = learned(ALL, [("city", "gone", "hole hole"), ("elsewhere", "P", "hole")] * 5)
    assert model.suggest(ALL, "")[0].service is PLANT


@given(st.text(max_size=60), st.integers(1, 5))
def test_any_text_can_be_typed(typed: str, most: int) -> None:
    hits = learned(ALL, [("city", "P", "a hole")] * 3).suggest(ALL, typed, most)
    assert len(hits) <= most
    assert len({hit.service.code for hit in hits}) == len(hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_it_is_learned_from_the_store(store: Store) -> None:
    apply_services(store, "city", ALL)
    pull(store, *(shown(f"{i}", service_code="P", service=HOLE.name, description="A crater") for i in range(3)))
    pull(store, *(shown(f"x{i}", service_code="", service="POTHOLE repair", description="A crater") for i in range(2)))
    pull(store, shown("none", service_code="P", service=HOLE.name, description=""))
    assert learn(store).suggest(ALL, "crater")[0].reason == "“crater” in 5 requests"


def test_the_newest_are_learned_from_some_at_a_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    apply_services(store, "city", ALL)
    days = (timedelta(days=i) for i in range(7))
    pull(store, *(shown(f"{i}", description=f"said {i}", requested_at=NOON + day) for i, day in enumerate(days)))
    monkeypatch.setattr("services.store.descriptions.CHUNK", 2)
    assert [row[3] for row in newest(store, 5)] == [f"said {i}" for i in (6, 5, 4, 3, 2)]
    assert len(list(newest(store, 100))) == 7
    assert next(newest(store, 1))[:3] == ("city", "tree", "Tree Emergencies")
    monkeypatch.setattr(intake, "READ", 3)
    assert learn(store).suggest(ALL, "said")[0].reason == "“said” in 3 requests"
