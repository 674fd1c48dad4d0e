"""A list of targets is read with whatever headings it has; what is wrong in it is said with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from services.domain.sla import Target, Term, Unit
from services.domain.values import Service
from services.errors import Invalid
from services.intake.daysoff import public_holidays
from services.intake.sheet import read
from services.intake.targets import Targets, read_targets

SERVICES = [Service("pothole", "Pothole Repair", "city"), Service("tree", "Tree", "city"), Service("tree", "Tree", "")]
DAYS2 = Term(2, Unit.WORKING_DAYS)


def given(folder: Path, *lines: str) -> Targets:
    file = folder / "targets.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    return read_targets(read(file), SERVICES)


@pytest.mark.parametrize(
    "lines",
    [
        ("service,respond within,resolve within,unit", "Pothole Repair,4,2,working days"),
        ("Service Code;Response;SLA", "POTHOLE;4 wd;2 business days"),
        ("type,respond_working_days,resolve_business_days", "pothole repair,4,2"),
    ],
)
def test_headings_are_forgiving(tmp_path: Path, lines: tuple[str, ...]) -> None:
    assert given(tmp_path, *lines).targets == {("city", "pothole"): Target(Term(4, Unit.WORKING_DAYS), DAYS2)}


def test_a_service_of_two_upstreams_has_its_target_in_both(tmp_path: Path) -> None:
    found = given(tmp_path, "name,sla hours", "Tree,24")
    assert found.targets == {("city", "tree"): Target(None, Term(24)), ("", "tree"): Target(None, Term(24))}


def test_what_is_wrong_is_said_with_its_line_and_the_rest_is_taken(tmp_path: Path) -> None:
    found = given(
        tmp_path, "service,resolve", "Pothole Repair,0", "Pothol Repair,2 wd", "Gargoyle,1", "Tree,", "Tree,soon",
        "Tree,2 wd", "Tree,2 wd", "Tree,3 wd",
    )  # fmt: skip
    assert set(found.targets.values()) == {Target(None, DAYS2)}
    assert [p.partition(".")[0] for p in found.problems] == [
        "line 2: A target of 0 cannot be kept",
        "line 3: there is no service “Pothol Repair”",
        "line 4: there is no service “Gargoyle”",
        "line 5: “Tree” has no target",
        "line 6: “soon” is no target",
        "line 9: “Tree” has another target on line 7",
    ]
    assert "Did you mean “Pothole Repair”?" in found.problems[1]
    assert "connect-console sla show" in found.problems[2]


@pytest.mark.parametrize(
    ("header", "said"), [("when,what", "No column says which service"), ("service,colour", "No column holds targets")]
)
def test_a_table_of_something_else_is_refused(tmp_path: Path, header: str, said: str) -> None:
    with pytest.raises(Invalid, match=said) as caught:
        given(tmp_path, header, "a,b")
    assert "service, respond within" in caught.value.remedy


def test_public_holidays_of_a_state() -> None:
    found = public_holidays("us-ms", [2026])
    assert found[date(2026, 4, 27)] == "Confederate Memorial Day"
    assert "Lee" in found[date(2026, 1, 19)]
    assert date(2026, 4, 27) not in public_holidays("US", [2026])
    for nowhere in ("XX", "US-QQ", ""):
        with pytest.raises(Invalid, match="No holidays are known"):
            public_holidays(nowhere, [2026])
