"""Read the top-level statements of a cell, among which may be lines that only IPython reads."""

from __future__ import annotations

import ast
import re
import warnings

__all__ = ["statements_of"]


def statements_of(source: str) -> list[ast.stmt]:
    """Return the top-level statements of a code cell; none where it is no Python.

    IPython's lines keep their place as `pass`, so that numbers of lines stay true.
    """
    lines = ["pass" if re.match(r"[%!]", line) else line for line in source.split("\n")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about escapes; their author sees them elsewhere
        try:
            return ast.parse("\n".join(lines)).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return []
