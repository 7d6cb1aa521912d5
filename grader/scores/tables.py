"""Describe the tables of the gradebook; `migrations/` makes and changes them.

What students write may hold what no database takes as text: NUL, halves of surrogate pairs. Such
a text is kept as JSON, whose escapes every database takes, and comes back as it was.
"""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Dialect,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeEngine

__all__ = ["AttemptRow", "Base", "DecisionRow", "ReplyRow", "SettingRow", "kept_name"]


class Base(DeclarativeBase):
    """All tables of the gradebook."""


class Name(TypeDecorator[str]):
    """A name from outside: no byte in a file name and no length of it may stop the class."""

    impl = String
    cache_ok = True

    def __init__(self, longest: int) -> None:
        super().__init__(longest)
        self.longest = longest

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """Compare names by code points everywhere: the order of a class is the same."""
        collation = "C" if dialect.name == "postgresql" else None
        return dialect.type_descriptor(String(self.longest, collation))

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Write out what no database takes; of a name that is too long keep a digest."""
        return None if value is None else self.kept(value)

    def kept(self, value: str) -> str:
        """Return a name as it is kept."""
        name = value.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
        if len(name) <= self.longest:
            return name
        digest = sha256(name.encode()).hexdigest()
        return f"{name[: self.longest - len(digest) - 1]}~{digest}"


def kept_name(column: Any, name: str) -> str:
    """Return a name as a column of names keeps it."""
    kind = column.type
    assert isinstance(kind, Name)
    return kind.kept(name)


class Words(TypeDecorator[str]):
    """Any text, and every character of it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Keep a text that no database takes as JSON, after a mark that no text begins with."""
        if value is None or not (value.startswith(_AS_JSON) or _ODD.search(value)):
            return value
        return _AS_JSON + json.dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Give back the text as it was."""
        if value is None or not value.startswith(_AS_JSON):
            return value
        text: str = json.loads(value.removeprefix(_AS_JSON))
        return text


_AS_JSON = "\ufdd0"
"""A code point that Unicode keeps free of any character."""


_ODD = re.compile("[\0\ud800-\udfff]")
"""What no database takes as text."""


_LARGE = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite's integers hold 64 bits under any name."""


class AttemptRow(Base):
    """One file of one student for one exercise, as last judged."""

    __tablename__ = "attempt"
    __table_args__ = (UniqueConstraint("exercise", "student", "number", name="one_attempt"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    student: Mapped[str] = mapped_column(Name(500), index=True)
    exercise: Mapped[str] = mapped_column(Name(200))
    number: Mapped[int]
    """1 for the first file handed in, 2 for the next different one, and so on."""
    sha256: Mapped[str | None] = mapped_column(String(64))
    fingerprint: Mapped[str] = mapped_column(String(64))
    """Of the exercise it was judged by."""
    version: Mapped[str] = mapped_column(String(50))
    """Of the grader that judged it."""
    status: Mapped[str] = mapped_column(String(20))
    earned: Mapped[float] = mapped_column(Float)
    possible: Mapped[float] = mapped_column(Float)
    seed: Mapped[int] = mapped_column(_LARGE)
    graded_at: Mapped[str] = mapped_column(String(40))
    record: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The score as `grader/score/v1`, without the executed notebook."""
    submission: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)
    """The cells as they were read, so that judging again needs no file."""
    notebook: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """The executed notebook as JSON, compressed with zlib."""
    revision: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    """Counts what changes a page: another judgement, points given by hand."""
    published: Mapped[int | None]
    """The revision that record and page on disk show; None while there are none."""
    replies: Mapped[list[ReplyRow]] = relationship(
        cascade="all, delete-orphan", order_by="ReplyRow.position"
    )


class ReplyRow(Base):
    """What came back for one probe: the evidence, byte for byte."""

    __tablename__ = "reply"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    check: Mapped[str] = mapped_column("check_id", Name(200))
    status: Mapped[str] = mapped_column(String(20))
    frame: Mapped[bytes] = mapped_column(LargeBinary)
    deflated: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """Whether the frame is compressed with zlib."""
    message: Mapped[str] = mapped_column(Words)
    seconds: Mapped[float] = mapped_column(Float)


class DecisionRow(Base):
    """One decision of a person; see `grader.scores.decisions`. Rows are added, never changed."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    student: Mapped[str] = mapped_column(Name(500), index=True)
    exercise: Mapped[str] = mapped_column(Name(200))
    check: Mapped[str] = mapped_column("check_id", Name(200))
    kind: Mapped[str] = mapped_column(String(20))
    points: Mapped[float | None] = mapped_column(Float)
    text: Mapped[str] = mapped_column(Words)
    who: Mapped[str] = mapped_column(Words)
    at: Mapped[str] = mapped_column(String(40))
    sha256: Mapped[str | None] = mapped_column(String(64))
    other: Mapped[str] = mapped_column(Name(500), default="", server_default="")
    """Of a pair: the other student."""


class SettingRow(Base):
    """One fact about the gradebook as a whole, by its name."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    value: Mapped[str] = mapped_column(Words)
