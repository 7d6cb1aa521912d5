"""How far the grading is: a bar on a terminal, lines in a log, and who failed in both."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from grader.grading.progress import watching
from grader.model import Isolation, Score
from tests.made_scores import make_run, make_score


def watched(scores: list[Score], *, terminal: bool) -> str:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=terminal, width=100, color_system=None)
    with watching(console) as observer:
        observer.begins(len(scores), 2)
        observer.isolated(Isolation.FULL, "it works here")
        for score in scores:
            observer.graded(score)
    return screen.getvalue()


def some(count: int) -> list[Score]:
    return [make_score(f"s{number}") for number in range(count)]


FAILED = [
    (make_score("u", status="ungraded", message="hw.ipynb is empty"), "not graded: hw.ipynb is"),
    (make_score("p", status="provisional"), "PROVISIONAL"),
    (make_score("t", run=make_run(status="timeout")), "timeout"),
    (make_score("k", run=make_run(status="killed")), "killed"),
]


@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize(("score", "said"), FAILED)
def test_who_failed_is_named_at_once(score: Score, said: str, terminal: bool) -> None:
    text = watched([*some(2), score, *some(1)], terminal=terminal)
    (line,) = (line for line in text.splitlines() if said in line)
    assert score.student in line


def test_a_bar_has_throughput_failures_and_time_left() -> None:
    text = watched([*some(3), FAILED[0][0]], terminal=True)
    assert "4 to grade; 2 unchanged" in text
    assert "/min, 1 to look at" in text
    assert "4/4" in text
    assert "left" in text


def test_a_bar_names_no_one_who_was_graded() -> None:
    text = watched(some(3), terminal=True)
    assert "failed" not in text
    assert not any(line.startswith("s0  scalar") for line in text.splitlines())


def test_a_log_has_a_line_each_and_says_now_and_then_how_far_it_is() -> None:
    lines = watched([FAILED[0][0], *some(59)], terminal=False).splitlines()
    assert sum(line.startswith("[") for line in lines) == 60
    far = [line for line in lines if " of 60 done, " in line]
    assert [line.split()[0] for line in far] == ["25", "50"]
    assert all("/min, 1 to look at, about 0 s left" in line for line in far)


@pytest.mark.parametrize("terminal", [True, False])
def test_a_name_moves_no_cursor(terminal: bool) -> None:
    evil = replace(FAILED[0][0], student="a\x1b[2Jb[red]", message="\x1b]0;x\x07")
    text = watched([evil], terminal=terminal)
    assert "\x1b[2J" not in text
    assert "\x1b]" not in text
    assert "[red]" in text
