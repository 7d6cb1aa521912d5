"""Submissions with one fault each, and right ones beside them, answered without a sandbox.

Faults are the declared mistakes of an exercise, the mutants of its reference and of its
rewritings (`grader.mutants`), and files written by hand in varying styles, in `tests/faulty-work`:
those of `single-faults/<exercise>/`, which showed what the diagnosis still lacked, and those of
`held-out/<exercise>/`, written without seeing the diagnosis and measured after it was done. Who
improves the diagnosis by a held-out one moves it to the others. All of them are trusted code.
"""

from __future__ import annotations

import contextlib
import io
import re
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from grader.authoring import mark_of
from grader.course.reference import Reference
from grader.inside.probes import answer
from grader.judging.evidence import question
from grader.judging.plan import CheckPlan, Plan
from grader.model import Evidence, Exercise, Probe, Reply, Submission
from grader.mutants.source import mutants_of
from grader.proof.rehearsal import left_behind
from grader.proof.trial import Trial, limited
from grader.submissions.reading import read_submission

__all__ = ["BY_HAND", "RIGHT", "Faulty", "answers", "faulty_ones"]

FAULTY_WORK = Path(__file__).resolve().parent.parent / "tests" / "faulty-work"
RIGHT = "right"
BY_HAND = {
    "held out": FAULTY_WORK / "held-out",
    "written by hand": FAULTY_WORK / "single-faults",
}
"""Kinds of hand-written faults and their folders."""
LIMIT_S = 20.0
"""What one call may take; a fault may never stop."""


@dataclass(frozen=True, eq=False)
class Faulty:
    """One submission: what kind of fault it has, which one, and what it leaves to ask."""

    kind: str
    name: str
    submission: Submission
    replies: Callable[[Plan], Iterator[Reply]]
    none: bool = False
    """Whether full marks are right in spite of what the name says."""
    unknown: str = ""
    """The rewriting that the judge is not to know of, since the fault was put into it."""


def faulty_ones(exercise: Exercise, reference: Reference, most: int) -> Iterator[Faulty]:
    """Yield the right ones, those written by hand, the declared and at most `most` mutants."""
    for target, function in (("the reference", None), *reference.rewritings):
        namespace = {**reference.namespace} | ({target: function} if function else {})
        asked = {c.id for c in exercise.checks if target in (c.call, c.id)} if function else None
        yield Faulty(RIGHT, target, _unseen(exercise), partial(_of_namespace, namespace, asked))
    yield from _by_hand(exercise)
    for mistake in reference.mistakes:
        asked = {c.id for c in exercise.checks if mistake.target in (c.call, c.id)}
        replies = partial(_of_namespace, reference.with_mistake(mistake), asked)
        yield Faulty("declared", mistake.slug, _unseen(exercise), replies)
    mutants = list(mutants_of(exercise, reference)) if most else []
    step = max(1, -(-len(mutants) // max(most, 1)))
    for mutant in mutants[step // 2 :: step]:
        changed = Trial(exercise, mutant).namespace(reference)
        if changed is not None:
            kind = "mutant of a rewriting" if mutant.rewriting_of else "mutant of the reference"
            replies = partial(_of_namespace, changed, set(mutant.checks))
            own = mutant.function if mutant.rewriting_of else ""
            yield Faulty(kind, str(mutant), _unseen(exercise), replies, unknown=own)


def answers(plan: Plan, faulty: Faulty) -> Evidence:
    """Return what a submission answers to every probe of a plan."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        return Evidence(tuple(faulty.replies(plan)))


def _unseen(exercise: Exercise) -> Submission:
    """Return a submission that is judged without its file."""
    return Submission("ada-l", exercise.id, Path("submission.py"), "module", "", ())


def _of_namespace(
    namespace: Mapping[str, Any], affected: set[str] | None, plan: Plan
) -> Iterator[Reply]:
    """Answer with a namespace; checks that a fault does not affect get the reference's answers."""
    for part in plan.checks:
        if affected is None or part.check.id in affected:
            yield from _replies(plan, part, namespace)
        else:
            yield from _right(plan, part)


@cache
def _right(plan: Plan, part: CheckPlan) -> tuple[Reply, ...]:
    return _replies(plan, part, plan.reference.namespace)


def _replies(plan: Plan, part: CheckPlan, namespace: Mapping[str, Any]) -> tuple[Reply, ...]:
    answering = dict(namespace)
    cell, reference = part.check.cell, plan.reference
    if cell is not None:
        mistaken = mark_of(namespace.get(cell)) is not None
        of = namespace if mistaken else reference.namespace
        answering |= left_behind(part.probe, cell, reference, of)
    return tuple(_reply(probe, answering) for probe in part.probes if not probe.twin)


def _reply(probe: Probe, namespace: dict[str, Any]) -> Reply:
    began = time.monotonic()
    with contextlib.suppress(TimeoutError), limited(LIMIT_S):
        frame = answer(question(probe), namespace)  # which keeps an interruption as an exception
        if time.monotonic() - began < LIMIT_S:
            return Reply(probe.check, "answered", frame)
    return Reply(probe.check, "timeout", message=f"{LIMIT_S:g} s")


# ---------------------------------------------------------------- written by hand


def _by_hand(exercise: Exercise) -> Iterator[Faulty]:
    for kind, folder in BY_HAND.items():
        for path in sorted((folder / exercise.id).glob("*.*")):
            found = read_submission(path, "ada-l", exercise.id)
            if not isinstance(found, Submission):
                raise SystemExit(f"{path}: {found.reason}")
            source = "\n".join(cell.source for cell in found.cells)
            fault = source.lstrip().split("\n", 1)[0].strip('"# ')
            none = re.search(r"^# none: (.*)$", source, re.MULTILINE)
            name = f"{path.stem}: {fault}"
            yield Faulty(kind, name, found, partial(_of_cells, found), none is not None)


def _of_cells(found: Submission, plan: Plan) -> Iterator[Reply]:
    """Run the cells and answer each probe where it belongs, as the sandbox does."""
    namespace: dict[str, Any] = {"__name__": "submission"}
    last = {tag: cell.index for cell in found.cells for tag in cell.tags}
    for cell in found.cells:
        code = compile("\n" * ((cell.line or 1) - 1) + cell.source, found.path.name, "exec")
        with contextlib.suppress(Exception), limited(4 * LIMIT_S):
            exec(code, namespace)  # noqa: S102 - our own file
        for probe in plan.probes:
            if probe.twin is not None:
                continue  # observed is enough: the faults are in numbers
            if probe.after_cell is not None and last.get(probe.after_cell) == cell.index:
                yield _reply(probe, namespace)
    for probe in plan.probes:
        if probe.after_cell is None and probe.twin is None:
            yield _reply(probe, namespace)
