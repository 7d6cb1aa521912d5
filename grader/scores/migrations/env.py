"""Run migrations over the connection that `grader.scores.gradebook` hands in."""

from alembic import context

from grader.scores.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
