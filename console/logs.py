"""The log: JSON, one event on one line whatever the text, rotating, with every secret and address blacked out."""

from __future__ import annotations

import logging
import logging.handlers
import os
import re
import sys
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import msgspec

from console import home as homes
from services.errors import Expected

LIMIT, KEEP = 2_000_000, 5
OURS = ("console", "widgets", "services")
"""Of these every event is kept; of the libraries only warnings."""
BLACK = "•••"
_NAMED = re.compile(
    r"(?i)(?P<name>(?:[\w-]*api[_-]?key|password|passwd|secret|[\w-]*token|authorization|cookie)[\"']?\s*[:=]\s*[\"']?)"
    r"(?P<kind>(?:bearer|basic|token)\s+)?(?P<value>[^\s\"'&,;)}]+)"
)
_LOGIN = re.compile(r"(?<=://)[^/\s@]+:[^/\s@]*@")
_MAIL = re.compile(r"[\w.+-]+@(?=[\w-]+\.)")
_PHONE = re.compile(r"(?<![\w.:-])\+?\(?\d{2,4}\)?[ .-]\d{3}[ .-]\d{4}(?![\w-])")
_ROW = re.compile(r"(?<=DETAIL:  )(?:Failing row contains|Key) \(.*?(?=\n\[SQL: |\n\nThe above |\Z)", re.S)
"""What a database says of the row that it refuses, up to what a trace says next."""


def known_secrets(home: Path) -> tuple[str, ...]:
    """The secrets behind the env: references of this home's config.toml, however the file reads."""
    try:
        text = homes.config_file(home).read_text(encoding="utf-8", errors="ignore")
    except OSError:
        return ()
    return tuple(filter(None, (os.environ.get(name, "") for name in re.findall(r"\benv:(\w+)", text))))


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without secrets given or named in it, log-ins, e-mail names, telephone numbers, and refused rows."""
    for secret in sorted({s for s in secrets if len(s) >= 4}, key=len, reverse=True):
        text = text.replace(secret, BLACK)
    text = _ROW.sub(BLACK, text)
    text = _NAMED.sub(lambda m: f"{m['name']}{m['kind'] or ''}{BLACK}", text)
    text = _LOGIN.sub(f"{BLACK}@", text)
    text = _MAIL.sub(f"{BLACK}@", text)
    return _PHONE.sub(BLACK, text)


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object; what would break the line or steer a terminal is escaped."""

    def __init__(self, program: str, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._program = program
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """One line, without its end."""
        line: dict[str, str | int] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "program": self._program,
            "process": record.process or 0,
            "thread": record.threadName or "",
            "from": record.name,
            "text": self._clean(record.getMessage()),
        }
        if record.exc_info:
            line["trace"] = self._clean(self.formatException(record.exc_info))
        return ascii_json(line)

    def _clean(self, text: str) -> str:
        return redact(text, self._secrets)


def ascii_json(value: object) -> str:
    """JSON on one line, with everything beyond printable ASCII escaped, so that no text can steer a terminal."""
    made = msgspec.json.encode(value).decode()
    return "".join(c if " " <= c <= "~" else _escape(c) for c in made)


def _escape(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


class Log:
    """The log of one process: opened, and closed again with everything it had set."""

    def __init__(self, home: Path, program: str, secrets: Iterable[str] = (), level: int = logging.INFO) -> None:
        """Log into HOME/logs/PROGRAM.log. Where that cannot be written, the program runs on without a log."""
        self.path = homes.log_folder(home) / f"{program}.log"
        self._handler: logging.Handler = logging.NullHandler()
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._handler = logging.handlers.RotatingFileHandler(
                self.path, maxBytes=LIMIT, backupCount=KEEP, encoding="utf-8", delay=True
            )
        except OSError:
            self.path = Path()
        self._handler.setFormatter(JsonLines(program, secrets))
        self._levels = [(name, logging.getLogger(name).level) for name in ("", *OURS)]
        for name, _ in self._levels:
            logging.getLogger(name).setLevel(level if name else logging.WARNING)
        logging.getLogger().addHandler(self._handler)
        self._hooks = (sys.excepthook, threading.excepthook)
        sys.excepthook, threading.excepthook = self._crashed, self._thread_crashed

    def close(self) -> None:
        """Let go of the file, and put back what was before."""
        sys.excepthook, threading.excepthook = self._hooks
        logging.getLogger().removeHandler(self._handler)
        for name, level in self._levels:
            logging.getLogger(name).setLevel(level)
        self._handler.close()

    def __enter__(self) -> Log:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None and error is not None and issubclass(kind, Exception) and not isinstance(error, Expected):
            logging.getLogger("console").critical("a bug ended the program", exc_info=(kind, error, trace))
        self.close()

    def _crashed(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        logging.getLogger("console").critical("a bug ended the program", exc_info=(kind, error, trace))
        self._hooks[0](kind, error, trace)

    def _thread_crashed(self, given: threading.ExceptHookArgs) -> None:
        error = given.exc_value or given.exc_type()
        trace = (given.exc_type, error, given.exc_traceback)
        logging.getLogger("console").critical("a bug ended a thread", exc_info=trace)
        self._hooks[1](given)
