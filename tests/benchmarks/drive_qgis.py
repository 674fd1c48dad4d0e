"""Pans QGIS's own map canvas; run by the Python that QGIS brings, which knows nothing of ours.

`python drive_qgis.py POINTS.csv PICTURE.png REPEATS WIDTH HEIGHT WEST SOUTH EAST NORTH`, with points and extent in
web-mercator metres. It prints as JSON: version, features (that the last frame shows), width, height, extent (of the
last frame, which is in PICTURE.png), wall and cpu (milliseconds of each frame).
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsMarkerSymbol,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsSingleSymbolRenderer,
    QgsVectorFileWriter,
    QgsVectorLayer,
)
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QEventLoop
from qgis.PyQt.QtGui import QColor

WORLD = "EPSG:3857"
DISC = {"name": "circle", "size": "5", "size_unit": "Pixel", "outline_style": "no", "color": "200,60,20,255"}
STEP = 7


def layer(points: Path) -> Any:
    """The points as 5 px discs, from a FlatGeobuf with its index: of all that QGIS reads it draws that the fastest."""
    table = QgsVectorLayer(f"{points.as_uri()}?xField=x&yField=y&crs={WORLD}&detectTypes=no", "csv", "delimitedtext")
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "FlatGeobuf"
    options.skipAttributeCreation = True
    file = points.with_suffix(".fgb")
    context = QgsProject.instance().transformContext()
    failed, why, *_ = QgsVectorFileWriter.writeAsVectorFormatV3(table, str(file), context, options)
    made = QgsVectorLayer(str(file), "points", "ogr")
    if failed or not made.isValid():
        raise SystemExit(f"the points cannot be written: {why}")
    made.setRenderer(QgsSingleSymbolRenderer(QgsMarkerSymbol.createSimple(DISC)))
    return made


def canvas(width: int, height: int, extent: Any, shown: Any) -> Any:
    """QGIS's canvas as its window has it, but for pictures of what lies beside the extent, which would cost more."""
    made = QgsMapCanvas()
    made.setFrameStyle(0)
    made.setCanvasColor(QColor("white"))
    made.setParallelRenderingEnabled(True)
    made.setCachingEnabled(True)
    made.setPreviewJobsEnabled(False)
    made.setDestinationCrs(QgsCoordinateReferenceSystem(WORLD))
    made.resize(width, height)
    made.show()
    made.setLayers([shown])
    made.setExtent(extent)
    return made


def painted(map_: Any) -> None:
    """Draw the map anew, and return once it is on the screen."""
    loop = QEventLoop()
    map_.mapCanvasRefreshed.connect(loop.quit)
    map_.refresh()
    loop.exec_()
    map_.mapCanvasRefreshed.disconnect(loop.quit)
    map_.viewport().repaint()


def pan(map_: Any, step: int) -> None:
    """One frame: the ground moves by some pixels."""
    middle, pixel = map_.center(), map_.mapUnitsPerPixel()
    map_.setCenter(QgsPointXY(middle.x() + step * pixel, middle.y() + step * pixel))
    painted(map_)


def main() -> None:
    points, picture, repeats, width, height = sys.argv[1:6]
    application = QgsApplication([], True)
    application.initQgis()
    shown = layer(Path(points).resolve())
    map_ = canvas(int(width), int(height), QgsRectangle(*map(float, sys.argv[6:10])), shown)
    painted(map_)
    wall, cpu = [], []
    for turn in range(int(repeats) + 1):
        began, busy = time.perf_counter(), time.process_time()
        pan(map_, -STEP if turn % 2 else STEP)
        wall.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - busy) * 1000)
    map_.grab().save(picture)
    extent, size = map_.extent(), map_.mapSettings().outputSize()
    inside = QgsFeatureRequest(extent).setNoAttributes()
    report = {
        "version": Qgis.QGIS_VERSION,
        "features": sum(1 for _ in shown.getFeatures(inside)),
        "width": size.width(),
        "height": size.height(),
        "extent": [extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()],
        "wall": wall[1:],
        "cpu": cpu[1:],
    }
    sys.stdout.write(json.dumps(report) + "\n")
    sys.stdout.flush()
    os._exit(0)  # PyQt would take QGIS down in an order that crashes it


if __name__ == "__main__":
    main()
