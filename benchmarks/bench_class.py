"""Measure where the time of a class goes: kernel start, cells, probes, judging, report.

Grades copies of the sample class, without those who only wait for a time limit, and prints a
Markdown table of seconds. Run it as `python benchmarks/bench_class.py --copies 5`.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import grader.grading.publishing
from grader.course.loading import find_course
from grader.grading.environment import cores, describe_environment
from grader.grading.pipeline import Graded, Order, grade
from grader.judging.judge import Judge
from grader.model import Isolation, Score
from grader.scores.gradebook import Gradebook

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "tests" / "sample-class"
WAITING = ("kurt-g",)


class Silent:
    """An observer that notes when the first submission can run."""

    ready = 0.0

    def begins(self, total: int, unchanged: int) -> None:
        """Say nothing."""

    def isolated(self, isolation: Isolation, reason: str) -> None:
        """Note the time."""
        self.ready = time.perf_counter()

    def graded(self, score: Score) -> None:
        """Say nothing."""


class Stopwatch:
    """Adds up the time spent in functions."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}

    def put_on(self, name: str, owner: Any, attribute: str) -> None:
        """Measure every call of `owner.attribute` under `name`."""
        measured: Callable[..., Any] = getattr(owner, attribute)

        def timed(*arguments: Any, **options: Any) -> Any:
            began = time.perf_counter()
            try:
                return measured(*arguments, **options)
            finally:
                self.seconds.setdefault(name, []).append(time.perf_counter() - began)

        setattr(owner, attribute, timed)


def main() -> None:
    """Grade and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--copies", type=int, default=3, help="of each student")
    parser.add_argument("--jobs", type=int, default=cores())
    asked = parser.parse_args()
    stopwatch = Stopwatch()
    stopwatch.put_on("judging", Judge, "score")
    stopwatch.put_on("gradebook", Gradebook, "record_all")
    stopwatch.put_on("report, each", grader.grading.publishing, "write_student")
    with tempfile.TemporaryDirectory() as folder:
        root = make_class(Path(folder) / "class", asked.copies)
        order = Order(root, find_course(ROOT), Path(folder) / "out", jobs=asked.jobs, trusted=True)
        observer = Silent()
        began = time.perf_counter()
        graded = grade(order, observer)
        total = time.perf_counter() - began
    print_table(graded, stopwatch, total, observer.ready - began, asked.jobs)


def make_class(root: Path, copies: int) -> Path:
    """Copy every student of the sample class `copies` times."""
    for student in sorted(path for path in SAMPLE.iterdir() if path.is_dir()):
        if student.name not in WAITING:
            for number in range(copies):
                shutil.copytree(student, root / f"{student.name}-{number}")
    return root


def print_table(
    graded: Graded, stopwatch: Stopwatch, total: float, ready: float, jobs: int
) -> None:
    """Print the whole class, then one line a phase: median, 90th percentile, sum."""
    ran = [score for score in graded.scores if score.run.phases]
    environment = describe_environment()
    print(f"{environment['platform']}, torch {environment['torch']}, {jobs} jobs, ", end="")
    print(f"isolation {ran[0].run.isolation if ran else 'none'}\n")
    print(f"Class: {len(graded.scores)} submissions in {total:.1f} s, ", end="")
    print(f"of which {ready:.1f} s until the first could run; ", end="")
    print(f"{60 * len(ran) / (total - ready):.0f} a minute from then on.\n")
    print("| seconds | median | 90 % | sum |")
    print("|---|---:|---:|---:|")
    for phase in ran[0].run.phases if ran else ():
        print_row(phase, (score.run.phases.get(phase, 0.0) for score in ran))
    print_row("run, whole", (score.run.wall_s for score in ran))
    for name, seconds in stopwatch.seconds.items():
        print_row(name, seconds)


def print_row(name: str, values: Iterable[float]) -> None:
    """Print one line of the table."""
    seconds = sorted(values)
    nearly_worst = seconds[int(0.9 * (len(seconds) - 1))]
    print(f"| {name} | {statistics.median(seconds):.3f} | {nearly_worst:.3f} ", end="")
    print(f"| {sum(seconds):.1f} |")


if __name__ == "__main__":
    main()
