"""Read a distribution such as `normal(n, m)` and draw from it with a seeded generator.

Numbers are multiples of 1/64 (of 1/1024 for `number` and `uniform`), or, where all digits are
asked for, any float32 numbers: float32 and float64 code sees the very same point. 0, 1 and 2, where
wrong formulas agree with right ones (x² = 2x at 2), are not drawn.

    normal(n, …)             tensor of normal-sized values, none closer to 0 than 1/8
    positive(n, …)           the same without signs
    uniform(low, high, n, …) tensor of values between two numbers
    labels(N, C)             int64 tensor (N,) of class numbers below C
    number(low, high)        Python float           integer(low, high)  Python int, ends included
    flag()                   Python bool            choice(a, b, …)     one of these constants
    several(k, normal())     list of k draws; k is a number or a dimension
    default()                left out, with all arguments after it: they keep their defaults

A table of distributions, `{ W = "normal(D, H)", b = "normal(H)" }`, is drawn as a dict, and may
hold further tables.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy

__all__ = ["Distribution", "declared_values", "draw", "extreme", "options", "parse", "parse_input"]

Rng = numpy.random.Generator
Argument = Any
_TAKES = {
    "uniform": ("low", "high"),  # and a shape
    "labels": ("N", "C"),
    "number": ("low", "high"),
    "integer": ("low", "high"),
    "several": ("k", "a distribution"),
}
_AVOIDED = numpy.array([0.0, 1.0, -1.0, 2.0, -2.0])


@dataclass(frozen=True)
class Distribution:
    """A parsed distribution: a `name` of this module's table and its arguments.

    An argument is a number, a text constant, a dimension's name (wrapped in `Name`) or another
    distribution.
    """

    name: str
    arguments: tuple[Argument, ...]


@dataclass(frozen=True)
class Name:
    """A dimension's name among the arguments of a distribution."""

    id: str


def parse(text: str, dimensions: Mapping[str, Any]) -> Distribution:
    """Read a distribution; raises ValueError that says what was expected."""
    try:
        node = ast.parse(text, mode="eval").body
    except SyntaxError:
        raise ValueError(f"{text!r} is no distribution; expected for example normal(n)") from None
    return _call(node, dimensions)


def parse_input(declared: Any, dimensions: Mapping[str, Any]) -> Any:
    """Read one declared input: a distribution, a table of inputs, or a constant as it is.

    Raises ValueError that says what was expected.
    """
    if isinstance(declared, str):
        return parse(declared, dimensions)
    if isinstance(declared, dict):
        if not declared:
            raise ValueError("a table of inputs is empty")
        inner = tuple(parse_input(value, dimensions) for value in declared.values())
        return Distribution("table", (tuple(declared), *inner))
    if isinstance(declared, int | float | bool):
        return declared
    raise ValueError(f"{declared!r} is no input; expected a distribution, a number or a table")


def declared_values(
    inputs: Mapping[str, Any],
    names: Iterable[str],
    alternative: int,
    dimensions: Mapping[str, Any],
) -> dict[str, Any]:
    """Return each argument's distribution or constant, in the order of `names`.

    The first that has none, or `default()`, ends them: it and all after it keep their defaults.
    """
    found: dict[str, Any] = {}
    for name in names:
        declared = inputs.get(name, "default()")
        if isinstance(declared, list):
            declared = declared[alternative % len(declared)]
        read = parse_input(declared, dimensions)
        if isinstance(read, Distribution) and read.name == "default":
            break
        found[name] = read
    return found


def _call(node: ast.AST, dimensions: Mapping[str, Any]) -> Distribution:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords):
        raise ValueError("a distribution is a call, for example normal(n)")
    if node.func.id not in _TABLE:
        known = ", ".join(sorted(_TABLE))
        raise ValueError(f"unknown distribution {node.func.id!r}; known are {known}")
    found = Distribution(node.func.id, tuple(_argument(item, dimensions) for item in node.args))
    _fits(found, ast.unparse(node))
    return found


def _fits(found: Distribution, written: str) -> None:
    """Raise ValueError where a distribution has other arguments than it takes."""
    takes = _TAKES.get(found.name)
    count = len(found.arguments)
    if takes and (count < len(takes) or (count > len(takes) and found.name != "uniform")):
        raise ValueError(f"{written}: expected {found.name}({', '.join(takes)})")
    if found.name in ("flag", "default") and count:
        raise ValueError(f"{written}: expected {found.name}()")
    if found.name == "choice" and not count:
        raise ValueError(f"{written}: expected choice(a, b, …)")
    if takes and takes[0] == "low":
        low, high, *_ = found.arguments
        numbers = [end for end in (low, high) if isinstance(end, int | float)]
        if len(numbers) == 2 and (low > high or (low == high and found.name != "integer")):
            raise ValueError(f"{written}: {low} is not below {high}; the lower number stands first")


def _argument(node: ast.AST, dimensions: Mapping[str, Any]) -> Argument:
    if isinstance(node, ast.Call):
        return _call(node, dimensions)
    if isinstance(node, ast.Name):
        if node.id in dimensions:
            return Name(node.id)
        raise ValueError(f"unknown dimension {node.id!r}; declared are {', '.join(dimensions)}")
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError):
        raise ValueError("an argument is a number, a text or a dimension") from None


def options(distribution: Distribution) -> tuple[Any, ...]:
    """Return the values of a distribution that has few, so that every one can be visited."""
    if distribution.name == "flag":
        return (True, False)
    return distribution.arguments if distribution.name == "choice" else ()


def draw(distribution: Distribution, sizes: Mapping[str, int], rng: Rng, full: bool = False) -> Any:
    """Draw one value; `sizes` maps every dimension's name to its size.

    With `full` the numbers have all digits of float32, in which lost ones show, instead of few.
    """
    given = distribution.arguments
    if distribution.name == "table":
        names, *inner = given
        drawn = [draw(i, sizes, rng, full) if isinstance(i, Distribution) else i for i in inner]
        return dict(zip(names, drawn, strict=True))
    arguments = _resolved(distribution, sizes)
    if distribution.name == "several":
        count, inner = arguments
        return [draw(inner, sizes, rng, full) for _ in range(count)]
    if full and distribution.name in _WITH_DIGITS:
        return _single(_WITH_DIGITS[distribution.name](rng, *arguments))
    return _TABLE[distribution.name](rng, *arguments)


def _resolved(distribution: Distribution, sizes: Mapping[str, int]) -> list[Any]:
    return [sizes[a.id] if isinstance(a, Name) else a for a in distribution.arguments]


def extreme(distribution: Distribution, sizes: Mapping[str, int], highest: bool) -> Any:
    """Return a number at one end of its range, next to the values that are avoided."""
    low, high = _resolved(distribution, sizes)
    if distribution.name == "integer":
        return int(high if highest else low)
    at = numpy.floor(high * 1024) if highest else numpy.ceil(low * 1024)
    found = float(at) / 1024
    step = -3 / 1024 if highest else 3 / 1024
    return found + step if found in _AVOIDED else found


def _normal(rng: Rng, *shape: int) -> Any:
    values = numpy.asarray(rng.standard_normal(shape))
    sign = numpy.where(values < 0, -1.0, 1.0)
    return _tensor(_grid(sign * numpy.maximum(numpy.abs(values), 0.125), 64))


def _single(value: Any) -> Any:
    """Return a float or a float64 tensor with values that float32 holds."""
    if isinstance(value, float):
        return float(numpy.float32(value))
    return value.float().double()


def _normal_with_digits(rng: Rng, *shape: int) -> Any:
    values = numpy.asarray(rng.standard_normal(shape))
    sign = numpy.where(values < 0, -1.0, 1.0)
    return _tensor(sign * numpy.maximum(numpy.abs(values), 0.125 + rng.random(shape) / 64))


def _positive(rng: Rng, *shape: int) -> Any:
    return _normal(rng, *shape).abs()


def _uniform(rng: Rng, low: float, high: float, *shape: int) -> Any:
    return _tensor(_grid(numpy.asarray(rng.uniform(low, high, shape)), 1024))


def _grid(values: numpy.ndarray[Any, Any], steps: int) -> numpy.ndarray[Any, Any]:
    """Round to multiples of 1/steps, next to the values that are avoided."""
    rounded = numpy.round(values * steps) / steps
    return numpy.where(numpy.isin(rounded, _AVOIDED), rounded + 3 / steps, rounded)


def _tensor(values: numpy.ndarray[Any, Any]) -> Any:
    import torch

    return torch.tensor(values, dtype=torch.float64)


def _labels(rng: Rng, count: int, classes: int) -> Any:
    """Draw labels in which as many classes as possible occur and none is first by habit."""
    import torch

    spread = numpy.concatenate([rng.permutation(classes) for _ in range(count // classes + 1)])
    spread = spread[:count]
    if count > 1 and classes - 1 not in spread:  # the last class is there unless it is left out
        spread[int(rng.integers(count))] = classes - 1
    return torch.tensor(spread, dtype=torch.int64)


def _number(rng: Rng, low: float, high: float) -> float:
    return float(_grid(numpy.asarray(rng.uniform(low, high)), 1024))


def _integer(rng: Rng, low: int, high: int) -> int:
    return int(rng.integers(low, high + 1))


def _choice(rng: Rng, *constants: Any) -> Any:
    return constants[int(rng.integers(len(constants)))]


def _flag(rng: Rng) -> bool:
    return bool(rng.integers(2))


def _several(rng: Rng, count: int, inner: Distribution) -> list[Any]:
    raise AssertionError("not drawn by itself")


_TABLE: Mapping[str, Callable[..., Any]] = {
    "normal": _normal,
    "positive": _positive,
    "uniform": _uniform,
    "labels": _labels,
    "number": _number,
    "integer": _integer,
    "choice": _choice,
    "flag": _flag,
    "several": _several,
    "default": _several,
}

_WITH_DIGITS: Mapping[str, Callable[..., Any]] = {
    "normal": _normal_with_digits,
    "positive": lambda rng, *shape: _normal_with_digits(rng, *shape).abs(),
    "uniform": lambda rng, low, high, *shape: _tensor(rng.uniform(low, high, shape)),
    "number": lambda rng, low, high: float(rng.uniform(low, high)),
}
