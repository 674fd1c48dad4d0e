"""What the map asks of the desk: query words for what it shows, an area or what it cannot show, and the outlines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from services.queue.words import Term, parse

if TYPE_CHECKING:
    from console.window import Window
    from services.geo.outlines import Outlines
    from widgets.map.view import MapView

VISIBLE = "is:visible"


def join(window: Window, view: MapView) -> None:
    """Have the desk answer what the map asks."""
    desk = window.desk
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
    return any(_is_visible(term) for term in parse(query).terms)


def _is_visible(term: Term) -> bool:
    return term.asks("visible") and not term.negated


def with_word(query: str, word: str, *, on: bool = True) -> str:
    """The query with a word at its end, or (`on` false) without it."""
    kept = re.sub(rf"(?<!\S){re.escape(word)}(?!\S)\s*", "", query).strip()
    return f"{kept} {word}".strip() if on else kept


def with_area(query: str, name: str) -> str:
    """The query for one area in place of another; without it when it asked for that one already."""
    word = f'area:"{name}"' if re.search(r"[\s,]", name) else f"area:{name}"
    kept = query
    for term in parse(query).terms:
        if term.key == "area" and not term.negated:
            kept = with_word(kept, term.text, on=False)
    return kept if any(t.text == word for t in parse(query).terms) else f"{kept} {word}".strip()
