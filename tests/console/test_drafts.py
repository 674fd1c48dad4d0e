"""Drafts of calls on the disk: whole or not at all, read back as they were, and gone when they are to be gone."""

from __future__ import annotations

import os
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import drafts
from console.drafts import Draft
from services.errors import Expected
from widgets.call.draft import PhoneReportDraft

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
FORMS = st.builds(
    PhoneReportDraft,
    service_code=WORDS,
    service_words=WORDS,
    description=WORDS,
    address=WORDS,
    lat=st.none() | st.floats(-90, 90),
    lon=st.none() | st.floats(-180, 180),
    name=WORDS,
    phone=WORDS,
    answers=st.dictionaries(WORDS, st.lists(WORDS, max_size=3).map(tuple), max_size=3),
    consent=st.booleans(),
)


def draft(draft_id: str, minutes: int = 0, *, name: str = "", phone: str = "") -> Draft:
    return Draft(
        draft_id, NOON + timedelta(minutes=minutes), PhoneReportDraft(description="A hole.", name=name, phone=phone)
    )


@given(form=FORMS)
def test_a_draft_is_read_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, form: PhoneReportDraft) -> None:
    home = tmp_path_factory.mktemp("home")
    made = Draft("a", NOON, form)
    drafts.keep(home, made)
    assert drafts.kept(home) == [made]


def test_drafts_come_in_the_order_in_which_they_were_opened(tmp_path: Path) -> None:
    for name, minutes in (("b", 2), ("a", 3), ("c", 1)):
        drafts.keep(tmp_path, draft(name, minutes))
    assert [d.id for d in drafts.kept(tmp_path)] == ["c", "b", "a"]
    drafts.forget(tmp_path, "b")
    drafts.forget(tmp_path, "b")
    assert [d.id for d in drafts.kept(tmp_path)] == ["c", "a"]


def test_a_newer_state_takes_the_place_of_the_older(tmp_path: Path) -> None:
    drafts.keep(tmp_path, draft("a"))
    drafts.keep(tmp_path, draft("a", name="Rosa"))
    assert [d.form.name for d in drafts.kept(tmp_path)] == ["Rosa"]


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_only_the_owner_may_read_them(tmp_path: Path) -> None:
    drafts.keep(tmp_path, draft("a"))
    (file,) = drafts.folder(tmp_path).iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_file_that_is_no_draft_is_left_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    drafts.keep(tmp_path, draft("a"))
    folder = drafts.folder(tmp_path)
    (folder / "b.json").write_bytes((folder / "a.json").read_bytes()[:20])
    (folder / "c.json").write_bytes((folder / "a.json").read_bytes())
    assert [d.id for d in drafts.kept(tmp_path)] == ["a"]
    assert "cannot be read" in caplog.text
    caplog.clear()
    assert len(list(folder.iterdir())) == 3


def test_what_a_broken_off_writer_left_is_swept(tmp_path: Path) -> None:
    drafts.keep(tmp_path, draft("a"))
    part = drafts.folder(tmp_path) / "a.json.0011223344556677.part"
    part.write_bytes(b"{")
    drafts.kept(tmp_path)
    assert part.exists(), "it may be being written just now"
    os.utime(part, (0, 0))
    drafts.kept(tmp_path)
    assert [file.name for file in drafts.folder(tmp_path).iterdir()] == ["a.json"]


def test_a_home_without_drafts_has_none(tmp_path: Path) -> None:
    assert drafts.kept(tmp_path) == []


def test_a_disk_that_takes_nothing_is_said(tmp_path: Path) -> None:
    drafts.folder(tmp_path).write_text("in the way")
    with pytest.raises(Expected, match="could not be saved"):
        drafts.keep(tmp_path, draft("a"))
    with pytest.raises(Expected, match="could not be deleted"):
        drafts.forget(tmp_path, os.path.join("a", "b"))
