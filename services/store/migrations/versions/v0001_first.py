"""The first shape of a store: tables, append-only history, and the search index over `request_words`."""

from alembic import op

revision = "0001"
down_revision = None

_TABLES = (
    """
    CREATE TABLE counter (
        year INTEGER NOT NULL,
        last INTEGER NOT NULL,
        PRIMARY KEY (year)
    )
    """,
    """
    CREATE TABLE crew (
        id INTEGER NOT NULL,
        name TEXT NOT NULL,
        skills JSON DEFAULT '[]' NOT NULL,
        capacity INTEGER DEFAULT 8 NOT NULL,
        active BOOLEAN DEFAULT 1 NOT NULL,
        PRIMARY KEY (id),
        UNIQUE (name)
    )
    """,
    """
    CREATE TABLE meta (
        "key" TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY ("key")
    )
    """,
    """
    CREATE TABLE operation (
        seq INTEGER NOT NULL,
        id TEXT NOT NULL,
        actor TEXT NOT NULL,
        at INTEGER NOT NULL,
        sentence TEXT NOT NULL,
        state TEXT NOT NULL,
        PRIMARY KEY (seq),
        UNIQUE (id)
    )
    """,
    """
    CREATE INDEX operation_actor ON operation (actor, state, seq)
    """,
    """
    CREATE TABLE seen_update (
        upstream TEXT NOT NULL,
        update_id TEXT NOT NULL,
        PRIMARY KEY (upstream, update_id)
    )
    """,
    """
    CREATE TABLE service (
        upstream TEXT NOT NULL,
        code TEXT NOT NULL,
        name TEXT NOT NULL,
        "group" TEXT DEFAULT '' NOT NULL,
        description TEXT DEFAULT '' NOT NULL,
        keywords JSON DEFAULT '[]' NOT NULL,
        has_definition BOOLEAN DEFAULT 0 NOT NULL,
        sla_hours FLOAT,
        attributes JSON DEFAULT '[]' NOT NULL,
        listed BOOLEAN DEFAULT 1 NOT NULL,
        PRIMARY KEY (upstream, code)
    )
    """,
    """
    CREATE TABLE upstream_state (
        name TEXT NOT NULL,
        dialect TEXT DEFAULT '' NOT NULL,
        notifies BOOLEAN DEFAULT 0 NOT NULL,
        title TEXT DEFAULT '' NOT NULL,
        cursor TEXT DEFAULT '' NOT NULL,
        pulled_at INTEGER,
        problem TEXT DEFAULT '' NOT NULL,
        PRIMARY KEY (name)
    )
    """,
    """
    CREATE TABLE request (
        id INTEGER NOT NULL,
        number TEXT NOT NULL,
        upstream TEXT DEFAULT '' NOT NULL,
        upstream_id TEXT DEFAULT '' NOT NULL,
        token TEXT DEFAULT '' NOT NULL,
        reference TEXT DEFAULT '' NOT NULL,
        service_code TEXT DEFAULT '' NOT NULL,
        service TEXT DEFAULT '' NOT NULL,
        status TEXT NOT NULL,
        outcome TEXT,
        address TEXT DEFAULT '' NOT NULL,
        lat FLOAT,
        lon FLOAT,
        area TEXT DEFAULT '' NOT NULL,
        zipcode TEXT DEFAULT '' NOT NULL,
        description TEXT DEFAULT '' NOT NULL,
        erased BOOLEAN DEFAULT 0 NOT NULL,
        channel TEXT DEFAULT '' NOT NULL,
        requested_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        expected_at INTEGER,
        due_at INTEGER,
        closed_at INTEGER,
        person_at INTEGER,
        crew_id INTEGER,
        version INTEGER DEFAULT 1 NOT NULL,
        upstream_status TEXT DEFAULT '' NOT NULL,
        upstream_notes TEXT DEFAULT '' NOT NULL,
        upstream_updated_at INTEGER,
        fingerprint TEXT,
        differs BOOLEAN DEFAULT 0 NOT NULL,
        reopened BOOLEAN DEFAULT 0 NOT NULL,
        media_urls JSON DEFAULT '[]' NOT NULL,
        reach JSON,
        attributes JSON DEFAULT '{}' NOT NULL,
        PRIMARY KEY (id),
        UNIQUE (number),
        FOREIGN KEY(crew_id) REFERENCES crew (id)
    )
    """,
    """
    CREATE INDEX request_unsent ON request (upstream, reference) WHERE upstream_id = ''
    """,
    """
    CREATE UNIQUE INDEX request_upstream ON request (upstream, upstream_id) WHERE upstream_id != ''
    """,
    """
    CREATE TABLE caller (
        id INTEGER NOT NULL,
        request_id INTEGER NOT NULL,
        name TEXT DEFAULT '' NOT NULL,
        phone TEXT DEFAULT '' NOT NULL,
        email TEXT DEFAULT '' NOT NULL,
        language TEXT DEFAULT '' NOT NULL,
        PRIMARY KEY (id),
        FOREIGN KEY(request_id) REFERENCES request (id)
    )
    """,
    """
    CREATE INDEX ix_caller_request_id ON caller (request_id)
    """,
    """
    CREATE TABLE text (
        id INTEGER NOT NULL,
        request_id INTEGER NOT NULL,
        body TEXT NOT NULL,
        erased_at INTEGER,
        PRIMARY KEY (id),
        FOREIGN KEY(request_id) REFERENCES request (id)
    )
    """,
    """
    CREATE INDEX ix_text_request_id ON text (request_id)
    """,
    """
    CREATE TABLE event (
        id INTEGER NOT NULL,
        request_id INTEGER NOT NULL,
        at INTEGER NOT NULL,
        actor TEXT DEFAULT '' NOT NULL,
        kind TEXT NOT NULL,
        data JSON DEFAULT '{}' NOT NULL,
        text_id INTEGER,
        operation TEXT DEFAULT '' NOT NULL,
        PRIMARY KEY (id),
        FOREIGN KEY(request_id) REFERENCES request (id),
        FOREIGN KEY(text_id) REFERENCES text (id)
    )
    """,
    """
    CREATE INDEX event_operation ON event (operation) WHERE operation != ''
    """,
    """
    CREATE INDEX ix_event_request_id ON event (request_id)
    """,
    """
    CREATE TABLE outbox (
        seq INTEGER NOT NULL,
        id TEXT NOT NULL,
        request_id INTEGER NOT NULL,
        upstream TEXT NOT NULL,
        kind TEXT NOT NULL,
        state TEXT NOT NULL,
        status_word TEXT DEFAULT '' NOT NULL,
        text_id INTEGER,
        created_at INTEGER NOT NULL,
        held_until INTEGER NOT NULL,
        next_try_at INTEGER NOT NULL,
        attempts INTEGER DEFAULT 0 NOT NULL,
        problem TEXT DEFAULT '' NOT NULL,
        receipt TEXT DEFAULT '' NOT NULL,
        sent_at INTEGER,
        operation TEXT DEFAULT '' NOT NULL,
        reverse BOOLEAN DEFAULT 0 NOT NULL,
        PRIMARY KEY (seq),
        UNIQUE (id),
        FOREIGN KEY(request_id) REFERENCES request (id),
        FOREIGN KEY(text_id) REFERENCES text (id)
    )
    """,
    """
    CREATE INDEX ix_outbox_request_id ON outbox (request_id)
    """,
    """
    CREATE INDEX outbox_operation ON outbox (operation)
    """,
    """
    CREATE INDEX outbox_unfinished ON outbox (state) WHERE state NOT IN ('sent', 'retracted')
    """,
)
_HISTORY = (
    """
    CREATE TRIGGER event_kept BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'history is appended, never edited'); END
    """,
    """
    CREATE TRIGGER event_stays BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'history is appended, never edited'); END
    """,
)
_SEARCH = (
    """
    CREATE VIEW request_words AS SELECT
        r.id AS id,
        r.number || ' ' || substr(r.number, -5) || ' ' || substr(r.number, -4) || ' ' || substr(r.number, -3)
            || ' ' || ltrim(substr(r.number, 4), '0')
            || ' ' || r.upstream_id || ' ' || substr(r.upstream_id, -6) || ' ' || substr(r.upstream_id, -5)
            || ' ' || substr(r.upstream_id, -4) AS number,
        r.address || ' ' || r.area || ' ' || r.zipcode AS place,
        r.service || ' ' || r.description AS description,
        coalesce((SELECT group_concat(c.name || ' ' || c.phone || ' ' || c.email, ' ')
            FROM caller AS c WHERE c.request_id = r.id), '') AS callers,
        coalesce((SELECT group_concat(t.body, ' ') FROM text AS t WHERE t.request_id = r.id), '') AS notes
    FROM request AS r
    """,
    """
    CREATE VIRTUAL TABLE search USING fts5(
        number, place, description, callers, notes,
        content='request_words', content_rowid='id', tokenize="unicode61 remove_diacritics 2"
    )
    """,
)


def upgrade() -> None:
    """Make everything."""
    for statement in (*_TABLES, *_HISTORY, *_SEARCH):
        op.execute(statement)
