"""Alert rules, the alerts they began, and what was sent of them."""

from alembic import op

revision = "0010"
down_revision = "0009"
DESK_FROM = "0009"
"""The tables are in nobody's way: an older desk shows no alerts."""


def upgrade() -> None:
    """Make the tables; no rule is there yet."""
    _rules_and_alerts()
    _sent()


def _rules_and_alerts() -> None:
    op.execute(
        """
        CREATE TABLE alert_rule (
            id BIGSERIAL NOT NULL,
            name TEXT NOT NULL,
            query TEXT DEFAULT '' NOT NULL,
            measure TEXT NOT NULL,
            threshold FLOAT NOT NULL,
            desktop BOOLEAN DEFAULT true NOT NULL,
            mail TEXT DEFAULT '' NOT NULL,
            webhook TEXT DEFAULT '' NOT NULL,
            active BOOLEAN DEFAULT true NOT NULL,
            PRIMARY KEY (id),
            UNIQUE (name)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE alert (
            id BIGSERIAL NOT NULL,
            rule_id BIGINT NOT NULL,
            rule TEXT DEFAULT '' NOT NULL,
            query TEXT DEFAULT '' NOT NULL,
            measure TEXT NOT NULL,
            value FLOAT NOT NULL,
            peak FLOAT NOT NULL,
            desktop BOOLEAN DEFAULT false NOT NULL,
            begun_at BIGINT NOT NULL,
            ended_at BIGINT,
            acknowledged_by TEXT DEFAULT '' NOT NULL,
            acknowledged_at BIGINT,
            PRIMARY KEY (id),
            FOREIGN KEY(rule_id) REFERENCES alert_rule (id)
        )
        """
    )
    op.execute("CREATE UNIQUE INDEX alert_lasting ON alert (rule_id) WHERE ended_at IS NULL")
    op.execute(
        "CREATE TRIGGER alert_heard AFTER INSERT OR UPDATE OR DELETE ON alert"
        " FOR EACH STATEMENT EXECUTE FUNCTION heard()"
    )


def _sent() -> None:
    op.execute(
        """
        CREATE TABLE alert_send (
            id BIGSERIAL NOT NULL,
            alert_id BIGINT NOT NULL,
            way TEXT NOT NULL,
            target TEXT NOT NULL,
            state TEXT NOT NULL,
            attempts INTEGER DEFAULT 0 NOT NULL,
            next_try_at BIGINT NOT NULL,
            problem TEXT DEFAULT '' NOT NULL,
            sent_at BIGINT,
            PRIMARY KEY (id),
            FOREIGN KEY(alert_id) REFERENCES alert (id)
        )
        """
    )
    op.execute("CREATE INDEX alert_send_queued ON alert_send (next_try_at) WHERE state = 'queued'")
    op.execute("CREATE INDEX ix_alert_send_alert_id ON alert_send (alert_id)")
