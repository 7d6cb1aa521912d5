"""Sources and outputs that nobody writes by intention cost at most their own check."""

from __future__ import annotations

import json
import time

import numpy
import pytest
import torch

from grader.course.inputs import draw, extreme, parse
from grader.inside import printed
from grader.judging.evidence import Array
from grader.judging.oracle import Expected, compare
from grader.judging.printed_numbers import printed as printed_property
from grader.judging.sentences.disagreement import only_after
from grader.model import Case
from grader.submissions.cells import notebook_cells
from grader.submissions.leaving import left_by
from grader.submissions.prose import prose_of_module
from tests.in_process import judge_of, score_cells

DEEP = 5_000


def test_tags_that_are_nested_too_deep_are_no_tags() -> None:
    header = f"# %% [markdown] tags={'[' * 20_000}"
    assert prose_of_module(f"{header}\n# hi\n# %%\nx = 1\n") == ()


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "+".join(["1"] * 1_500),
        "if x:\n    x = 0\n" + "".join(f"elif x == {n}:\n    x = {n}\n" for n in range(1_500)),
    ],
)
def test_what_a_long_statement_leaves_is_found(source: str) -> None:
    assert left_by(source).names == {"x"}


def test_an_end_of_a_range_may_be_a_dimension() -> None:
    declared = parse("integer(1, n)", {"n": object()})
    assert (extreme(declared, {"n": 7}, True), extreme(declared, {"n": 7}, False)) == (7, 1)
    assert 1 <= draw(declared, {"n": 7}, numpy.random.default_rng(0)) <= 7


def test_keeping_what_is_printed_takes_no_longer_the_more_there_is() -> None:
    printed.forget()
    began = time.process_time()
    for _ in range(60_000):
        printed.add("x ")
    assert time.process_time() - began < 1
    assert len(printed.text()) == printed.MOST
    printed.forget()
    printed.add("y" * (printed.MOST + 5))
    assert printed.text() == "y" * printed.MOST
    printed.forget()


@pytest.mark.parametrize("steps", [torch.ones(3), [1, 2], "many", 2.5, True])
def test_a_name_of_a_count_may_stand_for_something_else(steps: object) -> None:
    failed, passed = Case("a", False, {"steps": steps}), Case("b", False, {"steps": 1})
    assert only_after([failed], [passed]) == ""


def test_turns_of_a_loop_are_told() -> None:
    cases = [Case(str(n), False, {"steps": n}) for n in (1, 2, 3)]
    assert "only with `steps` above 1" in only_after(cases[1:], cases[:1])


@pytest.mark.parametrize("odd", ["1e400", "123e4567-e89b", "1e-99999", "9" * 400])
def test_a_printed_number_may_be_any(odd: str) -> None:
    wanted = printed_property([0.5, 0.25], "the losses")
    assert wanted.holds(f"{odd}\n0.5\n0.25\n")
    assert not wanted.holds(f"{odd}\n0.5\n")


def test_a_shape_of_as_many_numbers_carries_nothing() -> None:
    right = Expected("dW", numpy.zeros((12, 10)), numpy.zeros((12, 10)))
    flat = compare(right, Array(numpy.zeros(120), "float64"), 1e-16)
    assert flat.note == "shape (120,) instead of (12, 10)"
    large = compare(right, Array(numpy.zeros(121), "float64"), 1e-16)
    assert large.note == "a shape that is far too large instead of (12, 10)"


def test_magics_of_ones_own_run_are_left_out_where_a_work_is_graded() -> None:
    sources = [
        "import torch\n%load_ext grader",
        "%%check\ndef square_gradient(x):\n    return 2 * x",
        "%check square_gradient",
    ]
    cells = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "id": f"c{n}",
         "execution_count": None}
        for n, source in enumerate(sources)
    ]  # fmt: skip
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    read, _ = notebook_cells(json.dumps(notebook))
    assert [cell.source.count("\n") for cell in read] == [1, 2, 0], "lines keep their numbers"
    score = score_cells(judge_of("scalar-gradients"), read)
    assert score.checks[0].feedback.startswith("The numbers are right"), score.checks[0].feedback
