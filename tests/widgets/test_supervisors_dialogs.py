"""What a city promises, who did what, and proposed crews: what each dialog shows, reads back, asks for, and leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTreeWidgetItem
from pytestqt.qtbot import QtBot

from services.domain.audit import WHAT, Entry
from services.domain.calendar import PAUSABLE, Calendar
from services.domain.sla import Sla, Target, Term, Unit
from services.domain.values import EventKind, Service
from services.errors import Invalid
from tests.widgets.dialogs import EVIL, NOW, SERVICES, opened
from widgets.audit import AuditDialog, History, Wanted
from widgets.promises import PromisesDialog
from widgets.proposal import Line, ProposalDialog

pytestmark = [pytest.mark.usefixtures("look"), pytest.mark.qt_log_ignore("propagateSizeHints")]
quick = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
BOSTON = ZoneInfo("America/New_York")
TREE = ("city", "T")
PROMISED = Sla(
    Calendar("America/New_York", (*(((510, 1020),) * 5), (540, 720), None), frozenset({date(2026, 7, 4)})),
    {TREE: Target(Term(4, Unit.WORKING_HOURS), Term(2, Unit.WORKING_DAYS)), ("gone", "X"): Target(None, Term(8))},
    {date(2026, 7, 4): "Independence Day"},
    3,
)

# what a city promises


@pytest.fixture
def promises(qtbot: QtBot) -> PromisesDialog:
    return opened(PromisesDialog(PROMISED, SERVICES, 2026), qtbot)


terms = st.none() | st.builds(Term, st.integers(1, 99), st.sampled_from(Unit))
hours = st.none() | st.tuples(st.integers(0, 700), st.integers(701, 1440))
promised = st.builds(
    lambda week, pausing, days, tree, hole: Sla(
        Calendar("Europe/Berlin", week, frozenset(days), pausing),
        {key: target for key, target in ((TREE, tree), (("city", "P"), hole)) if target.respond or target.resolve},
        days,
        2,
    ),
    st.tuples(*[hours] * 7),
    st.frozensets(st.sampled_from(PAUSABLE)),
    st.dictionaries(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.sampled_from(["", "Day", "A B"]), max_size=4),
    st.builds(Target, terms, terms),
    st.builds(Target, terms, terms),
)


@quick
@given(promised)
def test_what_is_shown_is_read_back_as_the_same(promises: PromisesDialog, made: Sla) -> None:
    promises.show_promised(made)
    assert promises.value() == made


def test_targets_of_services_that_are_not_here_are_kept(promises: PromisesDialog) -> None:
    assert promises.value() == PROMISED
    assert promises.earlier.isEnabled()
    promises.show_promised(replace(PROMISED, version=1))
    assert not promises.earlier.isEnabled(), "before the first there was none"


@pytest.mark.parametrize(
    ("row", "column", "text", "said"),
    [
        (0, 1, "soon", "Tree Emergencies: “soon” is no target."),
        (1, 2, "0", "Pothole: A target of 0 cannot be kept."),
        (1, 2, "2 fortnights", "Pothole: “fortnights” is no unit of a target."),
    ],
)
def test_a_target_that_is_none_names_its_service(
    promises: PromisesDialog, row: int, column: int, text: str, said: str
) -> None:
    promises._cells[row, column].setText(text)
    promises.recount()
    assert promises.bar.words.text().startswith(said)
    assert not promises.save.isEnabled()
    assert (promises.effect.text(), promises.odd.text()) == ("", "")


@pytest.mark.parametrize("zone", ["", "Nowhere/Land", "../etc/passwd", "America", "\x00"])
def test_a_time_zone_that_is_none_is_said(promises: PromisesDialog, zone: str) -> None:
    promises.zone.setText(zone)
    with pytest.raises(Invalid, match="There is no time zone"):
        promises.value()


@pytest.mark.parametrize(("day", "text"), [(0, "8"), (6, "17-8"), (3, "morning")])
def test_hours_that_are_none_are_said(promises: PromisesDialog, day: int, text: str) -> None:
    promises.days[day].setText(text)
    with pytest.raises(Invalid, match="are no hours"):
        promises.value()


def test_nothing_is_saved_of_which_it_is_not_known_what_it_does(promises: PromisesDialog) -> None:
    promises.show_effect(promises.value(), "3 requests would be due later.", ["A", "B."])
    assert promises.save.isEnabled()
    assert promises.odd.text() == "A B."
    promises.days[5].setText("")
    assert not promises.save.isEnabled()
    assert promises.effect.text() == "Counting…"
    promises.show_effect(PROMISED, "old", [])
    assert not promises.save.isEnabled(), "an answer to earlier fields"
    promises.show_effect(promises.value(), "new", [])
    assert promises.save.isEnabled()


def test_it_is_counted_once_the_typing_rests_and_saved_as_counted(promises: PromisesDialog, qtbot: QtBot) -> None:
    counted: list[Sla] = []
    promises.preview_wanted.connect(counted.append)
    promises._soon.setInterval(1)
    QTest.keyClicks(promises.days[6], "9-12")
    qtbot.waitUntil(lambda: bool(counted))
    assert [made.calendar.hours[6] for made in counted] == [(540, 720)]
    promises.show_effect(counted[0], "1 request", [])
    with qtbot.waitSignal(promises.save_wanted) as saved:
        QTest.keyClick(promises.days[6], Qt.Key.Key_Return)
    assert saved.args == [counted[0]]
    promises.days[6].setText("")
    promises.reject()
    assert not promises._soon.isActive()


@pytest.mark.parametrize(
    ("problems", "said"),
    [
        ([], "1 target filled in."),
        (["line 3: no."], "1 target filled in; left out: line 3: no."),
        (["line 3: no.", "x", "y"], "1 target filled in; left out: line 3: no. and 2 more"),
    ],
)
def test_a_list_fills_its_targets_in_and_leaves_the_others(
    promises: PromisesDialog, problems: list[str], said: str
) -> None:
    promises.take_targets({("city", "P"): Target(None, Term(8))}, problems)
    assert promises.value().targets == {**PROMISED.targets, ("city", "P"): Target(None, Term(8))}
    assert promises.bar.words.text() == said


def first_seen(dialog: PromisesDialog) -> str:
    return dialog.off.cursorForPosition(QPoint(4, 4)).block().text()


@pytest.mark.parametrize("name", ["Day", "The day of everybody who ever worked for this city or any other"])
def test_of_the_days_off_those_of_this_year_are_seen_first(qtbot: QtBot, name: str) -> None:
    named = {date(year, month, 4): name for year in range(2011, 2028) for month in range(1, 13)}
    dialog = opened(PromisesDialog(replace(PROMISED, named=named), SERVICES, 2026), qtbot)
    assert first_seen(dialog) == f"2026-01-04 {name}"
    dialog.show_days_off({**named, date(2012, 1, 1): name, date(2026, 1, 1): name})
    assert first_seen(dialog) == f"2026-01-01 {name}"
    dialog.show_days_off({day: name for day in named if day.year > 2026})
    assert first_seen(dialog) == f"2027-01-04 {name}"
    dialog.show_days_off({day: name for day in named if day.year < 2020})
    assert dialog.off.verticalScrollBar().value() == dialog.off.verticalScrollBar().maximum() > 0, "the last there are"
    dialog.show_days_off({})
    assert dialog.off.toPlainText() == ""


def test_the_heads_of_the_targets_stand_over_the_words_of_their_cells(promises: PromisesDialog) -> None:
    """Both pictures begin with as many columns of ground."""
    table, header = promises.table, promises.table.horizontalHeader()
    item = table.item(0, 0)
    assert item is not None
    item.setText("HHH")
    header_item = table.horizontalHeaderItem(0)
    assert header_item is not None
    header_item.setText("HHH")
    table.setCurrentCell(1, 2)
    left, width = header.sectionViewportPosition(0), 60
    head = header.viewport().grab(QRect(left, 0, width, header.height() - 2)).toImage()
    cell = table.viewport().grab(table.visualItemRect(item).intersected(QRect(left, 0, width, 1000))).toImage()
    assert first_ink(head) == first_ink(cell) > 0


def first_ink(picture: QImage) -> int:
    """The first column of pixels that are not all alike."""
    columns = ({picture.pixel(x, y) for y in range(picture.height())} for x in range(picture.width()))
    return next(x for x, inks in enumerate(columns) if len(inks) > 1)


def test_services_of_one_name_say_whose_they_are(qtbot: QtBot) -> None:
    twins = [*SERVICES, Service("P", "Pothole", "")]
    dialog = opened(PromisesDialog(PROMISED, twins, 2026), qtbot)
    assert [dialog._cells[row, 0].text() for row in range(3)] == [
        "Tree Emergencies",
        "Pothole (city)",
        "Pothole (here)",
    ]
    assert dialog._cells[0, 3].text() == "48 hours"
    assert not dialog._cells[0, 0].flags() & Qt.ItemFlag.ItemIsEditable


# who did what


def entry(number: int, **changed: object) -> Entry:
    made: dict[str, object] = {
        "id": number, "at": NOW + timedelta(minutes=number), "person": "ana", "what": "Assigned",
        "number": f"26-{number:06}", "before": "", "after": "Tree 1", "text": "",
    }  # fmt: skip
    return Entry(**{**made, **changed})  # type: ignore[arg-type]


@pytest.fixture
def audit(qtbot: QtBot) -> AuditDialog:
    return opened(AuditDialog(BOSTON), qtbot)


def test_a_line_is_told_by_the_citys_clock_in_one_line(audit: AuditDialog) -> None:
    audit.show_entries([entry(5, text="two\n lines ", before=EVIL)], whole=True, further=False)
    cells = audit.history.cells(0)
    assert cells == ("2011-08-29 12:05", "ana", "Assigned", "26-000005", EVIL, "Tree 1", "two lines")
    tip = audit.history.data(audit.history.index(0, 4), Qt.ItemDataRole.ToolTipRole)
    assert "<img" not in str(tip)
    assert audit.history.headerData(1, Qt.Orientation.Horizontal) == "Who"


@pytest.mark.parametrize(
    ("count", "whole", "said", "can_save"),
    [
        (0, True, "Nothing of this kind.", False),
        (1, True, "1 line", True),
        (3, False, "3 lines; scroll for more", True),
    ],
)
def test_how_many_lines_there_are(audit: AuditDialog, count: int, whole: bool, said: str, can_save: bool) -> None:
    audit.show_entries([entry(i) for i in range(count)], whole=whole, further=False)
    assert (audit.count.text(), audit.keep.isEnabled()) == (said, can_save)


def test_further_lines_are_asked_for_once_and_stand_below() -> None:
    history = History(UTC)
    asked: list[int] = []
    history.more_wanted.connect(asked.append)
    history.show([entry(9), entry(8)], whole=False)
    top = QModelIndex()
    for _ in range(3):
        assert history.canFetchMore(top)
        history.fetchMore(top)
    assert asked == [8]
    history.add([entry(7)], whole=False)
    history.fetchMore(top)
    assert asked == [8, 7]
    history.add([], whole=True)
    assert not history.canFetchMore(top)
    assert [one.id for one in history.entries] == [9, 8, 7]
    history.show([entry(3)], whole=True)
    assert (history.rowCount(), history.rowCount(history.index(0, 0))) == (1, 0)


def test_what_is_typed_is_asked_for_once_it_rests_and_at_once_by_enter(audit: AuditDialog, qtbot: QtBot) -> None:
    asked: list[Wanted] = []
    audit.wanted.connect(asked.append)
    QTest.keyClicks(audit.person, " ben ")
    assert asked == []
    QTest.keyClick(audit.person, Qt.Key.Key_Return)
    assert asked == [Wanted("ben")]
    audit._soon.setInterval(1)
    QTest.keyClicks(audit.first, "2011-08-01")
    qtbot.waitUntil(lambda: len(asked) > 1)
    assert asked[1:] == [Wanted("ben", "", "2011-08-01")]
    audit.kind.setCurrentIndex(audit.kind.findData(EventKind.ASSIGNED.value))
    assert asked[-1] == Wanted("ben", "assigned", "2011-08-01")
    assert audit.kind.count() == len(WHAT) + 1


def test_enter_looks_at_the_request_of_a_line(audit: AuditDialog, qtbot: QtBot) -> None:
    audit.show_entries([entry(2), entry(1)], whole=True, further=False)
    audit.table.setFocus()
    audit.table.selectRow(0)
    QTest.keyClick(audit.table, Qt.Key.Key_Down)
    with qtbot.waitSignal(audit.request_wanted) as asked:
        QTest.keyClick(audit.table, Qt.Key.Key_Return)
    assert asked.args == ["26-000001"]


# proposed crews

LINES = [
    Line(1, "26-000001", "Tree", "1 Main St", 7, "Tree 1", "0.8 km from its base"),
    Line(2, "26-000002", "Rats", "", 0, "", "No crew takes Rats."),
    Line(3, "26-000003", "Tree", "3 Main St", 9, "Tree 2", "full day"),
]


@pytest.fixture
def proposal(qtbot: QtBot) -> ProposalDialog:
    dialog = opened(ProposalDialog("Most urgent first."), qtbot)
    dialog.show_lines(LINES, "2 more are on hold.")
    return dialog


def line(dialog: ProposalDialog, at: int) -> QTreeWidgetItem:
    found = dialog.list.topLevelItem(at)
    assert found is not None
    return found


def test_all_that_have_a_crew_are_ticked_at_first(proposal: ProposalDialog) -> None:
    assert proposal.ticked == {1: 7, 3: 9}
    assert proposal.take.text() == "Assign 2"
    assert proposal.note.text() == "2 of 3 ticked. 2 more are on hold."
    assert line(proposal, 1).text(3) == "No crew"
    assert proposal.list.hasFocus()


def test_ticks_are_set_by_keys_and_one_without_a_crew_cannot_be(proposal: ProposalDialog) -> None:
    QTest.keyClick(proposal.list, Qt.Key.Key_Space)
    assert proposal.ticked == {3: 9}
    QTest.keyClick(proposal.list, Qt.Key.Key_Down)
    QTest.keyClick(proposal.list, Qt.Key.Key_Space)
    assert proposal.ticked == {3: 9}
    QTest.keyClick(proposal.none, Qt.Key.Key_Space)
    assert proposal.ticked == {}
    assert (proposal.take.text(), proposal.take.isEnabled()) == ("Assign", False)
    QTest.keyClick(proposal.all, Qt.Key.Key_Space)
    assert proposal.ticked == {1: 7, 3: 9}


def test_enter_accepts_what_is_ticked_once(proposal: ProposalDialog) -> None:
    taken: list[dict[int, int]] = []
    proposal.accepted_some.connect(taken.append)
    line(proposal, 2).setCheckState(0, Qt.CheckState.Unchecked)
    QTest.keyClick(proposal.list, Qt.Key.Key_Return)
    QTest.keyClick(proposal.list, Qt.Key.Key_Return)
    assert taken == [{1: 7}], "while it is under way it is not asked for again"


def test_anew_forgets_what_was_said(proposal: ProposalDialog, qtbot: QtBot) -> None:
    proposal.say_problem(Invalid("Somebody was quicker.", "Propose anew."))
    with qtbot.waitSignal(proposal.again_wanted):
        QTest.keyClick(proposal.again, Qt.Key.Key_Space)
    assert not proposal.bar.isVisible()
    proposal.show_lines([], "")
    assert proposal.ticked == {}
    assert not proposal.take.isEnabled()


@quick
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=12))
def test_what_is_ticked_is_what_is_counted(proposal: ProposalDialog, drawn: list[tuple[int, bool]]) -> None:
    lines = [Line(i, str(i), "", "", crew, "x" if crew else "", "") for i, (crew, _) in enumerate(drawn)]
    proposal.show_lines(lines, "")
    for at, (crew, ticked) in enumerate(drawn):
        if crew and not ticked:
            line(proposal, at).setCheckState(0, Qt.CheckState.Unchecked)
    wanted = {i: crew for i, (crew, ticked) in enumerate(drawn) if crew and ticked}
    assert proposal.ticked == wanted
    assert proposal.take.isEnabled() == bool(wanted)
    if lines:
        assert proposal.note.text() == f"{len(wanted)} of {len(lines)} ticked."
