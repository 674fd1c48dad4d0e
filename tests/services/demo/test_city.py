"""The demo city as a process: it answers, its reports arrive as POSTs, and it goes when its parent goes."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from services import sqlite
from services.demo import city, source
from services.demo.pace import form, later_rows, pace
from services.demo.seed import seed
from services.errors import StoreProblem
from services.gateway.server import Gateway, running
from services.gateway.settings import GatewaySettings
from services.gateway.tables import GatewayStore
from tests.services.notify.mailbox import free_port


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    """A gateway with the city's services and requests."""
    store = GatewayStore.open(tmp_path / "gateway.db")
    seed(store)
    store.close()
    with running(GatewaySettings(tmp_path)) as made:
        yield made


def newest(url: str, count: int) -> list[dict[str, object]]:
    """The last requests that came in, newest first."""
    found = requests.get(f"{url}/requests.json", params={"page_size": count}, timeout=10).json()
    assert isinstance(found, list)
    return found


def test_a_whole_pull_pages_through_everything_once(gateway: Gateway) -> None:
    after, seen = "2000-01-01T00:00:00Z", list[str]()
    with requests.Session() as session:
        while True:
            asked = {"updated_after": after, "page_size": "500", "status": "open"}
            page = session.get(f"{gateway.url}/requests.json", params=asked, timeout=10).json()
            if not page:
                break
            seen += [r["service_request_id"] for r in page]
            after = page[-1]["updated_datetime"]
    assert len(seen) == len(set(seen)) == 4851


def test_the_days_reports_arrive_in_order_as_posts(gateway: Gateway) -> None:
    rows = later_rows()[:3]
    assert pace(gateway.url, rows, threading.Event(), 0.0) == 3
    shown = [r["service_name"] for r in newest(gateway.url, 3)]
    assert shown == [r.type for r in reversed(rows)]


def test_every_later_row_is_a_report_that_the_gateway_takes() -> None:
    rows = later_rows()
    assert len(rows) > 2_000
    assert all(r.opened > source.NOON for r in rows)
    for row in rows:
        fields = form(row, "code")
        assert all(fields.values())
        assert "address_string" in fields or {"lat", "long"} <= set(fields)


def test_pace_stops_when_told(gateway: Gateway) -> None:
    stop = threading.Event()
    stop.set()
    assert pace(gateway.url, later_rows(), stop, 60.0) == 0


def test_a_gateway_that_is_gone_costs_one_report_and_a_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    url = f"http://127.0.0.1:{free_port()}/open311/v2"
    assert pace(url, later_rows()[:1], threading.Event(), 0.0) == 0
    assert "was not taken" in caplog.text
    caplog.clear()


def test_the_city_starts_lives_and_stops(tmp_path: Path) -> None:
    made = city.start(tmp_path / "city", seconds=0.05)
    try:
        answer = requests.get(f"{made.url}/requests.json", params={"api_key": made.key}, timeout=10)
        assert "reach" in answer.json()[0]["extended_attributes"]
        first = newest(made.url, 1)[0]["service_request_id"]
        while newest(made.url, 1)[0]["service_request_id"] == first:
            pass
        known = {"api_key": made.key, "page_size": "500"}
        listed = requests.get(f"{made.url}/requests.json", params=known, timeout=10).json()
        mailable = next(r["service_request_id"] for r in listed if r["extended_attributes"]["reach"])
        told = {"api_key": made.key, "service_request_id": mailable, "update_id": "u", "description": "Hello"}
        assert requests.post(f"{made.url}/servicerequestupdates.json", data=told, timeout=10).status_code == 200
    finally:
        made.close()
    assert made.process.returncode == 0
    assert made.mail_folder == tmp_path / "city" / "mail"
    assert len(list(made.mail_folder.glob("*.eml"))) == 1
    again = city.start(tmp_path / "city", seconds=0)
    again.close()
    assert again.key != made.key


def test_a_city_that_cannot_start_says_where_its_reasons_are(tmp_path: Path) -> None:
    store = GatewayStore.open(tmp_path / "gateway.db")
    with sqlite.writing(store.engine) as connection:
        connection.exec_driver_sql("PRAGMA user_version = 99")
    store.close()
    with pytest.raises(StoreProblem, match="did not start"):
        city.start(tmp_path)
    assert "newer version" in (tmp_path / "gateway.log").read_text(encoding="utf-8")


def test_a_child_that_does_not_stop_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(city, "_STOP_SECONDS", 0.05)
    stubborn = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    city.DemoCity("", "", tmp_path, stubborn).close()
    assert stubborn.returncode != 0


@pytest.mark.chaos
@pytest.mark.skipif(not Path("/proc").exists(), reason="looks for the child in /proc")
def test_the_city_goes_when_its_parent_is_killed(tmp_path: Path) -> None:
    parent = (
        "import sys, pathlib; from services.demo import city; made = city.start(pathlib.Path(sys.argv[1]), seconds=0);"
        "print(made.process.pid, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", parent, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        process.kill()
    until_gone(child)


def until_gone(pid: int) -> None:
    """Return when the process has ended; the test's own time limit ends a wait that lasts too long."""
    while Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]:
        threading.Event().wait(timedelta(milliseconds=20).total_seconds())
