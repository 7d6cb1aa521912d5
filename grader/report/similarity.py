"""Find nearly the same work, by the shared passages that the starter does not explain.

Code becomes tokens in which all names, all numbers and all texts are alike; overlapping runs of
tokens (k-grams) are its passages, as in Schleimer, Wilkerson and Aiken, "Winnowing: local
algorithms for document fingerprinting", SIGMOD 2003. Passages of the starter, and those that
many in the class share, are taken out. Pairs that come into question are found by signatures of
least hashes (MinHash, Broder 1997), of which some band agrees; passages are then counted exactly.

Where hundreds hand in the same, there are too many pairs for anybody to look at and for memory.
Then everybody is still in some pair, but not in a pair with everybody.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from heapq import nsmallest
from itertools import combinations, product
from keyword import iskeyword
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy

    Passages: TypeAlias = numpy.ndarray[tuple[int], numpy.dtype[numpy.uint64]]
    """Each as a number, all different, in order."""

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
_UNSURE = 5 * (0.25 / (_BANDS * _ROWS)) ** 0.5
"""Five standard deviations of the share of the union that a signature tells."""
_TOGETHER = 20
"""So many that are alike are all compared with each other; of more only with so many of them."""
_FEW = 100
"""Groups of which all are compared with all, which takes less than to find who is near."""
_MOST = 10_000
"""Pairs of one exercise that are kept, the closest."""
_SEED = 0x616C696B65
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


@dataclass(frozen=True, slots=True)
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
    groups = _groups(_own_passages(sources, starter)) if sources else []
    pairs = (
        Alike(exercise, min(first, second), max(first, second), share, count)
        for first, second, share, count in _pairs(groups)
    )
    return tuple(nsmallest(_MOST, pairs, key=lambda pair: (-pair.share, pair.first, pair.second)))


def passages(source: str) -> Passages:
    """Turn code into its passages."""
    import numpy

    codes = [_code(token) for token in _tokens(source[:_LONGEST])]
    if len(codes) < _RUN:
        return numpy.empty(0, numpy.uint64)
    runs = numpy.lib.stride_tricks.sliding_window_view(numpy.array(codes, numpy.uint64), _RUN)
    return numpy.unique(runs @ _factors(_RUN))


def _own_passages(sources: Mapping[str, str], starter: str) -> dict[str, Passages]:
    """Return what of everybody's passages neither the starter nor many in the class have."""
    import numpy

    everyone = {student: passages(source) for student, source in sources.items()}
    found, seen = numpy.unique(numpy.concatenate([*everyone.values()]), return_counts=True)
    # Two who share something are not yet "many".
    common = found[seen > max(3.0, _COMMON * len(sources))]
    known = numpy.union1d(common, passages(starter))
    return {
        student: numpy.setdiff1d(mine, known, assume_unique=True)
        for student, mine in everyone.items()
    }


@dataclass(frozen=True)
class _Group:
    """Students whose own passages are the very same, mostly one student."""

    students: Sequence[str]
    own: Passages

    @property
    def some(self) -> Sequence[str]:
        """Those who are compared with everybody that is close to them."""
        return self.students[:_TOGETHER]


def _groups(own: Mapping[str, Passages]) -> list[_Group]:
    """Put together who has the very same passages, if they are enough to say something."""
    groups: dict[bytes, list[str]] = defaultdict(list)
    for student in sorted(own):
        if len(own[student]) >= _LEAST:
            groups[own[student].tobytes()].append(student)
    return [_Group(students, own[students[0]]) for students in groups.values()]


def _pairs(groups: Sequence[_Group]) -> Iterator[tuple[str, str, float, int]]:
    """Yield two students, the share of passages that both have, and the passages of the smaller."""
    for group in groups:
        pairs = [*combinations(group.some, 2)]
        pairs += [(group.students[0], other) for other in group.students[_TOGETHER:]]
        yield from ((*pair, 1.0, len(group.own)) for pair in pairs)
    for one, other, share in _close(groups):
        smaller = min(len(one.own), len(other.own))
        yield from ((*pair, share, smaller) for pair in product(one.some, other.some))


def _close(groups: Sequence[_Group]) -> Iterator[tuple[_Group, _Group, float]]:
    """Yield the groups whose passages overlap enough, and how far; the same ones in every run."""
    known = _Few() if len(groups) <= _FEW else _Many(groups)
    for number, group in enumerate(groups):
        found = [
            (groups[earlier], group, share)
            for earlier in known.near(number)
            if (share := _share(groups[earlier], group)) >= _ENOUGH
        ]
        yield from found
        if len(found) < _TOGETHER:  # else who comes later finds enough of the same without it
            known.add(number)


class _Few:
    """Groups so few that each is compared with all before it."""

    def __init__(self) -> None:
        self._numbers: list[int] = []

    def near(self, number: int) -> Sequence[int]:
        """Return those before it."""
        return tuple(self._numbers)

    def add(self, number: int) -> None:
        """Compare it with those who come later."""
        self._numbers.append(number)


class _Many:
    """Groups that are only compared where their signatures say that it is worth it."""

    def __init__(self, groups: Sequence[_Group]) -> None:
        # It imports scipy, which costs a small class more than all its comparisons.
        from datasketch import MinHash, MinHashLSH

        self._index = MinHashLSH(params=(_BANDS, _ROWS), num_perm=_BANDS * _ROWS)
        self._signatures = MinHash.bulk(
            [group.own.tolist() for group in groups],
            num_perm=_BANDS * _ROWS,
            hashfunc=lambda passage: passage & 0xFFFFFFFF,
        )
        self._sizes = [len(group.own) for group in groups]

    def near(self, number: int) -> Sequence[int]:
        """Return those before it that may overlap enough."""
        found = sorted(self._index.query(self._signatures[number]))
        return [earlier for earlier in found if self._may_overlap(earlier, number)]

    def add(self, number: int) -> None:
        """Compare it with those who come later and are near."""
        self._index.insert(number, self._signatures[number])

    def _may_overlap(self, one: int, other: int) -> bool:
        """Tell from signatures, within five standard deviations, whether counting is worth it."""
        smaller, larger = sorted((self._sizes[one], self._sizes[other]))
        least = _ENOUGH * smaller / (larger + (1 - _ENOUGH) * smaller)
        union = self._signatures[one].jaccard(self._signatures[other])
        return bool(union >= least - _UNSURE)


def _share(one: _Group, other: _Group) -> float:
    import numpy

    both = numpy.intersect1d(one.own, other.own, assume_unique=True)
    return len(both) / min(len(one.own), len(other.own))


@cache
def _factors(count: int) -> Passages:
    """Return odd numbers by which passages are multiplied, the same ones in every run."""
    import numpy

    drawn = numpy.random.default_rng(_SEED).integers(0, 2**64, count, numpy.uint64)
    return drawn | numpy.uint64(1)


@cache
def _code(token: str) -> int:
    """Number a token; there are few different ones, since names are alike."""
    return int.from_bytes(blake2b(token.encode("utf-8", "replace"), digest_size=8).digest())


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
