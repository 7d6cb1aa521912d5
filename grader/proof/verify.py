"""Prove an exercise before students see it: `grader verify`.

The reference scores full marks and agrees with the published numbers; the starter scores 0 with
nothing but `missing`; every declared mistake loses points and is named by its own name and by no
other; other right ways lose none; neither zeros nor the published example alone pass a check.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy

from grader.course.files import among_files
from grader.course.reference import Mistake, load_reference
from grader.errors import CourseError, SubmissionError
from grader.judging.awaiting import starter_answer
from grader.judging.constructs import defined
from grader.judging.judge import Judge
from grader.judging.numbers import FLOAT32, Numeric, numeric
from grader.judging.oracle import Expectation, Expected, compare
from grader.judging.plan import CheckPlan, Plan, make_plan
from grader.judging.rules import judge_rule
from grader.judging.structure import items_of
from grader.model import CheckVerdict, Example, Exercise, Outcome, Submission
from grader.proof.rehearsal import as_handed_in, rehearse, without_methods
from grader.proof.survey import survey
from grader.submissions.cells import module_cells
from grader.submissions.placing import RAISES

__all__ = ["Finding", "verify_exercise"]

SEEDS = (1, 2, 3)
"""Seeds that are tried; a right answer must be right under each."""


@dataclass(frozen=True)
class Finding:
    """One thing that was proved, or is wrong, about an exercise."""

    exercise: str
    subject: str
    """What was tried: `reference`, `starter`, `mistake summed`, `check mse`, …"""
    holds: bool
    detail: str


def verify_exercise(
    exercise: Exercise, seeds: Sequence[int] = SEEDS, *, mutants: bool = False
) -> list[Finding]:
    """Return everything that was tried of an exercise, wrong or right; never raises for a fault.

    With `mutants` the reference is also broken in every small way, which takes a minute or two.
    """
    try:
        found = list(_findings(exercise, seeds))
        return [*found, *_mutants(exercise)] if mutants else found
    except CourseError as error:
        return [Finding(exercise.id, "contract", False, str(error))]


def _findings(exercise: Exercise, seeds: Sequence[int]) -> Iterator[Finding]:
    plain = without_methods(exercise)
    reference = load_reference(plain)
    judges = [Judge(make_plan(plain, reference, seed)) for seed in seeds]
    yield _reference(exercise, judges)
    yield _starter(exercise, judges[0])
    for mistake in reference.mistakes:
        yield _mistake(exercise, mistake, judges)
    for number, (target, function) in enumerate(reference.rewritings, 1):
        name = getattr(function, "__name__", str(number))
        yield _rewriting(exercise, name, target, function, judges)
    yield from _rules(exercise)
    yield from _questions(exercise)
    for part in judges[0].plan.checks:
        yield from _check(exercise, part, judges[0].plan)


def _mutants(exercise: Exercise) -> Iterator[Finding]:
    """Yield every mutant that no check notices or could, and the kill rate."""
    found = survey(exercise, load_reference(exercise))
    for survivor in found.survivors:
        detail = f"no check notices it; told apart by {survivor.told_apart_by}"
        yield Finding(exercise.id, f"mutant at {survivor.mutant}", False, detail)
    for mutant, reason in found.equivalent:
        yield Finding(exercise.id, f"mutant at {mutant}", True, f"equivalent: {reason}")
    counted = (
        f"kill rate {100 * found.kill_rate:.0f} %: {found.killed} killed, "
        f"{len(found.survivors)} survived, {len(found.equivalent)} equivalent"
    )
    yield Finding(exercise.id, "mutants", not found.survivors, counted)


# ---------------------------------------------------------------- reference and starter


def _reference(exercise: Exercise, judges: Sequence[Judge]) -> Finding:
    for judge in judges:
        score = rehearse(judge, judge.plan.reference.namespace)
        lost = [verdict for verdict in score.checks if verdict.outcome != Outcome.PASS]
        if lost:
            return Finding(exercise.id, "reference", False, _said(lost[0], judge.plan))
    counted = f"full marks in float32 and float64 under {len(judges)} seeds"
    return Finding(exercise.id, "reference", True, counted)


def _starter(exercise: Exercise, judge: Judge) -> Finding:
    path = exercise.directory / "starter.py"
    _starter_runs(path)
    score = as_handed_in(judge, judge.starter.evidence)
    wrong = [verdict for verdict in score.checks if verdict.outcome != Outcome.MISSING]
    if wrong:
        return Finding(exercise.id, "starter", False, f"{path}: {_said(wrong[0], judge.plan)}")
    return Finding(exercise.id, "starter", True, "0 points, every check missing")


def _rules(exercise: Exercise) -> Iterator[Finding]:
    """Yield a finding for each rule: the starter must neither break nor keep it already."""
    path = exercise.directory / "starter.py"
    cells = module_cells(path.read_text("utf-8"))
    starter = Submission("starter", exercise.id, path, "module", "", cells)
    for check in exercise.checks:
        if check.rule is None:
            continue
        rule, subject = check.rule, f"rule {check.id}"
        without = judge_rule(replace(check, rule=replace(rule, required=())), starter)
        whole = judge_rule(check, starter)
        if without.outcome == Outcome.MISSING:
            unknown = [name for name in rule.within if not defined(cells, name)]
            reason = f"within: not defined here: {', '.join(unknown)}" if unknown else ""
            yield Finding(exercise.id, subject, False, f"{path}: {reason or without.feedback}")
        elif without.outcome == Outcome.FAIL:
            yield Finding(exercise.id, subject, False, f"the starter: {without.feedback}")
        elif rule.required and whole.outcome == Outcome.PASS:
            yield Finding(exercise.id, subject, False, "the starter already keeps the rule")
        else:
            yield Finding(
                exercise.id,
                subject,
                True,
                "the starter does not break the rule, and gets no points for it",
            )


def _questions(exercise: Exercise) -> Iterator[Finding]:
    """Yield a finding for each question to a person: the starter has a place for its answer."""
    for check in exercise.checks:
        if check.manual is None:
            continue
        kind, of = check.manual.kind, check.manual.of
        there = starter_answer(check.manual, exercise) is not None
        places = {"prose": "Markdown cell", "docstring": "function or class", "figure": "cell"}
        lacks = f"the starter has no {places.get(kind, kind)} {of!r}, where the answer stands"
        detail = "a person grades it" if there else lacks
        yield Finding(exercise.id, f"question {check.id}", there, detail)


def _starter_runs(path: Path) -> None:
    """Run a starter cell by cell; raises CourseError where one raises that is not meant to.

    Jupyter's own tag `raises-exception` says that a cell is meant to.
    """
    try:
        cells = module_cells(path.read_text("utf-8"))
    except OSError:
        raise CourseError(f"{path}: the starter is needed") from None
    except (UnicodeDecodeError, SubmissionError) as error:
        raise CourseError(f"{path}: the starter does not run: {error}") from None
    namespace: dict[str, Any] = {"__name__": "starter"}
    for cell in cells:
        try:
            code = compile(cell.source, str(path), "exec")
            with redirect_stdout(io.StringIO()):
                among_files(path.parent, partial(exec, code, namespace))
        except Exception as error:
            if RAISES not in cell.tags:
                where = f"line {cell.line}: " if cell.line else ""
                raise CourseError(f"{path}: {where}the starter does not run: {error!r}") from error


# ---------------------------------------------------------------- mistakes and other right ways


def _mistake(exercise: Exercise, mistake: Mistake, judges: Sequence[Judge]) -> Finding:
    subject = f"mistake {mistake.slug}"
    if not mistake.explanation:
        return Finding(exercise.id, subject, False, "has no docstring, which the student reads")
    for judge in judges:
        score = rehearse(judge, judge.plan.reference.with_mistake(mistake))
        touched = [
            verdict for verdict in score.checks if mistake.target in (verdict.call, verdict.id)
        ]
        if all(verdict.outcome == Outcome.PASS for verdict in touched):
            return Finding(exercise.id, subject, False, f"loses nothing (seed {judge.plan.seed})")
        named = {verdict.mistake for verdict in touched if verdict.outcome == Outcome.FAIL}
        if mistake.slug not in named or named - {mistake.slug, None}:
            said = "; ".join(
                verdict.feedback for verdict in touched if verdict.mistake != mistake.slug
            )
            return Finding(
                exercise.id, subject, False, f"is not named (seed {judge.plan.seed}): {said}"
            )
    return Finding(exercise.id, subject, True, f"caught and named: {mistake.title}")


def _rewriting(
    exercise: Exercise, name: str, target: str, function: object, judges: Sequence[Judge]
) -> Finding:
    subject = f"rewriting {name}"
    for judge in judges:
        score = rehearse(judge, {**judge.plan.reference.namespace, target: function})
        for verdict in score.checks:
            if target in (verdict.call, verdict.id) and verdict.outcome != Outcome.PASS:
                return Finding(exercise.id, subject, False, _said(verdict, judge.plan))
    return Finding(exercise.id, subject, True, "loses no point")


def _said(verdict: CheckVerdict, plan: Plan) -> str:
    return f"check {verdict.id!r} (seed {plan.seed}): {verdict.outcome}: {verdict.feedback}"


# ---------------------------------------------------------------- checks that check nothing


def _check(exercise: Exercise, part: CheckPlan, plan: Plan) -> Iterator[Finding]:
    if part.check.cell is not None:
        return
    subject = f"check {part.check.id}"
    public = [
        expected
        for case, expected in zip(part.probe.cases, part.expected, strict=True)
        if case.public
    ]
    for example, expected in zip(part.check.examples, public, strict=True):
        detail = _published(example, expected)
        if detail:
            yield Finding(exercise.id, subject, False, f"published example: {detail}")
    vacuous = [
        name
        for name in (item.name for item in part.expected[0].items)
        if _passes_always(name, part, lambda value: numpy.zeros_like(value))
    ]
    constant = [
        name
        for name in (item.name for item in part.expected[0].items)
        if _passes_always(name, part, lambda value: value, first_only=True)
    ]
    if vacuous:
        yield Finding(exercise.id, subject, False, f"{vacuous[0]}: zeros pass every case")
    elif constant and not _constant_by_contract(part, constant):
        detail = f"{constant[0]}: one constant passes every case"
        yield Finding(exercise.id, subject, False, detail)
    else:
        said = f"{len(part.probe.cases)} cases, none vacuous; they hold: {', '.join(part.holds)}"
        yield Finding(exercise.id, subject, True, said)


def _passes_always(name: str, part: CheckPlan, answer: Any, first_only: bool = False) -> bool:
    """Return whether one made-up answer passes an item in every case."""
    items = [item for expected in part.expected for item in expected.items if item.name == name]
    numbers = [item for item in items if isinstance(item.value, numpy.ndarray)]
    if len(numbers) != len(items) or not numbers:
        return False
    made_up = numbers[0].value
    for item in numbers:
        assert isinstance(item.value, numpy.ndarray)
        assert isinstance(made_up, numpy.ndarray)
        value = answer(made_up if first_only else item.value)
        if not compare(item, value.tolist(), FLOAT32, part.check.tolerance).agrees:
            return False
    return True


def _constant_by_contract(part: CheckPlan, names: Sequence[str]) -> bool:
    """Return whether other items of the check vary, so that a constant one is part of a whole."""
    return len(names) < len(part.expected[0].items)


def _published(example: Example, expected: Expectation) -> str:
    """Return what is wrong with the numbers that an example publishes, or nothing."""
    items = expected.items
    if example.expect is None:
        return ""
    if expected.built is not None:
        found, wrong = items_of(example.expect, expected)
        return f"expect: {wrong}" if wrong else _differs(example, items, found.values())
    wanted = example.expect if len(items) > 1 else [example.expect]
    if isinstance(wanted, dict):
        wanted = [wanted.get(item.name) for item in items]
    if not isinstance(wanted, list) or len(wanted) != len(items):
        return f"expect needs one entry for each of {len(items)} items"
    return _differs(example, items, wanted)


def _differs(example: Example, items: Sequence[Expected], wanted: Iterable[Any]) -> str:
    for item, published in zip(items, wanted, strict=True):
        if not _agrees(item, published, example.within):
            return f"{item.name}: published {published}, the reference gives {item.value}"
    return ""


def _agrees(item: Expected, published: Any, within: float | None) -> bool:
    if published is None:
        return True
    if not isinstance(item.value, numpy.ndarray):
        return bool(item.value == published)
    found = numeric(published)
    if not isinstance(found, Numeric) or found.values.shape != item.value.shape:
        return False
    if within is None:
        return compare(item, published, FLOAT32).agrees
    return bool(numpy.all(numpy.abs(found.values - item.value) <= within))
