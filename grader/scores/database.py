"""Open the database of a gradebook and bring its tables up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, NoSuchModuleError

from grader.errors import UsageError
from grader.scores.packing import as_json
from grader.scores.patience import trouble_with

__all__ = ["HEAD", "open_database", "shown"]

_MIGRATIONS = Path(__file__).with_name("migrations")
HEAD = max(path.name[:4] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))
"""The newest migration; they are numbered."""
_VERSION = "alembic_version"
_WAIT_S = 5
"""How long SQLite waits for another writer before `patience` tries again."""
_CONNECT_S = 10
_MIGRATING = 0x67726164
"""Names the lock of a server under which one program at a time makes the tables."""
_DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
_PACKAGES = {"postgresql": "gradient-grader[postgres]"}


def open_database(url: str) -> Engine:
    """Connect to an SQLAlchemy URL and migrate; raises UsageError when that cannot be done.

    Connections of `engine.execution_options(writes=True)` begin as writers, so two of them
    wait for each other instead of failing halfway.
    """
    try:
        engine = _engine(url)
        with engine.execution_options(writes=True).begin() as connection:
            if _revision(connection) != HEAD:
                _migrate(connection, url)
    except ModuleNotFoundError as fault:
        raise UsageError(f"gradebook {shown(url)}: {_missing(url, fault)}") from None
    except (ArgumentError, DatabaseError, NoSuchModuleError, ImportError, OSError) as fault:
        raise UsageError(f"gradebook {shown(url)}: cannot be opened: {_why(fault)}") from None
    return engine


def _engine(url: str) -> Engine:
    target = _target(url)
    if target.get_backend_name() != "sqlite":
        options = {"connect_timeout": _CONNECT_S}
        known = target.get_backend_name() == "postgresql"
        return create_engine(
            target,
            pool_pre_ping=True,
            json_serializer=as_json,
            connect_args=options if known else {},
        )
    if target.database not in (None, "", ":memory:"):
        Path(str(target.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(target, json_serializer=as_json, connect_args={"timeout": _WAIT_S})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _target(url: str) -> URL:
    """Read a URL; one of PostgreSQL that names no driver takes the one of our extra."""
    scheme, separator, rest = url.partition("://")
    return make_url(_DRIVERS.get(scheme, scheme) + separator + rest)


def _missing(url: str, fault: ModuleNotFoundError) -> str:
    package = _PACKAGES.get(_target(url).get_backend_name())
    advice = f"pip install '{package}'" if package else f"pip install {fault.name}"
    return f"needs the driver {fault.name}, which is not installed here: {advice}"


def _why(fault: Exception) -> str:
    """Say the first line of an error, and what helps where that is known."""
    said = str(fault.orig if isinstance(fault, DBAPIError) else fault)
    first = said.strip().partition("\n")[0]
    trouble = trouble_with(fault) if isinstance(fault, DBAPIError) else None
    return f"{first}: {trouble.advice}" if trouble else first


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


def _revision(connection: Connection) -> str | None:
    """Return which migration a gradebook has come to; None where it has none, as a new one."""
    if not inspect(connection).has_table(_VERSION):
        return None
    revision: str | None = connection.scalar(text(f"SELECT version_num FROM {_VERSION}"))  # noqa: S608
    return revision


def _migrate(connection: Connection, url: str) -> None:
    """Bring the tables up to date; alembic is imported only where there is something to do."""
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:name)"), {"name": _MIGRATING})
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as fault:
        raise UsageError(
            f"gradebook {shown(url)}: written by another version of grader: {fault}"
        ) from None


def shown(url: str) -> str:
    """Leave the password out of what is shown."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "URL"
