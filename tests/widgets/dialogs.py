"""Every dialog of the desk, and what can be on it: plain things, and what a hostile file, caller or city may hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TypeVar

from pytestqt.qtbot import QtBot

from services.domain.alerts import Alert, Measure
from services.domain.alerts import Rule as AlertRule
from services.domain.audit import Entry
from services.domain.calendar import Calendar
from services.domain.routing import Rule
from services.domain.sla import Sla, Target, Term
from services.domain.values import Crew, Service
from services.errors import Invalid
from services.supervise.parts import Chart, Part, Series
from widgets.alerts.past import PastDialog
from widgets.alerts.rules import RulesDialog
from widgets.audit import AuditDialog
from widgets.crews.edit import CrewsDialog
from widgets.dialog import Dialog
from widgets.importing.dialog import ImportDialog
from widgets.person import PersonDialog, PersonLine
from widgets.promises import PromisesDialog
from widgets.proposal import Line, ProposalDialog
from widgets.retention import RetentionDialog
from widgets.routing import RoutingDialog
from widgets.supervise.table import FigureTable
from widgets.wall.choice import Choice
from widgets.wall.dialog import WallDialog

EVIL = '<img src="file:///etc/hostname"><b>bold</b> & more\nsecond line'
HEADER = ("Id", "When", "What", EVIL)
NOW = datetime(2011, 8, 29, 16, tzinfo=UTC)
TREES, LIGHTS = Crew(1, "Tree 1", ("tree",)), Crew(2, "Lights 1", ("light",), active=False)
RULES = (Rule("Trees", 1, ("Tree Emergencies",)), Rule("Rest", 1, areas=("Ward 3",), active=False))
SERVICES = (Service("T", "Tree Emergencies", "city", sla_hours=48), Service("P", "Pothole", "city"))
CHART = Chart(
    "targets", "Targets kept, by service", "closed in the period",
    (Series("Open", (Part("Tree", 3, "a"), Part("Light", 1, "b"))),
     Series("Kept", (Part("Tree", 2, "c", 0.5), Part("Light", 0, "d")))),
)  # fmt: skip
D = TypeVar("D", bound=Dialog)


def alert(number: int = 1, rule: str = "Storm", **changed: object) -> Alert:
    """An alert that lasts; further fields as given."""
    made: dict[str, object] = {
        "id": number, "rule_id": 1, "rule": rule, "query": "is:open", "measure": Measure.COUNT, "value": 20.0,
        "peak": 155.0, "desktop": True, "begun_at": NOW,
    }  # fmt: skip
    return Alert(**{**made, **changed})  # type: ignore[arg-type]


MADE: dict[str, Callable[[], Dialog]] = {
    "import": ImportDialog,
    "person": lambda: PersonDialog(""),
    "retention": lambda: RetentionDialog(6),
    "crews": lambda: CrewsDialog(may_edit=True),
    "crews for a dispatcher": lambda: CrewsDialog(may_edit=False),
    "alert rules": RulesDialog,
    "alerts of the past": lambda: PastDialog([alert(), alert(2, EVIL, acknowledged_by=EVIL, acknowledged_at=NOW)], UTC),
    "routing rules": lambda: RoutingDialog([*RULES, Rule(EVIL, 2, (EVIL,), (EVIL,))], [TREES, LIGHTS]),
    "proposal": lambda: ProposalDialog(EVIL),
    "promises": lambda: PromisesDialog(Sla(), [*SERVICES, Service(EVIL, EVIL, EVIL)], 2026),
    "audit": lambda: AuditDialog(UTC),
    "figures": lambda: FigureTable(CHART),
    "wall": lambda: WallDialog(Choice(query=EVIL)),
}
"""By name, each dialog as it is before anything is shown on it."""


def opened(dialog: D, bot: QtBot) -> D:
    """The dialog, open and with the keyboard."""
    bot.addWidget(dialog)
    dialog.open()
    dialog.activateWindow()
    bot.waitUntil(dialog.isActiveWindow)
    return dialog


def ana(name: str = "Ana", *requests: str, sharing: tuple[int, ...] = ()) -> PersonLine:
    """One who has called."""
    return PersonLine(name, "617 555 0142", requests or ("26-000001  Pothole  New",), sharing)


def fill(dialog: Dialog) -> None:
    """Show everything that can be on it, out of a hostile file or from a hostile caller."""
    if isinstance(dialog, ImportDialog):
        dialog.show_file(EVIL, HEADER, {"id": "Id", "opened": "When", "service": EVIL})
        dialog.show_rows([{"id": EVIL, "opened": EVIL, "service": EVIL}])
        dialog.columns.ask_order(asked=True)
        dialog.show_report([EVIL], 1, 1)
    elif isinstance(dialog, PersonDialog):
        dialog.show_people([PersonLine(EVIL, EVIL, (EVIL,), (1,)), ana(EVIL, sharing=(0,))])
        dialog.erase.click()
    elif isinstance(dialog, RetentionDialog):
        dialog.show_counts(6, {2020: 3})
    elif isinstance(dialog, CrewsDialog):
        dialog.show_crews([TREES, LIGHTS, Crew(3, EVIL, (EVIL,), areas=(EVIL,), email=EVIL)], EVIL)
    else:
        fill_supervisors(dialog)
    dialog.say_problem(Invalid(EVIL, EVIL))


def fill_supervisors(dialog: Dialog) -> None:
    """The same of those in which a supervisor works."""
    if isinstance(dialog, RulesDialog):
        rule = AlertRule(1, EVIL, EVIL, Measure.RATE, 3, mail=EVIL, webhook=EVIL)
        dialog.show_rules([rule, AlertRule(2, "Old", "is:open", Measure.COUNT, 20, active=False)])
        dialog.show_preview(EVIL)
    elif isinstance(dialog, RoutingDialog):
        dialog.show_effect(dialog.rules, [EVIL] * len(dialog.rules), EVIL)
    elif isinstance(dialog, ProposalDialog):
        dialog.show_lines([Line(1, EVIL, EVIL, EVIL, 7, EVIL, EVIL), Line(2, "2", "Tree", "", 0, "", EVIL)], EVIL)
    elif isinstance(dialog, PromisesDialog):
        named = {date(2026, 7, 4): " ".join(EVIL.split())}
        promised = Sla(Calendar(), {("city", "T"): Target(Term(4), Term(48))}, named, 2)
        dialog.show_promised(promised)
        dialog.take_targets({("city", "P"): Target(None, Term(8))}, [EVIL, EVIL])
        dialog.show_effect(dialog.value(), EVIL, [EVIL])
    elif isinstance(dialog, AuditDialog):
        dialog.show_entries([Entry(1, NOW, EVIL, EVIL, EVIL, EVIL, EVIL, EVIL)] * 3, whole=False, further=False)
