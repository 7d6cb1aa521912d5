"""Grade trusted code without a sandbox: our own references and the submissions under `cases/`."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from grader.course.loading import Course
from grader.course.reference import load_reference
from grader.inside import devices
from grader.inside.observe import note
from grader.inside.probes import answer_frame
from grader.judging.evidence import encode_probe
from grader.judging.judge import Judge
from grader.judging.plan import make_plan
from grader.model import Cell, CellRun, Evidence, Isolation, Probe, Reply, Run, Score, Submission
from grader.sandbox.notebooks import names_device

ROOT = Path(__file__).resolve().parent.parent
SEED = 20_250


@cache
def judge_of(exercise: str, seed: int = SEED) -> Judge:
    """Return the judge of a built-in exercise under a fixed seed."""
    loaded = Course(ROOT).load(exercise)
    return Judge(make_plan(loaded, load_reference(loaded), seed))


def score_cells(judge: Judge, cells: tuple[Cell, ...]) -> Score:
    """Execute cells one after the other in this process, answer every probe, and judge."""
    if names_device(cells) and judge.plan.exercise.limits.devices == "cpu":
        devices.map_to_cpu()
    try:
        return _score_cells(judge, cells)
    finally:
        devices.undo()


def _score_cells(judge: Judge, cells: tuple[Cell, ...]) -> Score:
    namespace: dict[str, Any] = {"__name__": "submission"}
    answered: dict[str, Reply] = {}
    runs: list[CellRun] = []
    for cell in cells:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                code = compile(cell.source, f"cell {cell.index + 1}", "exec")
                note(partial(exec, code, namespace))
            except Exception as error:
                runs.append(_stopped(cell, error))
            for probe in judge.plan.probes:
                if probe.after_cell in cell.tags:
                    answered[probe.check] = _reply(probe, namespace)
    for probe in judge.plan.probes:
        answered.setdefault(probe.check, _reply(probe, {} if probe.after_cell else namespace))
    return _score(judge, cells, tuple(answered.values()), tuple(runs))


def _stopped(cell: Cell, error: Exception) -> CellRun:
    """Return what a kernel would note of a cell that raised."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__)
             if frame.filename == f"cell {cell.index + 1}"]  # fmt: skip
    line = lines[-1] if lines else None
    first = cell.line or 1
    message = f"{type(error).__name__}: {error}"
    return CellRun(cell.index, "error", 0.0, message, line and line + first - 1)


def score_namespace(judge: Judge, namespace: Mapping[str, Any]) -> Score:
    """Judge what a namespace answers, as if a student had written it."""
    return _score(judge, (), tuple(_reply(probe, dict(namespace)) for probe in judge.plan.probes))


def _reply(probe: Probe, namespace: dict[str, Any]) -> Reply:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = answer_frame(encode_probe(replace(probe)), namespace)
    return Reply(probe.check, "answered", frame)


def _score(
    judge: Judge,
    cells: tuple[Cell, ...],
    replies: tuple[Reply, ...],
    runs: tuple[CellRun, ...] = (),
) -> Score:
    name = judge.plan.exercise.id
    submission = Submission("ada-l", name, Path(f"{name}.py"), "module", "0" * 64, cells)
    run = Run("completed", Isolation.NONE, 0.0, 0.0, 0.0, runs)
    return judge.score(submission, run, Evidence(replies), graded_at="now", environment={})
