"""A regrade judges kept evidence again: no student code, who changed and why, overrides stay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from grader.cli import app
from grader.course.loading import Course
from grader.course.reference import load_reference
from grader.grading.deciding import history
from grader.grading.questions import asked
from grader.grading.regrade import regrade
from grader.judging.judge import Judge
from grader.judging.plan import make_plan
from grader.model import Cell, Evidence, Isolation, Outcome, Reply, Run, Submission
from grader.proof.rehearsal import rehearse
from grader.scores.decisions import Decision, Decisions, decided
from grader.scores.gradebook import Gradebook, gradebook_url
from tests.made_course import CONTRACT, REFERENCE, make_course
from tests.made_scores import make_check, make_score

pytestmark = pytest.mark.slow

SEED = 7
LOOSE = CONTRACT.replace("points = 3", "points = 3\ntolerance = 0.009")


class Class:
    """A course and a gradebook in which two students were graded."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.course = make_course(folder)
        self.book = Gradebook.open(gradebook_url(folder / "out"))
        exercise = self.course.load("squares")
        judge = Judge(make_plan(exercise, load_reference(exercise), SEED))
        right = dict(judge.plan.reference.namespace)
        self.hand_in(judge, "ada-l", right)
        self.hand_in(judge, "emmy-n", {**right, "slope": lambda x: 2.001 * x})

    def hand_in(self, judge: Judge, student: str, namespace: dict[str, object]) -> None:
        from grader.inside.probes import answer_frame
        from grader.judging.evidence import encode_probe

        rehearse(judge, namespace)
        replies = tuple(
            Reply(p.check, "answered", answer_frame(encode_probe(p), namespace))
            for p in judge.plan.probes
            if p.twin is None
        )
        evidence = Evidence((*replies, asked(judge.plan.probes)))
        cells = (Cell(0, "x = 1", line=1),)
        handed = Submission(student, "squares", Path("squares.py"), "module", "0" * 64, cells)
        run = Run("completed", Isolation.FULL, 0.1, 0.1, 1.0)
        score = judge.score(handed, run, evidence, graded_at="then", environment={"grader": "0"})
        fingerprint = judge.plan.exercise.fingerprint
        self.book.record(score, evidence, submission=handed, fingerprint=fingerprint)

    def change(self, contract: str = CONTRACT, reference: str = REFERENCE) -> Course:
        (self.folder / "exercises/squares/exercise.toml").write_text(contract)
        (self.folder / "reference/squares.py").write_text(reference)
        return Course(self.folder)


@pytest.fixture
def graded(tmp_path: Path) -> Iterator[Class]:
    made = Class(tmp_path)
    yield made
    made.book.close()


def test_nothing_changes_when_nothing_changed(graded: Class) -> None:
    regraded = regrade(graded.book, graded.course)
    assert (regraded.judged, regraded.changes, regraded.needs_running) == (2, (), ())


def test_only_what_changed_gets_a_new_page(graded: Class) -> None:
    for item in graded.book.publication.unwritten():
        graded.book.publication.wrote(item)
    regrade(graded.book, graded.course)  # what a test made up is judged for real
    for item in graded.book.publication.unwritten():
        graded.book.publication.wrote(item)
    regrade(graded.book, graded.course)
    assert graded.book.publication.unwritten() == ()
    course = graded.change(reference=REFERENCE.replace("The power", "Its power"))
    regrade(graded.book, course)
    assert graded.book.publication.unwritten() == ()  # nobody has made that mistake
    fingerprint = course.load("squares").fingerprint
    for student in ("ada-l", "emmy-n"):
        attempt = graded.book.attempt(student, "squares")
        assert attempt is not None
        assert attempt.fingerprint == fingerprint
    regrade(graded.book, graded.change(LOOSE))
    assert len(graded.book.publication.unwritten()) == 2  # tolerances are shown to both


def test_other_points_are_given_without_running_anything(graded: Class) -> None:
    regraded = regrade(graded.book, graded.change(CONTRACT.replace("points = 3", "points = 6")))
    ada, emmy = regraded.changes
    assert (ada.student, ada.points_before, ada.points_after) == ("ada-l", 3, 6)
    assert ada.why == "worth 6 points instead of 3"
    assert (emmy.points_before, emmy.points_after) == (0, 0)
    assert [score.earned for score in graded.book.scores()] == [8, 2]
    fingerprint = Course(graded.folder).load("squares").fingerprint
    assert graded.book.is_current("ada-l", "squares", "0" * 64, fingerprint, "0.1.0")


def test_the_history_says_what_a_regrade_changed(graded: Class) -> None:
    regrade(graded.book, graded.change(CONTRACT.replace("points = 3", "points = 6")), by="lecturer")
    told = history(graded.book, "ada-l", "squares")
    assert told[-1].endswith(
        "attempt 1, regraded by lecturer: "
        "5 of 5 points before; slope 3 -> 6 points, worth 6 points instead of 3"
    )
    regrade(graded.book, Course(graded.folder))
    assert history(graded.book, "ada-l", "squares") == told


def test_another_tolerance_lets_somebody_pass(graded: Class) -> None:
    (change,) = regrade(graded.book, graded.change(LOOSE)).changes
    assert (change.student, change.before, change.after) == ("emmy-n", "fail", "pass")
    assert change.why


def test_a_dry_run_keeps_everything(graded: Class) -> None:
    course = graded.change(LOOSE)
    assert regrade(graded.book, course, keep=False).changes
    assert [score.earned for score in graded.book.scores()] == [5, 2]


@pytest.mark.parametrize(
    "contract", [CONTRACT.replace('"normal(n)"', '"uniform(5, 6, n)"'),
                 CONTRACT.replace("points = 3", 'points = 3\nmethod = "by-hand"'),
                 CONTRACT + '[[check]]\nid = "new"\ncall = "energy"\npoints = 1\n'],
)  # fmt: skip
def test_other_questions_are_never_judged_by_old_answers(graded: Class, contract: str) -> None:
    regraded = regrade(graded.book, graded.change(contract))
    assert regraded.judged == 0
    assert len(regraded.needs_running) == 2
    assert "other questions than before" in regraded.needs_running[0]
    assert [score.earned for score in graded.book.scores()] == [5, 2]


def given(student: str, exercise: str, check: str, points: float, why: str) -> Decision:
    return Decision(student, exercise, "points", why, "lecturer", "then", check, points)


def test_manual_points_survive(graded: Class) -> None:
    graded.book.decide(given("emmy-n", "squares", "slope", 2.5, "said it aloud"))
    regrade(graded.book, graded.change(CONTRACT.replace("points = 2", "points = 4")))
    emmy = graded.book.latest("emmy-n", "squares")
    assert emmy is not None
    assert emmy.earned == 4 + 2.5
    assert "said it aloud" in emmy.checks[1].remarks[-1]


def test_a_person_settles_what_was_provisional() -> None:
    checks = (make_check(), make_check(Outcome.INCONCLUSIVE, id="other"))
    score = make_score(checks=checks, status="provisional")
    here = given("ada-l", "scalar-gradients", "other", 3.0, "right")
    assert decided(score, Decisions.of([here])).status == "graded"
    elsewhere = given("ada-l", "scalar-gradients", "square_gradient", 1.0, "late")
    assert decided(score, Decisions.of([elsewhere])).status == "provisional"


@pytest.mark.slow
def test_the_commands(graded: Class) -> None:
    out = graded.folder / "out"
    graded.book.close()
    options = ["--out", str(out), "--course", str(graded.folder)]
    run = CliRunner().invoke
    done = run(app, ["override", "emmy-n", "slope", "2", "--reason", "said it aloud", *options])
    assert done.exit_code == 0, done.output
    assert "emmy-n  squares  slope: 0 -> 2 points" in done.stdout
    graded.change(CONTRACT.replace("points = 2", "points = 4"))
    done = run(app, ["regrade", *options])
    assert "2 judged again, 2 changed" in done.stdout
    assert "pass, 2 -> 4 points. worth 4 points instead of 2" in done.stdout
    assert json.loads(run(app, ["regrade", "--json", *options]).stdout)["changes"] == []
    for arguments, says in (
        (["override", "nobody", "slope", "2", "--reason", "x"], "no student 'nobody'"),
        (["override", "ada-l", "nothing", "2", "--reason", "x"], "energy, slope, squares"),
        (["override", "ada-l", "squares/slope", "9", "--reason", "x"], "worth 3 points, not 9"),
        (["override", "ada-l", "slope", "1", "--reason", " "], "say why"),
        (["comment", "ada-l", "squares/slop", "x"], "squares/slope"),
        (["count", "ada-l", "squares", "4"], "there is only attempt 1"),
        (["answer", "ada-l", "slope", "x"], "no appeal of ada-l for squares/slope"),
    ):
        done = run(app, [*arguments, *options])
        assert done.exit_code == 2
        assert says in done.stderr


def test_an_appeal_may_be_a_letter(graded: Class, tmp_path: Path) -> None:
    out, letter = graded.folder / "out", tmp_path / "letter.txt"
    graded.book.close()
    options = ["--out", str(out), "--course", str(graded.folder), "--by", "lecturer"]

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["appeal", "emmy-n", "slope", *arguments, *options])

    letter.write_bytes("\ufeffThe factor 2 is in line 3.\r\nEmmy\n".encode())
    assert run("--file", str(letter)).exit_code == 0
    assert "an appeal waits: The factor 2 is in line 3." in (out / "index.html").read_text()
    link = tmp_path / "link.txt"
    link.symlink_to(letter)
    for content, said in (
        (b" \n", "is empty"),
        (b"\xff\xfe\xfa", "is no text in UTF-8"),
        (b"x" * 70_000, "has 68 KiB; at most 64 KiB are read"),
    ):
        letter.write_bytes(content)
        refused = run("--file", str(letter))
        assert (refused.exit_code, said in refused.stderr) == (2, True)
    for wrong in (
        ("--file", str(link)),
        ("--file", str(tmp_path / "none")),
        (),
        ("a", "--file", "b"),
    ):
        assert run(*wrong).exit_code == 2


def test_an_appeal_from_its_note_to_its_answer(graded: Class) -> None:
    out = graded.folder / "out"
    graded.book.close()
    options = ["--out", str(out), "--course", str(graded.folder), "--by", "lecturer"]

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(app, [*arguments, *options])
        assert done.exit_code == 0, done.output
        return done.stdout

    run("appeal", "emmy-n", "slope", "The factor 2 is in line 3.")
    assert "an appeal waits: The factor 2 is in line 3." in (out / "index.html").read_text()
    run("answer", "emmy-n", "slope", "You are right.", "--points", "3")
    run("comment", "emmy-n", "squares", "Good that you asked.")
    run("count", "emmy-n", "squares", "1", "--reason", "the only one")
    assert "an appeal waits" not in (out / "index.html").read_text()
    page = (out / "squares" / "emmy-n" / "report.html").read_text()
    for said in ("You are right.", "Good that you asked.", "3 manual points instead of 0"):
        assert said in page
    told = CliRunner().invoke(app, ["history", "emmy-n", "squares", "--out", str(out)]).stdout
    for line in (
        "attempt 1 judged: 2 of 5 points, graded",
        "attempt 1, slope, appeal by lecturer: The factor 2 is in line 3.",
        "attempt 1, slope, manual points 3 by lecturer: You are right.",
        "attempt 1, slope, answer by lecturer: You are right.",
        "attempt 1, comment by lecturer: Good that you asked.",
        "attempt 1, this attempt counts by lecturer: the only one",
    ):
        assert line in told
