"""Describe the tables of the gradebook; `migrations/` makes and changes them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    Dialect,
    Float,
    ForeignKey,
    LargeBinary,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

__all__ = ["AttemptRow", "Base", "OverrideRow", "ReplyRow"]


class Base(DeclarativeBase):
    """All tables of the gradebook."""


class Name(TypeDecorator[str]):
    """A name from outside: a byte that is no UTF-8 in a file name must not stop the class."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Write out what no database takes: lone surrogates and NUL."""
        if value is None:
            return None
        return value.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


class AttemptRow(Base):
    """One file of one student for one exercise, as last judged."""

    __tablename__ = "attempt"
    __table_args__ = (UniqueConstraint("exercise", "student", "number", name="one_attempt"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    student: Mapped[str] = mapped_column(Name(500), index=True)
    exercise: Mapped[str] = mapped_column(String(200))
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
    seed: Mapped[int]
    graded_at: Mapped[str] = mapped_column(String(40))
    record: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The score as `grader/score/v1`, without the executed notebook."""
    submission: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """The cells as they were read, so that judging again needs no file."""
    notebook: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """The executed notebook as JSON, compressed with zlib."""
    replies: Mapped[list[ReplyRow]] = relationship(
        cascade="all, delete-orphan", order_by="ReplyRow.position"
    )


class ReplyRow(Base):
    """What came back for one probe: the evidence, byte for byte."""

    __tablename__ = "reply"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    check: Mapped[str] = mapped_column("check_id", String(200))
    status: Mapped[str] = mapped_column(String(20))
    frame: Mapped[bytes] = mapped_column(LargeBinary)
    message: Mapped[str] = mapped_column(Text)
    seconds: Mapped[float] = mapped_column(Float)


class OverrideRow(Base):
    """Points given by hand; of several for one check the last counts."""

    __tablename__ = "override"

    id: Mapped[int] = mapped_column(primary_key=True)
    student: Mapped[str] = mapped_column(Name(500), index=True)
    exercise: Mapped[str] = mapped_column(String(200))
    check: Mapped[str] = mapped_column("check_id", String(200))
    points: Mapped[float] = mapped_column(Float)
    reason: Mapped[str] = mapped_column(Text)
    given_at: Mapped[str] = mapped_column(String(40))
