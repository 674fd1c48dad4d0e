"""Which files name a person: by any spelling of number, name or address, and never those of a housemate alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import DRAFT_FOLDER, FRONT_FILE
from console.forgetting import MONTH, Named, closed_before, forget
from services.store.callers import Person
from widgets.call.draft import PhoneReportDraft

ANA = Person("Ana Ruiz", "(617) 555-0142", "Ana@Example.org", "", "", consent=True, do_not_call=False)
BO = replace(ANA, name="Bo Lund")


@pytest.mark.parametrize(
    "text",
    ["ANA RUIZ called", '{"phone": "617.555.0142"}', "+1 617-555-0142", "to: ana@example.ORG", "6175550142"],
)
def test_any_spelling_names_her(text: str) -> None:
    assert Named([ANA]).holds(text)


@pytest.mark.parametrize("text", ["", "Ana", "Ruiz", "617 555 0143", "bana@example.com", "Bo Lund"])
def test_what_is_about_somebody_else_does_not(text: str) -> None:
    assert not Named([ANA]).holds(text)


@pytest.mark.parametrize(
    ("text", "hers"),
    [
        ("Bo Lund 617 555 0142", False),
        ("Bo Lund ana@example.org", False),
        ("617 555 0142", True),
        ("Ana Ruiz and Bo Lund, 617 555 0142", True),
    ],
)
def test_on_one_number_the_name_decides(text: str, hers: bool) -> None:
    assert Named([ANA], [BO]).holds(text) is hers


def test_two_who_are_erased_together_keep_nothing_for_each_other() -> None:
    assert Named([ANA, BO], []).holds("Bo Lund 617 555 0142")
    assert Named([ANA], [replace(BO, name="ana  RUIZ")]).holds("617 555 0142"), "the same name is no other"


def test_who_has_neither_name_nor_number_is_in_no_text() -> None:
    nobody = replace(ANA, name=" ", phone="911", email="")
    assert not any(Named([nobody]).holds(text) for text in ("", "911", "anything"))


@given(
    st.text(st.characters(exclude_categories=["Cs", "L", "N", "Pc"], exclude_characters="\\"), max_size=20),
    st.text(st.characters(exclude_categories=["Cs", "Nd"]), max_size=20),
)
def test_whatever_stands_around_a_name_or_a_number_it_is_found(before: str, after: str) -> None:
    assert Named([ANA]).holds(f"{before}ana ruiz{before}")
    assert Named([ANA]).holds(f"{after}617-555-0142{after}")


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_draft_on_the_disk_that_names_her_is_found_whatever_else_was_typed(before: str, after: str) -> None:
    said = f"{before}\nANA \n Ruiz\t{after}"
    assert Named([ANA]).holds(msgspec.json.encode(PhoneReportDraft(description=said)).decode())
    assert Named([ANA]).holds(repr(PhoneReportDraft(description=said)))


@pytest.mark.parametrize("name", ["Al", "An", "Do", "Li", "Sage"])
def test_a_short_name_is_not_found_inside_of_other_words(name: str) -> None:
    other = PhoneReportDraft(name="Bo Lund", description="Also the alley lights on Allston St; message planned")
    assert not Named([replace(ANA, name=name)]).holds(msgspec.json.encode(other).decode())
    assert not Named([replace(ANA, name=name)]).holds(repr(other))
    assert Named([replace(ANA, name=name)]).holds(f"told {name}, on Monday")


def test_an_earlier_number_address_or_name_of_hers_names_her_too() -> None:
    moved = replace(ANA, written=(("Ana Lopez", "+44 20 7946 0958", "old@example.org"),))
    for text in ("020 7946 0958", "To: old@example.org", "ana lopez", "Ana Ruiz", "6175550142"):
        assert Named([moved]).holds(text), text
    assert not Named([ANA], [replace(BO, written=(("Robert Lund", "", ""),))]).holds("Robert Lund 617 555 0142")


def test_only_files_that_name_her_are_deleted_and_the_first_picture_always(tmp_path: Path) -> None:
    mails, letters = tmp_path / "mail", tmp_path / DRAFT_FOLDER
    for folder in (mails, letters):
        folder.mkdir()
        for name, text in (("a", "Ana Ruiz"), ("b", "Bo Lund 617 555 0142"), ("c", "nothing")):
            (folder / name).write_text(text, encoding="utf-8")
        (folder / "below").mkdir()
    (tmp_path / FRONT_FILE).write_bytes(b"\xff")
    (letters / "d").write_bytes(b"\xff\xfe Ana Ruiz")
    assert forget(tmp_path, mails, Named([ANA], [BO])) == 3
    assert sorted(p.name for folder in (mails, letters) for p in folder.iterdir() if p.is_file()) == [
        "b",
        "b",
        "c",
        "c",
    ]
    assert not (tmp_path / FRONT_FILE).exists()
    assert forget(tmp_path, tmp_path / "none", Named([ANA])) == 1, "without the other it is hers"


@given(st.integers(1, 1200))
def test_more_months_are_longer_ago(months: int) -> None:
    now = datetime.now(UTC)
    assert abs(now - closed_before(months) - months * MONTH) < timedelta(minutes=1)
    assert closed_before(months + 1) < closed_before(months)
