"""Characters that a reader does not see but a terminal, a page or an editor obeys."""

from __future__ import annotations

import re
from typing import Final, TextIO

__all__ = ["UNSEEN", "escaped", "styled"]

UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""Control characters but tab and line feed, direction overrides and lone surrogates."""


def escaped(text: str) -> str:
    r"""Write them out as `\u001b`: in JSON that is the same text still."""
    return UNSEEN.sub(lambda seen: f"\\u{ord(seen[0]):04x}", text)


def styled(stream: TextIO) -> TextIO:
    """Return the way to a stream that takes colours; what goes there has to be clean."""
    way: TextIO = getattr(stream, "styled", stream)
    return way
