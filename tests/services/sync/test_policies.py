"""What the desk may expect of an upstream, from every mix of config and discovery."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.domain.status import Status
from services.domain.statusmap import Dialect, Told
from services.errors import Invalid
from services.store.queries import UpstreamState
from services.sync.policies import policies, served, told
from services.upstream.base import UpdatesBy
from tests.services.sync.city import config


def state(dialect: Dialect | None, *, notifies: bool = False) -> UpstreamState:
    return UpstreamState("city", dialect, notifies, None, "")


def said(name: str, words: str) -> UpstreamState:
    return UpstreamState(name, None, False, None, "", words)


@pytest.mark.parametrize(
    ("updates", "dialect"),
    [
        (UpdatesBy.SERVICEREQUESTUPDATES, Dialect.FIXMYSTREET),
        (UpdatesBy.PATCH, Dialect.CITYSDK),
        (UpdatesBy.NONE, Dialect.GEOREPORT),
    ],
)
@pytest.mark.parametrize("states", [[], [state(None)]])
def test_before_discovery_the_config_implies_it(
    updates: UpdatesBy, dialect: Dialect, states: list[UpstreamState]
) -> None:
    policy = policies([config(updates=updates)], states)["city"]
    assert policy.statuses.dialect is dialect
    assert policy.takes_updates is (updates is not UpdatesBy.NONE)
    assert not policy.notifies


def test_discovery_goes_before_and_config_before_that() -> None:
    known = [state(Dialect.GATEWAY, notifies=True)]
    found = policies([config()], known)["city"]
    assert (found.statuses.dialect, found.notifies) == (Dialect.GATEWAY, True)
    set_by_city = policies([config(dialect=Dialect.CITYSDK)], known)["city"]
    assert set_by_city.statuses.dialect is Dialect.CITYSDK


def test_where_updates_go_elsewhere_that_server_has_the_words_and_tells_the_reporter() -> None:
    known = [state(Dialect.GATEWAY, notifies=True)]
    policy = policies([config(updates_url="http://127.0.0.1:8/fms")], known)["city"]
    assert policy.statuses.dialect is Dialect.FIXMYSTREET
    assert not policy.notifies
    same = policies([config(updates_url="http://127.0.0.1:9/v2/")], known)["city"]
    assert same.notifies


def test_a_citys_own_words() -> None:
    policy = policies([config(status_out={"in_progress": "WORKING"}, status_in={"working": "in_progress"})], [])["city"]
    assert policy.statuses.out(Status.IN_PROGRESS) == Told("WORKING")
    assert policy.statuses.read("Working") == (Status.IN_PROGRESS, None)
    with pytest.raises(Invalid):
        policies([config(status_in={"working": "busy"})], [])


def test_the_homes_own_upstreams_come_first_and_those_of_the_worker_beside_them() -> None:
    mine, theirs = config(poll_seconds=7), config(poll_seconds=8, updates=UpdatesBy.PATCH)
    other = replace(theirs, name="other", status_in={"working": "in_progress"})
    states = [said("city", told(theirs)), said("other", told(other)), said("silent", "")]
    assert served([mine], states) == (mine, other)
    assert served([], states) == (theirs, other)
    assert policies([mine], states)["other"].statuses.read("working") == (Status.IN_PROGRESS, None)


def test_what_a_later_worker_says_otherwise_is_passed_over() -> None:
    states = [said("city", told(config()).replace("servicerequestupdates", "telepathy")), said("other", "{")]
    assert served([], states) == ()
