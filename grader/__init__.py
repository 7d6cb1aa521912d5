"""Grade gradient exercises in PyTorch from evidence, never from the student's own verdict.

>>> import grader
>>> scores = grader.grade("submissions", course="my-course")

Everything public is listed in `grader.api`, and imported when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.api import (
        Checked,
        CheckVerdict,
        CourseError,
        Finding,
        GraderError,
        InternalError,
        Outcome,
        Score,
        UsageError,
        check,
        grade,
        open_gradebook,
        to_pandas,
    )

__all__ = [
    "CheckVerdict",
    "Checked",
    "CourseError",
    "Finding",
    "GraderError",
    "InternalError",
    "Outcome",
    "Score",
    "UsageError",
    "__version__",
    "check",
    "grade",
    "load_ipython_extension",
    "open_gradebook",
    "to_pandas",
]

__version__ = "0.1.0"


def load_ipython_extension(shell: Any) -> None:
    """Give a notebook `%check` and `%%check`: `%load_ext grader`."""
    from grader.selfcheck.magic import CheckMagics

    shell.register_magics(CheckMagics)


if not TYPE_CHECKING:  # a type checker is to find a name that does not exist

    def __getattr__(name: str) -> Any:
        """Import what is public when it is first asked for."""
        if name not in __all__:
            raise AttributeError(f"module 'grader' has no attribute {name!r}")
        from grader import api

        value = getattr(api, name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted({*__all__, *globals()})
