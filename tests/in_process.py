"""Grade trusted code without a sandbox: our own references and the submissions under `cases/`."""

from __future__ import annotations

import contextlib
import linecache
import os
import pickle
import traceback
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import torch

from grader.course.loading import Course
from grader.course.reference import load_reference
from grader.inside import devices, printed
from grader.inside.observe import note
from grader.inside.printed import noting
from grader.inside.probes import answer_frame
from grader.inside.unplug import remove_autograd
from grader.judging.evidence import encode_probe
from grader.judging.judge import Judge
from grader.judging.plan import make_plan
from grader.model import Cell, CellRun, Evidence, Isolation, Probe, Reply, Run, Score, Submission
from grader.sandbox.apart import asked_apart, pieces_of
from grader.sandbox.notebooks import names_device
from grader.submissions.placing import last_with, placed

ROOT = Path(__file__).resolve().parent.parent
SEED = 20_250


@cache
def judge_of(exercise: str, seed: int = SEED, course: Path = ROOT) -> Judge:
    """Return the judge of an exercise, a built-in one if nothing is said, under a fixed seed."""
    loaded = Course(course).load(exercise)
    return Judge(make_plan(loaded, load_reference(loaded), seed))


def score_cells(judge: Judge, cells: tuple[Cell, ...]) -> Score:
    """Execute cells one after the other in this process, answer every probe, and judge."""
    return score_submission(judge, _submission(judge, cells))


def score_submission(judge: Judge, handed: Submission) -> Score:
    """Do the same for a submission as it was read."""
    if names_device(handed.cells) and judge.plan.exercise.limits.devices == "cpu":
        devices.map_to_cpu()
    try:
        return _score_submission(judge, placed(handed, judge.plan.exercise))
    finally:
        devices.undo()


def _score_submission(judge: Judge, handed: Submission) -> Score:
    cells = handed.cells
    namespace: dict[str, Any] = {"__name__": "submission"}
    printed.forget()
    answered: dict[str, Reply] = {}
    plain = [probe for probe in judge.plan.probes if probe.twin is None]
    runs: list[CellRun] = []
    for cell in cells:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            name = f"cell {cell.index + 1}"
            lines = [line + "\n" for line in cell.source.split("\n")]
            linecache.cache[name] = (len(cell.source), None, lines, name)
            try:
                code = compile(cell.source, name, "exec")
                with noting():
                    note(partial(exec, code, namespace))
            except Exception as error:
                runs.append(_stopped(cell, error))
            for probe in plain:
                if last_with(cells, probe.after_cell) == cell.index:
                    answered[probe.check] = _reply(probe, namespace)
    for probe in plain:
        if probe.after_cell is None:
            answered[probe.check] = _reply(probe, namespace)
        else:
            answered.setdefault(probe.check, Reply(probe.check, "not-asked"))
    replies = tuple(answered.values())
    asked = [probe for probe, _ in asked_apart(judge.plan.probes, replies)]
    apart = pieces_of(handed, asked, whole=True).submission.cells
    return _score(judge, handed, (*replies, *without_autograd(apart, asked)), tuple(runs))


def without_autograd(
    cells: Sequence[Cell], probes: Sequence[Probe], given: Mapping[str, Any] | None = None
) -> tuple[Reply, ...]:
    """Answer probes in a fork in which autograd does not exist, as a kernel without it would."""
    if not probes:
        return ()
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            torch.set_num_threads(1)  # the threads of the pool are not in a fork
            remove_autograd()
            namespace = {"__name__": "submission", **(given or {})}
            frames = _answered_apart(cells, probes, namespace)
            with os.fdopen(writable, "wb") as pipe:
                pickle.dump(frames, pipe)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(writable)
    with os.fdopen(readable, "rb") as pipe:
        frames = pickle.load(pipe)
    os.waitpid(child, 0)
    return tuple(Reply(name, "answered", frame) for name, frame in frames.items())


def _answered_apart(
    cells: Sequence[Cell], probes: Sequence[Probe], namespace: dict[str, Any]
) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for cell in cells:
        with warnings.catch_warnings(), contextlib.suppress(Exception):
            warnings.simplefilter("ignore")
            exec(compile(cell.source, "cell", "exec"), namespace)
        for probe in probes:
            if probe.after_cell in cell.tags:
                found[probe.check] = _reply(probe, namespace).frame
    for probe in probes:
        if probe.check not in found:
            found[probe.check] = _reply(probe, {} if probe.after_cell else namespace).frame
    return found


def _stopped(cell: Cell, error: Exception) -> CellRun:
    """Return what a kernel would note of a cell that raised."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__)
             if frame.filename == f"cell {cell.index + 1}"]  # fmt: skip
    line = lines[-1] if lines else getattr(error, "lineno", None)
    first = cell.line or 1
    message = f"{type(error).__name__}: {error}"
    return CellRun(cell.index, "error", 0.0, message, line and line + first - 1)


def score_namespace(judge: Judge, namespace: Mapping[str, Any]) -> Score:
    """Judge what a namespace answers, as if a student had written it."""
    plain = [probe for probe in judge.plan.probes if probe.twin is None]
    replies = tuple(_reply(probe, dict(namespace)) for probe in plain)
    asked = [probe for probe, _ in asked_apart(judge.plan.probes, replies)]
    return _score(
        judge, _submission(judge, ()), (*replies, *without_autograd((), asked, namespace))
    )


def _reply(probe: Probe, namespace: dict[str, Any]) -> Reply:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = answer_frame(encode_probe(replace(probe)), namespace)
    return Reply(probe.check, "answered", frame)


def _score(
    judge: Judge,
    submission: Submission,
    replies: tuple[Reply, ...],
    runs: tuple[CellRun, ...] = (),
) -> Score:
    run = Run("completed", Isolation.NONE, 0.0, 0.0, 0.0, runs)
    return judge.score(submission, run, Evidence(replies), graded_at="now", environment={})


def _submission(judge: Judge, cells: tuple[Cell, ...]) -> Submission:
    name = judge.plan.exercise.id
    return Submission("ada-l", name, Path(f"{name}.py"), "module", "0" * 64, cells)
