"""Decide what a value is by the classes that it is really made of, running no code of its own.

A named tuple is a tuple and an `OrderedDict` is a dict, whatever the class is called. But a class
of the student's may say anything about itself: `__class__`, `__len__`, `__iter__` and properties
may lie, raise or never return. So the real base classes decide, and their own methods read.
"""

import collections
import decimal
import fractions
import itertools
import types
from collections.abc import Callable
from typing import Any

import numpy
import torch

__all__ = ["LAZY", "NOTICED", "class_name", "plain", "settled"]

NOTICED = ("lazy", "exact", "sparse", "complex", "device", "grad-off")
"""Words for what was taken although it is not quite what was asked; the judge has sentences."""

LAZY: tuple[type, ...] = (
    types.GeneratorType,
    map,
    zip,
    filter,
    enumerate,
    reversed,
    type(iter([])),
    type(reversed([])),
    type(iter(())),
    type({}.keys()),
    type({}.values()),
    type({}.items()),
    type(collections.OrderedDict().values()),
    itertools.chain,
    itertools.starmap,
    itertools.islice,
)
"""What gives its parts one after the other, in a fixed order, and is no sequence itself."""
MOST_PARTS = 1_000

# Bound before any student code runs, so that a patched module or class changes nothing here.
_type, _tuple, _islice = type, tuple, itertools.islice
_mro = type.__dict__["__mro__"].__get__
_own_name = type.__dict__["__name__"].__get__
_own_module = type.__dict__["__module__"].__get__
_Tensor, _Array, _Scalar = torch.Tensor, numpy.ndarray, numpy.generic
_Fraction, _Decimal, _Deque = fractions.Fraction, decimal.Decimal, collections.deque
_NoFunctions = torch._C.DisableTorchFunctionSubclass
_NoDispatch = torch._C._DisableTorchDispatch
_as_tensor = torch.Tensor.as_subclass
_as_array = numpy.ndarray.view
_FIRST = slice(0, 40_000)
_READ: dict[type, Callable[[Any], Any]] = {
    int: int.__index__,
    float: float.__float__,
    complex: complex.__complex__,
    str: str.__str__,
    list: lambda value: list.__getitem__(value, _FIRST),
    tuple: lambda value: tuple.__getitem__(value, _FIRST),
    dict: lambda value: _from_pairs(dict.items(value)),
    range: _tuple,
    _Deque: lambda value: [*_Deque.__iter__(value)],
    _Fraction: lambda value: value._numerator / value._denominator,
    _Decimal: _Decimal.__float__,
    _Array: lambda value: _as_array(value, _Array),
}
_EXACT = (_Fraction, _Decimal)


def plain(value: Any, noticed: set[str]) -> Any:
    """Return a value as one of Python's own kinds, a plain tensor or a plain array.

    Whatever is of no such kind is returned as it is. What is taken with a remark is noticed.
    """
    kind = _type(value)
    if value is None or kind is bool or kind is _Tensor:
        return value
    classes = _mro(kind)
    if _Tensor in classes:
        return _plain_tensor(value)
    if _Scalar in classes:
        found = _plain_scalar(value)
        return _real(found, noticed) if _type(found) is complex else found
    for base in classes:
        read = _READ.get(base)
        if read is None:
            continue
        if base in _EXACT:
            noticed.add("exact")
            return read(value) if base is kind or base is _Decimal else value
        return _real(read(value), noticed) if base is complex else read(value)
    return value


def settled(value: Any, noticed: set[str]) -> Any:
    """Return a tuple of the parts where a value only promises them, such as a generator.

    This runs the student's code, so it belongs into the call that is watched.
    """
    if _type(value) not in LAZY:
        return value
    noticed.add("lazy")
    return _tuple(_islice(value, MOST_PARTS))


def class_name(value: Any) -> str:
    """Return the name of a value's class without running any of its code."""
    kind = _type(value)
    name, module = _own_name(kind), _own_module(kind)
    module = module if _type(module) is str else "?"
    return f"{module}.{name}"[:80] if module != "builtins" else name[:80]


def _from_pairs(pairs: Any) -> dict[Any, Any]:
    """Return a plain dict; its keys are hashed by their own code only where they are no text."""
    found: dict[Any, Any] = {}
    for key, item in pairs:
        text = str.__str__(key) if str in _mro(_type(key)) else "?" + class_name(key)
        found[text] = item
    return found


def _plain_tensor(value: Any) -> Any:
    with _NoFunctions(), _NoDispatch():
        return _as_tensor(value, _Tensor)


def _plain_scalar(value: Any) -> Any:
    """Return the Python number of one of numpy's; of another scalar the value itself."""
    found = _as_array(numpy.asarray(value), _Array)
    if found.dtype.kind == "f":
        return float(found.astype("float64")[()])
    return found.item() if found.dtype.kind in "iubcU" else value


def _real(value: complex, noticed: set[str]) -> complex | float:
    """Return the real part of a complex number that has no other."""
    if value.imag == 0:
        noticed.add("complex")
        return value.real
    return value
