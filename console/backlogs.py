"""A backlog's file on its way into the store, for the desk and the command line alike."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from console import opening
from console.settings import Settings
from services.contact import masked_email, masked_phone
from services.errors import Invalid
from services.files import replaced
from services.intake.backlog import Backlog, City, prepare, refused_csv
from services.intake.columns import Columns
from services.intake.dates import Order
from services.intake.sheet import Sheet
from services.store import backlog as store
from services.store import queries
from services.store.acting import Acting

_MASKS = {"phone": masked_phone, "email": masked_email}


def examine(
    acting: Acting, settings: Settings, sheet: Sheet, columns: Columns, order: Order | None = None, source: str = ""
) -> Backlog:
    """What an import of this sheet would bring to this city. Raises Invalid where it has to be asked something."""
    known = partial(store.known, acting.store)
    locate = opening.locate(settings)
    city = City(queries.services(acting.store), settings.timezone, datetime.now(UTC), known, source, locate)
    return prepare(sheet, columns, city, order)


def seen(field: str, text: str, *, sees_contacts: bool) -> str:
    """A cell of the file as it may be shown: how a caller is reached is masked for who may not see it."""
    return text if sees_contacts or field not in _MASKS else _MASKS[field](text)


def example(sheet: Sheet, columns: Columns, field: str, *, sees_contacts: bool) -> str:
    """The first words of the column that holds this; "" for none."""
    if field not in columns:
        return ""
    return seen(field, next(filter(None, sheet.column(columns[field])), ""), sees_contacts=sees_contacts)


def write_refused(file: Path, sheet: Sheet, backlog: Backlog) -> None:
    """Write the refused rows with their reasons, for its owner alone. Raises Invalid where that cannot be done."""
    try:
        with replaced(file) as written:
            written.write(refused_csv(sheet, backlog).encode("utf-8-sig"))
    except OSError as error:
        raise Invalid(f"“{file}” cannot be written: {error.strerror}.", "Choose another file.") from error
