"""The index no longer holds the ends of our own numbers: the desk and `find` answer those without it."""

from alembic import op

revision = "0002"
down_revision = "0001"

_VIEW = """
    CREATE VIEW request_words AS SELECT
        r.id AS id,
        r.number || ' ' || r.upstream_id || ' ' || substr(r.upstream_id, -6) || ' ' || substr(r.upstream_id, -5)
            || ' ' || substr(r.upstream_id, -4) AS number,
        r.address || ' ' || r.area || ' ' || r.zipcode AS place,
        r.service || ' ' || r.description AS description,
        coalesce((SELECT group_concat(c.name || ' ' || c.phone || ' ' || c.email, ' ')
            FROM caller AS c WHERE c.request_id = r.id), '') AS callers,
        coalesce((SELECT group_concat(t.body, ' ') FROM text AS t WHERE t.request_id = r.id), '') AS notes
    FROM request AS r
    """


def upgrade() -> None:
    """Replace the view, and make the index anew of what there is."""
    op.execute("DROP VIEW request_words")
    op.execute(_VIEW)
    op.execute("INSERT INTO search (search) VALUES ('rebuild')")
