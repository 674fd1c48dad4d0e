"""What a click, a rectangle or a lasso selects, and what the card says of what lies under the mouse."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QPolygonF

from services.geo.projection import UNIT
from services.queue.places import Units
from services.queue.snapshot import STATUSES, Ints
from widgets.map.camera import Camera
from widgets.map.layer import Hit
from widgets.map.shown import Shown
from widgets.selection import Selection

TOLD = 5_000
"""Of more requests than this the card gives the number alone."""
KINDS = 3


def enclosed(shown: Shown, camera: Camera, shape: QPolygonF) -> Units:
    """The rows within a shape drawn on the view."""
    corners = [camera.to_world(p.x(), p.y()) for p in shape.toList()]
    return shown.grid.enclosed(np.array(corners, np.float64).reshape(-1, 2) / UNIT)


def select(selection: Selection, shown: Shown, rows: Units, *, toggle: bool) -> None:
    """Choose some rows; `toggle` adds them, or takes them away when all were chosen."""
    ids = shown.snapshot.ids.take(shown.in_order(rows))
    if not toggle:
        selection.set(ids, int(ids[0]))
        return
    before = selection.ids
    kept = before[~np.isin(before, ids)]
    selection.set(kept if len(before) - len(kept) == len(ids) else np.concatenate([kept, ids]))


def add(selection: Selection, shown: Shown, rows: Units) -> None:
    """Choose some rows besides those that are chosen already."""
    ids = shown.snapshot.ids.take(shown.in_order(rows))
    before = selection.ids
    selection.set(np.concatenate([before, ids[~np.isin(ids, before)]]), int(ids[0]))


def words(shown: Shown, hit: Hit, *, by_ctrl: bool = False) -> list[str]:
    """What the card says: plain lines. `by_ctrl`: a click selects with Ctrl only."""
    snapshot = shown.snapshot
    overdue = hit.overdue()
    late = f", {overdue:,} overdue" if overdue else ""
    if hit.area:
        share = f" ({round(100 * overdue / hit.count)} %)" if overdue else ""
        return [
            hit.area,
            f"{_requests(hit.count)}{late}{share}",
            f"{'Ctrl+click' if by_ctrl else 'Click'} to see only these",
        ]
    rows = hit.rows() if hit.count <= TOLD else None
    if hit.count == 1 and rows is not None:
        return _one(shown, int(rows[0]), late=bool(overdue))
    head = f"{_requests(hit.count)}{late}"
    if rows is None:
        return [head, "Double-click to come nearer"]
    kinds: Ints = np.bincount(snapshot.service_idx.take(rows), minlength=1)
    most = np.argsort(-kinds, kind="stable")[:KINDS].tolist()
    return [head, *(f"{int(kinds[k]):,} {snapshot.services[k]}" for k in most if kinds[k])]


def _requests(count: int) -> str:
    return f"{count:,} request{'' if count == 1 else 's'}"


def _one(shown: Shown, row: int, *, late: bool) -> list[str]:
    snapshot = shown.snapshot
    state = STATUSES[int(snapshot.status[row])].label + (", overdue" if late else "")
    service = snapshot.services[int(snapshot.service_idx[row])]
    return [service, state, str(snapshot.addresses[row]), f"#{snapshot.numbers[row]}"]


def summary(shown: Shown) -> str:
    """What the map holds, for those who do not see it."""
    said = f"{len(shown):,} requests on the map, {shown.late_count:,} overdue"
    return said + (f", {shown.unplaced:,} without a place" if shown.unplaced else "")
