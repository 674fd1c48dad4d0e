"""Callers are known by their number or address, may be many, are told by us or called back; requests can be merged."""

from functools import cache

from alembic import op

from services.contact import email_key, phone_key

revision = "0003"
down_revision = "0002"

_COLUMNS = (
    "caller ADD COLUMN phone_key TEXT DEFAULT '' NOT NULL",
    "caller ADD COLUMN email_key TEXT DEFAULT '' NOT NULL",
    "caller ADD COLUMN reply TEXT DEFAULT '' NOT NULL",
    "caller ADD COLUMN consent BOOLEAN DEFAULT 1 NOT NULL",
    "caller ADD COLUMN do_not_call BOOLEAN DEFAULT 0 NOT NULL",
    "caller ADD COLUMN withdrawn BOOLEAN DEFAULT 0 NOT NULL",
    "caller ADD COLUMN joined BOOLEAN DEFAULT 0 NOT NULL",
    "request ADD COLUMN merged_into INTEGER REFERENCES request (id)",
    "outbox ADD COLUMN caller_id INTEGER REFERENCES caller (id)",
)
_CALL_BACK = """
    CREATE TABLE call_back (
        id INTEGER NOT NULL,
        request_id INTEGER NOT NULL,
        caller_id INTEGER NOT NULL,
        text_id INTEGER,
        state TEXT NOT NULL,
        told_state TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        done_at INTEGER,
        operation TEXT DEFAULT '' NOT NULL,
        PRIMARY KEY (id),
        FOREIGN KEY(request_id) REFERENCES request (id),
        FOREIGN KEY(caller_id) REFERENCES caller (id),
        FOREIGN KEY(text_id) REFERENCES text (id)
    )
    """
_INDEXES = (
    "caller_phone ON caller (phone_key) WHERE phone_key != ''",
    "caller_email ON caller (email_key) WHERE email_key != ''",
    "request_merged ON request (merged_into) WHERE merged_into IS NOT NULL",
    "ix_call_back_request_id ON call_back (request_id)",
    "call_back_due ON call_back (request_id) WHERE state = 'due'",
    "call_back_caller ON call_back (caller_id)",
    "call_back_operation ON call_back (operation)",
)
_VIEW = """
    CREATE VIEW request_words AS SELECT
        r.id AS id,
        r.number || ' ' || r.upstream_id || ' ' || substr(r.upstream_id, -6) || ' ' || substr(r.upstream_id, -5)
            || ' ' || substr(r.upstream_id, -4) AS number,
        r.address || ' ' || r.area || ' ' || r.zipcode AS place,
        r.service || ' ' || r.description AS description,
        coalesce((SELECT group_concat(c.name || ' ' || c.phone || ' ' || c.email, ' ')
            FROM caller AS c WHERE c.request_id = r.id AND NOT c.withdrawn), '') AS callers,
        coalesce((SELECT group_concat(t.body, ' ') FROM text AS t WHERE t.request_id = r.id), '') AS notes
    FROM request AS r
    """
_ASSUMED_COUNTRY = "US"
"""For numbers that were kept without their country's code; the desk has always written it."""


def upgrade() -> None:
    """Add the columns, reckon the keys of the callers there are; the words that are searched stay what they were."""
    op.execute("DROP VIEW request_words")
    for column in _COLUMNS:
        op.execute(f"ALTER TABLE {column}")
    op.execute(_CALL_BACK)
    _fill_keys()
    for index in _INDEXES:
        op.execute(f"CREATE INDEX {index}")
    op.execute(_VIEW)


def _fill_keys() -> None:
    driven = op.get_bind().exec_driver_sql
    found = driven("SELECT id, phone, email FROM caller WHERE phone != '' OR email != ''").all()
    keyed = cache(lambda phone: phone_key(phone, _ASSUMED_COUNTRY))
    keys = [(keyed(phone), email_key(email), caller_id) for caller_id, phone, email in found]
    if keys:
        driven("UPDATE caller SET phone_key = ?, email_key = ? WHERE id = ?", keys)
