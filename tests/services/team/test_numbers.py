"""Numbers are given in a row to whoever asks for some, and nobody who asks for nonsense keeps others from theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import errors

from services.domain.rights import Group
from services.team import setup
from tests.server import TEMPLATE
from tests.services.postgres import Postgres
from tests.services.team.conftest import NAMES

Raw = Callable[[str], psycopg.Connection[Any]]
_HELD = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 8311"


@pytest.mark.parametrize(
    "asked",
    [
        "'request', 0",
        "'request', -5",
        "'request', NULL",
        "'request', 10000001",
        "'request', 9223372036854775807",
        "NULL, 1",
        "'event', 1",
        "'number_7', 1",
        "'guard.move', 1",
        "E'request\\n', 1",
    ],
)
def test_nonsense_is_refused_and_leaves_the_numbers_free(raw: Raw, asked: str) -> None:
    member, other = raw(NAMES[Group.CALL_TAKER]), raw(NAMES[Group.DISPATCHER])
    with pytest.raises(errors.InvalidParameterValue, match="no such numbers are given"):
        member.execute(f"SELECT reserve({asked})")
    member.rollback()
    assert other.execute(_HELD).fetchone() == (0,)
    other.execute("SET lock_timeout = '5s'")
    first = other.execute("SELECT reserve('request', 3)").fetchone()
    assert first == (1,)
    assert member.execute("SELECT reserve('request', 1)").fetchone() == (4,)


def test_a_sequence_at_its_end_holds_nobody_up(raw: Raw) -> None:
    raw("postgres").execute("SELECT setval('text_numbers', 9223372036854775800)").connection.commit()
    member, other = raw(NAMES[Group.CALL_TAKER]), raw(NAMES[Group.DISPATCHER])
    with pytest.raises(errors.NumericValueOutOfRange):
        member.execute("SELECT reserve('text', 100)")
    member.rollback()
    assert other.execute(_HELD).fetchone() == (0,)


def test_a_store_that_was_made_before_gets_it_by_setting_up_again(team: Postgres, server_url: str, raw: Raw) -> None:
    admin = raw("postgres")
    admin.execute(
        "CREATE OR REPLACE FUNCTION reserve(what text, many bigint) RETURNS bigint LANGUAGE sql SECURITY DEFINER"
        " AS 'SELECT nextval((what || ''_numbers'')::regclass)'"
    ).connection.commit()
    setup.init(team.url(TEMPLATE, "postgres"))
    member = raw(NAMES[Group.CALL_TAKER])
    with pytest.raises(errors.InvalidParameterValue):
        member.execute("SELECT reserve('request', 0)")
