"""The demo city's alert rules, made up: one for a storm, one for what it leaves behind."""

from __future__ import annotations

from services.domain.alerts import Measure, Rule

_TREES = 'service:"Tree Emergencies"'
STORM = Rule(0, "Storm: trees down", _TREES, Measure.RATE, 3)
RULES = (STORM, Rule(0, "Overdue trees", f"{_TREES} is:overdue", Measure.COUNT, 20))
