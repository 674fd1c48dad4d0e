"""Has the system's `tel:` and `callto:` links run `connect-console call`, for one person, and takes that back."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from services.errors import Expected
from services.files import replaced, why

SCHEMES = ("tel", "callto")
FILE = "connect-console-call.desktop"
NAME = "Connect Console"
PATIENCE_SECONDS = 10
_CLASS = "ConnectConsole.Call"
_CHOOSE = "If another program still takes them, choose Connect Console in the system's settings for default programs."


def register(home: str | None) -> str:
    """Take the links, for the desk of `home` (None: the usual one). Returns what was done; raises Expected."""
    if sys.platform == "darwin":
        raise Expected(
            "macOS gives telephone links only to an app bundle, and Connect Console is none.",
            "Let the telephone system itself run `connect-console call NUMBER`.",
        )
    words = command(home)
    if sys.platform == "win32":
        write_keys(windows_keys(words))
        return f"Telephone links can run Connect Console now. {_CHOOSE}"
    file = _applications() / FILE
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with replaced(file) as out:
            out.write(desktop_entry(words).encode())
    except OSError as fault:
        raise _not_written(file, fault) from fault
    if _ran("xdg-mime", "default", FILE, *(f"x-scheme-handler/{scheme}" for scheme in SCHEMES)):
        return f"Telephone links run Connect Console now ({file})."
    return f"Connect Console offers itself for telephone links ({file}). {_CHOOSE}"


def unregister() -> str:
    """Leave the links to whoever had them. Returns what was done; raises Expected."""
    if sys.platform == "win32":
        delete_keys(list(windows_keys([])))
    elif sys.platform != "darwin":
        file = _applications() / FILE
        chosen = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "mimeapps.list"
        try:
            file.unlink(missing_ok=True)
            if chosen.is_file():
                chosen = chosen.resolve()
                before = chosen.read_text(encoding="utf-8")
                if (after := without(before, FILE)) != before:
                    with replaced(chosen) as out:
                        out.write(after.encode())
        except OSError as fault:
            raise _not_written(file, fault) from fault
    return "Telephone links run Connect Console no longer."


def command(home: str | None) -> list[str]:
    """The program and its words that take a call, up to the number; by its full path, for links know no PATH.

    The last is "--": whatever a web page hides in its link, it is a number or nothing, and no option.
    """
    beside = Path(sys.executable).with_name("connect-console.exe" if sys.platform == "win32" else "connect-console")
    program = [str(beside)] if beside.is_file() else [sys.executable, "-P", "-m", "console.cli"]
    return [*program, "call", *(["--home", home] if home else []), "--"]


def desktop_entry(words: Sequence[str]) -> str:
    """The entry of freedesktop's Desktop Entry Specification that runs these words with an address."""
    types = "".join(f"x-scheme-handler/{scheme};" for scheme in SCHEMES)
    run = " ".join(_quoted(word) for word in words)
    return (
        f"[Desktop Entry]\nType=Application\nName={NAME}\nComment=Take down a call\n"
        f"Exec={run} %u\nTerminal=false\nNoDisplay=true\nMimeType={types}\n"
    )


def _quoted(word: str) -> str:
    """One word of Exec: quoted where it has to be, then with what a string of the file escapes."""
    if word and all(c.isalnum() or c in "_-./+:@," for c in word):
        return word
    if any(c < " " for c in word):
        raise Expected(f"“{ascii(word)[1:-1]}” cannot stand in a telephone link's command.", "Rename that folder.")
    inside = "".join(f"\\{c}" if c in '\\"`$' else c for c in word)
    return f'"{inside}"'.replace("\\", "\\\\").replace("%", "%%")


def without(text: str, file: str) -> str:
    """A mimeapps.list in which no type names that file any more; all other lines are as they were."""
    kept = []
    for line in text.splitlines(keepends=True):
        key, equals, names = line.partition("=")
        chosen = names.strip().split(";")
        if not equals or file not in chosen:
            kept.append(line)
            continue
        left = [name for name in chosen if name not in {"", file}]
        if left:
            kept.append(f"{key}={';'.join(left)};\n")
    return "".join(kept)


def windows_keys(words: Sequence[str]) -> dict[str, Mapping[str, str]]:
    """Keys below HKEY_CURRENT_USER with their values ("": the default one), the outer ones first."""
    run = f'{subprocess.list2cmdline(words)} "%1"'
    program = r"Software\ConnectConsole"
    return {
        rf"Software\Classes\{_CLASS}": {"": "Telephone call", "URL Protocol": ""},
        rf"Software\Classes\{_CLASS}\shell": {},
        rf"Software\Classes\{_CLASS}\shell\open": {},
        rf"Software\Classes\{_CLASS}\shell\open\command": {"": run},
        program: {},
        rf"{program}\Capabilities": {"ApplicationName": NAME, "ApplicationDescription": "Takes down calls"},
        rf"{program}\Capabilities\URLAssociations": dict.fromkeys(SCHEMES, _CLASS),
        r"Software\RegisteredApplications": {NAME: rf"{program}\Capabilities"},
    }


if sys.platform == "win32":
    import winreg

    def write_keys(keys: Mapping[str, Mapping[str, str]]) -> None:
        """Write them into the person's own part of the registry."""
        for path, values in keys.items():
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, path) as key:
                for name, value in values.items():
                    winreg.SetValueEx(key, name, 0, winreg.REG_SZ, value)

    def delete_keys(paths: Sequence[str]) -> None:
        """Delete them, the inner ones first; of the list of all programs only ours."""
        *ours, programs = paths
        for path in reversed(ours):
            try:
                winreg.DeleteKey(winreg.HKEY_CURRENT_USER, path)
            except FileNotFoundError:
                continue
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, programs, 0, winreg.KEY_SET_VALUE) as key:
                winreg.DeleteValue(key, NAME)
        except FileNotFoundError:
            return


def _applications() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "applications"


def _ran(program: str, *words: str) -> bool:
    """Whether the system has this program, and it did its work."""
    found = shutil.which(program)
    if found is None:
        return False
    try:
        ran = subprocess.run([found, *words], capture_output=True, check=False, timeout=PATIENCE_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ran.returncode == 0


def _not_written(file: Path, fault: OSError) -> Expected:
    return Expected(
        f"“{file}” could not be written: {why(fault)}.",
        "See to it that you may write there.",
    )
