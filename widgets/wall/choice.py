"""What a wall display shows: which pages, of which requests, and for how long each."""

from __future__ import annotations

from dataclasses import dataclass

from services.errors import Invalid
from services.queue.words import parse

MAP, ALERTS = "map", "alerts"
TITLES = {
    "now": "Now",
    ALERTS: "Alerts and forecast",
    "flow": "Opened and closed, by the hour",
    "age": "Open, by age",
    "targets": "Targets kept, by service",
    "areas": "Overdue, by area",
    "channels": "Channels",
    "closing": "Time to close",
    "crews": "Crew load",
    MAP: "Map of what is open",
}
"""Every page, by its id, in the order in which they are shown."""
USUAL = ("now", ALERTS, "flow", "age", "targets", "areas", MAP)
SECONDS, LEAST, MOST = 20, 5, 600
_PERSONAL = {"claimed", "number"}
"""Query words that may name somebody or a single request."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Pages by their ids, seconds for each, and the query words of the requests that count ("": all)."""

    pages: tuple[str, ...] = USUAL
    seconds: int = SECONDS
    query: str = ""

    def check(self) -> None:
        """Raise Invalid for no page, a time that cannot be, and words that may not stand on a wall."""
        unknown = [page for page in self.pages if page not in TITLES]
        if unknown:
            raise Invalid(f"There is no page “{unknown[0]}”.", f"The pages are: {', '.join(TITLES)}.")
        if not self.pages:
            raise Invalid("Nothing is chosen to be shown.", "Choose one page at least.")
        if not LEAST <= self.seconds <= MOST:
            raise Invalid("A page cannot be shown for that long.", f"Give {LEAST} to {MOST} seconds.")
        query = parse(self.query)
        query.check()
        if query.words or any(term.key in _PERSONAL for term in query.terms):
            raise Invalid(
                "Names, numbers and free text may not stand on a wall.",
                "Use query words such as area: service: status: or channel:.",
            )

    def write(self) -> dict[str, str]:
        """As lines of text, for `read`."""
        return {"pages": " ".join(self.pages), "seconds": str(self.seconds), "query": self.query}

    @classmethod
    def read(cls, lines: dict[str, str]) -> Choice:
        """What `write` wrote; with anything in it that cannot be, the usual."""
        seconds = lines.get("seconds", "")
        try:
            made = cls(ordered(lines.get("pages", "").split()), int(seconds), lines.get("query", ""))
            made.check()
        except (Invalid, ValueError):
            return cls()
        return made


def ordered(pages: list[str]) -> tuple[str, ...]:
    """These pages in the order in which they are shown; those that nobody knows come last."""
    known = list(TITLES)
    return tuple(sorted(dict.fromkeys(pages), key=lambda page: known.index(page) if page in TITLES else len(known)))
