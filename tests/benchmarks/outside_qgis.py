"""QGIS beside the desk's map: the same points as discs of 5 px on its canvas, panned in a process of its own."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from tests.benchmarks import qt
from tests.benchmarks.harness import Figure, NotTheSame, same
from tests.benchmarks.maps import Floats
from tests.benchmarks.outside import NotDriven, last_words, program

NAME = "QGIS"
DRIVER = Path(__file__).parent / "drive_qgis.py"
REPEATS = 5
"""A frame takes seconds."""
PATIENCE = 180
"""Seconds for it all: writing the points in QGIS's own format takes most of it."""
INNER, OUTER = 1, 4
"""Pixels around a point: so near a disc of 5 px is painted, and farther than that it is not."""
WHITE = 0xFFFFFF
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Panned:
    """What the driver reports of its frames; extent and features are those of the last one."""

    version: str
    features: int
    width: int
    height: int
    extent: Bounds
    wall: list[float]
    cpu: list[float]

    @property
    def figure(self) -> Figure:
        """Its frames."""
        return Figure(NAME, self.wall, self.cpu)

    @property
    def note(self) -> str:
        """How it was driven."""
        return (
            f"QGIS {self.version}, its map canvas in a process of its own, {len(self.wall)} frames after ours: from the"
            " pan until all points are drawn anew; a FlatGeobuf with index, no ground (while dragging, QGIS shows the"
            " old picture moved)"
        )


def panned(x: Floats, y: Floats, bounds: Bounds, folder: Path, repeats: int) -> Panned:
    """QGIS's frames with the same points in sight, painted. Raises NotDriven where QGIS is not here or fails."""
    python = interpreter()
    points, picture = folder / "points.csv", folder / "qgis.png"
    np.savetxt(points, np.column_stack((x, y)), fmt="%.3f", delimiter=",", header="x,y", comments="")
    numbers = [min(repeats, REPEATS), *qt.SIZE, *bounds]
    argv = [python, str(DRIVER), str(points), str(picture), *map(str, numbers)]
    environment = {**_environment(), "QGIS_CUSTOM_CONFIG_PATH": str(folder / "qgis")}
    try:
        answer = subprocess.run(argv, capture_output=True, text=True, timeout=PATIENCE, env=environment, check=False)
    except subprocess.TimeoutExpired:
        raise NotDriven(f"QGIS had not ended after {PATIENCE} s") from None
    if answer.returncode:
        raise NotDriven(f"QGIS ended with {answer.returncode}: {last_words(answer.stderr)}")
    made = parsed(answer.stdout)
    same("pixels of QGIS's map", (made.width, made.height), qt.SIZE)
    west, south, east, north = made.extent
    same("metres across QGIS's map", math.isclose(east - west, bounds[2] - bounds[0], rel_tol=0.01), True)
    inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    same("points in QGIS's sight", made.features, int(inside.sum()))
    look_at(ink_of(QImage(str(picture))), x[inside], y[inside], made.extent)
    return made


def parsed(said: str) -> Panned:
    """The driver's report, which is the last line that it prints. Raises NotDriven."""
    try:
        fields = json.loads(said.strip().splitlines()[-1])
        return Panned(**{**fields, "extent": tuple(fields["extent"])})
    except (IndexError, ValueError, TypeError, KeyError):
        raise NotDriven(f"QGIS's driver reported nothing: {last_words(said)}") from None


def interpreter() -> str:
    """The Python that knows QGIS: the one beside it, or the system's. Raises NotDriven."""
    for folder in (str(Path(program("qgis")).parent), os.defpath):
        python = shutil.which("python3", path=folder)
        if python and _knows_qgis(python):
            return python
    raise NotDriven("qgis is here, but not its Python (python3-qgis)")


def _knows_qgis(python: str) -> bool:
    argv = [python, "-c", "import qgis.gui"]
    return not subprocess.run(argv, capture_output=True, env=_environment(), check=False).returncode


def _environment() -> dict[str, str]:
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen"}


def ink_of(picture: QImage) -> NDArray[np.bool_]:
    """Which pixels are not the white ground, a line of the picture a row."""
    plain = picture.convertToFormat(QImage.Format.Format_RGB32)
    words = np.frombuffer(plain.constBits(), np.uint32).reshape(plain.height(), plain.bytesPerLine() // 4)
    return np.asarray((words[:, : plain.width()] & WHITE) != WHITE)


def look_at(ink: NDArray[np.bool_], x: Floats, y: Floats, extent: Bounds) -> None:
    """Refuse a picture that does not show a disc at every point, and nothing elsewhere. Raises NotTheSame."""
    near, far = (_around(ink.shape, x, y, extent, radius) for radius in (INNER, OUTER))
    if not len(x) or ink[near].mean() < 0.99 or (ink & ~far).sum() > 0.01 * ink.sum():
        raise NotTheSame(f"QGIS painted {ink.sum()} pixels, and not the points")


def _around(shape: tuple[int, ...], x: Floats, y: Floats, extent: Bounds, radius: int) -> NDArray[np.bool_]:
    """The pixels that are within a radius of a point, for those that the picture's edge does not cut."""
    west, south, east, north = extent
    high, wide = shape
    columns = ((x - west) / (east - west) * wide).astype(np.int64)
    rows = ((north - y) / (north - south) * high).astype(np.int64)
    made = np.zeros(shape, np.bool_)
    for down in range(-radius, radius + 1):
        for right in range(-radius, radius + 1):
            if down * down + right * right <= radius * radius:
                made[np.clip(rows + down, 0, high - 1), np.clip(columns + right, 0, wide - 1)] = True
    return made
