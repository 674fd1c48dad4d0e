"""One figure of an evaluation, beside what it is compared with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One measured figure."""

    name: str
    ours: float
    baseline: float
    baseline_name: str
    n: int
    """How many held-back cases it was measured on."""
    better: bool
    """Whether ours is clearly better than the baseline: higher or lower, as the figure wants."""
    note: str = ""

    def plain(self) -> dict[str, str | int | float | bool]:
        """As build/evaluate.json holds it."""
        return {
            "name": self.name,
            "ours": self.ours,
            "baseline": self.baseline,
            "baseline_name": self.baseline_name,
            "n": self.n,
            "better": self.better,
        }
