"""Whom an update reaches, said before it is written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.domain.policy import LOCAL, Policy, reach_sentence
from services.domain.status import Channel, Status
from services.domain.statusmap import STATUS_MAPS, Dialect
from services.domain.values import Place, Reach, ServiceRequest

NOON = datetime(2026, 8, 29, 12, tzinfo=UTC)
GATEWAY = Policy("city", STATUS_MAPS[Dialect.GATEWAY], takes_updates=True, notifies=True)
FMS = Policy("fms", STATUS_MAPS[Dialect.FIXMYSTREET], takes_updates=True)
SILENT = Policy("silent", STATUS_MAPS[Dialect.GEOREPORT], takes_updates=False)


def request(upstream: str, reach: tuple[Reach, ...] | None = None) -> ServiceRequest:
    return ServiceRequest(
        id=1,
        number="26-000001",
        upstream=upstream,
        upstream_id="a",
        service_code="t",
        service="Tree",
        status=Status.NEW,
        outcome=None,
        place=Place(),
        description="",
        channel=Channel.APP,
        requested_at=NOON,
        updated_at=NOON,
        due_at=None,
        closed_at=None,
        crew=None,
        version=1,
        reach=reach,
    )


@pytest.mark.parametrize(
    ("policy", "reach", "with_message", "sentence"),
    [
        (SILENT, None, True, "takes no updates"),
        (FMS, None, False, "the upstream tells the reporter that the state changed."),
        (GATEWAY, (Reach("email"),), False, "nobody is mailed"),
        (FMS, None, True, "The upstream tells the reporter."),
        (GATEWAY, (), True, "left no way to be reached"),
        (GATEWAY, None, True, "The upstream tells the reporter."),
        (GATEWAY, (Reach("email", "vi"),), True, "by e-mail in Vietnamese."),
        (
            GATEWAY,
            (Reach("sms"), Reach("push", "xx"), Reach("post")),
            True,
            "by text message, by the app in xx, by post.",
        ),
    ],
)
def test_reach_in_words(policy: Policy, reach: tuple[Reach, ...] | None, with_message: bool, sentence: str) -> None:
    assert sentence in reach_sentence(policy, request(policy.upstream, reach), with_message=with_message)


def test_a_request_of_this_desk_reaches_nobody() -> None:
    assert "nobody outside is told" in reach_sentence(LOCAL, request(""), with_message=True)
    assert not LOCAL.takes_updates
