"""Find the cell of a submission whose variables a check reads, also where its tag has gone.

A tag decides. Editors drop tags, write them otherwise, or a cell is made anew: then what else
names the cell decides (its id, `grade_id`, `grader.check("…")` below it), then the text of the
starter in it or above it, then the order of the cells to fill in, then the names that it leaves.
Between the cells that are known, each check has a stretch of the file for itself. Where all that
leaves a choice, nothing is chosen, and a person has to look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from grader.model import Aside, Cell, Check, Exercise, Lost, Submission
from grader.submissions.leaving import items_of_check, left_by, own_names

__all__ = ["RAISES", "last_with", "placed"]

RAISES = "raises-exception"
"""Jupyter's tag of a cell that is meant to raise an exception."""

_SEPARATORS = re.compile(r"[\s_.-]+")
_SEVERAL = re.compile(r"[,;\s]+")
_OTTERS = re.compile(r"\b\w+\.check\(\s*[\"']([\w.-]{1,80})[\"']")
_HEADING = re.compile(r"^#{1,6}\s+(.+)$", re.MULTILINE)
_NUMBERED = re.compile(r"(exercise|task|part|question|problem)\s*(\d+|[a-h]\b)", re.IGNORECASE)

LOST = "Cells have lost their tags. Each was"


def last_with(cells: Sequence[Cell], tag: str | None) -> int | None:
    """Return the index of the last cell that bears a tag, None where none does."""
    return next((cell.index for cell in reversed(cells) if tag in cell.tags), None)


def placed(submission: Submission, exercise: Exercise) -> Submission:
    """Return the submission with each tag on the cell that is meant, and remarks on what was done.

    What is not found stands in `lost`. Doing it twice changes nothing.
    """
    checks = [check for check in exercise.checks if check.cell is not None]
    if not checks:
        return submission
    placing = _Placing(submission, checks, _starter_cells(exercise))
    placing.find()
    return placing.submission_with_tags()


def _starter_cells(exercise: Exercise) -> tuple[Cell, ...]:
    try:
        text = (exercise.directory / "starter.py").read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ()
    return _as_notebook(text)


@lru_cache(maxsize=32)
def _as_notebook(text: str) -> tuple[Cell, ...]:
    """Return a starter's cells as students get them, with the ids of the released notebook."""
    import jupytext

    from grader.submissions.asides import marks_of

    found: list[Cell] = []
    prose = ""
    for number, cell in enumerate(jupytext.reads(text, fmt="py:percent").cells, 1):
        if cell.cell_type == "code":
            tags = tuple(cell.metadata.get("tags", ()))
            marks = marks_of({"id": f"cell-{number}"})
            found.append(Cell(len(found), cell.source, tags, before=prose, marks=marks))
            prose = ""
        else:
            prose = f"{prose}\n\n{cell.source}".strip("\n")
    return tuple(found)


@dataclass(frozen=True)
class _Given:
    """What the starter says of the cell of one check."""

    lines: frozenset[str]
    """Lines of it that stand in no other cell of the starter."""
    heading: str
    marks: tuple[str, ...]


class _Placing:
    """Where the cells of the checks are, as far as is known."""

    def __init__(
        self, submission: Submission, checks: Sequence[Check], starter: Sequence[Cell]
    ) -> None:
        self.submission, self.cells = submission, submission.cells
        self.checks, self.starter = checks, starter
        self.places: dict[str, int] = {}
        self.how: dict[str, str] = {}
        """Reasons for the places that no tag gave; the key of a check, the words for a remark."""
        self.empty: set[str] = set()
        self.left = [left_by(cell.source) for cell in self.cells]
        self.given = {check.id: self._given(check) for check in checks}

    # ------------------------------------------------------------ looking

    def find(self) -> None:
        """Find as many cells as can be found, the surest signs first."""
        for sign in (self._tag, self._nearly_tag, self._mark, self._line):
            self._by(sign)
        self._in_order()
        self._by(self._heading)
        self._by_names()
        for check in self.checks:
            self._move(check)
        self._leave_out_empty()

    def _by(self, sign: object) -> None:
        assert callable(sign)
        for check in self.checks:
            if check.id not in self.places:
                found = list(sign(check))
                taken = set(self.places.values())
                free = [index for index in found if index not in taken or sign == self._tag]
                # A tag may stand on several cells, of which the last one counts.
                if free and (len(free) == 1 or sign in (self._tag, self._nearly_tag)):
                    self.places[check.id] = free[-1]
                    if sign != self._tag:
                        self.how[check.id] = "found again"

    def _tag(self, check: Check) -> Iterator[int]:
        return (cell.index for cell in self.cells if check.cell in cell.tags)

    def _nearly_tag(self, check: Check) -> Iterator[int]:
        wanted = _plain(str(check.cell))
        return (cell.index for cell in self.cells if wanted in _spellings(cell.tags))

    def _mark(self, check: Check) -> Iterator[int]:
        wanted = {_plain(str(check.cell))}
        if self._keeps_ids():
            wanted |= {_plain(mark) for mark in self.given[check.id].marks}
        for cell in self.cells:
            if wanted & set(map(_plain, cell.marks)):
                yield cell.index
            for name in _OTTERS.findall(cell.source):
                if _plain(name) == _plain(str(check.cell)):
                    yield max(0, cell.index - self._is_call_alone(cell))

    def _line(self, check: Check) -> Iterator[int]:
        lines = self.given[check.id].lines
        return (cell.index for cell in self.cells if lines & set(_lines(cell.source)))

    def _heading(self, check: Check) -> Iterator[int]:
        heading = self.given[check.id].heading
        return (
            cell.index
            for cell in self.cells
            if heading and any(_same_heading(heading, other) for other in _headings(cell.before))
        )

    def _in_order(self) -> None:
        """Pair the cells to fill in with the starter's where there are as many of them."""
        lost = [check for check in self.checks if check.id not in self.places]
        if not lost or len(lost) < len(self.checks):
            return
        common = [set(_lines(cell.source)) for check in lost if (cell := self._starters(check))]
        shared = set.intersection(*common) if len(common) == len(lost) else set()
        shared -= {line for cell in self.starter if self._is_no_hole(cell) for line in
                   _lines(cell.source)}  # fmt: skip
        found = [cell.index for cell in self.cells if shared & set(_lines(cell.source))]
        if len(found) == len(lost):
            for check, index in zip(lost, found, strict=True):
                self.places[check.id] = index
                self.how[check.id] = "found again"

    def _by_names(self) -> None:
        """Find cells by what they leave, between those that are known."""
        lost = [check for check in self.checks if check.id not in self.places]
        for check in lost:
            found = self._candidates(check, self._stretch(check))
            names = own_names(check, self.checks)
            # Names of its own say where an answer is, in whatever order, and beside another one.
            found = found or [cell.index for cell in self.cells
                              if names & self.left[cell.index].names]  # fmt: skip
            if found and self._sure(check, found):
                self.places[check.id] = found[-1]
                self.how[check.id] = "found again"

    def _candidates(self, check: Check, stretch: range) -> list[int]:
        """Return the cells of a stretch after which something asked for is there, the last last."""
        asked = items_of_check(check.asked)
        return [n for n in stretch if any(item.left_by(self.left[n]) for item in asked)]

    def _sure(self, check: Check, found: Sequence[int]) -> bool:
        """Tell whether only one work can be meant: by a name of its own, or a single cell."""
        names = own_names(check, self.checks)
        own = any(names & self.left[n].names for n in found)
        return own or len(found) == 1

    # ------------------------------------------------------------ an answer below its cell

    def _move(self, check: Check) -> None:
        """Take a cell below where the one that is meant leaves less, as when it was kept empty."""
        place = self.places.get(check.id)
        if place is None:
            return
        items = (*items_of_check(check.given), *items_of_check(check.asked))
        begins = max(self._begins(check), self._section(place))
        there = [
            item
            for item in items
            # A gradient or a print is common to many cells; a name says which are meant.
            if item.left_by(self.left[place])
            or any(item.named_by(self.left[n]) for n in range(begins, place))
        ]
        lacking = [item for item in items if item not in there]
        below = [
            n
            for n in range(place + 1, self._ends(check))
            if any(item.left_by(self.left[n]) for item in lacking)
        ]
        if below:
            self.places[check.id] = below[-1]
            self.how.setdefault(check.id, "moved")

    def _leave_out_empty(self) -> None:
        """Read nothing where nothing was written: what is there then is from another cell."""
        for check in self.checks:
            place = self.places.get(check.id)
            if place is None or not _is_empty(self.cells[place].source):
                continue
            begins = max(self._begins(check), self._section(place))
            asked = items_of_check(check.asked)
            if not any(item.left_by(self.left[n]) for n in range(begins, place) for item in asked):
                self.empty.add(check.id)
        for name in self.empty:
            del self.places[name]

    # ------------------------------------------------------------ stretches

    def _stretch(self, check: Check) -> range:
        return range(self._begins(check), self._ends(check))

    def _begins(self, check: Check) -> int:
        """Return the cell after that of the check before."""
        position = self.checks.index(check)
        before = [self.places[c.id] for c in self.checks[:position] if c.id in self.places]
        return max(before, default=-1) + 1

    def _section(self, place: int) -> int:
        """Return the cell with which the section of a cell begins."""
        headed = (n for n in range(place, -1, -1) if _headings(self.cells[n].before))
        return next(headed, 0)

    def _ends(self, check: Check) -> int:
        """Return the cell with which the next section, or the next check, begins."""
        position, place = self.checks.index(check), self.places.get(check.id)
        after = [self.places[c.id] for c in self.checks[position + 1 :] if c.id in self.places]
        end = min((n for n in after if place is None or n > place), default=len(self.cells))
        if place is None:
            return end
        headed = (n for n in range(place + 1, end) if _headings(self.cells[n].before))
        return next(headed, end)

    # ------------------------------------------------------------ the starter

    def _given(self, check: Check) -> _Given:
        own = self._starters(check)
        if own is None:
            return _Given(frozenset(), "", ())
        elsewhere = {
            line for cell in self.starter if cell is not own for line in _lines(cell.source)
        }
        headings = _headings(own.before)
        lines = frozenset(_lines(own.source)) - elsewhere
        return _Given(lines, headings[-1] if headings else "", own.marks)

    def _starters(self, check: Check) -> Cell | None:
        return next((cell for cell in self.starter if check.cell in cell.tags), None)

    def _is_no_hole(self, cell: Cell) -> bool:
        return not any(check.cell in cell.tags for check in self.checks)

    def _keeps_ids(self) -> bool:
        """Tell whether the notebook's ids are those of the released one."""
        own = {mark for cell in self.cells for mark in cell.marks}
        released = {mark for cell in self.starter for mark in cell.marks}
        return len(own & released) > len(released) / 2

    def _is_call_alone(self, cell: Cell) -> bool:
        """Tell whether a cell only calls otter: the answer is then in the one above."""
        return not left_by(cell.source).names

    # ------------------------------------------------------------ what comes of it

    def submission_with_tags(self) -> Submission:
        tags = {str(check.cell) for check in self.checks}
        raising = [_lines(cell.source) for cell in self.starter if RAISES in cell.tags]
        cells = []
        for cell in self.cells:
            own = [str(check.cell) for check in self.checks
                   if self.places.get(check.id) == cell.index]  # fmt: skip
            kept = [tag for tag in cell.tags if tag not in tags]
            if RAISES not in kept and _lines(cell.source) in raising:
                kept.append(RAISES)
            cells.append(replace(cell, tags=(*kept, *own)))
        remarks = (*self.submission.remarks, *self._remarks())
        lost = tuple(self._lost(c) for c in self.checks if c.id not in self.places)
        return replace(self.submission, cells=tuple(cells), remarks=remarks, lost=lost)

    def _remarks(self) -> Iterator[str]:
        again = [check for check in self.checks if self.how.get(check.id) == "found again"
                 and check.id in self.places]  # fmt: skip
        script = self.submission.kind == "module" and len(self.checks) == 1
        if again and not script:  # a plain script has no cells to begin with
            listed = ", ".join(f"`{check.cell}` is {self._where(check)}" for check in again)
            lost = "A cell has lost its tag and was" if len(again) == 1 else LOST
            yield f"{lost} found again by what is in and around it: {listed}."
        for check in self.checks:
            if self.how.get(check.id) == "moved":
                yield (
                    f"The answer to `{check.cell}` was taken from {self._where(check)}, "
                    "below the cell that it belongs in."
                )

    def _where(self, check: Check) -> str:
        cell = self.cells[self.places[check.id]]
        return f"cell {cell.index + 1}" if cell.line is None else f"line {cell.line}"

    def _lost(self, check: Check) -> Lost:
        if check.id in self.empty:
            return Lost(check.id, "empty")
        for aside in self.submission.asides:
            if self._meant(aside, check):
                where = f"before cell {aside.following + 1}"
                if aside.following >= len(self.cells):
                    where = "at the end"
                return Lost(check.id, "raw" if aside.kind == "raw" else "markdown", where)
        taken = set(self.places.values())
        found = [n for n in self._candidates(check, range(len(self.cells))) if n not in taken]
        return Lost(check.id, "undecided" if found else "absent")

    def _meant(self, aside: Aside, check: Check) -> bool:
        wanted, left = _plain(str(check.cell)), left_by(aside.source)
        marked = wanted in _spellings((*aside.tags, *aside.marks))
        named = [item for item in items_of_check(check.asked) if item.names]
        return marked or (bool(named) and all(item.left_by(left) for item in named))


# ---------------------------------------------------------------- spellings


def _plain(tag: str) -> str:
    return _SEPARATORS.sub("-", tag.strip(" #\"'[]").casefold())


def _spellings(tags: Sequence[str]) -> set[str]:
    """Return what tags may mean: each as it is, and the parts of one that holds several."""
    return {_plain(part) for tag in tags for part in (tag, *_SEVERAL.split(tag)) if part}


def _is_empty(source: str) -> bool:
    """Tell whether a cell holds no code, or no more than `pass` or `...`."""
    lines = [line.strip() for line in source.split("\n")]
    return all(line in ("", "pass", "...") or line.startswith("#") for line in lines)


def _lines(source: str) -> list[str]:
    return [line.strip() for line in source.split("\n") if len(line.strip()) > 3]


def _headings(prose: str) -> list[str]:
    return _HEADING.findall(prose)


def _same_heading(one: str, other: str) -> bool:
    """Tell whether two headings are the same, or number the same exercise."""
    if _SEPARATORS.sub(" ", one).casefold() == _SEPARATORS.sub(" ", other).casefold():
        return True
    numbers = [_NUMBERED.search(text) for text in (one, other)]
    return all(numbers) and len({m[0].casefold().replace(" ", "") for m in numbers if m}) == 1
