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
from grader.inside.expressions import ASKED, GIVEN, alternatives
from grader.inside.probes import answer
from grader.judging.evidence import question
from grader.judging.judge import Judge
from grader.judging.properties import Property
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
        given = [found[_name(text, found)] for text in _texts(probe, GIVEN)]
        wrong = mistaken(*given)
        values = wrong.values() if isinstance(wrong, dict) else wrong
        for text, value in zip(_texts(probe, ASKED), values, strict=True):
            found[_name(text)] = value.example if isinstance(value, Property) else value
    return found


def _texts(probe: Probe, kind: str) -> list[str]:
    return [text for name, text in probe.expressions.items() if name.startswith(kind)]


def _name(text: str, among: Mapping[str, Any] | None = None) -> str:
    """Return the name under which something is left that may be left in several ways."""
    names = [way for way in alternatives(text) if way.isidentifier()]
    return next((name for name in names if among is None or name in among), text)
