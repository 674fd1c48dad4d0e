"""One process that holds n rows in one way, and prints how many bytes of memory it then takes."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from tests.benchmarks.city import City

EMPTY, OURS = "empty", "ours"


def main(what: str, home: Path, count: int) -> None:
    """Hold it, weigh this process, and end."""
    if what != EMPTY:
        _product(what, home, count)
    app, window = QApplication([]), QWidget()
    window.resize(1200, 800)
    window.show()
    app.processEvents()
    tell()


def _product(what: str, home: Path, count: int) -> None:
    from console import settings as settings_files
    from tests.benchmarks import qt
    from tests.benchmarks.city import City
    from tests.benchmarks.desk import settle, sitting

    made = City(count, settings_files.load(home))
    if what == OURS:
        with sitting(made.settings) as desk:
            desk.show("")
            desk.indexed()
            desk.show("tree")
            desk.show("status:open")
            tell()
    qt.application()
    window = qt.shown(QWidget())
    held = HOLD[what](made)
    settle(window)
    tell(held)


def tell(*_held: object) -> NoReturn:
    """Print the weight while these are held, and end without taking anything down."""
    sys.stdout.write(str(resident()))
    sys.stdout.flush()
    os._exit(0)


def _columns(made: City) -> object:
    """The bare columns, read straight into numpy."""
    import sqlite3
    from contextlib import closing

    import numpy as np

    shape = [("id", "i8"), ("status", "i1"), ("requested", "i8"), ("updated", "i8"), ("due", "i8"), ("xy", "i4", 2)]
    with closing(sqlite3.connect(made.file)) as base:
        rows = base.execute("SELECT id, 0, requested_at, updated_at, ifnull(due_at, 0), 0 FROM request")
        return np.fromiter(((*row[:-1], (0, 0)) for row in rows), np.dtype(shape))


def _sql(made: City) -> object:
    from tests.benchmarks import models

    table = models.sql_table(made)
    models.select_all(table)
    return table


def _orm(made: City) -> object:
    from sqlalchemy import create_engine
    from sqlalchemy.orm import Session, registry

    from services.store.tables import request

    class Request:
        """A row as an object."""

    registry().map_imperatively(Request, request)
    session = Session(create_engine(f"sqlite:///{made.file}"))
    return session, session.query(Request).limit(made.n).all()


def _items(made: City) -> object:
    import sqlite3
    from contextlib import closing

    from tests.benchmarks import models

    names = "number, service, status, address, area, requested_at, due_at, channel"
    with closing(sqlite3.connect(made.file)) as base:
        rows = [[str(v) for v in row] for row in base.execute(f"SELECT {names} FROM request LIMIT {made.n}")]
    return models.standard_items(rows)


HOLD: dict[str, Callable[[City], object]] = {
    "loaded": lambda _: None,
    "numpy": _columns,
    "sql": _sql,
    "orm": _orm,
    "items": _items,
}


def resident() -> int:
    """Bytes of this process that are in memory, shared libraries and mapped files included."""
    gc.collect()
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024
    raise OSError("this system does not tell")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
