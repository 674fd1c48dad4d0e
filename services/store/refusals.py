"""What a server, or the way to it, complains of: a sentence for each, and who can mend it."""

from __future__ import annotations

import re

from services.errors import StoreBusy, StoreForbidden, StoreGone, StoreProblem, StoreRefused

ADMINISTRATOR_RUNS = "Whoever looks after the database runs: connect-console team {}."
_ADMIN = "Ask whoever looks after the database."
_ROOT = "Ask whoever looks after the database; name the issuer's file with ?sslrootcert=FILE in [store] url."
_OWN = "Name it with ?sslcert=FILE&sslkey=FILE in [store] url."
_GONE = "Try again in a moment; if it stays away, ask whoever looks after the database."
_CORRECT = "Correct the password; whoever looks after the database gives a new one: connect-console team add."
_FULL = f"{_ADMIN} What was saved before is safe."
_AWAY = "The server cannot be reached."
_NO_ROOM, _DENIED = "53100", "42501"
_RAISED = "exec_stmt_raise"
"""Where a server says no by a check of ours; what it says by a missing grant, it says elsewhere."""
_BY_STATE: dict[str, tuple[str, str]] = {
    _DENIED: ("Your role on the server may not do that.", "Ask a supervisor, or whoever looks after the database."),
    _NO_ROOM: ("The server's disk is full; nothing of this was saved.", _FULL),
    "23514": (
        "The server refuses to keep what no desk could read; nothing of this was saved.",
        "Whoever looks after the database corrects the row that the server's log names.",
    ),
    "42P01": (  # who was put out is shown nothing any more, and an old database has not everything
        "This database does not show you what this version needs.",
        "Whoever looks after the database lets you in (connect-console team add), or brings it up to date (migrate).",
    ),
}
_BUSY: dict[str, tuple[str, str]] = {
    "55P03": ("Somebody else is changing the same request; nothing was changed.", "Try again."),
    "40P01": ("Somebody else is changing the same requests; nothing was changed.", "Try again."),
    "40001": ("Somebody else changed the same request first; nothing was changed.", "Look again, then decide."),
}
_BY_WORDS: tuple[tuple[str, str, str], ...] = (
    (
        r"invalid (?:connection option|URI query parameter:) (\"[^\"]*\")",
        "The address of the store asks for {}, which PostgreSQL does not know.",
        "Correct the option in [store] url.",
    ),
    (
        r"definition of service (\"[^\"]*\") not found",
        "There is no service {} in the service file that PostgreSQL reads here.",
        f"Correct its name in [store] url, or have the file made (PGSERVICEFILE). {_ADMIN}",
    ),
    (
        r"((?:invalid (?!input)\w+ (?:value|number)\b|bad value for |weak sslmode|extra key/value ).*)",
        "The address of the store cannot be used: {}.",
        "Correct it in [store] url.",
    ),
    (r"password authentication failed", "The server does not take this name and password.", _CORRECT),
    (r"no password supplied", "The server asks for a password.", "Name one in the address: NAME:env:VARIABLE@HOST."),
    (
        r"(LDAP|PAM|RADIUS) authentication failed",
        "The city's directory does not take this name and password, or the server cannot ask it.",
        "Correct the password; if it is the right one, ask whoever looks after the database.",
    ),
    (
        r"GSSAPI|Kerberos",
        "There is no Kerberos ticket of yours, or the server does not take it.",
        "Log in anew (kinit); if that does not help, ask whoever looks after the database.",
    ),
    (
        r"certificate verify failed",
        "The server's certificate is not trusted: it has expired, or nobody whom this machine trusts has issued it.",
        _ROOT,
    ),
    (
        r"certificate.*expired",
        "Your own certificate has expired, so the server does not let you in.",
        "Have it renewed by whoever gave it to you.",
    ),
    (
        r"certificate revoked",
        "Your own certificate was called back, so the server does not let you in.",
        "Have a new one made by whoever gave it to you.",
    ),
    (r"alert unknown ca", "The server does not trust whoever issued your own certificate.", ""),
    (
        r"certificate authentication failed|client certificate does not match",
        "Your own certificate is in another name than the one that logs in.",
        f"Correct the name in [store] url, or have the right certificate made. {_OWN}",
    ),
    (
        r"private key file|could not (load|read) (private key|certificate) file",
        "The key of your own certificate is not there, is not its key, or others may read it.",
        f"{_OWN} Keep it to yourself: chmod 600 FILE.",
    ),
    (r"does not match host name", "The server's certificate is for another host.", "Correct the host in [store] url."),
    (r"root certificate file", "The file with the certificate of the server's issuer is not there.", _ROOT),
    (r"connection requires a valid client certificate", "The server asks for a certificate of yours.", _OWN),
    (
        r"does not support SSL|SSL was required",
        "The server does not speak TLS, which is needed outside this machine.",
        "",
    ),
    (r"SSL error: .*alert", "The server does not take your own certificate.", ""),
    (r"no pg_hba.conf entry|pg_hba.conf rejects", "The server lets nobody in from this machine with this name.", ""),
    (r"role .* does not exist", "The server does not know this name.", ADMINISTRATOR_RUNS.format("add")),
    (r"is not permitted to log in", "This name may not log in at the server.", ""),
    (
        r"database .* does not exist",
        "There is no such database on the server.",
        f"Correct its name in the address. {ADMINISTRATOR_RUNS.format('init')}",
    ),
    (r"permission denied for database", "This name may not use that database.", ""),
    (r"too many (clients|connections)|remaining connection slots", "The server takes no more desks just now.", ""),
)
_NOWHERE = re.compile(r"(?:failed to resolve host|could not translate host name) ['\"]([^'\"]+)")
_NAME = "See whether this machine's network works, and whether the host in [store] url is written right."
_SHUT_OUT = re.compile(
    r"password authentication failed|no pg_hba.conf entry|pg_hba.conf rejects|role .* does not exist"
    r"|is not permitted to log in|permission denied for database|certificate revoked"
)
"""How the server says that it does not let this very person in: what may be mended by themselves is none of it."""
_SHOWN_NOTHING = frozenset({_DENIED, "42P01"})
_LOST = re.compile(
    r"connect|timeout|sending query failed|pipeline|terminat|closed|read-only|not accepting|starting up|shutting down"
    r"|resolve",
    re.I,
)
_PASSING = re.compile(
    r"refused|timeout|recovery mode|not (yet |currently )?accepting|starting up|shutting down|terminat|standby", re.I
)
"""What keeps a server from letting anybody in, for a while."""
_REFUSED = re.compile(r"FATAL: +(.*)")


def said(error: BaseException) -> StoreProblem | None:
    """A sentence for an error of psycopg; None where it is a fault of our own code."""
    import psycopg

    state = getattr(error, "sqlstate", None)
    if isinstance(error, psycopg.Error) and error.diag.severity_nonlocalized == "PANIC":
        full = "The server's disk is full, and it cannot be reached."  # it may have saved what it was at
        return StoreGone(*((full, _FULL) if state == _NO_ROOM else (_AWAY, _GONE)))
    if state == _DENIED and isinstance(error, psycopg.Error) and error.diag.source_function == _RAISED:
        return StoreForbidden(*_BY_STATE[state])
    if state in _BY_STATE:
        return (StoreRefused if state in _SHOWN_NOTHING else StoreProblem)(*_BY_STATE[state])
    if state in _BUSY:
        return StoreBusy(*_BUSY[state])
    words = str(error)
    for pattern, sentence, remedy in _BY_WORDS:
        if found := re.search(pattern, words):
            kind = StoreRefused if _SHUT_OUT.search(words) else StoreProblem
            return kind(sentence.format(*found.groups()), remedy or _ADMIN)
    refused = _REFUSED.search(words) if state is None else None
    if refused and not _PASSING.search(words):
        return StoreRefused(f"The server does not let you in: {refused[1]}.", _ADMIN)
    lost = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    if lost and (nowhere := _NOWHERE.search(words)):
        return StoreGone(f"The server “{nowhere[1]}” cannot be found.", _NAME)
    if lost and (state is None or state[:2] in {"08", "57", "25"}) and _LOST.search(words):
        return StoreGone(_AWAY, _GONE)
    if state == "25006" or (state == "0A000" and "during recovery" in words):
        return StoreGone("The server takes no changes just now: another one is being put in its place.", _GONE)
    return StoreProblem(f"The server refused: {words.splitlines()[0]}.", _ADMIN) if lost else None
