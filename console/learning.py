"""The words that a city's callers use, learned from its own past requests when a call is first taken."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from services.store.store import Store

if TYPE_CHECKING:
    from services.intake.services import WordModel


def names() -> WordModel:
    """What services are called, and nothing more: until their words are learned."""
    from services.intake.services import learned

    return learned((), ())


def words(store_url: str, ended: Callable[[], bool]) -> WordModel:
    """What the past requests of a store tell. Takes seconds. Raises StoreProblem, and Expected once `ended` says so."""
    from services.intake.services import learn

    with closing(Store.open(store_url)) as store:
        return learn(store, ended)
