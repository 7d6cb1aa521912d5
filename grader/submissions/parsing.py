"""Parse a notebook's JSON once for all who look into it; nobody changes what they get."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

__all__ = ["joined", "parsed"]


@lru_cache(maxsize=1)
def parsed(text: str) -> Any:
    """Parse a notebook, where it is not the one that was parsed last; raises ValueError."""
    return json.loads(text)


def joined(source: Any) -> str | None:
    """Return the source of a cell, which files hold as one text or in lines; None of no text."""
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    return source if isinstance(source, str) else None
