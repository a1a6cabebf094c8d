"""The script that Alembic runs for every command; :mod:`bot.store.migrate` passes it an open connection."""

from alembic import context

from bot.store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
