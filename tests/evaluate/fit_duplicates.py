"""Fits the weights of services/intake/likeness.py on July to September: python -m tests.evaluate.fit_duplicates."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from math import log
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from services.intake import wordmatch
from services.intake.duplicates import Nearby
from services.intake.habits import Habits
from services.intake.likeness import Evidence, Weights
from tests.evaluate.duplicates import LOW, SCORES, Offers, Truth, measured, ours, truth
from tests.evaluate.intakes import Call, before, boston, habits_of, replay
from tests.evaluate.plain_rule import plain_rules

Floats = npt.NDArray[np.float64]
METRES = (0.0, 25.0, 50.0, 150.0)
HOURS = (0.0, 1.0, 24.0, 168.0, 672.0)
STILL = 0.8
"""Of the plain rule's false offers on the same calls so many may be left: the threshold is set by it.

All of them for a city without a past: without habits nothing but a lower threshold finds as much as the rule."""
RIDGE = 1.0


class Pairs(NamedTuple):
    """Calls beside open requests: the evidence, and whether they are one and the same thing."""

    evidence: Evidence
    same: npt.NDArray[np.bool_]


def pairs(calls: Sequence[Call], habits: Habits) -> Pairs:
    """Every call beside everything within its reach; without calls whose original is not known.

    Of two services each joined pair is left out of its own count, so that no pair speaks for itself.
    """
    number = {call.case: i for i, call in enumerate(calls)}
    root = [number.get(call.original, i) for i, call in enumerate(calls)]
    parts: list[Evidence] = []
    same: list[npt.NDArray[np.bool_]] = []
    for i, nearby in replay(calls, habits):
        if calls[i].labelled and calls[i].original not in number:
            continue
        rows, evidence = nearby.considered(calls[i].sought(words=True))
        hit = np.array([root[row] == root[i] for row in rows.tolist()], np.bool_)
        evidence = replace(evidence, together=np.maximum(0, evidence.together - (hit & (evidence.together > 0))))
        parts.append(evidence.with_words(_words(calls, nearby, i, rows)))
        same.append(hit)
    names = Evidence.__dataclass_fields__
    return Pairs(Evidence(*(np.concatenate([getattr(p, n) for p in parts]) for n in names)), np.concatenate(same))


def _words(calls: Sequence[Call], nearby: Nearby, i: int, rows: npt.NDArray[np.int64]) -> Floats:
    of_service = wordmatch.words(calls[i].service)
    said = wordmatch.words(calls[i].title, of_service)
    if not said:
        return np.full(len(rows), np.nan)
    return np.array(wordmatch.shares(said, [wordmatch.words(calls[r].title, of_service) for r in rows.tolist()]))


def _hats(values: Floats, knots: Sequence[float]) -> Floats:
    """How much of each knot is in each value, straight between knots: `np.interp` as a sum. Shape (values, knots)."""
    return np.stack([np.interp(values, knots, row) for row in np.eye(len(knots))], axis=1)


def _columns(evidence: Evidence) -> Floats:
    placed = ~np.isnan(evidence.metres)
    near = _hats(np.nan_to_num(evidence.metres), METRES) * placed[:, None]
    old = _hats(np.log1p(np.maximum(0, evidence.hours)), np.log1p(HOURS).tolist())
    rest = [
        placed & evidence.same_address, ~placed, evidence.same_service, np.log1p(evidence.together), evidence.often,
        np.log1p(evidence.rivals), np.nan_to_num(evidence.words),
    ]  # fmt: skip
    return np.column_stack([np.ones(len(evidence)), near[:, :-1], old[:, 1:], *rest])


def fitted(found: Pairs) -> Weights:
    """Logistic regression, kept small by a ridge."""
    columns = _columns(found.evidence)
    weights = np.zeros(columns.shape[1])
    ridge = np.full(len(weights), RIDGE)
    ridge[0] = 1e-6
    for _ in range(50):
        likely = 1 / (1 + np.exp(-columns @ weights))
        slope = columns.T @ (found.same - likely) - ridge * weights
        bend = (columns.T * (likely * (1 - likely))) @ columns + np.diag(ridge)
        step = np.linalg.solve(bend, slope)
        weights += step
        if np.abs(step).max() < 1e-6:
            break
    return _named(np.round(weights, 2).tolist())


def _named(plain: list[float]) -> Weights:
    base, near, rest = plain[0], plain[1 : len(METRES)], plain[len(METRES) :]
    old, rest = rest[: len(HOURS) - 1], rest[len(HOURS) - 1 :]
    return Weights(
        base,
        tuple(zip(METRES, [*near, 0.0], strict=True)),
        tuple(zip(HOURS, [0.0, *old], strict=True)),
        *rest,
    )


def threshold(true: Truth, offers: Offers, most: float) -> float:
    """The least sum at which no more than `most` false offers are made in 100 calls; `offers` are scored."""
    false = sorted((score for i in true.plain for _, score in offers[i]), reverse=True)
    allowed = int(most * len(true.plain) / 100)
    score = false[min(allowed, len(false) - 1)]
    return round(log(score / (1 - score)), 2)


def main() -> int:
    """Fit, set the threshold, and print the tables to put into services/intake/likeness.py."""
    calls = before(boston())
    true = truth(calls)
    plain = {name: measured(true, offers) for name, offers in plain_rules(calls).items()}
    by_rule = min(figures.false_per_100 for figures in plain.values())
    for name, figures in plain.items():
        sys.stdout.write(f"{name}: {figures}\n")
    for name, habits, still in (("WEIGHTS", habits_of(calls), STILL), ("NEWCOMER", Habits(), 1.0)):
        found = pairs(calls, habits)
        weights = fitted(found)
        bar = threshold(true, ours(calls, habits, weights=weights, least=LOW), still * by_rule)
        weights = replace(weights, base=round(weights.base - bar, 2))
        printed = ",\n".join(f"    {name}={getattr(weights, name)}" for name in Weights.__dataclass_fields__)
        sys.stdout.write(f"{len(found.same):,} pairs, {int(found.same.sum()):,} of them the same thing\n")
        sys.stdout.write(f"{name} = Weights(\n{printed},\n)\n")
        offers = ours(calls, habits, weights=weights, least=LOW)
        for least in SCORES:
            sys.stdout.write(f"{least}: {measured(true, offers, least)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
