"""Alerts at the desk: the line that says one, the screen's own notification, who answers for it, and the rules."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSystemTrayIcon

from services.domain.alerts import Alert, Measure, Rule, said
from services.domain.values import Changes
from services.domain.workflow import Action, check_action
from services.errors import Expected, Forbidden

if TYPE_CHECKING:
    from console.storeside import StoreSide
    from console.window import Window
    from widgets.alerts.past import PastDialog
    from widgets.alerts.rules import RulesDialog


class Alerting(QObject):
    """Owned by the window. Whether an alert begins, the process that syncs says for all desks; here it is shown."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, self._desk = window, window.desk
        self.lasting: list[Alert] = []
        self.dialog: RulesDialog | None = None
        self.past: PastDialog | None = None
        self._told: set[int] | None = None
        """Alerts that were said on the screen; None before the first look, which says none."""
        self._tray: QSystemTrayIcon | None = None
        self.notify = self._notify
        window.alerts.opened.connect(self.show_requests)
        window.alerts.acknowledged.connect(self._acknowledge)
        self._desk.renewed.connect(self._look)
        window.panes.body.currentChanged.connect(lambda _: self._look())

    def _look(self) -> None:
        self._desk.ask(lambda side: side.alerts(), self._show, "alerts", lambda _: None)

    def _show(self, read: tuple[list[Alert], dict[int, list[str]]]) -> None:
        alerts, unsent = read
        self.lasting = alerts
        waiting = [alert for alert in alerts if alert.acknowledged_at is None]
        zone = self._desk.settings.timezone
        shown = (waiting or alerts)[:1] if self._window.supervising.is_seen else waiting[:1]
        first = shown[0] if shown else None
        more, wrong = max(0, len(waiting) - 1), unsent.get(first.id, []) if first else []
        self._window.alerts.show_alert(first, zone, more, self.refusal(Action.ACKNOWLEDGE), " ".join(wrong))
        known = self._told
        self._told = {alert.id for alert in alerts} | (known or set())
        for alert in alerts:
            if known is not None and alert.id not in known and alert.desktop:
                self.notify(alert.rule, said(alert.measure, alert.peak))

    def _notify(self, title: str, text: str) -> None:
        """By the system's own notifications, where it has any."""
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(self._window.windowIcon(), self)
            self._tray.messageClicked.connect(self._window.come_forward)
            self._tray.show()
        self._tray.showMessage(title, text)

    def refusal(self, action: Action) -> str:
        """Why who sits here may not do it; "" where they may."""
        try:
            check_action(action, self._desk.actor.roles)
        except Forbidden as problem:
            return str(problem)
        return ""

    @property
    def first(self) -> Alert | None:
        """The newest alert that nobody has acknowledged."""
        return next((alert for alert in self.lasting if alert.acknowledged_at is None), None)

    def show_requests(self, alert: Alert) -> None:
        """Show what the alert is about; of arrivals, those of a day."""
        words = f"{alert.query} age<1d" if alert.measure is Measure.RATE else alert.query
        self._window.show_query(words.strip())

    def show_first(self) -> None:
        """The requests of the newest alert."""
        if self.first is not None:
            self.show_requests(self.first)

    def acknowledge(self) -> None:
        """Answer for the newest alert."""
        if self.first is not None:
            self._acknowledge(self.first)

    def _acknowledge(self, alert: Alert) -> None:
        from services.store import alerts

        self._desk.act(partial(alerts.acknowledge, alert_id=alert.id))

    # the rules

    def ask(self) -> None:
        """Open the rules."""
        from widgets.alerts.rules import RulesDialog

        made = self.dialog = RulesDialog(self._window)
        made.preview_wanted.connect(self._preview)
        made.save_wanted.connect(self._save)
        made.finished.connect(self._closed)
        made.open()
        self._read_rules("")

    def _closed(self) -> None:
        self.dialog = None

    def _read_rules(self, chosen: str) -> None:
        def show(rules: list[Rule]) -> None:
            if self.dialog is not None:
                self.dialog.show_rules(rules, chosen)

        self._desk.ask(_rules, show, "", self._wrong)

    def _preview(self, rule: Rule) -> None:
        def show(sentence: str) -> None:
            if self.dialog is not None:
                self.dialog.show_preview(f"{sentence} {self._no_webhook(rule)}".strip())

        found = self._desk.last_found
        if found is not None:
            snapshot = found.snapshot

            def work(side: StoreSide) -> str:
                from services.supervise.alerts import preview

                return preview(rule, snapshot, side.moment(), partial(side.search, snapshot)).sentence(rule)

            self._desk.ask(work, show, "preview", self._wrong)

    def _no_webhook(self, rule: Rule) -> str:
        """Said of a webhook that this desk's configuration does not name; "" of any other."""
        known = {row.name for row in self._desk.settings.config.webhook}
        if not rule.webhook or rule.webhook in known:
            return ""
        return f"This desk’s config.toml names no webhook “{rule.webhook}”; whoever watches needs it there."

    def _wrong(self, problem: Expected) -> None:
        if self.dialog is not None:
            self.dialog.say_wrong(problem)

    def _save(self, rule: Rule) -> None:
        from services.store import alerts

        def saved(_: Changes) -> None:
            self._read_rules(rule.name.strip())

        self._desk.act(partial(alerts.save_rule, rule=rule), saved, self._cannot)

    def _cannot(self, problem: Expected) -> bool:
        if self.dialog is not None:
            self.dialog.say_problem(problem)
        return self.dialog is not None

    # the past

    def ask_past(self) -> None:
        """Show the alerts that there were."""
        self._desk.ask(_history, self._show_past, "past alerts")

    def _show_past(self, alerts: list[Alert]) -> None:
        from widgets.alerts.past import PastDialog

        made = self.past = PastDialog(alerts, self._desk.settings.timezone, self._window)
        made.opened.connect(self.show_requests)
        made.open()


def _rules(side: StoreSide) -> list[Rule]:
    from services.store import alerts

    return alerts.rules(side.acting().store)


def _history(side: StoreSide) -> list[Alert]:
    from services.store import alerts

    return alerts.history(side.acting().store)
