"""Keep scores, evidence, attempts and overrides in a database: SQLite, or any SQLAlchemy URL.

The record of an attempt is what the judge said last; overrides are kept apart and laid over it
whenever it is read, so they survive every regrade. Import this module only at the edges: it
imports SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

from sqlalchemy import Engine, Select, func, select
from sqlalchemy.orm import Session, undefer

from grader.errors import UsageError
from grader.model import Evidence, Outcome, Score, Submission
from grader.scores.database import open_database, shown
from grader.scores.patience import patient
from grader.scores.publication import Publication
from grader.scores.record import from_json
from grader.scores.rows import (
    evidence_from_row,
    fill,
    score_from_row,
    submission_from_json,
    submission_to_json,
)
from grader.scores.seeds import new_secret
from grader.scores.tables import AttemptRow, OverrideRow, SettingRow

__all__ = ["FILE", "Attempt", "Gradebook", "Override", "gradebook_url", "overridden"]

FILE = "gradebook.sqlite"
SECRET = "secret"  # noqa: S105 - its name, not itself
"""Name of the setting from which all seeds follow; see `grader.scores.seeds`."""


@dataclass(frozen=True)
class Override:
    """Points given by hand for one check, and why."""

    student: str
    exercise: str
    check: str
    points: float
    reason: str
    given_at: str


@dataclass(frozen=True)
class Attempt:
    """One graded file in the gradebook, with all that judging it again needs."""

    number: int
    score: Score
    """As last judged, overrides not applied, with the executed notebook."""
    evidence: Evidence
    submission: Submission | None
    fingerprint: str


def gradebook_url(out: Path) -> str:
    """Name the SQLite file in the output folder as a database URL."""
    return f"sqlite:///{out / FILE}"


def overridden(score: Score, overrides: tuple[Override, ...]) -> Score:
    """Lay points given by hand over a score; each leaves a remark with its reason."""
    mine = {
        given.check: given
        for given in overrides
        if (given.student, given.exercise) == (score.student, score.exercise)
    }
    if not mine:
        return score
    checks = []
    for check in score.checks:
        given = mine.get(check.id)
        if given is not None:
            said = f"{given.points:g} points by hand instead of {check.earned:g}: {given.reason}"
            check = replace(check, earned=given.points, remarks=(*check.remarks, said))
        checks.append(check)
    earned = sum(check.earned for check in checks)
    undecided = {
        check.id
        for check in checks
        if check.outcome in (Outcome.BROKEN, Outcome.INCONCLUSIVE) and check.id not in mine
    }
    settled = score.status == "provisional" and not undecided
    return replace(
        score,
        checks=tuple(checks),
        earned=earned,
        status="graded" if settled else score.status,
    )


class Gradebook:
    """An open gradebook; every call is one transaction, and readers never wait for writers."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self.name = name
        """Its URL without a password, for messages."""
        self.publication = Publication(engine, name)

    @classmethod
    def open(cls, url: str) -> Self:
        """Open a gradebook and bring its tables up to date; raises UsageError if that fails."""
        return cls(open_database(url), shown(url))

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ------------------------------------------------------------ writing

    @patient
    def record(
        self,
        score: Score,
        evidence: Evidence,
        *,
        submission: Submission | None = None,
        fingerprint: str = "",
    ) -> int:
        """Keep a score with its evidence; returns the attempt's number.

        The same file again replaces its attempt, another file begins the next one.
        """
        with self._writing() as session:
            row = self._newest(session, score.student, score.exercise, lock=True)
            if row is None or row.sha256 != score.sha256:
                row = AttemptRow(
                    student=score.student,
                    exercise=score.exercise,
                    number=1 if row is None else row.number + 1,
                    sha256=score.sha256,
                    submission=None,
                    revision=0,
                )
                session.add(row)
            row.revision += 1
            fill(row, score, evidence, fingerprint)
            if submission is not None:
                row.submission = submission_to_json(submission)
            return row.number

    @patient
    def override(self, given: Override) -> None:
        """Give points by hand; raises UsageError when there is no such check to give them for."""
        score = self.latest(given.student, given.exercise)
        if score is None or given.check not in {check.id for check in score.checks}:
            raise UsageError(
                f"override: the gradebook has no check {given.check!r} "
                f"of {given.student!r} in {given.exercise!r}"
            )
        with self._writing() as session:
            session.add(OverrideRow(**asdict(given)))
            row = self._newest(session, given.student, given.exercise)
            if row is not None:
                row.revision += 1

    @patient
    def secret(self, *, anew: bool = False) -> bytes:
        """Return what all seeds follow from, drawn at the first call and `anew` when asked to."""
        with self._writing() as session:
            row = session.get(SettingRow, SECRET)
            if row is None:
                row = SettingRow(name=SECRET, value=new_secret().hex())
                session.add(row)
            elif anew:
                row.value = new_secret().hex()
            return bytes.fromhex(row.value)

    # ------------------------------------------------------------ reading

    @patient
    def attempt_number(self, student: str, exercise: str, sha256: str | None) -> int:
        """Return which attempt a file is: the newest one again, or one more."""
        with Session(self._engine) as session:
            row = self._newest(session, student, exercise)
            if row is None:
                return 1
            return row.number if row.sha256 == sha256 else row.number + 1

    @patient
    def latest(self, student: str, exercise: str) -> Score | None:
        """Read the score of the newest attempt, overrides applied, with its notebook."""
        with Session(self._engine) as session:
            row = self._newest(session, student, exercise, notebook=True)
            return None if row is None else overridden(score_from_row(row), _overrides(session))

    @patient
    def previous(self, student: str, exercise: str) -> Score | None:
        """Read the score of the attempt before the newest one, without its notebook."""
        query = _of(student, exercise).order_by(AttemptRow.number.desc()).offset(1).limit(1)
        with Session(self._engine) as session:
            row = session.scalar(query)
            return None if row is None else from_json(row.record)

    @patient
    def scores(self) -> tuple[Score, ...]:
        """Read the newest score of each student and exercise, without notebooks, in order."""
        with Session(self._engine) as session:
            given = _overrides(session)
            rows = session.scalars(_newest_of_all())
            return tuple(overridden(from_json(row.record), given) for row in rows)

    def evidence_of(self, student: str, exercise: str) -> Evidence | None:
        """Read the evidence of the newest attempt, byte for byte."""
        attempt = self.attempt(student, exercise)
        return None if attempt is None else attempt.evidence

    @patient
    def attempt(self, student: str, exercise: str) -> Attempt | None:
        """Read the newest attempt with its evidence and cells, ready to be judged again."""
        with Session(self._engine) as session:
            row = self._newest(session, student, exercise, notebook=True)
            return None if row is None else _attempt(row)

    def attempts(self, exercise: str | None = None) -> Iterator[Attempt]:
        """Read the newest attempt of every student one by one, in order."""
        with Session(self._engine) as session:
            query = _newest_of_all()
            if exercise is not None:
                query = query.where(AttemptRow.exercise == exercise)
            keys = session.scalars(query.with_only_columns(AttemptRow.id)).all()
        for key in keys:
            attempt = self._by_key(key)
            if attempt is not None:
                yield attempt

    @patient
    def _by_key(self, key: int) -> Attempt | None:
        with Session(self._engine) as session:
            row = session.get(AttemptRow, key, options=[undefer(AttemptRow.notebook)])
            return None if row is None else _attempt(row)

    def submissions(self) -> Iterator[Submission]:
        """Read what was handed in last by every student, without evidence, one by one."""
        query = _newest_of_all().with_only_columns(AttemptRow.submission)
        with Session(self._engine) as session:
            for kept in session.scalars(query.execution_options(yield_per=100)):
                if kept is not None:
                    yield submission_from_json(kept)

    @patient
    def overrides(self) -> tuple[Override, ...]:
        """Read all points given by hand, the oldest first."""
        with Session(self._engine) as session:
            return _overrides(session)

    @patient
    def is_current(
        self, student: str, exercise: str, sha256: str, fingerprint: str, version: str
    ) -> bool:
        """Say whether this very file was graded by this exercise and this grader already.

        A provisional or ungraded score is never current: it is worth another try.
        """
        with Session(self._engine) as session:
            row = self._newest(session, student, exercise)
            return row is not None and (
                (row.sha256, row.fingerprint, row.version, row.status)
                == (sha256, fingerprint, version, "graded")
            )

    @staticmethod
    def _newest(
        session: Session,
        student: str,
        exercise: str,
        *,
        notebook: bool = False,
        lock: bool = False,
    ) -> AttemptRow | None:
        query = _of(student, exercise).order_by(AttemptRow.number.desc()).limit(1)
        if lock:  # where the database locks rows; SQLite's writers wait for each other anyway
            query = query.with_for_update()
        return session.scalar(query.options(undefer(AttemptRow.notebook)) if notebook else query)

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with Session(self._engine.execution_options(writes=True)) as session, session.begin():
            yield session


def _of(student: str, exercise: str) -> Select[AttemptRow]:
    return select(AttemptRow).where(AttemptRow.student == student, AttemptRow.exercise == exercise)


def _newest_of_all() -> Select[AttemptRow]:
    newest = select(func.max(AttemptRow.id)).group_by(AttemptRow.exercise, AttemptRow.student)
    return (
        select(AttemptRow)
        .where(AttemptRow.id.in_(newest))
        .order_by(AttemptRow.exercise, AttemptRow.student)
    )


def _overrides(session: Session) -> tuple[Override, ...]:
    rows = session.scalars(select(OverrideRow).order_by(OverrideRow.id))
    return tuple(
        Override(row.student, row.exercise, row.check, row.points, row.reason, row.given_at)
        for row in rows
    )


def _attempt(row: AttemptRow) -> Attempt:
    return Attempt(
        number=row.number,
        score=score_from_row(row),
        evidence=evidence_from_row(row),
        submission=None if row.submission is None else submission_from_json(row.submission),
        fingerprint=row.fingerprint,
    )
