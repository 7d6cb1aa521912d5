"""Let one mutant answer the questions of a plan, and see which check notices it."""

from __future__ import annotations

import signal
import tempfile
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from grader.course.reference import Reference, load_reference
from grader.errors import CourseError
from grader.inside.probes import answer
from grader.judging.checks import measure_case
from grader.judging.evidence import decode_answers, question
from grader.judging.judge import Judge
from grader.judging.numbers import FLOAT32
from grader.judging.plan import CheckPlan, Plan
from grader.judging.sentences.wording import value_text
from grader.model import Exercise, Outcome, Reply
from grader.mutants.source import Mutant
from grader.proof.rehearsal import rehearse

__all__ = ["Trial", "limited"]

LIMIT_S = 30.0


class Trial:
    """One mutant, loaded like a reference."""

    def __init__(self, exercise: Exercise, mutant: Mutant) -> None:
        self.mutant = mutant
        self._mutated = _load(exercise, mutant)

    def noticed(self, plan: Plan) -> str | None:
        """Return the check and the case that notice the mutant, None when it passes."""
        if self._mutated is None:
            return "it cannot be loaded"
        try:
            with limited(), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return self._first(plan, self._mutated)
        except TimeoutError:
            return "it does not stop"

    def _first(self, plan: Plan, mutated: Reference) -> str | None:
        for part in plan.checks:
            if part.check.id in self.mutant.checks:
                found = self._by_check(plan, part, mutated)
                if found is not None:
                    return f"check {part.check.id!r}, {found}"
        return None

    def _by_check(self, plan: Plan, part: CheckPlan, mutated: Reference) -> str | None:
        if part.check.cell is not None:
            return _by_cell(plan, part, mutated)
        namespace = self.namespace(plan.reference) or {}
        cases = zip(part.probe.cases, part.expected, strict=True)
        for case, expected in sorted(cases, key=lambda pair: pair[0].public):
            asked = question(replace(part.probe, cases=(case,), observe=False))
            reply = Reply(part.check.id, "answered", answer(asked, namespace))
            (found,) = decode_answers(reply, 1)
            said = f"case {case.id} ({case.category}): {_shown(case.arguments)}"
            if found.status != "returned":
                return said
            if not measure_case(case, found, expected, part.check.tolerance, FLOAT32).agrees:
                return said
        return None

    def namespace(self, reference: Reference) -> dict[str, Any] | None:
        """Return the mutant's namespace, or the reference's with a mutated rewriting in it.

        None for a mutant that cannot be loaded.
        """
        if self._mutated is None:
            return None
        target = self.mutant.rewriting_of
        if target is None:
            return dict(self._mutated.namespace)
        rewriting = next(
            function
            for _, function in self._mutated.rewritings
            if function.__name__ == self.mutant.function
        )
        return {**reference.namespace, target: rewriting}


def _by_cell(plan: Plan, part: CheckPlan, mutated: Reference) -> str | None:
    """Judge what the mutated solutions leave in the cells, by the reference's expectations."""
    solved = replace(plan.reference, solutions=mutated.solutions)
    judged = replace(plan, reference=solved, checks=(part,))
    try:
        (verdict,) = rehearse(Judge(judged), solved.namespace).checks
    except Exception:  # a solution that raises is noticed
        return "its cell"
    return None if verdict.outcome == Outcome.PASS else "its cell"


def _load(exercise: Exercise, mutant: Mutant) -> Reference | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{exercise.id}.py"
        path.write_text(mutant.source, encoding="utf-8")
        try:
            with limited():
                return load_reference(replace(exercise, reference=path))
        except (CourseError, TimeoutError):
            return None


def _shown(arguments: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value_text(value)}" for name, value in arguments.items())[:300]


@contextmanager
def limited(seconds: float = LIMIT_S) -> Iterator[None]:
    """Raise TimeoutError in what runs for longer; only the main thread can be interrupted."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
