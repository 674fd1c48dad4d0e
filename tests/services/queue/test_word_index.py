"""The index of a real store: built, kept current through every change, read back, and refused when not sound."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.status import ALL_ROLES, Outcome, Status
from services.domain.values import Actor, EventKind
from services.queue import posting_file, tokens, word_index
from services.queue.letters import Letters
from services.queue.posting_file import Interrupted
from services.queue.postings import is_mask
from services.queue.word_index import Index, build_index, open_index
from services.store import commands, queries, wording
from services.store.acting import Acting
from services.store.backup import backup, restore
from services.store.erase import erase_caller, erase_description, erase_text
from services.store.store import Store
from services.store.wording import index_file
from tests.services.clock import Clock
from tests.services.store.parts import POLICIES, logged, pull, shown

LETTERS = Letters()
WORDS = ("Ytterbium", "tree", "main", "26-00", "000003", "xa", "zinc oxide", "o'neill", "5550199", "down tre")


def never() -> bool:
    return False


def acting(store: Store) -> Acting:
    return Acting(store, Actor("ana", ALL_ROLES), POLICIES, timedelta(seconds=10))


def ids_of(index: Index, words: str) -> list[int]:
    rows = index.find(words)
    assert not is_mask(rows) or len(rows) == len(index)
    listed: list[int] = index.ids[rows].tolist()
    return listed


def agrees(index: Index, store: Store) -> None:
    for words in WORDS:
        assert ids_of(index, words) == queries.search(store, words), words


def built(store: Store) -> Index:
    return build_index(LETTERS, store, never)


def caught_up(index: Index, store: Store) -> Index:
    news = index.caught_up(store, 1_000)
    assert news is not None
    return news


CHANGES: dict[str, Callable[[Store, int], object]] = {
    "pull": lambda s, n: pull(s, shown(f"u{n}", description=f"zinc oxide {n}"), shown("a", description="Ytterbium")),
    "change": lambda s, n: pull(s, shown("a", description=f"Tree again {n}", updated=None)),
    "note": lambda s, n: commands.add_note(acting(s), [n % 3 + 1], f"O'Neill said zinc-oxide {n}"),
    "log": lambda s, n: logged(acting(s), name="Xaverius", phone="555-0199", description=f"Tree down {n}"),
    "close": lambda s, n: commands.add_note(acting(s), [1, 2, 3], "Ytterbium"),
    "erase": lambda s, n: erase_description(acting(s), n % 3 + 1),
}


@given(st.lists(st.sampled_from(sorted(CHANGES)), max_size=12), st.integers(0, 12))
def test_kept_current_it_answers_what_the_store_answers(
    tmp_path_factory: pytest.TempPathFactory, changes: list[str], start: int
) -> None:
    store = Store.open(f"sqlite:///{tmp_path_factory.mktemp('store')}/desk.db", clock=Clock())
    try:
        pull(store, shown("a"), shown("b", description="Zinc oxide"), shown("c"))
        index: Index | None = None
        for n, name in enumerate(changes):
            CHANGES[name](store, n)
            if n == start:
                index = built(store)
            if index is not None:
                index = caught_up(index, store)
                agrees(index, store)
        agrees(built(store), store)
    finally:
        store.close()


def test_layers_grow_few_and_rows_stay_those_of_the_ids(store: Store) -> None:
    pull(store, *(shown(f"u{n}") for n in range(200)))
    index = built(store)
    for n in range(40):
        commands.add_note(acting(store), [n * 5 % 199 + 1], f"Wolframite w{n}")
        index = caught_up(index, store)
    assert len(index.layers) < 8
    assert sum(len(layer.segment) for layer in index.layers[1:]) == 40
    assert len(ids_of(index, "wolframite")) == 40
    assert ids_of(index, "w17") == queries.search(store, "w17")
    pull(store, *(shown(f"v{n}", description="Wolframite") for n in range(3)))
    index = caught_up(index, store)
    assert len(index) == 203
    assert np.array_equal(index.ids, np.arange(1, 204))
    assert ids_of(index, "wolframite")[-3:] == [201, 202, 203]
    assert caught_up(index, store) is index


def test_too_much_at_once_or_a_row_in_between_is_for_a_new_one(store: Store) -> None:
    pull(store, shown("a"), shown("b"))
    index = built(store)
    commands.add_note(acting(store), [1, 2], "Wolframite")
    assert index.caught_up(store, 1) is None
    gapped = Index(LETTERS, np.array([1, 9], np.int64), index.head, index.layers)
    assert gapped.caught_up(store, 10) is None
    unknown = Index(LETTERS, np.array([1], np.int64), index.head, index.layers)
    assert len(caught_up(unknown, store)) == 2


def test_what_changes_no_words_is_not_read_again(store: Store) -> None:
    pull(store, shown("a"))
    index = built(store)
    logged(acting(store))
    before = wording.reworded(store, index.head)
    assert (before.ids, before.erased) == ((2,), False)
    commands.set_status(acting(store), [2], Status.CLOSED, Outcome.FIXED)
    after = wording.reworded(store, before.head)
    assert (after.ids, after.erased) == ((), False)
    assert after.head > before.head
    assert caught_up(caught_up(index, store), store).head == store.head()


def test_the_file_is_read_back_and_is_nobody_elses(store: Store, tmp_path: Path) -> None:
    pull(store, *(shown(f"u{n}", description=f"Tree {n} " + "long" * 9) for n in range(50)))
    index = built(store)
    file = index_file(tmp_path / "desk.db")
    assert file.stat().st_mode & 0o777 == 0o600
    assert sorted(p.name for p in tmp_path.glob("*.words*")) == ["desk.db.words"]
    commands.add_note(acting(store), [7], "Wolframite")
    again = open_index(LETTERS, store, never)
    assert again is not None
    assert (again.head, again.overlaid, len(again)) == (index.head, 0, 50)
    assert ids_of(again, "wolframite") == []
    agrees(caught_up(again, store), store)
    assert ids_of(again, "longlonglonglonglonglonglonglonglong") == list(range(1, 51))


@pytest.mark.parametrize("at", [0, 9, 40, 4095, 4096, 4500, -1])
def test_a_file_with_one_other_byte_is_refused(store: Store, tmp_path: Path, at: int) -> None:
    pull(store, shown("a"), shown("b"))
    built(store)
    file = index_file(tmp_path / "desk.db")
    whole = bytearray(file.read_bytes())
    used = len(whole[:4096].rstrip(b"\0"))
    whole[at if at != 4095 else used - 1] ^= 1
    file.write_bytes(whole)
    assert open_index(LETTERS, store, never) is None
    assert not file.exists()
    agrees(built(store), store)


def test_a_file_of_a_store_of_another_shape_is_built_anew(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    pull(store, shown("a"))
    with monkeypatch.context() as before:
        before.setattr(wording, "HEAD", "0001")
        built(store)
    assert open_index(LETTERS, store, never) is None


@pytest.mark.parametrize("size", [0, 3, 12, 4096, 4100])
def test_a_file_that_is_cut_off_is_refused(store: Store, tmp_path: Path, size: int) -> None:
    pull(store, shown("a"))
    built(store)
    os.truncate(index_file(tmp_path / "desk.db"), size)
    assert open_index(LETTERS, store, never) is None


def test_a_file_of_another_store_other_rules_or_another_past_is_refused(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull(store, shown("a"))
    copy = backup(f"sqlite:///{tmp_path}/desk.db", tmp_path / "copy.db")
    pull(store, shown("b", description="Ytterbium"))
    built(store)
    file = index_file(tmp_path / "desk.db")
    kept = file.read_bytes()
    assert posting_file.load(file, "another", never) is None
    with monkeypatch.context() as patched:
        patched.setattr(posting_file, "_RULES", "ascii")
        assert posting_file.load(file, store.store_id, never) is None
    store.close()
    restore(copy, f"sqlite:///{tmp_path}/desk.db")
    put_back = Store.open(f"sqlite:///{tmp_path}/desk.db")
    try:
        assert open_index(LETTERS, put_back, never) is None
        pull(put_back, shown("c", description="Zirconium"))
        file.write_bytes(kept)
        assert open_index(LETTERS, put_back, never) is None
    finally:
        put_back.close()


def test_erased_words_are_in_no_file(store: Store, tmp_path: Path) -> None:
    logged(acting(store), name="Xaverius", phone="5550199", description="Ytterbium")
    commands.add_note(acting(store), [1], "Wolframite")
    index = built(store)
    detail = queries.detail(store, 1)
    note = next(e for e in detail.events if e.kind is EventKind.NOTE)
    kept = index_file(tmp_path / "desk.db").read_bytes()
    assert b"xaverius" in kept
    for erase, of in ((erase_caller, detail.callers[0].id), (erase_text, note.id), (erase_description, 1)):
        index_file(tmp_path / "desk.db").write_bytes(kept)
        erase(acting(store), of)
        assert not index_file(tmp_path / "desk.db").exists()
    assert ids_of(caught_up(index, store), "xaverius") == []
    index_file(tmp_path / "desk.db").write_bytes(kept)
    assert open_index(LETTERS, store, never) is None
    assert ids_of(built(store), "wolframite") == []
    for file in tmp_path.iterdir():
        for word in (b"xaverius", b"5550199", b"ytterbium", b"wolframite"):
            assert word not in file.read_bytes().lower(), (word, file)


def test_words_erased_while_it_is_built_are_not_in_it(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once before the file has its name (its part is deleted), once after."""
    logged(acting(store), description="Ytterbium")
    logged(acting(store), description="Wolframite")
    seal, write = posting_file.Draft.seal, word_index._write

    def erasing_first(*given: object) -> None:
        if queries.search(store, "ytterbium"):
            erase_description(acting(store), 1)
        seal(*given)  # type: ignore[arg-type]

    def erasing_then(*given: object) -> None:
        write(*given)  # type: ignore[arg-type]
        if queries.search(store, "wolframite"):
            written = index_file(tmp_path / "desk.db").read_bytes()
            erase_description(acting(store), 2)
            index_file(tmp_path / "desk.db").write_bytes(written)

    monkeypatch.setattr(posting_file.Draft, "seal", erasing_first)
    monkeypatch.setattr(word_index, "_write", erasing_then)
    index = built(store)
    assert ids_of(index, "ytterbium") == ids_of(index, "wolframite") == []
    kept = index_file(tmp_path / "desk.db").read_bytes()
    assert b"ytterbium" not in kept
    assert b"wolframite" not in kept


@pytest.mark.parametrize("after", [0, 1, 2, 4, 8, 12])
def test_told_to_end_it_ends_and_leaves_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    monkeypatch.setattr(tokens, "BLOCK", 16)
    monkeypatch.setattr(wording, "_NEXT", wording._NEXT.replace(str(wording.CHUNK), "2"))
    pull(store, *(shown(f"u{n}") for n in range(5)))
    asked = 0

    def stopped() -> bool:
        nonlocal asked
        asked += 1
        return asked > after

    with pytest.raises(Interrupted):
        build_index(LETTERS, store, stopped)
    assert not list(tmp_path.glob("*.words*"))
    agrees(built(store), store)


def test_a_file_that_does_not_hold_what_was_written_is_an_error(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    pull(store, shown("a"))
    monkeypatch.setattr(posting_file, "load", lambda *_: None)
    with pytest.raises(OSError, match="Input/output"):
        built(store)


def test_an_empty_store_and_one_that_grows(store: Store) -> None:
    index = built(store)
    assert (len(index), ids_of(index, "tree"), ids_of(index, "")) == (0, [], [])
    pull(store, shown("a"), shown("b"))
    agrees(caught_up(index, store), store)
    again = open_index(LETTERS, store, never)
    assert again is not None
    agrees(caught_up(again, store), store)


def test_a_store_in_no_file_has_no_index(store: Store) -> None:
    store.path = None
    assert open_index(LETTERS, store, never) is None
    with pytest.raises(OSError, match="not supported"):
        built(store)
