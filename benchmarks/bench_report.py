"""Measure what reports cost in processor time: `python -m benchmarks.bench_report`.

Goals: at most 60 ms for a student's page; for a class of 1,000 students at most 3 s and 3 MB.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from grader.report import render_class, render_student
from grader.report.similarity import alike
from tests.made_class import make_class, make_showcase
from tests.made_scores import make_score

STUDENTS = 1_000


@dataclass(frozen=True)
class Figure:
    """One measured number and its goal."""

    name: str
    value: float
    unit: str
    goal: float

    @property
    def met(self) -> bool:
        """Whether the goal is met."""
        return self.value <= self.goal

    def __str__(self) -> str:
        """Write the line of the table."""
        sign = "ok" if self.met else "MISSED"
        return f"{self.name:<52} {self.value:9.2f} {self.unit:<3} (goal {self.goal:g})  {sign}"


def timed(call: Callable[[], object], times: int) -> list[float]:
    """Call it several times; seconds of each."""
    spent = []
    for _ in range(times):
        begun = time.process_time()
        call()
        spent.append(time.process_time() - begun)
    return spent


def student_figures() -> list[Figure]:
    """Measure a page that uses everything, and one that uses little."""
    showcase, previous = make_showcase(), make_score()
    first = timed(lambda: render_student(showcase, previous=previous), 1)[0]
    spent = timed(lambda: render_student(showcase, previous=previous), 50)
    size = len(render_student(showcase, previous=previous).encode())
    return [
        Figure("student page, median", 1e3 * statistics.median(spent), "ms", 60),
        Figure("student page, slowest of 50", 1e3 * max(spent), "ms", 60),
        Figure("student page, the very first (imports)", 1e3 * first, "ms", 3000),
        Figure("student page, size", size / 1e3, "kB", 300),
    ]


def class_figures(exercises: int, checks: int) -> list[Figure]:
    """Measure the page of a large class."""
    scores = make_class(STUDENTS, exercises, checks)
    name = f"class of {STUDENTS} x {exercises} exercises x {checks} checks"
    spent = timed(lambda: render_class(scores), 3)
    size = len(render_class(scores).encode())
    return [
        Figure(name, statistics.median(spent), "s", 3),
        Figure(f"{name}, size", size / 1e6, "MB", 3),
    ]


def similarity_figures() -> list[Figure]:
    """Measure comparing everyone with everyone in one exercise."""
    lines = [f"    w = w - {k} * (x * w + b).mean() / len(x[{k}:])" for k in range(60)]
    sources = {
        f"student-{k}": "def fit(x, y):\n" + "\n".join(lines[k % 30 : k % 30 + 30])
        for k in range(STUDENTS)
    }
    spent = timed(lambda: alike("fit", sources), 1)
    return [Figure(f"similarity of {STUDENTS} in one exercise", spent[0], "s", 10)]


def main() -> int:
    """Print the table; 1 when a goal is missed."""
    figures = [
        *student_figures(),
        *class_figures(1, 6),
        *class_figures(3, 4),
        *class_figures(16, 4),
        *similarity_figures(),
    ]
    for figure in figures:
        print(figure)
    return 0 if all(figure.met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
