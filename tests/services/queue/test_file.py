"""A snapshot comes back from its file as it was; a file that is not whole, not this store's or older is refused."""

from __future__ import annotations

import stat
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from services.domain.queue_row import QueueRow
from services.queue import file, packed
from services.queue.kept import Kept
from services.queue.moments import Moments
from services.queue.packed import Words
from services.queue.query import Order, parse, run
from services.queue.snapshot import Snapshot, apply, build
from tests.services.queue.many import CREWS as MANY_CREWS
from tests.services.queue.many import many
from tests.services.queue.meanings import MOMENT
from tests.services.queue.rows import CREWS, queues
from tests.services.queue.test_query import none_found
from tests.services.queue.test_snapshot import expected, row_at

STORE = "a-store"
slow = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)


@slow
@given(queues(), queues())
def test_what_was_saved_is_loaded_and_can_be_changed(
    tmp_path: Path, rows: list[QueueRow], more: list[QueueRow]
) -> None:
    path = tmp_path / "queue"
    saved = build(rows, CREWS, head=12)
    before = run(saved, parse("status:open"), MOMENT, none_found, Order("address"))
    assert file.save(saved, path, STORE)
    loaded = file.load(path, STORE)
    assert loaded is not None
    assert (loaded.head, list(loaded.crews), len(loaded)) == (12, list(CREWS), len(rows))
    assert [row_at(loaded, i) for i in range(len(loaded))] == [row_at(saved, i) for i in range(len(saved))]
    assert saved.kept.keys() == loaded.kept.keys()
    assert np.array_equal(run(loaded, parse("status:open"), MOMENT, none_found, Order("address")), before)
    changed = apply(loaded, more, CREWS, 13)
    truth = {r.id: r for r in [*rows, *more]}
    assert [row_at(changed, i) for i in range(len(changed))] == [expected(truth[i]) for i in sorted(truth)]
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "queue"
    snapshot = build(many(60), MANY_CREWS)
    run(snapshot, parse(""), MOMENT, none_found)
    assert file.save(snapshot, path, STORE)
    return path.read_bytes()


@slow
@given(st.data())
def test_any_flipped_byte_is_noticed(tmp_path: Path, whole: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(whole) - 1))
    flipped = bytearray(whole)
    flipped[at] ^= data.draw(st.integers(1, 255))
    assert load(tmp_path, bytes(flipped)) is None


@slow
@given(st.data())
def test_a_file_cut_short_or_grown_is_noticed(tmp_path: Path, whole: bytes, data: st.DataObject) -> None:
    assert load(tmp_path, whole[: data.draw(st.integers(0, len(whole) - 1))]) is None
    assert load(tmp_path, whole + bytes(data.draw(st.integers(1, 200)))) is None


def load(folder: Path, content: bytes) -> object:
    path = folder / "queue"
    path.write_bytes(content)
    return file.load(path, STORE)


@slow
@given(st.data())
def test_any_two_numbers_that_changed_places_are_noticed(tmp_path: Path, whole: bytes, data: st.DataObject) -> None:
    numbers = np.frombuffer(whole[: len(whole) // 8 * 8], np.uint64).copy()
    near = st.integers(1, 600) | st.integers(1, len(numbers) - 1)
    one = data.draw(st.integers(0, len(numbers) - 1))
    other = (one + data.draw(near)) % len(numbers)
    assume(numbers[one] != numbers[other])
    numbers[[one, other]] = numbers[[other, one]]
    assert load(tmp_path, numbers.tobytes() + whole[len(numbers) * 8 :]) is None


def test_two_ids_that_changed_places_are_noticed(tmp_path: Path) -> None:
    """Byte for byte they add up to the same."""
    path = tmp_path / "queue"
    assert file.save(build(many(300), MANY_CREWS), path, STORE)
    content = path.read_bytes()
    at = content.index(np.arange(1, 301).tobytes())
    ids = np.arange(1, 301)
    ids[[0, 255]] = ids[[255, 0]]
    assert load(tmp_path, content) is not None
    assert load(tmp_path, content[:at] + ids.tobytes() + content[at + 2400 :]) is None


def odd(snapshot: Snapshot, **parts: object) -> Words:
    """The addresses with some of their parts as these."""
    words = snapshot.address_words
    made = Words(parts.get("blob", words.blob), parts.get("ends", words.ends))  # type: ignore[arg-type]
    made.__dict__["order"] = parts.get("order", words.order)
    return made


def happened(snapshot: Snapshot, **other: Moments) -> Snapshot:
    return replace(snapshot, happened={**snapshot.happened, **other})


SOME = np.array([1], np.int64)
STEP = build(many(60), MANY_CREWS).address_words.order[1]
ODD: dict[str, Callable[[Snapshot], Snapshot]] = {
    "ids that do not ascend": lambda s: replace(s, ids=s.ids[::-1].copy()),
    "an id twice": lambda s: replace(s, ids=np.zeros_like(s.ids)),
    "a service too many": lambda s: replace(s, service_idx=s.service_idx + len(s.services)),
    "a crew below none": lambda s: replace(s, crew_idx=s.crew_idx - 2),
    "an unknown status": lambda s: replace(s, status=np.full_like(s.status, 100)),
    "a facet too many": lambda s: replace(s, facet=np.full_like(s.facet, len(s.facets))),
    "an area too many among the facets": lambda s: replace(s, areas=s.areas[:-1]),
    "an address too many": lambda s: replace(s, address_idx=s.address_idx + len(s.address_words)),
    "fewer rows in a column": lambda s: replace(s, x=s.x[:-1]),
    "fewer codes than services": lambda s: replace(s, service_codes=s.service_codes[:-1]),
    "words beyond their end": lambda s: replace(
        s, address_words=Words(s.address_words.blob[:-1], s.address_words.ends)
    ),
    "words that end before they begin": lambda s: replace(
        s, address_words=Words(s.address_words.blob, np.roll(s.address_words.ends, 1))
    ),
    "facets of two lengths": lambda s: replace(s, facets=replace(s.facets, flags=s.facets.flags[:-1])),
    "something that happened to no row": lambda s: happened(s, told=Moments(np.array([60], np.int32), np.array([1]))),
    "something that happened at no time": lambda s: happened(s, reopened=Moments(np.array([0, 1], np.int32), SOME)),
    "what happened in no order": lambda s: happened(s, undelivered=Moments(np.array([5, 4], np.int32), np.arange(2))),
    "an order of other rows": lambda s: replace(
        s, kept={(("due", False),): Kept(np.arange(1, 61, dtype=np.int32), 60, np.empty(0, np.int64))}
    ),
}


@pytest.mark.parametrize("what", ODD)
def test_what_points_nowhere_is_refused(tmp_path: Path, what: str) -> None:
    path = tmp_path / "queue"
    snapshot = build(many(60), MANY_CREWS)
    assert file.save(snapshot, path, STORE)
    assert file.load(path, STORE) is not None
    assert file.save(ODD[what](snapshot), path, STORE)
    assert file.load(path, STORE) is None


@pytest.mark.parametrize(
    ("old", "new"), [(b'"ids","<i8"', b'"ids","<z8"'), (b'"ids","<i8"', b'"ids","|O8"'), (b'"ids"', b'"idx"')]
)
def test_a_section_of_an_odd_type_and_one_that_is_not_there(
    tmp_path: Path, whole: bytes, old: bytes, new: bytes
) -> None:
    end = file._START + int.from_bytes(whole[8:16], "little")
    said = whole[file._START : end].replace(old, new)
    assert said != whole[file._START : end]
    assert load(tmp_path, whole[:16] + file._digest(said) + said + whole[end:]) is None


def test_another_store_an_older_program_and_no_file(tmp_path: Path) -> None:
    path = tmp_path / "queue"
    assert file.load(path, STORE) is None
    snapshot = build(many(5), MANY_CREWS)
    assert file.save(snapshot, path, "another")
    assert file.load(path, STORE) is None
    assert file.load(path) is not None
    with patch.object(file, "VERSION", file.VERSION + 1):
        assert file.load(path, "another") is None
    path.write_bytes(b"")
    assert file.load(path, STORE) is None


def test_a_header_that_is_whole_but_says_something_else(tmp_path: Path, whole: bytes) -> None:
    said = msgspec.json.encode({"version": 0})
    start = whole[:8] + len(said).to_bytes(8, "little") + file._digest(said)
    assert load(tmp_path, start + said) is None


def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not file.save(build([], ()), tmp_path / "file" / "queue", STORE)
    (tmp_path / "taken" / "inside").mkdir(parents=True)
    assert not file.save(build([], ()), tmp_path / "taken", STORE)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "taken"]


def test_a_stale_order_is_not_saved(tmp_path: Path) -> None:
    rows = list(many(50))
    snapshot = build(rows, MANY_CREWS)
    run(snapshot, parse(""), MOMENT, none_found)
    run(snapshot, parse(""), MOMENT, none_found, Order("status"))
    changed = apply(snapshot, [rows[3]._replace(due_ms=5, status="new")], MANY_CREWS, 2)
    run(changed, parse(""), MOMENT, none_found, Order("status"))
    assert file.save(changed, tmp_path / "queue", STORE)
    loaded = file.load(tmp_path / "queue", STORE)
    assert loaded is not None
    assert list(loaded.kept) == [(("status", False),)]


def test_the_order_of_the_addresses_is_left_for_the_next_start(tmp_path: Path) -> None:
    snapshot = build(many(300), MANY_CREWS)
    assert file.save(snapshot, tmp_path / "queue", STORE)
    loaded = file.load(tmp_path / "queue", STORE)
    assert loaded is not None
    with patch.object(packed, "natural_order", side_effect=AssertionError):
        rows = run(loaded, parse(""), MOMENT, none_found, Order("address"))
    assert np.array_equal(rows, run(build(many(300), MANY_CREWS), parse(""), MOMENT, none_found, Order("address")))
