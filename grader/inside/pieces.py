"""Find what can be read of source that does not compile: whole statements around the fault.

A piece begins at a line that is not indented. A line that makes sense only inside a block (a
`return` that lost its indentation, the marker of a merge conflict inside a function) belongs to the
block before it, since what is left of that block would be a function that was never written.
"""

import ast
import re
import warnings
from collections.abc import Iterator, Sequence

__all__ = ["compiles", "pieces", "statements"]

_BLOCK = re.compile(r"(async\s+)?(def|class|if|for|while|with|try|match)\b|@")
_INSIDE = re.compile(r"(return|yield|break|continue|else|elif|except|finally|case)\b|[)\]}]")
_MARKER = re.compile(r"(<{7}|={7}|>{7}|\|{7})( |$)")
_DECORATOR = re.compile(r"@\w")
MOST_TRIED = 20_000_000
"""Characters that are compiled in all: beyond it, what is left is one faulty piece."""
_LONGEST = 60
"""Unindented lines that one statement may hold, in a text or between brackets."""
_UNFINISHED = ("unterminated triple-quoted", "was never closed", "unexpected EOF", "expected")


def compiles(source: str) -> SyntaxError | None:
    """Return why source does not compile, None where it does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            compile(source, "<piece>", "exec", flags=flags, dont_inherit=True)
        except SyntaxError as error:
            return error
        except (ValueError, RecursionError, MemoryError, OverflowError) as error:
            return SyntaxError(str(error))
    return None


def pieces(source: str) -> list[tuple[int, int, bool]]:
    """Return pieces as (first line, line after the last, whether it compiles), counted from 0.

    Neighbours that do not compile are one piece; together they are the whole source.
    """
    lines = source.split("\n")
    found: list[tuple[int, int, bool]] = []
    for first, last, whole in _runs(lines):
        if not whole and found and _belongs_to_block(lines, found[-1], first):
            first = found.pop()[0]
        if not whole and found and not found[-1][2]:
            first = found.pop()[0]
        found.append((first, last, whole))
    return found


def statements(source: str) -> list[ast.stmt]:
    """Return the top-level statements that can be read, at their own lines."""
    found: list[ast.stmt] = []
    lines = source.split("\n")
    for first, last, whole in pieces(source):
        if whole:
            tree = ast.parse("\n".join(lines[first:last]))
            found += ast.increment_lineno(tree, first).body
    return found


def _runs(lines: Sequence[str]) -> Iterator[tuple[int, int, bool]]:
    starts = _starts(lines)
    bounds = [*starts, len(lines)]
    place, left = 0, MOST_TRIED
    while place < len(starts):
        end = None
        for tried in range(place + 1, min(place + 1 + _LONGEST, len(bounds))):
            source = "\n".join(lines[bounds[place] : bounds[tried]])
            left -= len(source) + 1_000
            error = compiles(source)
            if error is None:
                end = tried
            if error is None or left < 0 or not _unfinished(error):
                break
        if left < 0:
            yield bounds[place], len(lines), False
            return
        following = end or place + 1
        yield bounds[place], bounds[following], end is not None
        place = following


def _starts(lines: Sequence[str]) -> list[int]:
    """Return where pieces may begin; a decorator begins the definition under it."""
    found = [0]
    for number, line in enumerate(lines):
        begins = bool(line.strip()) and not line[0].isspace() and line[0] != "#"
        decorated = bool(_DECORATOR.match(lines[found[-1]])) and not any(
            re.match(r"(async|def|class)\b", lines[k]) for k in range(found[-1], number)
        )
        if number and begins and not decorated:
            found.append(number)
    return found


def _unfinished(error: SyntaxError) -> bool:
    return any(word in str(error.msg) for word in _UNFINISHED)


def _belongs_to_block(lines: Sequence[str], before: tuple[int, int, bool], first: int) -> bool:
    """Return whether a faulty piece continues the block that stands before it."""
    start = next((n for n in range(before[0], before[1]) if lines[n].strip()), before[0])
    if not before[2] or not _BLOCK.match(lines[start]):
        return False
    if _INSIDE.match(lines[first]):
        return True
    following = next((line for line in lines[first + 1 :] if line.strip()), "")
    return bool(following[:1].isspace()) and bool(
        _MARKER.match(lines[first]) or not _BLOCK.match(lines[first])
    )
