"""Outcomes come in their order, points follow items and methods, hidden values stay hidden."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy
import pytest
import torch

from grader.course.reference import load_reference
from grader.inside.probes import answer
from grader.judging.evidence import question
from grader.judging.judge import Judge
from grader.judging.plan import make_plan
from grader.model import (
    CellRun,
    Evidence,
    Isolation,
    Outcome,
    Reply,
    Run,
    Score,
    Submission,
)
from grader.proof.rehearsal import rehearse
from grader.scores.record import to_json
from tests.made_course import make_exercise

Function = Callable[..., Any]
CONTRACT = """
title = "Judging"
[dimensions]
n = {}
[inputs]
x = "normal(n)"
y = "normal(n)"
[[check]]
call = "energy"
points = 2
[[check.example]]
inputs = { x = [3.0, 0.5], y = [0.5, 4.0] }
[[check]]
call = "slopes"
gradient = { of = "energy", wrt = ["x", "y"] }
points = 4
method = "by-autograd"
method_points = 1
needs = ["energy"]
[[check]]
call = "slopes_by_hand"
gradient = { of = "energy", wrt = ["x", "y"] }
points = 3
method = "by-hand"
[[check]]
call = "layer"
points = 3
method = "from-scratch"
method_points = 2
[[check]]
call = "sign"
points = 1
[check.feedback]
fail = "Say it in one word."
"""
REFERENCE = """
import torch

def energy(x, y):
    return (x**2 * y).sum()

def layer(x, y):
    return x * y

def sign(x, y):
    return "positive" if (x * y).sum() > 0 else "negative"
"""


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    exercise = make_exercise(tmp_path_factory.mktemp("course"), CONTRACT, REFERENCE)
    return Judge(make_plan(exercise, load_reference(exercise), 5))


def energy(x: Any, y: Any) -> Any:
    return (x**2 * y).sum()


def by_autograd(x: Any, y: Any) -> Any:
    x, y = (v.detach().clone().requires_grad_() for v in (x, y))
    return torch.autograd.grad(energy(x, y), (x, y))


def by_hand(x: Any, y: Any) -> Any:
    return 2 * x * y, x**2


RIGHT: Mapping[str, Function] = {
    "energy": energy,
    "slopes": by_autograd,
    "slopes_by_hand": by_hand,
    "layer": lambda x, y: x * y,
    "sign": lambda x, y: "positive" if (x * y).sum() > 0 else "negative",
}


def judged(judge: Judge, **changed: Function) -> Score:
    return rehearse(judge, {**RIGHT, **changed})


def test_all_right(judge: Judge) -> None:
    score = judged(judge)
    assert {str(check.outcome) for check in score.checks} == {"pass"}
    assert (score.earned, score.possible, score.status) == (13, 13, "graded")


def raises(x: Any, y: Any) -> Any:
    raise ValueError("no")


def layered(x: Any, y: Any) -> Any:
    return torch.nn.functional.linear(x, torch.diag(y))


def in_place(x: Any, y: Any) -> Any:
    with torch.no_grad():
        x *= 2
    return energy(x / 2, y)


@pytest.mark.parametrize(
    ("check", "function", "outcome", "earned"),
    [
        ("energy", raises, "error", 0),
        ("energy", lambda x, y: [None][0], "fail", 0),
        ("energy", lambda x, y: object(), "fail", 0),
        ("energy", in_place, "fail", 0),
        ("energy", lambda x, y: energy(x, y).item(), "pass", 2),
        ("energy", lambda x, y: numpy.float64(energy(x, y).item()), "pass", 2),
        ("energy", lambda x, y: energy(x.float(), y.float()), "pass", 2),
        ("energy", lambda x, y: energy(x, y).bfloat16(), "pass", 2),
        ("energy", lambda x, y: energy(x, y).reshape(1), "fail", 0),
        ("energy", lambda x, y: energy(x, y) if len(x) > 1 else float("nan"), "fail", 0),
        ("slopes", by_autograd, "pass", 4),
        ("slopes", lambda x, y: list(by_autograd(x, y)), "pass", 4),
        ("slopes", by_hand, "fail", 3),
        ("slopes", lambda x, y: (by_autograd(x, y)[0], y), "fail", 2),
        ("slopes", lambda x, y: (by_hand(x, y)[0], y), "fail", 1.5),
        ("slopes", lambda x, y: (by_autograd(x, y)[0],), "fail", 2),
        ("slopes_by_hand", by_autograd, "error", 0),
        ("slopes_by_hand", lambda x, y: torch.enable_grad()(by_autograd)(x, y), "fail", 0),
        ("layer", layered, "fail", 1),
        ("layer", lambda x, y: 2 * layered(x, y), "fail", 0),
        ("sign", lambda x, y: "positive", "fail", 0),
    ],
)
def test_outcomes_and_points(
    judge: Judge, check: str, function: Function, outcome: str, earned: float
) -> None:
    score = judged(judge, **{check: function})
    verdict = next(found for found in score.checks if found.id == check)
    assert (str(verdict.outcome), verdict.earned) == (outcome, earned), verdict.feedback
    assert score.earned == 13 - verdict.possible + earned


def test_a_name_that_is_not_there_and_a_stub(judge: Judge) -> None:
    namespace = {name: f for name, f in RIGHT.items() if name != "layer"}
    stub_in: dict[str, Any] = {}
    source = "def energy(x, y):\n    '''Return it.'''\n    raise NotImplementedError\n"
    exec(source, stub_in)
    namespace["energy"] = stub_in["energy"]
    found = {verdict.id: verdict for verdict in rehearse(judge, namespace).checks}
    assert found["layer"].outcome == Outcome.MISSING
    assert found["energy"].outcome in (Outcome.MISSING, Outcome.ERROR)


def test_what_needs_a_wrong_check_is_skipped_where_it_is_wrong_too(judge: Judge) -> None:
    wrong = judged(judge, energy=lambda x, y: x.sum(), slopes=lambda x, y: (x, y)).checks
    assert [str(check.outcome) for check in wrong[:2]] == ["fail", "skipped"]
    assert "`energy` has to be right first" in wrong[1].feedback
    right = judged(judge, energy=lambda x, y: x.sum()).checks
    assert str(right[1].outcome) == "pass"


def test_the_instructor_words_an_outcome(judge: Judge) -> None:
    verdict = judged(judge, sign=lambda x, y: "maybe").checks[-1]
    assert verdict.feedback == "Say it in one word."


def test_numbers_that_cannot_decide_are_for_a_person(tmp_path: Path) -> None:
    contract = """
title = "Cancelling"
[dimensions]
n = {}
[inputs]
x = "uniform(99, 101, n)"
[[check]]
call = "tiny"
points = 2
dtypes = ["float64"]
"""
    reference = "def tiny(x):\n    return x.sum() / 3 - 100 * len(x) / 3\n"
    exercise = make_exercise(tmp_path, contract, reference)
    judge = Judge(make_plan(exercise, load_reference(exercise), 5))
    score = rehearse(judge, {"tiny": lambda x: (x - 100).sum() / 3})
    (verdict,) = score.checks
    assert (verdict.outcome, verdict.earned, score.status) == (
        Outcome.PASS, 2, "graded",
    )  # fmt: skip
    single = rehearse(judge, {"tiny": lambda x: (x - 100).float().sum() / 3})
    (verdict,) = single.checks
    assert verdict.outcome == Outcome.FAIL
    assert (verdict.earned, single.status) == (0, "graded")
    assert "too imprecise" in verdict.feedback


def test_float32_for_float64_is_remarked_on(judge: Judge) -> None:
    verdict = judged(judge, energy=lambda x, y: 9 * energy(x.float() / 3, y.float())).checks[0]
    assert "digits: that is float32 precision" in verdict.remarks[0]


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda x, y: energy(x, y).bfloat16(), "half precision (bfloat16)"),
        (lambda x, y: energy(x.half(), y.half()), "half precision (float16)"),
        (lambda x, y: (y.flip(0) / 3 * x.flip(0) ** 2).sum() * 3, ""),
    ],
)
def test_a_remark_names_the_precision_that_is_seen(
    judge: Judge, function: Function, said: str
) -> None:
    verdict = judged(judge, energy=function).checks[0]
    assert str(verdict.outcome) == "pass"
    assert (verdict.remarks == ()) if not said else (said in verdict.remarks[0])


@pytest.mark.parametrize(
    ("check", "function", "mistake"),
    [
        ("layer", lambda x, y: (x.half() * y.half()).to(x.dtype), "float16-inside"),
        ("layer", lambda x, y: (x.bfloat16() * y.bfloat16()).double(), "bfloat16-inside"),
        ("layer", lambda x, y: x * y * 1.01, "factor"),
        ("sign", lambda x, y: "positive", "confused-words"),
        ("sign", lambda x, y: RIGHT["sign"](x, y).upper(), "unknown-word"),
        ("sign", lambda x, y: RIGHT["sign"](-x, y), "confused-words"),
    ],
)
def test_digits_and_words_tell(judge: Judge, check: str, function: Function, mistake: str) -> None:
    score = judged(judge, **{check: function})
    (verdict,) = (found for found in score.checks if found.id == check)
    assert verdict.mistake == mistake, verdict.feedback


# ---------------------------------------------------------------- without answers


def replies(judge: Judge, **changed: Reply) -> Evidence:
    found = []
    for probe in judge.plan.probes:
        if probe.twin is not None:
            continue
        frame = answer(question(probe), dict(RIGHT))
        found.append(changed.get(probe.check, Reply(probe.check, "answered", frame)))
    return Evidence(tuple(found))


def scored(judge: Judge, evidence: Evidence, run: Run) -> Score:
    submission = Submission("ada-l", "squares", Path("squares.py"), "module", "0" * 64, ())
    return judge.score(submission, run, evidence, graded_at="now", environment={})


COMPLETED = Run("completed", Isolation.FULL, 1.0, 1.0, 100.0)


@pytest.mark.parametrize(
    ("reply", "outcome", "status"),
    [
        (Reply("energy", "timeout", message="10 s"), "timeout", "graded"),
        (Reply("energy", "killed", message="memory"), "killed", "graded"),
        (Reply("energy", "refused", message="odd"), "fail", "graded"),
        (Reply("energy", "broken", message="pipe"), "broken", "provisional"),
        (Reply("energy", "answered", b"no frame"), "fail", "graded"),
    ],
)
def test_replies_without_answers(judge: Judge, reply: Reply, outcome: str, status: str) -> None:
    score = scored(judge, replies(judge, energy=reply), COMPLETED)
    assert (str(score.checks[0].outcome), score.status) == (outcome, status)
    assert score.checks[0].earned == 0


def test_a_refused_reply_is_an_integrity_note(judge: Judge) -> None:
    reply = Reply("energy", "refused", message="a huge frame")
    (note,) = scored(judge, replies(judge, energy=reply), COMPLETED).integrity
    assert (note.kind, note.detail) == ("refused-reply", "energy: a huge frame")


def test_a_broken_run_is_provisional_and_says_why(judge: Judge) -> None:
    run = replace(COMPLETED, status="broken", message="no kernel", cells=(CellRun(0, "ok", 0.1),))
    score = scored(judge, Evidence(()), run)
    assert score.status == "provisional"
    assert score.message == "no kernel"
    assert {str(check.outcome) for check in score.checks} == {"broken"}


# ---------------------------------------------------------------- what stays hidden


def test_no_hidden_value_is_in_a_score(judge: Judge) -> None:
    wrong = {name: lambda x, y: (x + 1, y + 1) for name in ("slopes", "slopes_by_hand")}
    score = judged(judge, energy=lambda x, y: x.sum(), layer=lambda x, y: x + y, **wrong)
    text = json.dumps(to_json(score))
    for part in judge.plan.checks:
        for case, expected in zip(part.probe.cases, part.expected, strict=True):
            if case.public:
                continue
            for value in case.arguments.values():
                for number in value.reshape(-1).tolist():
                    assert len(f"{number:.17g}") < 6 or f"{number:.17g}" not in text
            for item in expected.items:
                if isinstance(item.value, numpy.ndarray):
                    for number in item.value.reshape(-1).tolist():
                        assert repr(number) not in text or len(repr(number)) < 6
    hidden = score.checks[0].hidden
    assert (hidden.cases, hidden.passed) == (6, 0)


def test_a_regrade_gives_the_same_score(judge: Judge) -> None:
    evidence = replies(judge)
    first, again = (scored(Judge(judge.plan), evidence, COMPLETED) for _ in range(2))
    assert to_json(first) == to_json(again)


def test_public_cases_carry_their_numbers(judge: Judge) -> None:
    (case,) = judged(judge, energy=lambda x, y: x.sum()).checks[0].public
    assert case.numbers == {"x": (3.0, 0.5), "y": (0.5, 4.0)}
    (item,) = case.items
    assert item.entries is not None
    assert (item.entries.expected, item.entries.got) == ((5.5,), (3.5,))
    assert (item.expected, item.got) == ("5.5", "3.5")
