"""The upstream against its main counterpart, our own gateway, over real HTTP: the two agree on every call."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from services.domain.statusmap import Dialect
from services.domain.values import Place, Reach
from services.errors import KeyRefused, Refused
from services.gateway.keys import new_key
from services.gateway.server import running
from services.gateway.settings import GatewaySettings
from services.gateway.tables import GatewayStore
from services.upstream.base import OutgoingReport, OutgoingUpdate, ReadBack, Receipt, UpdatesBy, UpstreamConfig
from services.upstream.open311 import Open311
from tests.services.upstream.helpers import NOW, requests_of

PLACE = Place("1 Elm St", 42.35, -71.06)


@pytest.mark.parametrize("form", ["json", "xml", "auto"])
def test_the_gateway_and_the_upstream_agree(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = GatewaySettings(tmp_path)
    store = GatewayStore.open(settings.store_path)
    monkeypatch.setenv("CITY_KEY", new_key(store, "desk"))
    store.close()
    with running(settings) as gateway:
        up = Open311(
            UpstreamConfig(
                "city", url=gateway.url, format=form, api_key="env:CITY_KEY", updates=UpdatesBy.SERVICEREQUESTUPDATES
            )
        )
        assert (up.facts().dialect, up.facts().notifies) == (Dialect.GATEWAY, True)
        service = next(s for s in up.services() if not any(q.required for q in up.definition(s.code)))
        cursor = list(up.pages(""))[-1].cursor
        report = OutgoingReport(
            "CC-9",
            service.code,
            "A tree <fell> & blocks 3 < 4",
            PLACE,
            "Ana Lee",
            email="ana@example.org",
            language="es",
            attributes={"wires": ("yes, two",), "blocks": ("road", "drive")},
        )
        assert up.find_report(report, NOW) is None
        receipt = up.create(report)
        assert up.find_report(report, NOW) == Receipt(id=receipt.id)
        pages = list(up.pages(cursor))
        found = requests_of(pages)[receipt.id]
        assert (found.service, found.status_word, found.channel) == (service.name, "NEW", "phone")
        assert (found.description, found.place) == (f"{report.description}\n[Ref CC-9]", PLACE)
        assert found.reach == (Reach("email", "es"),)
        answers = dict(found.answers or ())
        assert (answers["wires"], answers["blocks"]) == (("yes, two",), ("road", "drive"))

        update = OutgoingUpdate("u-1", receipt.id, "IN_PROGRESS", "On the way", NOW)
        assert up.find_update(update) is ReadBack.ABSENT
        assert up.post_update(update) == up.post_update(update) == Receipt(id="u-1")
        assert up.find_update(update) is ReadBack.THERE
        assert [u.description for u in up.updates(receipt.id)] == ["On the way"]
        since = up.updates_since(NOW - timedelta(minutes=5), NOW + timedelta(days=1))
        assert [u.update_id for u in since] == ["u-1"]
        assert requests_of(up.pages(pages[-1].cursor))[receipt.id].status_word == "IN_PROGRESS"
        with pytest.raises(Refused, match="“city” said no"):
            up.post_update(OutgoingUpdate("u-2", receipt.id, "WIBBLE", "x", NOW))
        up.close()


def test_a_wrong_key_is_refused_by_the_gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITY_KEY", "wrong.key")
    with running(GatewaySettings(tmp_path)) as gateway:
        up = Open311(UpstreamConfig("city", url=gateway.url, api_key="env:CITY_KEY"))
        with pytest.raises(KeyRefused, match="does not accept the key"):
            list(up.pages(""))
        with pytest.raises(KeyRefused, match="does not accept the key"):
            up.takes_key()
        up.close()
