"""What the starter itself answers: work that gives the same everywhere is not begun, not wrong.

A starter may have code around the hole (zeros as placeholders, `loss = None … return loss`), so
no look at the source tells. The starter is the course's own file, like the reference, and is asked
in the judge's process, once for a plan and only when some answer is wrong.
"""

from __future__ import annotations

import contextlib
import io
import linecache
import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy

from grader.course.files import among_files
from grader.errors import SubmissionError
from grader.inside.probes import answer
from grader.judging.evidence import (
    Answer,
    Array,
    Foreign,
    Raised,
    Refused,
    Value,
    decode_answers,
    question,
)
from grader.judging.plan import Plan
from grader.model import CheckVerdict, Evidence, Outcome, Probe, Reply
from grader.submissions.cells import module_cells

__all__ = ["Starter"]


class Starter:
    """The starter of a plan's exercise, with its answers to the plan's probes."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    @cached_property
    def evidence(self) -> Evidence:
        """What the starter answers; nothing where it cannot be read."""
        directory = self._plan.exercise.directory
        path = directory / "starter.py"
        try:
            cells = module_cells(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, SubmissionError):
            return Evidence(())
        return among_files(directory, lambda: self._answers(cells))

    def _answers(self, cells: Sequence[Any]) -> Evidence:
        with _quietly():
            return Evidence(tuple(self._replies(cells)))

    def unchanged(self, verdict: CheckVerdict, answers: Sequence[Answer]) -> bool:
        """Return whether wrong answers are those of the starter in every case."""
        right = bool(verdict.items) and all(item.agrees for item in verdict.items)
        if verdict.outcome not in (Outcome.FAIL, Outcome.ERROR) or right:
            return False
        reply = self.evidence.reply(verdict.id)
        if reply is None:
            return False
        try:
            own = decode_answers(reply, len(answers))
        except Refused:
            return False
        return all(map(_same, own, answers))

    def _replies(self, cells: Sequence[Any]) -> Iterator[Reply]:
        namespace: dict[str, Any] = {"__name__": "starter"}
        asked: set[str] = set()
        probes = [probe for probe in self._plan.probes if probe.twin is None]
        for cell in cells:
            name = f"<starter of {self._plan.exercise.id}, cell {cell.index + 1}>"
            lines = [line + "\n" for line in cell.source.split("\n")]
            linecache.cache[name] = (len(cell.source), None, lines, name)  # for lines that raise
            with contextlib.suppress(Exception):  # a starter may be unfinished in any way
                exec(compile(cell.source, name, "exec"), namespace)  # noqa: S102 - the course's own
            for probe in probes:
                if probe.after_cell is not None and probe.after_cell in cell.tags:
                    asked.add(probe.check)
                    yield _reply(probe, namespace)
        for probe in probes:
            if probe.check not in asked:
                yield _reply(probe, namespace if probe.after_cell is None else {})


def _reply(probe: Probe, namespace: dict[str, Any]) -> Reply:
    return Reply(probe.check, "answered", answer(question(probe, to_student=True), namespace))


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Let the starter print nothing, and leave torch's settings as they are."""
    import torch

    usual = torch.get_default_dtype()
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            with torch.random.fork_rng(devices=[]), torch.enable_grad():
                yield
        finally:
            torch.set_default_dtype(usual)


def _same(own: Answer, found: Answer) -> bool:
    if own.error is not None and found.error is not None:
        return _said(own.error) == _said(found.error)
    return own.status == found.status == "returned" and _equal(own.value, found.value)


def _said(error: Raised) -> tuple[str, str, str]:
    """Return what an exception says, and the line that raised it: the same line is untouched."""
    return error.type, error.message, error.text.strip()


def _equal(own: Value, found: Value) -> bool:
    """Return whether two answers are the same to the last bit."""
    if isinstance(own, Foreign) and isinstance(found, Foreign):
        return own.type_name.rsplit(".", 1)[-1] == found.type_name.rsplit(".", 1)[-1]
    if type(own) is not type(found):
        return False
    if isinstance(own, Array) and isinstance(found, Array):
        return own.dtype == found.dtype and numpy.array_equal(
            own.values, found.values, equal_nan=own.values.dtype.kind == "f"
        )
    if isinstance(own, Mapping) and isinstance(found, Mapping):
        return own.keys() == found.keys() and all(_equal(own[key], found[key]) for key in own)
    if isinstance(own, list | tuple) and isinstance(found, list | tuple):
        return len(own) == len(found) and all(map(_equal, own, found))
    if isinstance(own, float) and isinstance(found, float) and math.isnan(own):
        return math.isnan(found)
    return bool(own == found)
