"""What the map asks of the desk: query words for what it shows, an area or what it cannot show, and the outlines."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from services.queue.words import Term, parse, tokens

if TYPE_CHECKING:
    from console.window import Window
    from services.geo.outlines import Outlines
    from widgets.map.view import MapView

VISIBLE = "is:visible"


def kind() -> type[MapView]:
    """What the map is made of; it takes a while to import: not in the UI thread."""
    from widgets.map.view import MapView

    return MapView


def join(window: Window, view: MapView) -> None:
    """Have the desk answer what the map asks."""
    desk = window.desk
    view.pinning = lambda: window.intake.is_seen
    view.viewMoved.connect(lambda seen: desk.set_bounds(seen, view.city()))
    view.onlyVisibleAsked.connect(lambda on: _show(window, with_word(desk.query, VISIBLE, on=on)))
    view.areaAsked.connect(lambda name: _show(window, with_area(desk.query, name)))
    view.unplacedAsked.connect(lambda: window.show_query(with_word(desk.query, "is:noplace")))
    view.outsideAsked.connect(lambda: window.show_query(with_word(desk.query, "is:outside")))
    view.outlinesWanted.connect(lambda: _load_outlines(window, view))


def _show(window: Window, query: str) -> None:
    """Show a query; the keyboard stays with the map."""
    window.top.filter.set_text(query)
    window.desk.set_query(query)
    window.rail.set_query(query)


def _load_outlines(window: Window, view: MapView) -> None:
    files = window.desk.settings.area_files

    def work() -> tuple[Outlines, ...]:
        from services.geo import outlines

        return tuple(outlines.load(file) for file in files)

    window.desk.tasks.run("network", work, view.set_outlines, window.desk.problem.emit)


def show_as(window: Window, *, way: str, by_overdue: bool = False) -> None:
    """Have the map show requests as clusters, points, heat or areas."""
    from widgets.map.layer import Mode

    if window.map is not None:
        window.map.show_as(Mode(way), by_overdue)


def toggle_visible(window: Window) -> None:
    """Have the queue hold only what the map shows, or all again."""
    if window.map is not None:
        window.map.press("eye")


def toggle_lasso(window: Window) -> None:
    """Take the lasso, or put it away."""
    if window.map is not None:
        window.map.press("lasso")


def select_visible(window: Window) -> None:
    """Select all requests that the map shows."""
    if window.map is not None:
        window.map.select_visible()


def fit(window: Window) -> None:
    """Have the map show all requests of the filter."""
    if window.map is not None:
        window.map.fit()


def show_layers(window: Window) -> None:
    """Open the map's menu of layers."""
    if window.map is not None:
        window.map.show_layers()


def asks_visible(query: str) -> bool:
    """Whether the query holds only what the map shows."""
    return _asks(query, VISIBLE)


def _asks(query: str, word: str) -> bool:
    asked = word.removeprefix("is:")
    return any(term.asks(asked) and not term.negated for term in parse(query).terms)


def with_word(query: str, word: str, *, on: bool = True) -> str:
    """The query with is:something at its end, where it does not ask for that already, or (`on` false) without it."""
    if on:
        return query if _asks(query, word) else f"{query} {word}".strip()
    taken = word.removeprefix("is:")

    def without(term: Term) -> str:
        if term.negated or not term.asks(taken):
            return term.text
        left = ",".join(value for value in term.values if value.lower() != taken)
        return left and f"is:{left}"

    return _edited(query, without)


def with_area(query: str, name: str) -> str:
    """The query for one area in place of another; without it when it asked for that one already.

    No word of a query can hold a quotation mark: an area is found without those in its name.
    """
    named = " ".join(name.replace('"', " ").split())
    word = f'area:"{named}"' if re.search(r"[\s,]", named) else f"area:{named}"
    chosen = [term.values for term in parse(query).terms if _is_area(term)]
    kept = _edited(query, lambda term: "" if _is_area(term) else term.text)
    return kept if chosen == [(named,)] else f"{kept} {word}".strip()


def _is_area(term: Term) -> bool:
    return term.key == "area" and not term.negated


def _edited(query: str, edit: Callable[[Term], str]) -> str:
    """The query with each of its terms as `edit` gives it; "" takes it out. All else stays as it was typed."""
    kept = []
    for token in tokens(query):
        terms = parse(token).terms
        kept.append(edit(terms[0]) if terms else token)
    return " ".join(filter(None, kept))
