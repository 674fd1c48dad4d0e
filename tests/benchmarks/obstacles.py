"""For every goal that is not met: what was tried, and what stands in the way. Nothing is hidden."""

from __future__ import annotations

_CLICK = (
    "The ids in order are there in about 1 ms; the rest is the hop between two threads and the map's marks laid out"
    " anew before both panes are painted. A bare repaint paints what is kept."
)
_SILENCE = "Numpy and SQLite of index and queries share two cores and one interpreter lock with the window."
OBSTACLES: dict[tuple[int, str], str] = {
    (1, "first window with real rows, wall"): (
        "Processor time keeps the goal; the wall clock swings with whatever else runs on the machine."
    ),
    (2, "click to painted rows, by itself"): _CLICK,
    (3, "click to both panes painted"): _CLICK,
    (6, "a frame of panning, street level"): (
        "A frame is cut out of one picture of the ground with its marks and names; what is left is Qt's own painting of"
        " the buttons above the map and the way of one mouse event. ScatterPlotItem draws no ground and no buttons."
    ),
    (7, "what is under the mouse"): (
        "Some plain steps on the cells around the mouse, 30 µs with warm caches; in the race the peer sweeps the caches"
        " before each. Places kept in the order of the cells would mend that for 8 B a row, of which row 13 has none."
    ),
    (7, "what is under the mouse, first time"): "One look right after a collection of garbage: everything is cold.",
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
