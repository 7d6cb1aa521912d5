"""Say that there is no such name, and which one may be meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["no_such"]

_MOST = 30
"""Names that one message lists; of more only those that are close."""


def no_such(what: str, name: str, known: Iterable[str], where: str = "") -> str:
    """Say that `name` is none of the known ones, which is meant, and which there are.

    `what` is the kind of thing, `where` says where it was looked for: ` in this course`.
    """
    names = sorted(set(known))
    said = f"no {what} {name!r}{where}"
    close = _close(name, names)
    if close:
        said += f"; did you mean {' or '.join(close)}?"
    if not names:
        return f"{said}; there are none"
    if len(names) <= _MOST:
        return f"{said}{' There' if close else '; there'} are: {', '.join(names)}"
    return said if close else f"{said}; there are {len(names)}, such as {', '.join(names[:3])}"


def _close(name: str, names: list[str]) -> list[str]:
    """Find the names that differ in case, separators or a few letters; at most three."""
    plain = {_plain(each): each for each in names}
    if _plain(name) in plain:
        return [plain[_plain(name)]]
    found = get_close_matches(_plain(name), plain, n=3, cutoff=0.7)
    return [plain[each] for each in found]


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())
