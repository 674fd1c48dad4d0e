"""`call`: refused with a remedy, told to the desk that is open, or a desk of its own; each a real process."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console import drafts
from console.instance import Instance
from tests.console import town
from tests.console.cli.conftest import Run
from tests.console.conftest import sitting_at

PATIENCE = 60.0
NUMBER, OTHER = "+1 228-555-0112", "+1 617-555-0142"


def start(home: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "console.cli", "--home", str(home), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@contextmanager
def running(home: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A process that is ended with the test."""
    made = start(home, *words)
    try:
        yield made
    finally:
        made.kill()
        made.communicate()


def until(condition: Callable[[], object]) -> None:
    """Wait for what another process leaves on the disk."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def kept(home: Path) -> list[str]:
    """The numbers of the calls on the disk."""
    return [draft.form.phone for draft in drafts.kept(home)]


@pytest.mark.parametrize("text", ["anonymous", "tel:", "12", "callto:ana"])
def test_what_is_no_number_is_refused_with_a_remedy(run: Run, text: str) -> None:
    told = run("call", text)
    assert told.code == 1
    assert "Write it with its area code" in told.err
    assert told.out == ""


@pytest.mark.parametrize("words", ["call", "call 2285550112 --register", "call --register --unregister", "call a b"])
def test_it_is_one_number_or_one_wish(run: Run, words: str) -> None:
    assert run(*words.split()).code == 2


def test_help_needs_no_qt(tmp_path: Path) -> None:
    code = (
        "import sys; from console.cli import main\n"
        "try: main(['call', '--help'])\n"
        "except SystemExit: pass\n"
        "try: main(['--home', sys.argv[1], 'call', 'anonymous'])\n"
        "except SystemExit: pass\n"
        "print([m for m in ('PySide6', 'sqlalchemy', 'requests', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_desk_that_is_open_gets_the_call(folder: Path, qtbot: QtBot) -> None:
    settings = town.build(folder, count=2, deaf=0)
    with sitting_at(settings, qtbot) as desk:
        instance = Instance(settings.store_url, desk.made.ringing.hear)
        desk.window.showMinimized()
        with running(folder, "call", "tel:+1-228-555-0112;ext=5") as other:
            desk.until(lambda: desk.window.call is not None)
            out, err = other.communicate(timeout=PATIENCE)
        instance.close()
        assert (other.returncode, out, err) == (0, f"{NUMBER} ext. 5 is at the desk that is open.\n", "")
        assert not desk.window.isMinimized()
        call = desk.window.call
        assert call is not None
        desk.until(call.name.hasFocus)
        assert call.phone.text() == f"{NUMBER} ext. 5"


def test_without_a_desk_one_opens_and_hears_what_rings_next(folder: Path) -> None:
    town.build(folder, count=2, deaf=0)
    with running(folder, "call", NUMBER) as desk:
        until(lambda: kept(folder) == [NUMBER])
        for number in (OTHER, NUMBER, OTHER):
            told = subprocess.run(
                [sys.executable, "-m", "console.cli", "--home", str(folder), "call", number],
                capture_output=True, text=True, timeout=PATIENCE, check=True,
            )  # fmt: skip
            assert told.stdout == f"{number} is at the desk that is open.\n"
        until(lambda: sorted(kept(folder)) == sorted([NUMBER, OTHER]))
        assert desk.poll() is None
    with running(folder, "call", "617 555 0199"):
        until(lambda: sorted(kept(folder)) == sorted([NUMBER, OTHER, "+1 617-555-0199"]))


def test_two_that_ring_at_once_open_one_desk(folder: Path) -> None:
    town.build(folder, count=2, deaf=0)
    with running(folder, "call", NUMBER) as one, running(folder, "call", OTHER) as two:
        until(lambda: sorted(kept(folder)) == sorted([NUMBER, OTHER]))
        until(lambda: one.poll() is not None or two.poll() is not None)
        assert {one.poll(), two.poll()} == {0, None}, "one of them only passed its number on"


def test_without_a_display_it_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town.build(folder, count=1, deaf=0)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    if sys.platform != "linux":
        pytest.skip("only Linux may be without one")
    with running(folder, "call", NUMBER) as made:
        _, err = made.communicate(timeout=PATIENCE)
    assert made.returncode == 1
    assert "There is no display here" in err


@pytest.mark.skipif(sys.platform != "linux", reason="freedesktop's files")
def test_links_are_registered_for_the_home_that_is_named(
    run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    file = tmp_path / "XDG_DATA_HOME" / "applications" / "connect-console-call.desktop"
    told = run("call", "--register")
    assert (told.code, told.err) == (0, "")
    assert str(file) in told.out
    assert f"call --home {home} -- %u" in file.read_text()
    assert run("call", "--unregister").out == "Telephone links run Connect Console no longer.\n"
    assert not file.exists()
