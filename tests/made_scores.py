"""Scores, evidence and submissions made for tests: no sandbox, no judge, every field in use."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.model import (
    Cell,
    CellRun,
    CheckVerdict,
    Entries,
    Evidence,
    HiddenSummary,
    Integrity,
    Isolation,
    Measured,
    MeasuredItem,
    Outcome,
    Reply,
    Run,
    Score,
    Submission,
)

ENVIRONMENT = {
    "grader": "0.1.0",
    "python": "3.11.7",
    "torch": "2.13.0+cpu",
    "numpy": "2.4.6",
    "platform": "Linux-6.1-x86_64",
    "threads": "1",
}


def make_item(name: str = "w", agrees: bool = True, **changes: Any) -> MeasuredItem:
    item = MeasuredItem(name, agrees, error=3e-7 if agrees else 2.5, tolerance=2e-5)
    return replace(item, **changes)


def make_case(agrees: bool = True, **changes: Any) -> Measured:
    got = (6.0,) if agrees else (3.0,)
    item = make_item(
        "dy/dx",
        agrees,
        expected="6.0",
        got=f"{got[0]}",
        entries=Entries((), (6.0,), got, (2e-5,), (6.0000001,)),
    )
    case = Measured("public-1", True, (item,), {"x": "3.0"}, {"x": (3.0,)})
    return replace(case, **changes)


def make_check(outcome: Outcome = Outcome.PASS, **changes: Any) -> CheckVerdict:
    passed = outcome is Outcome.PASS
    check = CheckVerdict(
        id="square_gradient",
        title="dy/dx of $y = x^2$",
        call="square_gradient",
        outcome=outcome,
        earned=3.0 if passed else 0.0,
        possible=3.0,
        feedback="`square_gradient` is right." if passed else "The gradient is half as large.",
        items=(make_item("dy/dx", passed),),
        public=(make_case(passed),),
        hidden=HiddenSummary(6, 6 if passed else 0, 0.015 if passed else 1e5, ("N = 1",)),
    )
    return replace(check, **changes)


def make_run(**changes: Any) -> Run:
    run = Run(
        status="completed",
        isolation=Isolation.FULL,
        wall_s=0.41,
        cpu_s=0.32,
        max_rss_mb=182.5,
        cells=(CellRun(0, "ok", 0.01), CellRun(1, "error", 0.02, "NameError: name 'z'", 2)),
        phases={"kernel": 0.02, "cells": 0.03, "probes": 0.3},
        notebook=make_notebook(),
    )
    return replace(run, **changes)


def make_notebook(*outputs: dict[str, Any], source: str = "import torch\nz + 1") -> dict[str, Any]:
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "metadata": {}, "source": "# Gradients\n\nof $y = x^2$"},
        code_cell("import torch"),
        code_cell(source, *outputs),
    ]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}


def code_cell(source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "metadata": {},
        "execution_count": 1,
        "source": source,
        "outputs": list(outputs),
    }


def make_score(student: str = "ada-l", exercise: str = "scalar-gradients", **changes: Any) -> Score:
    checks = changes.pop("checks", (make_check(), make_check(Outcome.FAIL, id="cubic_gradients")))
    score = Score(
        student=student,
        exercise=exercise,
        title="Gradients of scalar functions",
        path=f"submissions/{student}/{exercise}.ipynb",
        sha256="5" * 64,
        kind="notebook",
        status="graded",
        earned=sum(check.earned for check in checks),
        possible=sum(check.possible for check in checks),
        checks=checks,
        run=make_run(),
        seed=20261122,
        graded_at="2026-11-22T04:30:00Z",
        environment=ENVIRONMENT,
        integrity=(Integrity("patched", "torch.autograd.grad was replaced"),),
        remarks=("The notebook was upgraded from nbformat 3.",),
    )
    return replace(score, **changes)


def make_evidence(frame: bytes = b"\x00\xff\x80") -> Evidence:
    return Evidence(
        (
            Reply("square_gradient", "answered", frame, seconds=0.002),
            Reply("cubic_gradients", "timeout", message="10 s", seconds=10.0),
        )
    )


def make_submission(student: str = "ada-l", exercise: str = "scalar-gradients") -> Submission:
    path = Path("submissions") / student / f"{exercise}.py"
    cells = (Cell(0, "import torch", line=1), Cell(1, "z = 1", ("answer",), 3))
    return Submission(student, exercise, path, "module", "5" * 64, cells, ("Read as Latin-1.",))
