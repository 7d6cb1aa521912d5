"""What a reference file imports: mark mistakes, probes, samplers, and differentiate.

from grader.authoring import gradient, mistake, probe

def mse(x, y, w, b):
    return ((w * x + b - y) ** 2).mean()

@mistake("mse_gradients", "sum instead of mean")
def summed(x, y, w, b):
    \"\"\"You add the squared errors; the task asks for their mean.\"\"\"
    return gradient(lambda w, b: ((w * x + b - y) ** 2).sum(), w, b)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import torch

__all__ = [
    "Mark",
    "gradient",
    "mark_of",
    "mistake",
    "probe",
    "rewriting",
    "sampler",
    "solution",
]

Function = TypeVar("Function", bound=Callable[..., Any])
_MARK = "__grader_mark__"


@dataclass(frozen=True)
class Mark:
    """What a decorator of this module says about a function of a reference file."""

    kind: str
    """`mistake`, `rewriting`, `probe`, `sampler` or `solution`."""
    target: str = ""
    """The student's function (mistake, rewriting), check id (sampler) or cell tag (solution)."""
    title: str = ""


def mistake(target: str, title: str) -> Callable[[Function], Function]:
    """Declare what a student's `target` computes under a known mistake.

    The function's name is the mistake's slug, `title` names it, and the docstring is the sentence
    that the student reads; it explains without giving the answer away.
    """
    return _marked(Mark("mistake", target, title))


def rewriting(target: str) -> Callable[[Function], Function]:
    """Declare another right way to write `target`; `grader verify` sees that it loses no point."""
    return _marked(Mark("rewriting", target))


def probe(function: Function) -> Function:
    """Declare a probe: `probe(student, **inputs)` returns a value, or a dict of named items.

    Its source travels into the sandbox, where `student.NAME` is what the student defined and
    `torch`, `numpy` and `math` are at hand; it must hold no answer.
    """
    return _marked(Mark("probe"))(function)


def sampler(check: str) -> Callable[[Function], Function]:
    """Declare how inputs of a check are drawn: `sampler(rng, index)` returns name to value.

    `rng` is a `numpy.random.Generator`, `index` the number of the draw. For inputs that depend
    on each other; all others are distributions in `exercise.toml`.
    """
    return _marked(Mark("sampler", check))


def solution(cell: str) -> Callable[[Function], Function]:
    """Declare a solution of the notebook cell with this tag: a function that returns `locals()`."""
    return _marked(Mark("solution", cell))


def mark_of(found: object) -> Mark | None:
    """Return the mark that a decorator of this module left, or None."""
    mark = getattr(found, "__dict__", {}).get(_MARK)  # a class does not inherit its parent's
    return mark if isinstance(mark, Mark) else None


def _marked(mark: Mark) -> Callable[[Function], Function]:
    def decorate(function: Function) -> Function:
        setattr(function, _MARK, mark)
        return function

    return decorate


def gradient(function: Callable[..., Any], *at: Any) -> Any:
    """Return the gradient of a scalar function with respect to each of `at`, by torch's autograd.

    Numbers become 0-d float64 tensors. One argument gives a tensor of its shape, several a tuple;
    what the function does not depend on has gradient zero.
    """
    with torch.enable_grad():
        leaves = [_leaf(x) for x in at]
        value = function(*leaves)
        if not (isinstance(value, torch.Tensor) and value.requires_grad):
            found: Sequence[Any] = [torch.zeros_like(leaf) for leaf in leaves]
        else:
            found = torch.autograd.grad(value, leaves, materialize_grads=True, allow_unused=True)
    return found[0] if len(at) == 1 else tuple(found)


def _leaf(x: Any) -> torch.Tensor:
    if isinstance(x, float):  # of torch.tensor(0.1) float32 is left, which rounds the reference
        return torch.tensor(x, dtype=torch.float64, requires_grad=True)
    tensor = x.detach().clone() if isinstance(x, torch.Tensor) else torch.tensor(x)
    floating = tensor if tensor.is_floating_point() else tensor.to(torch.float64)
    return floating.requires_grad_()
