"""The two ways a composed e-mail leaves: into a folder of .eml files, or to an SMTP server."""

from __future__ import annotations

import os
import smtplib
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import truststore

from services.errors import Offline, Refused


@dataclass(frozen=True, slots=True)
class Letter:
    """One composed e-mail with its envelope."""

    message_id: str
    sender: str
    """The bare address of the envelope."""
    recipient: str
    content: bytes


class Carrier(Protocol):
    """Takes letters away. Raises Offline (try again later) or Refused (never)."""

    def carry(self, letter: Letter) -> None:
        """Hand the letter over; on return it is safe with somebody else."""
        ...


@dataclass(frozen=True, slots=True)
class Folder:
    """Puts each letter into a folder, named by its Message-ID, so that it can never be there twice."""

    path: Path

    def carry(self, letter: Letter) -> None:
        """Write the file whole, or not at all."""
        name = letter.message_id.strip("<>")
        target = self.path / f"{name}.eml"
        part = self.path / f".{name}.part"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            if target.exists():
                return
            with part.open("wb") as file:
                file.write(letter.content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        except OSError as error:
            raise Offline(
                f"The mail folder cannot be written: {error.strerror}.", "Make room, or name another."
            ) from error


@dataclass(frozen=True, slots=True)
class Smtp:
    """An SMTP server. `security` is "tls", "starttls" or "none"; `password` is the secret itself, already looked up."""

    host: str
    port: int = 587
    security: str = "starttls"
    user: str = ""
    password: str = ""
    timeout: float = 30.0
    """Seconds for each step of the conversation."""

    def carry(self, letter: Letter) -> None:
        """Hand over one letter. Once the server has said yes to the text, nothing can make this raise.

        Only a no to the recipient or to the text is final; a wrong password or sender is mended, and the letter waits.
        """
        try:
            server = self._connect()
        except smtplib.SMTPResponseException as error:
            raise Offline(_sentence(error.smtp_code, error.smtp_error)) from error
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise Offline(f"The mail server {self.host} cannot be reached: {error}.") from error
        try:
            self._send(server, letter)
        finally:
            server.close()

    def _send(self, server: smtplib.SMTP, letter: Letter) -> None:
        try:
            server.sendmail(letter.sender, [letter.recipient], letter.content)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = error.recipients[letter.recipient]
            raise _said_no(code, said) from error
        except smtplib.SMTPSenderRefused as error:
            raise Offline(_sentence(error.smtp_code, error.smtp_error)) from error
        except smtplib.SMTPResponseException as error:
            raise _said_no(error.smtp_code, error.smtp_error) from error
        except UnicodeError as error:
            raise Refused(f"The mail server {self.host} takes no such address.") from error
        except (OSError, smtplib.SMTPException) as error:
            raise Offline(f"The mail server {self.host} broke off: {error}.", maybe_done=True) from error

    def _connect(self) -> smtplib.SMTP:
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=_tls())
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            if self.security == "starttls":
                server.starttls(context=_tls())
            if self.user:
                server.login(self.user, self.password)
        except (OSError, smtplib.SMTPException, ValueError):
            server.close()
            raise
        return server


def _tls() -> ssl.SSLContext:
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _said_no(code: int, said: bytes | str) -> Offline | Refused:
    sentence = _sentence(code, said)
    return Refused(sentence, status=code) if 500 <= code < 600 else Offline(sentence)


def _sentence(code: int, said: bytes | str) -> str:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"The mail server said: {code} {words}."
