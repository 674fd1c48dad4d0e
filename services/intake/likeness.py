"""How much a call resembles an open request: one sum of a few weights, by place, service, age, habit and words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

REACH = 150.0
"""Metres beyond which two places have nothing to do with each other."""
OFFERED = 0.5
"""The score from which a request is worth a caller's and a call-taker's attention."""
RIVALS = 5
"""More open requests of one service within reach make each of them no less likely: then it is one great matter."""


@dataclass(frozen=True)
class Weights:
    """What each piece of evidence adds; metres and hours are pairs of how much and the weight, straight between."""

    base: float
    metres: tuple[tuple[float, float], ...]
    hours: tuple[tuple[float, float], ...]
    same_address: float
    """Beside a place that is near, too."""
    address_alone: float
    """In place of `metres`, where one of the two has no place that tells anything."""
    same_service: float
    together: float
    """Times the logarithm of one and how often requests of these two services were joined before."""
    often: float
    """Times the logarithm of how many times as often as others the request's service is reported twice."""
    rivals: float
    """Times the logarithm of one and how many others of the sought service are within reach; never above 0."""
    words: float
    """Times the share of words that both have, from 0 to 1."""

    @cached_property
    def by_distance(self) -> tuple[Floats, Floats]:
        """The knots of `metres`, as np.interp takes them."""
        return np.array([at for at, _ in self.metres]), np.array([worth for _, worth in self.metres])

    @cached_property
    def by_age(self) -> tuple[Floats, Floats]:
        """The knots of `hours`, on the scale of `ages`."""
        return ages(np.array([at for at, _ in self.hours])), np.array([worth for _, worth in self.hours])

    @property
    def most_by_words(self) -> float:
        """What words can add at most."""
        return max(self.words, 0.0)

    def by_service(self, same: Mask, together: Floats, often: Floats) -> Floats:
        """What the service adds."""
        made: Floats = self.same_service * same + self.together * np.log1p(together) + self.often * often
        return made

    @cached_property
    def most_besides(self) -> float:
        """What all but the service and the words can add at most, the base included."""
        near = max(weight for _, weight in self.metres) + max(self.same_address, 0.0)
        return self.base + max(near, self.address_alone) + max(weight for _, weight in self.hours)


WEIGHTS = Weights(
    base=-4.82,
    metres=((0.0, 2.99), (25.0, 1.76), (50.0, 0.98), (150.0, 0.0)),
    hours=((0.0, 0.0), (1.0, 0.47), (24.0, -0.39), (168.0, -1.37), (672.0, -2.37)),
    same_address=0.01,
    address_alone=2.31,
    same_service=4.25,
    together=1.44,
    often=1.31,
    rivals=-0.61,
    words=0.48,
)
"""Fitted by tests/evaluate/fit_duplicates.py on Boston's calls of July to September 2011; the base holds the threshold.

Within the first hour the older is the likelier: the original of several calls is the first of them."""
NEWCOMER = Weights(
    base=-3.76,
    metres=((0.0, 2.06), (25.0, 2.03), (50.0, 1.07), (150.0, 0.0)),
    hours=((0.0, 0.0), (1.0, 0.7), (24.0, 0.16), (168.0, -1.2), (672.0, -2.66)),
    same_address=0.75,
    address_alone=2.51,
    same_service=3.61,
    together=0.0,
    often=0.0,
    rivals=-0.67,
    words=0.16,
)
"""The same for a city of whose past too little is known: fitted without it; as many false offers as the plain rule."""


@dataclass(frozen=True)
class Evidence:
    """What speaks for and against each of some requests, one value a request."""

    metres: Floats
    """How far away; nan where one of the two has no place that tells anything (and the address is the same)."""
    same_address: Mask
    same_service: Mask
    together: Floats
    """How often a call about this service was joined to a request of that other service; 0 for the same service."""
    often: Floats
    hours: Floats
    """How old the request is."""
    rivals: Floats
    """For those of the service sought: how many others of it are within reach, RIVALS at most; 0 for the rest."""
    words: Floats
    """Share of common words, 0 to 1; nan where one of the two says nothing of its own."""

    def __len__(self) -> int:
        return len(self.metres)

    def where(self, chosen: npt.NDArray[np.int64]) -> Evidence:
        """That of some of the requests."""
        return Evidence(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))

    def with_words(self, words: Floats) -> Evidence:
        """The same with the words looked at."""
        return replace(self, words=words)


def sums(evidence: Evidence, weights: Weights = WEIGHTS) -> Floats:
    """The sum of weights for each request; 0 is a score of one half."""
    near = np.interp(evidence.metres, *weights.by_distance) + weights.same_address * evidence.same_address
    made: Floats = np.where(np.isnan(near), weights.address_alone, near)
    made += weights.base + np.interp(ages(evidence.hours), *weights.by_age)
    made += weights.by_service(evidence.same_service, evidence.together, evidence.often)
    made += weights.rivals * np.log1p(evidence.rivals)
    return made + np.where(np.isnan(evidence.words), 0.0, weights.words * evidence.words)


def ages(hours: Floats) -> Floats:
    """Ages are compared by their logarithm."""
    return np.asarray(np.log1p(np.maximum(hours, 0)))


def scores(made: Floats) -> Floats:
    """Sums as scores between 0 and 1. Not a probability: one half stands where the threshold is."""
    return np.asarray(1 / (1 + np.exp(-np.clip(made, -50, 50))))
