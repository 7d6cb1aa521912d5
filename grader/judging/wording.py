"""Show a value as short text for reports: numbers to six digits, long arrays clipped."""

from __future__ import annotations

from typing import Any

import numpy

from grader.judging.evidence import Array, Foreign
from grader.judging.properties import Property

__all__ = ["value_text"]

LONGEST = 300


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
        return f"<{value.type_name}>"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        inner = ", ".join(_text(item) for item in value[:20])
        more = ", …" if len(value) > 20 else ""
        return f"[{inner}{more}]" if isinstance(value, list) else f"({inner}{more})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_text(item)}" for key, item in value.items()) + "}"
    return str(value)


def _array(values: numpy.ndarray[Any, Any]) -> str:
    if values.ndim == 0:
        return f"{float(values):.6g}" if values.dtype.kind == "f" else str(values)
    return numpy.array2string(
        values, precision=6, threshold=40, edgeitems=3, separator=", ", max_line_width=10_000
    ).replace("\n", "")
