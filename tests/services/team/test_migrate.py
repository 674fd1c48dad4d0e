"""A team's database grows while old desks work on it; what they need is taken away only when none is left."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from services.domain.rights import Group
from services.errors import StoreProblem
from services.store import queries, schema, server
from services.store.acting import Acting
from services.store.dialect import driven
from services.store.store import Store
from services.team import members, migrations, setup
from services.team.migrate import Migrated, migrate
from tests.services.postgres import Postgres
from tests.services.store.parts import POLICIES, logged

NAME = "growing"
_STEP = """
from alembic import op

revision = "{revision}"
down_revision = "{before}"
DESK_FROM = "{desk_from}"


def upgrade():
    op.execute("{change}")
"""
NOW, NEXT, LAST = (f"{int(schema.HEAD) + step:04}" for step in range(3))
EXPAND = (NEXT, NOW, NOW, "ALTER TABLE request ADD COLUMN hint text NOT NULL DEFAULT ''")
CONTRACT = (LAST, NEXT, NEXT, "ALTER TABLE upstream_state DROP COLUMN problem")


@pytest.fixture
def steps(tmp_path: Path) -> str:
    """The steps of this version, and two of later ones."""
    folder = tmp_path / "versions"
    shutil.copytree(Path(migrations.__file__).parent / "versions", folder)
    for step in (EXPAND, CONTRACT):
        words = dict(zip(("revision", "before", "desk_from", "change"), step, strict=True))
        folder.joinpath(f"v{step[0]}.py").write_text(_STEP.format(**words), encoding="utf-8")
    return str(folder)


@pytest.fixture
def admin(postgres: Postgres) -> Iterator[str]:
    url = postgres.url(NAME, "postgres")
    setup.init(url)
    members.add(url, "old_hand", Group.CALL_TAKER)
    yield url
    postgres.ask(f"DROP DATABASE {NAME} WITH (FORCE)")
    for role in (*(f"{NAME}_{group}" for group in Group), f"{NAME}_owner", "old_hand"):
        postgres.ask(f"DROP ROLE {role}")


@pytest.fixture
def url(postgres: Postgres, admin: str) -> str:
    return postgres.url(NAME, "old_hand")


def _log(store: Store) -> None:
    assert store.actor is not None
    logged(Acting(store, store.actor, POLICIES, timedelta()))


def test_there_is_nothing_to_do_at_the_newest(admin: str, url: str) -> None:
    assert migrate(admin) == Migrated(schema.HEAD, schema.HEAD)
    with closing(Store.open(url)) as store:
        _log(store)


def test_an_old_desk_works_on_until_it_is_closed_and_is_then_too_old(admin: str, url: str, steps: str) -> None:
    with closing(Store.open(url)) as store:
        assert migrate(admin, steps=steps) == Migrated(NOW, NEXT, ("old_hand",))
        _log(store)
        with closing(Store.open(url)) as another:
            assert queries.detail(another, 1).request.number.endswith("-000001"), "nor does one that is opened now fail"
    assert migrate(admin, steps=steps) == Migrated(NEXT, LAST)
    with pytest.raises(StoreProblem, match="too old for the team's database") as caught:
        Store.open(url)
    assert caught.value.remedy == "Update Connect Console on this machine."


def test_a_desk_that_comes_back_after_it_was_outgrown_says_so(
    admin: str, url: str, steps: str, postgres: Postgres
) -> None:
    with closing(Store.open(url)) as store:
        postgres.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'old_hand'")
        assert migrate(admin, steps=steps).after == LAST
        with pytest.raises(StoreProblem):
            store.head()  # learns that its connection is gone
        with pytest.raises(StoreProblem, match="too old for the team's database"):
            store.head()


def test_what_a_step_adds_is_guarded_as_the_rest(admin: str, steps: str, postgres: Postgres) -> None:
    migrate(admin, steps=steps)
    with setup.administering(admin) as connection:
        granted = "SELECT has_column_privilege('growing_call_taker', 'desk.request', ?, 'UPDATE')"
        asked = [driven(connection, granted, (column,)).scalar_one() for column in ("hint", "status")]
    assert asked == [False, True]


def test_a_step_that_fails_leaves_the_one_before(admin: str, url: str, steps: str) -> None:
    step = Path(steps) / f"v{LAST}.py"
    step.write_text(step.read_text().replace("COLUMN problem", "COLUMN no_such_column"), encoding="utf-8")
    with pytest.raises(Exception, match="no_such_column"):
        migrate(admin, steps=steps)
    with closing(Store.open(url)) as store:
        _log(store)
        with store.read() as connection:
            assert server.revision(connection) == NEXT


def test_a_desk_that_is_newer_than_the_database_says_so(admin: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "HEAD", NEXT)
    with pytest.raises(StoreProblem, match="older than this version") as caught:
        Store.open(url)
    assert "team migrate" in caught.value.remedy


def test_a_program_that_is_older_than_the_database_migrates_nothing(admin: str, steps: str) -> None:
    migrate(admin, steps=steps)
    with pytest.raises(StoreProblem, match="newer than this program"):
        migrate(admin)
    with pytest.raises(StoreProblem, match="newer than this program"):
        setup.init(admin)
