"""What: the service by what residents wrote.

Shares of the held-back requests whose service is the first, or among the first three, that the desk offers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from services.domain.values import Service
from services.intake.naming import Suggestion, find
from services.intake.services import learned
from tests.evaluate.data import records
from tests.evaluate.rows import Row

DATA = "text/boston_vision_zero_concerns_2016_2017.csv.gz"
ABOUT = """Residents' concerns about traffic in Boston, 2016 and 2017: those with free text, of 21 types, in order of
time; learned from the first 70 %, measured on the rest. `top3` and `top1`: how often the resident's own choice of type
is among the first three, or the first, of what the desk offers for the text (`services/intake/services.py`). Beside it
the better of two baselines: always the commonest types, and the scoring by name and keywords that the desk used before
(`services/intake/naming.py`). The constants were chosen on the training part alone (its first 70 % and the rest).

Not shown: how it does on the few words that a call-taker types (67 such phrases, half kept out of tuning, are in
`tests/services/intake/phrases.py`); on other cities; and on types that no words tell apart:
a fifth of these residents chose “something that is not listed here”."""
SHARE = 0.7
CLEARLY = 0.05
"""A share is called better from this much on."""
Said = tuple[str, str]
"""What was said, and the name of the service it was about."""
Suggest = Callable[[str], Sequence[Suggestion]]


def rows() -> list[Row]:
    """The figures on the concerns."""
    said = concerns()
    cut = int(SHARE * len(said))
    return compared("service", said[:cut], said[cut:])


def concerns() -> list[Said]:
    """Every concern with words, the oldest first. Markup before some types' names is left out. Raises Missing."""
    written = [r for r in records(DATA) if r["COMMENTS"].strip()]
    written.sort(key=lambda r: r["REQUESTDATE"])
    return [(r["COMMENTS"], r["REQUESTTYPE"].rpartition("&nbsp;")[2].strip()) for r in written]


def compared(name: str, past: Sequence[Said], later: Sequence[Said]) -> list[Row]:
    """Learn from what was said first, and compare on what was said later: top 3 and top 1."""
    offered = tuple(Service(code, code, "") for code in sorted({service for _, service in past}))
    model = learned(offered, (("", service, text) for text, service in past))
    often = Counter(service for _, service in past).most_common(3)
    commonest = [Suggestion(Service(code, code, ""), "") for code, _ in often]
    ours = right(lambda text: model.suggest(offered, text, 3), later)
    names = right(lambda text: find(offered, text, 3), later)
    majority = right(lambda _: commonest, later)
    made = []
    for top in (3, 1):
        baseline, called = max((names[top], "name and keywords"), (majority[top], "commonest types"))
        others = f"commonest types {majority[top]:.3f}, name and keywords {names[top]:.3f}"
        note = f"top-1 {ours[1]:.3f}; {others}" if top == 3 else others
        better = ours[top] > baseline + CLEARLY
        made.append(Row(f"{name}-top{top}", ours[top], baseline, called, len(later), better, note))
    return made


def right(suggest: Suggest, later: Sequence[Said]) -> dict[int, float]:
    """How often the service is the first, and among the first three, that is suggested."""
    answers = {text: [s.service.name for s in suggest(text)] for text in {text for text, _ in later}}
    return {top: sum(service in answers[text][:top] for text, service in later) / len(later) for top in (1, 3)}
