"""Put the questions of a plan to trusted code, in this process and without a sandbox.

`grader verify` answers with the reference, with each declared mistake and each rewriting, as if a
student had written them.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.authoring import mark_of
from grader.course.reference import Reference
from grader.inside import printed
from grader.inside.probes import ASKED, GIVEN, answer
from grader.judging.evidence import question
from grader.judging.judge import Judge
from grader.model import Cell, Evidence, Exercise, Isolation, Probe, Reply, Run, Score, Submission

__all__ = ["as_handed_in", "left_behind", "rehearse", "without_methods"]


def without_methods(exercise: Exercise) -> Exercise:
    """Return the exercise judged by values alone: a reference may get them by any method.

    Its rules are about a student's source, and a reference is written for the judge.
    """
    checks = tuple(
        replace(check, method=None, method_points=0.0, needs=(), bonus=False)
        for check in exercise.checks
        if check.by_probe
    )
    return replace(exercise, checks=checks)


def rehearse(judge: Judge, namespace: Mapping[str, Any], source: str = "") -> Score:
    """Judge what a namespace answers; for the reference's own, cells leave its solutions.

    `source` is the text that made the namespace, for sentences that need it.
    """
    reference = judge.plan.reference
    asked = [probe for probe in judge.plan.probes if probe.twin is None]
    replies = tuple(_reply(probe, reference, namespace) for probe in asked)
    return as_handed_in(judge, Evidence(replies), source)


def as_handed_in(judge: Judge, evidence: Evidence, source: str = "") -> Score:
    """Judge evidence of trusted code as if a student had handed it in."""
    run = Run("completed", Isolation.NONE, 0.0, 0.0, 0.0)
    cells = (Cell(0, source, line=1),) if source else ()
    path = Path("rehearsal.py")
    return judge.score(
        Submission("rehearsal", judge.plan.exercise.id, path, "module", "", cells),
        run,
        evidence,
        graded_at="",
        environment={},
    )


def _reply(probe: Probe, reference: Reference, namespace: Mapping[str, Any]) -> Reply:
    # The very dict, not a copy: an exception's line is the student's if its globals are this dict.
    left = namespace if isinstance(namespace, dict) else dict(namespace)
    if probe.after_cell is not None:
        left = left | left_behind(probe, probe.after_cell, reference, namespace)
    printed.forget()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Reply(probe.check, "answered", answer(question(probe), left))


def left_behind(
    probe: Probe, cell: str, reference: Reference, namespace: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what a cell leaves: its solution's variables, or those under a mistake of the cell."""
    mistaken = namespace.get(cell)
    if namespace is not reference.namespace and mark_of(mistaken) is None:
        return {}
    found = dict(reference.solutions[cell]())
    if mark_of(mistaken) is not None and mistaken is not None:
        names = {kind: _names(probe, kind) for kind in (GIVEN, ASKED)}
        wrong = mistaken(*(found[name] for name in names[GIVEN]))
        found |= dict(zip(names[ASKED], wrong, strict=True))
    return found


def _names(probe: Probe, kind: str) -> list[str]:
    """Return the variables that a cell is given or asked for; its solution names no others."""
    return [text for name, text in probe.expressions.items() if name.startswith(kind)]
