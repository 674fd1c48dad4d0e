"""Whatever is typed can be read and asked: what makes no sense is said, and nothing fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.domain.queue_row import QueueRow
from services.queue.query import count, parse, run
from services.queue.snapshot import Ints, build
from services.queue.words import IS_WORDS, KEYS, STATUS_WORDS
from tests.services.queue.meanings import MOMENT, ZONE
from tests.services.queue.rows import CREWS, queues

TOKYO = ZoneInfo("Asia/Tokyo")
_values = st.one_of(
    st.text(max_size=12),
    st.builds("{}{}".format, st.integers(0) | st.decimals(0, allow_nan=False), st.sampled_from("mhdwx")),
    st.dates().map(str),
    st.builds("{}-{}".format, st.integers(-1, 40), st.sampled_from(["Aug", "February", "xyz"])),
    st.sampled_from([*STATUS_WORDS, *IS_WORDS, "today", "tomorrow", "none", "Ward 1", "Café"]),
)
_terms = st.builds(
    '{}{}{}{}"{}"'.format,
    st.sampled_from(["", "-"]),
    st.sampled_from(KEYS),
    st.sampled_from(":<>"),
    st.sampled_from(["", "0001-01-01,", "9999-12-31,", "1000w,", "365000d,"]),
    _values,
)
_anything = st.text(st.characters(exclude_categories=()))


def even_found(words: str) -> Ints:
    """A search that finds the even requests, whatever the words."""
    del words
    return np.arange(0, 60, 2)


@settings(max_examples=300)
@given(st.lists(_terms | _anything, max_size=4).map(" ".join), st.sampled_from([ZONE, TOKYO, UTC]), queues(3))
@example("since:99999999d", UTC, [])
@example("due<" + "9" * 400 + "d", UTC, [])
@example("age>" + "9" * 400 + "." + "9" * 400 + "w", UTC, [])
@example("since:9999-12-31 -since:0001-01-01", TOKYO, [])
@example("since:1000w due<365000d age>365000d", ZONE, [])
def test_any_text_can_be_read_and_asked(text: str, zone: tzinfo, rows: list[QueueRow]) -> None:
    snapshot = build(rows, CREWS)
    moment = replace(MOMENT, zone=zone)
    query = parse(text)
    assert count(snapshot, query, moment, even_found) == len(run(snapshot, query, moment, even_found)) <= len(rows)
