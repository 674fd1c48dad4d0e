"""What the doctor says of a team's server: who one is there, and how far the clocks are apart."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from console.doctor import Finding, Grade, examine
from services.clocks import utcnow
from services.store.store import Store
from services.team import chain
from tests.console.cli.conftest import home
from tests.services.store.parts import pull, shown

__all__ = ["home"]


@pytest.fixture
def said(server_url: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], list[Finding]]:
    """What is said of the store when this machine's clock is so many seconds ahead."""
    monkeypatch.setattr("console.doctor._qt", lambda: iter(()))
    home.joinpath("config.toml").write_text(f'[store]\nurl = "{server_url}"\n', encoding="utf-8")
    open_store = Store.open

    def examined(ahead: float) -> list[Finding]:
        monkeypatch.setattr(
            Store, "open", lambda url: open_store(url, clock=lambda: utcnow() + timedelta(seconds=ahead))
        )
        return [finding for finding in examine(home) if finding.about == "store"]

    return examined


def test_who_one_is_and_that_the_clocks_agree(said: Callable[[float], list[Finding]]) -> None:
    who, clock = said(0)
    assert who.grade is clock.grade is Grade.OK
    assert who.sentence == ("The server answers; you are postgres there, with call taker, dispatcher, supervisor.")
    assert clock.sentence == "The clock of the server and this one agree."


@pytest.mark.parametrize(("ahead", "word"), [(86_400, "ahead of"), (-86_400, "behind")])
def test_a_clock_that_is_a_day_off(said: Callable[[float], list[Finding]], ahead: float, word: str) -> None:
    _, clock = said(ahead)
    assert clock.grade is Grade.PROBLEM
    assert f"seconds {word} the clock of the server" in clock.sentence
    assert "NTP" in clock.remedy


def test_whether_the_worker_signs_histories_off(server_url: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.doctor._qt", lambda: iter(()))

    def said(more: str = "") -> Finding:
        home.joinpath("config.toml").write_text(f'[store]\nurl = "{server_url}"\n{more}', encoding="utf-8")
        (found,) = (finding for finding in examine(home) if finding.about == "histories")
        return found

    nowhere = said()
    assert (nowhere.grade, "sign = " in nowhere.remedy) == (Grade.NOTE, True)
    assert said('sign = "heads"').sentence == f"They have not been signed off in “{home / 'heads'}” yet."
    with closing(Store.open(server_url)) as store:
        pull(store, shown("a"))
        made = chain.sign(store, home / "heads")
    assert made is not None
    made.rename(made.with_name("heads-20260704T000000.000000Z.txt"))
    signed = said('sign = "heads"')
    assert (signed.grade, signed.sentence) == (Grade.OK, "They were signed off last on 04 Jul 2026.")
