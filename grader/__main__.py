"""Start the command line without a look at the folder that somebody stands in.

That folder may be a student's, and Python would import `torch.py` from it: `python -m` and an
empty entry of PYTHONPATH put it first.
"""

from __future__ import annotations

import atexit
import os
import sys
from pathlib import Path

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit."""
    _look_away()
    end = _End()
    atexit.register(end.leave)  # registered first, so it runs after all others
    from grader.cli import main as run

    try:
        run()
    except SystemExit as ended:
        end.code = ended.code
        raise


class _End:
    """Leave without taking torch apart, which nobody needs and which takes a third of a second."""

    def __init__(self) -> None:
        self.code: object = ""

    def leave(self) -> None:
        """End the process, unless something is still to be said or to be done."""
        if self.code is not None and not isinstance(self.code, int):
            return
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except (OSError, ValueError):
            return
        os._exit(self.code or 0)


def _look_away() -> None:
    """Take the working directory off the path, unless the grader itself is installed there."""
    here, home = Path.cwd().resolve(), Path(__file__).resolve().parents[1]
    if here != home:
        sys.path[:] = [entry for entry in sys.path if entry and Path(entry).resolve() != here]


if __name__ == "__main__":
    main()
