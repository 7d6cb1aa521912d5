"""Say which of the agreed words an answer confuses, or that a word is none of them."""

from __future__ import annotations

from collections.abc import Sequence

from grader.judging.checks import CaseMeasured
from grader.judging.diagnosis.statement import Statement
from grader.judging.oracle import Expectation

__all__ = ["confused"]

MOST_PAIRS = 3
SHOWN = 40
"""Characters of a student's word that are repeated."""


def confused(expected: Sequence[Expectation], measured: Sequence[CaseMeasured]) -> Statement | None:
    """Return which words stand where others belong; None for answers that are no words."""
    if not expected or any(len(each.items) != 1 for each in expected):
        return None
    name = expected[0].items[0].name
    right = [each.items[0].value for each in expected]
    said = [case.got.get(name) for case in measured]
    wrong = {(a, b) for a, b in zip(said, right, strict=True) if _is_word(a, b) and a != b}
    if not wrong or not all(map(_is_word, said, right)):
        return None
    agreed = sorted({str(word) for word in right})
    strange = sorted({str(a) for a, _ in wrong} - set(agreed))
    if strange:
        # Digits may be those of a hidden input.
        shown = [word[:SHOWN] if word.isalpha() else "…" for word in strange[:MOST_PAIRS]]
        words = " and ".join(f"'{word}'" for word in dict.fromkeys(shown))
        fact = f"You answer {words}; the agreed words are {', '.join(agreed)}."
        return Statement("unknown-word", "a word that was not agreed on", fact, seen=True)
    if len(wrong) > MOST_PAIRS:
        return None
    pairs = [f"'{a}' stands where '{b}' belongs" for a, b in sorted(map(_texts, wrong))]
    return Statement("confused-words", "; ".join(pairs), "; ".join(pairs) + ".",
                     "Look at the conditions once more.", seen=True)  # fmt: skip


def _is_word(said: object, right: object) -> bool:
    return isinstance(said, str) and isinstance(right, str)


def _texts(pair: tuple[object, object]) -> tuple[str, str]:
    return str(pair[0]), str(pair[1])
