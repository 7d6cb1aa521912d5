"""Judge a rule of a task by the source alone: what must be in it, and what must not.

Nothing of this runs in the student's process. A rule has points of its own and decides no others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from grader.course.rules import in_words
from grader.judging.constructs import Place, defined, find_construct
from grader.judging.sentences.feedback import capital
from grader.judging.sentences.places import place_of
from grader.judging.unanswered import no_points
from grader.model import Cell, CellRun, Check, CheckVerdict, Outcome, Rule, Submission

__all__ = ["broken_at", "judge_rule"]


@dataclass(frozen=True)
class _Code:
    """Everything that a student wrote: the work, and further modules behind it."""

    submission: Submission
    cells: tuple[Cell, ...]
    modules: tuple[str, ...]

    @classmethod
    def of(cls, submission: Submission) -> _Code:
        first = max((cell.index for cell in submission.cells), default=-1) + 1
        modules = [file for file in submission.files if file.name.endswith(".py")]
        cells = [
            Cell(first + number, file.content.decode("utf-8", "replace"))
            for number, file in enumerate(modules)
        ]
        names = tuple(file.name for file in modules)
        return cls(submission, (*submission.cells, *cells), names)

    def find(self, construct: str, within: Sequence[str]) -> Place | None:
        """Find a construct in the work, or in what it uses of the modules that came along."""
        stems = frozenset(name.removesuffix(".py") for name in self.modules)
        return find_construct(self.cells, construct, within, stems)

    def place(self, place: Place) -> str:
        """Say where a construct stands."""
        name, line = self.where(place)
        if name in self.modules:
            return f"{name} (line {line})"
        return place_of(self.submission, CellRun(place.cell, "", 0.0, line=line))

    def where(self, place: Place) -> tuple[str, int]:
        """Return the file, or `cell 3`, and the line in it."""
        further = place.cell - self.cells[-len(self.modules)].index if self.modules else -1
        if further >= 0:
            return self.modules[further], place.line
        cell = next(cell for cell in self.submission.cells if cell.index == place.cell)
        module = self.submission.kind == "module"
        name = self.submission.path.name if module else f"cell {place.cell + 1}"
        return name, place.line + (cell.line or 1) - 1


def judge_rule(
    check: Check, submission: Submission, others: Sequence[CheckVerdict] = ()
) -> CheckVerdict:
    """Return the verdict on a rule; `others` tell whether anything is written at all."""
    rule = check.rule
    assert rule is not None
    code = _Code.of(submission)
    if lacking := _not_written(rule, code, others):
        return no_points(check, Outcome.MISSING, lacking)
    for construct in rule.forbidden:
        place = code.find(construct, rule.within)
        if place is not None:
            words = f"{capital(in_words(construct))} stands in {code.place(place)}. {rule.says}"
            return no_points(check, Outcome.FAIL, words)
    for construct in rule.required:
        if code.find(construct, rule.within) is None:
            words = f"What is asked for is not there: {in_words(construct)}. {rule.says}"
            return no_points(check, Outcome.FAIL, words)
    verdict = no_points(check, Outcome.PASS, _kept(rule))
    return replace(verdict, earned=check.points)


def broken_at(check: Check, submission: Submission) -> tuple[str, int]:
    """Return file or cell, and line, where a forbidden construct stands; `("", 0)` for none."""
    assert check.rule is not None
    code = _Code.of(submission)
    for construct in check.rule.forbidden:
        if place := code.find(construct, check.rule.within):
            return code.where(place)
    return "", 0


def _kept(rule: Rule) -> str:
    without = " or ".join(map(in_words, rule.forbidden))
    used = " and ".join(map(in_words, rule.required))
    said = [f"it does without {without}" if without else "", f"it uses {used}" if used else ""]
    return f"{capital(' and '.join(filter(None, said)))}, as asked."


def _not_written(rule: Rule, code: _Code, others: Sequence[CheckVerdict]) -> str:
    """Say what is not written yet: nothing is no way to keep a rule."""
    for name in rule.within:
        own = [other for other in others if other.call == name]
        empty = own and all(other.outcome is Outcome.MISSING for other in own)
        if empty or not defined(code.cells, name):
            return f"`{name}` is not written yet."
    if not code.cells or (others and all(o.outcome is Outcome.MISSING for o in others)):
        return "Nothing is written yet."
    return ""
