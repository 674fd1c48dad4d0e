"""What the team's worker serves, its desks know from the server: their own files need not name an upstream."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from services.clocks import utcnow
from services.domain.exchange import Facts
from services.domain.rights import Group
from services.domain.statusmap import Dialect
from services.domain.values import Place, Service
from services.errors import StoreRefused
from services.store import commands, outbox, queries, upstreams
from services.store.acting import Acting
from services.store.commands import PhoneReport
from services.store.store import Store
from services.sync.pace import Pace
from services.sync.policies import policies
from services.sync.session import opened
from services.upstream.base import Upstream, UpstreamConfig
from tests.server import TEMPLATE
from tests.services.postgres import Postgres
from tests.services.sync.city import config
from tests.services.team.conftest import NAMES, Crowd

CITY = config(api_key="env:CITY_KEY", updates_api_key="env:OTHER_KEY", status_out={"in_progress": "WORKING"})
DEAF = UpstreamConfig("deaf", url="http://127.0.0.1:9/deaf")


def _nobody(_: UpstreamConfig) -> Upstream:
    raise AssertionError("nothing is asked of an upstream here")


def begins(url: str, *configs: UpstreamConfig) -> None:
    """A process that pulls and posts begins its work on a store."""
    with closing(opened(url, configs, _nobody, Pace(), None, utcnow, threading.Event())) as session:
        session.begin()
        for one in configs:
            upstreams.apply_facts(session.store, one.name, Facts(Dialect.GATEWAY, notifies=True))


@pytest.fixture
def worker(team: Postgres, server_url: str) -> str:
    return team.url(TEMPLATE, NAMES[Group.WORKER])


def served(store: Store) -> dict[str, str]:
    return {state.name: state.served for state in queries.upstream_states(store)}


def test_a_desk_without_an_upstream_of_its_own_logs_and_tells_as_the_worker_says(worker: str, crowd: Crowd) -> None:
    begins(worker, CITY)
    upstreams.apply_services(crowd.worker, "city", [Service("1", "Pothole", "city")])

    def at_a_bare_desk(group: Group) -> Acting:
        store = crowd.opens(NAMES[group])
        assert store.actor is not None
        return Acting(store, store.actor, policies((), queries.upstream_states(store)), timedelta(0))

    call = PhoneReport("1", "A hole", Place("1 Main St", 42.35, -71.06), upstream="city")
    (request_id,) = commands.log_call(at_a_bare_desk(Group.CALL_TAKER), call).ids
    assert [item.upstream for item in outbox.listing(crowd.worker)] == ["city"]
    policy = at_a_bare_desk(Group.DISPATCHER).policy("city")
    assert policy.takes_updates
    assert policy.notifies
    assert "WORKING" in str(policy.statuses.outgoing.values())
    commands.send_message(at_a_bare_desk(Group.DISPATCHER), [request_id], "A crew is on its way.")
    assert len(outbox.listing(crowd.worker)) == 2


def test_what_a_worker_serves_no_longer_no_desk_counts_on(worker: str, crowd: Crowd) -> None:
    begins(worker, CITY, DEAF)
    reader = crowd.opens(NAMES[Group.CALL_TAKER])
    assert sorted(policies((), queries.upstream_states(reader))) == ["city", "deaf"]
    begins(worker, replace(CITY, status_out={}))
    states = queries.upstream_states(reader)
    assert list(policies((), states)) == ["city"]
    assert "WORKING" not in served(reader)["city"]
    assert served(reader)["deaf"] == ""
    before = served(reader)
    begins(worker, replace(CITY, status_out={}))
    assert served(reader) == before


def test_no_key_and_no_place_of_one_is_told(worker: str, crowd: Crowd) -> None:
    begins(worker, CITY)
    said = served(crowd.opens(NAMES[Group.AUDITOR]))["city"]
    assert "CITY_KEY" not in said
    assert "OTHER_KEY" not in said


def test_nobody_but_the_worker_says_what_is_served(crowd: Crowd) -> None:
    for group in (Group.CALL_TAKER, Group.SUPERVISOR, Group.AUDITOR):
        with pytest.raises(StoreRefused):
            upstreams.note_served(crowd.opens(NAMES[group]), {"city": "{}"})


def test_a_file_goes_by_its_own_settings(store: Store, tmp_path: object) -> None:
    begins(f"sqlite:///{store.path}", CITY)
    assert served(store) == {"city": ""}
    assert policies((), queries.upstream_states(store)) == {}


def test_names_are_looked_up_whole(as_member: Callable[[str], Store]) -> None:
    store = as_member(NAMES[Group.WORKER])
    for name in ("city", "city 2", "%"):
        upstreams.apply_facts(store, name, Facts(Dialect.GATEWAY, notifies=False))
    upstreams.note_served(store, {"city 2": "two", "%": "any"})
    assert served(store) == {"%": "any", "city": "", "city 2": "two"}
