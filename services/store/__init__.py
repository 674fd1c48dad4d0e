"""The desk's own store: tables, transactions, migrations, commands, outbox and search."""
