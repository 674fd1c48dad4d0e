"""The chances of a forecast as the queue holds them: whole percentages, for its column and for risk>50%."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from services.queue.snapshot import Bytes, Ints, Snapshot, with_risks
from services.queue.words import Moment
from services.supervise.chances import short
from services.supervise.forecast import Forecast, forecast


@dataclass(frozen=True, eq=False)
class Risks:
    """What was known at one moment."""

    ids: Ints
    """Ascending: the requests of which something can be said."""
    percent: Bytes
    why: str
    """Why nothing can be said of any; "" where that is not so."""

    def of(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot with these, and with no others."""
        return with_risks(snapshot, self.ids, self.percent)


def risks(made: Forecast) -> Risks:
    """What a forecast says of every request that is open and has its due time still to come."""
    known = np.flatnonzero(~np.isnan(made.chances))
    percent = np.rint(made.chances[known] * 100).astype(np.int8)
    return Risks(made.snapshot.ids[made.ahead[known]], percent, short(made))


def foreseen(snapshot: Snapshot, moment: Moment) -> tuple[Snapshot, Moment]:
    """The snapshot with its risks as they are at that moment, which knows if there are none; for who has no desk."""
    made = risks(forecast(snapshot, moment.ms))
    return made.of(snapshot), replace(moment, unforeseen=made.why)
