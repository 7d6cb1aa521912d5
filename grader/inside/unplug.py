"""Take autograd out of a process for good, before it reads the first byte of a submission.

Nothing is switched off: a switch could be switched on again. What torch differentiates with is
its kernels for the dispatch keys `Autograd…`, which note how to differentiate each operation,
forwards and backwards; `torch.func`, `torch.autograd`, forward mode and TorchScript all need them.
Every one of them is replaced by a fallthrough, for good: only the handle of the replacement could
take it back, and that is leaked where Python cannot find it. What is left is `autograd.Function`
with formulas of one's own; the engine that would chain them is cut off in the C table of methods,
which every copy of the method reads.

A second copy of torch would be complete. So other programs may not be started, and the libraries
of torch cannot be read again (`grader.inside.seal`).
"""

import ctypes
import os
import warnings
from typing import Any, NoReturn

import torch

__all__ = ["LIBRARIES", "remove_autograd"]

LIBRARIES = os.path.join(os.path.dirname(os.path.realpath(torch.__file__)), "lib")
"""What a second copy of torch would be loaded from."""

_torch: Any = torch._C
_METHOD_OF_DESCRIPTOR = 40
_METHOD_OF_FUNCTION = 16
_FUNCTION_OF_METHOD = 8
"""Offsets in CPython's PyMethodDescrObject, PyCFunctionObject and PyMethodDef."""


def remove_autograd() -> None:
    """Remove what differentiates; there is no way back in this process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch warns of replaced kernels, which is the point
        for key in dir(_torch.DispatchKey):
            if key.startswith("Autograd"):
                _let_through(key, _operators(key))
        _let_through("CompositeImplicitAutograd", ["aten::_backward"])
    _cut(_torch._ImperativeEngine.run_backward, _METHOD_OF_DESCRIPTOR)
    _cut(_torch._jit_differentiate, _METHOD_OF_FUNCTION)
    # For the message only: the methods above are gone for whoever goes round these.
    for place in (torch.autograd, torch.autograd.graph):
        place._engine_run_backward = _nothing_to_differentiate  # type: ignore[attr-defined]


def _operators(key: str) -> list[str]:
    """Return the operators with a kernel for a dispatch key, as `aten::mul.Tensor`."""
    try:
        return list(_torch._dispatch_get_registrations_for_dispatch_key(key))
    except RuntimeError:  # a key that this build does not know
        return []


def _let_through(key: str, operators: list[str]) -> None:
    """Replace the kernels of operators for a dispatch key by a fallthrough to the next key."""
    libraries: dict[str, Any] = {}
    for operator in operators:
        namespace, _, name = operator.partition("::")
        if namespace not in libraries:
            library = _torch._dispatch_library("IMPL", namespace, key, "", 0)
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(library))
            libraries[namespace] = library
        libraries[namespace].impl(name, key, torch.library.fallthrough_kernel)


def _cut(function: Any, offset: int) -> None:
    """Let a method that is written in C, and every copy of it, raise TypeError."""
    method = ctypes.c_void_p.from_address(id(function) + offset).value
    assert method is not None
    name = ctypes.c_char_p.from_address(method).value
    assert name == function.__name__.encode(), "not the table of methods"
    refusal = ctypes.cast(ctypes.pythonapi.PyErr_BadArgument, ctypes.c_void_p).value
    ctypes.c_void_p.from_address(method + _FUNCTION_OF_METHOD).value = refusal


def _nothing_to_differentiate(*arguments: object, **named: object) -> NoReturn:
    raise RuntimeError("element 0 of tensors does not require grad: there is no autograd here")
