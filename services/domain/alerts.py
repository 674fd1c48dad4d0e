"""Alerts: a rule watches a figure; when an alert begins, how it goes on without another word, and when it is over.

A rule's alert begins when its figure reaches the threshold. While it lasts, whatever else comes belongs to it, and
nobody is told again. It is over once the figure has stayed under four fifths of the threshold for a day, so that a
night's lull ends nothing; only then can the rule begin another. One that a person has acknowledged, and that has been
low for an hour since, is over also when the figure goes above its highest: what somebody answers for is not said again
the next morning, what has become worse is. A look counts as ten minutes at most, and as nothing where the clock went
back: a clock that jumps begins nothing. So between two alerts of a rule lie six looks and an hour at least.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.contact import email
from services.errors import Invalid

LULL = 0.8
"""Under this share of the threshold the figure is low."""
LOOK_MS = 600_000
"""A look counts as so much time at most."""
SEEN_REST_MS, REST_MS = 3_600_000, 86_400_000
"""So long the figure stays low before one that was acknowledged may be over by something worse, and any by itself."""


class Way(StrEnum):
    """How somebody who is not at a desk is told."""

    MAIL = "mail"
    WEBHOOK = "webhook"

    @property
    def label(self) -> str:
        """As people call it."""
        return "E-mail" if self is Way.MAIL else "Webhook"


class Measure(StrEnum):
    """What a rule counts."""

    COUNT = "count"
    """Requests that the query finds."""
    OLDEST = "oldest"
    """Hours since the oldest of them was filed."""
    RATE = "rate"
    """Arrivals of the last hour, as so many times what is normal for this hour."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What to watch, and whom to tell. `id` 0 for one that is new."""

    id: int
    name: str
    query: str
    measure: Measure
    threshold: float
    desktop: bool = True
    """Say it on the screens of all desks."""
    mail: str = ""
    """An address; "" for none."""
    webhook: str = ""
    """The name of one in the configuration, where its address and key are; "" for none."""
    active: bool = True

    @property
    def condition(self) -> str:
        """ "more than 20", as people say it."""
        number = f"{self.threshold:,g}"
        if self.measure is Measure.COUNT:
            return f"{number} or more"
        return f"oldest {number} h or more" if self.measure is Measure.OLDEST else f"arrivals {number}× normal"


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert, as it stands in the history."""

    id: int
    rule_id: int
    rule: str
    """The rule's name, and below its query, as they were when it began."""
    query: str
    measure: Measure
    value: float
    """The figure when it began."""
    peak: float
    """The highest since."""
    desktop: bool
    begun_at: datetime
    ended_at: datetime | None = None
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    low_ms: int = 0
    """So long its figure had been low when that was last written down."""
    rested: bool = False
    """As of `Watch`."""

    @property
    def sentence(self) -> str:
        """ "Storm: 155 arrivals …"."""
        return f"{self.rule}: {said(self.measure, self.peak)}"


def said(measure: Measure, value: float) -> str:
    """A figure in words."""
    if measure is Measure.COUNT:
        return f"{value:,.0f} request{'' if value == 1 else 's'}"
    if measure is Measure.OLDEST:
        return f"the oldest is {value:,.0f} h old"
    return f"arrivals {value:,.1f}× normal for this hour"


@dataclass(frozen=True, slots=True)
class Watch:
    """How far one rule has come: since when its figure is low, counted in looks."""

    looked_ms: int
    begun: bool = False
    seen: bool = False
    """Whether a person has acknowledged the alert that has begun."""
    low_ms: int = 0
    rested: bool = False
    """Whether the figure has been low for an hour since somebody acknowledged it."""


class Step(StrEnum):
    """What a look brings about."""

    NOTHING = "nothing"
    BEGIN = "begin"
    END = "end"


def look(watch: Watch, now_ms: int, figure: float | None, threshold: float, peak: float = 0.0) -> tuple[Watch, Step]:
    """Look at a rule's figure once; None where there is nothing to say of it: then it is neither high nor low.

    `peak` is the highest figure of the alert that lasts.
    """
    passed = min(max(0, now_ms - watch.looked_ms), LOOK_MS)
    if not watch.begun:
        begins = figure is not None and figure >= threshold
        return Watch(now_ms, begun=begins), Step.BEGIN if begins else Step.NOTHING
    low = 0 if figure is None or figure >= LULL * threshold else watch.low_ms + passed
    is_worse = watch.rested and figure is not None and figure > max(peak, threshold)
    if low >= REST_MS or is_worse:
        return Watch(now_ms), Step.END
    rested = watch.seen and (watch.rested or low >= SEEN_REST_MS)
    return Watch(now_ms, True, watch.seen, low, rested), Step.NOTHING


def checked(rule: Rule) -> Rule:
    """The rule as it can be kept. Raises Invalid; what its query means is not looked at."""
    name = " ".join(rule.name.split())
    if not name or not name.isprintable():
        raise Invalid("A rule needs a name.", "Write what the alert is to be called, such as “Storm”.")
    if not 0 < rule.threshold < 1e9:
        raise Invalid("A rule needs a threshold above 0.", "Write a number, such as 20.")
    mail = email(rule.mail) if rule.mail.strip() else ""
    hook = rule.webhook.strip()
    if hook and not hook.isprintable():
        raise Invalid("The webhook has no such name.", "Write the name of a [[webhook]] in config.toml.")
    return replace(rule, name=name, query=" ".join(rule.query.split()), mail=mail, webhook=hook)
