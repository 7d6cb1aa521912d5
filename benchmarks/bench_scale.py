"""Measure growth: classes of thousands from recorded evidence through the real coordinator.

A few submissions are graded for real. Then simulated workers give their results back for made-up
students, after as long as running and judging took, or at once. Everything else is real: files,
coordinator, gradebook, pages. So it shows what a class costs beside its own code, and how many
workers one coordinator keeps busy.

    python benchmarks/bench_scale.py growth --students 100 1000 10000
    python benchmarks/bench_scale.py workers --workers 16 64 --students 2000
    python benchmarks/bench_scale.py regrade --students 300

Each size is measured in a process of its own. `--postgres` takes a PostgreSQL server, started from
Debian's package, in the place of SQLite.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import pickle
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any

from grader.course.loading import Course
from grader.grading.crew import Crew
from grader.grading.pipeline import Order, grade
from grader.grading.publishing import publish_again
from grader.grading.recording import Silent
from grader.grading.regrade import regrade
from grader.grading.worker import Result, Setup, Task, Worker, packed
from grader.model import Isolation, Submission
from grader.scores.gradebook import Gradebook, gradebook_url
from grader.submissions.finding import find_submissions
from tests.postgres_room import postgres_server

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "tests" / "sample-class"
EXERCISE = "scalar-gradients"
SEED = 7


@dataclass(frozen=True)
class Recorded:
    """What came of one real submission, and how long a worker took for it."""

    path: Path
    result: bytes
    seconds: float


def recorded() -> list[Recorded]:
    """Grade the sample class's files for one exercise."""
    course = Course(ROOT)
    worker = Worker(Setup(ROOT, trusted=True))
    found = []
    try:
        fingerprint = course.load(EXERCISE).fingerprint
        for item in find_submissions(SAMPLE, course.exercise_ids, EXERCISE):
            if not isinstance(item, Submission):
                continue
            began = time.perf_counter()
            result = worker.grade(Task(item, SEED, fingerprint))
            seconds = time.perf_counter() - began
            if result.score.status == "graded" and result.score.run.wall_s < 2:
                found.append(Recorded(item.path, pickle.dumps(result), seconds))
    finally:
        worker.close()
    return found


def make_files(root: Path, count: int, made: Sequence[Recorded]) -> None:
    """Write one file a student, each with code of its own; every 50th is a neighbour's work."""
    for number in range(count):
        whose = number - number % 50 // 49
        one = made[whose % len(made)]
        home = root / f"student-{number:06}"
        home.mkdir(parents=True)
        text = one.path.read_text("utf-8")
        if one.path.suffix == ".py":
            text += f"\n# {number}\n{own_code(whose)}"
        else:
            notebook = json.loads(text)
            notebook["metadata"]["student"] = number
            if "cells" in notebook:  # nbformat 3 has worksheets
                cell = {"cell_type": "code", "source": own_code(whose), "outputs": []}
                notebook["cells"].append({**cell, "metadata": {}, "execution_count": None})
            text = json.dumps(notebook)
        (home / one.path.name).write_text(text, "utf-8")


def own_code(whose: int) -> str:
    """Make some lines that nobody else writes so."""
    draw = random.Random(whose)  # noqa: S311 - the same ones in every run
    lines = ["def mine(x, y, w, b):"]
    for _ in range(12):
        terms = draw.choices(("x", "y.mean()", "w[1]", "(b - 1)", "len(y)", "-x.T"), k=5)
        signs = (*draw.choices((" + ", " * ", " @ ", " / ", " ** ", " - "), k=4), "")
        sum_ = "".join(f"{term}{sign}" for term, sign in zip(terms, signs, strict=True))
        lines.append(f"    {draw.choice('xywb')} = {sum_}")
    return "\n".join(lines) + "\n"


@contextmanager
def simulated(
    made: Sequence[Recorded], workers: int, speed: float, setup: Setup, jobs: int, first: Any
) -> Iterator[Crew]:
    """Workers that give back what was recorded; with `speed` 0 at once."""

    def work(task: Task) -> Result:
        number = int(task.submission.student.rpartition("-")[2])
        one = made[number % len(made)]
        time.sleep(one.seconds * speed)
        began = time.thread_time()
        result: Result = pickle.loads(one.result)  # noqa: S301 - made above
        sent = task.submission
        score = replace(result.score, student=sent.student, path=str(sent.path), sha256=sent.sha256,
                        handed_in=sent.handed_in)  # fmt: skip
        over_the_wire = pickle.dumps(packed(replace(result, score=score), sent))
        with _lock:
            _workers_cpu_s[0] += time.thread_time() - began
        came: Result = pickle.loads(over_the_wire)  # noqa: S301 - the coordinator's part
        return came

    with ThreadPoolExecutor(workers) as executor:
        yield Crew(executor, work, 2 * workers, Isolation.FULL, "simulated")


_lock = Lock()
_workers_cpu_s = [0.0]
"""What simulated workers take themselves, which is none of the coordinator's."""


# ---------------------------------------------------------------- measuring


@dataclass(frozen=True)
class Measured:
    """Seconds, CPU seconds of the coordinator's process, and its largest memory in MB."""

    wall_s: float
    cpu_s: float
    memory_mb: float
    torch: bool
    """Whether torch was imported for it."""


def measured(work: Callable[[], object]) -> Measured:
    """Do it in a process of its own, which begins with everything but torch imported."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()

    def child() -> None:
        before = "torch" in sys.modules
        _workers_cpu_s[0] = 0.0
        began, cpu = time.perf_counter(), time.process_time()
        work()
        theirs.send(
            Measured(
                time.perf_counter() - began,
                time.process_time() - cpu - _workers_cpu_s[0],
                resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "torch" in sys.modules and not before,
            )
        )

    process = context.Process(target=child)
    process.start()
    theirs.close()
    try:
        found: Measured = ours.recv()
    finally:
        process.join()
    return found


def torch_s() -> float:
    """Return the CPU seconds of `import torch`, the unit of everything here."""
    return measured(lambda: __import__("torch")).cpu_s


class Bench:
    """One class of some size, in one kind of database."""

    def __init__(self, folder: Path, count: int, made: Sequence[Recorded], url: str) -> None:
        self.root, self.out, self.url = folder / "class", folder / "out", url
        self.made, self.count = made, count
        make_files(self.root, count, made)

    def grade(self, workers: int = 2, speed: float = 0.0, *, force: bool = False) -> None:
        """Grade it with simulated workers."""
        order = Order(self.root, Course(ROOT), self.out, EXERCISE, jobs=workers, seed=SEED,
                      gradebook=self.url or None, force=force)  # fmt: skip
        graded = grade(
            order,
            Silent(),
            lambda *told: simulated(self.made, workers, speed, *told),
        )
        assert not graded.trouble, graded.trouble
        assert len(graded.lines) == self.count

    def report(self) -> None:
        """Write every page again."""
        publish_again(self.out, self.url or None, Course(ROOT))

    def regrade(self, jobs: int) -> None:
        """Judge everything again."""
        with Gradebook.open(self.url or gradebook_url(self.out)) as book:
            assert regrade(book, Course(ROOT), jobs=jobs).judged == self.count


def main() -> None:
    """Measure one thing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("growth", "workers", "regrade"))
    parser.add_argument("--students", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--workers", type=int, nargs="+", default=[16, 64])
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--report", action="store_true", help="measure `grader report`, too")
    asked = parser.parse_args()
    made = in_a_process_of_its_own(recorded)
    with ExitStack() as stack:
        server = stack.enter_context(postgres_server()) if asked.postgres else None
        for count in asked.students:
            folder = Path(tempfile.mkdtemp(dir=stack.enter_context(tempfile.TemporaryDirectory())))
            bench = Bench(folder, count, made, server.new_database() if server else "")
            {"growth": growth, "workers": workers, "regrade": again}[asked.what](bench, asked)
            shutil.rmtree(folder)


def in_a_process_of_its_own(work: Callable[[], list[Recorded]]) -> list[Recorded]:
    """Let what imports torch happen elsewhere."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work)


def growth(bench: Bench, asked: argparse.Namespace) -> None:
    """Print what a class costs beside its own code: the first run, a run with nothing to do."""
    unit = torch_s()
    print(f"\n{bench.count} submissions; import torch {unit:.2f} CPU s\n")
    print("| | seconds | CPU ms a submission | × import torch | memory MB | torch |")
    print("|---|---:|---:|---:|---:|---|")
    works: dict[str, Callable[[], object]] = {
        "first run": bench.grade,
        "nothing to do": bench.grade,
    }
    if asked.report:
        works["grader report"] = bench.report
    for name, work in works.items():
        found = measured(work)
        print(f"| {name} | {found.wall_s:.1f} | {1000 * found.cpu_s / bench.count:.2f} ", end="")
        print(f"| {found.cpu_s / unit:.2f} | {found.memory_mb:.0f} ", end="")
        print(f"| {'imported' if found.torch else 'no'} |", flush=True)
    sizes = {path.name: path.stat().st_size for path in bench.out.iterdir() if path.is_file()}
    print("\n" + ", ".join(f"{name} {size / 1e6:.2f} MB" for name, size in sorted(sizes.items())))


def workers(bench: Bench, asked: argparse.Namespace) -> None:
    """Print how many workers one coordinator keeps busy."""
    took = sum(one.seconds for one in bench.made) / len(bench.made)
    print(f"\n{bench.count} submissions of {1000 * took:.0f} ms each\n")
    print("| workers | seconds | ideal | busy | coordinator CPU ms a submission |")
    print("|---:|---:|---:|---:|---:|")
    for number in asked.workers:
        found = measured(lambda number=number: bench.grade(number, 1.0, force=True))
        ideal = took * bench.count / number
        print(
            f"| {number} | {found.wall_s:.1f} | {ideal:.1f} | {ideal / found.wall_s:.0%} ", end=""
        )
        print(f"| {1000 * found.cpu_s / bench.count:.2f} |", flush=True)


def again(bench: Bench, asked: argparse.Namespace) -> None:
    """Print what `grader regrade` takes, with one worker and with two."""
    bench.grade()
    unit = torch_s()
    print(f"\n{bench.count} submissions; import torch {unit:.2f} CPU s\n")
    print("| jobs | seconds | CPU s of the coordinator | memory MB |")
    print("|---:|---:|---:|---:|")
    for jobs in (1, 2):
        found = measured(lambda jobs=jobs: bench.regrade(jobs))
        print(
            f"| {jobs} | {found.wall_s:.1f} | {found.cpu_s:.1f} | {found.memory_mb:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
