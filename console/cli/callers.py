"""Which service a caller means, by code or name."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from services.domain.policy import LOCAL
from services.errors import Invalid, NotFound

if TYPE_CHECKING:
    from services.store.acting import Acting


def service_called(acting: Acting, wanted: str, upstream: str | None) -> tuple[str, str]:
    """Upstream and code of the service with this code or name. Raises NotFound naming the nearest, or Invalid.

    While no service is known (nothing was pulled yet), the code is taken as it is.
    """
    from services.store import queries

    if upstream is not None and upstream not in acting.policies:
        raise NotFound(f"There is no upstream “{upstream}”.", f"Configured: {', '.join(acting.policies) or 'none'}.")
    known = [s for s in queries.services(acting.store) if upstream in (None, s.upstream)]
    if not known:
        only = list(acting.policies)
        return upstream or (only[0] if len(only) == 1 else LOCAL.upstream), wanted
    matches = [s for s in known if s.code == wanted] or [s for s in known if s.name.casefold() == wanted.casefold()]
    if not matches:
        names = {word.casefold(): s for s in known for word in (s.name, s.code)}
        near = names[difflib.get_close_matches(wanted.casefold(), names, 1, 0.0)[0]]
        raise NotFound(f"There is no service “{wanted}”.", f"The nearest is {near.code} ({near.name}).")
    if len({s.upstream for s in matches}) > 1:
        takers = ", ".join(s.upstream for s in matches)
        raise Invalid(f"Several upstreams take “{wanted}”.", f"Name one with --upstream: {takers}.")
    return matches[0].upstream, matches[0].code
