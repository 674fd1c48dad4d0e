"""What goes to a server together: the end of a command with its commit, a colleague's change with crews and head."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from services.domain.status import Status
from services.domain.values import Crew
from services.errors import Conflict, NotFound
from services.store import bulk, commands, queries
from services.store.changing import load
from services.store.crews import save_crews
from services.store.dialect import answered, at_last, fetched, written
from services.store.store import Store
from tests.services.store.conftest import Act
from tests.services.store.parts import history, logged

_CALLED = "INSERT INTO operation (id, actor, at, sentence, state) VALUES (?, 'ana', 0, '', 'past')"
_NAMED = "SELECT count(*) FROM operation WHERE id = ?"


@pytest.fixture
def ids(store: Store, act: Act) -> list[int]:
    return [logged(act(), upstream="city").ids[0] for _ in range(4)]


def test_news_are_the_rows_that_changed_with_the_crews_as_they_are(
    store: Store, act: Act, crew: int, ids: list[int]
) -> None:
    head = store.head()
    assert queries.news(store, head) == (head, tuple(queries.crews(store)), [])
    commands.assign(act(), [ids[2], ids[0]], crew)
    after, crews, rows = queries.news(store, head)
    assert after == store.head() > head
    assert rows == queries.columns(store, [ids[0], ids[2]])
    assert [row.crew_id for row in rows] == [crew, crew]
    assert crews == tuple(queries.crews(store))
    assert queries.news(store, after)[2] == []
    assert [row.id for row in queries.news(store, 0)[2]] == ids


def test_news_of_an_empty_store(store: Store) -> None:
    assert queries.news(store, store.head()) == (store.head(), (), [])


def test_news_tell_of_a_crew_though_no_request_changed(store: Store, act: Act, crew: int) -> None:
    head = store.head()
    before = queries.news(store, head)[1]
    save_crews(store, [Crew(0, "Ästhetik “9”", ("tree", "a, b"), 3), Crew(0, "Streets 1", active=False)])
    _, after, rows = queries.news(store, head)
    assert (after, rows) == (tuple(queries.crews(store)), [])
    assert {c.name for c in after} - {c.name for c in before} == {"Ästhetik “9”"}
    assert {c.name: c.active for c in after}["Streets 1"] is False


def test_a_question_alone_leaves_no_transaction(store: Store, act: Act, ids: list[int]) -> None:
    asked = "SELECT count(*) FROM event WHERE request_id = ?"
    before = store.ask(asked, (ids[0],))
    assert not store._connection.in_transaction()
    commands.add_note(act(), ids[:1], "Own.")
    with store.read() as connection:
        assert store.ask(asked, (ids[0],)) == fetched(connection, asked, (ids[0],)) == [(before[0][0] + 1,)]
        assert store._connection.in_transaction()


def test_a_name_that_is_taken_is_refused_with_all_that_came_with_it(store: Store, act: Act, ids: list[int]) -> None:
    acting = replace(act(), operation="once")
    commands.add_note(acting, ids[:1], "First.")
    lines = history(store)
    with pytest.raises(IntegrityError):
        commands.add_note(acting, ids[:1], "Again.")
    assert history(store) == lines
    commands.add_note(act(), ids[:1], "And on it goes.")
    assert history(store) == lines + 1


def test_what_is_refused_before_its_end_leaves_nothing(store: Store, act: Act, crew: int, ids: list[int]) -> None:
    before = queries.columns(store, ids)
    with pytest.raises(NotFound, match="no such crew"):
        commands.assign(act(), ids, 12345)
    with pytest.raises(Conflict, match="changed meanwhile"):
        commands.assign(act(), ids, crew, expected={ids[0]: 99})
    assert queries.columns(store, ids) == before
    commands.assign(act(), ids, crew, expected=dict.fromkeys(ids, 1))
    assert {row.version for row in queries.columns(store, ids)} == {2}


def ended(store: Store, *names: str) -> None:
    """Note these operations, and nothing else."""
    with store.write() as connection, at_last(connection):
        for name in names:
            written(connection, _CALLED, (name,))


def test_an_end_that_fails_in_the_middle_is_no_end(store: Store) -> None:
    with pytest.raises(IntegrityError):
        ended(store, "a", "a", "b")
    assert store.ask(_NAMED, ("a",)) == store.ask(_NAMED, ("b",)) == [(0,)]
    ended(store, "a", "b")
    assert store.ask(_NAMED, ("a",)) == store.ask(_NAMED, ("b",)) == [(1,)]


def test_questions_that_come_first_begin_the_transaction(store: Store, ids: list[int]) -> None:
    def work() -> None:
        with store.write() as connection:
            one, two = answered(connection, ("SELECT ?", (1,)), ("SELECT CAST(? AS text)", ("two",)))
            assert (one, two) == ([(1,)], [("two",)])
            assert [row.id for row in load(connection, ids[:2])] == ids[:2]
            written(connection, _CALLED, ("taken back",))
            raise Conflict("Not this time.")

    with pytest.raises(Conflict):
        work()
    assert store.ask(_NAMED, ("taken back",)) == [(0,)]


@pytest.mark.parametrize("few", [1, 3, 100])
def test_many_rows_are_written_as_few_are(
    store: Store, act: Act, crew: int, ids: list[int], few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "FEW", few)
    lines = history(store)
    made = commands.assign(act(), ids, crew)
    commands.set_status(act(), ids, Status.IN_PROGRESS, message="We come.")
    assert history(store) == lines + 2 * len(ids)
    assert made.sentence == "4 requests assigned to Forestry 2"
    assert {row.crew_id for row in queries.columns(store, ids)} == {crew}
