"""Duplicates are merged by a key, and taken apart again by Undo."""

from __future__ import annotations

from services.domain.status import Outcome, Status
from tests.console.conftest import Sitting


def test_d_merges_the_selected_into_the_one_looked_at(desk: Sitting) -> None:
    others, kept = [desk.id_of("city-1"), desk.id_of("city-2")], desk.id_of("city-0")
    desk.choose(*others, kept)
    assert desk.desk.selection.current == kept
    desk.press("D")
    desk.until(lambda: "merged into" in desk.said())
    assert desk.chosen() == (kept,)
    for other in others:
        made = desk.stored(other).request
        assert (made.status, made.outcome) == (Status.CLOSED, Outcome.DUPLICATE)
    assert desk.stored(kept).request.status is Status.NEW
    desk.press("Ctrl+Z")
    desk.until(lambda: "Undone" in desk.said())
    assert all(desk.stored(other).request.status is Status.NEW for other in others)


def test_one_request_alone_is_no_duplicate(desk: Sitting) -> None:
    desk.choose(desk.id_of("city-0"))
    desk.press("D")
    desk.until(lambda: "the one to keep" in desk.warned)
    assert desk.stored(desk.id_of("city-0")).request.status is Status.NEW


def test_a_tie_is_followed_both_ways_and_taken_apart_from_either_end(desk: Sitting) -> None:
    other, kept = desk.id_of("city-1"), desk.id_of("city-0")
    ties = desk.window.detail.head.ties
    for end in (other, kept):
        desk.choose(other, kept)
        desk.press("D")
        desk.until(lambda: desk.stored(other).merged_into != "")
        desk.until(lambda: [link.text() for link in ties.links][:1] == [f"#{desk.stored(other).request.number} ▸"])
        ties.links[0].click()
        desk.until(lambda: desk.desk.selection.current == other)
        desk.until(lambda: bool(ties.links) and ties.links[0].text().startswith("Merged into #"))
        if end == kept:
            ties.links[0].click()
            desk.until(lambda: desk.desk.selection.current == kept)
            desk.until(lambda: desk.desk.current is not None and desk.desk.current.request.id == kept)
        desk.press("Shift+D")
        desk.until(lambda: "Undone" in desk.said())
        desk.until(lambda: desk.stored(other).merged_into == "")
        assert desk.stored(other).request.status is Status.NEW
        desk.until(lambda: ties.isHidden())


def test_what_is_not_merged_is_not_taken_apart(desk: Sitting) -> None:
    desk.choose(desk.id_of("city-0"))
    desk.press("Shift+D")
    desk.until(lambda: "merged with no other" in desk.warned)
