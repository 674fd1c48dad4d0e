"""One person's data at the desk: found, saved as a file for them, erased; and callers kept long enough."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from console import forgetting
from console.saveas import ask_where
from services.contact import told_apart
from services.domain.status import Role
from services.domain.values import Changes
from services.errors import Expected, Invalid
from services.files import replaced
from widgets.person import LISTED, PersonDialog, PersonLine

if TYPE_CHECKING:
    from console.storeside import StoreSide
    from console.window import Window
    from services.store.callers import Earlier, Person
    from services.store.persons import Erased

_UNFINISHED = Invalid(
    "A call that is being taken down names this person.", "Log it or give it up first; else its draft would keep them."
)


class Persons:
    """Finds, gives out and erases. Owned by the window."""

    def __init__(self, window: Window) -> None:
        self.window, self.desk = window, window.desk
        self.dialog: PersonDialog | None = None
        self._asked = ""
        self._people: list[Person] = []

    def ask(self) -> None:
        """Open the dialog."""
        may = Role.SUPERVISOR in self.desk.actor.roles
        made = self.dialog = PersonDialog("" if may else "Only a supervisor may do this.", self.window)
        made.find_wanted.connect(self.find)
        made.export_wanted.connect(self._ask_where)
        made.erase_wanted.connect(self._erase)
        made.finished.connect(self._closed)
        made.open()

    def _closed(self) -> None:
        self.dialog, self._people = None, []

    def find(self, text: str) -> None:
        """Show everybody whom this names, each name on one number apart."""
        from services.store import callers, persons

        self._asked = text

        def work(side: StoreSide) -> tuple[list[Person], list[PersonLine]]:
            acting = side.acting()
            found = persons.find(acting, *told_apart(text))
            shown, more = found[:LISTED], found[LISTED:]
            return _listed([*(callers.apart(acting.store, person) for person in shown), *([person] for person in more)])

        self.desk.ask(work, self._show, "person", self._cannot)

    def _show(self, found: tuple[list[Person], list[PersonLine]]) -> None:
        if self.dialog is not None:
            self._people, lines = found
            self.dialog.show_people(lines)

    def _cannot(self, problem: Expected) -> None:
        if self.dialog is not None:
            self.dialog.say_problem(problem)

    # giving out

    def _ask_where(self, place: int) -> None:
        person = self._people[place]
        title = "Save all that is kept about a person"
        ask_where(self.dialog, title, "person.json", lambda file: self._export(person, file))

    def _export(self, person: Person, file: Path) -> None:
        from services.store import persons

        def write(given: dict[str, object]) -> None:
            self.desk.tasks.run("files", lambda: _write(file, given), lambda _: self._say(saved), self._cannot)

        saved = f"All that is kept is in “{file.name}”."
        self.desk.ask(lambda side: persons.export(side.acting(), person), write, "", self._cannot)

    def _say(self, sentence: str) -> None:
        if self.dialog is not None:
            self.dialog.bar.say(sentence, problem=False)

    # erasing

    def _erase(self, places: list[int]) -> None:
        people = [self._people[place] for place in places]
        shown = self.dialog.sharing(places) if self.dialog is not None else ()
        others = [self._people[place] for place in shown]
        if not self.window.intake.drop(forgetting.Named(people, others).holds):
            self._cannot(_UNFINISHED)
            return

        def work(side: StoreSide) -> tuple[Erased, int]:
            return forgetting.erase(side.acting(), side.settings, people, others)

        self.desk.ask(work, self._erased, "", self._cannot)

    def _erased(self, done: tuple[Erased, int]) -> None:
        erased, files = done
        self._say(f"{erased.sentence} Drafts and letters deleted: {files}.")
        self.desk.acted.emit(Changes(erased.requests, frozenset({"request", "caller"})))
        self.desk.refresh()
        self.find(self._asked)


def _listed(groups: Sequence[Sequence[Person]]) -> tuple[list[Person], list[PersonLine]]:
    """Everybody found, those on one number or address together, and how each is shown."""
    people = [person for group in groups for person in group]
    lines: list[PersonLine] = []
    for group in groups:
        everybody = range(len(lines), len(lines) + len(group))
        lines += [_line(person, everybody) for person in group]
    return people, lines


def _line(person: Person, sharing: range) -> PersonLine:
    marks = ("do not call" if person.do_not_call else "", "" if person.consent else "no consent")
    note = ", ".join(filter(None, (person.phone, person.email, person.language, *marks)))
    return PersonLine(person.name, note, tuple(map(_request, person.requests)), sharing)


def _request(earlier: Earlier) -> str:
    ended = f": {earlier.outcome.label.lower()}" if earlier.outcome else ""
    place = f", {earlier.address}" if earlier.address else ""
    return f"{earlier.number}  {earlier.service}{place}  {earlier.status.label}{ended}"


def _write(file: Path, given: dict[str, object]) -> None:
    """Write a person's data for whoever saves it alone. Raises Invalid where that cannot be done."""
    try:
        with replaced(file) as written:
            written.write(json.dumps(given, ensure_ascii=False, indent=2).encode())
    except OSError as error:
        raise Invalid(f"“{file.name}” cannot be written: {error.strerror}.", "Choose another place.") from error
