"""Telephone links: a real desktop file that runs the call, taken back without a trace; Windows by its keys alone.

What writes the Windows registry has not been run on Windows.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import links
from services.errors import Expected

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="freedesktop's files")
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=20)


@pytest.fixture
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Somebody's own folders."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def entry(person: Path) -> Path:
    return person / "data" / "applications" / links.FILE


def fields(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines()[1:])


def run_words(exec_line: str, address: str) -> list[str]:
    """What a desktop starts for an Exec line: its own reading of the specification."""
    line = re.sub(r"\\(.)", r"\1", exec_line)
    words = []
    for quoted, bare in re.findall(r'"((?:[^"\\]|\\.)*)"|([^ "]+)', line):
        word = re.sub(r"\\(.)", r"\1", quoted) if quoted else bare
        words.append(re.sub("%(.)", lambda code: address if code[1] == "u" else code[1], word))
    return words


def test_the_entry_is_what_the_specification_asks_for(person: Path) -> None:
    said = links.register(None)
    assert str(entry(person)) in said
    found = fields(entry(person).read_text())
    assert found["MimeType"] == "x-scheme-handler/tel;x-scheme-handler/callto;"
    assert found["Type"] == "Application"
    if check := shutil.which("desktop-file-validate"):
        ran = subprocess.run([check, str(entry(person))], capture_output=True, text=True, check=False)
        assert ran.stdout + ran.stderr == ""


def test_what_the_entry_starts_is_the_command(person: Path) -> None:
    links.register(str(person / "a home"))
    words = run_words(fields(entry(person).read_text())["Exec"], "tel:anonymous")
    ran = subprocess.run(words, capture_output=True, text=True, check=False, cwd="/")
    assert ran.returncode == 1
    assert "“anonymous” is no telephone number." in ran.stderr
    assert (person / "a home" / "logs").is_dir()


@pytest.mark.parametrize("link", ["--unregister", "tel:1 --unregister", "tel:1|--home|elsewhere", "--home=elsewhere"])
def test_no_link_brings_options_with_it(person: Path, link: str) -> None:
    links.register(str(person / "here"))
    words = run_words(fields(entry(person).read_text())["Exec"], "%")
    ran = subprocess.run([*words[:-1], *link.split("|")], capture_output=True, text=True, check=False, cwd=person)
    assert ran.returncode != 0
    assert entry(person).exists()
    assert not (person / "elsewhere").exists()
    assert "telephone number" in ran.stderr or "unrecognized arguments" in ran.stderr


def test_a_home_that_would_add_lines_to_the_entry_is_refused(person: Path) -> None:
    with pytest.raises(Expected, match="cannot stand in a telephone link"):
        links.register(str(person / "a\nExec=evil"))
    assert not entry(person).exists()


@given(st.lists(WORDS, min_size=1, max_size=4))
def test_every_word_reaches_the_program_as_it_is(words: list[str]) -> None:
    line = fields(links.desktop_entry(words))["Exec"]
    assert run_words(line, "tel:1") == [*words, "tel:1"]


def test_the_system_is_asked_to_choose_it(person: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tools = person / "tools"
    tools.mkdir()
    told = person / "told"
    (tools / "xdg-mime").write_text(f'#!/bin/sh\necho "$@" > "{told}"\n')
    (tools / "xdg-mime").chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", str(tools), prepend=os.pathsep)
    assert links.register(None).startswith("Telephone links run Connect Console now")
    assert told.read_text() == f"default {links.FILE} x-scheme-handler/tel x-scheme-handler/callto\n"
    (tools / "xdg-mime").write_text("#!/bin/sh\nexit 3\n")
    assert "choose Connect Console in the system's settings" in links.register(None)


def test_it_is_taken_back_without_a_trace(person: Path) -> None:
    links.register(None)
    chosen = person / "config" / "mimeapps.list"
    chosen.parent.mkdir()
    before = "[Default Applications]\ntext/html=firefox.desktop;\n"
    ours = f"x-scheme-handler/tel={links.FILE}\nx-scheme-handler/callto=skype.desktop;{links.FILE};\n"
    chosen.write_text(before + ours)
    links.unregister()
    assert not entry(person).exists()
    assert chosen.read_text() == before + "x-scheme-handler/callto=skype.desktop;\n"
    links.unregister()


@given(st.lists(st.sampled_from(["[Added Associations]", "a=b.desktop;", "a=b.desktop", "", "# c", "x"]), max_size=6))
def test_a_list_that_does_not_name_it_stays_as_it_is(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert links.without(text, links.FILE) == text


def test_a_folder_that_cannot_be_written_is_said(person: Path) -> None:
    (person / "data").write_text("in the way")
    with pytest.raises(Expected, match="could not be written"):
        links.register(None)


def test_macos_says_what_it_wants(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(Expected, match="only to an app bundle"):
        links.register(None)


def test_the_keys_for_windows_lead_from_the_choice_to_the_command() -> None:
    keys = links.windows_keys([r"C:\Program Files\c\connect-console.exe", "call"])
    capabilities = keys[r"Software\RegisteredApplications"][links.NAME]
    for scheme in ("tel", "callto"):
        kind = keys[rf"{capabilities}\URLAssociations"][scheme]
        run = keys[rf"Software\Classes\{kind}\shell\open\command"][""]
        assert run == r'"C:\Program Files\c\connect-console.exe" call "%1"'
    paths = list(keys)
    assert paths[-1] == r"Software\RegisteredApplications", "which is not ours to delete"
    for at, path in enumerate(paths):
        inner = [other for other in paths[:at] if other.startswith(path + "\\")]
        assert inner == [], "a key is deleted after those below it"
