"""A desk of a team whose file names nothing but the server: the worker says what each upstream takes."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy.engine import make_url

from console import opening, settings
from console.cityfiles import CityFiles
from console.cli import main
from console.doctor import Finding, Grade, examine
from console.settings import Settings
from services.domain.rights import Group
from services.errors import Refused
from services.store import outbox, upstreams
from services.store.queries import UpstreamState
from services.sync.policies import told
from services.team import members
from services.upstream.base import UpstreamConfig
from tests.console import town
from tests.console.conftest import sitting_at
from tests.console.test_team import fill, home_of, take_a_call
from tests.services.upstream.test_photos import PNG, serve


def serves(made: Settings, at: datetime, problem: str = "") -> None:
    """The worker begins, and has pulled."""
    with closing(town.second(made)) as store:
        upstreams.note_served(store, {config.name: told(config) for config in made.upstreams})
        upstreams.note_pull(store, "city", at, problem)


@pytest.fixture
def worker(tmp_path: Path, server_url: str) -> Settings:
    fill(tmp_path, server_url)
    return settings.load(tmp_path / "worker")


@pytest.fixture
def bare(tmp_path: Path, server_url: str, worker: Settings) -> Settings:
    """Ben's desk, set up by the README's words alone."""
    members.add(server_url, "ben", Group.CALL_TAKER)
    (tmp_path / "bare").mkdir()
    address = make_url(server_url).set(username="ben").render_as_string()
    (tmp_path / "bare" / "config.toml").write_text(f'[store]\nurl = "{address}"\n', encoding="utf-8")
    return settings.load(tmp_path / "bare")


def test_calls_go_to_the_city_once_the_worker_has_said_so(bare: Settings, worker: Settings, qtbot: QtBot) -> None:
    with sitting_at(bare, qtbot) as ben:
        ben.until(lambda: len(ben.ids) == 30)
        ben.until(lambda: ben.window.status.upstream.text() == "No upstream is pulled for this team")
        ben.window.show_upstreams()
        assert "worker has not said which upstreams it serves" in ben.warned
        ben.window.bar.clear()
        serves(worker, datetime.now(UTC))
        ben.until(lambda: ben.desk.last_state and "city" in ben.desk.last_state.policies)
        take_a_call(ben, "Gone elm")
        ben.until(lambda: len(ben.ids) == 31)
        ben.window.show_upstreams()
        assert ben.warned == "Every upstream answers."
        serves(worker, (at := datetime.now(UTC)) - timedelta(seconds=601))
        ben.until(lambda: ben.window.status.upstream.text() == "city: nobody pulls it")
        ben.window.show_upstreams()
        assert "“city” was pulled last at" in ben.warned
        assert "the team's worker is not at work" in ben.warned
        serves(worker, at, "It answers nonsense.")
        ben.until(lambda: any(s.problem for s in ben.desk.last_state.upstreams) if ben.desk.last_state else False)
        ben.window.show_upstreams()
        assert "The team's worker tries again by itself." in ben.warned
    with closing(town.second(worker)) as store:
        assert [item.upstream for item in outbox.listing(store)] == ["city"]


def test_the_command_line_knows_it_too(bare: Settings, worker: Settings) -> None:
    with opening.apart(bare) as before:
        assert before.policies == {}
    serves(worker, datetime.now(UTC))
    with opening.apart(bare) as acting:
        assert acting.policy("city").takes_updates
        assert not acting.policy("deaf").takes_updates
        assert acting.policies["deaf"].upstream == "deaf"


@pytest.mark.parametrize("command", [("worker",), ("sync", "--once")])
def test_nobody_but_the_worker_pulls(
    bare: Settings,
    worker: Settings,
    capsys: pytest.CaptureFixture[str],
    command: tuple[str, ...],
) -> None:
    """A call-taker's desk would only stand by, without a word."""
    config = bare.home / "config.toml"
    upstream = '[[upstream]]\nname = "city"\nurl = "http://127.0.0.1:9/v2"\n'
    config.write_text(f"{config.read_text(encoding='utf-8')}{upstream}", encoding="utf-8")
    assert main(["--home", str(bare.home), *command]) == 1
    said = capsys.readouterr()
    assert "“ben” may not pull and post for this team. The worker logs in by a name of its own" in said.err
    assert "running" not in said.out


def test_a_photo_comes_from_the_host_that_the_worker_pulls_from(bare: Settings) -> None:
    with serve(PNG) as server:
        state = UpstreamState("city", None, False, None, "", told(UpstreamConfig("city", url=f"{server.url}/v2")))
        files = CityFiles(bare)
        assert files.fetch_photo(server.url, "city", [state]) == PNG
        for states in ((), [replace(state, served="")]):
            with pytest.raises(Refused, match="private network"):
                files.fetch_photo(server.url, "city", states)


def test_the_doctor_says_how_the_worker_fares(
    bare: Settings, worker: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.doctor._qt", lambda: iter(()))
    at = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)

    def city() -> Finding:
        found = [finding for finding in examine(bare.home) if finding.about.startswith("upstream")]
        assert [finding.about for finding in found] == ["upstream city", "upstream deaf"]
        return found[0]

    serves(worker, at)
    assert (city().grade, city().sentence) == (
        Grade.OK, f"The team's worker pulled it last: {at.astimezone():%d %b %Y %H:%M}."
    )  # fmt: skip
    serves(worker, at, "It answers nonsense.")
    assert (city().grade, city().remedy) == (Grade.PROBLEM, "Ask whoever looks after the worker.")
    assert "It answers nonsense." in city().sentence


def test_the_doctor_says_that_no_worker_has_pulled(server_url: str, tmp_path: Path) -> None:
    home = home_of(tmp_path, server_url, "postgres").home
    (home / "config.toml").write_text(f'[store]\nurl = "{server_url}"\n', encoding="utf-8")
    (found,) = (finding for finding in examine(home) if finding.about == "upstream")
    assert found.sentence == "The team's worker has pulled from none yet."
    assert "connect-console worker" in found.remedy
