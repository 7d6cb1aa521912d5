"""Judge borderline submissions under many seeds, to see whether an outcome hangs on what was drawn.

A borderline submission is right in most cases, or nearly right, or wrong only where arguments are
odd: an epsilon in a logarithm, too few iterations, a hard-wired dtype, `one_hot` without the number
of classes, a `view` of what is not contiguous. Each is judged under ten seeds. Outcome and points
of every check that it answers must be the same under all of them.

Run it as `python benchmarks/bench_flips.py`; it prints Markdown and exits with 1 where one flips.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parent))
from borderline import BORDERLINE, Borderline

from grader.course.loading import Course
from grader.course.reference import load_reference
from grader.judging.judge import Judge
from grader.judging.plan import make_plan
from grader.proof.rehearsal import rehearse

ROOT = Path(__file__).resolve().parent.parent
Result = tuple[tuple[str, str, float], ...]


def results(one: Borderline, judges: Sequence[Judge]) -> Counter[Result]:
    """Return what a submission gets, with how many of the seeds give it."""
    found: Counter[Result] = Counter()
    for judge in judges:
        namespace: dict[str, object] = {"__name__": "submission"}
        exec(compile(one.source, f"<{one.name}>", "exec"), namespace)  # noqa: S102 - our own
        score = rehearse(judge, namespace)
        asked = [v for v in score.checks if v.call in namespace]
        found[tuple((v.id, str(v.outcome), v.earned) for v in asked)] += 1
    return found


def main() -> int:
    """Run the benchmark; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10, help="how many seeds to draw with")
    parser.add_argument("--only", default="", help="exercises whose name holds this")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    began = time.perf_counter()
    course = Course(ROOT)
    flips = counted = 0
    print("| exercise | submission | what it gets |\n|---|---|---|")
    for name in dict.fromkeys(one.exercise for one in BORDERLINE if options.only in one.exercise):
        exercise = course.load(name)
        reference = load_reference(exercise)
        judges = [Judge(make_plan(exercise, reference, seed)) for seed in range(options.seeds)]
        for one in BORDERLINE:
            if one.exercise != name:
                continue
            found = results(one, judges)
            counted += 1
            flips += len(found) > 1
            said = " / ".join(
                f"{', '.join(f'{i} {o} {e:g}' for i, o, e in result)} ({times})"
                for result, times in found.most_common()
            )
            print(f"| {name} | {one.name}{' **flips**' if len(found) > 1 else ''} | {said} |")
            sys.stdout.flush()
    print(f"\n{counted} submissions, {options.seeds} seeds: {flips} flip.")
    print(f"{time.perf_counter() - began:.0f} s")
    return int(bool(flips))


if __name__ == "__main__":
    raise SystemExit(main())
