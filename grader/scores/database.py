"""Open the database of a gradebook and bring its tables up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError

from grader.errors import UsageError

__all__ = ["open_database"]

_WAIT_S = 30
"""How long one writer waits for another."""


def open_database(url: str) -> Engine:
    """Connect to an SQLAlchemy URL and migrate; raises UsageError when that cannot be done.

    Connections of `engine.execution_options(writes=True)` begin as writers, so two of them
    wait for each other instead of failing halfway.
    """
    from alembic.util.exc import CommandError

    try:
        engine = _engine(url)
        with engine.execution_options(writes=True).begin() as connection:
            _migrate(connection)
    except CommandError as fault:
        raise UsageError(
            f"gradebook {_shown(url)}: written by another version of grader: {fault}"
        ) from None
    except (ArgumentError, DatabaseError, NoSuchModuleError, ImportError, OSError) as fault:
        first = str(fault).partition("\n")[0]
        raise UsageError(f"gradebook {_shown(url)}: cannot be opened: {first}") from None
    return engine


def _engine(url: str) -> Engine:
    target = make_url(url)
    if target.get_backend_name() != "sqlite":
        return create_engine(target)
    if target.database not in (None, "", ":memory:"):
        Path(str(target.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(target, connect_args={"timeout": _WAIT_S})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    """Let readers go on while somebody writes, and leave transactions to `_begin_sqlite`."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "foreign_keys = ON", "synchronous = NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once where writing is meant: a reader cannot turn writer later."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    scripts = str(Path(__file__).with_name("migrations"))
    config.set_main_option("script_location", scripts.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _shown(url: str) -> str:
    """Leave the password out of what is shown."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "URL"
