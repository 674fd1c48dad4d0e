"""Turns an update into the e-mail its reporter gets: text and HTML, under a Message-ID that never changes."""

from __future__ import annotations

import html
import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from functools import cache
from importlib.resources import files
from string import Template

from services.domain.statusmap import State
from services.errors import Invalid

LANGUAGES = ("en", "es", "vi")
_MESSAGE_IDS = uuid.UUID("5f1d3c5e-6f0f-4a53-9a5b-0c7b5d0f7c11")


@dataclass(frozen=True, slots=True)
class Notice:
    """What a reporter is told, and how they are reached."""

    update_id: str
    number: str
    service: str
    address: str
    state: State
    message: str
    language: str
    """A language tag; one without templates is written in English."""
    at: datetime
    recipient: str
    sender: str
    """An address, or a name and an address: "City of Gulfport <311@example.org>"."""
    city: str


def compose(notice: Notice) -> EmailMessage:
    """The e-mail. The same notice gives the same Message-ID, texts and date, however often it is composed."""
    language = written_in(notice.language)
    words = _words(notice, language)
    subject, text = _filled(f"update.{language}.txt", words).split("\n\n", 1)
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = message_id(notice.update_id, notice.sender)
    message["Date"] = notice.at
    message["From"] = _address(notice.sender)
    message["To"] = _address(notice.recipient)
    message["Subject"] = one_line(subject.removeprefix("Subject: "))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text if words["message"] else text.replace("\n\n\n\n", "\n\n"))
    escaped = {name: html.escape(value).replace("\n", "<br>\n") for name, value in words.items()}
    message.add_alternative(_filled(f"update.{language}.html", escaped), subtype="html")
    message["Content-Language"] = language
    return message


def written_in(tag: str) -> str:
    """The language with templates that a tag like "es-MX" gets; English when there is none."""
    language = tag.partition("-")[0].lower()
    return language if language in LANGUAGES else "en"


def message_id(update_id: str, sender: str) -> str:
    """The Message-ID of an update: always the same, and safe in a header and as a file name."""
    return f"<{uuid.uuid5(_MESSAGE_IDS, update_id)}@{_address(sender).domain}>"


def check_sender(text: str) -> None:
    """Raise Invalid unless it is a name and an address, or an address, that mail can come from."""
    try:
        good = all((address := _address(text)).addr_spec.rpartition("@")) and address.addr_spec.isascii()
    except (HeaderParseError, ValueError, IndexError):
        good = False
    if not good:
        raise Invalid(f"“{text}” is no sender for e-mails.", "Write it like: City of Gulfport <311@example.org>")


def one_line(text: str) -> str:
    """Text for a header: every run of white space or control characters becomes one blank."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _words(notice: Notice, language: str) -> dict[str, str]:
    status, outcome = notice.state
    address = one_line(notice.address)
    return {
        "number": one_line(notice.number),
        "service": one_line(notice.service),
        "place": f", {address}" if address else "",
        "message": notice.message.strip(),
        "status": _status_words()[language][outcome or status],
        "city": one_line(notice.city),
    }


def _address(text: str) -> Address:
    name, spec = parseaddr(text)
    return Address(one_line(name), addr_spec=spec)


def _filled(name: str, words: dict[str, str]) -> str:
    return Template(_resource(name)).substitute(words)


@cache
def _status_words() -> dict[str, dict[str, str]]:
    read: dict[str, dict[str, str]] = json.loads(_resource("statuses.json"))
    return read


@cache
def _resource(name: str) -> str:
    return (files("resources") / "messages" / name).read_text(encoding="utf-8")
