"""Measure how often a single fault is told, how often falsely, and what judging costs.

Faulty submissions (`benchmarks/faults.py`) are judged under two seeds, all inputs drawn anew. A
statement that does not come again under the other seed is a false one, and so is the name of
another mistake than the declared one that was made. Mutants of a rewriting are judged as if the
judge did not know that rewriting; those of the reference are candidates of the diagnosis
themselves, so what counts most are the files written by hand. Checks that wait for another one
are left out. The cost is that of `Judge.score`, all checks of an exercise together, in processor
time and without the student's own calls. Run it as

    python benchmarks/bench_diagnosis.py [EXERCISE ...] [--most 25] [--show untold]
"""

from __future__ import annotations

import argparse
import re
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import torch
from faults import BY_HAND, RIGHT, Faulty, answers, faulty_ones

from grader.course.loading import Course
from grader.course.reference import load_reference
from grader.judging.judge import Judge
from grader.judging.plan import make_plan
from grader.model import (
    CheckVerdict,
    Exercise,
    Isolation,
    Outcome,
    Run,
    Score,
)
from grader.proof.rehearsal import without_methods

ROOT = Path(__file__).resolve().parent.parent
RUN = Run("completed", Isolation.NONE, 0.0, 0.0, 0.0)
SEEDS = (1, 2)
WORDS = ("named", "exact", "exception explained", "one of several", "partly", "untold")
TOLD = WORDS[:4]


@dataclass
class Found:
    """What was seen of all submissions of some exercises."""

    checks: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By kind of submission and word, the checks that lost points."""
    everywhere: Counter[tuple[str, bool]] = field(default_factory=Counter)
    """By kind, the submissions of which every lost check is told, and the others."""
    somewhere: Counter[tuple[str, bool]] = field(default_factory=Counter)
    seconds: dict[bool, list[float]] = field(default_factory=lambda: {True: [], False: []})
    """By whether all is right, the time that judging a submission took."""
    false: list[str] = field(default_factory=list)
    marked_down: list[str] = field(default_factory=list)
    unnoticed: list[str] = field(default_factory=list)
    shown: list[tuple[str, str]] = field(default_factory=list)

    def add(self, other: Found) -> None:
        """Take over what was seen elsewhere."""
        for name, mine in vars(self).items():
            theirs = getattr(other, name)
            if isinstance(mine, Counter):
                mine.update(theirs)
            elif isinstance(mine, list):
                mine += theirs
        for right, seconds in other.seconds.items():
            self.seconds[right] += seconds


def said(verdict: CheckVerdict) -> str:
    """Return how much a verdict tells."""
    if verdict.outcome == Outcome.ERROR:
        return "exception explained" if verdict.mistake else "untold"
    if verdict.outcome != Outcome.FAIL:
        return "untold"
    if verdict.mistake is not None:
        return "named"
    wrong = [item for item in verdict.items if not item.agrees]
    told = sum(_told(verdict.feedback, item.name, item.note) for item in wrong)
    if told == len(wrong):  # also where only the way or a changed argument is wrong
        return "exact"
    if "; or: " in verdict.feedback or "one of these" in verdict.feedback:
        return "one of several"
    return "partly" if told else "untold"


_VAGUE = re.compile(r"(NaN|infinity) among the numbers|another answer")


def _told(feedback: str, name: str, note: str) -> bool:
    """Return whether a sentence says what an item is, or a note why it can be none."""
    if note and not _VAGUE.search(note):
        return True
    together = (part for part in feedback.split(". ") if ": each is" in part)
    begins = name[:1].upper() + name[1:]
    alone = (f"Your {name} is ", f"{begins}: yours is ", "Your answer is ")
    return any(text in feedback for text in alone) or any(name in part for part in together)


def judged(judge: Judge, faulty: Faulty) -> tuple[Score, float]:
    """Judge all checks of a submission, and say how long that took beyond its own calls."""
    evidence = answers(judge.plan, faulty)
    began = time.process_time()
    score = judge.score(faulty.submission, RUN, evidence, graded_at="", environment={})
    return score, time.process_time() - began


def measure(exercise: Exercise, most: int) -> Found:
    """Judge all submissions of an exercise under both seeds, one judge each for all of them."""
    plain = without_methods(exercise)
    reference = load_reference(plain)
    judges = [Judge(make_plan(plain, reference, seed)) for seed in SEEDS]
    strict = [Judge(make_plan(exercise, reference, seed)) for seed in SEEDS]
    found = Found()
    for faulty in faulty_ones(plain, reference, most):
        asked = strict if faulty.kind in BY_HAND else judges
        pairs = [judged(_without(faulty.unknown, each), faulty) for each in asked]
        scores = [score for score, _ in pairs]
        full = all(check.outcome == Outcome.PASS for check in scores[0].checks)
        found.seconds[full].append(pairs[0][1])
        _count(found, exercise, faulty, scores)
    return found


@cache
def _without(rewriting: str, judge: Judge) -> Judge:
    """Return the judge, or one that does not know a rewriting: its slips would be its mutants."""
    if not rewriting:
        return judge
    known = judge.plan.reference
    others = tuple(pair for pair in known.rewritings if pair[1].__name__ != rewriting)
    return Judge(replace(judge.plan, reference=replace(known, rewritings=others)))


def _count(found: Found, exercise: Exercise, faulty: Faulty, scores: Sequence[Score]) -> None:
    name = f"{exercise.id}: {faulty.name}"
    lost = [check for check in scores[0].checks
            if check.earned < check.possible and check.outcome != Outcome.SKIPPED]  # fmt: skip
    if faulty.kind == RIGHT or faulty.none:
        found.marked_down += [f"{name}: {check.id}: {check.feedback}" for check in lost]
        return
    if not lost:
        if faulty.kind in ("declared", *BY_HAND):
            found.unnoticed.append(name)
        return
    words = {check.id: said(check) for check in lost}
    for check in lost:
        found.checks[faulty.kind, words[check.id]] += 1
        line = f"{name}: {check.id}: [{check.mistake}] {check.feedback}"
        found.shown.append((words[check.id], f"{faulty.kind}: {line}"))
    told = [word in TOLD for word in words.values()]
    found.everywhere[faulty.kind, all(told)] += 1
    found.somewhere[faulty.kind, any(told)] += 1
    found.false += [f"{name}: {text}" for text in _false(faulty, *scores)]


def _false(faulty: Faulty, first: Score, again: Score) -> list[str]:
    """Return the statements that do not come again, and the names of mistakes not made."""
    found = []
    for one, other in zip(first.checks, again.checks, strict=True):
        both = f"{one.id}: {one.feedback} | {other.feedback}"
        slugs = {one.mistake, other.mistake} - {None}
        failed = one.outcome == other.outcome == Outcome.FAIL
        other_name = faulty.kind == "declared" and slugs - {faulty.name}
        if failed and (len(slugs) > 1 or other_name):
            found.append(both)
    return found


# ---------------------------------------------------------------- report


def report(found: Found) -> None:
    """Print the tables."""
    kinds = sorted({kind for kind, _ in found.checks}, key=lambda kind: (kind not in BY_HAND, kind))
    print("\nChecks that lost points, and what their verdicts tell:\n")
    print("| faulty submissions | " + " | ".join(WORDS) + " | all | told |")
    print("|---" * (len(WORDS) + 3) + "|")
    for kind in [*kinds, "all"]:
        row = [sum(found.checks[k, word] for k in kinds if kind in (k, "all")) for word in WORDS]
        told = sum(row[: len(TOLD)])
        print(f"| {kind} | " + " | ".join(map(str, row)) + f" | {sum(row)} | {_share(told, row)} |")
    print("\nSubmissions with one fault:\n")
    print("| faulty submissions | all | told in every check it costs | told in one of them |")
    print("|---|---|---|---|")
    for kind in kinds:
        rows = [[each[kind, yes] for yes in (True, False)]
                for each in (found.everywhere, found.somewhere)]  # fmt: skip
        print(f"| {kind} | {sum(rows[0])} | " + " | ".join(_share(r[0], r) for r in rows) + " |")
    print(f"\nFalse or contradicted: {len(found.false)}. Right ones marked down: "
          f"{len(found.marked_down)}. Unnoticed: {len(found.unnoticed)}.")  # fmt: skip
    for right, seconds in found.seconds.items():
        word = "right" if right else "wrong"
        print(f"Judging one {word} submission, all checks: {_times(seconds)}")


def _share(part: int, whole: Sequence[int]) -> str:
    return f"{part} ({100 * part / max(sum(whole), 1):.0f} %)"


def _times(seconds: Sequence[float]) -> str:
    if not seconds:
        return "none."
    ordered = sorted(1000 * each for each in seconds)
    tenth = ordered[int(0.9 * (len(ordered) - 1))]
    return (f"median {statistics.median(ordered):.1f} ms, 90 % within {tenth:.0f} ms, "
            f"at most {ordered[-1]:.0f} ms ({len(ordered)}).")  # fmt: skip


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("exercises", nargs="*")
    parser.add_argument("--most", type=int, default=25, help="mutants of one exercise; 0: none")
    parser.add_argument("--show", nargs="*", default=[], metavar="WORD",
                        help=f"list checks by what is told ({', '.join(WORDS)})")  # fmt: skip
    options = parser.parse_args()
    torch.set_num_threads(1)
    course, found = Course(ROOT), Found()
    for name in options.exercises or course.exercise_ids:
        began = time.monotonic()
        one = measure(course.load(name), options.most)
        found.add(one)
        told = sum(n for (_, word), n in one.checks.items() if word in TOLD)
        print(f"{name}, {time.monotonic() - began:.0f} s: {told} of {sum(one.checks.values())} "
              f"checks told; wrong ones: {_times(one.seconds[False])}", flush=True)  # fmt: skip
        for word, line in one.shown:
            if word in options.show:
                print(f"{word}: {line}", flush=True)
    report(found)
    for title in ("false", "marked_down", "unnoticed"):
        for line in getattr(found, title):
            print(f"{title}: {line}")


if __name__ == "__main__":
    main()
