"""Services by the words a caller uses: naive Bayes over the city's own past requests, and over the services' names.

Each typed word speaks for a service as far as it occurs more often in that service's requests than in all of them, and
as far as it stands in that service's name, keywords, group or description more than in those of others. Both are
counted apart, so that the reason can be said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
import numpy.typing as npt

from services.domain.values import Service
from services.errors import Expected
from services.intake import lexicon, spelling
from services.intake.counts import Counts, Floats, Span
from services.intake.naming import ALIKE, KEYWORD, NAME, places
from services.intake.naming import Suggestion as Suggestion
from services.store.descriptions import newest
from services.store.queries import services as listed
from services.store.store import Store

READ = 200_000
"""Past requests that are learned from, the newest first."""
LEAST = 3
"""Words in fewer requests are not learned: they are names of people rather than of troubles."""
SMOOTH = 0.8
"""How often every word is taken to occur in the requests of every service, beyond what was counted."""
FLOOR = 3.0
"""The most that a word speaks against a service, as the logarithm of how many times rarer it is there."""
NAMES = 0.5
"""What a word in a service's name weighs beside one in its requests, in a long text."""
FEW = 8.0
"""In how many words it weighs twice that: whoever types one or two words types names."""
SHORT = 5
"""Up to so many telling words small ones beside them ("not", "my") are left aside; in a long text they tell."""
UNNAMED = 0.05
"""How well a word fits (1: it begins a word of the name) a service that it is not written in."""
RARE = 0.01
"""The share of all requests that hold a word up to which its being in a name weighs fully; in all of them, nothing."""
OFTEN = 1.0
"""What it weighs that a service is asked for often."""
RARELY = 0.1
"""What a service is taken to be asked for beyond what was counted, as a share of what services are on average."""
KEPT = 500
"""Words that are kept as they were read."""
GOES_ON = 0.4
"""What a word weighs that only begins as the last one typed, where that is a word by itself."""
_HALF = 3
"""Letters of each half of a word that is taken apart."""
_PLACES = {KEYWORD: "in its keywords", ALIKE: "as another word for it"}
_SAID = 2
"""Words that a reason names."""


@dataclass(frozen=True, slots=True)
class _Word:
    """A typed word as it was understood, and for every service offered how much it speaks for it."""

    past: Span
    named: Span
    said: Floats
    """By what was said in past requests."""
    called: Floats
    """By what the service is called."""
    fits: npt.NDArray[np.bool_]
    """Where the service has the word at all."""


@dataclass(frozen=True, slots=True)
class _Offer:
    """The services to choose from: the column of each among what was learned, and what they are called."""

    services: tuple[Service, ...]
    columns: list[int]
    names: Counts
    read: dict[str, _Word] = field(default_factory=dict)
    """The words that were typed lately: with each letter, all but the last come again."""


class WordModel:
    """What was learned from past requests; made by `learned`. May be asked from any one thread."""

    def __init__(self, services: Sequence[Service], requests: Sequence[int], words: Sequence[Counter[str]]) -> None:
        """Of each service: how many of its requests were read, and how many of them hold each word."""
        self._column = {(s.upstream, s.code): i for i, s in enumerate(services)}
        self._past = Counts([*words, {}])
        self._asked = np.array([*requests, 0], np.float64)
        self._usual = OFTEN * np.log(self._asked + max(RARELY * self._asked.mean(), 1))
        said = np.array([*(its.total() for its in words), 0], np.float64)
        self._said = said + SMOOTH * max(len(self._past.words), 1)
        self._offer = _Offer((), [], Counts([]))

    def suggest(self, services: Sequence[Service], typed: str, most: int = 5) -> list[Suggestion]:
        """The services that fit the typed words, best first; with nothing typed, those that are asked for most."""
        offer = self._offered(tuple(services))
        done, last = self._understood(offer, typed)
        telling = lexicon.telling([*done, last])
        told = [*done, last] if len(telling) > SHORT else telling
        words = [self._done(offer, word) for word in done if word in told]
        words += [self._read(offer, last, begun=True)] if last and last in told else []
        words = [word for word in words if word.past or word.named]
        names = NAMES * (1 + FEW / max(len(words), 1))
        said = (word.said + names * word.called for word in words)
        score = np.sum([self._usual[offer.columns], *said], axis=0)
        fits = np.any([np.full(len(score), not done and not last), *(word.fits for word in words)], axis=0)
        best = [i for i in np.argsort(-score, kind="stable").tolist() if fits[i]][:most]
        return [Suggestion(offer.services[i], self._reason(offer, words, i), float(score[i])) for i in best]

    def _offered(self, services: tuple[Service, ...]) -> _Offer:
        if services != self._offer.services:
            columns = [self._column.get((s.upstream, s.code), len(self._column)) for s in services]
            self._offer = _Offer(services, columns, Counts([_called(service) for service in services]))
        return self._offer

    def _done(self, offer: _Offer, text: str) -> _Word:
        if text not in offer.read:
            if len(offer.read) >= KEPT:
                offer.read.clear()
            offer.read[text] = self._read(offer, text)
        return offer.read[text]

    def _understood(self, offer: _Offer, typed: str) -> tuple[list[str], str]:
        """The words that are done and tell something, and the one that is not done ("" for none).

        Two that services have as one are put together ("side walk"), and one that they have as two is taken apart
        ("streetlight").
        """
        done, last = spelling.typed(typed)
        read: list[str] = []
        for word in (*done, spelling.stem(last)) if last else done:
            before = read[-1] if read else ""
            joined = lexicon.together(before, word) or before + word
            if before and min(len(before), len(word)) >= _HALF and offer.names.word(joined):
                read[-1] = joined
            elif offer.names.beginning(word) or self._past.beginning(word):
                read.append(word)
            else:
                read += _halves(word, offer.names)
        if last and read[-1:] == [spelling.stem(last)]:
            read.pop()
        elif last:
            last = ""
        return [word for word in dict.fromkeys(read) if word != last], last

    def _read(self, offer: _Offer, text: str, *, begun: bool = False) -> _Word:
        """A word as it is meant: as it is written, or the beginning of others, or a slip or two of the fingers away."""
        for past, named in self._meanings(offer, text, begun):
            if past or named:
                break
        counted, weights = self._past.total(past), offer.names.best(named) / NAME
        whole = offer.names.word(spelling.stem(text))
        if begun and whole and len(whole) < len(named):
            weights = np.maximum(GOES_ON * weights, offer.names.best(whole) / NAME)
        said = self._in_requests(counted)[offer.columns] if past else np.zeros(len(weights))
        share = counted.sum() / max(self._asked.sum(), 1)
        rarity = np.log(np.clip(share, RARE, 1)) / np.log(RARE)
        called = rarity * (np.log(weights + UNNAMED) - np.log(np.mean(weights) + UNNAMED)) if named else weights
        return _Word(past, named, said, called, (weights > 0) | (counted[offer.columns] > 0))

    def _in_requests(self, counted: Floats) -> Floats:
        """How much more of a word there is in each service's requests than in all, as a logarithm; 0: nothing known."""
        usual = (counted.sum() + SMOOTH) / self._said.sum()
        lift = np.log((counted + SMOOTH) / self._said / usual)
        return np.where(self._asked > 0, np.maximum(lift, -FLOOR), 0)

    def _meanings(self, offer: _Offer, text: str, begun: bool) -> Iterable[tuple[Span, Span]]:
        stem = spelling.stem(text)
        if not begun:
            yield self._past.word(stem), offer.names.word(stem)
        if begun or len(text) > LEAST:
            past = self._past.word(stem) if begun else range(0)
            yield past or self._past.beginning(text), offer.names.beginning(text)
        yield self._past.word(stem), offer.names.word(stem)
        near = {*spelling.nearest(stem, offer.names.words), *spelling.nearest(stem, self._past.words)}
        meant = ((self._past.word(word), offer.names.word(word)) for word in sorted(near))
        yield max(meant, key=self._how_usual, default=(range(0), range(0)))

    def _how_usual(self, spans: tuple[Span, Span]) -> float:
        past, named = spans
        return float(self._past.total(past).sum()) + bool(named)

    def _reason(self, offer: _Offer, words: Sequence[_Word], i: int) -> str:
        fitting = (word for word in words if word.fits[i])
        telling = sorted(fitting, key=lambda word: -word.said[i] - word.called[i])[:_SAID]
        if not telling:
            return offer.services[i].group
        found = (self._found(offer, word, i) for word in telling)
        said = ((where, [f"“{word}”" for word, _ in its]) for where, its in groupby(found, key=lambda f: f[1]))
        return "; ".join(f"{', '.join(quoted)} {where}" for where, quoted in said)

    def _found(self, offer: _Offer, word: _Word, i: int) -> tuple[str, str]:
        """A word as the service has it, and where."""
        text, weight = offer.names.foremost(word.named, i)
        if weight == NAME:
            return text, "in its name"
        past, number = self._past.foremost(word.past, offer.columns[i])
        if number:
            return past, f"in {number:,} request{'s' * (number > 1)}"
        return text, _PLACES.get(weight, "in its description")


def learned(services: Sequence[Service], examples: Iterable[tuple[str, str, str]]) -> WordModel:
    """A model from past requests: upstream, service code and what was said. Other services than these are left out."""
    place = {(service.upstream, service.code): i for i, service in enumerate(services)}
    requests = [0] * len(services)
    words: list[Counter[str]] = [Counter() for _ in services]
    for upstream, code, text in examples:
        i = place.get((upstream, code))
        if i is not None:
            requests[i] += 1
            words[i].update(set(spelling.words(text)))
    everywhere: Counter[str] = Counter()
    for its in words:
        everywhere.update(its)
    usual = [Counter({word: n for word, n in its.items() if everywhere[word] >= LEAST}) for its in words]
    return WordModel(services, requests, usual)


def learn(store: Store, ended: Callable[[], bool] = lambda: False) -> WordModel:
    """Learn from the newest requests of a store, some hundred at a time. Takes seconds: never on the UI thread.

    Raises Expected once `ended` says so.
    """
    services = listed(store)
    by_name = {service.name.casefold(): service for service in services}
    known = {(service.upstream, service.code) for service in services}

    def examples() -> Iterable[tuple[str, str, str]]:
        for upstream, code, name, text in newest(store, READ):
            if ended():
                raise Expected("The desk closes.")
            called = by_name.get(name.casefold())
            yield (upstream, code, text) if (upstream, code) in known or not called else (
                called.upstream, called.code, text)  # fmt: skip

    return learned(services, examples())


def _called(service: Service) -> dict[str, int]:
    """The words a service is known by, each with the best of its weights."""
    called: dict[str, int] = {}
    for text, weight in places(service):
        for word in spelling.words(text):
            called[word] = max(called.get(word, 0), weight)
            for other in lexicon.alike(word) if weight > ALIKE else ():
                called[other] = max(called.get(other, 0), ALIKE)
    return called


def _halves(word: str, names: Counts) -> list[str]:
    """A word that services have as two ("streetlight"); itself where they do not."""
    cuts = range(_HALF, len(word) - _HALF + 1)
    return next(([word[:i], word[i:]] for i in cuts if names.word(word[:i]) and names.word(word[i:])), [word])
