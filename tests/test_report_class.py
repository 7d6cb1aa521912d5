"""The class page and its numbers, pictures, and who wrote nearly the same."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

from grader.model import CheckVerdict, Entries, Integrity, Measured, Outcome, Score
from grader.report import Progress, render_class
from grader.report.charts import Box, Chart, axis, compact
from grader.report.class_statistics import check_figures, exercise_figures, mistakes
from grader.report.class_view import class_view, link
from grader.report.markdown import class_as_markdown
from grader.report.pages import words_of
from grader.report.pictures import pictures
from grader.report.similarity import Alike, alike
from grader.report.writing import LiveClass, write_class, write_student
from tests.made_class import make_class, make_showcase
from tests.made_scores import make_check, make_item, make_score

WORDS = words_of(None)


def score_of(student: str, *outcomes: Outcome, mistake: str | None = None) -> Score:
    checks = tuple(
        make_check(
            outcome,
            id=f"c{number}",
            call=f"c{number}",
            mistake=mistake if outcome is Outcome.FAIL else None,
            mistake_title=mistake,
        )
        for number, outcome in enumerate(outcomes)
    )
    return make_score(student, checks=checks, integrity=())


P, F = Outcome.PASS, Outcome.FAIL


def test_only_graded_work_counts() -> None:
    scores = [score_of("a", P, P), score_of("b", P, F), score_of("c", F, F)]
    provisional = replace(score_of("d", F, F), status="provisional")
    (figures,) = exercise_figures([*scores])
    assert (figures.submissions, figures.mean, figures.full) == (3, 0.5, 1 / 3)
    view = class_view([*scores, provisional], WORDS)
    assert (view.submissions, view.mean) == (4, 0.5)
    assert [(line.score.student, line.reasons) for line in view.human] == [("d", ("provisional",))]


def test_pass_rate_difficulty_and_discrimination() -> None:
    strong = [score_of(f"s{k}", P, P, P, F) for k in range(4)]
    weak = [score_of(f"w{k}", F, F, F, P) for k in range(4)]
    first, second, _, odd = check_figures([*strong, *weak])
    assert (first.right, first.difficulty, first.decided) == (0.5, 0.5, 8)
    assert first.discrimination == pytest.approx(1)
    assert odd.discrimination == pytest.approx(-1)
    assert second.name == "c1"


def test_a_correlation_of_few_is_not_told() -> None:
    (figures, _) = check_figures([score_of("a", P, F), score_of("b", F, P)])
    assert figures.discrimination is None


def test_undecided_checks_count_for_nobody() -> None:
    (figures,) = check_figures([score_of("a", P), score_of("b", Outcome.INCONCLUSIVE)])
    assert (figures.decided, figures.right) == (1, 1.0)


def test_mistakes_are_ranked_with_links_to_the_very_check() -> None:
    scores = [score_of(f"s{k}", P, F, mistake="summed") for k in range(3)]
    scores += [score_of("t", P, F, mistake="halved"), score_of("u", P, P)]
    ranking = mistakes(scores)
    found = [(mistake.slug, len(mistake.students), mistake.of) for mistake in ranking]
    assert found == [("summed", 3, 5), ("halved", 1, 5)]
    page = render_class(scores)
    assert "3 of 5" in page
    assert 'href="scalar-gradients/s0/report.html#check-2"' in page


def test_whoever_needs_a_human_is_listed_with_the_reason() -> None:
    scores = [
        score_of("a", Outcome.INCONCLUSIVE, P),
        score_of("b", Outcome.BROKEN),
        replace(score_of("c", P), integrity=(Integrity("patched", "x"),)),
        replace(score_of("d"), status="ungraded", message="d.ipynb: is empty"),
        score_of("e", P),
    ]
    reasons = {line.score.student: line.reasons for line in class_view(scores, WORDS).human}
    assert reasons == {
        "a": ("undecided: c0",),
        "b": ("our fault: c0",),
        "c": ("something to look at: patched",),
        "d": ("not graded: d.ipynb: is empty",),
    }


def test_the_page_is_complete_for_a_class() -> None:
    page = render_class(make_class(30), alike=[Alike("exercise-1", "ada-l", "emmy-n", 0.97, 120)])
    assert "97 % of 120 passages" in page
    assert page.count("<tr") > 30
    assert "Slowest runs" in page
    assert "Refresh" not in page


def test_a_page_of_a_running_class_says_how_far_it_is() -> None:
    page = render_class(make_class(3), progress=Progress(9, 30, 2))
    assert "9 of 30 submissions are done. 2 could not be graded so far." in page
    assert "Nothing has been graded yet" in render_class([], progress=Progress(0, 30))
    assert "every five seconds" not in render_class(make_class(3))


def test_a_live_page_is_written_now_and_then(tmp_path: Path) -> None:
    now = 0.0
    live = LiveClass(tmp_path, 40, clock=lambda: now)
    written = []
    for number, score in enumerate(make_class(40, 1)):
        now = number * 0.5
        written.append(live.add(score))
    assert written[0]
    assert 8 <= sum(written) <= 12
    assert "of 40 submissions are done" in (tmp_path / "index.html").read_text()


def test_links_lead_to_the_files(tmp_path: Path) -> None:
    for student in ("ada-l", "../x y", "Łukasz", "a%b#c"):
        score = make_score(student)
        page = write_student(tmp_path, score)
        assert tmp_path / unquote(link(score.exercise, student)) == page
    assert write_class(tmp_path, [make_score()]).name == "index.html"


def test_a_class_as_markdown() -> None:
    summary = class_as_markdown(make_class(20))
    assert "| exercise\\-0 | 20 |" in summary
    assert re.search(r"- \d+ of \d+: Sum instead of mean", summary)


# ---------------------------------------------------------------- pictures


def charts_of(check: CheckVerdict) -> tuple[Chart, ...]:
    return pictures(check, WORDS["picture"])


@pytest.mark.parametrize(
    ("call", "captions"),
    [
        ("gradients_by_hand", ["Your values beside"]),
        ("linear_map_gradients", ["dL/dW, entry by entry"]),
        ("fit", ["The data, your line", "losses, step by step"]),
        ("minimize", ["The path of the descent"]),
        ("cubic_gradients", []),
    ],
)
def test_the_picture_that_says_most_is_chosen(call: str, captions: list[str]) -> None:
    check = next(check for check in make_showcase().checks if check.call == call)
    drawn = charts_of(check)
    assert len(drawn) == len(captions)
    assert all(c.caption.startswith(said) for c, said in zip(drawn, captions, strict=True))


@pytest.mark.parametrize(("wrong", "first", "last"), [(0, "0", "9"), (1, "1", "10")])
def test_of_two_calls_the_wrong_one_is_drawn(wrong: int, first: str, last: str) -> None:
    due = [[float(k) for k in range(20)], [float(k + 1) for k in range(20)]]
    got = [list(row) for row in due]
    got[wrong] = [value / 2 + wrong / 2 for value in got[wrong]]
    flat = Entries((2, 20), tuple(due[0] + due[1]), tuple(got[0] + got[1]), (1e-5,) * 40)
    for names, said in (
        (("history_x", "history_f"), f"x = {first} and ends at x = {last}"),
        (("losses",), f"losses goes from {first} to {last}"),
    ):
        items = tuple(make_item(name, False, entries=flat) for name in names)
        case = Measured("public-1", True, items)
        (chart,) = charts_of(make_check(F, public=(case,)))
        assert said in chart.description.replace(".5", "")


def test_every_picture_can_be_read_without_seeing_it() -> None:
    for check in make_showcase().checks:
        for chart in charts_of(check):
            assert len(chart.description) > 20
    summed = charts_of(make_showcase().checks[1])[0].description
    assert summed == (
        "dL/dw is −30 instead of −7.5, finite differences give −30; dL/db is −10 instead of −2.5"
    )


def test_a_heat_map_colours_what_differs() -> None:
    (chart,) = charts_of(make_showcase().checks[2])
    roles = [mark.role for mark in chart.marks if isinstance(mark, Box)]
    assert (roles.count("heat-0"), len(roles)) == (3, 9)


NASTY = [0.0, float("nan"), float("inf"), -float("inf"), 1e308, -1e308, 5e-324, 1.0]


@pytest.mark.parametrize("shape", [(), (8,), (40,), (4, 2), (0,), (2, 2, 2), (1, 1)])
@pytest.mark.parametrize("value", NASTY)
def test_no_numbers_break_a_picture(shape: tuple[int, ...], value: float) -> None:
    count = 1
    for size in shape:
        count *= size
    entries = Entries(shape, tuple([1.0] * count), tuple([value] * count), tuple([1e-5] * count))
    items = tuple(
        make_item(name, False, entries=entries) for name in ("w", "b", "history_x", "history_f")
    )
    case = Measured("public-1", True, items, {}, {"x": (value, 1.0), "y": (1.0, value)})
    for chart in charts_of(make_check(F, public=(case,))):
        for mark in chart.marks:
            for name in ("x", "y", "width", "height"):
                assert abs(getattr(mark, name, 0.0)) < 1e6
            for x, y in getattr(mark, "points", ()):
                assert abs(x) + abs(y) < 1e6


@pytest.mark.parametrize(
    ("values", "log"),
    [([1, 2, 3], False), ([5], False), ([], False), ([1e-8, 1e8], True), ([0, 0], False)],
)
def test_an_axis_holds_its_values_and_has_a_few_ticks(values: list[float], log: bool) -> None:
    made = axis(values, 0, 100, log=log)
    assert all(0 <= made(value) <= 100 for value in values)
    assert 2 <= len(made.ticks) <= 7


def test_ticks_are_round() -> None:
    assert [compact(tick) for tick in axis([0.3, 9.7], 0, 100).ticks] == ["0", "5", "10"]


# ---------------------------------------------------------------- nearly the same work

STARTER = "import torch\n\n" + "\n".join(f"def task_{k}(x):\n    ...\n" for k in range(4))


def work(kind: int) -> str:
    """Code of a structure that the kind decides: no two kinds share a passage by design."""
    draw = random.Random(kind)
    lines = ["def solve(x, y, w, b):"]
    for _ in range(24):
        terms = draw.choices(("x", "y.mean()", "w[1]", "(b - 1)", "len(y)", "-x.T"), k=5)
        signs = draw.choices((" + ", " * ", " @ ", " / ", " ** ", " - "), k=4)
        expression = terms[0] + "".join(map("".join, zip(signs, terms[1:], strict=True)))
        lines.append(f"    {draw.choice('xywb')} = {expression}")
    return "\n".join(lines)


def renamed(source: str) -> str:
    source = re.sub(r"\bw\b", "weight", re.sub(r"\bx\b", "features", source))
    return source.replace("solve", "my_solution").replace("\n", "  # so\n").replace("1", "42")


@pytest.mark.slow
def test_a_renamed_copy_is_found_and_nobody_else() -> None:
    class_work = {f"s{kind}": STARTER + work(kind) for kind in range(8)}
    class_work["copy"] = STARTER + renamed(work(3))
    found = alike("e", class_work, STARTER)
    assert [(pair.first, pair.second) for pair in found] == [("copy", "s3")]
    assert found[0].share > 0.9


def in_functions(kind: int, order: list[int]) -> str:
    """The same work cut into functions, in some order."""
    body = work(kind).split("\n")[1:]
    functions = [["def part(x, y, w, b):", *body[8 * k : 8 * k + 8]] for k in range(3)]
    return "\n\n".join("\n".join(functions[k]) for k in order)


def test_a_copy_with_its_functions_in_another_order_is_found() -> None:
    class_work = {f"s{kind}": in_functions(kind, [0, 1, 2]) for kind in range(8)}
    class_work["copy"] = renamed(in_functions(3, [2, 0, 1]))
    assert [(pair.first, pair.second) for pair in alike("e", class_work)] == [("copy", "s3")]


def test_a_copy_with_work_of_its_own_around_it_is_found() -> None:
    class_work = {f"s{kind}": work(kind) for kind in range(8)}
    class_work["copy"] = f"{work(3)}\n\n{work(20)}"
    (pair,) = alike("e", class_work)
    assert (pair.first, pair.second, pair.share) == ("copy", "s3", 1.0)


def test_the_pairs_are_the_same_whatever_the_order() -> None:
    class_work = {f"s{kind}": work(kind % 30) for kind in range(40)}
    backwards = dict(reversed(class_work.items()))
    found = alike("e", class_work)
    assert len(found) == 10
    assert alike("e", backwards) == found


# Two people who have never met, and who both know how it is done.
SHORT = (
    """
def square_gradient(x):
    x = x.detach().clone().requires_grad_(True)
    (x ** 2).backward()
    return x.grad

def cubic_gradients(a, b):
    a = a.detach().clone().requires_grad_(True)
    b = b.detach().clone().requires_grad_(True)
    (a ** 3 - b ** 2 + 3).backward()
    return a.grad, b.grad
""",
    """
def square_gradient(x):
    leaf = x.detach().requires_grad_()
    y = leaf * leaf
    y.backward()
    return leaf.grad

def cubic_gradients(a, b):
    a, b = a.detach().requires_grad_(), b.detach().requires_grad_()
    y = a ** 3 - b ** 2 + 3
    return torch.autograd.grad(y, (a, b))
""",
)
LONG = (
    """
def predict(x, w, b):
    return w * x + b

def mse(y_pred, y):
    return ((y_pred - y) ** 2).mean()

def gradients_by_hand(x, y, w, b):
    error = predict(x, w, b) - y
    return 2 * (error * x).mean(), 2 * error.mean()

def fit(x, y, lr, epochs, w0=0.0, b0=0.0):
    w = torch.tensor(w0, requires_grad=True)
    b = torch.tensor(b0, requires_grad=True)
    losses = []
    for _ in range(epochs):
        loss = mse(predict(x, w, b), y)
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
        w.grad.zero_()
        b.grad.zero_()
    return w.detach(), b.detach(), losses
""",
    """
def predict(x, w, b):
    return x * w + b

def mse(y_pred, y):
    diff = y_pred - y
    return torch.mean(diff ** 2)

def gradients_by_hand(x, y, w, b):
    n = x.numel()
    r = w * x + b - y
    dw = (2 / n) * (x * r).sum()
    db = (2 / n) * r.sum()
    return dw, db

def fit(x, y, lr, epochs, w0=0.0, b0=0.0):
    w, b, history = torch.as_tensor(w0), torch.as_tensor(b0), []
    for epoch in range(epochs):
        history.append(float(mse(predict(x, w, b), y)))
        dw, db = gradients_by_hand(x, y, w, b)
        w = w - lr * dw
        b = b - lr * db
    return w, b, history
""",
)


@pytest.mark.parametrize("solutions", [SHORT, LONG])
def test_two_right_solutions_are_no_copies_of_each_other(solutions: tuple[str, str]) -> None:
    others = {f"s{kind}": work(kind) for kind in range(6)}
    assert alike("e", {**others, "a": solutions[0], "b": solutions[1]}) == ()


def test_what_the_starter_gives_or_everyone_writes_is_no_copy() -> None:
    assert alike("e", dict.fromkeys("abcdefgh", STARTER * 20), STARTER) == ()
    assert alike("e", dict.fromkeys("abcdefgh", work(1)), STARTER) == ()


def altered(source: str, kind: int) -> str:
    """The same work with another last line."""
    return source.rpartition("\n")[0] + "\n" + work(kind).rpartition("\n")[2]


def paired(pairs: tuple[Alike, ...]) -> Counter[str]:
    return Counter(student for pair in pairs for student in (pair.first, pair.second))


def test_twenty_who_hand_in_the_same_are_each_paired_with_everyone() -> None:
    class_work = {f"s{kind}": work(kind) for kind in range(80)}
    class_work |= {f"same{number}": work(100) for number in range(20)}
    assert paired(alike("e", class_work)) == {f"same{number}": 19 for number in range(20)}


@pytest.mark.slow
def test_of_hundreds_who_hand_in_the_same_each_is_in_a_pair_but_not_with_everyone() -> None:
    class_work = {f"s{kind}": work(kind) for kind in range(900)}
    class_work |= {f"same{number}": work(1000) for number in range(250)}
    class_work["near"] = altered(work(1000), 1001)
    found = alike("e", class_work)
    assert set(paired(found)) == {"near", *(f"same{number}" for number in range(250))}
    assert paired(found)["near"] == 20
    assert len(found) < 3 * 250


@pytest.mark.slow
def test_of_hundreds_who_hand_in_nearly_the_same_each_is_in_a_pair() -> None:
    class_work = {f"s{kind}": work(kind) for kind in range(600)}
    class_work |= {f"near{number}": altered(work(1000), 2000 + number) for number in range(150)}
    found = paired(alike("e", class_work))
    assert set(found) == {f"near{number}" for number in range(150)}
    assert min(found.values()) >= 20
    assert sum(found.values()) / 2 < 150 * 25


def test_a_page_says_how_many_more_pairs_there_are() -> None:
    most = class_view([], WORDS).most_human
    pairs = [Alike("exercise-1", "ada-l", f"s{number}", 0.97, 120) for number in range(most + 7)]
    assert "more</p>" not in render_class(make_class(3), alike=pairs[:most])
    assert "and 7 more</p>" in render_class(make_class(3), alike=pairs)


def test_short_work_says_nothing() -> None:
    assert (
        alike("e", {"a": "def f(x):\n    return 2 * x", "b": "def f(x):\n    return 2 * x"}) == ()
    )


@pytest.mark.parametrize("source", ["", "def (", "\0", "'" * 10_000, "(" * 10_000, "é" * 10])
def test_work_that_does_not_parse_is_compared_all_the_same(source: str) -> None:
    alike("e", {"a": source, "b": source, "c": work(2)}, STARTER)
