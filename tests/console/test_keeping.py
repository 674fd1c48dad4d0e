"""Retention at a real desk: counted first, erased only when the word is typed, and what is younger stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console import opening
from services.domain.status import Outcome, Status
from services.domain.values import Place
from services.store import queries
from services.store.backlog import Past, add
from services.store.calling import CallerWords
from tests.console import town
from tests.console.conftest import Sitting, sitting_at
from widgets.retention import RetentionDialog

NOW = datetime.now(UTC)
MONTHS_AGO = (1, 8, 20, 20, 40)


@pytest.fixture
def old(folder: Path, qtbot: QtBot) -> Iterator[Sitting]:
    """A desk that keeps callers for six months, with requests that were closed so many months ago."""
    config = town.CONFIG.format(crew="Tree").replace("[city]", "[retention]\nmonths = 6\n[city]")
    settings = town.build(folder, config=config, count=1, deaf=0)
    rows = [
        Past(f"A-{i}", at - timedelta(days=1), (Status.CLOSED, Outcome.FIXED), "P", "Pothole", Place(f"{i} Main St"),
             closed_at=at, caller=CallerWords(f"Xaverius {i}", f"617 555 01{i:02d}"))
        for i, months in enumerate(MONTHS_AGO)
        for at in [NOW - timedelta(days=30.5 * months)]
    ]  # fmt: skip
    with closing(town.second(settings)) as store:
        add(opening.acting(store, settings), rows, "old.csv")
    with sitting_at(settings, qtbot) as made:
        yield made


def ask(desk: Sitting) -> RetentionDialog:
    """The palette, then the dialog, counted."""
    desk.press("Ctrl+K")
    desk.pick("retention")
    dialog = desk.window.acts.keeping.dialog
    assert dialog is not None
    desk.until(lambda: dialog.years.count())
    return dialog


def names(desk: Sitting) -> list[str]:
    """Whoever is left."""
    with closing(town.second(desk.settings)) as store:
        every = (queries.detail(store, row.id) for row in queries.columns(store))
        return [caller.name for detail in every for caller in detail.callers if caller.name]


def listed(dialog: RetentionDialog) -> list[str]:
    return [dialog.years.item(i).text() for i in range(dialog.years.count())]


def test_it_is_counted_with_the_months_of_the_settings_and_by_year(old: Sitting) -> None:
    dialog = ask(old)
    assert dialog.about.text() == "The settings keep callers for 6 months after their request was closed."
    assert dialog.months.text() == "6"
    counts: dict[int, int] = {}
    for months in MONTHS_AGO[1:]:
        year = (NOW - timedelta(days=30.5 * months)).year
        counts[year] = counts.get(year, 0) + 1
    assert listed(dialog) == [f"Closed in {year}: {n}" for year, n in sorted(counts.items())]
    assert dialog.confirm.button.text() == "Erase 4 callers"
    assert len(names(old)) == 5


def test_another_number_of_months_is_counted_anew_before_it_can_be_erased(old: Sitting) -> None:
    dialog = ask(old)
    dialog.confirm.field.setText("ERASE")
    assert dialog.confirm.button.isEnabled()
    dialog.months.selectAll()
    QTest.keyClicks(dialog.months, "30")
    assert (dialog.confirm.words.text(), dialog.confirm.field.text()) == ("Counting…", "")
    dialog.confirm.field.setText("ERASE")
    assert not dialog.confirm.button.isEnabled()
    old.until(lambda: dialog.confirm.button.text() == "Erase 1 caller")
    dialog.months.setText("1000")
    old.until(lambda: listed(dialog) == ["Nobody."])
    assert not dialog.confirm.field.isEnabled()
    dialog.months.setText("0")
    assert dialog.confirm.words.text() == "Months are 1 to 1,200."
    assert not dialog._soon.isActive()


def test_they_are_erased_when_the_word_is_typed_and_the_younger_stay(old: Sitting) -> None:
    dialog = ask(old)
    dialog.months.setText("12")
    old.until(lambda: dialog.confirm.button.text() == "Erase 3 callers")
    QTest.keyClicks(dialog.confirm.field, "ERASE")
    QTest.keyClick(dialog.confirm.field, Qt.Key.Key_Return)
    old.until(dialog.bar.isVisible)
    assert dialog.bar.words.text() == "3 callers are erased."
    assert names(old) == ["Xaverius 0", "Xaverius 1"]
    old.until(lambda: listed(dialog) == ["Nobody."])
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert old.window.acts.keeping.dialog is None
    old.window.show_query("xaverius")
    old.until(lambda: len(old.ids) == 2)


def test_a_desk_that_keeps_for_ever_says_so(desk: Sitting) -> None:
    desk.window.run(desk.window.registry["record.retention"])
    dialog = desk.window.acts.keeping.dialog
    assert dialog is not None
    assert dialog.about.text() == "The settings keep callers for ever after their request was closed."
    dialog.close()


def test_closing_before_it_is_counted_counts_nothing(desk: Sitting) -> None:
    desk.window.run(desk.window.registry["record.retention"])
    dialog = desk.window.acts.keeping.dialog
    assert dialog is not None
    asked: list[int] = []
    dialog.count_wanted.connect(asked.append)
    dialog.close()
    assert not dialog._soon.isActive()
    assert asked == []


def test_only_a_supervisor_may(folder: Path, qtbot: QtBot) -> None:
    config = town.CONFIG.format(crew="Tree").replace('actor = "ana"', 'actor = "ana"\nrole = "dispatcher"')
    with sitting_at(town.build(folder, config=config), qtbot) as desk:
        desk.window.run(desk.window.registry["record.retention"])
        assert "Only a supervisor may do this." in desk.warned
        assert desk.window.acts.keeping.dialog is None
