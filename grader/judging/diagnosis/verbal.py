"""Say which answers that are words or truth values stand in the place of which others."""

from __future__ import annotations

from collections.abc import Sequence

from grader.judging.diagnosis.evidence import Asked
from grader.judging.diagnosis.statement import Statement
from grader.judging.evidence import Array, Value

__all__ = ["statement_about_words"]

_MOST = 2
"""More kinds of confusion than this say nothing."""


def statement_about_words(asked: Asked) -> Statement | None:
    """Return what is so in every case of a check that asks for one word or truth value."""
    wanted = [expectation.items[0].value for expectation in asked.expected]
    alone = all(len(expectation.items) == 1 for expectation in asked.expected)
    if not alone or not all(isinstance(right, bool | str) for right in wanted):
        return None
    got = [_plain(next(iter(case.got.values()), None)) for case in asked.measured]
    if len(got) < 2 or not all(isinstance(found, bool | str) for found in got):
        return None
    return _same(wanted, got) or _unknown(wanted, got) or _confused(wanted, got)


def _plain(value: Value) -> Value:
    if isinstance(value, Array) and value.dtype == "bool" and value.values.ndim == 0:
        return bool(value.values)
    return value


def _same(wanted: Sequence[object], got: Sequence[Value]) -> Statement | None:
    if len(set(map(str, got))) > 1 or len(set(map(str, wanted))) < 2:
        return None
    return Statement(
        "constant", "the same whatever the input", "Your answer is the same in every case.",
        "It has to follow from the arguments.",
    )  # fmt: skip


def _unknown(wanted: Sequence[object], got: Sequence[Value]) -> Statement | None:
    known = {right for right in wanted if isinstance(right, str)}
    others = sum(isinstance(found, str) and found not in known for found in got)
    if not others or not known:
        return None
    alike = all(str(a).casefold() == str(b).casefold() for a, b in zip(wanted, got, strict=True))
    hint = "Compare letter by letter, capitals included."
    if alike:
        fact = "Your answer is the right word, but not written as the task writes it."
        return Statement("spelled-otherwise", "spelled otherwise", fact, hint)
    fact = f"Your answer is none of the words that the task names in {others} of {len(got)} cases."
    return Statement("unknown-word", "a word that the task does not name", fact, hint)


def _confused(wanted: Sequence[object], got: Sequence[Value]) -> Statement | None:
    pairs = [(right, found) for right, found in zip(wanted, got, strict=True) if right != found]
    kinds = list(dict.fromkeys(pairs))
    if not 0 < len(kinds) <= _MOST:
        return None
    told = " and ".join(f"{found} where {right} is right" for right, found in kinds)
    fact = f"Your answer is {told}, in {len(pairs)} of {len(got)} cases."
    return Statement("answers-mixed-up", "one answer in the place of another", fact)
