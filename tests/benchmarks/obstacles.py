"""For every goal that is not met: what was tried, and what stands in the way. Nothing is hidden."""

from __future__ import annotations

_CLICK = (
    "The order itself is there in 2 ms, and a click asks neither the store nor for counts anew; the rest is the map's"
    " grid, the hop between two threads, and queue, rail and map taking it in before both are painted."
)
_SILENCE = (
    "What is found is shown in one go, panes and repaint together, and numpy and SQLite of pull, index and queries"
    " share two cores and one interpreter lock with the window."
)
OBSTACLES: dict[tuple[int, str], str] = {
    (1, "first window with real rows, wall"): (
        "Processor time keeps the goal; the wall clock swings with whatever else runs on the machine."
    ),
    (2, "click to painted rows, by itself"): _CLICK,
    (3, "click to both panes painted"): _CLICK,
    (6, "a frame of panning, street level"): (
        "Some 300 marks with shape and colour of their own, streets and names: the floor is drawPixmap a mark."
        " ScatterPlotItem draws nothing out of sight either, and no ground at all."
    ),
    (7, "what is under the mouse"): (
        "It is answered in a fraction of a millisecond at every size; a thousandth of the peer is met over clusters."
    ),
    (7, "what is under the mouse, first time"): "One look only, so it holds whatever is made when first needed.",
    (8, "first pull of 100,000"): (
        "Nothing is fetched or read here, on either side. Of ours 45 % is SQLite's full text, 17 % its rows and unique"
        " indexes, 12 % the fingerprints by which a change is seen, 16 % the rest of each row, 5 % history, 5 %"
        " commits: full text and rows alone are more than a sixth of the peer. The goal was set by a load that puts"
        " both off to its end; here every page is durable and found before the next. One FTS insert a page without"
        " fingerprints and look-ups is no quicker than ours."
    ),
    (8, "100,000 again, unchanged"): (
        "Reading takes less than half of what it took when this was met, and is the peer; what comes on top are a"
        " fingerprint and one look-up by the upstream's id for each request, seven microseconds together."
    ),
    (11, "heard by the last of 50 desks, p99"): "Fifty desks in one process on two cores; the median is a third of it.",
    (13, "bytes a row"): (
        "At a million up to 90 B are the mapped snapshot (its pages are given back once it is verified, and come again"
        " as they are used), about 75 B kept orders, ranks and the map's grid, the rest libraries and the city's map."
    ),
    (0, "longest silence of the UI thread"): _SILENCE,
    (0, "p99 of its silences"): _SILENCE,
}
"""By row and the line's name up to a colon."""
