"""A class of hundreds in the browser: pages stay short and quick, for two people at once."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from grader.grading.class_gradebook import ClassGradebook
from grader.grading.standing import Term, standing
from grader.model import Outcome
from grader.scores.gradebook import Gradebook
from grader.scores.remembered import Remembered
from tests.made_course import make_course
from tests.made_scores import make_evidence
from tests.serve_room import Room, serving
from tests.test_queue import score_of, submission_of

pytestmark = pytest.mark.slow

STUDENTS = 240
SECONDS = 2.0
"""Processor time that a page may take; it needs a tenth of it."""


@pytest.fixture
def room(tmp_path: Path, gradebook_at: str) -> Iterator[Room]:
    """Scores of 240 students in 3 exercises; every second one waits in each of them."""
    course = make_course(tmp_path / "course")
    with Gradebook.open(gradebook_at) as gradebook:
        for n in range(STUDENTS):
            outcome = Outcome.AWAITING if n % 2 else Outcome.PASS
            for exercise in ("squares", "cubes", "roots"):
                score = score_of(f"student-{n:03}", Outcome.PASS, outcome)
                work = replace(submission_of(score.student, "1" * 64), exercise=exercise)
                gradebook.record(
                    replace(score, exercise=exercise), make_evidence(), submission=work
                )
    book = ClassGradebook.open(tmp_path / "out", gradebook_at, course.directory)
    with serving(book) as found:
        found.visitor().get("/")
        yield found


def students_on(page: str) -> list[str]:
    return re.findall(r'<th scope="row">(?:<a [^>]*>)?(student-\d+)', page)


def test_every_page_is_quick(room: Room) -> None:
    visitor = room.visitor()
    key = room.served.keys()["student-001", "squares"]
    work = f"/work/{key}?queue=1&check=slope"
    for path in ("/", "/?page=3", "/?shown=waiting", "/queue", "/queue/first", work):
        began = time.process_time()
        assert visitor.get(path).status in (200, 303)
        assert time.process_time() - began < SECONDS, path
    began = time.process_time()
    form = {"check": "slope", "kind": "points", "points": "1", "text": "So."}
    assert visitor.decide(work, visitor.get(work), **form).status == 303
    assert "1/5" not in visitor.get("/").text
    assert time.process_time() - began < 2 * SECONDS


def test_the_pages_together_are_the_class(room: Room) -> None:
    visitor = room.visitor()
    found: list[str] = []
    path, texts = "/", []
    while path:
        texts.append(visitor.get(path).text)
        found += students_on(texts[-1])
        after = re.search(r'rel="next" href="([^"]+)"', texts[-1])
        path = after[1].replace("&amp;", "&") if after else ""
    assert found == [f"student-{n:03}" for n in range(STUDENTS)]
    assert [len(students_on(text)) for text in texts] == [100, 100, 40]
    assert "201 to 240 of 240" in texts[-1]
    filtered = visitor.get("/?shown=waiting&page=2").text
    assert "101 to 120 of 120" in filtered
    assert 'href="/?shown=waiting&amp;page=1"' in filtered
    assert "next page" not in filtered.lower()
    assert "1 student<" in visitor.get("/?find=student-239&page=7").text
    for odd in ("0", "-1", "x", "9" * 30, "٣"):
        assert visitor.get(f"/?page={odd}" if odd.isascii() else "/?page=%D9%A3").status == 200
    assert "1 to 100 of 360" in visitor.get("/queue").text


def test_two_people_decide_at_once_and_nothing_is_lost(room: Room) -> None:
    keys = room.served.keys()
    mine = [f"student-{n:03}" for n in range(1, 21, 2)]
    both = "student-101"

    def decide(who: str, students: list[str]) -> list[int]:
        visitor = room.visitor()
        path = f"/work/{keys[both, 'squares']}"
        pages = {student: f"/work/{keys[student, 'squares']}" for student in students}
        form = {"check": "slope", "kind": "points", "points": "1", "text": f"by {who}"}
        seen = visitor.get(path)
        answers = [visitor.decide(at, visitor.get(at), **form).status for at in pages.values()]
        return [*answers, visitor.decide(path, seen, **form).status]

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(decide, ("ada-l", "grace-h"), (mine[:5], mine[5:]))
    assert set(first[:-1] + second[:-1]) == {303}
    assert sorted([first[-1], second[-1]]) in ([303, 409], [303, 303])
    made = room.served.book.gradebook.decisions()
    for student in mine:
        assert len(made.by_work[student, "squares"]) == 1
    assert len(made.by_work[both, "squares"]) == [first[-1], second[-1]].count(303)


def test_what_is_remembered_is_what_the_gradebook_says(room: Room) -> None:
    """Whoever changes something, and however: only that is read again."""
    book = room.served.book.gradebook
    known = Remembered(book)
    assert list(known.each_score()) == list(book.scores())
    before = {id(score) for score in known.each_score()}
    ClassGradebook(book, room.served.book.out, room.served.course).comment(
        "student-004", "squares/slope", "Well done."
    )
    again = replace(score_of("student-007", Outcome.PASS, Outcome.PASS), sha256="2" * 64)
    book.record(again, make_evidence())
    found = list(known.each_score())
    assert found == list(book.scores())
    assert len([score for score in found if id(score) not in before]) == 2
    term = Term()
    assert list(standing(known, term)) == list(standing(book, term))
    assert known.scores_of("student-007", "squares") == book.scores_of("student-007", "squares")
