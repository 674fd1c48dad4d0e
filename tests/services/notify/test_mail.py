"""What the e-mail says, in three languages, and that nothing from outside can become markup or a header."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.status import CHOSEN_OUTCOMES, Outcome, Status
from services.domain.statusmap import State
from services.errors import Invalid
from services.notify.mail import LANGUAGES, Notice, check_sender, compose, message_id, written_in
from tests.services.notify.mailbox import text_of

NOTICE = Notice(
    update_id="u-1",
    number="100001",
    service="Tree down",
    address="12 Main St",
    state=(Status.IN_PROGRESS, None),
    message="The crew is on its way.\nPlease keep clear.",
    language="en",
    at=datetime(2026, 11, 23, 14, 2, tzinfo=UTC),
    recipient="ana@example.org",
    sender="City of Gulfport <311@example.org>",
    city="City of Gulfport",
)
STATES: list[State] = [(s, None) for s in Status if s.is_open] + [
    (Status.CLOSED, o) for o in (*CHOSEN_OUTCOMES, Outcome.UNKNOWN)
]


def read(notice: Notice) -> EmailMessage:
    """The message as a mail program gets it."""
    message = message_from_bytes(compose(notice).as_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


class Tags(HTMLParser):
    """Collects the tags of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)


def test_text_and_html_carry_the_message() -> None:
    message = read(NOTICE)
    assert (message["To"], message["From"]) == ("ana@example.org", "City of Gulfport <311@example.org>")
    assert message["Subject"] == "Your report 100001: Tree down"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "en"
    for said in ("The crew is on its way.\nPlease keep clear.", "Status: In progress", "“Tree down”, 12 Main St"):
        assert said in text_of(message)
    assert "The crew is on its way.<br>" in text_of(message, "html")
    assert '<html lang="en">' in text_of(message, "html")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_every_state_has_words_in_every_language(language: str, state: State) -> None:
    message = read(replace(NOTICE, language=language, state=state, address=""))
    assert "$" not in text_of(message)
    assert "$" not in text_of(message, "html")
    assert message["Content-Language"] == language


@pytest.mark.parametrize(("tag", "language"), [("es-MX", "es"), ("VI", "vi"), ("fr", "en"), ("", "en")])
def test_a_language_without_templates_gets_english(tag: str, language: str) -> None:
    assert written_in(tag) == language


def test_the_message_id_is_fixed_by_the_update_alone() -> None:
    first, second = read(NOTICE), read(replace(NOTICE, message="other words", recipient="tran@example.org"))
    assert first["Message-ID"] == second["Message-ID"] == message_id("u-1", NOTICE.sender)
    assert read(replace(NOTICE, update_id="u-2"))["Message-ID"] != first["Message-ID"]


@given(st.text(min_size=1), st.text(), st.text(), st.text())
def test_text_from_outside_stays_text(update_id: str, service: str, address: str, text: str) -> None:
    plain = Tags(text_of(read(NOTICE), "html")).found
    made = compose(replace(NOTICE, update_id=update_id, service=service, address=address, message=text))
    message = message_from_bytes(made.as_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert [h.lower() for h in message.keys()] == [h.lower() for h in read(NOTICE).keys()]  # noqa: SIM118
    assert [t for t in Tags(text_of(message, "html")).found if t != "br"] == [t for t in plain if t != "br"]


def test_a_header_cannot_be_smuggled_in() -> None:
    message = read(replace(NOTICE, service="Tree\r\nBcc: all@example.org", update_id="u\r\nX-Evil: 1"))
    assert message["Bcc"] is None
    assert message["X-Evil"] is None
    assert message["Subject"] == "Your report 100001: Tree Bcc: all@example.org"


@pytest.mark.parametrize("sender", ["311@b.example", '"City, of Gulfport" <311@b.example>', "Đỗ <311@b.example>"])
def test_a_sender_with_an_address_will_do(sender: str) -> None:
    check_sender(sender)
    assert str(compose(replace(NOTICE, sender=sender))["Message-ID"]).endswith("@b.example>")


@pytest.mark.parametrize("sender", ["", "City", "City <>", "<a@>", "@example.org", "a b@c@d", "ü@example.org", "\r\n"])
def test_a_sender_without_an_address_is_refused(sender: str) -> None:
    with pytest.raises(Invalid, match="no sender"):
        check_sender(sender)


def test_markup_is_escaped_in_html_and_kept_in_text() -> None:
    message = read(replace(NOTICE, message='<img src="http://x/y"> & $number ${city}'))
    assert '<img src="http://x/y"> & $number ${city}' in text_of(message)
    assert "&lt;img src=&quot;http://x/y&quot;&gt; &amp; $number ${city}" in text_of(message, "html")
