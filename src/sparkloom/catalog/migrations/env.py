"""What Alembic runs: the migrations, in the transaction that it is given."""

from alembic import context

from sparkloom.catalog.tables import Table

# SQLite changes a column by copying its table.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
)
context.run_migrations()
