"""What is asked of a cell's variables: how such a question is written, on both sides."""

from collections.abc import Mapping

__all__ = ["ASKED", "GIVEN", "PRINTED", "alternatives", "in_words", "variables"]

GIVEN, ASKED = "given ", "asked "
"""Begin the names of a cell's expressions: what its answers belong to, and the answers."""
PRINTED = "printed"
"""An expression that stands for what the cell has printed."""


def variables(given: Mapping[str, str], asked: Mapping[str, str]) -> dict[str, str]:
    """Return the expressions of a question about what a cell has left behind."""
    return {GIVEN + name: text for name, text in given.items()} | {
        ASKED + name: text for name, text in asked.items()
    }


def alternatives(text: str) -> tuple[str, ...]:
    """Return the ways in which something may be left: `x.grad | slope` is either of the two."""
    return tuple(way.strip() for way in text.split(" | "))


def in_words(text: str) -> str:
    """Name the ways in which something may be left: "`slope` or `x.grad`"."""
    named = ("printed numbers" if way == PRINTED else f"`{way}`" for way in alternatives(text))
    return " or ".join(named)
