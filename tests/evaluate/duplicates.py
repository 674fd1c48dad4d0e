"""Possible duplicates, offered at every call of half a year, beside the rule "same type, 50 m, 12 weeks"."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from services.intake.habits import Habits
from services.intake.likeness import OFFERED, Weights
from tests.evaluate.intakes import Call, before, boston, habits_of, replay
from tests.evaluate.plain_rule import MOST, plain_rules
from tests.evaluate.rows import Row

ABOUT = """Boston's calls of July to December 2011 are replayed in the order in which they came, by the product's own
`services/intake/duplicates.py`. At each call it may offer five requests, out of those that came before and were not
closed yet at that moment. The city's labels say which calls were closed as duplicates and (for half of them) of which
case; only these two ids are read of them, no closing text. Weights, habits (how often each service is reported twice,
which services were joined) and the threshold come from July–September; the figures are those of October–December.

- `recall`: of the calls whose labelled original was open then, how many had it among the offers (the first, or five)
  that reach the threshold. Originals that came later, were closed already, or are not in the data cannot be found by
  any rule; they are counted apart in the note.
- `false offers`: offers on calls that are not labelled duplicates, per 100 such calls. Many of these are duplicates
  that nobody labelled, so that the figure is an upper bound, for both sides.
- `precision`: how many of all offers are the labelled original, on calls of both kinds.
- Words: the data has no description. What it has at intake is the title, which is the type's name on 88 % of the rows
  and which staff may have reworded since; so words hardly show here, and every figure is measured without them too.
- The plain rule is the one that Signalen uses, among the same open requests, five at most. Of its four forms the best
  stands here for each figure: nearest or newest first, the default point (8 % of rows) taken as a place or not.
- `new-city`: without habits, as in a city that starts (its first 50 duplicates). The weights are fitted without them,
  and the threshold lets pass as many false offers as the rule makes on the calls of July–September. Beside it one
  form of the rule for all figures: nearest first, the default point left out, which has the fewest false offers.
- The threshold is where on July–September a fifth fewer false offers were made than by that form. What other
  thresholds would have given stands beside the false offers.

What July–September showed of the originals that were not offered (72 of 510): 41 lay beyond 150 m, most of them because
one of the two has the default point or a wrong one; 29 were below the threshold (bulk items asked for twice within a
minute, cars and trees of which the neighbour's number was given); 2 were pushed out of the five. A wider reach was
tried and found no more of them in September than it lost. That of many open requests of one service each is the less
likely was missing, and is counted now."""
RULE = "same type, 50 m, 12 weeks"
LOW = 1e-4
"""A score below any threshold that comes into question."""
SCORES = (0.3, 0.4, 0.5, 0.6, 0.7)
"""Thresholds at which the trade between recall and false offers is shown."""
CLEARLY_MORE, CLEARLY_LESS = 0.03, 0.8
"""Better is a recall higher by so much, and false offers fewer by that factor."""

Offers = list[list[tuple[int, float]]]
"""By call: which earlier calls are offered, the likeliest first, and their scores."""


def ours(
    calls: Sequence[Call],
    habits: Habits,
    *,
    words: bool = True,
    weights: Weights | None = None,
    least: float = OFFERED,
) -> Offers:
    """What the product offers at each call."""
    titles = [call.title if words else "" for call in calls]

    def describe(ids: Sequence[int]) -> dict[int, str]:
        return {i: titles[i - 1] for i in ids}

    return [
        [
            (c.request_id - 1, c.score)
            for c in nearby.candidates(calls[i].sought(words=words), describe, MOST, least=least)
        ]
        for i, nearby in replay(calls, habits, weights)
    ]


class Truth(NamedTuple):
    """What the labels say of some calls."""

    originals: dict[int, int]
    """Labelled duplicates whose original could be found at that moment."""
    plain: frozenset[int]
    """Calls that are no labelled duplicates."""
    apart: Counter[str]
    """Labelled duplicates that nothing can be measured on, by why."""


def truth(calls: Sequence[Call], start: int = 0) -> Truth:
    """The labels of the calls from `start` on."""
    number = {call.case: i for i, call in enumerate(calls)}
    originals: dict[int, int] = {}
    apart = Counter[str]()
    for i in range(start, len(calls)):
        call = calls[i]
        if call.labelled:
            why = _not_findable(call, calls[number[call.original]] if call.original in number else None)
            if why:
                apart[why] += 1
            else:
                originals[i] = number[call.original]
    return Truth(originals, frozenset(i for i in range(start, len(calls)) if not calls[i].labelled), apart)


def _not_findable(call: Call, original: Call | None) -> str:
    if original is None:
        return "original not named or not there"
    if original.opened >= call.opened:
        return "original came later"
    if original.closed is not None and original.closed <= call.opened:
        return "original closed already"
    return ""


@dataclass(frozen=True)
class Figures:
    """How good offers are."""

    recall1: float
    recall5: float
    false_per_100: float
    precision: float
    disturbed: float
    """Calls with a false offer, of 100."""


def measured(true: Truth, offers: Offers, least: float = OFFERED) -> Figures:
    """The figures of those offers that reach a score."""
    shown = [[which for which, score in some if score >= least][:MOST] for some in offers]
    hits = [i for i, original in true.originals.items() if original in shown[i]]
    first = [i for i in hits if shown[i][0] == true.originals[i]]
    false = [len(shown[i]) for i in true.plain]
    made = sum(false) + sum(len(shown[i]) for i in true.originals)
    findable, calls = max(1, len(true.originals)), max(1, len(true.plain))
    return Figures(
        len(first) / findable,
        len(hits) / findable,
        100 * sum(false) / calls,
        len(hits) / max(1, made),
        100 * sum(map(bool, false)) / calls,
    )


def rows() -> list[Row]:
    """The figures of October to December. Raises Missing."""
    calls = boston()
    start = len(before(calls))
    true = truth(calls, start)
    habits = habits_of(calls[:start])
    plain = {name: measured(true, offers) for name, offers in plain_rules(calls).items()}
    scored = ours(calls, habits, least=LOW)
    made = {
        "ours": measured(true, scored),
        "ours, without words": measured(true, ours(calls, habits, words=False)),
        "ours, for a city without a past": measured(true, ours(calls, Habits())),
        "ours, the best five whatever their score": measured(true, scored, LOW),
    }
    _print(true, plain | made)
    best = Figures(*(pick(getattr(f, name) for f in plain.values()) for name, pick in _BEST.items()))
    quiet = min(plain.values(), key=lambda figures: (figures.false_per_100, -figures.recall1))
    return [
        *_rows(true, made["ours"], best, "", _trade(true, scored)),
        *_rows(true, made["ours, without words"], best, "-no-words"),
        *_rows(true, made["ours, for a city without a past"], quiet, "-new-city"),
    ]


_BEST = {"recall1": max, "recall5": max, "false_per_100": min, "precision": max, "disturbed": min}


def _trade(true: Truth, scored: Offers) -> str:
    """What other thresholds would give, in words."""
    made = ((least, measured(true, scored, least)) for least in SCORES)
    said = "; ".join(f"from {least}: {f.recall5:.3f}, {f.false_per_100:.1f}" for least, f in made)
    return f"; recall@5 and false offers by the score from which is offered: {said}"


def _rows(true: Truth, our: Figures, rule: Figures, ending: str, trade: str = "") -> list[Row]:
    apart = ", ".join(f"{count:,} {why}" for why, count in true.apart.most_common())
    found, plain = len(true.originals), len(true.plain)
    fewer = our.false_per_100 <= CLEARLY_LESS * rule.false_per_100

    def row(name: str, mine: float, theirs: float, n: int, better: bool, note: str = "") -> Row:
        return Row(f"duplicates-{name}{ending}", mine, theirs, RULE, n, better, note)

    def more(name: str, mine: float, theirs: float, n: int, note: str = "") -> Row:
        return row(name, mine, theirs, n, mine >= theirs + CLEARLY_MORE, note)

    return [
        more("recall5", our.recall5, rule.recall5, found, f"left out: {apart}"),
        row(
            "false-offers",
            our.false_per_100,
            rule.false_per_100,
            plain,
            fewer,
            f"per 100 calls that are no duplicates{trade}",
        ),
        more("recall1", our.recall1, rule.recall1, found),
        more("precision", our.precision, rule.precision, found + plain),
    ]


def _print(true: Truth, figures: Mapping[str, Figures]) -> None:
    said = [
        f"  October to December: {len(true.plain):,} calls that are no labelled duplicates, {len(true.originals):,}"
        " whose original was open; left out: " + ", ".join(f"{n:,} {why}" for why, n in true.apart.most_common()),
        f"  {'':44}{'recall@1':>9}{'recall@5':>9}{'false/100':>10}{'precision':>10}{'disturbed/100':>14}",
    ]
    said += [
        f"  {name:44}{f.recall1:9.3f}{f.recall5:9.3f}{f.false_per_100:10.2f}{f.precision:10.3f}{f.disturbed:14.2f}"
        for name, f in figures.items()
    ]
    sys.stdout.write("\n".join(said) + "\n")
