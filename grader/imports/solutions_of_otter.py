"""Take an otter cell's code apart, line by line: what the instructor has, what students get.

`x = 2 # SOLUTION` gives students `x = ...`; of what is between `# BEGIN SOLUTION` and
`# END SOLUTION` they get `...`, and with NO PROMPT or `# SEED` nothing at all. What is between
`# BEGIN PROMPT` and `# END PROMPT` is for them alone, what is marked IGNORE for nobody. Inside a
function the sign is a stub that raises, which the grader takes for "not written yet".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.imports.source_cells import STUB, functions_of, without_bodies

__all__ = ["parted", "without_ignored"]

_BLOCK = re.compile(
    r"""\s*(\"\"\"|''')?\s*;?\s*\#\s*(?P<edge>BEGIN|END)\ (?P<what>SOLUTION|PROMPT|IGNORE)"""
    r"""(?P<silent>\ NO\ PROMPT)?\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_LINE = re.compile(
    r"(?P<code>.*?)\s*#\s*(?P<mark>SOLUTION|SOLUTION NO PROMPT|SEED|IGNORE)\s*$", re.IGNORECASE
)
_HEAD = re.compile(r"\s*##\s*solution\s*##\s*$", re.IGNORECASE)
_ASSIGNED = re.compile(r"\s*[\w.,\[\]'\" ]+?\s*=(?!=)")

Pair = tuple[str | None, str | None]
"""A line as the instructor has it and as students get it; None where there is none."""


def parted(source: str) -> tuple[str, str]:
    """Return a code cell's solution and what students get of it.

    Of a cell without marks students get the functions without their bodies: nothing tells which
    of its lines are the answer.
    """
    pairs = list(_pairs(source))
    solution = "\n".join(line for line, _ in pairs if line is not None)
    if all(line == given for line, given in pairs):
        return solution, without_bodies(solution)
    kept: list[str] = []
    for _, line in pairs:
        again = line is not None and line.strip() in (STUB, "...") and kept[-1:] == [line]
        if line is not None and not again:
            kept.append(line)
    return solution, "\n".join(kept)


def without_ignored(source: str) -> str:
    """Return a test without the lines that otter leaves out."""
    return "\n".join(
        line
        for line in source.split("\n")
        if not ((known := _LINE.match(line)) and known["mark"].upper() == "IGNORE")
    )


def _pairs(source: str) -> Iterator[Pair]:
    within = {
        line
        for node in functions_of(source)
        for line in range(node.lineno + 1, (node.end_lineno or node.lineno) + 1)
    }
    block = ""
    for number, line in enumerate(source.split("\n"), 1):
        edge = _BLOCK.match(line)
        if edge is not None:
            block = edge["what"].upper() if edge["edge"].upper() == "BEGIN" else ""
            if block == "SOLUTION" and not edge["silent"]:
                yield None, _sign(line, number in within)
        elif block:
            yield (line if block == "SOLUTION" else None), (line if block == "PROMPT" else None)
        elif not _HEAD.match(line):
            yield _single(line, number in within)


def _single(line: str, in_function: bool) -> Pair:
    known = _LINE.match(line)
    if known is None:
        return line, line
    code, mark = known["code"], known["mark"].upper()
    if mark == "IGNORE":
        return None, None
    return code, _sign(code, in_function) if mark == "SOLUTION" else None


def _sign(code: str, in_function: bool) -> str:
    """Return the line that stands for a solution."""
    indent = code[: len(code) - len(code.lstrip())]
    if in_function:
        return indent + STUB
    assigned = _ASSIGNED.match(code)
    return f"{assigned[0]} ..." if assigned else f"{indent}..."
