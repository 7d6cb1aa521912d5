"""Rules of a task, bonus points, and arguments and answers that hold further values."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.reference import load_reference
from grader.errors import CourseError
from grader.judging.judge import Judge
from grader.judging.plan import make_plan
from grader.judging.rules import judge_rule
from grader.model import CheckVerdict, File, Score, Submission
from grader.proof.verify import verify_exercise
from grader.report.pages import render_class, render_student
from grader.scores.record import from_json, to_json
from grader.selfcheck.runner import Runner, Target
from grader.submissions.cells import module_cells
from tests.in_process import score_cells
from tests.made_course import CONTRACT, STARTER, make_course, make_exercise

RULES = (
    CONTRACT
    + """
[[check]]
id = "vectorised"
title = "No loops"
points = 2
forbidden = ["loop", "recursion"]
within = ["slope"]
says = "Write it with operations on whole tensors."
[[check]]
id = "matmul"
points = 1
required = "operator @"
within = ["energy"]
says = "The sum of squares is a product of x with itself."
[[check]]
id = "numpy-free"
points = 1
forbidden = "import numpy"
says = "This exercise is about torch."
bonus = true
"""
)
LOOPED = """def energy(x):
    return x @ x


def doubled(v):
    return 2 * v


def slope(x):
    found = x.clone()
    for i in range(len(x)):
        found[i] = doubled(x[i])
    return found
"""
WHOLE = "def energy(x):\n    return x @ x\n\n\ndef slope(x):\n    return 2 * x\n"


def judged(folder: Path, source: str, contract: str = RULES, **more: str) -> Score:
    exercise = make_exercise(folder, contract, **more)
    judge = Judge(make_plan(exercise, load_reference(exercise), 1))
    return score_cells(judge, module_cells(source))


def by_id(score: Score) -> dict[str, CheckVerdict]:
    return {check.id: check for check in score.checks}


# ---------------------------------------------------------------- rules


def test_a_rule_has_points_of_its_own_and_says_where_it_was_broken(tmp_path: Path) -> None:
    score = judged(tmp_path, LOOPED)
    found = by_id(score)
    assert [found[name].earned for name in ("energy", "slope", "vectorised", "matmul")] == [
        2, 3, 0, 1,
    ]  # fmt: skip
    assert found["vectorised"].feedback == (
        "A loop stands in squares.py (line 11). Write it with operations on whole tensors."
    )
    assert found["matmul"].feedback == "It uses the operator `@`, as asked."
    assert (score.earned, score.possible) == (7, 8)


def test_a_rule_that_is_kept_is_said_without_two_readings(tmp_path: Path) -> None:
    found = by_id(judged(tmp_path, WHOLE))
    assert found["vectorised"].feedback == (
        "It does without a loop or a function that calls itself, as asked."
    )


def test_what_is_asked_for_and_absent_is_named(tmp_path: Path) -> None:
    found = by_id(judged(tmp_path, WHOLE.replace("x @ x", "(x**2).sum()")))
    assert found["matmul"].outcome == "fail"
    assert found["matmul"].feedback == (
        "What is asked for is not there: the operator `@`. "
        "The sum of squares is a product of x with itself."
    )
    assert found["energy"].earned == 2


@pytest.mark.parametrize("source", [STARTER, "x = 1\n", "def slope(x):\n    pass\n"])
def test_nothing_is_no_way_to_keep_a_rule(tmp_path: Path, source: str) -> None:
    score = judged(tmp_path, source)
    assert score.earned == 0
    assert {check.outcome.value for check in score.checks} == {"missing"}


def test_a_rule_waits_for_what_it_needs(tmp_path: Path) -> None:
    contract = RULES.replace('says = "Write', 'needs = ["slope"]\nsays = "Write')
    found = by_id(judged(tmp_path, WHOLE.replace("2 * x", "3 * x"), contract))
    assert found["vectorised"].outcome == "skipped"


def test_helpers_that_came_along_are_searched(tmp_path: Path) -> None:
    exercise = make_exercise(tmp_path, RULES)
    judge = Judge(make_plan(exercise, load_reference(exercise), 1))
    first = score_cells(judge, module_cells(WHOLE))
    helper = File("helper.py", b"def f(x):\n    return [v for v in x]\n")

    def verdict(source: str, *files: File) -> CheckVerdict:
        cells = module_cells(source)
        work = Submission("ada-l", "squares", Path("squares.py"), "module", "", cells, files=files)
        return judge_rule(exercise.checks[2], work, first.checks)

    within = exercise.checks[2].rule.within[0]
    used = f"\n\ndef {within}(x, A):\n    return f(x)\n"
    assert verdict(WHOLE).outcome == "pass"
    assert verdict(WHOLE, helper).outcome == "pass", "nothing of the helper is used"
    for text in (
        f"from helper import f{used}",
        f"import helper{used.replace('f(x)', 'helper.f(x)')}",
        f"import helper as h{used.replace('f(x)', 'h.f(x)')}",
    ):
        found = verdict(text, helper)
        assert found.outcome == "fail", text
        assert "helper.py (line 2)" in found.feedback


@pytest.mark.slow
def test_students_see_a_broken_rule_before_they_hand_in(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", RULES)
    work = tmp_path / "squares.py"
    work.write_text(LOOPED)
    with Runner() as runner:
        found = {f.check: f for f in runner.check(Target(work, None, course.directory)).findings}
        work.write_text(STARTER)
        empty = runner.check(Target(work, None, course.directory)).findings
    assert "A loop stands in squares.py (line 11)." in found["vectorised"].said[0]
    assert (found["vectorised"].place, found["vectorised"].line) == ("squares.py", 11)
    assert found["matmul"].outcome is None
    assert found["matmul"].said == ("It uses the operator `@`, as asked.",)
    assert {finding.outcome for finding in empty} == {"missing"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('id = "vectorised"\n', "", "check 'loop, recursion': a rule needs an id"),
        ('says = "Write it with operations on whole tensors."', "", "says: is missing"),
        ('"recursion"', '"for loops"', "'for loops' is no construct; expected one of for, while"),
        ('id = "vectorised"', 'id = "v"\ncall = "slope"', "a rule is a check of its own"),
        ('forbidden = ["loop", "recursion"]', "", "within and says belong to a rule"),
        ("bonus = true", "bonus = 1", "bonus: expected true or false"),
        ('id = "matmul"', 'id = "matmul"\nneeds = ["vectorised"]', "is no earlier check"),
    ],
)
def test_a_fault_in_a_rule_points(tmp_path: Path, old: str, new: str, expected: str) -> None:
    with pytest.raises(CourseError, match=expected):
        make_exercise(tmp_path, RULES.replace(old, new, 1))


def test_verify_sees_a_starter_that_breaks_or_keeps_a_rule(tmp_path: Path) -> None:
    def wrong(folder: str, starter: str) -> list[str]:
        exercise = make_exercise(tmp_path / folder, RULES, starter=starter)
        return [f.detail for f in verify_exercise(exercise, seeds=(1,)) if not f.holds]

    assert wrong("a", STARTER) == []
    (said,) = wrong("b", f"# %%\nimport numpy\n{STARTER}")
    assert said.startswith("the starter: An import of `numpy` stands in starter.py (line 2).")


# ---------------------------------------------------------------- bonus


def test_a_bonus_comes_on_top(tmp_path: Path) -> None:
    score = judged(tmp_path, WHOLE)
    assert (score.earned, score.possible) == (9, 8)
    assert by_id(score)["numpy-free"].bonus
    again = from_json(to_json(score))
    assert again.checks == score.checks
    assert '<span class="big">9</span> <span class="of">of 8 points' in render_student(score)
    assert '<td data-sort="1.125">9/8</td>' in render_class([score])


def test_not_everything_is_a_bonus(tmp_path: Path) -> None:
    contract = CONTRACT.replace("points = 2", "points = 2\nbonus = true")
    with pytest.raises(CourseError, match="bonus: not every check can be one"):
        make_exercise(tmp_path, contract.replace("points = 3", "points = 3\nbonus = true"))


# ---------------------------------------------------------------- dicts in and out

NET = """
title = "Params"
[dimensions]
N = {}
D = {}
[inputs]
params = { W = "normal(D)", b = "normal()", inner = { c = "normal()" } }
X = "normal(N, D)"
y = "normal(N)"
[[check]]
id = "scores"
call = "net"
points = 1
inputs = { y = "default()" }
[[check]]
call = "net"
title = "Loss and gradients"
points = 8
items = ["loss", "grads"]
method = "by-hand"
[[check.example]]
inputs = { params = { W = [1.0], b = 1.0, inner = { c = 2.0 } }, X = [[2.0]], y = [3.0] }
expect = [4.0, { W = [8.0], b = 4.0, inner = { c = 4.0 } }]
[[check]]
call = "loss"
points = 1
[[check]]
call = "gradients"
gradient = { of = "loss", wrt = ["params.W", "params.inner.c"], returned = "dict" }
points = 2
"""
NET_REFERENCE = '''
from grader.authoring import gradient, mistake

def scores(params, X):
    return X @ params["W"] + params["b"] + params["inner"]["c"]

def loss(params, X, y):
    return ((scores(params, X) - y) ** 2).mean()

def net(params, X, y=None):
    if y is None:
        return scores(params, X)
    def of(W, b, c):
        return loss({"W": W, "b": b, "inner": {"c": c}}, X, y)
    W, b, c = gradient(of, params["W"], params["b"], params["inner"]["c"])
    return loss(params, X, y), {"W": W, "b": b, "inner": {"c": c}}

@mistake("gradients", "a missing factor 2")
def halved(params, X, y):
    """The power comes down as a factor."""
    error = scores(params, X) - y
    return {"W": X.T @ error / len(y), "c": error.mean()}
'''
NET_STARTER = """# %%
def net(params, X, y=None):
    raise NotImplementedError


# %%
def loss(params, X, y):
    raise NotImplementedError


# %%
def gradients(params, X, y):
    raise NotImplementedError
"""
NET_WORK = """
def scores(params, X):
    return X @ params["W"] + params["b"] + params["inner"]["c"]

def loss(params, X, y):
    return ((scores(params, X) - y) ** 2).mean()

def net(params, X, y=None):
    if y is None:
        return scores(params, X)
    error = 2 * (scores(params, X) - y) / len(y)
    grads = {"W": X.T @ error, "b": error.sum(), "inner": {"c": error.sum()}}
    return loss(params, X, y), grads

def gradients(params, X, y):
    error = 2 * (scores(params, X) - y) / len(y)
    return {"W": X.T @ error, "c": error.sum()}
"""
NET_COURSE = {"contract": NET, "reference": NET_REFERENCE, "starter": NET_STARTER}


@pytest.mark.slow
def test_a_dict_of_parameters_goes_in_and_out(tmp_path: Path) -> None:
    found = verify_exercise(make_exercise(tmp_path / "proved", **NET_COURSE), seeds=(1, 2))
    assert [(each.subject, each.detail) for each in found if not each.holds] == []
    score = judged(tmp_path / "right", NET_WORK, **NET_COURSE)
    assert score.earned == 12, [check.feedback for check in score.checks]
    items = [item.name for item in by_id(score)["net"].items]
    assert items == ["loss", "grads.W", "grads.b", "grads.inner.c"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "earned", "said"),
    [
        ('"b": error.sum()', '"b": error.mean()', 6, ""),
        ('"b": error.sum(), ', "", 6, "grads.b"),
        ("return loss(params, X, y), grads", "return grads, loss(params, X, y)", 0, "a dict"),
        ('{"c": error.sum()}}', "error.sum()}", 6, "grads.inner"),
        ("return loss(params, X, y), grads", "return loss(params, X, y)", 0, "a pair"),
        ("error = 2 *", 'params["b"] += 1\n    error = 2 *', 0, "`params`"),
    ],
)
def test_partial_credit_falls_for_each_value_within(
    tmp_path: Path, old: str, new: str, earned: float, said: str
) -> None:
    assert old in NET_WORK
    verdict = by_id(judged(tmp_path, NET_WORK.replace(old, new, 1), **NET_COURSE))["net"]
    told = " ".join((verdict.feedback, *(item.note for item in verdict.items)))
    assert verdict.earned == earned, told
    assert said in told


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ('{ W = "normal(K)" }', "params: unknown dimension 'K'"),
        ("{ W = {} }", "params: a table of inputs is empty"),
        ("{ W = [[1.0]] }", "is no input; expected a distribution, a number or a table"),
    ],
)
def test_a_fault_in_a_table_of_inputs_points(tmp_path: Path, table: str, expected: str) -> None:
    line = next(line for line in NET.splitlines() if line.startswith("params"))
    with pytest.raises(CourseError, match=expected):
        make_exercise(tmp_path, NET.replace(line, f"params = {table}"), NET_REFERENCE)
