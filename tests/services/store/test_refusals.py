"""Every complaint of a server is a sentence, and says who can mend it; what passes by itself is no refusal."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import errors

from services.errors import StoreGone, StoreProblem
from services.store import refusals

MENDED_BY = (
    "looks after the database",  # an administrator
    "in [store] url",  # the person, in their settings
    "in the address",
    "connect-console team",
    "whoever gave it to you",  # who makes certificates
    "Try again",
    "Look again",
)
SENTENCES = [*refusals._BY_STATE.values(), *((sentence, remedy) for _, sentence, remedy in refusals._BY_WORDS)]
AT = 'connection failed: connection to server at "db" (10.0.0.1), port 5432 failed: '


@pytest.mark.parametrize(("sentence", "remedy"), SENTENCES)
def test_each_says_who_can_mend_it(sentence: str, remedy: str) -> None:
    said = remedy or refusals._ADMIN
    assert sentence.endswith(".")
    assert said.endswith(".")
    assert any(words in said for words in MENDED_BY)


def _said(error: Exception) -> StoreProblem:
    found = refusals.said(error)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "words",
    [
        "Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?",
        "timeout expired",
        "FATAL:  the database system is starting up",
        "FATAL:  the database system is shutting down",
        "FATAL:  the database system is in recovery mode",
        "FATAL:  the database system is not yet accepting connections\nDETAIL:  Consistent recovery state has not been"
        " yet reached.",
        "FATAL:  the database system is not accepting connections\nDETAIL:  Hot standby mode is disabled.",
        'FATAL:  database "desk" is not currently accepting connections',
        "FATAL:  terminating connection due to administrator command",
        "server closed the connection unexpectedly",
        "session is read-only",
        "could not translate host name: Name or service not known",
    ],
)
def test_what_passes_is_waited_for(words: str) -> None:
    said = _said(psycopg.OperationalError(AT + words))
    assert isinstance(said, StoreGone)
    assert said.sentence == "The server cannot be reached."
    assert "looks after the database" in said.remedy


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        ('FATAL:  Peer authentication failed for user "ana"', "The server does not let you in: Peer authentication"),
        ('FATAL:  BSD authentication failed for user "ana"', "The server does not let you in: BSD authentication"),
        ('FATAL:  PAM authentication failed for user "ana"', "The city's directory does not take"),
        ("SSL error: sslv3 alert handshake failure", "The server does not take your own certificate."),
        ("SSL error: certificate verify failed: certificate has expired", "The server's certificate is not trusted"),
        ("SSL error: ssl/tls alert certificate expired", "Your own certificate has expired"),
        ("SSL error: sslv3 alert certificate revoked", "Your own certificate was called back"),
        ("could not load private key file “a.key”: key values mismatch", "The key of your own certificate"),
        ('FATAL:  unrecognized configuration parameter "x"', "The server does not let you in: unrecognized"),
    ],
)
def test_what_does_not_pass_is_never_said_as_a_server_that_is_gone(words: str, begins: str) -> None:
    said = _said(psycopg.OperationalError(AT + words))
    assert not isinstance(said, StoreGone)
    assert said.sentence.startswith(begins)
    assert said.remedy


def test_a_fault_of_our_own_code_has_no_words() -> None:
    for ours in (errors.SyntaxError("syntax error"), errors.UniqueViolation("duplicate key"), ValueError("x")):
        assert refusals.said(ours) is None


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ('invalid connection option "foo"', 'asks for "foo", which PostgreSQL does not know.'),
        ('invalid URI query parameter: "sslmod"\n', 'asks for "sslmod", which PostgreSQL does not know.'),
        ('connection is bad: definition of service "nope" not found', 'There is no service "nope" in'),
        ('connection is bad: invalid sslmode value: "x"', 'cannot be used: invalid sslmode value: "x".'),
        ('connection is bad: invalid port number: "99999"', 'cannot be used: invalid port number: "99999".'),
        (
            'connection is bad: invalid integer value "x" for connection option "port"',
            'cannot be used: invalid integer value "x" for connection option "port".',
        ),
        ("bad value for connect_timeout: 'x'", "cannot be used: bad value for connect_timeout: 'x'."),
        ('connection is bad: weak sslmode "require" may not be used', 'weak sslmode "require" may not be used.'),
    ],
)
@pytest.mark.parametrize("kind", [psycopg.OperationalError, psycopg.ProgrammingError])
def test_an_address_that_is_written_wrong_is_not_waited_for(
    kind: type[psycopg.Error], words: str, sentence: str
) -> None:
    said = _said(kind(words))
    assert not isinstance(said, StoreGone)
    assert sentence in said.sentence
    assert "[store] url" in said.remedy


@pytest.mark.parametrize(
    "words",
    [
        "failed to resolve host 'db.nowhere.invalid': [Errno -2] Name or service not known",
        'could not translate host name "db.nowhere.invalid" to address: Name or service not known',
    ],
)
def test_a_host_that_is_not_found_may_be_found_later_and_is_named(words: str) -> None:
    said = _said(psycopg.OperationalError(words))
    assert isinstance(said, StoreGone), "a name server may be gone, too"
    assert said.sentence == "The server “db.nowhere.invalid” cannot be found."
    assert "written right" in said.remedy


def test_what_a_server_says_of_a_value_is_none_of_the_address() -> None:
    assert refusals.said(errors.InvalidTextRepresentation('invalid input value for enum: "x"')) is None
