"""What a diagnosis says: a slug, a title, and words for the student."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Diagnosis", "Statement", "of_scale", "times_of"]


@dataclass(frozen=True)
class Statement:
    """One thing that is exactly so in every case."""

    slug: str
    title: str
    fact: str
    """Completes "your dL/dw is …" for an item, or is a sentence for a whole answer."""
    hint: str = ""
    seen: bool = False
    """Whether this is no more than what was seen, so that it needs no second witness."""
    sure: bool = True
    """False for a possibility: one case alone speaks for it."""


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong with a check's answers."""

    whole: tuple[Statement, ...] = ()
    """Statements about the whole answer; several where nothing tells them apart."""
    declared: bool = False
    items: tuple[tuple[str, Statement | None], ...] = ()
    """Each wrong item with what it is, None where that is not known."""
    stopped: bool = False
    """Whether the search took too long (`grader.judging.diagnosis.patience`)."""

    @property
    def known(self) -> bool:
        """True when something is said of every wrong item."""
        return bool(self.whole) or (bool(self.items) and all(found for _, found in self.items))

    @property
    def single(self) -> Statement | None:
        """The one statement that explains all that is wrong, where there is just one sure one."""
        found: set[Statement | None] = {*self.whole} or {said for _, said in self.items}
        only = next(iter(found)) if len(found) == 1 else None
        return only if only is not None and only.sure else None


_FRACTIONS = {2.0: "twice", 0.5: "half", 3.0: "three times", 4.0: "four times"}
_HINTS = {
    -1.0: "Check which way round you subtract, and the sign in front.",
    2.0: "Does a factor 2 come in twice, or is the same derivative added twice?",
    0.5: "A factor 2 is missing: does a power come down when you differentiate?",
}
_LN2 = 0.6931471805599453
_SLUGS = {-1.0: ("wrong-sign", "the wrong sign"), 2.0: ("twice", "twice as large"),
          0.5: ("half", "half as large")}  # fmt: skip


def of_scale(factor: float, powers: tuple[tuple[str, bool, int], ...], phrase: str) -> Statement:
    """Return the statement that numbers are k · q^p · … times `phrase`.

    `powers` holds a quantity's name, whether it is a size, and its power.
    """
    exactly = "exactly" if _shown_in_full(factor) else "about"
    fact = f"{exactly} {_times(factor)}{phrase}{_with(powers)}"
    if not powers:
        slug, title = _SLUGS.get(factor, ("factor", f"{factor:.4g} times as large"))
        return Statement(slug, title, fact, _HINTS.get(factor, ""))
    over = all(power < 0 for _, _, power in powers)
    slug = "divided-once-too-often" if over else "factor-of-size"
    title = "divided by a size once too often" if over else "a factor too large by a size"
    if not all(is_size for _, is_size, _ in powers):
        slug, title = "factor-of-argument", "a factor of an argument too many or too few"
    return Statement(slug, title, fact, _size_hint(factor, powers))


def times_of(factor: float, powers: tuple[tuple[str, bool, int], ...]) -> str:
    """Return how many times as large as it should be something is; "right" for once."""
    if factor == 1 and not powers:
        return "right"
    if not _shown_in_full(factor):
        return "taken to another base of the logarithm" if abs(factor * _LN2 - 1) < 1e-9 else "off"
    return f"exactly {_times(factor)}what it should be{_with(powers)}"


def _size_hint(factor: float, powers: tuple[tuple[str, bool, int], ...]) -> str:
    if len(powers) != 1 or not powers[0][1] or factor != 1:
        return ""
    if powers[0][2] == 1:
        return "A sum in the place of a mean gives such a factor."
    return "A mean in the place of a sum, or a mean taken twice, gives such a factor."


def _shown_in_full(factor: float) -> bool:
    """Return whether the digits that are shown of a factor are all that it has."""
    return abs(factor) in _FRACTIONS or abs(float(f"{factor:.6g}") - factor) <= 1e-9 * abs(factor)


def _times(factor: float) -> str:
    if factor == 1:
        return ""
    sign, size = ("minus ", -factor) if factor < 0 else ("", factor)
    if size == 1:
        return sign
    return sign + _FRACTIONS.get(size, f"{size:.6g} times") + " "


def _with(powers: tuple[tuple[str, bool, int], ...]) -> str:
    over = [_power(name, power) for name, _, power in powers if power > 0]
    under = [_power(name, -power) for name, _, power in powers if power < 0]
    text = ", times " + " times ".join(over) if over else ""
    return text + (", divided by " + " and by ".join(under) if under else "")


def _power(name: str, power: int) -> str:
    return name if power == 1 else f"the square of {name}"
