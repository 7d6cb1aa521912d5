"""Measure what judging costs, in processor time and stage by stage; also against another checkout.

The submissions of `tests/cases` run in the sandbox once; what they answer is judged again and
again by one judge an exercise, as in a class. Told are the first right and the first wrong one,
which pay for what is kept afterwards, and what each further one costs: a submission's median over
the rounds, then the median over submissions, right ones and wrong ones apart. Run it as

    python benchmarks/bench_judging.py [EXERCISE ...] [--against FOLDER] [--rounds 5]

With `--against` the code of that checkout judges the same submissions in the same run, by this
interpreter and in turn with our own, and the ratio of the medians is told.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import pickle
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial, wraps
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "cases"
SEED = 20_250
STAGES = ("decoding", "comparing", "diagnosing", "the rest")
_TIMED = {
    "grader.judging.evidence": {"decode_answers": "decoding"},
    "grader.judging.checks": {"measure": "comparing"},
    "grader.judging.follow_through": {"compare_with_own": "comparing"},
}
Figures = dict[str, Any]


class Clock:
    """Processor time by stage; a stage within another one counts for itself."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(STAGES, 0.0)
        self._stage, self._since = STAGES[-1], time.process_time()

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that notes its time."""

        @wraps(function)
        def call(*given: Any, **named: Any) -> Any:
            before = self._enter(stage)
            try:
                return function(*given, **named)
            finally:
                self._enter(before)

        return call

    def _enter(self, stage: str) -> str:
        now = time.process_time()
        self.seconds[self._stage] += now - self._since
        before, self._stage, self._since = self._stage, stage, now
        return before

    @contextlib.contextmanager
    def running(self) -> Iterator[dict[str, float]]:
        """Yield what the block takes, stage by stage, once it has ended."""
        self._enter(STAGES[-1])
        self.seconds = dict.fromkeys(STAGES, 0.0)
        found: dict[str, float] = {}
        yield found
        self._enter(STAGES[-1])
        found.update(self.seconds)


# ---------------------------------------------------------------- one checkout, in its own process


def measure(names: list[str], rounds: int) -> Iterator[Figures]:
    """Yield the figures of each exercise, by the grader that this process imports."""
    from grader.course.loading import Course
    from grader.course.reference import load_reference
    from grader.judging.judge import Judge
    from grader.judging.plan import make_plan

    course = Course(Path.cwd())
    for name in names:
        exercise = course.load(name)
        began = time.process_time()
        plan = make_plan(exercise, load_reference(exercise), SEED)
        figures: Figures = {"exercise": name, "plan": time.process_time() - began}
        figures["encoding"] = [_encoding(plan) for _ in range(2)]
        figures["questions"] = sum(len(probe.cases) for probe in plan.probes)
        handed = dict(_handed_in(exercise))
        ran = asyncio.run(_ran(exercise, plan, handed))
        yield figures | _judged(Judge(plan), ran, rounds)


def _encoding(plan: Any) -> float:
    from grader.judging.evidence import encode_probe

    began = time.process_time()
    for probe in plan.probes:
        encode_probe(probe)
    return time.process_time() - began


def _handed_in(exercise: Any) -> Iterator[tuple[str, Any]]:
    from grader.submissions.reading import read_submission

    for path in sorted((CASES / exercise.id).glob("*/submission.*")):
        found = read_submission(path, "ada-l", exercise.id)
        if hasattr(found, "cells"):
            yield path.parent.name, found


async def _ran(exercise: Any, plan: Any, handed: Mapping[str, Any]) -> dict[str, bytes]:
    """Run submissions in the sandbox; pickled, since a judge may keep notes on what it has seen."""
    from grader.sandbox import open_sandbox
    from grader.sandbox.execution import execute

    found = {}
    async with open_sandbox(None, 1, (Path.cwd() / "reference",)) as sandbox:
        for name, submission in handed.items():
            asked = execute(submission, plan.probes, exercise.limits, sandbox)
            with contextlib.suppress(Exception):  # a notebook that an older grader cannot run
                found[name] = pickle.dumps((submission, *await asked))
    return found


def _judged(judge: Any, ran: Mapping[str, bytes], rounds: int) -> Figures:
    clock = Clock()
    _put_clock_in(clock)
    found: Figures = {"right": {}, "wrong": {}}
    order = list(ran)
    for number in range(rounds + 1):
        for name in order:
            submission, run, evidence = pickle.loads(ran[name])  # noqa: S301 - our own of just now
            with clock.running() as seconds:
                score = judge.score(submission, run, evidence, graded_at="", environment={})
            del evidence  # what is kept of it goes with it
            kind = "right" if score.earned == score.possible else "wrong"
            if number == 0:
                found.setdefault(f"first {kind}", sum(seconds.values()))
                found["slowest"] = max(found.get("slowest", 0.0), sum(seconds.values()))
            else:
                found[kind].setdefault(name, []).append(seconds)
    return found


def _put_clock_in(clock: Clock) -> None:
    """Note the time of some functions wherever a module of the judge has imported them."""
    from grader.judging.diagnosis import Diagnoser

    diagnose: Any = getattr(Diagnoser.diagnose, "__wrapped__", Diagnoser.diagnose)
    Diagnoser.diagnose = clock.timed("diagnosing", diagnose)  # type: ignore[method-assign]
    for home, timed in _TIMED.items():
        for function, stage in timed.items():
            plain = getattr(sys.modules[home], function)
            plain = getattr(plain, "__wrapped__", plain)
            for module in list(sys.modules.values()):
                if module.__name__.startswith("grader.judging") and hasattr(module, function):
                    setattr(module, function, clock.timed(stage, plain))


# ---------------------------------------------------------------- the figures


def median_of(figures: Figures, kind: str, stage: str | None = None) -> float:
    """Return the median over submissions of a submission's median, 0 where there are none."""
    each = [
        statistics.median(sum(s.values()) if stage is None else s[stage] for s in seconds)
        for seconds in figures[kind].values()
    ]
    return statistics.median(each) if each else 0.0


def in_checkout(folder: Path, name: str, rounds: int) -> Figures:
    """Measure an exercise by the code of a checkout."""
    command = [sys.executable, "-W", "ignore", str(Path(__file__).resolve()), "--here", name]
    done = subprocess.run(
        [*command, "--rounds", str(rounds)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{folder}: {name}: {done.stderr}")
    found: Figures = json.loads(done.stdout.splitlines()[-1])
    return found


def row(figures: Figures) -> str:
    """Return one line of the table, in ms."""
    kinds = [partial(median_of, figures, "right"), partial(median_of, figures, "wrong")]
    shown = [
        figures["plan"], figures["encoding"][0], figures["encoding"][1],
        figures.get("first right", 0.0), *(kinds[0](stage) for stage in (None, *STAGES)),
        figures.get("first wrong", 0.0), *(kinds[1](stage) for stage in (None, *STAGES)),
        figures["slowest"],
    ]  # fmt: skip
    return f"{figures['exercise']:24}" + "".join(f"{1000 * s:8.1f}" for s in shown)


HEAD = (
    f"{'ms of CPU':24}{'plan':>8}{'encode':>8}{'again':>8}"
    f"{'first':>8}{'right':>8}{'decode':>8}{'compare':>8}{'diagn.':>8}{'rest':>8}"
    f"{'first':>8}{'wrong':>8}{'decode':>8}{'compare':>8}{'diagn.':>8}{'rest':>8}{'slowest':>8}"
)


def main() -> None:
    """Measure, in turn with the other checkout where there is one, and print."""
    everything = sorted(path.parent.name for path in ROOT.glob("exercises/*/exercise.toml"))
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    options.add_argument("exercises", nargs="*", default=everything)
    options.add_argument("--against", type=Path, help="another checkout")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.here:
        for figures in measure(given.exercises, given.rounds):
            print(json.dumps(figures))
        return
    print(HEAD)
    ratios: dict[str, list[float]] = {"right": [], "wrong": []}
    for name in given.exercises:
        own = in_checkout(ROOT, name, given.rounds)
        print(row(own), flush=True)
        if given.against is None or not (given.against / "exercises" / name).is_dir():
            continue
        other = in_checkout(given.against.resolve(), name, given.rounds)
        print(row(other | {"exercise": "  there"}), flush=True)
        for kind, found in ratios.items():
            common = own[kind].keys() & other[kind].keys()
            both = [{kind: {k: each[kind][k] for k in common}} for each in (own, other)]
            if common:
                found.append(median_of(both[0], kind) / median_of(both[1], kind))
                print(f"  {kind}: {found[-1]:.2f} times", flush=True)
    for kind, found in ratios.items():
        if found:
            print(f"{kind}: {statistics.median(found):.2f} times, the median over exercises")


if __name__ == "__main__":
    main()
