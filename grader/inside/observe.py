"""Note which of torch's ready-made tools a call used, by watching without touching them.

`sys.setprofile` sees every Python function that is entered; a few files and names of torch are
what a course may ask to use ("by autograd") or to do without ("from scratch"). The note is a
claim of the student's process like every other value: it decides the share of points for the
method, never the share for the numbers.
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import torch

__all__ = ["LABELS", "note", "noted", "observed"]

LABELS = ("autograd", "layer", "loss", "optimizer")

_LOSSES = {
    "cross_entropy", "nll_loss", "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss",
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "kl_div", "poisson_nll_loss",
    "gaussian_nll_loss", "soft_margin_loss", "multi_margin_loss", "hinge_embedding_loss",
}  # fmt: skip
_LAYERS = {"linear", "bilinear"}
_BACKWARD = {"backward", "grad"}
_DIFFERENTIATE = {
    "/autograd/functional.py",
    "/autograd/forward_ad.py",
    "/_functorch/eager_transforms.py",
}
_notes: set[str] = set()
_asked: list[bool] = []
_ROOT = torch.__file__.rsplit("/", 1)[0]
_setprofile = sys.setprofile


def label(filename: str, name: str) -> str | None:
    """Return the label of a function of torch, or None; `filename` is its source file."""
    if not filename.startswith(_ROOT):
        return None
    place = filename[len(_ROOT) :]
    if place == "/_tensor.py" or place == "/autograd/__init__.py":
        return "autograd" if name in _BACKWARD else None
    if place in _DIFFERENTIATE:
        return None if name.startswith("<") else "autograd"  # <module> is an import, no call
    if place.startswith("/optim/"):
        return "optimizer" if name == "step" else None
    if place.startswith("/nn/modules/"):
        if name != "forward" or place.endswith("/module.py"):
            return None
        return "loss" if place.endswith("/loss.py") else "layer"
    if place == "/nn/functional.py":
        return "loss" if name in _LOSSES else None
    return None


def builtin_label(function: object) -> str | None:
    """Return the label of one of torch's functions that are written in C++, or None."""
    name = getattr(function, "__name__", None)
    if name in _LAYERS:
        return "layer"
    return "loss" if name in _LOSSES else None


def observed(call: Callable[[], Any]) -> tuple[Any, list[str]]:
    """Return (value of `call()`, sorted labels); what `call` raises goes through."""
    found: set[str | None] = set()

    def watch(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            code = frame.f_code
            found.add(label(code.co_filename, code.co_name))
        elif event == "c_call" and getattr(argument, "__module__", None) in (None, "torch._C._nn"):
            found.add(builtin_label(argument))

    _setprofile(watch)
    try:
        value = call()
    finally:
        _setprofile(None)
    return value, sorted(name for name in found if name is not None)


def note(call: Callable[[], Any]) -> Any:
    """Return the value of `call()`, which runs a cell, and note the labels until they are asked.

    What was asked for before belongs to earlier cells and is forgotten.
    """
    if _asked:
        _notes.clear()
        _asked.clear()
    (value, raised), labels = observed(lambda: _outcome(call))
    _notes.update(labels)
    if raised is not None:
        raise raised
    return value


def _outcome(call: Callable[[], Any]) -> tuple[Any, BaseException | None]:
    try:
        return call(), None
    except BaseException as error:
        return None, error


def noted() -> list[str]:
    """Return the sorted labels of the cells since the ones that were last asked for."""
    _asked.append(True)
    return sorted(_notes)
