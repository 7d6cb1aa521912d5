"""Keep which revision of which attempt is on disk, and which folder shows this gradebook.

So what a crash or a full disk kept from being written is written by the next run, and two
gradebooks never mix their pages in one folder.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import Engine, Select, func, or_, select, update
from sqlalchemy.orm import Session

from grader.scores.patience import patient
from grader.scores.tables import AttemptRow, SettingRow

__all__ = ["Publication", "Unwritten"]

_ID, _FOLDER, _PLACE, _CLASS, _BESIDE = "id", "folder", "place", "class", "class beside"


@dataclass(frozen=True)
class Unwritten:
    """A newest attempt whose record and page on disk are missing or old."""

    student: str
    exercise: str
    key: int
    revision: int


class Publication:
    """What of a gradebook has been published."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self.name = name

    # ------------------------------------------------------------ pages of students

    @patient
    def unwritten(self) -> tuple[Unwritten, ...]:
        """Read which newest attempts are not on disk as they are now, in order."""
        query = (
            select(AttemptRow.student, AttemptRow.exercise, AttemptRow.id, AttemptRow.revision)
            .where(AttemptRow.id.in_(_newest()))
            .where(or_(AttemptRow.published.is_(None), AttemptRow.published != AttemptRow.revision))
            .order_by(AttemptRow.exercise, AttemptRow.student)
        )
        with Session(self._engine) as session:
            return tuple(Unwritten(*row) for row in session.execute(query))

    @patient
    def newest(self, student: str, exercise: str) -> Unwritten | None:
        """Read which revision of the newest attempt there is."""
        query = (
            select(AttemptRow.student, AttemptRow.exercise, AttemptRow.id, AttemptRow.revision)
            .where(AttemptRow.student == student, AttemptRow.exercise == exercise)
            .order_by(AttemptRow.number.desc())
            .limit(1)
        )
        with Session(self._engine) as session:
            row = session.execute(query).first()
            return None if row is None else Unwritten(*row)

    @patient
    def wrote(self, written: Unwritten) -> None:
        """Keep that record and page of this revision are on disk."""
        change = update(AttemptRow).where(AttemptRow.id == written.key)
        with self._writing() as session, session.begin():
            session.execute(change.values(published=written.revision))

    @patient
    def forget(self) -> None:
        """Keep that nothing is on disk: the pages go into another folder from now on."""
        with self._writing() as session, session.begin():
            session.execute(update(AttemptRow).values(published=None))

    # ------------------------------------------------------------ page of the class

    @patient
    def state(self) -> str:
        """Read what changes whenever any newest score does."""
        query = select(func.count(), func.max(AttemptRow.id), func.sum(AttemptRow.revision))
        with Session(self._engine) as session:
            return " ".join(map(str, session.execute(query).one()))

    def class_written(self, state: str, beside: str = "") -> None:
        """Keep that the page of the class shows this state, and what it was made of `beside` it."""
        self._set({_CLASS: state, _BESIDE: beside})

    def class_shows(self, beside: str) -> bool:
        """Whether the page of the class shows the state of now, made of the same `beside` it."""
        known = self._settings()
        return known.get(_BESIDE) == beside and known.get(_CLASS) == self.state()

    @property
    def class_unwritten(self) -> bool:
        """Whether the page of the class shows an older state."""
        known = self._settings().get(_CLASS)
        return known is not None and known != self.state()

    # ------------------------------------------------------------ whose folder it is

    def identity(self) -> str:
        """Return the gradebook's own id, made when it is asked for first."""
        known = self._settings().get(_ID)
        return self._make_identity() if known is None else known

    def folder(self) -> tuple[str, str] | None:
        """Return the id of the folder that shows it, and where that was last seen."""
        known = self._settings()
        return (known[_FOLDER], known[_PLACE]) if _FOLDER in known else None

    def shown_in(self, folder: str, place: str) -> None:
        """Keep which folder shows it."""
        self._set({_FOLDER: folder, _PLACE: place})

    @patient
    def _make_identity(self) -> str:
        """Make an id, unless somebody else was quicker."""
        with self._writing() as session, session.begin():
            row = session.get(SettingRow, _ID)
            if row is None:
                row = SettingRow(name=_ID, value=uuid.uuid4().hex)
                session.add(row)
            return row.value

    @patient
    def _settings(self) -> dict[str, str]:
        with Session(self._engine) as session:
            return {row.name: row.value for row in session.scalars(select(SettingRow))}

    @patient
    def _set(self, values: dict[str, str]) -> None:
        with self._writing() as session, session.begin():
            for name, value in values.items():
                session.merge(SettingRow(name=name, value=value))

    def _writing(self) -> Session:
        return Session(self._engine.execution_options(writes=True))


def _newest() -> Select[int]:
    return select(func.max(AttemptRow.id)).group_by(AttemptRow.exercise, AttemptRow.student)
