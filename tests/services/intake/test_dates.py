"""Dates are read in every usual form; the order of day and month is proved or asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.dates import Order, moment, orders

BOSTON = ZoneInfo("America/New_York")
JULY = datetime(2011, 7, 1, 14, 5, 6, tzinfo=BOSTON)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("2011-07-01 14:05:06", None),
        ("2011-07-01T14:05:06.000", None),
        ("2011/7/1 14:05:06", None),
        ("2011-07-01T18:05:06Z", None),
        ("2011-07-01T20:05:06+02:00", None),
        ("07/01/2011 02:05:06 PM", Order.MDY),
        ("7/1/11 2:05:06 p.m.", Order.MDY),
        ("01/07/2011 14:05:06", Order.DMY),
        ("1.7.2011 14:05:06", Order.DMY),
    ],
)
def test_every_usual_form_is_read(text: str, order: Order | None) -> None:
    assert moment(text, order, BOSTON) == JULY


@pytest.mark.parametrize(
    "text", ["", "soon", "2011-13-01", "31/31/2011", "2011", "12:30", "1/2/3/2011", "7/1/2011 25:00"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert moment(text, Order.MDY, BOSTON) is None


def test_the_first_and_the_last_day_there_is_are_read_too() -> None:
    for text in ("0001-01-01", "9999-12-31 23:59", "12/31/9999"):
        for zone in (BOSTON, ZoneInfo("Asia/Tokyo")):
            read = moment(text, Order.MDY, zone)
            assert read is not None
            assert read.year in {1, 9998, 9999}


def test_midnight_and_noon() -> None:
    assert moment("1/2/2020 12:00 AM", Order.MDY, UTC) == datetime(2020, 1, 2, tzinfo=UTC)
    assert moment("1/2/70 12:00 PM", Order.DMY, UTC) == datetime(1970, 2, 1, 12, tzinfo=UTC)


def test_the_order_is_proved_by_a_number_over_twelve() -> None:
    assert orders(["01/02/2020", "13/02/2020", "5/5/2020"]) == ({Order.DMY}, "01/02/2020")
    assert orders(["02/13/2020 1:00 PM"]) == ({Order.MDY}, "")
    assert orders(["02/13/2020", "13/02/2020"])[0] == {Order.DMY, Order.MDY}
    assert orders(["2020-01-02", "", "5/5/2020", "never"]) == (set(), "")


@given(st.datetimes(datetime(1980, 1, 1), datetime(2060, 1, 1)), st.sampled_from(Order))
def test_what_is_written_in_an_order_is_read_in_it(at: datetime, order: Order) -> None:
    at = at.replace(microsecond=0, tzinfo=UTC)
    text = at.strftime("%d/%m/%Y %H:%M:%S" if order is Order.DMY else "%m/%d/%Y %I:%M:%S %p")
    assert moment(text, order, UTC) == at
    proved, _ = orders([text])
    assert proved <= {order}
