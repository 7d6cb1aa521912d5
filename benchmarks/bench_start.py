"""Measure how soon the first score comes: one file, `grader check`, a run with nothing to do.

Every number is a multiple of `import torch` in the same run, of which each round takes one: wall
time, and CPU time of all processes. Then the time line of one file. Run it on a quiet machine as
`python benchmarks/bench_start.py --rounds 5`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "tests" / "sample-class"
PLAIN = SAMPLE / "ada-l" / "scalar-gradients.ipynb"
_TRAINING = """import matplotlib.pyplot as plt
import torch

w = torch.zeros(1, requires_grad=True)
step = torch.optim.SGD([w], lr=0.1)
(w**2).sum().backward()
step.step()
plt.plot([1, 2])
plt.show()"""
_WARM_S = 12.0
"""Enough for a process to become warm, also where the machine is busy."""
_STAGES = (
    ("grader.sandbox.launching", "launch", "sandbox started"),
    ("grader.grading.pipeline", "find_submissions", "submissions found"),
    ("grader.grading.pipeline", "claim", "gradebook open"),
    ("grader.sandbox.launching", "SharedZygote.wait_until_ready", "sandbox warm"),
    ("grader.grading.recording", "Recorder.take", "first score kept, page written"),
    ("grader.grading.pipeline", "catch_up", "class page written"),
)
_TIMELINE = """
import importlib, sys, time
from importlib.abc import MetaPathFinder
stages = {stages!r}
began = float(sys.argv.pop(1))

def say(what):
    print(f"@ {{time.time() - began:.4f}} {{what}}", file=sys.stderr)

def put_on(module):
    for name, path, what in stages:
        if name == module.__name__:
            *owners, last = path.split(".")
            owner = module
            for each in owners:
                owner = getattr(owner, each)
            before = getattr(owner, last)
            def timed(*a, before=before, what=what, **k):
                try:
                    return before(*a, **k)
                finally:
                    say(what)
            setattr(owner, last, timed)

class Finder(MetaPathFinder):
    busy = False
    def find_spec(self, name, path, target=None):
        if self.busy or name not in {{stage[0] for stage in stages}}:
            return None
        Finder.busy = True
        try:
            spec = importlib.util.find_spec(name)
        finally:
            Finder.busy = False
        load = spec.loader.exec_module
        def exec_module(module):
            load(module)
            put_on(module)
        spec.loader.exec_module = exec_module
        return spec

import importlib.util
sys.meta_path.insert(0, Finder())
say("interpreter")
from grader.__main__ import main
main()
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        works = made(room)
        runs: dict[str, Callable[[], None]] = {
            "import torch": lambda: call("-c", "import torch"),
            "one file, nothing kept before": lambda: grade(works["plain"], fresh(room / "one")),
            "one file with plots and an optimizer": lambda: grade(
                works["full"], fresh(room / "drawn")
            ),
            "one file, --jobs 1": lambda: grade(works["plain"], fresh(room / "alone"), "1"),
            "the same file again": lambda: grade(works["plain"], room / "one"),
            "grader check": lambda: check(works["plain"]),
            "grader check, plots and an optimizer": lambda: check(works["full"]),
            "grader --version": lambda: call("-m", "grader", "--version"),
        }
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
        for _ in range(asked.rounds):
            for name, run in runs.items():
                found[name].append(measured(run))
        print_table(found)
        warm = [warm_check(works["full"]) for _ in range(asked.rounds)]
        print(f"\nA further check in `--watch`: {statistics.median(warm):.2f} s.\n")
        print_timeline(works["plain"], room, asked.rounds, wall(found["import torch"]))


def made(room: Path) -> dict[str, Path]:
    """Write a file without plots, and one that trains and draws."""
    import nbformat

    notebook = nbformat.read(PLAIN, 4)
    works = {name: room / name / PLAIN.name for name in ("plain", "full")}
    for path in works.values():
        path.parent.mkdir()
        nbformat.write(notebook, path)
        notebook.cells.append(nbformat.v4.new_code_cell(_TRAINING))
    return works


def fresh(out: Path) -> Path:
    """Return an output folder that is not there yet."""
    shutil.rmtree(out, ignore_errors=True)
    return out


def call(*arguments: str) -> None:
    """Run this interpreter."""
    done = subprocess.run([sys.executable, *arguments], capture_output=True, check=False)
    assert done.returncode in (0, 1), done.stderr.decode()


def grade(path: Path, out: Path, jobs: str = "2") -> None:
    """Grade one file."""
    call("-m", "grader", "grade", str(path), "--course", "built-in", "--out", str(out),
         "--jobs", jobs, "--trust-submissions")  # fmt: skip


def check(path: Path) -> None:
    """Check one file as its student does."""
    call("-m", "grader", "check", str(path))


def warm_check(path: Path) -> float:
    """Return the seconds of a check for which a process is warm."""
    from grader.selfcheck.runner import Runner, Target

    with Runner() as runner:
        target = Target(path, None, None)
        runner.warm(target)
        time.sleep(_WARM_S)
        began = time.perf_counter()
        runner.check(Target(path, None, None))
        return time.perf_counter() - began


def measured(run: Callable[[], None]) -> tuple[float, float]:
    """Return wall seconds, and CPU seconds of the processes that have been waited for."""
    began, before = time.perf_counter(), os.times()
    run()
    after = os.times()
    used = (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )
    return time.perf_counter() - began, used


def wall(pairs: Sequence[tuple[float, float]]) -> float:
    """Return the median of wall seconds."""
    return statistics.median(pair[0] for pair in pairs)


def print_table(found: dict[str, list[tuple[float, float]]]) -> None:
    """Print medians, and multiples round by round."""
    torch = found["import torch"]
    print("| | × `import torch` | best | worst | seconds | CPU seconds |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, pairs in found.items():
        times = sorted(a[0] / b[0] for a, b in zip(pairs, torch, strict=True))
        cpu = statistics.median(pair[1] for pair in pairs)
        print(
            f"| {name} | {statistics.median(times):.2f} | {times[0]:.2f} | {times[-1]:.2f} ", end=""
        )
        print(f"| {wall(pairs):.2f} | {cpu:.2f} |")


def print_timeline(path: Path, room: Path, rounds: int, torch_s: float) -> None:
    """Print when each stage of one file was over."""
    seen: dict[str, list[float]] = {}
    for _ in range(rounds):
        out = fresh(room / "line")
        code = _TIMELINE.format(stages=_STAGES)
        began = time.time()
        done = subprocess.run(
            [sys.executable, "-c", code, str(began), "grade", str(path), "--course", "built-in",
             "--out", str(out), "--jobs", "2", "--trust-submissions"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        seen.setdefault("process gone", []).append(time.time() - began)
        for line in done.stderr.splitlines():
            if line.startswith("@ "):
                _, when, what = line.split(" ", 2)
                seen.setdefault(what, []).append(float(when))
    print("| one file: stage over at | × `import torch` |\n|---|---:|")
    for what, times in sorted(seen.items(), key=lambda pair: statistics.median(pair[1])):
        print(f"| {what} | {statistics.median(times) / torch_s:.2f} |")


if __name__ == "__main__":
    main()
