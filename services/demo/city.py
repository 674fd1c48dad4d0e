"""Starts and stops the demo city's gateway as a child process."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from services.errors import StoreProblem

SECONDS = 20.0
"""Between two arriving reports."""
_STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class DemoCity:
    """A running demo city. Close it; if this process dies first, the child sees that and stops by itself."""

    url: str
    key: str
    mail_folder: Path
    process: subprocess.Popen[str]

    def close(self) -> None:
        """Stop the gateway and wait for its end."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def start(home: Path, *, port: int = 0, seconds: float = SECONDS) -> DemoCity:
    """Start the city in `home` (seeded on the first start) and wait until it answers. Raises StoreProblem.

    `port` 0 takes a free one; `seconds` between two arriving reports, 0 lets none arrive.
    """
    home.mkdir(parents=True, exist_ok=True)
    log = home / "gateway.log"
    with log.open("a", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.demo.child", str(home), "--port", str(port), "--seconds", str(seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
        )
    said = dict(_words(process) for _ in range(2))
    city = DemoCity(said.get("gateway", ""), said.get("key", ""), home / "mail", process)
    if not city.url or not city.key:
        city.close()
        raise StoreProblem("The demo city did not start.", f"Its reasons are in {log}.")
    return city


def _words(process: subprocess.Popen[str]) -> tuple[str, str]:
    line = process.stdout.readline() if process.stdout else ""
    name, _, value = line.strip().partition(" ")
    return name, value
