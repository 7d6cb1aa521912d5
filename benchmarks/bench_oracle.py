"""Count false accepts and false rejects of this project's judge and of the usual checks.

Every right and every wrong gradient of `bed.py` is judged by each rule in float64 and in float32:

    ours       reference autograd at drawn points, asked in both dtypes, calibrated tolerance
               (`grader.judging.oracle`, `grader.judging.yardstick`)
    allclose   reference autograd at one random point, numpy.allclose with its defaults
    gradcheck  torch.autograd.gradcheck with its defaults, at one random point
    CS231n     central differences h = 1e-5, max |a - n| / max(1e-8, |a| + |n|) < 1e-5

The function that the last two differentiate is the right one. Run it as
`python benchmarks/bench_oracle.py --seeds 2`; it prints Markdown and exits with 1 when ours errs.
"""

from __future__ import annotations

import argparse
import inspect
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy
import torch

sys.path.insert(0, str(Path(__file__).parent))
from bed import BED, Row, by_autograd, right_of, wrong_of

from grader.authoring import gradient
from grader.course.reference import Reference
from grader.inside.probes import answer
from grader.judging.checks import measure
from grader.judging.evidence import decode_answers, question
from grader.judging.plan import CheckPlan, make_plan
from grader.judging.sentences.summary import decisive
from grader.model import Check, Dimension, Exercise, Gradient, Limits, Reply

Function = Callable[..., Any]
DTYPES = {"float64": torch.float64, "float32": torch.float32}
WORDS = {"accept": "accepted", "reject": "rejected", "undecided": "undecided"}


# ---------------------------------------------------------------- ours


def plan_of(row: Row, seed: int) -> CheckPlan:
    """Plan the cases of one function as for a check of an exercise, asked in both dtypes."""
    wrt = tuple(row.inputs)
    check = Check("g", "g", 1.0, call="g", gradient=Gradient("f", wrt), inputs=row.inputs)
    sizes = {name: Dimension(3, 7) for name in ("n", "m")} | {"k": Dimension(3, 7, one=False)}
    exercise = Exercise("bed", "bed", (check,), sizes, Limits(), Path(), Path(), "")

    def derived(*values: Any) -> Any:
        found = gradient(row.function, *values)
        return found if isinstance(found, tuple) else (found,)

    namespace = {"f": _named(row.function, wrt), "g": derived}
    return make_plan(exercise, Reference(namespace, (), (), {}, {}, {}), seed).checks[0]


def _named(function: Function, names: Sequence[str]) -> Function:
    """Return the function with the parameter names of the bed's row."""

    def named(*values: Any) -> Any:
        return function(*values)

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    signature = inspect.Signature([inspect.Parameter(name, kind) for name in names])
    named.__signature__ = signature  # type: ignore[attr-defined]
    return named


def ours(plan: CheckPlan, student: Function, dtype: str) -> str:
    """Return what this project says of a gradient in one of the dtypes in which it is asked."""
    asked = question(replace(plan.probe, repeat=False))
    reply = Reply("g", "answered", answer(asked, {"g": student}))
    answers = decode_answers(reply, len(plan.probe.cases))
    if any(found.status != "returned" for found in answers):
        return "reject"
    measured = measure(plan.check, plan.probe.cases, answers, plan.expected)
    both = zip(measured, plan.expected, strict=True)
    half = [(case, wanted) for case, wanted in both if case.case.dtype == dtype]
    if not all(case.agrees for case, _ in half):
        return "reject"
    cases, expected = [case for case, _ in half], [wanted for _, wanted in half]
    return "accept" if decisive(expected, cases, plan.check) else "undecided"


# ---------------------------------------------------------------- the others


def at_random(row: Row, dtype: torch.dtype, seed: int) -> list[Any]:
    """Return one random point of moderate size, as such checks are used."""
    rng = numpy.random.default_rng(seed)
    sizes = {"n": 4, "m": 3, "k": 5}
    found = []
    for text in row.inputs.values():
        name, _, rest = text.partition("(")
        parts = [part.strip() for part in rest.rstrip(")").split(",") if part.strip()]
        low, high = (float(parts[0]), float(parts[1])) if name == "uniform" else (0.0, 0.0)
        shape = [sizes.get(part) or int(part) for part in parts[2 if name == "uniform" else 0 :]]
        values = rng.uniform(low, high, shape) if name == "uniform" else rng.normal(size=shape)
        values = numpy.abs(values) + 0.1 if name == "positive" else values
        found.append(torch.tensor(values, dtype=dtype))
    return found


def allclose(row: Row, student: Function, at: Sequence[Any]) -> str:
    """Compare with the reference by the defaults of numpy."""
    right = by_autograd(row.function, *(a.double() for a in at))
    got = student(*at)
    close = all(
        numpy.allclose(g.double().numpy(), r.numpy()) for g, r in zip(got, right, strict=True)
    )
    return "accept" if close else "reject"


def gradcheck(row: Row, student: Function, at: Sequence[Any]) -> str:
    """Compare with finite differences by the defaults of torch."""

    class Claimed(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, *arguments: Any) -> Any:
            ctx.save_for_backward(*arguments)
            return row.function(*arguments)

        @staticmethod
        def backward(ctx: Any, upstream: Any) -> Any:
            found = student(*ctx.saved_tensors)
            return tuple(g.to(upstream.dtype) * upstream for g in found)

    leaves = [a.clone().requires_grad_() for a in at]
    good = torch.autograd.gradcheck(Claimed.apply, leaves, raise_exception=False)
    return "accept" if good else "reject"


def cs231n(row: Row, student: Function, at: Sequence[Any]) -> str:
    """Compare with central differences by the rule of the course notes."""
    worst = 0.0
    for index, claimed in enumerate(student(*at)):
        numeric = torch.zeros_like(at[index]).reshape(-1)
        flat = at[index].reshape(-1)
        for entry in range(len(flat)):
            kept = flat[entry].item()
            sides = []
            for step in (1e-5, -1e-5):
                flat[entry] = kept + step
                sides.append(float(row.function(*at)))
            flat[entry] = kept
            numeric[entry] = (sides[0] - sides[1]) / 2e-5
        a, n = claimed.double().reshape(-1), numeric.double()
        worst = max(worst, float(((a - n).abs() / (a.abs() + n.abs()).clamp(min=1e-8)).max()))
    return "accept" if worst < 1e-5 else "reject"


# ---------------------------------------------------------------- counting


def is_wrong(row: Row, student: Function, plan: CheckPlan) -> bool:
    """Return whether a gradient differs from the right one by more than rounding anywhere."""
    for case in plan.probe.cases:
        at = list(case.arguments.values())
        for got, right in zip(student(*at), by_autograd(row.function, *at), strict=True):
            if bool(((got - right).abs() > 1e-9 * right.abs()).any()):
                return True
    return False


def judged(row: Row, name: str, dtype: str, seed: int, plan: CheckPlan, student: Function) -> str:
    """Return what one rule says."""
    if name == "ours":
        return ours(plan, student, dtype)
    rule = {"allclose": allclose, "gradcheck": gradcheck, "CS231n": cs231n}[name]
    if row.kind == "large" and name != "allclose":
        return "undecided"  # a thousand coordinates one by one
    return rule(row, student, at_random(row, DTYPES[dtype], seed))


def count(rows: Sequence[Row], seeds: Sequence[int]) -> tuple[Counter[Any], list[str]]:
    """Judge everything by every rule; return the counts and our own errors."""
    found: Counter[Any] = Counter()
    ours_wrong: list[str] = []
    for row in rows:
        for seed in seeds:
            plan = plan_of(row, seed)
            students = [("right", *pair) for pair in right_of(row)]
            students += [("wrong", *pair) for pair in wrong_of(row) if is_wrong(row, pair[1], plan)]
            for dtype in DTYPES:
                for truth, style, student in students:
                    for name in ("ours", "allclose", "gradcheck", "CS231n"):
                        said = judged(row, name, dtype, seed, plan, student)
                        found[name, dtype, truth, said] += 1
                        bad = {"right": "reject", "wrong": "accept"}[truth]
                        if name == "ours" and said == bad:
                            ours_wrong.append(f"{row.name}, {style}, {dtype}, seed {seed}: {said}")
    return found, ours_wrong


def table(found: Counter[Any], functions: int) -> str:
    """Return the Markdown table."""
    lines = [
        f"{functions} functions.\n",
        "| rule | dtype | wrong | accepted | % | right | rejected | % | undecided |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name in ("ours", "allclose", "gradcheck", "CS231n"):
        for dtype in DTYPES:
            said = {
                (truth, word): found[name, dtype, truth, word]
                for truth in ("wrong", "right")
                for word in WORDS
            }
            wrong = sum(n for (truth, _), n in said.items() if truth == "wrong")
            right = sum(n for (truth, _), n in said.items() if truth == "right")
            accepted, rejected = said["wrong", "accept"], said["right", "reject"]
            undecided = said["wrong", "undecided"] + said["right", "undecided"]
            lines.append(
                f"| {name} | {dtype} | {wrong} | {accepted} | {100 * accepted / wrong:.1f} | "
                f"{right} | {rejected} | {100 * rejected / right:.1f} | {undecided} |"
            )
    return "\n".join(lines)


def main() -> int:
    """Run the benchmark; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds to draw with")
    parser.add_argument("--only", default="", help="functions whose name holds this")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    began = time.perf_counter()
    rows = [row for row in BED if options.only in row.name]
    found, ours_wrong = count(rows, range(1, options.seeds + 1))
    print(table(found, len(rows)))
    print(f"\n{time.perf_counter() - began:.0f} s")
    for line in ours_wrong:
        print("ours errs:", line)
    return int(bool(ours_wrong))


if __name__ == "__main__":
    raise SystemExit(main())
