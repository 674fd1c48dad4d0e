"""Letters leave into a folder once, and to a real SMTP server; each refusal is told apart from a delay."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult

from services.errors import Offline, Refused
from services.notify.carriers import Folder, Letter, Smtp
from tests.services.notify.mailbox import free_port, smtp_server

LETTER = Letter(
    "<a1@example.org>", "311@example.org", "ana@example.org", b"Message-ID: <a1@example.org>\r\n\r\nHello\r\n"
)


def test_a_folder_gets_a_letter_once(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "mail")
    folder.carry(LETTER)
    folder.carry(Letter(LETTER.message_id, LETTER.sender, LETTER.recipient, b"again"))
    assert [f.name for f in (tmp_path / "mail").iterdir()] == ["a1@example.org.eml"]
    assert (tmp_path / "mail" / "a1@example.org.eml").read_bytes() == LETTER.content


def test_a_folder_that_cannot_be_made_is_a_delay(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("in the way")
    with pytest.raises(Offline, match="mail folder cannot be written"):
        Folder(tmp_path / "mail").carry(LETTER)


def test_smtp_takes_a_letter() -> None:
    with smtp_server() as box:
        box.smtp().carry(LETTER)
    assert box.ids == ["<a1@example.org>"]


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
@pytest.mark.parametrize(("said", "kind"), [("550 no such box", Refused), ("451 later", Offline)])
def test_a_refusal_is_final_and_a_delay_is_not(step: str, said: str, kind: type[Exception]) -> None:
    with smtp_server() as box:
        box.refuse[step] = said
        with pytest.raises(kind, match=said):
            box.smtp().carry(LETTER)
    assert box.messages == []


def test_a_sender_that_is_not_allowed_is_mended_and_the_letter_waits() -> None:
    with smtp_server() as box:
        box.refuse["MAIL"] = "550 not from you"
        with pytest.raises(Offline, match="550 not from you"):
            box.smtp().carry(LETTER)
    assert box.messages == []


def test_a_password_that_cannot_be_sent_is_a_delay(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("ERROR", "mail.log")
    with (
        smtp_server(auth_require_tls=False, authenticator=lambda *_: AuthResult(success=True)) as box,
        pytest.raises(Offline, match="cannot be reached"),
    ):
        box.smtp(user="désk", password="pässword").carry(LETTER)
    assert box.messages == []


def test_an_address_that_no_server_takes_is_refused() -> None:
    with smtp_server() as box, pytest.raises(Refused, match="address"):
        box.smtp().carry(replace(LETTER, recipient="jörg@example.org"))


def test_no_server_is_a_delay() -> None:
    with pytest.raises(Offline, match="cannot be reached"):
        Smtp("127.0.0.1", free_port(), "none").carry(LETTER)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_without_tls_never_gets_the_letter(security: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("ERROR", "mail.log")  # the test server warns of what it does not understand
    with smtp_server() as box:
        with pytest.raises(Offline, match="cannot be reached"):
            box.smtp(security=security, timeout=1.0).carry(LETTER)
        assert box.messages == []


@pytest.mark.parametrize(("password", "arrives"), [("right", True), ("wrong", False)])
def test_a_password_is_used(password: str, arrives: bool, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("ERROR", "mail.log")  # the test server warns of itself

    def check(server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
        return AuthResult(success=getattr(data, "password", b"") == b"right", handled=False)

    with smtp_server(authenticator=check, auth_require_tls=False) as box:
        settings = box.smtp(user="desk", password=password)
        if arrives:
            settings.carry(LETTER)
        else:
            with pytest.raises(Offline, match="535"):  # it is mended in the config, and the letter leaves then
                settings.carry(LETTER)
        assert len(box.messages) == arrives


def test_a_server_that_breaks_off_may_have_the_letter() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet_and_hang_up() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.sendall(b"220 hello\r\n")
                connection.recv(1000)
                connection.sendall(b"250 hello\r\n")
                connection.recv(1000)

        thread = threading.Thread(target=greet_and_hang_up)
        thread.start()
        with pytest.raises(Offline, match="broke off") as problem:
            Smtp("127.0.0.1", listening.getsockname()[1], "none").carry(LETTER)
        thread.join()
    assert problem.value.maybe_done
