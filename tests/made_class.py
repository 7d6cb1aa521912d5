"""A whole made-up class with every kind of outcome and picture, for pages and benchmarks."""

from __future__ import annotations

import base64
import random
import struct
import zlib
from dataclasses import replace

from grader.model import (
    CellRun,
    CheckVerdict,
    Entries,
    HiddenSummary,
    Integrity,
    Isolation,
    Measured,
    MeasuredItem,
    Outcome,
    Score,
)
from tests.made_scores import code_cell, make_check, make_item, make_run, make_score

__all__ = ["HANDLES", "make_class", "make_showcase", "png"]

HANDLES = (
    "ada-l", "alan-t", "barbara-l", "blaise-p", "carl-g", "donald-k", "edsger-d", "emmy-n",
    "grace-h", "henri-p", "john-n", "katherine-j", "leonhard-e", "mary-c", "sofia-k", "srinivasa-r",
)  # fmt: skip
_LR = 0.05


def png(shade: int = 90) -> str:
    """A small grey picture, base64 as a kernel sends it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    rows = b"".join(b"\0" + bytes([shade] * 240) for _ in range(120))
    header = struct.pack(">IIBBBBB", 240, 120, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(parts)).decode()


def make_showcase(student: str = "grace-h") -> Score:
    """One score that uses every part of the student's page."""
    checks = (
        make_check(
            id="mse",
            call="mse",
            title=r"Mean squared error $\frac{1}{n}\sum_i (w x_i + b - y_i)^2$",
            feedback="`mse` agrees on every case, `N = 1` included.",
        ),
        _summed(),
        _transposed(),
        _late_losses(),
        _descent(),
        make_check(
            Outcome.ERROR,
            id="plot_fit",
            call="plot_fit",
            title="Data, fitted line and loss curve",
            feedback="`plot_fit` raised `NameError: name 'plt' is not defined` in cell 3, line 2.",
            possible=2.0,
            items=(),
            public=(),
            hidden=HiddenSummary(2, 0, None),
        ),
        make_check(
            Outcome.MISSING,
            id="cubic_gradients",
            call="cubic_gradients",
            title="Gradients of $y = a^3 - b^2 + 3$",
            feedback="`cubic_gradients` is still the stub.",
            items=(),
            public=(),
            hidden=HiddenSummary(0, 0, None),
        ),
        make_check(
            Outcome.TIMEOUT,
            id="numerical_gradient",
            call="numerical_gradient",
            title="Gradient by central differences",
            feedback="The call did not return within 10 s.",
            items=(),
            public=(),
            hidden=HiddenSummary(0, 0, None),
        ),
        make_check(
            Outcome.SKIPPED,
            id="train",
            call="train",
            title="A training loop on top of `fit`",
            feedback="This check needs `fit` to be right.",
            items=(),
            public=(),
            hidden=HiddenSummary(0, 0, None),
        ),
    )
    score = make_score(student, "linear-regression", checks=checks, run=_run())
    return replace(
        score,
        title="Linear regression by hand",
        integrity=(),
        remarks=("A result was float32 for float64 input; that costs nothing.",),
    )


def _run() -> object:
    source = (
        "import torch\n\ndef gradients_by_hand(x, y, w, b):\n"
        "    error = w * x + b - y  # residual\n"
        "    return 2 * (error * x).sum(), 2 * error.sum()"
    )
    frame = (
        "<style>td { color: red }</style><table><thead><tr><th></th><th>x</th><th>y</th></tr>"
        "</thead><tbody><tr><th>0</th><td>1.0</td><td>2.0</td></tr></tbody></table>"
    )
    colours = "epoch 1  \x1b[32mloss 4.21\x1b[0m\nepoch 2  \x1b[31mloss 9.87\x1b[0m\n"
    notebook = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [
            {
                "cell_type": "markdown",
                "metadata": {},
                "source": "# Linear regression\n\nThe model is $\\hat{y} = w x + b$; minimise\n\n"
                "$$L = \\frac{1}{n} \\sum_{i=1}^{n} (\\hat{y}_i - y_i)^2$$\n\nwith **your own** "
                "gradients.",
            },
            code_cell(source, {"output_type": "stream", "name": "stdout", "text": colours}),
            code_cell(
                "pd.DataFrame(data).head(1)",
                {"output_type": "execute_result", "data": {"text/html": frame}},
                {"output_type": "display_data", "data": {"image/png": png()}},
            ),
            code_cell(
                "w, b, losses = fit(x, y, 0.01, 100)\nplt.plot(losses)",
                {
                    "output_type": "error",
                    "ename": "NameError",
                    "evalue": "name 'plt' is not defined",
                    "traceback": [
                        "\x1b[31mNameError\x1b[0m: name 'plt' is not defined",
                        "  cell 3, line 2: plt.plot(losses)",
                    ],
                },
            ),
        ],
    }
    cells = (
        CellRun(0, "ok", 0.02),
        CellRun(1, "ok", 0.05),
        CellRun(2, "error", 0.01, "NameError: name 'plt' is not defined", 2),
    )
    return make_run(notebook=notebook, cells=cells, isolation=Isolation.REDUCED)


def _item(
    name: str, shape: tuple[int, ...], expected: list[float], got: list[float]
) -> MeasuredItem:
    tolerance = tuple(2e-5 * (1 + abs(value)) for value in expected)
    errors = [abs(a - b) for a, b in zip(expected, got, strict=True)]
    worst = max(range(len(errors)), key=lambda k: errors[k] / tolerance[k])
    return make_item(
        name,
        errors[worst] <= tolerance[worst],
        error=errors[worst],
        tolerance=tolerance[worst],
        expected=_text(expected),
        got=_text(got),
        entries=Entries(shape, tuple(expected), tuple(got), tolerance),
    )


def _text(values: list[float]) -> str:
    shown = ", ".join(f"{value:.4g}" for value in values[:8])
    return f"[{shown}{', …' if len(values) > 8 else ''}]"


def _failed(call: str, title: str, feedback: str, mistake: str, **changes: object) -> CheckVerdict:
    slug = mistake.replace(" ", "-")
    check = make_check(Outcome.FAIL, id=call, call=call, title=title, feedback=feedback)
    hidden = HiddenSummary(6, 1, 5e4, ("N = 1", "float32"))
    return replace(check, mistake=slug, mistake_title=mistake, hidden=hidden, **changes)


def _summed() -> CheckVerdict:
    w = _item("dL/dw", (), [-7.5], [-30.0])
    b = _item("dL/db", (), [-2.5], [-10.0])
    w = replace(w, entries=replace(w.entries, differences=(-30.0,)))
    case = Measured(
        "public-1", True, (w, b), {"x": "[1, 2, 3, 4]", "y": "[2, 4, 6, 8]", "w": "1.5"}
    )
    return _failed(
        "gradients_by_hand",
        r"$\partial L/\partial w$ and $\partial L/\partial b$, by hand",
        "Both gradients are exactly $n$ times too large, on every case. You add the squared "
        "errors; the task asks for their mean.\n\nLook at what `mean` divides by, and where that "
        "factor goes when you differentiate.",
        "sum instead of mean",
        items=(w, b),
        public=(case,),
        possible=4.0,
    )


def _transposed() -> CheckVerdict:
    expected = [1.0, 2.0, 3.0, 0.5, -1.5, 2.5, 4.0, 0.25, -6.0]
    got = [expected[3 * (k % 3) + k // 3] for k in range(9)]
    W = _item("dL/dW", (3, 3), expected, got)
    x = _item("dL/dx", (3,), [5.0, 7.0, 9.0], [5.0, 7.0, 9.0])
    case = Measured("public-1", True, (W, x), {"W": "3 × 3", "x": "[1, 2, 3]"})
    return _failed(
        "linear_map_gradients",
        r"$\partial L/\partial W$ and $\partial L/\partial x$ of $L = \sum W x$",
        "`dL/dx` is right. `dL/dW` is the transposed of what is due.",
        "transposed result",
        items=(W, x),
        public=(case,),
        earned=1.5,
    )


def _late_losses() -> CheckVerdict:
    def losses(shift: int) -> list[float]:
        return [9.0 * 0.93 ** (2 * (k + shift)) + 0.002 for k in range(60)]

    w = _item("w", (), [1.94], [1.94])
    b = _item("b", (), [0.18], [0.35])
    history = _item("losses", (60,), losses(0), losses(1))
    x, y = (1.0, 2.0, 3.0, 4.0), (2.0, 4.0, 6.0, 8.0)
    case = Measured("public-1", True, (w, b, history), {"lr": "0.01"}, {"x": x, "y": y})
    return _failed(
        "fit",
        "Full-batch gradient descent",
        "`losses[k]` is the loss after update `k`; the task asks for the loss before it.",
        "loss recorded after the update",
        items=(w, b, history),
        public=(case,),
        earned=2.0,
    )


def _descent() -> CheckVerdict:
    def path(rate: float) -> tuple[list[float], list[float]]:
        xs = [0.0]
        for _ in range(24):
            xs.append(xs[-1] - rate * 2 * (xs[-1] - 3))
        return xs, [(x - 3) ** 2 + 5 for x in xs]

    (due_x, due_f), (got_x, got_f) = path(0.1), path(0.8)
    items = (_item("history_x", (25,), due_x, got_x), _item("history_f", (25,), due_f, got_f))
    case = Measured("public-1", True, items, {"f": "(x − 3)² + 5", "lr": "0.1", "steps": "25"})
    return _failed(
        "minimize",
        "Descent on a function of one variable",
        "The path goes back and forth over the minimum: the learning rate that you use is not "
        "`lr`.",
        "hard-wired learning rate",
        items=items,
        public=(case,),
    )


_MISTAKES = ("sum instead of mean", "missing factor 2", "wrong sign", "gradients swapped")


def make_class(
    students: int = 16, exercises: int = 3, checks: int = 4, seed: int = 5
) -> list[Score]:
    """A class in which strong students do well, with some of every trouble."""
    draw = random.Random(seed)
    scores = []
    for number in range(students):
        handle = HANDLES[number % len(HANDLES)]
        student = handle if number < len(HANDLES) else f"{handle}-{number // len(HANDLES)}"
        skill = draw.random()
        for exercise in range(exercises):
            verdicts = tuple(_drawn(draw, skill, exercise, check) for check in range(checks))
            scores.append(_handed_in(draw, student, exercise, verdicts))
    return scores


def _drawn(draw: random.Random, skill: float, exercise: int, check: int) -> CheckVerdict:
    name = f"exercise_{exercise}_gradient_{check}"
    luck = draw.random() * 0.6 + skill * 0.7 - check * 0.07
    if luck > 0.45:
        return make_check(id=name, call=name, possible=3.0)
    if luck > 0.2:
        mistake = _MISTAKES[min(3, int(draw.expovariate(1.2)))]
        return replace(_failed(name, "", "Not what is due.", mistake), public=(), items=())
    outcome = draw.choice((Outcome.MISSING, Outcome.ERROR, Outcome.TIMEOUT, Outcome.FAIL))
    return make_check(outcome, id=name, call=name, public=(), items=())


def _handed_in(
    draw: random.Random, student: str, exercise: int, checks: tuple[CheckVerdict, ...]
) -> Score:
    run = make_run(
        wall_s=0.2 + draw.expovariate(2), max_rss_mb=150 + draw.expovariate(0.02), notebook=None
    )
    score = make_score(student, f"exercise-{exercise}", checks=checks, run=run, integrity=())
    trouble = draw.random()
    if trouble < 0.01:
        score = replace(
            score, status="provisional", message="gradient_1 is undecided after two redraws."
        )
    elif trouble < 0.02:
        score = replace(score, status="ungraded", message="a.ipynb: is not JSON", checks=())
    elif trouble < 0.03:
        score = replace(score, integrity=(Integrity("patched", "torch was changed"),))
    return replace(score, title=f"Exercise {exercise}: gradients")
