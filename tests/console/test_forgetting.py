"""Which files name a person: by any spelling of number, name or address, and never those of a housemate alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import DRAFT_FOLDER, FRONT_FILE
from console.forgetting import MONTH, Named, closed_before, forget
from services.store.callers import Person

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
    st.text(st.characters(exclude_categories=["Cs", "Lu", "Lt", "Ll", "Lo", "Lm"]), max_size=20),
    st.text(st.characters(exclude_categories=["Cs", "Nd"]), max_size=20),
)
def test_whatever_stands_around_a_name_or_a_number_it_is_found(before: str, after: str) -> None:
    assert Named([ANA]).holds(f"{before}ana ruiz{after}")
    assert Named([ANA]).holds(f"{after}617-555-0142{after}")


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
