"""Hold the Alembic migrations of the gradebook; applied when it is opened."""
