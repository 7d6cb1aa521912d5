"""Keep scores, evidence, attempts and decisions in a database: SQLite, or any SQLAlchemy URL.

The record of an attempt is what the judge said last; what people decided is kept apart and laid
over it whenever it is read, so it survives every regrade. Import this module only at the edges: it
imports SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

from sqlalchemy import Engine, Select, delete, func, insert, select, tuple_
from sqlalchemy.orm import Session, load_only, undefer
from sqlalchemy.orm.interfaces import ORMOption

from grader.errors import Conflict, UsageError
from grader.model import Evidence, Score, Submission
from grader.outdir import GRADEBOOK
from grader.scores.database import open_database, shown
from grader.scores.decisions import Decision, Decisions, decided
from grader.scores.packing import Packed, pack
from grader.scores.patience import patient
from grader.scores.publication import Publication
from grader.scores.record import from_own, outline
from grader.scores.rows import (
    evidence_from_row,
    fill,
    reply_rows,
    score_from_row,
    submission_from_json,
)
from grader.scores.seeds import new_secret
from grader.scores.tables import AttemptRow, DecisionRow, ReplyRow, SettingRow, kept_name
from grader.suggestions import no_such

__all__ = ["FILE", "Attempt", "Entry", "Gradebook", "Newest", "gradebook_url"]

FILE = GRADEBOOK
_LARGEST_KEY = 2**63 - 1
_AT_ONCE = 500
"""Rows that one query names; databases bound the number of parameters."""
_WITH_NOTEBOOK = (undefer(AttemptRow.notebook),)
_WHOLE = (*_WITH_NOTEBOOK, undefer(AttemptRow.submission))
_ONLY_WHOSE = load_only(
    AttemptRow.student,
    AttemptRow.exercise,
    AttemptRow.number,
    AttemptRow.sha256,
    AttemptRow.revision,
    raiseload=True,
)
SECRET = "secret"  # noqa: S105 - its name, not itself
"""Name of the setting from which all seeds follow; see `grader.scores.seeds`."""


@dataclass(frozen=True)
class Attempt:
    """One graded file in the gradebook, with all that judging it again needs."""

    number: int
    score: Score
    """As last judged, overrides not applied, with the executed notebook."""
    evidence: Evidence
    submission: Submission | None
    fingerprint: str


@dataclass(frozen=True)
class Entry:
    """What is to be kept of one graded submission."""

    score: Score
    evidence: Evidence
    submission: Submission | None = None
    fingerprint: str = ""
    """Of the exercise it was judged by."""
    packed: Packed | None = None
    """All that as rows hold it, where a worker has made it already; `evidence` is empty then."""


@dataclass(frozen=True)
class Newest:
    """What the newest attempt of somebody was made of."""

    sha256: str | None
    fingerprint: str
    version: str
    status: str
    seed: int
    number: int


def gradebook_url(out: Path) -> str:
    """Name the SQLite file in the output folder as a database URL."""
    return f"sqlite:///{out / FILE}"


class Gradebook:
    """An open gradebook; every call is one transaction, and readers never wait for writers."""

    def __init__(self, engine: Engine, url: str) -> None:
        self._engine = engine
        self.url = url
        self.name = name = shown(url)
        """Its URL without a password, for messages."""
        self.publication = Publication(engine, name)

    @classmethod
    def open(cls, url: str) -> Self:
        """Open a gradebook and bring its tables up to date; raises UsageError if that fails."""
        return cls(open_database(url), url)

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
        graded = Entry(score, evidence, submission, fingerprint)
        packed = _packed(graded)
        with self._writing() as session:
            row = self._newest(session, score.student, score.exercise, lock=True)
            row = _keep(row, graded, packed)
            _keep_replies(session, [(row, packed)])
            return row.number

    @patient
    def record_all(self, graded: Sequence[Entry]) -> None:
        """Keep many scores as `record` keeps one, all of them or none."""
        if not graded:
            return
        each_packed = [(each, _packed(each)) for each in graded]
        with self._writing() as session:
            rows = _newest_rows(session, [_kept_place(each.score) for each in graded])
            kept = {}
            for each, packed in each_packed:
                place = _kept_place(each.score)
                row = rows[place] = _keep(rows.get(place), each, packed)
                kept[id(row)] = row, packed  # of the same file twice the later
            _keep_replies(session, list(kept.values()))

    @patient
    def confirm(self, score: Score, fingerprint: str) -> None:
        """Keep that judging again, maybe by a changed exercise, gave the very same score."""
        with self._writing() as session:
            row = self._newest(session, score.student, score.exercise, lock=True)
            if row is not None and row.sha256 == score.sha256:
                row.fingerprint = fingerprint

    @patient
    def decide(self, made: Decision, *, seen: str | None = None) -> None:
        """Keep a decision; raises UsageError when there is no such check or attempt.

        It is about the newest attempt unless it names another one by its sha256. `seen` is the
        `version` that whoever decides has looked at: Conflict where it is another one by now.
        """
        with self._writing() as session:
            self._decide(session, made, seen)

    @patient
    def decide_all(self, made: Sequence[Decision]) -> None:
        """Keep all of these decisions, or none where one of them raises UsageError."""
        with self._writing() as session:
            # One order for everybody: two who lock the same rows never wait for each other.
            for each in sorted(made, key=lambda each: (each.exercise, each.student)):
                self._decide(session, each, None)

    def _decide(self, session: Session, made: Decision, seen: str | None) -> None:
        row = self._newest(session, made.student, made.exercise, lock=True)
        if row is None:
            raise self.nothing_of(made.student, made.exercise)
        if seen is not None and seen != _version(row):
            raise Conflict(f"{made.student}, {made.exercise}: was changed in the meantime")
        known = {check["id"] for check in row.record["checks"]}
        if made.check and made.check not in known:
            raise UsageError(f"{made.exercise}: {no_such('check', made.check, known)}")
        sha256 = row.sha256 if made.sha256 is None else made.sha256
        session.add(DecisionRow(**asdict(replace(made, sha256=sha256))))
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

    def nothing_of(self, student: str, exercise: str) -> UsageError:
        """Say that there is no score of a student in an exercise, and which may be meant."""
        query = select(AttemptRow.student, AttemptRow.exercise).distinct()
        with Session(self._engine) as session:
            known = [(row[0], row[1]) for row in session.execute(query)]
        theirs = [kept for whose, kept in known if whose == student]
        if theirs:
            return UsageError(f"{student}: {no_such('exercise', exercise, theirs)}")
        students = (whose for whose, _ in known)
        return UsageError(no_such("student", student, students, " in the gradebook"))

    @patient
    def attempt_number(self, student: str, exercise: str, sha256: str | None) -> int:
        """Return which attempt a file is: the newest one again, or one more."""
        with Session(self._engine) as session:
            row = self._newest(session, student, exercise)
            if row is None:
                return 1
            return row.number if row.sha256 == sha256 else row.number + 1

    @patient
    def version(self, student: str, exercise: str) -> str:
        """Return what changes whenever the score of the newest attempt does, or is decided."""
        with Session(self._engine) as session:
            row = self._newest(session, student, exercise)
            return "" if row is None else _version(row)

    @patient
    def newest(self) -> dict[tuple[str, str], Newest]:
        """Read what the newest score of each student and exercise was made of."""
        columns = (
            AttemptRow.student, AttemptRow.exercise, AttemptRow.sha256, AttemptRow.fingerprint,
            AttemptRow.version, AttemptRow.status, AttemptRow.seed, AttemptRow.number,
        )  # fmt: skip
        query = _newest_of_all().with_only_columns(*columns)
        with Session(self._engine) as session:
            return {
                (row.student, row.exercise): Newest(
                    row.sha256, row.fingerprint, row.version, row.status, row.seed, row.number
                )
                for row in session.execute(query)
            }

    @patient
    def newest_keys(self) -> dict[tuple[str, str], int]:
        """Read the number of the newest attempt of each student and exercise."""
        columns = _newest_of_all().with_only_columns(
            AttemptRow.student, AttemptRow.exercise, AttemptRow.id
        )
        with Session(self._engine) as session:
            found = session.execute(columns)
            return {(student, exercise): key for student, exercise, key in found}

    @patient
    def whose(self, key: int) -> tuple[str, str] | None:
        """Read whose attempt a number is of, as student and exercise."""
        if key > _LARGEST_KEY:
            return None
        with Session(self._engine) as session:
            row = session.get(AttemptRow, key)
            return None if row is None else (row.student, row.exercise)

    @patient
    def latest(self, student: str, exercise: str) -> Score | None:
        """Read the score of the newest attempt, decisions laid over it, with its notebook."""
        with Session(self._engine) as session:
            row = self._newest(session, student, exercise, options=_WITH_NOTEBOOK)
            return None if row is None else decided(_score(row), _decisions(session, student))

    @patient
    def previous(self, student: str, exercise: str) -> Score | None:
        """Read the score of the attempt before the newest one, without its notebook."""
        query = _of(student, exercise).order_by(AttemptRow.number.desc()).offset(1).limit(1)
        with Session(self._engine) as session:
            row = session.scalar(query)
            made = _decisions(session, student)
            return None if row is None else decided(_record(row), made)

    @patient
    def scores(self) -> tuple[Score, ...]:
        """Read the newest score of each student and exercise, without notebooks, in order."""
        with Session(self._engine) as session:
            made = _decisions(session)
            return tuple(decided(_record(row), made) for row in session.scalars(_newest_of_all()))

    @patient
    def newest_scores(
        self, known: Mapping[tuple[str, str], tuple[str, Score]]
    ) -> dict[tuple[str, str], tuple[str, Score]]:
        """Read what `scores` reads, by student and exercise, each with its version.

        Of what is known, that which bears the version of now is not read again.
        """
        columns = _newest_of_all().with_only_columns(
            AttemptRow.student, AttemptRow.exercise, AttemptRow.id, AttemptRow.revision
        )
        with Session(self._engine) as session:
            found: dict[tuple[str, str], tuple[str, Score] | None] = {}
            changed: list[int] = []
            for student, exercise, key, revision in session.execute(columns):
                kept = known.get((student, exercise))
                same = kept is not None and kept[0] == f"{key}.{revision}"
                found[student, exercise] = kept if same else None
                changed += () if same else (key,)
            made = _decisions(session) if changed else Decisions()
            for start in range(0, len(changed), _AT_ONCE):
                keys = changed[start : start + _AT_ONCE]
                rows = session.scalars(select(AttemptRow).where(AttemptRow.id.in_(keys)))
                for row in rows:
                    score = decided(_record(row), made)
                    found[row.student, row.exercise] = _version(row), score
        return {place: each for place, each in found.items() if each is not None}

    def each_score(self, *, measured: bool = True) -> Iterator[Score]:
        """Read what `scores` reads, one by one, so that a class of any size fits into memory.

        Without what was `measured` it takes half as long: points, outcomes and words are there.
        """
        made = self.decisions()
        read = from_own if measured else outline
        query = _newest_of_all().with_only_columns(AttemptRow.record, AttemptRow.number)
        with Session(self._engine) as session:
            for record, number in session.execute(query.execution_options(yield_per=100)):
                yield decided(replace(read(record), attempt=number), made)

    @patient
    def scores_of(
        self, student: str, exercise: str, *, as_judged: bool = False
    ) -> tuple[Score, ...]:
        """Read the scores of all attempts, the oldest first, without notebooks.

        With `as_judged` no decision is laid over them.
        """
        query = _of(student, exercise).order_by(AttemptRow.number)
        with Session(self._engine) as session:
            made = Decisions() if as_judged else _decisions(session, student)
            return tuple(decided(_record(row), made) for row in session.scalars(query))

    @patient
    def exercises(self) -> tuple[str, ...]:
        """Read for which exercises there is anything."""
        with Session(self._engine) as session:
            return tuple(session.scalars(select(AttemptRow.exercise).distinct()))

    @patient
    def with_attempts(self) -> tuple[tuple[str, str], ...]:
        """Read which student has handed in more than one file for which exercise."""
        query = (
            select(AttemptRow.student, AttemptRow.exercise)
            .group_by(AttemptRow.student, AttemptRow.exercise)
            .having(func.count() > 1)
            .order_by(AttemptRow.exercise, AttemptRow.student)
        )
        with Session(self._engine) as session:
            return tuple((student, exercise) for student, exercise in session.execute(query))

    def evidence_of(self, student: str, exercise: str) -> Evidence | None:
        """Read the evidence of the newest attempt, byte for byte."""
        attempt = self.attempt(student, exercise)
        return None if attempt is None else attempt.evidence

    @patient
    def attempt(self, student: str, exercise: str) -> Attempt | None:
        """Read the newest attempt with its evidence and cells, ready to be judged again."""
        with Session(self._engine) as session:
            row = self._newest(session, student, exercise, options=_WHOLE)
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
            row = session.get(AttemptRow, key, options=_WHOLE)
            return None if row is None else _attempt(row)

    def submissions(self) -> Iterator[Submission]:
        """Read what was handed in last by every student, without evidence, one by one."""
        query = _newest_of_all().with_only_columns(AttemptRow.submission)
        with Session(self._engine) as session:
            for kept in session.scalars(query.execution_options(yield_per=100)):
                if kept is not None:
                    yield submission_from_json(kept)

    @patient
    def decisions(self, student: str | None = None) -> Decisions:
        """Read all decisions, or those about one student."""
        with Session(self._engine) as session:
            return _decisions(session, student)

    @patient
    def is_current(
        self, student: str, exercise: str, sha256: str, fingerprint: str, version: str
    ) -> bool:
        """Say whether this very file was graded by this exercise and this grader already.

        An ungraded score is never current, and a provisional one only where it waits for a person:
        it is worth another try.
        """
        with Session(self._engine) as session:
            row = self._newest(session, student, exercise)
            if row is None or (row.sha256, row.fingerprint, row.version) != (
                sha256,
                fingerprint,
                version,
            ):
                return False
            return row.status == "graded" or score_from_row(row).awaits

    @staticmethod
    def _newest(
        session: Session,
        student: str,
        exercise: str,
        *,
        options: Sequence[ORMOption] = (),
        lock: bool = False,
    ) -> AttemptRow | None:
        query = _of(student, exercise).order_by(AttemptRow.number.desc()).limit(1)
        if lock:  # where the database locks rows; SQLite's writers wait for each other anyway
            query = query.with_for_update()
        return session.scalar(query.options(*options))

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with Session(self._engine.execution_options(writes=True)) as session, session.begin():
            yield session


def _of(student: str, exercise: str) -> Select[AttemptRow]:
    return select(AttemptRow).where(AttemptRow.student == student, AttemptRow.exercise == exercise)


def _kept_place(score: Score) -> tuple[str, str]:
    """Return student and exercise as the gradebook keeps names."""
    return kept_name(AttemptRow.student, score.student), kept_name(
        AttemptRow.exercise, score.exercise
    )


def _newest_rows(
    session: Session, places: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], AttemptRow]:
    """Read the newest rows of some students and exercises; locked where the database locks rows.

    Only what says which file a row is of: the rest is about to be replaced.
    """
    place = tuple_(AttemptRow.student, AttemptRow.exercise)
    newest = (
        select(func.max(AttemptRow.id))
        .where(place.in_(places))
        .group_by(AttemptRow.exercise, AttemptRow.student)
    )
    # In one order, so that two programs wait for each other once and not in a circle.
    rows = select(AttemptRow).where(AttemptRow.id.in_(newest)).order_by(AttemptRow.id)
    found = session.scalars(rows.with_for_update().options(_ONLY_WHOSE))
    return {(row.student, row.exercise): row for row in found}


def _packed(graded: Entry) -> Packed:
    return graded.packed or pack(graded.score, graded.evidence, graded.submission)


def _keep(row: AttemptRow | None, graded: Entry, packed: Packed) -> AttemptRow:
    """Fill the newest row where it is of the same file, else begin the next one."""
    score = graded.score
    if row is None or row.sha256 != score.sha256:
        row = AttemptRow(
            student=score.student,
            exercise=score.exercise,
            number=1 if row is None else row.number + 1,
            sha256=score.sha256,
            submission=None,
            revision=0,
        )
    row.revision += 1
    fill(row, score, graded.fingerprint, packed)
    return row


def _keep_replies(session: Session, kept: Sequence[tuple[AttemptRow, Packed]]) -> None:
    """Put rows with their evidence into the database, in the place of what evidence they had."""
    before = [row.id for row, _ in kept if row.id is not None]
    session.add_all([row for row, _ in kept])
    session.flush()
    if before:
        session.execute(delete(ReplyRow).where(ReplyRow.attempt_id.in_(before)))
    replies = [reply for row, packed in kept for reply in reply_rows(row.id, packed)]
    if replies:  # as plain rows: there are many, and nobody needs them as objects
        session.execute(insert(ReplyRow.metadata.tables[ReplyRow.__tablename__]), replies)


def _newest_of_all() -> Select[AttemptRow]:
    newest = select(func.max(AttemptRow.id)).group_by(AttemptRow.exercise, AttemptRow.student)
    return (
        select(AttemptRow)
        .where(AttemptRow.id.in_(newest))
        .order_by(AttemptRow.exercise, AttemptRow.student)
    )


def _decisions(session: Session, student: str | None = None) -> Decisions:
    query = select(DecisionRow).order_by(DecisionRow.id)
    if student is not None:
        query = query.where(DecisionRow.student == student)
    return Decisions.of(
        Decision(
            row.student,
            row.exercise,
            row.kind,  # type: ignore[arg-type]  # written by `decide` only
            row.text,
            row.who,
            row.at,
            row.check,
            row.points,
            row.sha256,
            row.other,
        )
        for row in session.scalars(query)
    )


def _version(row: AttemptRow) -> str:
    return f"{row.id}.{row.revision}"


def _record(row: AttemptRow) -> Score:
    return replace(from_own(row.record), attempt=row.number)


def _score(row: AttemptRow) -> Score:
    return replace(score_from_row(row), attempt=row.number)


def _attempt(row: AttemptRow) -> Attempt:
    return Attempt(
        number=row.number,
        score=_score(row),
        evidence=evidence_from_row(row),
        submission=None if row.submission is None else submission_from_json(row.submission),
        fingerprint=row.fingerprint,
    )
