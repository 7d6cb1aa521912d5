"""What a diagnosis says: a slug, a title, and words for the student."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Statement", "of_scale"]


@dataclass(frozen=True)
class Statement:
    """One thing that is exactly so in every case."""

    slug: str
    title: str
    fact: str
    """Completes "your dL/dw is …" for an item, or is a sentence for a whole answer."""
    hint: str = ""


_FRACTIONS = {2.0: "twice", 0.5: "half", 3.0: "three times", 4.0: "four times"}
_HINTS = {
    -1.0: "Check which way round you subtract, and the sign in front.",
    2.0: "Does a factor 2 come in twice, or is the same derivative added twice?",
    0.5: "A factor 2 is missing: does a power come down when you differentiate?",
}
_SLUGS = {-1.0: ("wrong-sign", "the wrong sign"), 2.0: ("twice", "twice as large"),
          0.5: ("half", "half as large")}  # fmt: skip


def of_scale(factor: float, powers: tuple[tuple[str, bool, int], ...], phrase: str) -> Statement:
    """Return the statement that numbers are k · q^p · … times `phrase`.

    `powers` holds a quantity's name, whether it is a size, and its power.
    """
    fact = f"exactly {_times(factor)}{phrase}{_with(powers)}"
    if not powers:
        slug, title = _SLUGS.get(factor, ("factor", f"{factor:.4g} times as large"))
        return Statement(slug, title, fact, _HINTS.get(factor, ""))
    over = all(power < 0 for _, _, power in powers)
    slug = "divided-once-too-often" if over else "factor-of-size"
    title = "divided by a size once too often" if over else "a factor too large by a size"
    if not all(is_size for _, is_size, _ in powers):
        slug, title = "factor-of-argument", "a factor of an argument too many or too few"
    return Statement(slug, title, fact, _size_hint(factor, powers))


def _size_hint(factor: float, powers: tuple[tuple[str, bool, int], ...]) -> str:
    if len(powers) != 1 or not powers[0][1] or factor != 1:
        return ""
    if powers[0][2] == 1:
        return "A sum in the place of a mean gives such a factor."
    return "A mean in the place of a sum, or a mean taken twice, gives such a factor."


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
