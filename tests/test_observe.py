"""What cells do is noted until it is asked for, whichever way autograd is called."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from grader.inside.observe import note, noted


def leaf() -> torch.Tensor:
    return torch.tensor(3.0, requires_grad=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cell", "labels"),
    [
        (lambda: (leaf() ** 2).backward(), ["autograd"]),
        (lambda: torch.func.grad(lambda x: x**2)(torch.tensor(3.0)), ["autograd"]),
        (lambda: torch.nn.functional.mse_loss(leaf(), leaf()), ["loss"]),
        (lambda: 2 * 3.0, []),
    ],
)
def test_what_a_cell_uses_is_noted(cell: Callable[[], object], labels: list[str]) -> None:
    noted()
    note(cell)
    assert noted() == labels


def test_what_a_cell_used_before_it_stopped_counts() -> None:
    def cell() -> None:
        (leaf() ** 2).backward()
        raise KeyError("w")

    noted()
    with pytest.raises(KeyError, match="w"):
        note(cell)
    assert noted() == ["autograd"]


def test_notes_belong_to_the_cells_since_the_last_question() -> None:
    noted()
    note(lambda: (leaf() ** 2).backward())
    note(lambda: None)
    assert (noted(), noted()) == (["autograd"], ["autograd"])
    note(lambda: None)
    assert noted() == []
