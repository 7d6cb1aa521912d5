"""Grade gradient exercises in PyTorch from evidence, never from the student's own verdict."""

from __future__ import annotations

from typing import Any

__all__ = ["__version__", "load_ipython_extension"]

__version__ = "0.1.0"


def load_ipython_extension(shell: Any) -> None:
    """Give a notebook `%check` and `%%check`: `%load_ext grader`."""
    from grader.selfcheck.magic import CheckMagics

    shell.register_magics(CheckMagics)
