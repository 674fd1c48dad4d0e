"""What the choosers offer: crews with their reasons, statuses with what each tells the outside, and all commands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from services.dispatch.crewing import Asked, Candidate, candidates
from services.dispatch.history import signs_of
from services.domain.detail import Detail
from services.domain.offers import Offer, Subject, offers
from services.domain.policy import LOCAL, Policy
from services.domain.status import Status
from services.domain.story import LANGUAGES
from services.domain.values import Crew
from services.queue.snapshot import STATUSES, Ints, Snapshot
from widgets.detail.people import CrewChoice
from widgets.picklist import Choice

if TYPE_CHECKING:
    from console.commands import Registry
    from console.desk import Desk
    from console.pasts import Pasts
    from console.window import Window

NO_CREW = "0"


class Kind(NamedTuple):
    """Selected requests of one upstream and status, with a crew or without, and how many they are."""

    upstream: str
    has_crew: bool
    status: Status
    size: int


def kinds(snapshot: Snapshot, rows: Ints) -> tuple[Kind, ...]:
    """What kinds of requests these rows are."""
    facets, counts = snapshot.facets, _combinations(snapshot, rows)
    used = np.flatnonzero(counts)
    columns = (facets.upstream_idx[used], facets.crew_idx[used] >= 0, facets.status[used], counts[used])
    sizes = Counter[tuple[int, bool, int]]()
    for upstream, has_crew, status, count in zip(*(column.tolist() for column in columns), strict=True):
        sizes[upstream, has_crew, status] += count
    return tuple(
        Kind(snapshot.upstreams[upstream], has_crew, STATUSES[status], size)
        for (upstream, has_crew, status), size in sorted(sizes.items())
    )


def _combinations(snapshot: Snapshot, rows: Ints) -> Ints:
    """How many of these rows have each combination of status, service and so on."""
    if len(rows) == len(snapshot.ids):
        return snapshot.facets.count
    return np.bincount(snapshot.facet[rows], minlength=len(snapshot.facets))


def chosen_kinds(desk: Desk) -> tuple[Kind, ...]:
    """The same of what is selected, as far as it is here."""
    return desk.selection.told_by(kinds, desk.last_found.snapshot) if desk.last_found else ()


def subjects(desk: Desk) -> tuple[Subject, ...]:
    """What is selected, as far as an offer depends on it; equal ones once. () before anything is known."""
    policies = desk.last_state.policies if desk.last_state else None
    if policies is None:
        return ()
    return tuple(Subject(k.status, k.has_crew, policies.get(k.upstream, LOCAL)) for k in chosen_kinds(desk))


def without_updates(desk: Desk) -> Policy | None:
    """The policy of the first selected request whose upstream takes no updates; None when all take them."""
    return next((s.policy for s in subjects(desk) if not s.policy.takes_updates), None)


def status_offers(desk: Desk, *, has_message: bool) -> tuple[Offer, ...]:
    """What can be set on the selection."""
    if desk.last_found is None or desk.last_state is None:
        return ()
    return offers(subjects(desk), desk.actor.roles, has_message=has_message)


def status_choices(made: Sequence[Offer]) -> list[Choice]:
    """The same for the chooser; a status has its own shape, an outcome that of closed."""
    return [
        Choice(
            key=offer.key,
            title=offer.title,
            note=offer.told,
            enabled=not offer.problem,
            reason=offer.problem,
            icon=offer.state[0].value,
        )
        for offer in made
    ]


def crew_candidates(desk: Desk, *, lately: bool = False) -> tuple[Candidate, ...]:
    """The crews for the selection, best first; the reasons of each hold for all that is selected.

    Who took such requests before is learned now where it is not known; `lately`: it is left out then.
    """
    found, state = desk.last_found, desk.last_state
    if found is None or state is None:
        return ()
    snapshot = found.snapshot
    kinds_of_work = desk.selection.told_by(work, snapshot)
    if not kinds_of_work:
        return ()
    loads = {c.id: load for c, load in zip(snapshot.crews, found.loads, strict=True)}
    alone = snapshot.row_of(int(desk.selection.ids[0])) if len(desk.selection.ids) == 1 else -1
    asked = _asked(snapshot, kinds_of_work, alone, desk.pasts, lately=lately)
    return candidates(state.crews, loads, asked, desk.now(), desk.settings.timezone)


def _asked(
    snapshot: Snapshot, kinds_of_work: Sequence[tuple[str, str]], alone: int, pasts: Pasts, *, lately: bool
) -> Asked:
    """What is sought for these services in their areas; for one request (its row, else −1) with place and past."""
    names = tuple(dict.fromkeys(service for service, _ in kinds_of_work))
    areas = tuple(dict.fromkeys(area for _, area in kinds_of_work))
    if alone < 0:
        return Asked(names, areas)
    service, area = kinds_of_work[0]
    history = pasts.lately(service) if lately else pasts.surely(snapshot, service)
    if history is None:
        return Asked(names, areas, snapshot.point(alone))
    signs = signs_of(snapshot, alone, pasts.answers)
    shares, recent = history.shares(service, area, signs), history.recent(service, area, signs)
    return Asked(names, areas, snapshot.point(alone), shares, recent)


def work(snapshot: Snapshot, rows: Ints) -> tuple[tuple[str, str], ...]:
    """The services and areas of these rows by name, each pair once."""
    facets, used = snapshot.facets, np.flatnonzero(_combinations(snapshot, rows))
    found = sorted(set(zip(facets.service_idx[used].tolist(), facets.area_idx[used].tolist(), strict=True)))
    return tuple(dict.fromkeys((snapshot.services[s], snapshot.areas[a]) for s, a in found))


def crew_choices(made: Sequence[Candidate], current: Crew | None) -> list[Choice]:
    """The same for the chooser, with a way to take the crew off again."""
    taken = [Choice(NO_CREW, f"Take {current.name} off", icon="person")] if current else []
    return [
        *(Choice(str(c.crew.id), c.crew.name, c.reason, icon="truck") for c in made if c.crew != current),
        *taken,
    ]


def crew_row(made: Sequence[Candidate], current: Crew | None) -> tuple[list[CrewChoice], str]:
    """The best two for the detail pane, and who falls short."""
    fitting = [c for c in made if c.fits and c.crew != current][:2]
    full = [c.crew.name for c in made if c.full and c.takes and c.covers]
    note = f"{', '.join(full[:3])} {'is' if len(full) == 1 else 'are'} full" if full else ""
    return [CrewChoice(c.crew, c.reason) for c in fitting], note


def colleagues(desk: Desk) -> list[str]:
    """Whom the selection can be handed over to, by name: the team, or where there is none who has acted here."""
    if desk.last_found is None or desk.last_state is None:
        return []
    holder = desk.current.request.claimed_by if desk.current and len(desk.selection.ids) == 1 else ""
    names = {*(desk.last_state.team or desk.last_found.snapshot.handlers), desk.actor.name}
    return sorted(names - {"", holder or desk.actor.name})


def call_choices(detail: Detail) -> list[Choice]:
    """What may have come of calling each who waits for a call."""
    people = {caller.id: caller for caller in detail.callers}
    made = []
    for call in detail.to_call:
        caller = people[call.caller_id]
        name = caller.name or caller.phone
        note = ", ".join(filter(None, (caller.phone, LANGUAGES.get(caller.language, caller.language), call.message)))
        if call.silent:
            note = "Has since asked never to be called."
            made.append(Choice(f"dropped:{caller.id}", f"{name}: take off the list", note, icon="phone"))
            continue
        made.append(Choice(f"reached:{caller.id}", f"{name}: reached", note, icon="phone"))
        made.append(Choice(f"missed:{caller.id}", f"{name}: not reached", "Stays on the list.", icon="phone"))
    return made


def palette_choices(registry: Registry, window: Window) -> list[Choice]:
    """Every command, and one more for each crew and status that can be typed ("assign tree 2")."""
    made = []
    for command in registry:
        reason = command.disabled(window)
        keys = command.keys[0] if command.keys else ""
        made.append(Choice(command.id, command.title, keys=keys, enabled=not reason, reason=reason))
    if not registry["request.assign"].disabled(window):
        for candidate in crew_candidates(window.desk, lately=True):
            made.append(
                Choice(
                    f"assign:{candidate.crew.id}",
                    f"Assign {candidate.crew.name}",
                    candidate.reason,
                    icon="truck",
                    only_typed=True,
                )
            )
    if not registry["request.status"].disabled(window):
        for offer in status_offers(window.desk, has_message=bool(window.draft_message())):
            made.append(
                Choice(
                    f"status:{offer.key}",
                    f"Status {offer.title.lower()}",
                    offer.told,
                    enabled=not offer.problem,
                    reason=offer.problem,
                    icon=offer.state[0].value,
                    only_typed=True,
                )
            )
    return made


def counted(made: Sequence[Kind]) -> dict[Status, int]:
    """How many of these have each status, in the order of the statuses."""
    counts = Counter[Status]()
    for kind in made:
        counts[kind.status] += kind.size
    return {status: counts[status] for status in STATUSES if counts[status]}
