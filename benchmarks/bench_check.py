"""Measure how long a student waits for `grader check`, beside what importing torch takes alone.

Rounds alternate, so that a busy machine is busy for all. Wall time is what the student waits;
processor time is comparable on a busy machine. Warm is what `--watch` takes after a file was saved.

    python benchmarks/bench_check.py --rounds 7
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.course.loading import find_course
from grader.course.release import release_exercise
from grader.selfcheck.runner import Runner, Target

EXERCISE = "chain-rule"


@dataclass(frozen=True)
class Spent:
    """Seconds of one run."""

    wall: float
    processor: float


def run(command: Sequence[str]) -> Spent:
    """Run a command to its end."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, use = os.wait4(process.pid, 0)
    process.returncode = 0
    return Spent(time.perf_counter() - began, use.ru_utime + use.ru_stime)


def warm(path: Path, rounds: int) -> list[float]:
    """Return the seconds of checks whose process was ready, as in watch mode."""
    found = []
    with Runner() as runner:
        for _ in range(rounds + 1):
            time.sleep(4 * run([sys.executable, "-c", "import torch"]).wall)
            found.append(runner.check(Target(path, None, None)).seconds)
            runner.warm()
    return found[1:]


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    grader = [str(Path(sys.executable).with_name("grader"))]
    with tempfile.TemporaryDirectory() as folder:
        release_exercise(find_course(None).load(EXERCISE), Path(folder))
        script, notebook = Path(folder, f"{EXERCISE}.py"), Path(folder, f"{EXERCISE}.ipynb")
        commands = {
            'python -c "import torch"': [sys.executable, "-c", "import torch"],
            "grader --help": [*grader, "--help"],
            "grader check, module": [*grader, "check", str(script)],
            "grader check, notebook": [*grader, "check", str(notebook)],
        }
        spent: dict[str, list[Spent]] = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                spent[name].append(run(command))
        waited = warm(script, max(2, rounds // 2))
    report(spent, waited)


def report(spent: dict[str, list[Spent]], waited: list[float]) -> None:
    """Print the table."""
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors\n")
    print("| | wall, median s | wall, best s | processor, median s | against torch |")
    print("|---|---|---|---|---|")
    torch = statistics.median(one.processor for one in next(iter(spent.values())))
    for name, found in spent.items():
        walls = [one.wall for one in found]
        processor = statistics.median(one.processor for one in found)
        print(
            f"| {name} | {statistics.median(walls):.2f} | {min(walls):.2f} | {processor:.2f} "
            f"| {processor / torch:.2f} |"
        )
    print(f"| grader check, warm | {statistics.median(waited):.2f} | {min(waited):.2f} | – | – |")


if __name__ == "__main__":
    main()
