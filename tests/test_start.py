"""What the first score waits for, and what it does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from grader.inside import warmth
from grader.model import Cell, Isolation, Submission
from grader.sandbox.machine import started
from grader.submissions.needs import FEW, Needs, needs_of

SLOW = "{'torch', 'scipy', 'sqlalchemy', 'nbclient', 'nbformat', 'pydantic', 'asyncio', 'jinja2'}"


def submission(*sources: str) -> Submission:
    cells = tuple(Cell(index, source) for index, source in enumerate(sources))
    return Submission("ada-l", "demo", Path("demo.ipynb"), "notebook", "0" * 64, cells)


@pytest.mark.parametrize(
    ("sources", "parts"),
    [
        (["x = 1"], ()),
        (["%matplotlib inline"], ("plots",)),
        (["x = 1", "plt.plot(x)"], ("plots",)),
        (["import torch.optim as optim"], ("optimizers",)),
        (["torch.func.grad(f)(x)"], ("transforms",)),
        (["from torch.func import jacrev as d"], ("transforms",)),
        (["torch.autograd.functional.jacobian(f, x)"], ("transforms",)),
        (["optimal = 1"], ()),
        (["torch.optim.SGD([], lr=1)", "import matplotlib.pyplot as p"], ("plots", "optimizers")),
    ],
)
def test_submissions_say_what_is_warmed_up(sources: list[str], parts: tuple[str, ...]) -> None:
    assert needs_of([submission("y = 2"), submission(*sources)]).parts == parts


def test_few_kernels_need_no_more_than_the_first_one() -> None:
    assert not needs_of([submission()] * (FEW - 1)).many
    assert needs_of([submission()] * FEW).many


def test_all_parts_can_be_warmed_up() -> None:
    assert set(Needs().parts) == set(warmth.PARTS)
    assert set(warmth.TYPICAL_CELLS) == {"", *warmth.PARTS}


@pytest.mark.slow
@pytest.mark.parametrize(
    "module",
    [
        "grader.grading.ahead",
        "grader.grading.ordering",
        "grader.grading.progress",
        "grader.cli.classes",
    ],
)
def test_what_starts_first_imports_nothing_slow(module: str) -> None:
    code = f"import {module}, sys; sys.exit(', '.join({SLOW} & set(sys.modules)) or 0)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""


@pytest.mark.slow
def test_the_coordinator_never_imports_torch() -> None:
    modules = "grader.grading.pipeline, grader.grading.progress, grader.judging.unread"
    modules += ", grader.report.pages, grader.grading.ahead"
    code = (
        f"import {modules}, sys; sys.exit(', '.join({{'torch', 'scipy'}} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""


@pytest.mark.sandbox
@pytest.mark.parametrize("wanted", [None, Isolation.REDUCED])
def test_a_process_started_ahead_is_at_the_level_that_was_chosen(wanted: Isolation | None) -> None:
    with started(wanted) as (site, shared):
        assert wanted in (None, site.setting.level)
        shared.warm(Needs(("plots", "nothing of the kind"), many=False))
        shared.wait_until_ready()
