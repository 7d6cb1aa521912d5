"""Run Gradescope's autograder zip in Gradescope's smallest container: half a processor, 768 MB.

Needs root, to make a control group of that size (version 1 or 2). Every exercise is graded once,
with a right submission of `tests/cases` if there is one; what counts is that all points are there,
that nothing was killed, and the time.

    python benchmarks/bench_gradescope.py [ID ...]
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grader.course.loading import Course
from grader.exports.autograder import autograder_zip

ROOT = Path(__file__).resolve().parent.parent
MEMORY = 768 << 20
GROUPS = Path("/sys/fs/cgroup")
NAME = f"gradescope-{os.getpid()}"


@dataclass(frozen=True)
class Graded:
    """What one run in the small container came to."""

    exercise: str
    earned: float
    possible: float
    seconds: float
    peak: int
    """MiB at most, files that the system keeps at hand included: it gives those back."""
    killed: int
    """Processes that ran out of memory."""


@contextmanager
def small() -> Iterator[tuple[Path, ...]]:
    """Make a control group of half a processor and 768 MB; yield its folders, then remove them."""
    if (GROUPS / "cgroup.controllers").is_file():
        folders: tuple[Path, ...] = (GROUPS / NAME,)
        wanted = {"memory.max": MEMORY, "memory.swap.max": 0, "cpu.max": "50000 100000"}
    else:
        folders = (GROUPS / "memory" / NAME, GROUPS / "cpu" / NAME)
        wanted = {"memory.limit_in_bytes": MEMORY, "cpu.cfs_quota_us": 50_000}
    for folder in folders:
        folder.mkdir()
    try:
        for name, value in wanted.items():
            for folder in folders:
                if (folder / name).exists():
                    (folder / name).write_text(str(value))
        yield folders
    finally:
        for folder in folders:
            folder.rmdir()


def killed(folders: tuple[Path, ...]) -> int:
    """Return how many processes of the group were killed for its memory."""
    for name in ("memory.events", "memory.oom_control"):
        if (folders[0] / name).is_file():
            facts = dict(line.split() for line in (folders[0] / name).read_text().splitlines())
            return int(facts.get("oom_kill", 0))
    return 0


def peak(folders: tuple[Path, ...]) -> int:
    """Return the most memory that the group had, in MiB."""
    found = [folders[0] / name for name in ("memory.peak", "memory.max_usage_in_bytes")]
    return next((int(path.read_text()) >> 20 for path in found if path.is_file()), 0)


def grade(exercise: str, folder: Path) -> Graded:
    """Grade one right submission as Gradescope would."""
    with zipfile.ZipFile(io.BytesIO(autograder_zip(Course(ROOT).load(exercise)))) as archive:
        archive.extractall(folder / "source")
    (folder / "submission").mkdir()
    found = sorted((ROOT / "tests/cases" / exercise).glob("right*/submission.*"))
    shutil.copy(found[0], folder / "submission" / f"homework{found[0].suffix}")
    script = (folder / "source/run_autograder").read_text().replace("/autograder", str(folder))
    places = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    (folder / "results").mkdir()
    with small() as folders:
        joined = "".join(f"echo $$ > {folder}/cgroup.procs\n" for folder in folders)
        began = time.perf_counter()
        done = subprocess.run(
            ["bash", "-c", joined + script],
            env={**os.environ, **places}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        seconds = time.perf_counter() - began
        most, lost = peak(folders), killed(folders)
        time.sleep(0.5)  # the last process may still be on its way out
    if done.returncode:
        sys.exit(f"{exercise}: {done.stderr}")
    tests = json.loads((folder / "results/results.json").read_text())["tests"]
    earned, possible = (sum(test[key] for test in tests) for key in ("score", "max_score"))
    return Graded(exercise, earned, possible, seconds, most, lost)


def main() -> None:
    """Grade and print a Markdown table."""
    print("| exercise | points | seconds | peak MiB | killed |\n|---|---|---|---|---|")
    for exercise in sys.argv[1:] or Course(ROOT).exercise_ids:
        with tempfile.TemporaryDirectory() as folder:
            one = grade(exercise, Path(folder))
        points = f"{one.earned:g} of {one.possible:g}"
        print(f"| {exercise} | {points} | {one.seconds:.1f} | {one.peak} | {one.killed} |")


if __name__ == "__main__":
    main()
