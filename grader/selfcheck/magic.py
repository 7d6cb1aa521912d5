"""`%check` and `%%check` in a notebook: the student's own run, in the kernel at hand.

%load_ext grader
%check                     every function of the exercise, as defined so far
%check scalar-gradients    when several exercises fit
%%check                    run this cell, then try what it defines
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from IPython.core.magic import Magics, line_cell_magic, magics_class

from grader.course.loading import Course, find_handout
from grader.errors import GraderError, UsageError
from grader.inside.printed import noting
from grader.model import Cell, Check, Exercise
from grader.selfcheck import showing
from grader.selfcheck.asking import try_check
from grader.selfcheck.findings import Checked
from grader.submissions.leaving import items_of_check, meant_by

__all__ = ["CheckMagics", "Shown", "exercise_meant"]


class Shown:
    """What was found, as a notebook and as a terminal show it."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked

    def _repr_html_(self) -> str:
        return showing.as_html(self.checked)

    def __repr__(self) -> str:
        return "\n".join(showing.as_lines(self.checked))


@magics_class
class CheckMagics(Magics):
    """The magics of this extension."""

    @line_cell_magic
    def check(self, line: str, cell: str | None = None) -> Shown | None:
        """Try what is defined: published examples and finite differences, no points."""
        assert self.shell is not None
        namespace: dict[str, Any] = self.shell.user_ns
        before = dict(namespace)
        if cell is not None:
            with noting():
                done = self.shell.run_cell(cell)
            if not done.success:
                return None  # the cell's own error is shown already
        try:
            exercise = exercise_meant(line.strip(), namespace)
        except GraderError as error:
            print(f"grader: {error}")  # noqa: T201 - below the cell
            return None
        wanted = [check for check in exercise.checks if check.by_probe]
        if cell is not None:
            wanted = [
                *(c for c in wanted if c.cell is None and _defined_by(c, before, namespace)),
                *meant_by([c for c in wanted if c.cell is not None], cell),
            ]
        if not wanted:
            print(f"grader: {_nothing_to_check(exercise, cell is not None)}")  # noqa: T201
            return None
        return Shown(_checked(exercise, wanted, namespace))


def _nothing_to_check(exercise: Exercise, of_cell: bool) -> str:
    names = list(dict.fromkeys(name for check in exercise.checks for name in _names(check)))
    where = "this cell defines nothing that is checked" if of_cell else "nothing is checked"
    return f"{where} in {exercise.id}; it asks for {', '.join(names) or 'nothing by name'}"


def exercise_meant(name: str, namespace: Mapping[str, Any]) -> Exercise:
    """Return the exercise that is named, else the notebook's, else the one that fits best."""
    notebook = Path(
        str(namespace.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME") or "here")
    )
    course: Course = find_handout(Path.cwd() / notebook.name)
    if name or notebook.stem in course.exercise_ids:
        return course.load(name or notebook.stem, public=True)
    exercises = [course.load(each, public=True) for each in course.exercise_ids]
    if len(exercises) == 1:
        return exercises[0]
    ranked = sorted(exercises, key=lambda each: _there(each, namespace))
    if not ranked or not _there(ranked[-1], namespace):
        known = ", ".join(course.exercise_ids)
        raise UsageError(f"which exercise is it? Write for example %check {known.split(',')[0]}")
    if len(ranked) > 1 and _there(ranked[-2], namespace) == _there(ranked[-1], namespace):
        raise UsageError(f"which exercise is it? %check {ranked[-1].id} or %check {ranked[-2].id}")
    return ranked[-1]


def _there(exercise: Exercise, namespace: Mapping[str, Any]) -> int:
    return sum(any(name in namespace for name in _names(check)) for check in exercise.checks)


def _names(check: Check) -> list[str]:
    """Return the names that a student gives to what a check asks for."""
    if check.call:
        return [check.call]
    return [name for item in items_of_check(check.asked) for name in item.names]


def _defined_by(check: Check, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    names = _names(check)
    return any(name in after and after[name] is not before.get(name) for name in names)


def _checked(exercise: Exercise, checks: list[Check], namespace: dict[str, Any]) -> Checked:
    began = time.perf_counter()
    with _undisturbed(), _devices(exercise, namespace):
        found = tuple(try_check(exercise, check, namespace) for check in checks)
    seconds = time.perf_counter() - began
    return Checked(exercise.id, exercise.title, "notebook", found, (), seconds)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Leave the notebook's random numbers as they were."""
    import random

    import numpy
    import torch

    kept = random.getstate(), numpy.random.get_state(), torch.get_rng_state()
    try:
        yield
    finally:
        random.setstate(kept[0])
        numpy.random.set_state(kept[1])
        torch.set_rng_state(kept[2])


@contextmanager
def _devices(exercise: Exercise, namespace: Mapping[str, Any]) -> Iterator[None]:
    """Let other devices stand for the CPU, as when it is graded, where this machine has none."""
    import torch

    from grader.inside.devices import map_to_cpu, undo
    from grader.sandbox.notebooks import names_device

    inputs = namespace.get("In")
    cells = [Cell(0, text) for text in inputs or () if isinstance(text, str)]
    some = torch.cuda.is_available() or torch.backends.mps.is_available()
    if some or exercise.limits.devices != "cpu" or not names_device(cells):
        yield
        return
    map_to_cpu()
    try:
        yield
    finally:
        undo()
