"""What alembic runs: the step, on the connection and in the transaction that `services.team.migrate` gives it."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
