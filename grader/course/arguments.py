"""Arguments by name, also those inside a dict: `params.W1` is `params["W1"]`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["argument_at", "last_name", "with_argument"]


def argument_at(arguments: Mapping[str, Any], path: str) -> Any:
    """Return an argument or a part of one; None where there is no such thing."""
    found: Any = arguments
    for name in path.split("."):
        if not isinstance(found, Mapping) or name not in found:
            return None
        found = found[name]
    return found


def with_argument(arguments: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return the arguments with another value in one place."""
    name, _, rest = path.partition(".")
    inner = with_argument(arguments[name], rest, value) if rest else value
    return {**arguments, name: inner}


def last_name(path: str) -> str:
    """Return what the last part of a path is called: `W1` of `params.W1`."""
    return path.rpartition(".")[2]
