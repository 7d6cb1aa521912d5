"""A copy's name still means its exercise; a name that is an exercise's is never taken apart."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.submissions.naming import exercise_named, folded, is_exact

KNOWN = ("chain-rule", "hw-1", "hw-2", "copy-of-sums", "attempt-2", "final", "x-copy", "two_layers")
COPIES = [
    "Copy of {}", "Copia de {}", "Copie de {}", "Kopie von {}", "Kopi av {}", "Kopi af {}",
    "Kopie van {}", "Cópia de {}", "Còpia de {}", "Kopia {}", "Kópia – {}", "Kopio {}",
    "Másolat – {}", "{} kopyası", "Копия {}", "Копія {}", "Копие на {}", "Αντίγραφο {}",
    "{} のコピー", "{}のコピー2", "“{}”的副本", "{} 副本", "{} 拷贝", "{}의 사본", "نسخة من {}",
    "עותק של {}", "{} की प्रति", "สำเนาของ {}", "Bản sao của {}", "Salinan {}",
    "{} - Copy", "{} - Copy (2)", "{} - Kopie", "{} - Kopie (12)", "{} - Copia", "{} – kopia",
    "{} copy 3", "{} copy", "{} Kopie 2", "{}-Copy1", "{}-Copy1 (2)", "{} (1)", "{}（１）",
    "Copy of Copy of {}", "Copie de Copie de {} (1)", "Copy of {} - Copy (2)", "{}.ipynb (1)",
    "{}-checkpoint", "{} 2",
]  # fmt: skip


@pytest.mark.parametrize("pattern", COPIES)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_copies_mean_their_exercise(pattern: str, form: str) -> None:
    for own, written in (("chain-rule", "chain-rule"), ("chain-rule", "Chain_Rule"),
                         ("two_layers", "two_layers")):  # fmt: skip
        name = unicodedata.normalize(form, pattern.format(written))
        assert exercise_named(name, KNOWN) == own, name


@pytest.mark.parametrize("own", KNOWN)
def test_an_exercises_own_name_is_never_eaten(own: str) -> None:
    assert exercise_named(own, KNOWN) == own
    assert exercise_named(own.upper(), KNOWN) == own
    assert exercise_named(f"Copy of {own}", KNOWN) == own
    assert exercise_named(f"{own} (1)", KNOWN) == own


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("hw-2-1", "hw-2"),
        ("hw-12", None),
        ("hw-3", None),
        ("hw", None),
        ("Copy of hw", None),
        ("chain-rules", None),
        ("not-chain-rule", None),
        ("chain-rule solution", None),
        ("chain-rule final", None),  # two exercises
        ("hw-1 and hw-2", None),
        ("copy", None),
        ("", None),
        ("(1)", None),
        ("chain-rule " + "copy " * 200, None),
    ],
)
def test_what_is_not_certain_means_nothing(name: str, means: str | None) -> None:
    assert exercise_named(name, KNOWN) == means


def test_a_number_after_a_name_is_a_name_where_others_are_so_named() -> None:
    assert exercise_named("hw 3", ("hw",)) == "hw"
    assert exercise_named("hw 3", ("hw", "hw-1")) is None
    assert exercise_named("hw-1", ("hw", "hw-1")) == "hw-1"


def test_two_exercises_that_differ_in_case_alone_are_told_apart_by_the_exact_name() -> None:
    assert exercise_named("Sum", ("Sum", "sum")) == "Sum"
    assert exercise_named("SUM", ("Sum", "sum")) is None
    assert is_exact("SUM", ("sum",))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_any_name_is_taken(name: str) -> None:
    found = exercise_named(name, KNOWN)
    assert found is None or found in KNOWN
    assert folded(folded(name)) == folded(name)
    assert folded(unicodedata.normalize("NFD", name)) == folded(unicodedata.normalize("NFC", name))
