"""Work that names a GPU runs on the CPU, whichever way it says so, and is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from grader.inside import devices
from grader.judging.judge import Judge
from grader.judging.structure import DEVICE
from grader.model import Cell, Limits, Submission
from grader.sandbox.notebooks import names_device, setup
from tests.in_process import judge_of, score_cells


@pytest.fixture
def mapped() -> Iterator[None]:
    devices.map_to_cpu()
    yield
    torch.set_default_device(None)
    devices.undo()


@pytest.mark.usefixtures("mapped")
@pytest.mark.parametrize(
    "expression",
    [
        "torch.zeros(2, device='cuda')",
        "torch.arange(2.0, device='cuda:1')",
        "torch.tensor([1.0], device=torch.device('mps'), requires_grad=True)",
        "torch.ones_like(torch.zeros(2), device='xpu')",
        "torch.zeros(2).new_full((3,), 1.0, device='cuda')",
        "torch.zeros(2).to('cuda')",
        "torch.zeros(2).to(torch.device('cuda', 0), torch.float64)",
        "torch.zeros(2).to(device='mps', non_blocking=True)",
        "torch.zeros(2).to(0)",
        "torch.zeros(2).cuda(non_blocking=True)",
        "torch.nn.Linear(1, 2).to('cuda').weight",
        "torch.nn.Linear(1, 2).cuda().weight",
        "torch.nn.Linear(1, 2, device='cuda').weight",
        "torch.rand(2, generator=torch.Generator(device='cuda').manual_seed(0), device='cuda')",
        "torch.zeros(2).type('torch.cuda.FloatTensor')",
        "torch.set_default_device('cuda') or torch.zeros(2)",
        "torch.func.vmap(lambda x: x + torch.zeros(2, device='cuda'))(torch.ones(3))",
    ],
)
def test_other_devices_stand_for_the_cpu(expression: str) -> None:
    found = eval(expression, {"torch": torch})
    assert isinstance(found, torch.Tensor)
    assert found.device.type == "cpu"
    assert devices.noticed() == {"device"}


@pytest.mark.usefixtures("mapped")
def test_a_default_device_in_a_block_is_the_cpu() -> None:
    with torch.device("cuda"):
        assert torch.zeros(2).device.type == "cpu"


@pytest.mark.usefixtures("mapped")
@pytest.mark.parametrize(
    "statement",
    [
        "torch.cuda.synchronize()",
        "torch.cuda.set_device(0)",
        "torch.cuda.manual_seed_all(0)",
        "torch.cuda.empty_cache()",
        "torch.cuda.Event(enable_timing=True).record()",
        "torch.mps.synchronize()",
        "with torch.cuda.device(0): pass",
        "with torch.autocast('cuda'): pass",
        "torch.amp.GradScaler('cuda')",
        "assert not torch.cuda.is_available()",
        "assert not torch.zeros(2, device='cuda').is_cuda",
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_what_a_device_is_told_is_told_to_nobody(statement: str) -> None:
    exec(statement, {"torch": torch})


@pytest.mark.usefixtures("mapped")
def test_a_saved_tensor_comes_back_to_the_cpu(tmp_path: Path) -> None:
    torch.save(torch.ones(2), tmp_path / "w.pt")
    assert torch.load(tmp_path / "w.pt", map_location="cuda").device.type == "cpu"


def test_careful_code_is_not_remarked_on() -> None:
    devices.map_to_cpu()
    try:
        torch.zeros(2, device="cuda" if torch.cuda.is_available() else "cpu").to("cpu")
        assert devices.noticed() == set()
    finally:
        devices.undo()


def test_nothing_is_left_of_it() -> None:
    before = torch.zeros, torch.Tensor.to, torch.Tensor.cuda, torch.cuda.Event, torch.Generator
    devices.map_to_cpu()
    devices.undo()
    after = torch.zeros, torch.Tensor.to, torch.Tensor.cuda, torch.cuda.Event, torch.Generator
    assert after == before
    assert "to" not in vars(torch.Tensor)


SOURCE = """
import torch
def square_gradient(x):
    x = x.detach().clone().to("cuda").requires_grad_()
    return torch.autograd.grad(x**2, x)[0]
def cubic_gradients(a, b):
    return 2 * a.cuda(), b
"""


def test_a_device_is_remarked_on_once() -> None:
    score = score_cells(judge_of("scalar-gradients"), (Cell(0, SOURCE),))
    assert [verdict.outcome for verdict in score.checks] == ["pass", "fail", "missing"]
    assert score.remarks == (DEVICE,)
    assert not any(verdict.remarks for verdict in score.checks)


def test_a_course_may_refuse_devices() -> None:
    usual = judge_of("scalar-gradients").plan
    strict = replace(usual.exercise, limits=Limits(devices="strict"))
    verdict = score_cells(Judge(replace(usual, exercise=strict)), (Cell(0, SOURCE),)).checks[0]
    assert verdict.outcome == "error"
    assert verdict.mistake == "device"
    assert "this work runs on a CPU" in verdict.feedback


@pytest.mark.parametrize(
    ("source", "limits", "wanted"),
    [
        ("x.cuda()", Limits(), True),
        ("x.to('mps')", Limits(), True),
        ("x.cuda()", Limits(devices="strict"), False),
        ("mpsolve(x)", Limits(), False),
    ],
)
def test_only_work_that_names_a_device_is_wrapped(
    source: str, limits: Limits, wanted: bool
) -> None:
    cells: tuple[Any, ...] = (Cell(0, source),)
    submission = Submission("ada-l", "mse", Path("mse.ipynb"), "notebook", "", cells)
    assert setup(submission, False, limits)["devices"] is wanted
    assert names_device(cells) is (source != "mpsolve(x)")
