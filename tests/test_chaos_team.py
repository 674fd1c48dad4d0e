"""The short form of `make chaos-team`."""

from __future__ import annotations

import pytest

from tests.chaos_team.playing import play
from tests.services.postgres import can_follow


@pytest.mark.chaos
@pytest.mark.timeout(240)
def test_sixty_cuts_and_a_failover() -> None:
    counts = play(cuts=60, failovers=1 if can_follow() else 0, seed=3, between=0.1)
    assert counts.faults == []
    assert counts.cuts >= 60
    assert counts.acknowledged > counts.updates > counts.mails > 0
    if not can_follow():
        pytest.skip("NOT RUN: the fail-over in it needs pg_basebackup; install PostgreSQL. The cuts were run.")
