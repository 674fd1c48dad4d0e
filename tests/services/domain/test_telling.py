"""Who hears of it, and how: every wish, every kind of upstream."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.policy import LOCAL, Policy, reach_sentence
from services.domain.telling import Way, heard_by, ours_sentence, way
from services.domain.values import REPLIES, Caller, Reach
from tests.services.domain.test_policy import FMS, GATEWAY, SILENT, request

CALLERS = st.builds(
    Caller,
    st.just(1),
    st.just("Ana"),
    st.sampled_from(["", "+1 617-555-0142"]),
    st.sampled_from(["", "ana@example.org"]),
    st.just(""),
    st.sampled_from(REPLIES),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
REACHES = st.sampled_from([None, (), (Reach("email", "en"),)])


@pytest.mark.parametrize(
    ("phone", "email", "reply", "how"),
    [
        ("1", "a@b", "", Way.MAIL),
        ("1", "a@b", "email", Way.MAIL),
        ("1", "a@b", "phone", Way.CALL),
        ("1", "a@b", "sms", Way.CALL),
        ("1", "a@b", "none", Way.NONE),
        ("1", "", "email", Way.CALL),
        ("1", "", "", Way.CALL),
        ("", "a@b", "phone", Way.MAIL),
        ("", "", "email", Way.NONE),
    ],
)
def test_how_one_caller_is_told(phone: str, email: str, reply: str, how: Way) -> None:
    assert way(Caller(1, "Ana", phone, email, "", reply)) is how


@given(CALLERS, st.sampled_from([LOCAL, GATEWAY, FMS, SILENT]), REACHES, st.booleans())
def test_every_wish_is_kept_whatever_the_upstream(
    caller: Caller, policy: Policy, reach: tuple[Reach, ...] | None, posted: bool
) -> None:
    how = heard_by(caller, policy, reach, posted=posted)
    if not caller.consent or caller.do_not_call or caller.reply == "none":
        assert how is Way.NONE
    if how is Way.MAIL:
        assert caller.email
    if how is Way.CALL:
        assert caller.phone
    if how is Way.UPSTREAM:
        assert posted
        assert policy.takes_updates
        assert not caller.joined
    wants = caller.consent and not caller.do_not_call and caller.reply != "none" and (caller.phone or caller.email)
    if wants and (caller.joined or policy in (LOCAL, SILENT) or not posted or caller.reply):
        assert how is not Way.NONE, "whoever the upstream does not tell hears from us"


def test_the_upstreams_own_reporter_is_not_told_twice() -> None:
    own = Caller(1, "Ana", "617", "ana@example.org")
    for policy in (GATEWAY, FMS):
        assert heard_by(own, policy, None) is Way.UPSTREAM
    assert heard_by(own, GATEWAY, (Reach("sms"),)) is Way.UPSTREAM
    assert heard_by(Caller(1, "Ana", "617"), GATEWAY, (Reach("sms"),)) is Way.UPSTREAM
    assert heard_by(Caller(1, "Ana", "617"), GATEWAY, ()) is Way.NONE, "who was not asked is not called"
    assert heard_by(Caller(1, "Ana", "617", reply="phone"), GATEWAY, ()) is Way.CALL


@pytest.mark.parametrize(
    ("mailed", "called", "said"),
    [
        (0, 0, ""),
        (1, 0, "We tell 1 caller by e-mail."),
        (2, 1, "We tell 2 callers by e-mail; 1 is to be called back."),
        (1, 2, "We tell 1 caller by e-mail; 2 are to be called back."),
        (0, 1, "1 caller is to be called back."),
        (0, 3, "3 callers are to be called back."),
    ],
)
def test_whom_we_tell_in_words(mailed: int, called: int, said: str) -> None:
    assert ours_sentence(mailed, called) == said


def test_the_composer_says_both() -> None:
    ours = ours_sentence(1, 0)
    assert reach_sentence(LOCAL, request(""), with_message=True, ours=ours).endswith(f"this desk only. {ours}")
    assert (
        reach_sentence(SILENT, request("silent"), with_message=True, ours=ours) == f"“silent” takes no updates. {ours}"
    )
    assert (
        reach_sentence(FMS, request("fms"), with_message=True, ours=ours) == f"The upstream tells the reporter. {ours}"
    )
