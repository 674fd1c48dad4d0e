"""What: the service by the title a request was given."""

from __future__ import annotations

from services.intake.spelling import words
from tests.evaluate.data import records
from tests.evaluate.rows import Row
from tests.evaluate.services import Said, compared

DATA = "boston/requests_2011h2.csv.gz"
ABOUT = """Boston's requests of July to December 2011: the title (`case_title`) and the type it belongs to, learned from
July to September, measured on October to December. Titles that repeat the type's name are left out (52,241 of 58,251
do), so that what is measured is not the reading of a name. Many of the rest are the city's own turns of phrase (“Missed
Trash: District 05”): `title-new` has only titles that never occurred word for word before October.

Not shown: what residents said; only few titles hold words of theirs."""
SPLIT = "2011-10"


def rows() -> list[Row]:
    """The figures on all such titles, and on those that are new."""
    past, later = titles()
    known = {_plain(title) for title, _ in past}
    new = [said for said in later if _plain(said[0]) not in known]
    return compared("title", past, later) + compared("title-new", past, new)


def titles() -> tuple[list[Said], list[Said]]:
    """Title and type of every request whose title does not repeat the type: before October, and from then on."""
    halves: tuple[list[Said], list[Said]] = ([], [])
    for request in records(DATA):
        title, service = request["case_title"].strip(), request["type"].strip()
        if title and f" {_plain(service)} " not in f" {_plain(title)} ":
            halves[request["open_dt"] >= SPLIT].append((title, service))
    return halves


def _plain(text: str) -> str:
    return " ".join(words(text))
