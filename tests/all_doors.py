"""One submission through every door: graded in this process, by `check` and by `%check`."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pickle
import shutil
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import torch

from grader.course.loading import Course
from grader.inside import devices
from grader.model import CheckVerdict, Exercise, Outcome, Score, Submission
from grader.selfcheck import child
from grader.selfcheck.carrying import exercise_to
from grader.selfcheck.findings import Finding
from grader.selfcheck.runner import with_cause
from grader.submissions.finding import find_submissions
from grader.submissions.placing import last_with, placed
from tests.in_process import ROOT, judge_of, score_submission

CASES = sorted(Path(__file__).parent.glob("cases/*/*/expect.toml"))


def exercise_of(path: Path) -> str:
    """Return the exercise of a case's `expect.toml`."""
    return path.parts[-3]


def handed_in(path: Path) -> Submission:
    """Read the submission of a case."""
    (file,) = path.parent.glob("submission.*")
    (found,) = find_submissions(file, [exercise_of(path)], exercise_of(path))
    assert isinstance(found, Submission), found
    return found


@cache
def graded(path: Path) -> Score:
    """Grade a case in this process."""
    return score_submission(judge_of(exercise_of(path)), handed_in(path))


@cache
def published(exercise: str) -> Exercise:
    """Return an exercise as students have it."""
    return Course(ROOT).load(exercise, public=True)


# ---------------------------------------------------------------- the student's own doors


def checked(path: Path) -> tuple[dict[str, Finding], dict[str, Finding]]:
    """Return what `grader check` finds, by the very code of its process, and what `%check` does."""
    found: tuple[list[Finding], list[Finding]] = apart(lambda shell: _checked(path, shell))
    by_command, by_magic = ({finding.check: finding for finding in each} for each in found)
    return by_command, by_magic


def _checked(path: Path, shell: Any) -> tuple[list[Finding], list[Finding]]:
    exercise = published(exercise_of(path))
    handed = placed(handed_in(path), exercise)
    answers = io.StringIO()
    request = {
        "path": str(handed.path),
        "folder": str(handed.path.parent),
        "kind": handed.kind,
        "cells": [asdict(cell) for cell in handed.cells],
        "exercise": exercise_to(exercise),
        "skip": [],
    }
    child._serve(request, shell, answers)
    said = [json.loads(line) for line in answers.getvalue().splitlines()]
    devices.undo()
    checks = {check.id: check for check in exercise.checks}
    found = [Finding.from_json(line["finding"]) for line in said if "finding" in line]
    found = [with_cause(finding, checks[finding.check], handed) for finding in found]
    return found, list(_by_magic(handed, exercise, shell))


def _by_magic(handed: Submission, exercise: Exercise, shell: Any) -> Iterator[Finding]:
    """Yield what `%check` says at the end, or `%%check` of each cell that is asked for."""
    import grader

    os.chdir(ROOT)
    grader.load_ipython_extension(shell)
    asked = {last_with(handed.cells, check.cell) for check in exercise.checks if check.cell}
    if not asked:
        shell.user_ns["In"] = [cell.source for cell in handed.cells]  # a module keeps none
        yield from shell.run_line_magic("check", exercise.id).checked.findings
        return
    shell.reset()
    for cell in handed.cells:
        if cell.index in asked:
            shown = shell.run_cell_magic("check", exercise.id, cell.source)
            yield from shown.checked.findings if shown is not None else ()
        else:
            shell.run_cell(cell.source)


def apart(do: Callable[[Any], Any]) -> Any:
    """Return what `do` gives with a new shell in a fork, which keeps all that it changes."""
    readable, writable = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            torch.set_num_threads(1)  # the threads of the pool are not in a fork
            with os.fdopen(writable, "wb") as pipe:
                pickle.dump(_quietly(do), pipe)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(writable)
    with os.fdopen(readable, "rb") as pipe:
        content = pipe.read()
    os.waitpid(process, 0)
    assert content, "the fork has died"
    return pickle.loads(content)


def _quietly(do: Callable[[Any], Any]) -> Any:
    from IPython.core.interactiveshell import InteractiveShell

    from grader.inside.shell import Shell, build_shell

    Shell.clear_instance()
    InteractiveShell.clear_instance()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return do(build_shell())


# ---------------------------------------------------------------- what contradicts what


def contradiction(finding: Finding | None, verdict: CheckVerdict) -> str:
    """Return how a student's own run and the grade contradict each other; mostly nothing.

    A student's own run sees less: what it finds wrong costs points, and what is not there is not
    there. What it finds nothing wrong with may still be wrong.
    """
    if finding is None:
        return ""
    said = f"{verdict.id}: {finding.outcome or 'left to grading'} {finding.said} in the own run, "
    said += f"graded as {verdict.outcome}: {verdict.feedback}"
    if finding.wrong and verdict.outcome is Outcome.PASS:
        # Which of the two is wrong it cannot know: a wrong function beside a right gradient.
        return "" if all("One of the two is wrong" in each for each in finding.said) else said
    untouched = "exactly what the starter gives" in verdict.feedback
    there = finding.outcome in (None, Outcome.PASS) and not any(
        said.endswith("is not written yet.") for said in finding.said
    )
    if verdict.outcome is Outcome.MISSING and there and not untouched:
        return said
    return said if finding.outcome is Outcome.MISSING != verdict.outcome else ""


# ---------------------------------------------------------------- a class of cases


def class_of(cases: list[Path], folder: Path) -> dict[tuple[str, str], Path]:
    """Lay cases out as a class, a student each; return which case is whose."""
    found = {}
    for number, path in enumerate(cases):
        (file,) = path.parent.glob("submission.*")
        student, exercise = f"student-{number:02}", exercise_of(path)
        (folder / student).mkdir(parents=True)
        shutil.copy(file, folder / student / f"{exercise}{file.suffix}")
        found[student, exercise] = path
    return found


def grader_command(*arguments: str) -> list[str]:
    """Return the command line of `grader`."""
    return [sys.executable, "-c", "from grader.cli import main; main()", *arguments]
