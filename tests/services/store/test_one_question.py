"""How often a desk waits for its server: the fewer questions, the less a busy server or a long line is felt."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from services.domain.status import Status
from services.errors import StoreProblem
from services.store import commands, queries
from services.store.changing import load
from services.store.dialect import at_last, driver, fetched, written
from services.store.store import Store
from tests.services.store.conftest import Act
from tests.services.store.parts import logged

STORES = ("server",)
_ASKED = re.compile(r"^(?:\S+ \S+\t)?F\t\d+\t(?:Sync|Query)\b", re.M)
_PREPARED = 8
"""After so many times a statement is prepared, and its plan is settled."""


@pytest.fixture
def ids(store: Store, act: Act) -> list[int]:
    return [logged(act()).ids[0] for _ in range(2)]


@contextmanager
def opened(url: str) -> Iterator[Store]:
    """The same store, from another desk."""
    with closing(Store.open(url)) as other:
        yield other


def questions(store: Store, folder: Path, work: Callable[[], object]) -> int:
    """How often the server was asked for an answer."""
    with store.read() as connection:
        own = driver(connection).pgconn
    said = folder / "said"
    with said.open("wb") as file:
        own.trace(file.fileno())
        try:
            work()
        finally:
            own.untrace()
    return len(_ASKED.findall(said.read_text("utf-8", "replace")))


def test_a_command_is_two_questions_and_a_colleagues_change_is_one(
    store: Store, act: Act, crew: int, ids: list[int], tmp_path: Path
) -> None:
    head = store.head()
    commands.set_status(act(), ids[1:], Status.ON_HOLD)
    assert questions(store, tmp_path, lambda: commands.assign(act(), ids[1:], crew)) == 2, "its clock stands as before"
    assert questions(store, tmp_path, lambda: commands.assign(act(), ids[:1], crew)) == 2
    assert questions(store, tmp_path, lambda: commands.assign(act(), ids, None)) == 2
    assert questions(store, tmp_path, lambda: queries.news(store, head)) == 1
    with store.read() as connection:
        alone = questions(store, tmp_path, lambda: fetched(connection, "SELECT 1"))
    assert alone == 2, "what counts them counts: here the driver asks BEGIN by itself"


def test_news_are_planned_once_whatever_the_head_and_by_the_index(store: Store, act: Act, ids: list[int]) -> None:
    for _ in range(_PREPARED + 5):
        head = store.head()
        commands.add_note(act(), ids[:1], "Again.")
        assert [row.id for row in queries.news(store, head)[2]] == ids[:1]
    asked = "SELECT name, generic_plans FROM pg_prepared_statements WHERE statement LIKE ?"
    ((name, generic),) = store.ask(asked, ("SELECT told.head%",))
    assert generic > 0
    plan = "\n".join(line for (line,) in store.ask(f"EXPLAIN EXECUTE {name}('refused', 'unknown', 7)"))
    assert "event_tx" in plan


def test_a_question_alone_between_reads_leaves_these_their_moment(
    store: Store, server_url: str, act: Act, ids: list[int]
) -> None:
    asked = "SELECT count(*) FROM event"
    with opened(server_url) as other:
        before = store.ask(asked)
        with store.read():
            assert store.ask(asked) == before
            commands.add_note(replace(act(), store=other), ids, "Meanwhile.")
            assert store.ask(asked) == before, "a read sees one moment"
        assert store.ask(asked) == [(before[0][0] + len(ids),)]


def test_rows_that_a_command_has_read_stay_as_they_are_until_it_ends(
    store: Store, server_url: str, act: Act, ids: list[int]
) -> None:
    tried = "UPDATE request SET version = version + 1 WHERE id = ?"

    def theirs(request_id: int) -> None:
        with other.write() as connection:
            written(connection, "SET LOCAL lock_timeout = 50")
            written(connection, tried, (request_id,))

    with opened(server_url) as other:
        with store.write() as connection:
            load(connection, ids[:1])
            theirs(ids[1])
            with pytest.raises(StoreProblem, match="Somebody else is changing"):
                theirs(ids[0])
            with at_last(connection):
                written(connection, tried, (ids[0],))
            theirs(ids[0])
        assert store.ask("SELECT id, version FROM request ORDER BY id") == [(ids[0], 3), (ids[1], 2)]


def test_what_a_trigger_refuses_in_the_middle_is_said_and_nothing_is_saved(store: Store, act: Act) -> None:
    counted = "SELECT count(*) FROM operation"
    called = "INSERT INTO operation (id, actor, at, sentence, state) VALUES (?, 'ana', 0, '', 'past')"

    def work() -> None:
        with store.write() as connection, at_last(connection):
            written(connection, called, ("one",))
            written(connection, "UPDATE event SET actor = 'nobody'")
            written(connection, called, ("two",))

    logged(act())
    before = store.ask(counted)
    with pytest.raises(StoreProblem, match="may not do that"):
        work()
    assert store.ask(counted) == before
    logged(act())
    assert store.ask(counted) == [(before[0][0] + 1,)]
