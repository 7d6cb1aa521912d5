"""Distributions are read with errors that point, and drawn as they say."""

from __future__ import annotations

import re

import numpy
import pytest
import torch

from grader.course.inputs import draw, options, parse

SIZES = {"n": 5, "m": 3, "C": 4}
RNG = numpy.random.default_rng


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("normal", "is a call"),
        ("normal(", "no distribution"),
        ("nomal(n)", "unknown distribution 'nomal'"),
        ("normal(k)", "unknown dimension 'k'"),
        ("normal(n=3)", "is a call"),
        ("normal(n + 1)", "an argument is"),
        ("__import__('os')", "unknown distribution"),
    ],
)
def test_a_wrong_distribution_says_what_was_expected(text: str, expected: str) -> None:
    with pytest.raises(ValueError, match=re.escape(expected)):
        parse(text, SIZES)


@pytest.mark.parametrize(
    ("text", "shape"),
    [("normal()", ()), ("normal(n)", (5,)), ("normal(m, n)", (3, 5)), ("normal(n, 1)", (5, 1))],
)
def test_tensors_have_their_shape_and_are_exact_in_float32(
    text: str, shape: tuple[int, ...]
) -> None:
    for seed in range(50):
        drawn = draw(parse(text, SIZES), SIZES, RNG(seed))
        assert drawn.dtype == torch.float64
        assert tuple(drawn.shape) == shape
        assert torch.equal(drawn.float().double(), drawn)
        assert bool((drawn.abs() >= 0.125).all())
        assert not any(bool((drawn.abs() == avoided).any()) for avoided in (0, 1, 2))


def test_python_values_are_python_values() -> None:
    rng = RNG(0)
    assert type(draw(parse("number(0.1, 0.5)", SIZES), SIZES, rng)) is float
    assert type(draw(parse("integer(0, 3)", SIZES), SIZES, rng)) is int
    assert type(draw(parse("flag()", SIZES), SIZES, rng)) is bool
    assert draw(parse("choice('a', 'b')", SIZES), SIZES, rng) in ("a", "b")


def test_numbers_stay_in_their_range() -> None:
    drawn = [draw(parse("number(0.25, 0.5)", SIZES), SIZES, RNG(seed)) for seed in range(200)]
    assert min(drawn) >= 0.25
    assert max(drawn) <= 0.5
    assert len(set(drawn)) > 50


def test_labels_use_every_class() -> None:
    for seed in range(20):
        labels = draw(parse("labels(n, C)", SIZES), SIZES, RNG(seed))
        assert labels.dtype == torch.int64
        assert set(labels.tolist()) == {0, 1, 2, 3}


def test_several_is_a_list_of_draws() -> None:
    drawn = draw(parse("several(m, normal())", SIZES), SIZES, RNG(1))
    assert isinstance(drawn, list)
    assert [tuple(one.shape) for one in drawn] == [(), (), ()]


def test_the_same_seed_draws_the_same() -> None:
    distribution = parse("normal(m, n)", SIZES)
    assert torch.equal(draw(distribution, SIZES, RNG(7)), draw(distribution, SIZES, RNG(7)))
    assert not torch.equal(draw(distribution, SIZES, RNG(7)), draw(distribution, SIZES, RNG(8)))


def test_options_are_the_values_of_which_there_are_few() -> None:
    assert options(parse("flag()", SIZES)) == (True, False)
    assert options(parse("choice(0, 1, 5)", SIZES)) == (0, 1, 5)
    assert options(parse("normal(n)", SIZES)) == ()
