"""Measure how often a single fault is named, how often a name is wrong, and what judging costs.

Faulty submissions are the declared mistakes of every exercise and the mutants of its reference
and of its rewritings (`grader.proof.mutants`), one fault each. What a diagnosis says under one
seed is held against what it says of the same submission under another, with all inputs drawn
anew: a statement that does not come again is a false one. Run it as

    python benchmarks/bench_diagnosis.py [EXERCISE ...] --most 60
"""

from __future__ import annotations

import argparse
import statistics
import time
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from grader.course.loading import Course
from grader.course.reference import Reference, load_reference
from grader.inside.probes import answer
from grader.judging.diagnosis import Diagnoser
from grader.judging.evidence import question
from grader.judging.plan import CheckPlan, Plan, make_plan
from grader.judging.verdict import verdict_on
from grader.model import (
    CheckVerdict,
    Evidence,
    Exercise,
    Isolation,
    Outcome,
    Reply,
    Run,
    Submission,
)
from grader.proof.mutants.source import mutants_of
from grader.proof.mutants.trial import Trial
from grader.proof.rehearsal import without_methods

ROOT = Path(__file__).resolve().parent.parent
RUN = Run("completed", Isolation.NONE, 0.0, 0.0, 0.0)
SEEDS = (1, 2)


@dataclass(frozen=True, eq=False)
class Faulty:
    """One faulty submission: what it is, what it defines, and which checks ask for that."""

    kind: str
    name: str
    namespace: Mapping[str, Any]
    checks: tuple[str, ...]


def faulty_ones(exercise: Exercise, reference: Reference, most: int) -> Iterator[Faulty]:
    """Yield the declared mistakes and, evenly chosen, at most `most` mutants."""
    for mistake in reference.mistakes:
        asked = tuple(c.id for c in exercise.checks if mistake.target in (c.call, c.id))
        yield Faulty("declared", mistake.slug, reference.with_mistake(mistake), asked)
    mutants = list(mutants_of(exercise, reference))
    step = max(1, len(mutants) // most)
    for mutant in mutants[::step]:
        namespace = Trial(exercise, mutant).namespace(reference)
        if namespace is not None:
            kind = "mutant of a rewriting" if mutant.rewriting_of else "mutant of the reference"
            yield Faulty(kind, str(mutant), namespace, mutant.checks)


def submission(exercise: Exercise) -> Submission:
    """Return a submission that is judged without its file."""
    return Submission("ada-l", exercise.id, Path("submission.py"), "module", "", ())


def judged(
    plan: Plan, part: CheckPlan, diagnoser: Diagnoser, faulty: Faulty, seconds: list[float]
) -> CheckVerdict:
    """Judge one check of a faulty submission, and note how long that took."""
    namespace = dict(faulty.namespace)
    replies = tuple(
        Reply(probe.check, "answered", answer(question(probe), namespace)) for probe in part.probes
    )
    began = time.process_time()
    found = verdict_on(
        part, plan.reference, diagnoser, submission(plan.exercise), RUN, Evidence(replies)
    )
    seconds.append(time.process_time() - began)
    return found


def said(verdict: CheckVerdict) -> str:
    """Return how much a verdict tells: named, exact, error, partly or unknown."""
    if verdict.outcome == Outcome.ERROR:
        return "exception explained" if verdict.mistake else "exception shown"
    if verdict.mistake is not None:
        return "named"
    wrong = [item for item in verdict.items if not item.agrees]
    told = sum(_tells(verdict.feedback, item.name) for item in wrong)
    if wrong and (told == len(wrong) or all(item.note for item in wrong)):
        return "exact, item by item"
    if "; or: " in verdict.feedback or "one of these" in verdict.feedback:
        return "named with an alternative"
    return "partly exact" if told else "numbers only"


def _tells(feedback: str, name: str) -> bool:
    """Return whether a sentence says what an item is, alone or together with others."""
    together = (part for part in feedback.split(". ") if ": each is" in part)
    return f"Your {name} is " in feedback or any(name in part for part in together)


def measure(
    exercise: Exercise, most: int, found: Counter[tuple[str, str]], seconds: list[float]
) -> list[str]:
    """Judge all faulty submissions of an exercise; return the diagnoses that contradict."""
    plain = without_methods(exercise)
    reference = load_reference(plain)
    plans = [make_plan(plain, reference, seed) for seed in SEEDS]
    diagnosers = [Diagnoser(reference, plain) for _ in SEEDS]
    false: list[str] = []
    for faulty in faulty_ones(plain, reference, most):
        for first, again in zip(plans[0].checks, plans[1].checks, strict=True):
            if first.check.id not in faulty.checks or first.check.cell is not None:
                continue
            parts = (first, again)
            told = [
                judged(plan, part, diagnoser, faulty, seconds)
                for plan, part, diagnoser in zip(plans, parts, diagnosers, strict=True)
            ]
            if all(verdict.outcome == Outcome.PASS for verdict in told):
                continue
            found[faulty.kind, said(told[0])] += 1
            slugs = {verdict.mistake for verdict in told} - {None}
            wrong_name = faulty.kind == "declared" and told[0].outcome == Outcome.FAIL and (
                slugs - {faulty.name})  # fmt: skip
            if len(slugs) > 1 or wrong_name:
                false.append(f"{exercise.id}: {first.check.id}: {faulty.name}: "
                             + " | ".join(verdict.feedback for verdict in told))  # fmt: skip
    return false


def report(found: Counter[tuple[str, str]], seconds: Sequence[float], false: list[str]) -> None:
    """Print the tables."""
    words = sorted({word for _, word in found})
    print("| faulty submissions | " + " | ".join(words) + " | all |")
    print("|---" * (len(words) + 2) + "|")
    for kind in sorted({kind for kind, _ in found}):
        row = [found[kind, word] for word in words]
        cells = [f"{n} ({100 * n / max(sum(row), 1):.0f} %)" for n in row]
        print(f"| {kind} | " + " | ".join(cells) + f" | {sum(row)} |")
    exact = {"named", "exact, item by item", "exception explained", "named with an alternative"}
    total = sum(found.values())
    told = sum(count for (_, word), count in found.items() if word in exact)
    print(f"\nNamed, exact or explained: {told} of {total} ({100 * told / max(total, 1):.0f} %).")
    print(f"Contradicted under another seed: {len(false)}.")
    if seconds:
        ordered = sorted(seconds)
        p95 = ordered[int(0.95 * (len(ordered) - 1))]
        middle = statistics.median(ordered)
        print(f"Judging one check: median {1000 * middle:.1f} ms, 95 % {1000 * p95:.0f} ms.")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("exercises", nargs="*")
    parser.add_argument("--most", type=int, default=60, help="mutants of one exercise")
    parser.add_argument("--show", action="store_true", help="list contradicted diagnoses")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    course = Course(ROOT)
    found: Counter[tuple[str, str]] = Counter()
    seconds: list[float] = []
    false: list[str] = []
    for name in options.exercises or course.exercise_ids:
        false += measure(course.load(name), options.most, found, seconds)
    report(found, seconds, false)
    for line in false if options.show else []:
        print("contradicted:", line)


if __name__ == "__main__":
    main()
