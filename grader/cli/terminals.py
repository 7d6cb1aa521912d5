"""The terminal that people read: plain where NO_COLOR asks for that."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from grader.cli.logs import is_quiet
from grader.unseen import styled

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["terminal"]


def terminal(*, stderr: bool = False) -> Console:
    """Open standard output or error for rich text.

    With NO_COLOR set there is no styling at all, for bold and faint text is styling, too
    (https://no-color.org). Standard error stays silent where only faults are to be told.
    """
    from rich.console import Console

    plain = bool(os.environ.get("NO_COLOR"))
    return Console(
        file=styled(sys.stderr if stderr else sys.stdout),
        color_system=None if plain else "auto",
        quiet=stderr and is_quiet(),
    )
