"""Show a value as short text for reports: numbers to six digits, long rows without their middle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy

from grader.judging.evidence import Array, Foreign
from grader.judging.kinds import kind_of_foreign
from grader.judging.properties import Property

__all__ = ["value_text"]

LONGEST = 300
_MANY = 20
"""Numbers of which only the first and last of each row are shown."""
_ENDS = 3


def value_text(value: Any) -> str:
    """Return the text of an argument, an expected value or decoded evidence."""
    text = _text(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 2] + " …"


def _text(value: Any) -> str:
    if isinstance(value, Property):
        return value.text
    if isinstance(value, Array):
        return _array(value.values)
    if isinstance(value, numpy.ndarray):
        return _array(value)
    if hasattr(value, "detach"):
        return _array(value.detach().numpy())
    if isinstance(value, Foreign):
        return f"<{kind_of_foreign(value)}>"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        inner = _row([_text(item) for item in value], len(value) > _MANY)
        return f"[{inner}]" if isinstance(value, list) else f"({inner})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_text(item)}" for key, item in value.items()) + "}"
    return str(value)


def _array(values: numpy.ndarray[Any, Any]) -> str:
    """Write an array as its numbers alone, `[[1, 2.5], [0, -3]]`, whatever it was made of."""
    return _nested(values, values.size > _MANY)


def _nested(values: Any, many: bool) -> str:
    if numpy.ndim(values) == 0:
        plain = values.item()
        return f"{plain:.6g}" if isinstance(plain, float) else str(plain)
    shown = values if not many else (*values[:_ENDS], *values[_ENDS:][-_ENDS:])
    return f"[{_row([_nested(row, many) for row in shown], many, len(values))}]"


def _row(texts: Sequence[str], many: bool, length: int | None = None) -> str:
    """Join the texts of a row, with the middle left out where there are many."""
    if many and (length or len(texts)) > 2 * _ENDS:
        return ", ".join([*texts[:_ENDS], "…", *texts[-_ENDS:]])
    return ", ".join(texts)
