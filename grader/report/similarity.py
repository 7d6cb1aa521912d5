"""Find nearly the same work, by the shared passages that the starter does not explain.

Code becomes tokens in which all names, all numbers and all texts are alike; overlapping runs of
tokens (k-grams) are its passages, as in Schleimer, Wilkerson and Aiken, "Winnowing: local
algorithms for document fingerprinting", SIGMOD 2003. Passages of the starter, and those that
many in the class share, are taken out. `datasketch` finds the pairs that come into question
(locality-sensitive hashing of MinHash signatures, Broder 1997); their passages are counted exactly.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from keyword import iskeyword

__all__ = ["Alike", "alike", "passages"]

_RUN = 12
"""Tokens in a passage."""
_LEAST = 40
"""Own passages below which nothing can be said: short exercises have one natural solution."""
_ENOUGH = 0.8
_COMMON = 0.25
"""A passage that this share of the class has is the natural solution, or the lecture's."""
_BANDS, _ROWS = 85, 3
"""Sets that share 0.67 of their union, 0.5, 0.35 are compared all but 1e-13, 1e-5, 0.02 times."""
_LONGEST = 200_000
_TOKEN = re.compile(
    r"""(?P<skip> \s+ | \#[^\n]* | \\\n )
    | (?P<text> [rbfuRBFU]{0,2} (?:
          \"{3} (?:\\.|[^\\])*? (?:\"{3}|\Z)
        | '{3} (?:\\.|[^\\])*? (?:'{3}|\Z)
        | "(?:\\.|[^"\\\n])*"?
        | '(?:\\.|[^'\\\n])*'? ) )
    | (?P<number> \.?\d[\w.]* )
    | (?P<name> [^\W\d]\w* )
    | (?P<sign> [*/<>=!+@&|:-]{1,3} | . )""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Alike:
    """Two submissions that are unusually close, and how close: the share of the smaller one."""

    exercise: str
    first: str
    second: str
    share: float
    passages: int


def alike(exercise: str, sources: Mapping[str, str], starter: str = "") -> tuple[Alike, ...]:
    """Compare everyone's code for one exercise, the closest pair first.

    `sources` maps students to their code, cells joined by newlines.
    """
    own = _own_passages(sources, starter)
    students = sorted(student for student, mine in own.items() if len(mine) >= _LEAST)
    if len(students) < 2:
        return ()
    pairs = []
    for first, second in _candidates(students, own):
        smaller = min(len(own[first]), len(own[second]))
        share = len(own[first] & own[second]) / smaller
        if share >= _ENOUGH:
            pairs.append(Alike(exercise, first, second, share, smaller))
    return tuple(sorted(pairs, key=lambda pair: (-pair.share, pair.first, pair.second)))


def passages(source: str) -> frozenset[bytes]:
    """Turn code into the set of its passages, each as a digest."""
    tokens = list(_tokens(source[:_LONGEST]))
    runs = (" ".join(tokens[at : at + _RUN]) for at in range(len(tokens) - _RUN + 1))
    return frozenset(
        blake2b(run.encode("utf-8", "replace"), digest_size=8).digest() for run in runs
    )


def _own_passages(sources: Mapping[str, str], starter: str) -> dict[str, frozenset[bytes]]:
    given = passages(starter)
    everyone = {student: passages(source) - given for student, source in sources.items()}
    count = Counter(passage for mine in everyone.values() for passage in mine)
    # Two who share something are not yet "many".
    limit = max(3.0, _COMMON * len(sources))
    common = {passage for passage, seen in count.items() if seen > limit}
    return {student: mine - common for student, mine in everyone.items()}


def _candidates(
    students: list[str], own: Mapping[str, frozenset[bytes]]
) -> Iterator[tuple[str, str]]:
    """Yield the pairs whose passages may overlap enough; the same ones in every run."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(params=(_BANDS, _ROWS), num_perm=_BANDS * _ROWS)
    signatures = MinHash.bulk(
        [sorted(own[student]) for student in students], num_perm=_BANDS * _ROWS, hashfunc=_as_number
    )
    for student, signature in zip(students, signatures, strict=True):
        yield from ((earlier, student) for earlier in sorted(index.query(signature)))
        index.insert(student, signature)


def _as_number(passage: bytes) -> int:
    return int.from_bytes(passage[:4], "little")


def _tokens(source: str) -> Iterator[str]:
    """Cut code into tokens; unlike Python's own tokenizer this never stops at an error."""
    for token in _TOKEN.finditer(source):
        kind, text = token.lastgroup, token[0]
        if kind == "name":
            yield text if iskeyword(text) else "name"
        elif kind == "sign":
            yield text
        elif kind != "skip":
            yield str(kind)
