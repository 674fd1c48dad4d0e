"""A config that cannot work is refused at once, and a key is never written out."""

from __future__ import annotations

import keyring
import keyring.errors
import pytest

from services.domain.statusmap import Dialect
from services.errors import Invalid
from services.secrets import resolve
from services.upstream.base import UpdatesBy, UpstreamConfig
from services.upstream.connect import connect
from services.upstream.open311 import discovery

GOOD = "https://city.example/open311/v2"


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        (UpstreamConfig("c", kind="soap", url=GOOD), "unknown kind “soap”"),
        (UpstreamConfig("c", url=""), "no usable url"),
        (UpstreamConfig("c", url="ftp://h/"), "no usable url"),
        (UpstreamConfig("c", url=GOOD, format="yaml"), "format “yaml”"),
        (UpstreamConfig("c", url=GOOD, api_key="s3cret-literal"), "A key is written out"),
        (UpstreamConfig("c", url=GOOD, api_key="env:NOT_THERE"), "no secret “NOT_THERE”"),
    ],
)
def test_what_cannot_work_is_refused_at_once(config: UpstreamConfig, reason: str) -> None:
    with pytest.raises(Invalid, match=reason) as caught:
        connect(config)
    assert "s3cret-literal" not in str(caught.value)


def test_a_good_config_connects_without_asking() -> None:
    up = connect(UpstreamConfig("c", url=GOOD, updates_jurisdiction_id="7"))
    assert up.config.name == "c"
    up.close()


def test_secrets_come_from_the_environment_or_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {("connect-console", "city"): "from-keyring"}
    monkeypatch.setattr(keyring, "get_password", lambda service, name: kept.get((service, name)))
    monkeypatch.setenv("A_KEY", "from-env")
    assert (resolve(""), resolve("env:A_KEY"), resolve("keyring:city")) == ("", "from-env", "from-keyring")
    for odd in ("env:", "plain", "file:/etc/passwd"):
        with pytest.raises(Invalid, match="written out"):
            resolve(odd)
    with pytest.raises(Invalid) as caught:
        resolve("keyring:other")
    assert "keyring set connect-console other" in caught.value.remedy


def test_a_locked_keyring_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(service: str, name: str) -> str:
        raise keyring.errors.KeyringLocked("locked")

    monkeypatch.setattr(keyring, "get_password", locked)
    with pytest.raises(Invalid, match="keyring cannot be read: locked"):
        resolve("keyring:city")


@pytest.mark.parametrize(
    ("config", "dialect"),
    [
        (UpstreamConfig("c"), Dialect.GEOREPORT),
        (UpstreamConfig("c", updates=UpdatesBy.PATCH), Dialect.CITYSDK),
        (UpstreamConfig("c", updates=UpdatesBy.SERVICEREQUESTUPDATES), Dialect.FIXMYSTREET),
        (UpstreamConfig("c", updates=UpdatesBy.PATCH, dialect=Dialect.GATEWAY), Dialect.GATEWAY),
    ],
)
def test_the_config_implies_a_dialect(config: UpstreamConfig, dialect: Dialect) -> None:
    assert discovery.implied(config) is dialect
    assert discovery.facts(config, {}).dialect is dialect
