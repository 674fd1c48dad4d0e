"""The demo city's noon: the true figures of the storm, made-up people marked as such, nobody's words shipped."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Row, func, select

from resources.boston import build
from services import sqlite
from services.demo import seed as seeding
from services.demo import source, start
from services.demo.people import MARK, description, resident
from services.domain.shifts import parse_week, week_said
from services.domain.sla import time_left
from services.domain.status import Channel, Status
from services.domain.values import Crew
from services.gateway import catalogue
from services.gateway.tables import REQUESTS, GatewayStore

NOW = datetime(2026, 11, 23, 9, 30, 15, 250_000, tzinfo=UTC)
R = REQUESTS.c


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayStore]:
    made = GatewayStore.open(tmp_path_factory.mktemp("city") / "gateway.db", lambda: NOW)
    assert seeding.seed(made) > 5_000
    yield made
    made.close()


@pytest.fixture(scope="module")
def rows(store: GatewayStore) -> list[Row[tuple[object, ...]]]:
    with sqlite.reading(store.engine) as connection:
        return list(connection.execute(select(REQUESTS)))


def test_the_figures_of_the_storms_second_noon(store: GatewayStore) -> None:
    now_open = R.status != Status.CLOSED
    with sqlite.reading(store.engine) as connection:

        def count(*where: object) -> int:
            return connection.execute(select(func.count()).where(now_open, *where)).scalar_one()  # type: ignore[arg-type]

        assert count() == 4851
        assert count(R.expected_at < NOW - timedelta(seconds=1)) == 1092
        assert count(R.lat.is_(None)) == 652
        assert count(R.service_name == "Tree Emergencies") == 593
        assert count(R.status == Status.NEW) == start.NEW
        assert count(R.status == Status.ACKNOWLEDGED) == start.ACKNOWLEDGED
        assert connection.execute(select(func.count()).where(~now_open)).scalar_one() == 703


def test_a_second_seeding_changes_nothing(store: GatewayStore) -> None:
    assert seeding.seed(store) == 0


def test_nothing_lies_in_the_future_but_what_is_due(rows: list[Row[tuple[object, ...]]]) -> None:
    assert max(r.requested_at for r in rows) <= NOW
    assert max(r.updated_at for r in rows) <= NOW
    assert all(r.requested_at <= r.updated_at for r in rows)
    assert len({r.updated_at for r in rows}) == len(rows)


def test_times_move_by_whole_seconds_and_keep_their_distance() -> None:
    shift = source.shift(NOW)
    assert shift == timedelta(seconds=int(shift.total_seconds()))
    assert timedelta(0) <= NOW - (source.NOON.astimezone(UTC) + shift) < timedelta(seconds=1)
    tree = next(r for r in source.rows() if r.id == "101000320036")
    assert tree.target is not None
    assert time_left(tree.target, source.NOON) == "23 h left"


def test_every_person_and_text_says_that_it_is_made_up(rows: list[Row[tuple[object, ...]]]) -> None:
    assert all(r.description.endswith(MARK) for r in rows)
    named = [r for r in rows if r.last_name]
    assert all(r.last_name.endswith(MARK) for r in named)
    mailed = [r for r in rows if r.email]
    assert 0.2 < len(mailed) / len(rows) < 0.6
    assert all(r.email.startswith("made-up-") and r.email.endswith("@example.org") for r in mailed)
    assert {r.language for r in named} == {"en", "es", "vi"}
    assert not [r for r in rows if r.channel == Channel.STAFF and r.email]


def test_most_of_what_a_newcomer_opens_first_can_be_answered_by_mail() -> None:
    waiting = start.statuses(source.rows())
    found = [r for r in source.rows() if r.id in waiting]
    new = [r for r in found if waiting[r.id] is Status.NEW]
    first = sorted((r for r in found if r.target), key=lambda r: r.target or source.NOON)[:20]
    for some in (new, first):
        assert sum(bool(resident(r).email) for r in some) > 0.55 * len(some)


def test_the_same_row_is_always_the_same_person() -> None:
    row = source.rows()[1000]
    assert resident(row) == resident(row)
    assert description(row) == description(row)
    assert 0 <= row.chance("a") < 1
    assert row.chance("a") != row.chance("b")


def test_fifteen_crews_with_skills_from_their_queues() -> None:
    crews = start.crews()
    assert len({c.name for c in crews}) == 15
    assert all(c.skills and 1 <= c.capacity <= 12 for c in crews)
    types = {r.type for r in source.rows()}
    assert {s for c in crews for s in c.skills} == types
    assert all(c.email.startswith("made-up-") and c.email.endswith("@example.org") for c in crews)
    assert all(c.base and 42.2 < c.base[0] < 42.4 and -71.2 < c.base[1] < -71.0 for c in crews)
    assert "Tree Emergencies" in next(c for c in crews if c.name == "Forestry 2").skills


@settings(max_examples=20)
@given(st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC)))
def test_whenever_it_is_opened_those_are_on_shift_who_were_at_noon(now: datetime) -> None:
    """All its times are moved so that noon is now; a demo at night or on a Sunday had nobody to send."""
    at_noon, moved = start.crews(), start.crews(now)
    assert [crew.name for crew in moved] == [crew.name for crew in at_noon]
    assert moved[0].shifts.shift_at(now, source.NOON.tzinfo or UTC) is not None
    for before, crew in zip(at_noon, moved, strict=True):
        works = before.shifts.shift_at(source.NOON, source.NOON.tzinfo or UTC) is not None
        assert (crew.shifts.shift_at(now, source.NOON.tzinfo or UTC) is not None) is works, crew.name
        assert sorted(_long(crew)) == sorted(_long(before))
        assert parse_week(week_said(crew.shifts.week)) == crew.shifts.week, "it can be read and edited"


def _long(crew: Crew) -> list[int]:
    """Minutes of each day's work."""
    return [(hours.end - hours.start) % (24 * 60) for hours in crew.shifts.week if hours is not None]


def test_all_but_the_waiting_have_a_crew_and_no_crew_has_more_in_hand_than_it_can() -> None:
    given = start.assignments()
    states = start.statuses(source.rows())
    assert set(given) <= set(states)
    assert len(states) - len(given) == start.NEW + start.ACKNOWLEDGED == 388
    unassigned = {states[i] for i in set(states) - set(given)}
    assert unassigned == {Status.NEW, Status.ACKNOWLEDGED}
    in_hand = Counter(given[i] for i, status in states.items() if status is Status.IN_PROGRESS)
    for crew in start.crews():
        assert 0 < in_hand[crew.name] <= crew.capacity


def test_the_services_are_the_rows_types(store: GatewayStore) -> None:
    with sqlite.reading(store.engine) as connection:
        listed = catalogue.listing(connection)
    assert {s.name for s in listed} == {r.type for r in source.rows()}
    assert next(s.sla_hours for s in listed if s.name == "Tree Emergencies") > 0
    assert all(s.group_name for s in listed)


def raw_file(folder: Path) -> Path:
    """A file like the city's, with what must not be shipped."""
    columns = [*build.COLUMNS.values(), "closure_reason", "case_title"]
    row = {
        "case_enquiry_id": "7",
        "open_dt": "2011-08-28 10:00:00",
        "target_dt": "2011-08-29 10:00:00",
        "type": "Tree Emergencies",
        "reason": "Trees",
        "location_street_name": "INTERSECTION  A St & B St ",
        "latitude": "42.3594",
        "longitude": "-71.0587",
        "case_title": "secret title",
    }
    more = [
        {"case_enquiry_id": "8", "closed_dt": "2011-08-28 12:00:00", "closure_reason": "Noted Duplicate by J. Doe"},
        {"case_enquiry_id": "9", "closed_dt": "2011-08-27 11:00:00", "closure_reason": "Resolved"},
        {"case_enquiry_id": "6", "closed_dt": "2011-08-29 11:00:00", "closure_reason": "Resolved"},
        {"case_enquiry_id": "5", "closed_dt": "2011-08-27 11:00:00", "type": "Of which none is left"},
    ]
    for name in ("requests_irene_2011-08.csv.gz", "requests_2011h2.csv.gz"):
        with gzip.open(folder / name, "wt", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows([row, *({**row, **m} for m in more)])
    return folder / "requests_irene_2011-08.csv.gz"


def test_the_build_trims_and_lets_no_closing_text_through(tmp_path: Path) -> None:
    trimmed = build.trimmed(raw_file(tmp_path))
    assert [(r["id"], r["outcome"]) for r in trimmed] == [("6", "fixed"), ("7", ""), ("8", "duplicate")]
    assert (trimmed[0]["address"], trimmed[0]["lat"]) == ("A St & B St", "")
    before = build.closed(tmp_path / "requests_2011h2.csv.gz", trimmed)
    assert [(r["id"], r["closed"]) for r in before] == [("9", "2011-08-27 11:00:00")]
    packed = build.packed(trimmed)
    assert packed == build.packed(trimmed)
    text = gzip.decompress(packed).decode()
    assert "Doe" not in text
    assert "secret" not in text
    assert build.service_list(trimmed) == [
        {"service_code": "tree-emergencies", "service_name": "Tree Emergencies", "group": "Trees", "sla_hours": 24.0}
    ]


def test_the_shipped_file_has_only_the_columns_that_are_needed() -> None:
    for name in ("requests.csv.gz", "closed.csv.gz"):
        text = gzip.decompress((files("resources") / "boston" / name).read_bytes()).decode()
        assert text.partition("\n")[0].split(",") == [*build.COLUMNS, "outcome"]


def test_the_build_command_writes_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw_file(tmp_path)
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.setattr(build, "HERE", out)
    monkeypatch.setattr("sys.argv", ["build", str(tmp_path)])
    build.main()
    assert catalogue.parse((out / "services.json").read_bytes())[0].service_code == "tree-emergencies"
    assert len(gzip.decompress((out / "requests.csv.gz").read_bytes()).splitlines()) == 4
    assert len(gzip.decompress((out / "closed.csv.gz").read_bytes()).splitlines()) == 2
