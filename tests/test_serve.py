"""The server without a browser: who is let in, what forms do, and two people at once."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.grading.class_gradebook import ClassGradebook
from grader.grading.pairs import Pair
from grader.grading.underway import write_underway
from grader.model import Criterion, Outcome
from grader.report.similarity import Alike
from grader.scores.decisions import Decision
from grader.scores.gradebook import Gradebook, gradebook_url
from grader.serve.showing import MOST_PAIRS, first_pairs
from tests.hostile import TEXTS, hostile_notebook, hostile_score
from tests.made_course import make_course
from tests.made_scores import make_check, make_evidence, make_score
from tests.serve_room import Room, serving
from tests.test_queue import APPEAL, SCORES, score_of, submission_of
from tests.test_regrade import LOOSE, Class

pytestmark = pytest.mark.slow


@pytest.fixture
def book(tmp_path: Path) -> ClassGradebook:
    """A class of four: one right, one with an appeal, two undecided."""
    course = make_course(tmp_path / "course")
    out = tmp_path / "out"
    with Gradebook.open(gradebook_url(out)) as gradebook:
        for score in SCORES:
            handed = submission_of(score.student, "1" * 64)
            gradebook.record(score, make_evidence(), submission=handed)
        gradebook.record(score_of("mary-c", Outcome.PASS, Outcome.PASS), make_evidence())
        gradebook.decide(APPEAL)
    return ClassGradebook.open(out, None, course.directory)


@pytest.fixture
def room(book: ClassGradebook) -> Iterator[Room]:
    with serving(book) as found:
        yield found


def key_of(room: Room, student: str) -> int:
    return room.served.keys()[student, "squares"]


# ---------------------------------------------------------------- who is let in


def test_only_the_printed_address_lets_somebody_in(room: Room) -> None:
    stranger = room.visitor()
    stranger.cookies.clear()
    assert stranger.get("/").status == 403
    assert stranger.get("/style.css").status == 403
    assert stranger.get("/?token=guessed").status == 403
    assert room.visitor().get("/").status == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:1", "127.0.0.1.evil:80"])
def test_another_host_is_refused(room: Room, host: str) -> None:
    assert room.visitor().get("/", Host=host).status == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_another_page_changes_nothing(room: Room, headers: dict[str, str]) -> None:
    visitor, path = room.visitor(), f"/work/{key_of(room, 'ada-l')}"
    page = visitor.get(path)
    form = {name: page.hidden(name) for name in ("form", "version", "at")}
    form |= {"check": "slope", "kind": "points", "points": "1", "text": "So."}
    assert visitor.post(path, form, **headers).status == 403
    assert visitor.post(path, {**form, "form": "guessed"}).status == 403
    assert visitor.post(path, {**form, "text": "x" * 70_000}).status == 413
    assert room.served.book.scores(student="ada-l")[0].earned == 3.0
    assert visitor.post(path, form).status == 303
    assert room.served.book.scores(student="ada-l")[0].earned == 4.0


def test_every_answer_carries_the_policy(room: Room) -> None:
    for path in ("/", "/queue", "/nothing", "/style.css", "/?token=guessed"):
        answer = room.visitor().get(path)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-store"


def test_a_form_leads_nowhere_else(room: Room) -> None:
    visitor = room.visitor()
    secret = visitor.get("/").hidden("form")
    for back in ("//evil.example", "///evil.example", "/\\evil.example", "https://evil.example"):
        answer = visitor.post("/view", {"form": secret, "back": back})
        assert answer.headers["location"] == "/"
    assert visitor.post("/view", {"form": secret, "back": "/queue"}).headers["location"] == "/queue"


# ---------------------------------------------------------------- pages


def test_the_table_is_filtered(room: Room) -> None:
    visitor = room.visitor()
    page = visitor.get("/").text
    assert all(f">{score.student}</th>" in page for score in SCORES)
    assert "4 things wait for you" in page
    waiting = visitor.get("/?shown=waiting").text
    assert ">mary-c</th>" not in waiting
    assert ">ada-l</th>" in waiting
    assert "1 student<" in visitor.get("/?find=GRACE").text
    assert visitor.get("/?shown=unfinished").text.count('<th scope="row">') == 2
    assert "0 students fit this filter" in visitor.get("/?find=nobody").text


def test_a_running_grade_is_shown(room: Room) -> None:
    visitor = room.visitor()
    assert "grader grade is running" not in visitor.get("/").text
    write_underway(room.served.book.out, 3, 10, 1, "now")
    assert "3 of 10 are done, 1 could not be graded" in visitor.get("/").text


def test_hidden_names_are_nowhere(room: Room) -> None:
    visitor = room.visitor()
    secret = visitor.get("/").hidden("form")
    visitor.post("/view", {"form": secret, "names": "hidden", "order": "question"})
    key = key_of(room, "emmy-n")
    pages = ["/", "/queue", f"/work/{key}", "/pairs"]
    for path in pages:
        text = visitor.get(path).text
        assert not any(score.student in text for score in SCORES), path
    assert f"Submission {key}" in visitor.get(f"/work/{key}").text


def test_a_work_that_is_not_there_is_said(room: Room) -> None:
    answer = room.visitor().get("/work/999")
    assert answer.status == 404
    assert "There is no such work." in answer.text
    assert room.visitor().get("/nothing").status == 404


# ---------------------------------------------------------------- deciding


def test_points_a_comment_and_an_answer_are_kept(room: Room) -> None:
    visitor, path = room.visitor(), f"/work/{key_of(room, 'ada-l')}"
    page = visitor.get(path)
    assert "The sign is right." in page.text
    done = visitor.decide(
        path, page, check="slope", kind="answer", points="2,5", text="It is; see line 3."
    )
    assert (done.status, done.headers["location"]) == (303, f"{path}#check-2")
    done = visitor.decide(path, visitor.get(path), check="", kind="comment", text="Well\r\ndone.")
    assert done.status == 303
    (score,) = room.served.book.scores(student="ada-l")
    assert (score.earned, score.asks, score.comments) == (5.5, (), ("Well\ndone.",))
    history = room.served.book.history("ada-l", "squares")
    assert any(
        "slope, manual points 2.5 by lecturer: It is; see line 3." in line for line in history
    )


def test_the_pages_on_disk_follow(book: ClassGradebook) -> None:
    with serving(book) as room:
        visitor, path = room.visitor(), f"/work/{key_of(room, 'ada-l')}"
        visitor.decide(path, visitor.get(path), check="", kind="comment", text="Seen in browser.")
    page = book.out / "squares" / "ada-l" / "report.html"
    assert "Seen in browser." in page.read_text("utf-8")
    assert (book.out / "index.html").is_file()


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"kind": "points", "points": "9", "text": "So."}, "is worth 3 points, not 9"),
        ({"kind": "points", "points": "nan", "text": "So."}, "is worth 3 points, not nan"),
        ({"kind": "points", "points": "", "text": "So."}, "how many points?"),
        ({"kind": "points", "points": "1", "text": " "}, "say why, or what"),
        ({"kind": "points", "points": "1", "text": "So.", "check": "none"}, "there is no check"),
        ({"kind": "magic", "points": "1", "text": "So."}, "which button was pressed"),
    ],
)
def test_what_cannot_be_is_said_and_not_kept(room: Room, form: dict[str, str], says: str) -> None:
    visitor, path = room.visitor(), f"/work/{key_of(room, 'ada-l')}"
    answer = visitor.decide(path, visitor.get(path), **{"check": "slope", **form})
    assert answer.status == 400
    assert says in answer.text
    assert room.served.book.scores(student="ada-l")[0].earned == 3.0


def test_the_second_of_two_people_sees_what_the_first_did(room: Room) -> None:
    first, second, path = room.visitor(), room.visitor(), f"/work/{key_of(room, 'ada-l')}"
    secret = second.get("/").hidden("form")
    second.post("/view", {"form": secret, "name": "second <b>"})
    pages = first.get(path), second.get(path)
    asked = {"check": "slope", "kind": "points"}
    assert first.decide(path, pages[0], **asked, points="1", text="First was here.").status == 303
    late = second.decide(path, pages[1], **asked, points="2", text="Second was here.")
    assert late.status == 409
    assert "slope, manual points 1 by lecturer: First was here." in late.text
    assert "Second was here.</textarea>" in late.text
    assert 'value="2"' in late.text
    assert room.served.book.scores(student="ada-l")[0].earned == 4.0
    again = second.decide(path, late, **asked, points="2", text="Second was here.")
    assert again.status == 303
    assert room.served.book.scores(student="ada-l")[0].earned == 5.0
    history = room.served.book.history("ada-l", "squares")
    assert "by second <b>: Second was here." in history[-1]


def test_one_goes_through_the_queue(room: Room) -> None:
    visitor = room.visitor()
    place = visitor.get("/queue/first").headers["location"]
    seen = []
    for _ in range(4):
        path = place.partition("#")[0]
        page = visitor.get(path)
        check = re.search(r"check=(\w*)", path)
        assert check
        seen.append((path.partition("?")[0], check[1]))
        done = visitor.decide(
            path.partition("?")[0], page, check=check[1], kind="points", points="1", text="Read.",
            then="next",
        )  # fmt: skip
        place = done.headers["location"]
    keys = [key_of(room, name) for name in ("ada-l", "emmy-n", "grace-h")]
    assert seen == [
        (f"/work/{keys[0]}", "slope"), (f"/work/{keys[1]}", "energy"),
        (f"/work/{keys[1]}", "slope"), (f"/work/{keys[2]}", "slope"),
    ]  # fmt: skip
    assert place == "/queue"


def test_a_pair_is_dismissed(room: Room) -> None:
    visitor = room.visitor()
    page = visitor.get("/pairs")
    (path, *_) = re.findall(r'href="(/pair/\d+/\d+)"', page.text)
    pair = visitor.get(path)
    assert pair.status == 200
    form = {"form": pair.hidden("form"), "text": "Worked together.", "opinion": "dismiss"}
    assert visitor.post(path, {**form, "text": " "}).status == 400
    assert visitor.post(path, form).headers["location"] == "/pairs"
    assert "dismissed by lecturer: Worked together." in visitor.get("/pairs").text
    assert visitor.get("/pair/1/99").status == 404


def test_of_too_many_pairs_the_undecided_come_first() -> None:
    decision = Decision("a", "e", "pair-dismissed", "Worked together.", "ada", "2026-01-01")
    found = [Alike("e", "a", f"s{number}", 1.0, 100) for number in range(MOST_PAIRS + 1)]
    pairs = [Pair(pair, decision) for pair in found[:2]] + [Pair(pair) for pair in found[2:]]
    shown, more = first_pairs(pairs)
    assert (shown[0], shown[-1], more) == (pairs[2], pairs[0], 1)
    assert first_pairs(pairs[:-1]) == (pairs[:-1], 0)


def test_a_course_with_no_evidence_left_says_so_in_a_preview(room: Room) -> None:
    visitor = room.visitor()
    secret = visitor.get("/regrade").hidden("form")
    assert visitor.post("/regrade", {"form": secret, "do": "apply"}).status == 400
    assert visitor.post("/regrade", {"form": secret, "do": "preview"}).status == 303
    room.served.regrading.wait()
    page = visitor.get("/regrade").text
    assert "not judged again" in page or "judged again" in page


def test_hostile_texts_are_only_text(book: ClassGradebook) -> None:
    for number, text in enumerate(TEXTS):
        score = hostile_score(text, hostile_notebook() if number == 0 else None)
        score = replace(score, student=f"{text[:40]}{number}", exercise="squares")
        book.gradebook.record(score, make_evidence())
        book.gradebook.decide(
            replace(APPEAL, student=score.student, text=text, check="", sha256=score.sha256)
        )
    with serving(book) as room:
        visitor = room.visitor()
        pages = [f"/work/{key}" for key in room.served.keys().values()]
        for path in ("/", "/queue", "/pairs", *pages):
            answer = visitor.get(path)
            assert answer.status == 200, path
            assert "<script>window" not in answer.text
            assert "<img src=x" not in answer.text
            assert answer.text.count("<main") == 1


def test_an_undecidable_check_is_decided_with_points(room: Room) -> None:
    assert make_check(Outcome.INCONCLUSIVE).earned == 0.0
    visitor, path = room.visitor(), f"/work/{key_of(room, 'grace-h')}"
    done = visitor.decide(
        path, visitor.get(path), check="slope", kind="points", points="3", text="Read it."
    )
    assert done.status == 303
    (score,) = room.served.book.scores(student="grace-h")
    assert (score.status, score.earned) == ("graded", 6.0)


# ---------------------------------------------------------------- the command


def test_the_command_prints_its_address_and_ends_with_a_signal(book: ClassGradebook) -> None:
    command = [sys.executable, "-m", "grader", "serve", "--json", "--out", str(book.out),
               "--course", str(book.course.directory)]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        address = json.loads(process.stdout.readline())["url"]
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[\w-]{30,}", address)
        time.sleep(1.0)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0, process.stderr and process.stderr.read()
    finally:
        process.kill()
        process.communicate()


def test_without_its_packages_the_line_for_pip_is_named(
    monkeypatch: pytest.MonkeyPatch, book: ClassGradebook
) -> None:
    from typer.testing import CliRunner

    from grader.cli import app

    monkeypatch.setitem(sys.modules, "grader.serve.running", None)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    monkeypatch.delitem(sys.modules, "grader.serve.running")
    said = CliRunner().invoke(app, ["serve", "--out", str(book.out)])
    assert said.exit_code == 2
    assert "pip install 'gradient-grader[serve]'" in said.stderr


def test_a_regrade_is_seen_before_it_is_kept(tmp_path: Path) -> None:
    graded = Class(tmp_path)
    contract = tmp_path / "exercises" / "squares" / "exercise.toml"
    contract.write_text(LOOSE, "utf-8")
    with serving(ClassGradebook.open(tmp_path / "out", None, tmp_path)) as room:
        visitor = room.visitor()
        secret = visitor.get("/regrade").hidden("form")
        visitor.post("/regrade", {"form": secret, "do": "preview", "exercise": "squares"})
        room.served.regrading.wait()
        page = visitor.get("/regrade").text
        assert "2 judged again, 1 student would change." in page
        assert ">emmy-n</a>" in page
        assert "2 → 5" in page.replace("0 → 3", "2 → 5")
        before = [score.earned for score in room.served.book.scores()]
        contract.write_text(LOOSE.replace("points = 2", "points = 4"), "utf-8")
        assert visitor.post("/regrade", {"form": secret, "do": "apply"}).status == 400
        assert [score.earned for score in room.served.book.scores()] == before
        visitor.post("/regrade", {"form": secret, "do": "preview"})
        room.served.regrading.wait()
        assert visitor.post("/regrade", {"form": secret, "do": "apply"}).status == 303
        room.served.regrading.wait()
        assert "2 students changed" in visitor.get("/regrade").text
        assert [score.earned for score in room.served.book.scores()] == [7.0, 7.0]
    graded.book.close()


ESSAY = make_check(
    Outcome.AWAITING, id="essay", call=None, title="Why does it converge?", feedback="A person.",
    possible=3.0, answer="Because the step is small.",
    criteria=(Criterion("names the step size", 1.0), Criterion("gives a proof", 2.0)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("chosen", "earned", "says"),
    [
        ({"criterion-1": "1"}, 1.0, "names the step size"),
        ({"criterion-1": "1", "criterion-2": "2"}, 3.0, "names the step size; gives a proof"),
        ({"points": "2,5", "text": "A sketch."}, 2.5, "A sketch."),
        ({"criterion-2": "2", "text": "Good."}, 2.0, "gives a proof. Good."),
    ],
)
def test_a_rubric_gives_points(
    book: ClassGradebook, chosen: dict[str, str], earned: float, says: str
) -> None:
    essay = make_score("hedy-l", "squares", checks=(ESSAY,), status="provisional")
    book.gradebook.record(essay, make_evidence())
    with serving(book) as room:
        visitor, path = room.visitor(), f"/work/{key_of(room, 'hedy-l')}"
        page = visitor.get(path)
        assert 'type="checkbox" name="criterion-2" value="2"' in page.text
        assert "Because the step is small." in page.text
        bad = {"criterion-1": "1", "points": "3", "text": "x"}
        refused = visitor.decide(path, page, check="essay", kind="points", **bad)
        assert "points 3 and criteria, which give 1, disagree" in refused.text
        done = visitor.decide(path, page, check="essay", kind="points", **chosen)
        assert done.status == 303
        (score,) = room.served.book.scores(student="hedy-l")
    assert (score.status, score.final, score.checks[0].feedback) == ("graded", earned, says)


def test_one_line_of_a_rubric_is_chosen_where_they_exclude_each_other(room: Room) -> None:
    essay = make_score(
        "hedy-l", "squares", checks=(replace(ESSAY, one_criterion=True),), status="provisional"
    )
    room.served.book.gradebook.record(essay, make_evidence())
    visitor, path = room.visitor(), f"/work/{key_of(room, 'hedy-l')}"
    page = visitor.get(path)
    assert page.text.count('type="radio" name="criterion"') == 2
    done = visitor.decide(path, page, check="essay", kind="points", criterion="2")
    assert done.status == 303
    assert room.served.book.scores(student="hedy-l")[0].final == 2.0


def test_somebody_who_goes_away_while_sending_is_no_fault(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    visitor = room.visitor()
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    head = f"POST /view HTTP/1.1\r\nHost: 127.0.0.1:{room.port}\r\nCookie: {cookies}\r\n"
    with socket.create_connection(("127.0.0.1", room.port)) as gone:
        gone.sendall(f"{head}Content-Length: 1000\r\n\r\nform=".encode())
        time.sleep(0.3)
    time.sleep(0.3)
    assert visitor.get("/").status == 200
    assert not [record for record in caplog.records if record.exc_info]
