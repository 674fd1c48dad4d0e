"""What a team's desk keeps beside its list: read back as it was, for the same login only, and nothing of a caller."""

from __future__ import annotations

import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import asof, opening
from console.asof import AsOf
from console.left import AS_OF, SNAPSHOT
from console.storeside import StoreSide
from services.domain.status import ALL_ROLES, Role
from services.domain.statusmap import Dialect
from services.domain.values import Actor, Attribute, AttributeValue, Crew, Place, Service
from services.queue.snapshot import build
from services.store import commands, queries
from services.store.commands import PhoneReport
from services.store.engine import login
from services.store.outbox import OutboxCounts
from services.store.queries import UpstreamState
from tests.console.test_team import fill, home_of

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
QUESTION = st.builds(
    Attribute,
    code=WORDS,
    datatype=st.sampled_from(["string", "singlevaluelist"]),
    description=WORDS,
    required=st.booleans(),
    values=st.lists(st.builds(AttributeValue, WORDS, WORDS), max_size=2).map(tuple),
)
KNOWN = st.builds(
    AsOf,
    login=st.just("ana at city"),
    store_id=WORDS,
    at=st.just(NOON),
    actor=st.builds(Actor, WORDS, st.frozensets(st.sampled_from(Role))),
    crews=st.lists(st.builds(Crew, st.integers(1, 9), WORDS, st.tuples(WORDS)), max_size=2).map(tuple),
    services=st.lists(st.builds(Service, WORDS, WORDS, WORDS, keywords=st.tuples(WORDS)), max_size=3).map(tuple),
    questions=st.lists(st.tuples(WORDS, WORDS, st.lists(QUESTION, max_size=2).map(tuple)), max_size=2),
    upstreams=st.lists(
        st.builds(UpstreamState, WORDS, st.sampled_from([None, *Dialect]), st.booleans(), st.just(NOON), WORDS),
        max_size=2,
    ).map(tuple),
    outbox=st.builds(OutboxCounts, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)),
    team=st.lists(WORDS, max_size=3).map(tuple),
)


@given(KNOWN)
def test_it_is_read_back_as_it_was_by_the_same_login_only(
    tmp_path_factory: pytest.TempPathFactory, known: AsOf
) -> None:
    path = tmp_path_factory.mktemp("home") / "team.asof"
    assert asof.keep(path, known)
    assert asof.read(path, "ana at city") == known
    assert asof.read(path, "ben at city") is None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for upstream, code, asked in known.questions[:1]:
        assert known.asked(upstream, code) == asked
    assert known.asked("nobody's", "none") == ()


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff\xfe", b'{"login": 7}'])
def test_what_cannot_be_read_is_as_good_as_nothing(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "team.asof"
    assert asof.read(path, "ana at city") is None
    path.write_bytes(data)
    assert asof.read(path, "ana at city") is None


def test_where_it_cannot_be_kept_the_desk_goes_on(tmp_path: Path) -> None:
    known = AsOf("", "", NOON, Actor("ana", ALL_ROLES), (), (), [], (), OutboxCounts(0, 0, 0), ())
    assert not asof.keep(tmp_path / "gone" / "team.asof", known)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ana:env:PASSWORD@db/city", "ana:env:OTHER@db/city", True),
        ("ana@db/city", "ana@db/city?sslcert=mine", True),
        ("ana@db/city", "ben@db/city", False),
        ("ana@db/city", "ana@db/town", False),
        ("ana@db/city", "ana@other/city", False),
        ("ana@db:5432/city", "ana@db:5433/city", False),
        ("ana@/city?host=a", "ana@/city?host=b", False),
    ],
)
def test_a_login_is_who_and_where_and_not_the_password(one: str, other: str, same: bool) -> None:
    made = [login(f"postgresql+psycopg://{address}") for address in (one, other)]
    assert (made[0] == made[1]) is same
    assert "PASSWORD" not in made[0]


def test_nothing_of_a_caller_goes_to_the_disk(server_url: str, tmp_path: Path) -> None:
    """Whoever sits here, the list and what stands beside it are what every member sees."""
    fill(tmp_path, server_url)
    home = home_of(tmp_path, server_url, "ben")
    with closing(StoreSide(home)) as side:
        side.take(opening.open_store(home))
        report = PhoneReport(
            "0", "Elm fell on Mr Quimby", Place("9 Main St"), "Quincy Quimby", "6175550173", upstream="city"
        )
        side.act(lambda acting: commands.log_call(acting, report))
        snapshot, state = side.now(None)
        side.save(snapshot)
        assert len(snapshot) == 31
        assert queries.detail(side._store, int(snapshot.ids[-1])).callers[0].name == "Quincy Quimby"
    left = b"".join((home.home / f"team{ending}").read_bytes() for ending in (SNAPSHOT, AS_OF))
    assert b"9 Main St" in left
    assert not any(word in left for word in (b"Quimby", b"5550173", b"Elm fell"))
    assert state.as_of is None


def test_a_side_without_a_server_knows_what_one_with_it_left(server_url: str, tmp_path: Path) -> None:
    fill(tmp_path, server_url)
    home = home_of(tmp_path, server_url, "ben")
    with closing(StoreSide(home)) as side:
        side.take(opening.open_store(home))
        snapshot, state = side.now(None)
        assert side.actor == Actor("ben", frozenset({Role.CALL_TAKER}))
        side.save(snapshot)
    with closing(StoreSide(home)) as side:
        assert not side.is_open
        before, known = side.now(None)
        assert before.ids.tolist() == snapshot.ids.tolist()
        assert (known.services, known.crews, known.policies) == (state.services, state.crews, state.policies)
        assert (known.team, known.outbox, known.upstreams) == (state.team, state.outbox, state.upstreams)
        assert known.as_of is not None
        assert side.actor == Actor("ben", frozenset({Role.CALL_TAKER}))
        side.take(opening.open_store(home))
        after, _ = side.now(before)
        assert after is before, "what has not changed is not read again"


def test_a_store_that_was_put_back_to_an_older_copy_is_read_anew(server_url: str, tmp_path: Path) -> None:
    fill(tmp_path, server_url)
    home = home_of(tmp_path, server_url, "ben")
    with closing(StoreSide(home)) as side:
        side.take(opening.open_store(home))
        real, _ = side.now(None)
        side.left._mark = (real.head, "another history")
        side.take(opening.open_store(home))
        made, _ = side.now(build((), (), real.head))
        assert made.ids.tolist() == real.ids.tolist()
