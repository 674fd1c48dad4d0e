"""What counts as an answer on a form, and how both sides of the crews' figures are counted: on made-up requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from services.dispatch.history import CHANNEL, STREET, Case
from tests.evaluate import crews


def raw(title: str, day: str, queue: str) -> dict[str, str]:
    return {
        "open_dt": f"{day} 10:00:00", "type": "Comments", "queue": queue, "pwd_district": " 07", "source": "Twitter",
        "location_street_name": "39 Lorraine St ", "case_title": title,
    }  # fmt: skip


def test_only_what_a_form_wrote_often_before_october_is_read_of_a_title(monkeypatch: pytest.MonkeyPatch) -> None:
    often = [raw("Parks: Complaint", "2011-08-01", "PARK")] * crews.OFTEN
    rows = [
        *often,
        *[raw("Roads: Complaint", "2011-11-01", "PWD")] * crews.OFTEN,
        raw("Parks", "2011-11-01", "PARK"),
        raw("Parks: Praise", "2011-11-01", "INFO"),
    ]

    def records(name: str) -> Iterator[Mapping[str, str]]:
        yield from rows

    monkeypatch.setattr(crews, "records", records)
    made = list(crews._asked())
    assert [case.signs[crews.FORM] for _, _, case in made[-3:]] == ["", "", "Parks"]
    assert made[0][2] == Case("07", {STREET: "lorraine st", CHANNEL: "", crews.FORM: "Parks"}, 1)
    assert {case.crew for _, _, case in made} == {1, 2, 3}


def asked(day: str, form: str, queue: int) -> crews.Asked:
    return day, "Comments", Case("07", {crews.FORM: form}, queue)


def test_both_sides_are_asked_the_same_and_know_the_same() -> None:
    past = [asked("2011-09-01", *told) for told in (("parks", 1), ("roads", 2), ("roads", 2))] * 9
    later = [asked("2011-10-01", *told) for told in (("parks", 1), ("parks", 1), ("roads", 2), ("", 2))]
    first, of_type, *_ = crews.compared("crew", [(past, later)])
    assert (first.name, of_type.name) == ("crew-top1", "crew-top1-of-type")
    assert (first.ours, first.baseline, first.n) == (1.0, 0.5, 4)
    assert first.note == "ours alone right 2, it alone 0: 1.4 standard deviations"
    assert not first.better
    blind = [crews._unanswered(row) for row in later]
    assert crews.compared("crew", [(past, blind)])[0].ours == 0.5


def test_each_day_knows_the_days_before_it_and_not_its_own() -> None:
    days = [[asked("2011-09-30", "", 1)], [asked("2011-10-01", "", 2)], [asked("2011-10-02", "", 2)]]
    steps = [(list(new), day) for new, day in crews._daily(days)]
    assert steps == [(days[0], days[1]), (days[1], days[2])]
