"""A whole call by the keyboard alone, on the real desk: keys are counted beside what is dictated.

`pytest -s` prints the counts that README's table holds.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console import opening
from services.domain.policy import LOCAL
from services.domain.story import Story
from services.domain.values import Place
from services.store.commands import PhoneReport, log_call
from tests.console import town
from tests.console.conftest import Sitting, sitting_at
from widgets.call.pane import CallPane

KNOWN, NEW, JOIN = 15, 25, 8
"""So many keys at most, beside the digits and words that the caller dictates."""
CONFIG = town.CONFIG.format(crew="Tree").replace("[city]", '[map]\naddresses = ["addresses.csv"]\n[city]')
ADDRESSES = "number,street,zip,lat,lon\n" + "".join(
    f"{i},Main St,02127,{42.30 + i * 0.004:.5f},-71.05\n" for i in range(40)
)


class Caller:
    """A call-taker who counts: what is pressed is a key, what is dictated is not."""

    def __init__(self, desk: Sitting) -> None:
        self.desk, self.keys = desk, 0

    @property
    def call(self) -> CallPane:
        """The form."""
        assert self.desk.window.call is not None
        return self.desk.window.call

    def press(self, *keys: str) -> None:
        self.keys += len(keys)
        self.desk.press(*keys)

    def dictate(self, words: str) -> None:
        self.desk.type(words)


@pytest.fixture
def desk(folder: Path, qtbot: QtBot) -> Iterator[Sitting]:
    """A town with an address file, where Rosa has called before about a tree."""
    folder.mkdir()
    (folder / "addresses.csv").write_text(ADDRESSES, encoding="utf-8")
    settings = town.build(folder, config=CONFIG)
    with closing(town.second(settings)) as store:
        report = PhoneReport(
            "0", "A limb hangs over the path.", Place("9 Main St", 42.336, -71.05), "Rosa Almeida", "+1 617-555-0142",
            "rosa@example.org", "es", "city", reply="email",
        )  # fmt: skip
        log_call(opening.acting(store, settings), report)
    with sitting_at(settings, qtbot) as made:
        yield made


def until_place(caller: Caller, label: str) -> None:
    caller.desk.until(lambda: caller.call.address.offers and caller.call.address.offers[0].title == label)


def until_known(caller: Caller) -> None:
    caller.desk.until(lambda: caller.call.phone.offers)
    assert caller.call.phone.offers[0].title == "Rosa Almeida"


def until_offered(caller: Caller) -> None:
    """Somebody else calls about Rosa's tree; the open request is offered."""
    caller.press("Ctrl+N")
    caller.dictate("617 555 0177")
    caller.press("Tab", "Tab", "Tab")
    caller.dictate("tree")
    caller.press("Return")
    caller.dictate("9 main")
    until_place(caller, "9 Main St")
    caller.press("Return")
    caller.desk.until(lambda: caller.call.band.found)


def say(what: str, keys: int, most: int, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{what}: {keys} keys (at most {most})\n")
    assert keys <= most


def test_a_known_caller_about_a_known_place(desk: Sitting, capsys: pytest.CaptureFixture[str]) -> None:
    caller = Caller(desk)
    caller.press("Ctrl+N")
    caller.dictate("617 555 0142")
    until_known(caller)
    caller.press("Return")
    caller.dictate("pothole")
    caller.press("Return")
    caller.dictate("20 main")
    until_place(caller, "20 Main St")
    caller.press("Return")
    caller.dictate("A deep hole before the door.")
    caller.press("Ctrl+Return")
    desk.until(lambda: "logged" in desk.said())
    made = desk.stored(desk.chosen()[0])
    assert (made.request.service, made.request.place.address) == ("Pothole", "20 Main St")
    assert made.request.place.lat == pytest.approx(42.38)
    (who,) = made.callers
    assert (who.name, who.email, who.language) == ("Rosa Almeida", "rosa@example.org", "es")
    say("Known caller, known place", caller.keys, KNOWN, capsys)


def test_a_new_caller(desk: Sitting, capsys: pytest.CaptureFixture[str]) -> None:
    caller = Caller(desk)
    caller.press("Ctrl+N")
    for words in ("617 555 0199", "Ana Pereira", "ana@example.org"):
        caller.dictate(words)
        caller.press("Tab")
    caller.dictate("light")
    caller.press("Return")
    caller.dictate("30 main")
    until_place(caller, "30 Main St")
    caller.press("Return")
    caller.dictate("It has been dark for three nights.")
    caller.press("Ctrl+Return")
    desk.until(lambda: "logged" in desk.said())
    (who,) = desk.stored(desk.chosen()[0]).callers
    assert (who.name, who.phone, who.email) == ("Ana Pereira", "+1 617-555-0199", "ana@example.org")
    say("New caller", caller.keys, NEW, capsys)


def test_one_more_caller_of_a_request_that_is_there(desk: Sitting, capsys: pytest.CaptureFixture[str]) -> None:
    caller, before = Caller(desk), len(desk.ids)
    until_offered(caller)
    first = caller.call.band.found[0]
    assert first.title == "9 Main St"
    caller.press("Alt+1")
    desk.until(lambda: "one more caller" in desk.said())
    assert desk.chosen() == (first.request_id,)
    assert len(desk.ids) == before
    assert "+1 617-555-0177" in [who.phone for who in desk.stored(first.request_id).callers]
    say("Joining a duplicate", caller.keys, JOIN, capsys)


def test_somebody_asks_how_an_earlier_request_stands(desk: Sitting) -> None:
    caller = Caller(desk)
    caller.press("Ctrl+N")
    caller.dictate("617 555 0142")
    until_known(caller)
    caller.press("Down", "Return")
    desk.until(lambda: "question logged" in desk.said())
    desk.until(lambda: desk.window.detail.ids == desk.chosen())
    assert desk.stored(desk.chosen()[0]).request.service == "Fallen tree"
    assert desk.window.call is None


def test_whoever_is_a_caller_of_a_possible_duplicate_asks_about_it(desk: Sitting) -> None:
    caller = Caller(desk)
    caller.press("Ctrl+N")
    caller.dictate("617 555 0142")
    until_known(caller)
    caller.press("Return")
    caller.dictate("tree")
    caller.press("Return")
    caller.dictate("9 main")
    until_place(caller, "9 Main St")
    caller.press("Return")
    caller.dictate("It still hangs there.")
    desk.until(lambda: caller.call.band.found)
    caller.press("Alt+1")
    desk.until(lambda: "question logged" in desk.said())
    detail = desk.stored(desk.chosen()[0])
    assert [who.phone for who in detail.callers] == ["+1 617-555-0142"]
    assert detail.events[0].text == "It still hangs there."
    assert desk.window.call is None


def test_undo_takes_a_join_back(desk: Sitting) -> None:
    caller = Caller(desk)
    until_offered(caller)
    caller.press("Alt+1")
    desk.until(lambda: "one more caller" in desk.said())
    joined = desk.chosen()[0]
    desk.press("Ctrl+Z")
    desk.until(lambda: "Undone" in desk.said())
    assert "+1 617-555-0177" not in [who.phone for who in desk.stored(joined).callers]


def test_a_caller_takes_back_never_to_be_called(desk: Sitting) -> None:
    report = PhoneReport(
        "0", "A root.", Place("9 Main St", 42.336, -71.05), "Cy", "+1 617-555-0177", upstream="city", do_not_call=True
    )
    with closing(town.second(desk.settings)) as store:
        log_call(opening.acting(store, desk.settings), report)
    caller = Caller(desk)
    caller.press("Ctrl+N")
    caller.dictate("617 555 0177")
    desk.until(lambda: len(caller.call.phone.offers) > 1)
    assert "never call or write" in caller.call.phone.offers[0].note
    caller.press("Return")
    call = caller.call
    assert call.reply.do_not_call.isChecked()
    call.service.setFocus()
    caller.dictate("tree")
    desk.until(lambda: bool(call.service.offers))
    caller.press("Return")
    call.address.setFocus()
    caller.dictate("1 Main St")
    call.description.setFocus()
    caller.dictate("It leans.")
    call.reply.do_not_call.setFocus()
    caller.press("Space")
    assert call.foot.goal.text().endswith("That they asked never to be called or written to is taken back.")
    caller.press("Ctrl+Return")
    desk.until(lambda: "logged" in desk.said())
    detail = desk.stored(desk.chosen()[0])
    assert not detail.callers[0].do_not_call
    assert "may be called and written to again" in Story(detail, LOCAL).line(detail.events[0]).words
