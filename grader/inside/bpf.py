"""Programs for seccomp: verdicts by number, found in a binary search, some by their arguments.

Classic BPF over `struct seccomp_data`: the number at 0, the architecture at 4, then arguments of
eight bytes. Every number that a kernel takes from an argument here is one of 32 bits.
"""

import errno
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

__all__ = [
    "ALLOW",
    "OWN_PID",
    "Program",
    "Test",
    "Verdict",
    "answer",
    "assemble",
    "one_of",
    "refuse",
    "when",
    "without",
]

OWN_PID = -1
"""Stands for the process that the program will be installed in."""
_LOAD, _AND, _JUMP, _JEQ, _JGE, _JSET, _RETURN = 0x20, 0x54, 0x05, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16
_X32 = 0x40000000
_FAR = 255

Step = tuple[int, int, int, int]
"""An instruction: code, steps to jump if true and if false, value."""
Verdict = tuple[Step, ...]
"""Instructions each of whose ways ends in an answer."""
Test = tuple[Step, ...]
"""Instructions that an argument comes through, if it is as it should be, at their end."""

_KILL: Verdict = ((_RETURN, 0, 0, 0x80000000),)
ALLOW: Verdict = ((_RETURN, 0, 0, 0x7FFF0000),)


def answer(error: int) -> Verdict:
    """Do not make the call; answer with an error, or with success where that is 0."""
    return ((_RETURN, 0, 0, 0x00050000 | error),)


def refuse(error: int = errno.EPERM) -> Verdict:
    """Do not make the call, and say so."""
    return answer(error)


def one_of(argument: int, values: Sequence[int], mask: int = 0) -> Test:
    """Let an argument through that is one of the values, in the bits of the mask."""
    steps: list[Step] = [(_LOAD, 0, 0, _ARGUMENTS + 8 * argument)]
    if mask:
        steps.append((_AND, 0, 0, mask))
    # After the last comparison stands the refusal, which `when` puts in.
    steps += [(_JEQ, len(values) - at, 0, value) for at, value in enumerate(values)]
    return tuple(steps)


def without(argument: int, bits: int) -> Test:
    """Let an argument through that has none of the bits."""
    return ((_LOAD, 0, 0, _ARGUMENTS + 8 * argument), (_JSET, 0, 1, bits))


def when(*tests: Test, error: int = errno.EPERM) -> Verdict:
    """Make the call when its arguments pass every test."""
    steps: list[Step] = []
    for test in tests:
        steps += [*test, *refuse(error)]
    return (*steps, *ALLOW)


@dataclass(frozen=True)
class Program:
    """A program that is complete but for the process that it will be installed in."""

    code: bytes
    own_pid_at: tuple[int, ...]

    def installed_in(self, pid: int) -> bytes:
        """Return the program for one process."""
        code = bytearray(self.code)
        for place in self.own_pid_at:
            struct.pack_into("I", code, place, pid)
        return bytes(code)


def assemble(
    architecture: int, known: Mapping[int, Verdict], otherwise: Callable[[int], Verdict]
) -> Program:
    """Return the program that gives its verdict for each number; x32 calls end the process."""
    last = max(known) + 1
    every = [(number, known.get(number) or otherwise(number)) for number in range(last + 1)]
    steps = [
        (_LOAD, 0, 0, _ARCH),
        (_JEQ, 1, 0, architecture),
        *_KILL,
        (_LOAD, 0, 0, _NUMBER),
        (_JGE, 0, 1, _X32),
        *_KILL,
        *_search(tuple(_runs(every))),
    ]
    places = tuple(at * 8 + 4 for at, step in enumerate(steps) if step[3] == OWN_PID)
    return Program(
        b"".join(struct.pack("HBBI", *step[:3], step[3] & 0xFFFFFFFF) for step in steps), places
    )


def _runs(every: Iterable[tuple[int, Verdict]]) -> Iterable[tuple[int, Verdict]]:
    """Keep the first of each run of numbers with the same verdict."""
    before: Verdict | None = None
    for number, verdict in every:
        if verdict != before:
            yield number, verdict
        before = verdict


def _search(runs: tuple[tuple[int, Verdict], ...]) -> tuple[Step, ...]:
    """Return the binary search for the run that the loaded number lies in."""
    if len(runs) == 1:
        return runs[0][1]
    middle = len(runs) // 2
    low, high = _search(runs[:middle]), _search(runs[middle:])
    first = runs[middle][0]
    if len(low) <= _FAR:
        return ((_JGE, len(low), 0, first), *low, *high)
    return ((_JGE, 0, 1, first), (_JUMP, 0, 0, len(low)), *low, *high)
