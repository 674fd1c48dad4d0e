"""The services of a snapshot as a call about one of them sees the others: the same, joined before, often reported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from services.intake.habits import UNKNOWN, Habits
from services.intake.likeness import Floats, Mask


class Kind(NamedTuple):
    """One service beside all services of the snapshot, one value a service."""

    by_name: Mask
    by_code: Mask
    """Has the code, but another name: the same service where the upstream is the same."""
    together: Floats


class Kinds:
    """The services of a snapshot, with a city's habits."""

    def __init__(self, services: Sequence[str], codes: Sequence[str], habits: Habits) -> None:
        self.services, self.codes, self.habits = list(services), list(codes), habits
        self.often: Floats = np.array([habits.often.get(name, UNKNOWN) for name in services], np.float64)
        """How often each is reported twice, as `Habits.often` says it."""
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
        size = len(self.services)
        if not service and not code:
            return Kind(np.ones(size, np.bool_), np.zeros(size, np.bool_), np.zeros(size))
        folded = service.casefold()
        by_name = np.array([bool(service) and name == folded for name in self._names], np.bool_)
        by_code = np.array([bool(code) and other == code for other in self.codes], np.bool_) & ~by_name
        together = np.array([self.habits.together.get((service, name), 0) for name in self.services], np.float64)
        return Kind(by_name, by_code, np.where(by_name, 0.0, together))
