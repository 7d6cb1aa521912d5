"""Constructs of Python as an author names them in a rule, and as a sentence names them.

`for`, `while`, `comprehension`, `loop` (any of the three), `if`, `lambda`, `class`, `recursion`,
`operator @`; `import torch`; the dotted name of a function, `torch.autograd.grad`, or of a method,
`.backward`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["CONSTRUCTS", "IMPORT", "OPERATORS", "in_words", "is_construct", "meant_by"]

_WORDS: Mapping[str, str] = {
    "for": "a `for` loop",
    "while": "a `while` loop",
    "comprehension": "a comprehension",
    "if": "an `if`",
    "lambda": "a `lambda`",
    "class": "a class",
    "loop": "a loop",
    "recursion": "a function that calls itself",
}
CONSTRUCTS = tuple(_WORDS)
OPERATORS = ("@", "*", "**", "/", "//", "%")
IMPORT = re.compile(r"import ([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)")
_NAME = re.compile(r"\.?[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


def is_construct(written: str) -> bool:
    """Tell whether a text names a construct that can be looked for."""
    if written in CONSTRUCTS or IMPORT.fullmatch(written):
        return True
    if written.startswith("operator "):
        return written.removeprefix("operator ") in OPERATORS
    return bool(_NAME.fullmatch(written))


def meant_by(written: str) -> str:
    """Return the construct that a name is meant for, such as `loop` for `loops`; empty for none.

    As a name it would be looked for among the calls, and a rule that forbids it never be broken.
    """
    plain = written.lower()
    bare = plain.removesuffix("es") if plain.endswith("classes") else plain.removesuffix("s")
    for name in (plain, bare):
        if name in CONSTRUCTS and written not in CONSTRUCTS:
            return name
    return "recursion" if plain in ("recursive", "recursions") else ""


def in_words(construct: str) -> str:
    """Return how a sentence names a construct: `a loop`, `an import of torch`."""
    if imported := IMPORT.fullmatch(construct):
        return f"an import of `{imported[1]}`"
    if construct.startswith("operator "):
        return f"the operator `{construct.removeprefix('operator ')}`"
    return _WORDS.get(construct, f"`{construct}`")
