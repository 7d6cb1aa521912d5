"""A diagnosis holds in every case or is not given; it names declared mistakes first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from grader.course.reference import load_reference
from grader.judging.diagnosis.exceptions import Failure, explain
from grader.judging.evidence import Raised
from grader.judging.judge import Judge
from grader.judging.plan import make_plan
from grader.model import CheckVerdict
from grader.proof.rehearsal import rehearse
from tests.made_course import STARTER, make_exercise

Function = Callable[..., Any]

CONTRACT = """
title = "Diagnosis"
[dimensions]
n = {}
m = {}
[inputs]
W = "normal(n, m)"
x = "normal(m)"
a = "normal()"
b = "normal()"
[[check]]
call = "squared_map"
gradient = { of = "energy", wrt = ["W", "x"] }
items = ["dW", "dx"]
points = 4
[[check]]
call = "pair"
points = 2
items = ["first", "second"]
[[check]]
call = "descend"
points = 4
items = ["x", "history"]
cases = 8
[check.inputs]
lr = "number(0.05, 0.2)"
steps = "choice(0, 1, 2, 4)"
target = "number(0.25, 1.5)"
"""
REFERENCE = '''
from grader.authoring import mistake

def energy(W, x):
    return ((W @ x) ** 2).sum()

def pair(a, b):
    return 2 * a * b + a, a - b**3

def descend(lr, steps, target):
    x, history = 4.0, []
    for _ in range(steps):
        history.append(x)
        x = x - lr * 2 * (x - target)
    return x, history

@mistake("pair", "the cube is a square")
def squared(a, b):
    """A power is too small."""
    return 2 * a * b + a, a - b**2
'''


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    folder = tmp_path_factory.mktemp("course")
    exercise = make_exercise(folder, CONTRACT, REFERENCE, STARTER)
    return Judge(make_plan(exercise, load_reference(exercise), 7))


def verdict(judge: Judge, call: str, function: Function) -> CheckVerdict:
    score = rehearse(judge, {**judge.plan.reference.namespace, call: function})
    return next(found for found in score.checks if found.id == call)


def right(W: Any, x: Any) -> tuple[Any, Any]:
    r = 2 * (W @ x)
    return torch.outer(r, x), W.T @ r


def descent(
    lr: float, steps: int, target: float, factor: float = 2.0, late: bool = False
) -> tuple[float, list[float]]:
    x, history = 4.0, []
    for _ in range(steps):
        if not late:
            history.append(x)
        x = x - lr * factor * (x - target)
        if late:
            history.append(x)
    return x, history


def of_map(change: Callable[[Any, Any, Any, Any], Any]) -> Function:
    return lambda W, x: change(*right(W, x), W, x)


MAP = [
    (lambda dW, dx, W, x: (-dW, -dx), "wrong-sign", "each is exactly minus"),
    (lambda dW, dx, W, x: (dW, -dx), "wrong-sign", "dW is right. Your dx is exactly minus"),
    (lambda dW, dx, W, x: (dW / 2, dx / 2), "half", "A factor 2 is missing"),
    (lambda dW, dx, W, x: (dW, 1.7 * dx), "factor", "exactly 1.7 times"),
    (lambda dW, dx, W, x: (dW, dx * len(x)), "factor-of-size", "number of columns of `W`"),
    (lambda dW, dx, W, x: (dW / len(W), dx), "divided-once-too-often", "number of rows of `W`"),
    (lambda dW, dx, W, x: (dW * 0, dx), "zero", "Your dW is zero everywhere"),
    (lambda dW, dx, W, x: (dW * 0 + 1, dx), "ones", "1 everywhere"),
    (lambda dW, dx, W, x: (dW.T, dx), "transposed", "the transpose of what it should be"),
    (lambda dW, dx, W, x: (-2 * dW.T, dx), "transposed-factor", "minus twice the transpose"),
    (lambda dW, dx, W, x: (dW.T.reshape(dW.shape), dx), "reshaped", "does not transpose"),
    (lambda dW, dx, W, x: (dW.abs(), dx), "absolute", "every sign is lost"),
    (lambda dW, dx, W, x: (W, dx), "is-w", "`W` itself"),
    (lambda dW, dx, W, x: (dW, 3 * x), "is-x-factor", "exactly three times `x` itself"),
    (lambda dW, dx, W, x: (dW, dx * x), "times-x", "once too often"),
    (lambda dW, dx, W, x: (dW.sum(), dx), "summed-up", "the sum of the entries"),
    (lambda dW, dx, W, x: (dW, dx.reshape(-1, 1)), "column", "a column instead of a vector"),
    (lambda dW, dx, W, x: (((W @ x) ** 2).sum(), dx), None, "shape () instead"),
    (lambda dW, dx, W, x: (dW, dx * 0 + ((W @ x) ** 2).sum()), "value-instead-of-gradient",
     "the value of the function"),
    (lambda dW, dx, W, x: (dW, dx * (1 + 1e-4 * torch.arange(len(x)) + 1e-4)), "approximation",
     "close to what it should be"),
    (lambda dW, dx, W, x: (dW, None), None, "None instead of numbers"),
    (lambda dW, dx, W, x: (dW, torch.sin(dx)), None, "wrong in"),
    (lambda dW, dx, W, x: right(W, x.abs()), "x-absolute", "`x` without its signs"),
    (lambda dW, dx, W, x: right(W, -x), None, ""),
    (lambda dW, dx, W, x: (-dW, dx / 2), None, "Your dW is exactly minus"),
    (lambda dW, dx, W, x: (dW.clamp(-2, 3), dx), "cut-off", "cut off at -2 and 3"),
    (lambda dW, dx, W, x: (dW, torch.round(dx, decimals=1)), "rounded", "rounded to 1 decimals"),
    (lambda dW, dx, W, x: (dW, -dx if len(x) > 3 else dx), "wrong-sign", "cases, else right"),
    (lambda dW, dx, W, x: right(W, x.trunc()), "x-whole", "cut down to whole numbers"),
    (lambda dW, dx, W, x: right(W, x / x.norm()), "x-normalised", "divided by its norm"),
    (lambda dW, dx, W, x: (dW.cumsum(1), dx), "running-sum", "the running sum"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "slug", "said"), MAP)
def test_what_an_item_is(judge: Judge, change: Any, slug: str | None, said: str) -> None:
    found = verdict(judge, "squared_map", of_map(change))
    assert found.outcome == "fail", found
    assert said in found.feedback
    if slug is not None:
        assert found.mistake is not None, found.feedback
        assert found.mistake.startswith(slug), found.feedback


def _in_cases(judge: Judge, count: int, wrong: Callable[[Any, Any], Any]) -> CheckVerdict:
    """Be wrong in some hidden cases alone, and right in all others."""
    hidden = [case for case in judge.plan.checks[0].probe.cases if not case.public]
    chosen = [case.arguments["x"].double() for case in hidden[:count]]

    def function(W: Any, x: Any) -> Any:
        found = any(x.shape == own.shape and bool((x.double() == own).all()) for own in chosen)
        return wrong(W, x) if found else right(W, x)

    return verdict(judge, "squared_map", function)


ONCE: list[tuple[Callable[[Any, Any, Any], Any], str]] = [
    (lambda dW, dx, x: (dW, -dx), "wrong-sign"),
    (lambda dW, dx, x: (dW, dx * 2), "twice"),
    (lambda dW, dx, x: (dW, dx * len(x)), "factor-of-size"),
    (lambda dW, dx, x: (dW.cumsum(1), dx), "running-sum"),
]


@pytest.mark.parametrize(("change", "slug"), ONCE)
def test_one_case_names_nothing_and_two_do(judge: Judge, change: Any, slug: str) -> None:
    def wrong(W: Any, x: Any) -> Any:
        return change(*right(W, x), x)

    once = _in_cases(judge, 1, wrong)
    assert once.outcome == "fail"
    assert once.mistake is None, once.feedback
    assert "exactly" not in once.feedback
    twice = _in_cases(judge, 3, wrong)
    assert twice.mistake is not None, twice.feedback
    assert twice.mistake.startswith(slug), twice.feedback


TRIFLES = [
    lambda dW, dx, W, x: (0.999996 * dW, 0.999996 * dx),
    lambda dW, dx, W, x: (dW, dx * (1 - 1e-3 / 3)),
    lambda dW, dx, W, x: (dW, 2.0003 * dx),
    lambda dW, dx, W, x: (dW, 0.70710678 * dx),
]


@pytest.mark.parametrize("change", TRIFLES)
def test_exactly_is_said_of_plain_factors_alone(judge: Judge, change: Any) -> None:
    assert "exactly" not in verdict(judge, "squared_map", of_map(change)).feedback


def test_few_digits_of_right_answers_speak_for_no_precision(judge: Judge) -> None:
    found = _in_cases(judge, 1, lambda W, x: (right(W, x)[0], (1.01 * right(W, x)[1]).bfloat16()))
    assert "digits" not in found.feedback


PAIR = [
    (lambda a, b: (a - b**3, 2 * a * b + a), "swapped", "in the other order"),
    (lambda a, b: (2 * a * b + a, a - b**2), "squared", "A power is too small."),
    (lambda a, b: (2 * a * b, a - b**3), None, "Second is right."),
    (lambda a, b: (7.5, a - b**3), "constant", "the same whatever is passed in"),
    (lambda a, b: (2 * a * b + a, int(a - b**3)), "truncated", "cut down to integers"),
    (lambda a, b: (2 * b * a + b, b - a**3), "a-b-swapped", "`a` and `b` swapped"),
    (lambda a, b: (2 * a * b + a, float("nan")), None, "NaN"),
]


@pytest.mark.parametrize(("function", "slug", "said"), PAIR)
def test_pairs(judge: Judge, function: Function, slug: str | None, said: str) -> None:
    found = verdict(judge, "pair", function)
    assert found.outcome == "fail"
    assert said in found.feedback
    assert slug is None or found.mistake == slug, found.feedback


def _with_history(change: Callable[[list[float]], list[float]]) -> Function:
    def changed(lr: float, steps: int, target: float) -> Any:
        x, history = descent(lr, steps, target)
        return x, change(history)

    return changed


DESCENT = [
    (lambda lr, steps, target: descent(lr, steps + 1, target), "steps-one-more"),
    (lambda lr, steps, target: descent(lr, max(steps - 1, 0), target), "steps-one-less"),
    (lambda lr, steps, target: descent(-lr, steps, target), "lr-minus"),
    (lambda lr, steps, target: descent(lr, steps, target, 1.0), "lr-half"),
    (lambda lr, steps, target: descent(lr * lr, steps, target), "lr-squared"),
    (lambda lr, steps, target: descent(lr, steps, 0.0), "target-zero"),
    (lambda lr, steps, target: descent(0.1, steps, target), "lr-fixed"),
    (lambda lr, steps, target: descent(lr, steps, target, late=True), "steps-after"),
    (_with_history(lambda h: h[-1:]), "only-the-last"),
    (_with_history(lambda h: h[:-1]), "one-missing-at-the-end"),
    (_with_history(lambda h: h[1:]), "one-missing-at-the-start"),
    (_with_history(lambda h: h[-1:] * len(h)), "last-entry"),
    (_with_history(lambda h: h[::-1]), "reversed"),
    (_with_history(lambda h: [sum(h[: k + 1]) for k in range(len(h))]), "running-sum"),
]


@pytest.mark.parametrize(("function", "slug"), DESCENT)
def test_histories_and_misused_arguments(judge: Judge, function: Function, slug: str) -> None:
    found = verdict(judge, "descend", function)
    assert found.outcome == "fail"
    assert found.mistake == slug, found.feedback


def test_two_mistakes_at_once_are_told_item_by_item(judge: Judge) -> None:
    found = verdict(
        judge, "descend", lambda lr, steps, target: descent(lr, steps, target, 1.0, True)
    )
    assert "half `lr`" in found.feedback
    assert "recorded after" in found.feedback
    assert found.mistake is None


def test_gradients_that_add_up_from_call_to_call(judge: Judge) -> None:
    kept: dict[int, Any] = {}

    def leaky(W: Any, x: Any) -> Any:
        dW, dx = right(W, x)
        kept[id(W)] = kept.get(id(W), 0) + dW
        return kept[id(W)].clone(), dx

    found = verdict(judge, "squared_map", leaky)
    assert found.mistake == "adds-up-over-calls", found.feedback
    assert found.earned == 2


def test_the_call_that_differs_is_shown(judge: Judge) -> None:
    calls: Iterator[int] = iter(range(10_000))

    def drifting(W: Any, x: Any) -> Any:
        dW, dx = right(W, x)
        return dW, dx + next(calls) % 2

    found = verdict(judge, "squared_map", drifting)
    shown = [item for case in found.public for item in case.items if not item.agrees]
    assert found.public == () or shown
    for item in shown:
        assert item.got != item.expected
        assert "second call with the same arguments" in item.note


def test_something_else_left_over(judge: Judge) -> None:
    calls: Iterator[int] = iter(range(10_000))

    def drifting(W: Any, x: Any) -> Any:
        dW, dx = right(W, x)
        return dW, dx * (1 + next(calls) % 2)

    found = verdict(judge, "squared_map", drifting)
    assert "second call" in found.feedback


def test_the_instructor_has_the_last_word(tmp_path: Path) -> None:
    contract = CONTRACT + '\n[check.feedback]\nlr-half = "Look at the power again."\n'
    exercise = make_exercise(tmp_path, contract, REFERENCE, STARTER)
    judge = Judge(make_plan(exercise, load_reference(exercise), 7))
    found = verdict(judge, "descend", lambda lr, steps, target: descent(lr, steps, target, 1.0))
    assert (found.mistake, found.feedback) == ("lr-half", "Look at the power again.")


def test_what_no_candidate_gives_stays_unknown(judge: Judge) -> None:
    found = verdict(judge, "descend", lambda lr, steps, target: (
        descent(lr, steps, target)[0] ** 1.37, [1.0] * (steps + 3)))  # fmt: skip
    assert found.mistake is None
    assert "wrong in" in found.feedback


# ---------------------------------------------------------------- exceptions

LEAF = "a leaf Variable that requires grad is being used in an in-place operation."
NO_GRAPH = "element 0 of tensors does not require grad and does not have a grad_fn"


@pytest.mark.parametrize(
    ("type_", "message", "line", "source", "at_first", "slug"),
    [
        ("RuntimeError", NO_GRAPH, "loss.backward()", "w = torch.tensor(1.)", False,
         "tracking-not-asked-for"),
        ("RuntimeError", NO_GRAPH, "loss.backward()",
         "w = torch.tensor(1., requires_grad=True)\nloss = (w * x).item()", False, "graph-left"),
        ("RuntimeError", NO_GRAPH, "loss.backward()", "w.requires_grad_()", False, "no-history"),
        ("RuntimeError", NO_GRAPH, "loss.backward()",
         "w.requires_grad_()\nwith torch.no_grad():\n    loss = w * 2\n    loss.backward()", False,
         "forward-in-no-grad"),
        ("RuntimeError", NO_GRAPH, "loss.backward()", "w.requires_grad_()", True,
         "reassigned-under-no-grad"),
        ("RuntimeError", LEAF, "w -= lr * w.grad", "", False, "update-outside-no-grad"),
        ("RuntimeError", LEAF, "X -= X.mean(1, keepdim=True)", "", False, "leaf-changed-in-place"),
        ("RuntimeError", "Trying to backward through the graph a second time", "", "", False,
         "graph-used-twice"),
        ("RuntimeError", "grad can be implicitly created only for scalar outputs", "", "", False,
         "vector-backward"),
        ("RuntimeError", "Only Tensors of floating point and complex dtype can require gradients",
         "", "", False, "integer-tensor"),
        ("RuntimeError", "Can't call numpy() on Tensor that requires grad.", "", "", False,
         "numpy-of-tracked"),
        ("TypeError", "unsupported operand type(s) for *: 'float' and 'NoneType'",
         "w = w - lr * w.grad", "", True, "parameter-replaced"),
        ("AttributeError", "'NoneType' object has no attribute 'zero_'", "w.grad.zero_()", "",
         False, "cleared-too-early"),
        ("TypeError", "unsupported operand type(s) for *: 'float' and 'NoneType'",
         "w -= lr * w.grad", "", False, "no-gradient"),
        ("RuntimeError", "mat1 and mat2 shapes cannot be multiplied (3x4 and 3x4)", "W @ W", "",
         False, "shapes"),
        ("RuntimeError", "expected m1 and m2 to have the same dtype", "", "", False, "dtypes"),
        ("TypeError", "g() missing 1 required positional argument: 'b'", "", "", False,
         "signature"),
        ("AttributeError", "'float' object has no attribute 'backward'", "", "", False,
         "number-for-tensor"),
        ("ZeroDivisionError", "division by zero", "1 / 0", "", False, None),
        ("KeyError", "'None'", "d['None']", "", False, None),
    ],
)  # fmt: skip
def test_exceptions(
    type_: str, message: str, line: str, source: str, at_first: bool, slug: str | None
) -> None:
    found = explain(Failure(Raised(type_, message, "a.py", 3, line), source, at_first))
    assert (found.slug if found else None) == slug


def test_an_exception_is_explained_beside_its_line(judge: Judge) -> None:
    def vector(W: Any, x: Any) -> Any:
        x = x.detach().requires_grad_()
        (W @ x).backward()
        return W, x.grad

    found = verdict(judge, "squared_map", vector)
    assert (found.outcome, found.mistake) == ("error", "vector-backward")
    assert "needs one number" in found.feedback
    assert "It goes wrong only with" in found.feedback or "RuntimeError" in found.feedback


# ---------------------------------------------------------------- slips, words, lost numbers

WORDS_CONTRACT = """
title = "Words"
[dimensions]
n = {}
[[check]]
call = "side"
points = 1
cases = 8
inputs = { a = "normal()" }
[[check]]
call = "spread"
points = 1
inputs = { x = "normal(n)" }
[[check]]
call = "slope"
points = 1
inputs = { a = "normal()" }
"""
WORDS = '''
from grader.authoring import mistake, rewriting

def side(a):
    return "left" if a < 0 else "right"

def spread(x):
    return (x - x.mean()) ** 2 + x

def slope(a):
    return 3 * (a**2 + 1) ** 2 * 2 * a

@rewriting("slope")
def by_steps(a):
    g = a * a + 1
    return 6 * a * g * g

@mistake("spread", "divided by n - 1")
def sample_spread(x):
    """One sample has no spread of its own."""
    return (x - x.mean()) ** 2 / (len(x) - x.new_tensor(1.0)) + x
'''
WORDS_STARTER = """# %%
def side(a):
    raise NotImplementedError

def spread(x):
    raise NotImplementedError

def slope(a):
    raise NotImplementedError
"""


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    folder = tmp_path_factory.mktemp("words")
    exercise = make_exercise(folder, WORDS_CONTRACT, WORDS, WORDS_STARTER)
    return Judge(make_plan(exercise, load_reference(exercise), 7))


@pytest.mark.parametrize(
    ("call", "function", "slug", "said"),
    [
        ("side", lambda a: "Left" if a < 0 else "Right", "unknown-word", "agreed words are left"),
        ("side", lambda a: "right", "confused-words", "'right' stands where 'left' belongs"),
        ("spread", lambda x: (x - x.mean()) ** 2 / (len(x) - x.new_tensor(1.0)) + x,
         "sample_spread", "no spread of its own"),
        ("spread", lambda x: x * float("nan"), "not-finite", "NaN"),
        ("slope", lambda a: 6 * a * (a * a + 1), None, "a power is left out; or: "),
        ("slope", lambda a: 6 * a * (a * a + 1) * a, "slip-in-the-formula", "one variable"),
    ],
)  # fmt: skip
def test_words_lost_numbers_and_slips(
    words: Judge, call: str, function: Function, slug: str | None, said: str
) -> None:
    found = verdict(words, call, function)
    assert said in found.feedback
    assert found.mistake == slug, found.feedback


# ---------------------------------------------------------------- consequences

FED_CONTRACT = """
title = "Fed"
[inputs]
a = "normal()"
[[check]]
call = "slope"
points = 1
[[check]]
call = "step"
points = 1
[check.inputs]
lr = "number(0.05, 0.2)"
[[check]]
call = "twice_a_step"
points = 1
[check.inputs]
lr = "number(0.05, 0.2)"
"""
FED = '''
from grader.authoring import mistake

def slope(a):
    return a**3 + a

def step(a, lr):
    return a - lr * slope(a)

def twice_a_step(a, lr):
    return step(step(a, lr), lr)

@mistake("slope", "the cube is a square")
def squared(a):
    """A power is too small."""
    return a**2 + a

@mistake("step", "the step goes up")
def upwards(a, lr):
    """The sign of the step is wrong."""
    return a + lr * slope(a)
'''
FED_STARTER = """# %%
def slope(a):
    raise NotImplementedError

def step(a, lr):
    raise NotImplementedError

def twice_a_step(a, lr):
    raise NotImplementedError
"""


@pytest.fixture(scope="module")
def fed(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    folder = tmp_path_factory.mktemp("fed")
    exercise = make_exercise(folder, FED_CONTRACT, FED, FED_STARTER)
    return Judge(make_plan(exercise, load_reference(exercise), 7))


def _fed(judge: Judge, source: str) -> dict[str, CheckVerdict]:
    namespace = dict(judge.plan.reference.namespace)
    exec(source, namespace)
    return {found.id: found for found in rehearse(judge, namespace, source).checks}


SQUARED = """
def slope(a):
    return a**2 + a
"""


def test_what_an_earlier_mistake_feeds_is_told_once(fed: Judge) -> None:
    found = _fed(
        fed,
        f"""{SQUARED}
def step(a, lr):
    return a - lr * slope(a)

def twice_a_step(a, lr):
    return step(step(a, lr), lr)
""",
    )
    assert found["slope"].mistake == "squared"
    assert found["step"].mistake == "follows-from-slope", found["step"].feedback
    assert found["twice_a_step"].mistake == "follows-from-slope"
    assert "Fix `slope`; there is nothing else to do here." in found["step"].feedback
    assert "power" not in found["step"].feedback


def test_the_same_mistake_made_twice_is_no_consequence(fed: Judge) -> None:
    """To fix the one leaves the other, so nothing may be said to follow."""
    found = _fed(
        fed,
        f"""{SQUARED}
def step(a, lr):
    return a - lr * (a**2 + a)

def twice_a_step(a, lr):
    return step(step(a, lr), lr)
""",
    )
    assert found["slope"].mistake == "squared"
    assert "follows" not in found["step"].feedback
    assert "follows" not in found["twice_a_step"].feedback


def test_what_is_wrong_besides_is_no_consequence(fed: Judge) -> None:
    found = _fed(
        fed,
        f"""{SQUARED}
def step(a, lr):
    return a + lr * (a**3 + a)
""",
    )
    assert found["step"].mistake == "upwards"
    assert "follows" not in found["step"].feedback


# ---------------------------------------------------------------- what tells mistakes apart

ALIKE_CONTRACT = """
title = "Alike"
[inputs]
a = "normal()"
kind = "choice(0, 1, 2)"
[[check]]
call = "f"
points = 2
cases = 2
"""
ALIKE = '''
from grader.authoring import mistake

def f(a, kind):
    return a**3 + a

@mistake("f", "the cube is a square")
def squared(a, kind):
    """A power is too small."""
    return a**2 + a

@mistake("f", "the cube is a square, most of the time")
def mostly_squared(a, kind):
    """A power is sometimes too small."""
    return a**3 + 2 * a if kind == 2 else a**2 + a

@mistake("f", "the square in other words")
def multiplied(a, kind):
    """A power is a product of two."""
    return a * a + a

@mistake("f", "a mistake that does not show")
def right_by_chance(a, kind):
    """Nothing is wrong here."""
    return a**3 + a
'''
ALIKE_STARTER = "# %%\ndef f(a, kind):\n    raise NotImplementedError\n"


def test_a_further_case_tells_mistakes_apart_and_synonyms_are_both_said(tmp_path: Path) -> None:
    exercise = make_exercise(tmp_path, ALIKE_CONTRACT, ALIKE, ALIKE_STARTER)
    judge = Judge(make_plan(exercise, load_reference(exercise), 7))
    cases = judge.plan.checks[0].probe.cases
    asked = sorted(case.arguments["kind"] for case in cases if not case.twin_of)
    assert asked == [0, 1, 2]
    assert len({case.id for case in cases}) == 6
    mostly = verdict(judge, "f", lambda a, kind: a**3 + 2 * a if kind == 2 else a**2 + a)
    assert mostly.mistake == "mostly_squared"
    always = verdict(judge, "f", lambda a, kind: a**2 + a)
    assert always.mistake is None
    assert "one of these: the cube is a square; or the square in other words" in always.feedback
