"""The services of a snapshot as a call about one of them sees the others: the same, joined before, often reported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from services.intake.habits import Habits
from services.intake.likeness import Floats, Mask, Weights


class Kind(NamedTuple):
    """One service beside all services of the snapshot, one value a service."""

    by_name: Mask
    by_code: Mask
    """Has the code, but another name: the same service where the upstream is the same."""
    together: Floats
    worth: Floats
    """What requests of each service gain by it at most; the same for all that are the service sought."""


class Kinds:
    """The services of a snapshot, with a city's habits."""

    def __init__(self, services: Sequence[str], codes: Sequence[str], habits: Habits, weights: Weights) -> None:
        self.services, self.codes, self.habits, self.weights = list(services), list(codes), habits, weights
        self.often: Floats = np.array([habits.often.get(name, 0.0) for name in services], np.float64)
        """How often each is reported twice, as `Habits.often` says it; as often as others where nothing is known."""
        self._names = [name.casefold() for name in services]
        self._known: dict[tuple[str, str], Kind] = {}

    def fits(self, services: Sequence[str], codes: Sequence[str]) -> bool:
        """Whether these are still the snapshot's services."""
        return self.services == services and self.codes == codes

    def kind(self, service: str, code: str) -> Kind:
        """This service beside the others; one that is not known yet is as good as any."""
        if (service, code) not in self._known:
            self._known[service, code] = self._kind(service, code)
        return self._known[service, code]

    def _kind(self, service: str, code: str) -> Kind:
        folded = service.casefold()
        named = bool(service or code)
        by_name = np.array([not named or (bool(service) and name == folded) for name in self._names], np.bool_)
        by_code = np.array([bool(code) and other == code for other in self.codes], np.bool_) & ~by_name
        joined = [self.habits.together.get((service, name), 0) for name in self.services]
        together = np.where(by_name, 0.0, np.array(joined, np.float64))
        same = by_name | by_code
        worth = self.weights.by_service(same, together, self.often)
        if named and same.any():
            worth[same] = worth[same].max()
        return Kind(by_name, by_code, together, worth)
