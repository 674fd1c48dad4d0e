"""The licence check: what counts as GPL-only, and that nothing this project needs is."""

from __future__ import annotations

from email.message import Message
from importlib.metadata import Distribution, PackageNotFoundError
from typing import cast

import pytest

from tests import licences


def test_nothing_we_need_is_gpl_only() -> None:
    assert list(licences.problems()) == []
    assert licences.main() == 0


@pytest.mark.parametrize(
    ("text", "is_gpl"),
    [
        ("MIT", False),
        ("GPL-3.0-only", True),
        ("GPL-2.0-or-later", True),
        ("AGPL-3.0-only", True),
        ("GPLv3", True),
        ("GNU General Public License v3 (GPLv3)", True),
        ("GNU Affero General Public License v3", True),
        ("MIT AND GPL-3.0-only", True),
        ("(MIT AND GPL-2.0-only) OR GPL-3.0-only", True),
        ("LGPL-3.0-only", False),
        ("GNU Lesser General Public License v3 (LGPLv3)", False),
        ("GNU Library General Public License", False),
        ("LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only", False),
        ("GPL-2.0-only OR MIT", False),
        ("BSD-3-Clause AND MIT", False),
    ],
)
def test_gpl_only_means_that_there_is_no_other_choice(text: str, is_gpl: bool) -> None:
    assert licences.gpl_only(text) is is_gpl


class Said:
    """A distribution with nothing but metadata."""

    version = "1"

    def __init__(self, *fields: tuple[str, str]) -> None:
        self.metadata = Message()
        for name, value in fields:
            self.metadata[name] = value


@pytest.mark.parametrize(
    ("fields", "is_read_as"),
    [
        ([("License-Expression", "MIT"), ("License", "GPL")], "MIT"),
        ([("Classifier", "License :: OSI Approved :: MIT License"), ("Classifier", "Topic :: X")], "MIT License"),
        (
            [("Classifier", "License :: OSI Approved :: A"), ("Classifier", "License :: OSI Approved :: B")],
            "A OR B",
        ),
        ([("Classifier", "License :: OSI Approved"), ("License", " BSD\nlong text")], "BSD"),
        ([], ""),
    ],
)
def test_where_a_licence_is_read(fields: list[tuple[str, str]], is_read_as: str) -> None:
    assert licences.licence(cast("Distribution", Said(*fields))) == is_read_as


def test_the_closure_goes_down_and_keeps_to_this_machine() -> None:
    found = licences.closure(["keyring>=1", "colorama; sys_platform == 'cobol'"])
    assert "jaraco-context" in found
    assert "colorama" not in found


def test_what_is_wrong_is_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    bad = {"evil": Said(("License-Expression", "GPL-3.0-only")), "mute": Said()}
    monkeypatch.setattr(licences, "closure", lambda _: bad)
    assert licences.main() == 1
    said = capsys.readouterr()
    assert "evil 1 is GPL-only: GPL-3.0-only." in said.err
    assert "mute 1 says nothing of its licence." in said.err
    assert said.out == "licences: 2 problems\n"


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def missing(_: list[str]) -> dict[str, Distribution]:
        raise PackageNotFoundError("nowhere")

    monkeypatch.setattr(licences, "closure", missing)
    assert licences.main() == 1
    assert "nowhere is not installed." in capsys.readouterr().err
