"""A backlog is read with its columns guessed; what is odd is counted, what cannot be taken is told with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from services.domain.status import Channel, Outcome, Status
from services.domain.values import Place, Service
from services.errors import Invalid
from services.intake import columns
from services.intake.backlog import Backlog, City, date_order, prepare, refused_csv
from services.intake.columns import changed, guess
from services.intake.dates import Order
from services.intake.sheet import Sheet, read

NOW = datetime(2026, 9, 1, tzinfo=UTC)
HOLE = Service("P", "Pothole Repair", "city", sla_hours=48)
CITY = City((HOLE,), ZoneInfo("America/New_York"), NOW)
BOSTON = (
    "case_enquiry_id,open_dt,target_dt,closed_dt,case_status,case_title,"
    "type,location,neighborhood,latitude,longitude,source"
)
NYC = (
    "Unique Key;Created Date;Closed Date;Complaint Type;Descriptor;Incident Zip;Incident Address;Status;"
    "Latitude;Longitude;Location"
)
CHICAGO = (
    "sr_number\tsr_type\tsr_short_code\tstatus\torigin\tcreated_date\tclosed_date\tstreet_address\tlatitude\tlongitude"
)


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return Table(tmp_path / "table.csv")


class Table:
    """A file with these lines, as it is read."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(self, *lines: str) -> Sheet:
        self._file.write_text("\n".join(lines), encoding="utf-8")
        return read(self._file)

    def backlog(self, *lines: str, city: City = CITY, order: Order | None = None, maps: Sequence[str] = ()) -> Backlog:
        sheet = self(*lines)
        return prepare(sheet, changed(sheet, guess(sheet), maps), city, order)


def test_columns_of_real_cities_are_guessed(table: Table) -> None:
    assert guess(table(BOSTON, "1,2020-01-02,,,Open,Hole,Pothole,1 Main St,Roxbury,42.3,-71.0,App")) == {
        "id": "case_enquiry_id",
        "opened": "open_dt",
        "closed": "closed_dt",
        "due": "target_dt",
        "service": "type",
        "status": "case_status",
        "address": "location",
        "lat": "latitude",
        "lon": "longitude",
        "area": "neighborhood",
        "description": "case_title",
        "channel": "source",
    }
    found = guess(table(NYC, "1;01/02/2020 11:07:15 PM;;Noise;Loud;10035;1 E 118 ST;Open;40.8;-73.9;(40.8, -73.9)"))
    assert (found["opened"], found["service"], found["address"]) == (
        "Created Date",
        "Complaint Type",
        "Incident Address",
    )
    found = guess(table(CHICAGO, "SR1\tPothole\tPHF\tOpen\tPhone\t2021-01-01T00:00:09.000\t\t1 W A ST\t41.8\t-87.6"))
    assert (found["service"], found["code"], found["channel"]) == ("sr_type", "sr_short_code", "origin")


def test_a_column_must_hold_what_its_name_says(table: Table) -> None:
    found = guess(table("id,date,opened,type,x,y", "1,2020-01-02,yes,Hole,778000.5,2950000.1"))
    assert found == {"id": "id", "opened": "date", "service": "type"}


def test_a_person_changes_what_was_guessed(table: Table) -> None:
    sheet = table("id,opened,type,kind", "1,2020-01-02,Hole,Deep")
    assert changed(sheet, guess(sheet), ["service=kind", "id="]) == {"opened": "opened", "service": "kind"}
    for wish, words in (
        ("kind", "no field=column"),
        ("kinds=type", "no field"),
        ("service=kin", "The nearest is “kind”"),
    ):
        with pytest.raises(Invalid, match=words):
            changed(sheet, guess(sheet), [wish])
    with pytest.raises(Invalid, match=r"No column says what it is about\. Name it .--map service=COLUMN"):
        columns.check({"opened": "opened"})


def test_a_row_becomes_a_request(table: Table) -> None:
    made = table.backlog(
        BOSTON,
        "101,2020-07-01 10:00:00,2020-07-03,2020-07-02 09:30:00,Closed,Deep hole,"
        "POTHOLE repair,1  Main St,Roxbury,42.3,-71,Self Service",
        "102,2020-07-01 10:00:00,,,Open,,Zebra,,,,,",
    )
    first, second = made.rows
    assert (first.source_id, first.service_code, first.service, first.sla_hours) == ("101", "P", "Pothole Repair", 48)
    assert first.opened_at == datetime(2020, 7, 1, 14, tzinfo=UTC)
    assert first.closed_at == datetime(2020, 7, 2, 13, 30, tzinfo=UTC)
    assert first.expected_at == datetime(2020, 7, 3, 4, tzinfo=UTC)
    assert first.state == (Status.CLOSED, Outcome.UNKNOWN)
    assert first.place == Place("1 Main St", 42.3, -71.0, "Roxbury")
    assert (first.channel, first.description) == (Channel.WEB, "Deep hole")
    assert (second.service_code, second.service, second.state) == ("Zebra", "Zebra", (Status.NEW, None))
    assert {str(f) for f in made.findings.values()} == {
        "1 × a service that the city does not list: kept as it is called (“Zebra”)",
        "1 × no place",
    }


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,,,Open,Hole", "no date of opening"),
        ("1,0001-01-01,,Open,Hole", "an impossible date (opened)"),
        ("1,9999-12-31,,Open,Hole", "an impossible date (opened)"),
        ("1,2026-09-03,,Open,Hole", "an impossible date (opened)"),
        ("1,2020-01-02,1900-01-01,Closed,Hole", "an impossible date (closed)"),
        ("1,2020-01-02,soon,Closed,Hole", "a date that cannot be read (closed)"),
        ("1,2020-01-02 10:00,2020-01-02 09:00,Closed,Hole", "closed before it was opened"),
        ("1,2020-01-02,,Open,", "no service"),
        ("1,2020-01-02,,Open", "4 cells where the header has 5"),
        ("0,2021-01-02,,Open,Tree", "the same id as an earlier row"),
    ],
)
def test_rows_that_cannot_be_taken_say_why(table: Table, row: str, reason: str) -> None:
    good = "0,2020-01-02,2020-01-03,Closed,Hole"
    made = table.backlog("id,opened,closed,status,type", good, "", row, maps=["opened=opened", "closed=closed"])
    assert [r.source_id for r in made.rows] == ["0"]
    assert (made.refused[0].number, list(made.reasons())) == (4, [reason])


def test_what_is_odd_is_taken_and_counted(table: Table) -> None:
    made = table.backlog(
        "opened,closed,due,status,type,latitude,longitude,address",
        "2020-01-02 10:00,2020-01-02,2019-01-01,Closed,Pothole Repair,0,0,1 Main St",
        "2020-01-02,2020-01-03,9999-12-31,Open,Pothole Repair,42.3,-71,",
        '2020-01-02,,,Closed,Pothole Repair,"42,3","-71,1",',
        "2020-01-02,,,Zebra,Pothole Repair,,,1 Main St",
    )
    assert [(r.state[0], r.closed_at, r.expected_at) for r in made.rows] == [
        (Status.CLOSED, made.rows[0].opened_at, None),
        (Status.NEW, None, None),
        (Status.CLOSED, None, None),
        (Status.NEW, None, None),
    ]
    assert made.rows[2].place.lat == 42.3
    assert {name.partition(":")[0]: finding.count for name, finding in made.findings.items()} == {
        "no id": 4,
        "due before it was opened": 1,
        "a due date that cannot be": 1,
        "coordinates that cannot be": 1,
        "an address, but no coordinates": 2,
        "open, with a date of closing": 1,
        "closed, without a date": 1,
        "a status that is not understood": 1,
    }


def test_the_order_of_day_and_month_is_never_guessed(table: Table) -> None:
    lines = ["id,opened,type", "1,03/04/2020,Hole", "2,05/05/2020,Hole"]
    with pytest.raises(Invalid, match=r"“03/04/2020” can be read day first or month first\. .*--dates"):
        table.backlog(*lines)
    assert [r.opened_at.month for r in table.backlog(*lines, order=Order.DMY).rows] == [4, 5]
    assert [r.opened_at.month for r in table.backlog(*lines, "3,13/04/2020,Hole").rows] == [4, 5, 4]
    with pytest.raises(Invalid, match="both orders"):
        table.backlog(*lines, "3,13/04/2020,Hole", "4,04/13/2020,Hole")
    mixed = table.backlog(*lines, "3,13/04/2020,Hole", "4,04/13/2020,Hole", order=Order.MDY)
    assert [r.number for r in mixed.refused] == [4]
    assert date_order(table("id,opened,type", "1,2020-03-04,Hole"), {"opened": "opened"}) is None


def test_what_was_imported_before_is_left_out(table: Table) -> None:
    city = City((), UTC, NOW, known=lambda ids: {"2"} & set(ids))
    made = table.backlog("id,opened,type", "1,2020-03-04,Hole", "2,2020-03-04,Hole", city=city)
    assert ([r.source_id for r in made.rows], made.known) == (["1"], 1)


def test_without_ids_equal_rows_are_doubles(table: Table) -> None:
    made = table.backlog("opened,type", "2020-03-04,Hole", "2020-03-05,Hole", "2020-03-04,Hole")
    assert len({r.source_id for r in made.rows}) == 2
    assert made.refused[0].reason == "the same id as an earlier row: line 2"
    again = table.backlog("opened,type", "2020-03-04,Hole")
    assert again.rows[0].source_id == made.rows[0].source_id


def test_areas_come_from_the_map_where_the_file_has_none(table: Table) -> None:
    city = City((), UTC, NOW, locate=lambda points: [f"around {lat:g}" for lat, _ in points])
    lines = (
        "id,opened,type,area,lat,lon",
        "1,2020-03-04,Hole,,1,2",
        "2,2020-03-04,Hole,Here,3,4",
        "3,2020-03-04,Hole,,,",
    )
    assert [r.place.area for r in table.backlog(*lines, city=city).rows] == ["around 1", "Here", ""]


def test_a_point_that_very_many_share_is_said(table: Table) -> None:
    rows = [f"{i},2020-03-04,Hole,42.3,-71" for i in range(60)]
    finding = table.backlog("id,opened,type,lat,lon", *rows).findings.popitem()[1]
    assert str(finding) == "60 × on one and the same point, perhaps for want of a better (“42.3, -71.0”)"


def test_refused_rows_are_written_to_be_mended_and_read_again(table: Table, tmp_path: Path) -> None:
    sheet = table("id,opened,type,=notes,lon", '=1+1,soon,Hole,"two\nlines, -x",-71.0')
    made = prepare(sheet, changed(sheet, guess(sheet), ["opened=opened"]), CITY)
    text = refused_csv(sheet, made)
    assert text.splitlines()[0].endswith(",id,opened,type,'=notes,lon")
    assert text.splitlines()[1].startswith("2,a date that cannot be read (opened): soon,'=1+1,soon,Hole,")
    again = table(*text.replace("soon,Hole", "2020-01-02,Hole").splitlines())
    assert again.header[2:] == sheet.header
    assert [r.source_id for r in prepare(again, guess(again), CITY).rows] == ["=1+1"]
    assert again.lines[0].cells[-2:] == ("two\nlines, -x", "-71.0")


def test_who_called_is_read_with_the_consent_the_file_says(table: Table) -> None:
    head = "id,opened,type,Caller Name,Phone,E-Mail,Consent"
    made = table.backlog(
        head,
        "1,2020-01-02,Hole,Ana Ruiz,617 555 0142,ana@example.org,Yes",
        "2,2020-01-02,Hole,Bo Lund,617 555 0188,,no",
        "3,2020-01-02,Hole,,,,",
    )
    first, second, third = (row.caller for row in made.rows)
    assert (first.name, first.phone, first.email, first.consent) == (
        *("Ana Ruiz", "617 555 0142", "ana@example.org"),
        True,
    )
    assert (second.name, second.consent, third.is_nobody) == ("Bo Lund", False, True)
    assert str(made.findings["a caller without consent: kept, and told nothing"]).startswith("1 ×")


def test_no_consent_column_is_no_consent_and_odd_numbers_are_counted_without_showing_them(table: Table) -> None:
    made = table.backlog(
        "id,opened,type,phone,email",
        *(f"{i},2020-01-02,Hole,61755501{i},a{i}@example.org" for i in range(10, 19)),
        "20,2020-01-02,Hole,12,nobody",
        "21,2020-01-02,Hole,n/a,",
    )
    assert [(row.caller.phone, row.caller.email) for row in made.rows[-2:]] == [("12", ""), ("", "")]
    assert made.rows[-1].caller.is_nobody
    assert not any(row.caller.consent for row in made.rows)
    said = [str(finding) for finding in made.findings.values()]
    assert "1 × a telephone number that cannot be dialled: kept as it is written" in said
    assert "1 × an e-mail address without an @: left out" in said
    assert "1 × a telephone number without digits: left out" in said


def test_ids_of_a_named_source_are_its_own(table: Table) -> None:
    lines = ("id,opened,type", "7,2020-01-02,Hole")
    city = City((HOLE,), CITY.zone, NOW, lambda ids: {i for i in ids if i == "7"}, "crm")
    assert [row.source_id for row in table.backlog(*lines, city=city).rows] == ["crm:7"]
    assert table.backlog(*lines, city=City((HOLE,), CITY.zone, NOW, lambda ids: set(ids) & {"7"})).known == 1
