"""What is seen: queue, map, detail; knows no database and no HTTP."""

from contextlib import suppress
from importlib import import_module

# PySide reads the source of every module that is imported after it, to see who may switch its features, and Python
# keeps what was read: 28 MB and a tenth of a second, for a switch that nobody here touches.
with suppress(ImportError):
    import_module("PySide6.support.feature")._mod_uses_pyside = lambda _: False  # type: ignore[attr-defined]
