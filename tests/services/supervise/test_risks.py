"""A forecast as the queue holds it: whole percentages of what can be said, and why nothing can."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from services.domain.alerts import Measure
from services.errors import Invalid
from services.queue.query import Moment, count, parse
from services.queue.snapshot import build
from services.supervise.alerts import figure, preview
from services.supervise.risks import foreseen, risks
from tests.services.queue.rows import NOW
from tests.services.supervise.test_alerts import none, rule
from tests.services.supervise.test_forecast import at, past, row

MOMENT = Moment(datetime.fromtimestamp(NOW / 1000, UTC))
OPEN = [row(900 + i, -i, 48 - i, None) for i in range(48)]
OTHERS = [row(990, -50, -2, None), row(991, -5, None, None), row(992, -5, 40, None, "Seldom"), row(993, -9, 9, -1)]


def test_each_is_the_chance_in_percent_and_what_nothing_is_known_of_has_none() -> None:
    made = at([*past(200, 100), *OPEN, *OTHERS])
    held, moment = foreseen(made.snapshot, MOMENT)
    assert moment.unforeseen == ""
    for number in (900, 920, 947):
        at_row = held.row_of(number)
        assert held.risk[at_row] == round(100 * float(made.of(np.array([at_row]))[0]))
    assert [int(held.risk[held.row_of(r.id)]) for r in OTHERS] == [-1] * 4
    assert count(held, parse("risk:none"), MOMENT, none) == 1


def test_too_short_a_history_has_no_percentages_but_a_reason() -> None:
    made = risks(at([*past(100, 50, days=5), *OPEN]))
    assert len(made.ids) == len(made.percent) == 0
    assert made.why.startswith("No forecast: closings are known for")


def test_an_alert_rule_counts_what_will_breach() -> None:
    made = build([*past(200, 100), *OPEN, *OTHERS], ())
    held, moment = foreseen(made, MOMENT)
    wanted = int(np.count_nonzero(held.risk > 60))
    assert 0 < wanted < len(OPEN)
    asked = rule("risk>60%", threshold=5)
    assert figure(asked, held, moment, none) == wanted
    said = preview(asked, made, MOMENT, none).sentence(asked)
    assert said.startswith(f"Now: {wanted} requests. What it would have done before cannot be said")


def test_an_alert_rule_over_risks_says_why_there_is_none() -> None:
    held, moment = foreseen(build([*past(100, 50, days=5), *OPEN], ()), MOMENT)
    with pytest.raises(Invalid, match="No forecast: closings are known"):
        figure(rule("risk>60%"), held, moment, none)
    with pytest.raises(Invalid, match="makes no sense"):
        figure(rule("risk>60%", Measure.RATE), held, MOMENT, none)
