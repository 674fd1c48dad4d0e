"""A desk's store becomes a team's, and a team's is copied and put back: whole, counted and going on behind itself."""

from __future__ import annotations

import random
import shutil
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from services.demo import many
from services.domain.outbox import OutboxState
from services.domain.status import ALL_ROLES, Outcome, Status
from services.domain.values import Actor, Crew
from services.domain.workflow import ACTION_ROLES
from services.errors import Expected, StoreProblem
from services.queue.snapshot import Snapshot, build
from services.store import commands, outbox, queries
from services.store.acting import Acting
from services.store.calling import CallerWords
from services.store.crews import save_crews
from services.store.joining import join
from services.store.merging import merge
from services.store.store import Store
from services.store.tables import event, request
from services.store.undo import redo, undo
from services.team import copies, setup
from services.team.moving import bring
from tests.services.clock import Clock
from tests.services.postgres import Postgres
from tests.services.store.parts import POLICIES, assert_index_is_whole, logged, pull, shown
from tests.services.store.test_followed import columns

needs_programs = pytest.mark.skipif(
    shutil.which("pg_dump") is None, reason="NOT RUN: copies need pg_dump and pg_restore; install PostgreSQL."
)


@pytest.fixture
def admin(postgres: Postgres) -> str:
    """The address of a database that is not there yet."""
    return postgres.url(f"moved_{uuid.uuid4().hex[:8]}", "postgres")


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk's own store with a day's work in it, made once."""
    file = tmp_path_factory.mktemp("worked") / "desk.db"
    with closing(Store.open(f"sqlite:///{file}", clock=Clock())) as store:
        save_crews(store, [Crew(0, "Forestry 2"), Crew(0, "Streets “1”")])
        work(Acting(store, Actor("ana", ALL_ROLES), POLICIES, timedelta(seconds=10)), random.Random(8), 300)
    return file


@pytest.fixture
def desk(worked: Path, tmp_path: Path) -> Iterator[Acting]:
    """A copy of it, open."""
    shutil.copy(worked, tmp_path / "desk.db")
    with closing(Store.open(f"sqlite:///{tmp_path}/desk.db", clock=Clock())) as store:
        yield Acting(store, Actor("ana", ALL_ROLES), POLICIES, timedelta(seconds=10))


def work(acting: Acting, rng: random.Random, steps: int) -> None:
    """So many commands of every kind; what is refused is refused."""
    pull(acting.store, *(shown(f"u{n}", description=f"Ärger \\ \t{n}\nmit Baum") for n in range(20)))
    for n in range(steps):
        ids = [row.id for row in queries.columns(acting.store)]
        some = rng.sample(ids, rng.randint(1, 3))
        try:
            match rng.randint(0, 9):
                case 0:
                    logged(acting, name=f"Bo {n}", phone=f"617 555 {n:04d}", upstream=rng.choice(["", "city"]))
                case 1:
                    commands.assign(acting, some, rng.choice([1, 2, None]))
                case 2:
                    commands.set_status(acting, some, rng.choice([*Status]), rng.choice([*Outcome]), f"Done {n}.")
                case 3:
                    commands.send_message(acting, some, f"message {n}")
                case 4:
                    commands.add_note(acting, some, f"note {n} \\N")
                case 5:
                    join(acting, some[0], CallerWords(f"Cy {n}", "", f"cy{n}@example.org", reply="email"), "Me too.")
                case 6:
                    merge(acting, some, rng.choice(ids))
                case 7:
                    undo(acting)
                case 8:
                    redo(acting)
                case _:
                    commands.set_status(acting, some, rng.choice([*Status]))
        except Expected:
            continue


def picture(store: Store) -> dict[str, list[object]]:
    """The whole queue in words."""
    with store.read():
        made: Snapshot = build(queries.every(store), tuple(queries.crews(store)))
    return columns(made)


def told(store: Store) -> list[object]:
    """Everything a desk shows of each request; and what waits."""
    ids = [row.id for row in queries.columns(store)]
    return [*(queries.detail(store, i) for i in ids), *outbox.listing(store, unfinished_only=False)]


def test_a_desks_store_arrives_whole(desk: Acting, admin: str, tmp_path: Path) -> None:
    setup.init(admin)
    heard = dict[str, int]()
    moved = bring(tmp_path / "desk.db", admin, lambda table, rows: heard.update({table: rows}))
    assert heard == {**moved, "search": moved["request"]}
    with closing(Store.open(admin, clock=Clock())) as team:
        assert team.store_id == desk.store.store_id
        assert picture(team) == picture(desk.store)
        assert told(team) == told(desk.store)
        for words in ("baum", "bo", "cy", "message 3", "nobody"):
            assert queries.search(team, words) == queries.search(desk.store, words), words
        assert_index_is_whole(team)
        links = "SELECT sum(links), (SELECT count(*) FROM event), count(*) FROM guard.chain"
        with team.read() as connection:
            linked, lines, chains = connection.exec_driver_sql(links).one()
        assert linked == lines == moved["event"]
        assert chains == moved["request"]
        assert team.changes_since(team.head())[1] == ()


def test_work_goes_on_behind_it(desk: Acting, admin: str, tmp_path: Path) -> None:
    setup.init(admin)
    bring(tmp_path / "desk.db", admin)
    before = logged(desk).sentence
    with closing(Store.open(admin, clock=Clock())) as team:
        acting = Acting(team, Actor("ana", ALL_ROLES), POLICIES, timedelta(seconds=10))
        assert logged(acting).sentence == before, "the numbers go on"
        rows = len(queries.columns(team))
        save_crews(team, [Crew(0, "A third")])
        work(acting, random.Random(9), 60)
        assert len(queries.columns(team)) > rows
        with team.read() as connection:
            assert connection.execute(select(func.count(func.distinct(request.c.number)))).scalar_one() == len(
                queries.columns(team)
            )


def test_what_is_used_is_not_written_over(desk: Acting, admin: str, tmp_path: Path) -> None:
    setup.init(admin)
    bring(tmp_path / "desk.db", admin)
    with pytest.raises(StoreProblem, match="something in this database already"):
        bring(tmp_path / "desk.db", admin)
    with closing(Store.open(admin, clock=Clock())) as team:
        assert picture(team) == picture(desk.store)


def test_what_a_server_would_not_keep_is_said_and_nothing_stays(desk: Acting, admin: str, tmp_path: Path) -> None:
    setup.init(admin)
    with desk.store.write() as connection:
        connection.execute(update(request).where(request.c.id == 3).values(lat=999.0, lon=1.0))
    with pytest.raises(StoreProblem, match="no desk could read"):
        bring(tmp_path / "desk.db", admin)
    with closing(Store.open(admin)) as store:
        assert queries.columns(store) == []


def test_a_row_that_does_not_arrive_is_seen_and_nothing_stays(desk: Acting, admin: str, tmp_path: Path) -> None:
    setup.init(admin)
    with setup.administering(admin) as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION desk.spoilt() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN NEW.body := NEW.body || '!'; RETURN NEW; END $$"
        )
        connection.exec_driver_sql(
            "CREATE TRIGGER spoilt BEFORE INSERT ON desk.text FOR EACH ROW EXECUTE FUNCTION desk.spoilt()"
        )
    with pytest.raises(StoreProblem, match="Row 1 of “text” did not arrive"):
        bring(tmp_path / "desk.db", admin)
    with closing(Store.open(admin, clock=Clock())) as team:
        assert queries.columns(team) == []


def test_a_town_of_some_thousands_moves(admin: str, tmp_path: Path) -> None:
    with closing(Store.open(f"sqlite:///{tmp_path}/desk.db")) as desk:
        many.load(desk, 6_000)
        setup.init(admin)
        assert bring(tmp_path / "desk.db", admin)["request"] == 6_000
        with closing(Store.open(admin)) as team:
            assert picture(team) == picture(desk)
            assert queries.search(team, "tree") == queries.search(desk, "tree")


@needs_programs
def test_a_copy_is_put_back_and_work_goes_on(desk: Acting, admin: str, postgres: Postgres, tmp_path: Path) -> None:
    setup.init(admin)
    bring(tmp_path / "desk.db", admin)
    copy = tmp_path / "team.dump"
    counts = copies.backup(admin, copy)
    again = postgres.url(f"again_{uuid.uuid4().hex[:8]}", "postgres")
    assert copies.restore(copy, again, ACTION_ROLES) == counts
    with closing(Store.open(admin)) as before, closing(Store.open(again, clock=Clock())) as after:
        assert picture(after) == picture(before)
        assert after.store_id == before.store_id
        was, now = (outbox.listing(store) for store in (before, after))
        assert {i.id for i in was} == {i.id for i in now}
        assert OutboxState.QUEUED in {i.state for i in was}
        assert OutboxState.QUEUED not in {i.state for i in now}, "it may have left since"
        head = after.head()
        acting = Acting(after, Actor("ana", ALL_ROLES), POLICIES, timedelta(seconds=10))
        (new,) = logged(acting).ids
        assert after.changes_since(head)[1] == (new,)
        assert_index_is_whole(after)
    with pytest.raises(StoreProblem, match="store in this database already"):
        copies.restore(copy, again, ACTION_ROLES)


@needs_programs
def test_transactions_of_another_server_count_as_old(
    desk: Acting, admin: str, postgres: Postgres, tmp_path: Path
) -> None:
    setup.init(admin)
    bring(tmp_path / "desk.db", admin)
    with setup.administering(admin) as connection:  # as after a long life elsewhere
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql("UPDATE desk.event SET tx = 4000000000 + id")
    copies.backup(admin, tmp_path / "team.dump")
    again = postgres.url(f"again_{uuid.uuid4().hex[:8]}", "postgres")
    copies.restore(tmp_path / "team.dump", again, ACTION_ROLES)
    with closing(Store.open(again, clock=Clock())) as after:
        head = after.head()
        acting = Acting(after, Actor("ana", ALL_ROLES), POLICIES, timedelta(seconds=10))
        (new,) = logged(acting).ids
        assert after.changes_since(head)[1] == (new,)
        with after.read() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM event WHERE tx = 0").scalar_one() > 300
        with pytest.raises(StoreProblem, match="may not do that"), after.write() as connection:
            connection.execute(event.delete())


@needs_programs
@pytest.mark.parametrize("damage", ["cut", "counts", "gone"])
def test_a_copy_that_is_not_whole_is_refused(
    desk: Acting, admin: str, postgres: Postgres, tmp_path: Path, damage: str
) -> None:
    setup.init(admin)
    bring(tmp_path / "desk.db", admin)
    copy = tmp_path / "team.dump"
    copies.backup(admin, copy)
    if damage == "cut":
        copy.write_bytes(copy.read_bytes()[:-3000])
    elif damage == "gone":
        copies.beside(copy).unlink()
    else:
        copies.beside(copy).write_text(copies.beside(copy).read_text().replace('"event": ', '"event": 1'))
    said = {"cut": "pg_restore failed", "counts": "rows, not", "gone": "cannot be read"}
    with pytest.raises(StoreProblem, match=said[damage]):
        copies.restore(copy, postgres.url(f"again_{uuid.uuid4().hex[:8]}", "postgres"), ACTION_ROLES)


def test_without_the_programs_it_is_said_what_to_install(
    admin: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup.init(admin)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(StoreProblem, match="pg_dump is not on this machine"):
        copies.backup(admin, tmp_path / "team.dump")
    assert list(tmp_path.iterdir()) == []
