"""Two real desks on one real server: what one does the other shows, each does what their role may, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from console import settings
from console.settings import Settings
from console.spool import Assignment, Turn, Work
from services.domain.rights import Group
from services.domain.status import Outcome, Status
from services.team import members, setup
from tests.console import town
from tests.console.conftest import Sitting, sitting_at
from tests.services.postgres import Postgres, running


class Team(NamedTuple):
    """A dispatcher and a call-taker on one server."""

    ana: Sitting
    ben: Sitting


def home_of(folder: Path, url: str, name: str, *, member: str = "") -> Settings:
    """The settings of one member's home, which is called as they are."""
    address = make_url(url).set(username=member or name).render_as_string()
    config = town.CONFIG.format(crew="Tree").replace("[desk]", f'[store]\nurl = "{address}"\n[desk]')
    (folder / name).mkdir(parents=True)
    (folder / name / "config.toml").write_text(config, encoding="utf-8")
    return settings.load(folder / name)


def fill(folder: Path, url: str) -> None:
    """Have the worker's pull behind us."""
    for name, group in (("ana", Group.DISPATCHER), ("ben", Group.CALL_TAKER), ("carla", Group.SUPERVISOR)):
        members.add(url, name, group)
    members.add(url, "worker", Group.WORKER)
    made = home_of(folder, url, "worker")
    store = town.second(made)
    try:
        town.fill(store, made, "", {"city": 24, "deaf": 6})
    finally:
        store.close()
    supervised = town.second(home_of(folder, url, "carla"))  # a supervisor's desk brings the crews of its settings
    supervised.close()


@pytest.fixture
def team(tmp_path: Path, server_url: str, qtbot: QtBot) -> Iterator[Team]:
    fill(tmp_path, server_url)
    with (
        sitting_at(home_of(tmp_path, server_url, "ana"), qtbot) as ana,
        sitting_at(home_of(tmp_path, server_url, "ben"), qtbot) as ben,
    ):
        ana.until(lambda: ana.ids and ben.ids)
        yield Team(ana, ben)


def test_a_colleagues_change_appears_and_each_does_what_their_role_may(team: Team) -> None:
    ana, ben = team
    first = ana.ids[0]
    ana.come_back()
    ana.choose(first)
    ana.press("A")
    ana.pick("Tree 2")
    ben.turns(first, Status.ASSIGNED)
    assert ana.window.status.who.text() == "ana"
    assert ana.window.registry["sync.now"].disabled(ana.window) == "The team's worker pulls and posts."
    assert ben.window.status.who.text() == "ben"
    ben.come_back()
    ben.choose(first)
    assert "dispatcher" in ben.window.registry["request.assign"].disabled(ben.window)
    assert ana.window.registry["request.assign"].disabled(ana.window) == ""


def test_cut_connections_come_back_and_the_desk_catches_up(team: Team, server_url: str) -> None:
    ana, ben = team
    first, second = ana.ids[:2]
    turns: list[list[object]] = [[], []]
    for sitting, seen in zip(team, turns, strict=True):
        sitting.desk.link.turned.connect(seen.append)
    lost = cut(server_url)
    ana.until(lambda: len(links(server_url) - lost) == len(lost) and ana.desk.link.why is ben.desk.link.why is None)
    # A command that met the loss is done again by itself: then nothing has to be said.
    assert all([since is None for since in seen] == [False, True][: len(seen)] for seen in turns)
    assert (ana.warned, ben.warned) == ("", "")
    ana.come_back()
    ana.choose(first)
    ana.press("A")
    ana.pick("Tree 2")
    ben.turns(first, Status.ASSIGNED)
    assert ben.status(second) is Status.NEW


def links(url: str) -> set[int]:
    """The server's number of every desk's connection."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return set(
            connection.exec_driver_sql(
                "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'connect-console %%'"
            ).scalars()
        )


def cut(url: str) -> set[int]:
    """Close every desk's connection from the server's side; which they were."""
    lost = links(url)
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) pid", (sorted(lost),))
    return lost


@pytest.fixture
def own() -> Iterator[Postgres]:
    with running(fsync="on", full_page_writes="on", synchronous_commit="on") as server:
        yield server


def test_a_desk_stays_usable_while_the_server_is_down(own: Postgres, tmp_path: Path, qtbot: QtBot) -> None:
    url = own.url("city", "postgres")
    setup.init(url)
    fill(tmp_path, url)
    with sitting_at(home_of(tmp_path, url, "ana"), qtbot) as ana:
        ana.until(lambda: len(ana.ids) == 30)
        own.stop("immediate")
        ana.until(lambda: "server cannot be reached (since" in ana.warned)
        ana.window.top.filter.set_text("service:pothole")
        ana.desk.set_query("service:pothole")
        ana.until(lambda: len(ana.ids) == 10)
        own.start()
        ana.until(lambda: ana.desk.link.gone_since is None)
        assert ana.said() == "The server is back"
        ana.come_back()
        first = ana.ids[0]
        ana.choose(first)
        ana.press("A")
        ana.pick("Tree 2")
        ana.turns(first, Status.ASSIGNED)


def test_what_is_done_while_the_server_is_gone_is_kept_and_done_once(
    own: Postgres, tmp_path: Path, qtbot: QtBot
) -> None:
    url = own.url("city", "postgres")
    setup.init(url)
    fill(tmp_path, url)
    with sitting_at(home_of(tmp_path, url, "ana"), qtbot) as ana:
        ana.until(lambda: len(ana.ids) == 30)
        first, second = ana.ids[:2]
        ana.choose(first)
        own.stop("fast")
        ana.until(lambda: ana.desk.link.gone_since is not None)
        take_a_call(ana, "Gone elm")
        note(ana, first, "Gate is locked")
        ana.until(lambda: ana.window.acts.waiting.count == 2)
        assert len(list((ana.settings.home / "spool").glob("*.json"))) == 2
        ana.desk.selection.set((second,))
        ana.window.acts.assign(ana.desk.selection.ids, 1)
        ana.until(lambda: "An assignment was not saved, since the server could not be reached" in ana.warned)
        ana.click(ana.window.bar.button)
        ana.until(lambda: ana.window.acts.waiting.count == 3)
        own.start()
        ana.until(lambda: ana.window.acts.waiting.count == 0)
        ana.turns(second, Status.ASSIGNED)
        ana.until(lambda: len(ana.ids) == 31)
        assert [e.text for e in ana.stored(first).events if e.text] == ["Gate is locked"]
        assert list((ana.settings.home / "spool").glob("*.json")) == []
        assert list((ana.settings.home / "drafts").glob("*.json")) == []


def take_a_call(sitting: Sitting, words: str) -> None:
    """Take down a call and log it."""
    sitting.press("Ctrl+N")
    call = sitting.window.call
    assert call is not None
    call.service.choose("city", "0")
    call.address.setText("9 Main St")
    call.description.set_text(words)
    sitting.press("Ctrl+Return")
    sitting.until(lambda: sitting.window.call is None)


def note(sitting: Sitting, request: int, words: str) -> None:
    """Write a note on a request."""
    sitting.desk.selection.set((request,))
    sitting.window.acts.add_note(words, sitting.desk.selection.ids)


def test_who_else_reads_and_who_writes_is_seen(team: Team, server_url: str) -> None:
    ana, ben = team
    first, second = ana.ids[:2]
    for sitting in team:
        sitting.desk.selection.set((first,))
    company = ana.window.detail.head.company
    ana.until(lambda: company.accessibleName() == "ben is reading this")
    ben.until(lambda: ben.window.detail.ids == (first,))
    ben.window.detail.note.field.set_text("Gate is locked")
    ana.until(lambda: company.accessibleName() == "ben is writing on this")
    ben.until(lambda: ben.window.detail.head.company.accessibleName() == "ana is reading this")
    cut(server_url)
    ana.until(lambda: ana.desk.link.gone_since is None)
    ben.desk.selection.set((second,))
    ana.until(company.isHidden)


def shows_holder(sitting: Sitting, name: str) -> None:
    """Wait until the request looked at says who has it."""
    sitting.until(lambda: f"Claimed by: {name}" in sitting.window.detail.head.facts.accessibleName())


def test_two_who_claim_at_once_and_what_is_handed_over(team: Team) -> None:
    ana, ben = team
    first = ana.ids[0]
    for sitting in team:
        sitting.come_back()
        sitting.choose(first)
        sitting.press("C")
    ana.until(lambda: any(sitting.warned for sitting in team) and any(sitting.said() for sitting in team))
    (loser,) = (sitting for sitting in team if sitting.warned)
    winner = ben if loser is ana else ana
    has, lost = winner.desk.actor.name, loser.desk.actor.name
    assert f"{has} has had it since" in loser.warned
    assert winner.said() == "1 request claimed"
    for sitting in team:
        shows_holder(sitting, has)
        sitting.desk.set_query("is:mine")
    loser.until(lambda: loser.ids == [])
    winner.until(lambda: winner.ids == [first])
    winner.come_back()
    winner.choose(first)
    winner.press("H")
    winner.pick(lost)
    loser.until(lambda: loser.ids == [first])
    winner.until(lambda: winner.ids == [])
    loser.come_back()
    loser.choose(first)
    loser.press("Shift+C")
    loser.until(lambda: loser.ids == [])
    assert loser.stored(first).request.claimed_by == ""


def test_what_a_colleague_sets_while_a_chooser_is_open_is_not_overwritten(team: Team) -> None:
    ana, ben = team
    first = ana.ids[0]
    for sitting in team:
        sitting.come_back()
        sitting.choose(first)
    ana.until(lambda: ana.desk.is_current and ana.desk.current and ana.desk.current.request.id == first)
    ana.come_back()
    ana.press("S")
    ben.window.acts.set_status("acknowledged")
    ana.until(lambda: ana.desk.current and ana.desk.current.request.status is Status.ACKNOWLEDGED)
    ana.pick("In progress")
    ana.until(lambda: "was changed meanwhile: Status is now Acknowledged, set by ben" in ana.warned)
    assert "You wanted: In progress. Look again, then decide." in ana.warned
    assert ana.stored(first).request.status is Status.ACKNOWLEDGED


def test_whoever_is_overtaken_sees_what_they_wanted_beside_what_was_done(team: Team) -> None:
    ana, ben = team
    first, crew = ana.ids[0], ana.desk.last_state.crews[-1] if ana.desk.last_state else None
    assert crew is not None
    ben.window.acts.waiting.do(Turn([first], Status.ACKNOWLEDGED, None, "", None))
    ana.turns(first, Status.ACKNOWLEDGED)
    crowded_out(ana, Turn([first], Status.CLOSED, Outcome.FIXED, "", {first: 1}), "Closed (Fixed)")
    assert "Status is now Acknowledged, set by ben" in ana.warned
    crowded_out(ana, Turn([first], Status.IN_PROGRESS, None, "", {first: 1}), "In progress")
    ana.window.acts.waiting.do(Assignment([first], crew.id, None))
    ben.turns(first, Status.ASSIGNED)
    crowded_out(ana, Assignment([first], crew.id, {first: 2}), crew.name)
    crowded_out(ana, Assignment([first], None, {first: 2}), "no crew")


def crowded_out(sitting: Sitting, work: Work, wanted: str) -> None:
    """Somebody decides by a version that is gone, and is told what they wanted."""
    sitting.window.acts.waiting.do(work)
    sitting.until(lambda: f"You wanted: {wanted}." in sitting.warned)


def test_only_who_dispatches_takes_it_from_a_colleague(team: Team) -> None:
    ana, ben = team
    first, second = ana.ids[:2]
    for sitting, other in ((ana, second), (ben, first)):
        sitting.come_back()
        sitting.choose(other)
        sitting.press("C")
        shows_holder(sitting, sitting.desk.actor.name)
    ben.come_back()
    ben.choose(second)
    ben.press("Shift+C")
    ben.until(lambda: "ana has it; only they or a dispatcher may give it away" in ben.warned)
    ana.come_back()
    ana.choose(first)
    shows_holder(ana, "ben")
    ana.press("H")
    ana.pick("ana")
    ben.until(lambda: ben.stored(first).request.claimed_by == "ana")
    assert ben.stored(first).events[0].data["from_holder"] == "ben"
