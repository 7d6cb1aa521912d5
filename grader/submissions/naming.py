"""Say which exercise a file's or folder's name means, whatever made a copy of it.

A rule instead of a list of names: the exercise's own name stands in it as whole words, and what
is left are numbers, a word for "copy" in any language, and the little words beside such a word
("Copy of X", "X - Kopie (2)", "Copia de X", "X のコピー"). The exercise's own name is never eaten:
a name that is an exercise's as it stands means that exercise.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

__all__ = ["exercise_named", "folded", "is_exact"]

_MOST_CHARACTERS = 255
_LONGEST_PARTICLE = 4
# "copy" and its kin: copia, copie, cópia, kopie, kopio, kopya, kopija, kópia, koopia, cóip, …
_LATIN = re.compile(r"[ck]+o+p+[iyj][a-z]{0,4}|coip|dupli[ck]at[a-z]{0,3}")
_OTHER = re.compile(
    unicodedata.normalize(
        "NFKC",
        r"коп[иіяј]|дублик|αντιγραφ|պատճեն|ასლი|masolat|afrit|salinan|nakala|nusxa|ban sao|"
        r"コピー|複製|复制|副本|拷贝|拷貝|复件|複本|사본|복사|نسخ|کپی|رونوشت|עותק|העתק|"
        r"प्रति|कॉपी|สำเนา",
    )
)
_SCRIPT_BORDER = re.compile(
    r"(?<=[a-z0-9])(?=[\u0900-\u0dff\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])|"
    r"(?<=[\u0900-\u0dff\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])(?=[a-z0-9])"
)
_LEFT_BY_TOOLS = ("checkpoint", "ipynb", "py")


def exercise_named(stem: str, known: Sequence[str]) -> str | None:
    """Return the one exercise that a name means, or None where it means none or several."""
    if stem in known:
        return stem
    if len(stem) > _MOST_CHARACTERS:
        return None
    return _means(stem, tuple(known))


def is_exact(stem: str, known: Sequence[str]) -> bool:
    """Tell whether a name is an exercise's own, but for case, separators and Unicode's forms."""
    return stem in known or _words(stem) in {_words(exercise) for exercise in known}


def folded(name: str) -> str:
    """Return a name without what two systems write differently: Unicode forms, case, blanks.

    Use it wherever names are compared; it is never shown.
    """
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join("".join(c for c in text if unicodedata.category(c) != "Cf").split())


@lru_cache(maxsize=4096)
def _means(stem: str, known: tuple[str, ...]) -> str | None:
    words = _words(stem)
    exact = [exercise for exercise in known if _words(exercise) == words]
    if exact:
        return exact[0] if len(exact) == 1 else None
    found = [
        (exercise, start, start + len(own))
        for exercise in known
        for own in [_words(exercise)]
        for start in range(len(words) - len(own) + 1)
        if own and words[start : start + len(own)] == own
    ]
    # `hw-1 (2)` is of hw-1, not of hw: the longest name that stands in one place counts.
    widest = [
        each
        for each in found
        if not any(other != each and other[1] <= each[1] and each[2] <= other[2]
                   and other[2] - other[1] > each[2] - each[1] for other in found)
    ]  # fmt: skip
    fitting = [
        exercise
        for exercise, start, end in widest
        if _only_copied(words[:start] + words[end:]) and not _of_a_row(words, end, start, known)
    ]
    return fitting[0] if len(fitting) == 1 and len({each[0] for each in widest}) == 1 else None


def _of_a_row(words: tuple[str, ...], end: int, start: int, known: tuple[str, ...]) -> bool:
    """Tell whether a number after a name is part of a name: `hw-3` where hw and hw-1 are known."""
    if not words[end : end + 1] or not words[end].isdecimal():
        return False
    own = words[start:end]
    others = map(_words, known)
    return any(each[:-1] == own and each[-1].isdecimal() for each in others)


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    """Split a name into words: at everything but letters and digits, and where scripts change."""
    text = _SCRIPT_BORDER.sub(" ", folded(name))
    marks = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in text)
    return tuple(marks.split())


def _only_copied(words: tuple[str, ...]) -> bool:
    """Tell whether words say no more than that something is a copy, and which one."""
    copies = [_is_copy(word) for word in words] or [False]
    joined = _without_marks(" ".join(words))
    is_copy = any(copies) or _OTHER.search(joined) is not None
    return all(
        copy
        or word.isdecimal()
        or word in _LEFT_BY_TOOLS
        or (is_copy and (len(word) <= _LONGEST_PARTICLE or not word.isascii()))
        for word, copy in zip(words, copies, strict=False)
    )


def _is_copy(word: str) -> bool:
    plain = _without_marks(word).rstrip("0123456789")
    return bool(plain) and (_LATIN.fullmatch(plain) is not None or _OTHER.search(plain) is not None)


def _without_marks(text: str) -> str:
    """Return Latin, Greek and Cyrillic letters without accents; other scripts need their marks."""
    split = unicodedata.normalize("NFD", text.replace("ı", "i"))
    return unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", split))
