"""Grading many: one record each, faults of ours kept apart, nothing graded twice or lost."""

from __future__ import annotations

import asyncio
import errno
import gc
import json
import os
import random
import shutil
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import grader.grading.publishing
import grader.sandbox
import grader.sandbox.execution
from grader.course.loading import Course
from grader.errors import CourseError, InternalError, UsageError
from grader.grading import kept, pipeline, recording
from grader.grading.crew import Crew, in_this_process
from grader.grading.pipeline import Graded, Order
from grader.grading.publisher import LEAST, Publisher
from grader.grading.publishing import finish, publish_again
from grader.grading.worker import Setup, Task
from grader.inside.probes import answer_frame
from grader.judging.evidence import encode_probe
from grader.model import Evidence, Isolation, Outcome, Probe, Reply, Run, Score, Submission
from grader.outdir import score_directory
from grader.scores.gradebook import Entry, Gradebook, gradebook_url
from grader.scores.patience import GradebookLost
from tests.in_process import ROOT
from tests.made_course import make_course

pytestmark = pytest.mark.slow

EXERCISE = "scalar-gradients"
RIGHT = "square_gradient = lambda x: 2 * x\n"
ENERGY = "energy = lambda x: (x**2).sum()\n"
Execute = Callable[[Submission], None]


@dataclass
class Heard:
    """An observer that remembers."""

    begun: list[tuple[int, int]] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)

    def begins(self, total: int, unchanged: int) -> None:
        self.begun.append((total, unchanged))

    def isolated(self, isolation: Isolation, reason: str) -> None:
        pass

    def graded(self, score: Score) -> None:
        self.scores.append(score)


def grade(order: Order, observer: Heard) -> Graded:
    """Grade with one worker in this process, where tests see what it does."""
    return pipeline.grade(order, observer, crews=in_this_process)


@dataclass
class Machine:
    """Stands for the sandbox: runs submissions in this process, or does what a test says."""

    isolation: Isolation = Isolation.FULL
    before: Execute = lambda submission: None
    endless: str = ""
    """Whose code never ends."""
    ran: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    @asynccontextmanager
    async def open(
        self, wanted: object, jobs: int, hidden: object, needs: object
    ) -> AsyncIterator[Any]:
        self.places = asyncio.Semaphore(jobs)
        yield SimpleNamespace(isolation=self.isolation, reason="this is a test")

    async def execute(
        self,
        submission: Submission,
        probes: tuple[Probe, ...],
        limits: object,
        sandbox: object,
        given: object = (),
    ) -> tuple[Run, Evidence]:
        async with self.places:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            try:
                await asyncio.sleep(0.01)
                self.before(submission)
                await asyncio.sleep(60 if submission.student == self.endless else 0)
            finally:
                self.at_once -= 1
        self.ran.append(submission.student)
        namespace: dict[str, Any] = {}
        exec("\n".join(cell.source for cell in submission.cells), namespace)
        replies = tuple(
            Reply(probe.check, "answered", answer_frame(encode_probe(probe), namespace))
            for probe in probes
            if probe.twin is None
        )
        return Run("completed", self.isolation, 0.1, 0.1, 1.0), Evidence(replies)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine()
    monkeypatch.setattr(grader.sandbox, "open_sandbox", machine.open)
    monkeypatch.setattr(grader.sandbox.execution, "execute", machine.execute)
    return machine


@pytest.fixture
def order(tmp_path: Path) -> Order:
    root = tmp_path / "class"
    for student in ("ada-l", "emmy-n", "grace-h"):
        (root / student).mkdir(parents=True)
        (root / student / f"{EXERCISE}.py").write_text(RIGHT)
    return Order(root, Course(ROOT), tmp_path / "out", jobs=2)


def statuses(graded: Graded) -> dict[str, str]:
    return {score.student: score.status for score in graded.scores}


def test_everybody_gets_a_record_and_a_page(machine: Machine, order: Order) -> None:
    heard = Heard()
    graded = grade(order, heard)
    assert statuses(graded) == dict.fromkeys(("ada-l", "emmy-n", "grace-h"), "graded")
    assert [score.earned for score in graded.scores] == [2.0] * 3  # not by autograd
    assert heard.begun == [(3, 0)]
    assert len(heard.scores) == 3
    assert machine.most_at_once == 2
    for student in ("ada-l", "emmy-n", "grace-h"):
        folder = score_directory(order.out, EXERCISE, student)
        assert json.loads((folder / "score.json").read_text())["earned"] == 2.0
        assert student in (folder / "report.html").read_text()
    assert len(json.loads((order.out / "scores.json").read_text())) == 3
    assert graded.page.is_file()
    assert len({score.seed for score in graded.scores}) == 1


def test_unreadable_files_are_recorded_beside_the_others(machine: Machine, order: Order) -> None:
    (order.root / "ada-l" / f"{EXERCISE}.py").write_text("")
    (order.root / "grace-h" / f"{EXERCISE}.py").rename(order.root / "grace-h" / "hw.py")
    graded = grade(order, Heard())
    assert statuses(graded) == {"ada-l": "ungraded", "emmy-n": "graded", "grace-h": "ungraded"}
    assert "is empty" in graded.scores[0].message
    assert "hw.py" in graded.scores[2].message
    shown = json.loads((order.out / "scores.json").read_text())
    assert sorted(record["student"] for record in shown) == ["ada-l", "emmy-n", "grace-h"]
    (order.root / "grace-h" / "hw.py").rename(order.root / "grace-h" / f"{EXERCISE}.py")
    grade(order, Heard())
    shown = json.loads((order.out / "scores.json").read_text())
    assert [record["exercise"] for record in shown] == [EXERCISE] * 3


def test_a_class_of_unreadable_files_needs_no_sandbox(order: Order) -> None:
    for path in order.root.glob("*/*.py"):
        path.write_text("")
    assert set(statuses(grade(order, Heard())).values()) == {"ungraded"}


@pytest.mark.parametrize("where", ["execute", "judge", "prepare-page"])
def test_our_faults_cost_nobody_a_point(
    machine: Machine, order: Order, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def fail(submission: Submission, *_: object, **__: object) -> None:
        if submission.student == "emmy-n":
            raise ZeroDivisionError("one of ours")

    if where == "execute":
        machine.before = fail
    elif where == "judge":
        from grader.judging.judge import Judge

        honest = Judge.score

        def score(self: Judge, submission: Submission, *rest: Any, **options: Any) -> Score:
            fail(submission)
            return honest(self, submission, *rest, **options)

        monkeypatch.setattr(Judge, "score", score)
    else:
        monkeypatch.setattr(
            grader.grading.publishing, "write_student", lambda out, score, **_: fail(score)
        )
    graded = grade(order, Heard())
    if where == "prepare-page":
        assert statuses(graded)["emmy-n"] == "graded"
        return
    assert statuses(graded) == {"ada-l": "graded", "emmy-n": "provisional", "grace-h": "graded"}
    emmy = graded.scores[1]
    assert {check.outcome for check in emmy.checks} == {Outcome.BROKEN}
    assert "one of ours" in emmy.message


def test_unchanged_submissions_are_not_graded_again(machine: Machine, order: Order) -> None:
    first = grade(order, Heard()).scores
    (order.root / "emmy-n" / f"{EXERCISE}.py").write_text(RIGHT + "# better\n")
    machine.ran.clear()
    heard = Heard()
    second = grade(order, heard)
    assert machine.ran == ["emmy-n"]
    assert (heard.begun, second.unchanged) == ([(1, 2)], 2)
    assert [score.student for score in second.scores] == ["ada-l", "emmy-n", "grace-h"]
    assert second.scores[0] == replace(first[0], run=second.scores[0].run)


@pytest.mark.parametrize("many", [False, True])
def test_an_unchanged_class_leaves_its_pages_as_they_are(
    machine: Machine, order: Order, many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = grade(order, Heard()).scores
    if many:  # then scores are read in one stream
        monkeypatch.setattr(kept, "_FEW", 0)
    page, scores = order.out / "index.html", order.out / "scores.json"
    page.write_text("as it was")
    again = grade(order, Heard())
    assert page.read_text() == "as it was"
    assert [score.earned for score in again.scores] == [score.earned for score in first]
    scores.unlink()
    grade(order, Heard())
    assert scores.is_file()
    assert "ada-l" in page.read_text()


def test_somebody_less_is_somebody_less_to_compare_with(machine: Machine, order: Order) -> None:
    grade(order, Heard())
    page = order.out / "index.html"
    page.write_text("as it was")
    shutil.rmtree(order.root / "emmy-n")
    grade(order, Heard())
    assert "ada-l" in page.read_text()


@pytest.mark.parametrize(
    ("change", "ran"),
    [
        ({"force": True}, 3),
        ({"seed": 7}, 3),
        ({"reseed": True}, 3),
        ({}, 0),
    ],
)
def test_what_makes_a_run_grade_again(
    machine: Machine, order: Order, change: dict[str, Any], ran: int
) -> None:
    grade(order, Heard())
    machine.ran.clear()
    again = grade(replace(order, **change), Heard())
    assert len(machine.ran) == ran
    assert change.get("seed", again.scores[0].seed) == again.scores[0].seed


@pytest.mark.slow
def test_everybody_is_asked_the_same_and_the_next_attempt_something_else(
    machine: Machine, order: Order
) -> None:
    (first,) = {score.seed for score in grade(order, Heard()).scores}
    work = order.root / "ada-l" / f"{EXERCISE}.py"
    work.write_text(work.read_text() + "# once more\n")
    again = {score.student: score.seed for score in grade(order, Heard()).scores}
    assert again["emmy-n"] == again["grace-h"] == first
    assert again["ada-l"] != first
    forced = grade(replace(order, force=True), Heard())
    assert {score.student: score.seed for score in forced.scores} == again
    anew = grade(replace(order, reseed=True), Heard())
    assert not {score.seed for score in anew.scores} & set(again.values())
    other = grade(replace(order, out=order.out / "other"), Heard())  # a gradebook of its own
    assert first not in {score.seed for score in other.scores}


@pytest.mark.slow
def test_after_an_experiment_everybody_is_asked_the_same_again(
    machine: Machine, order: Order
) -> None:
    first = grade(order, Heard()).scores
    grade(replace(order, seed=7), Heard())
    again = grade(order, Heard())
    assert [score.seed for score in again.scores] == [score.seed for score in first]


def test_neither_seed_nor_secret_stands_in_what_students_get(
    machine: Machine, order: Order
) -> None:
    graded = grade(order, Heard())
    seed = graded.scores[0].seed
    with Gradebook.open(gradebook_url(order.out)) as gradebook:
        secret = gradebook.secret().hex()
    folder = score_directory(order.out, EXERCISE, "ada-l")
    pages = [file.read_text() for file in folder.iterdir()]
    assert len(pages) >= 2
    assert not any(str(seed) in page or secret in page for page in pages)
    assert str(seed) in (order.out / "scores.json").read_text()  # for instructors


def test_provisional_scores_are_tried_again(machine: Machine, order: Order) -> None:
    def fail(submission: Submission) -> None:
        raise InternalError("no kernel today")

    machine.before = fail
    grade(order, Heard())
    machine.before = lambda submission: None
    assert set(statuses(grade(order, Heard())).values()) == {"graded"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interruption_keeps_what_was_graded(
    machine: Machine, order: Order, number: signal.Signals
) -> None:
    def interrupt(submission: Submission) -> None:
        if submission.student == "grace-h":
            os.kill(os.getpid(), number)

    # Jobs in the background of a shell are started with SIGINT ignored.
    before = signal.signal(number, signal.default_int_handler)
    machine.before, machine.endless = interrupt, "grace-h"
    try:
        graded = grade(replace(order, jobs=1), Heard())
    finally:
        signal.signal(number, before)
    assert graded.interrupted
    assert statuses(graded) == {"ada-l": "graded", "emmy-n": "graded"}
    assert len(json.loads((order.out / "scores.json").read_text())) == 2
    assert graded.page.is_file()


def test_strangers_do_not_run_in_the_open(machine: Machine, order: Order) -> None:
    machine.isolation = Isolation.NONE
    with pytest.raises(UsageError, match="--trust-submissions"):
        grade(order, Heard())
    assert machine.ran == []
    trusted = grade(replace(order, trusted=True), Heard())
    assert trusted.scores[0].run.isolation is Isolation.NONE


def test_a_fault_of_the_course_stops_before_anything_runs(
    machine: Machine, order: Order, tmp_path: Path
) -> None:
    folder = tmp_path / "course" / "exercises" / EXERCISE
    folder.mkdir(parents=True)
    (folder / "exercise.toml").write_text("title = 7\n")
    (tmp_path / "course" / "reference").mkdir()
    with pytest.raises(CourseError, match=r"exercise\.toml"):
        grade(replace(order, course=Course(tmp_path / "course")), Heard())
    assert machine.ran == []


def two_exercises(folder: Path, second_reference: str) -> Course:
    """Write a course of the exercises `squares` and `cubes`, alike but for the reference."""
    course = make_course(folder)
    shutil.copytree(folder / "exercises" / "squares", folder / "exercises" / "cubes")
    (folder / "reference" / "cubes.py").write_text(second_reference)
    return course


def test_a_broken_reference_costs_its_exercise_alone(
    machine: Machine, order: Order, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    course = two_exercises(tmp_path / "course", "def energy(x):\n    return x / nothing\n")
    for exercise in course.exercise_ids:
        (order.root / "ada-l" / f"{exercise}.py").write_text(ENERGY)
    graded = grade(replace(order, course=course), Heard())
    scores = {score.exercise: score for score in graded.scores if score.student == "ada-l"}
    assert scores["squares"].status == "graded"
    assert scores["cubes"].status == "provisional"
    assert {check.outcome for check in scores["cubes"].checks} == {Outcome.BROKEN}
    assert "not you" in scores["cubes"].message
    assert "nothing" not in scores["cubes"].message
    assert any("cubes.py" in record.getMessage() for record in caplog.records)


def test_without_one_sound_reference_nothing_runs(
    machine: Machine, order: Order, tmp_path: Path
) -> None:
    course = make_course(tmp_path / "course", reference="def energy(x):\n    return x / nothing\n")
    (order.root / "ada-l" / "squares.py").write_text(ENERGY)
    with pytest.raises(CourseError, match=r"squares\.py"):
        grade(replace(order, course=course), Heard())
    assert machine.ran == []


def test_cycles_are_looked_for_less_often_only_while_a_class_is_read(
    machine: Machine, order: Order, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before, honest, seen = gc.get_threshold(), pipeline.find_submissions, []

    def watched(*arguments: Any) -> Any:
        seen.append(gc.get_threshold()[0])
        return honest(*arguments)

    monkeypatch.setattr(pipeline, "find_submissions", watched)
    grade(order, Heard())
    assert gc.get_threshold() == before
    with pytest.raises(UsageError):
        grade(replace(order, root=tmp_path / "nowhere"), Heard())
    assert gc.get_threshold() == before
    assert min(seen) > 10 * before[0]


def test_an_empty_folder_is_a_usage_error(order: Order, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="nothing was handed in"):
        grade(replace(order, root=tmp_path / "empty"), Heard())


def test_pages_come_again_from_the_gradebook(machine: Machine, order: Order) -> None:
    graded = grade(order, Heard())
    page = score_directory(order.out, EXERCISE, "ada-l") / "report.html"
    first = page.read_text()
    page.unlink()
    graded.page.unlink()
    assert publish_again(order.out, None, order.course).page == graded.page
    assert page.read_text() == first
    with pytest.raises(UsageError, match=r"no gradebook\.sqlite"):
        publish_again(order.root, None, order.course)


def test_the_gradebook_keeps_what_a_regrade_needs(machine: Machine, order: Order) -> None:
    grade(replace(order, seed=5), Heard())
    with Gradebook.open(gradebook_url(order.out)) as gradebook:
        attempt = gradebook.attempt("ada-l", EXERCISE)
    assert attempt is not None
    assert attempt.score.seed == 5
    assert attempt.fingerprint == order.course.load(EXERCISE).fingerprint
    assert attempt.submission is not None
    assert attempt.submission.cells[0].source == RIGHT.strip()
    assert attempt.evidence.replies[0].frame


# ---------------------------------------------------------------- what is kept is also written


def test_what_a_full_disk_kept_from_disk_is_written_by_the_next_run(
    machine: Machine, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = grader.grading.publishing.write_score

    def full(out: Path, score: Score) -> Path:
        if score.student == "emmy-n":
            raise OSError(errno.ENOSPC, "No space left on device", str(out / "x"))
        return honest(out, score)

    monkeypatch.setattr(grader.grading.publishing, "write_score", full)
    graded = grade(order, Heard())
    assert set(statuses(graded).values()) == {"graded"}
    assert "1 page could not be written" in graded.trouble
    assert "No space left" in graded.trouble
    record = score_directory(order.out, EXERCISE, "emmy-n") / "score.json"
    assert not record.exists()
    monkeypatch.setattr(grader.grading.publishing, "write_score", honest)
    again = grade(order, Heard())
    assert (again.unchanged, again.trouble) == (3, "")
    assert json.loads(record.read_text())["earned"] == 2.0


def test_a_gradebook_that_is_lost_stops_in_order(
    machine: Machine, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = Gradebook.record_all

    def lost(self: Gradebook, graded: Sequence[Entry]) -> None:
        if any(each.score.student == "grace-h" for each in graded):
            raise GradebookLost("gradebook x: database is locked: end that program")
        honest(self, graded)

    monkeypatch.setattr(pipeline, "_AT_ONCE", 0)  # else the others may come together with hers
    monkeypatch.setattr(Gradebook, "record_all", lost)
    graded = grade(replace(order, jobs=1), Heard())
    assert statuses(graded) == {"ada-l": "graded", "emmy-n": "graded"}
    assert "end that program" in graded.trouble
    assert "\n" not in graded.trouble
    assert graded.page.is_file()
    monkeypatch.setattr(Gradebook, "record_all", honest)
    assert statuses(grade(order, Heard()))["grace-h"] == "graded"


def test_a_file_in_the_place_of_a_folder_is_told_once(machine: Machine, order: Order) -> None:
    order.out.mkdir()
    (order.out / EXERCISE).write_text("")
    graded = grade(order, Heard())
    assert "3 pages could not be written" in graded.trouble
    assert f"{order.out / EXERCISE} is a file" in graded.trouble
    (order.out / EXERCISE).unlink()
    assert grade(order, Heard()).trouble == ""
    assert (score_directory(order.out, EXERCISE, "ada-l") / "report.html").is_file()
    with pytest.raises(UsageError, match="is a file where a folder is needed"):
        grade(replace(order, out=order.root / "ada-l" / f"{EXERCISE}.py"), Heard())


def test_two_gradebooks_do_not_mix_in_one_folder(machine: Machine, order: Order) -> None:
    grade(order, Heard())
    other = f"sqlite:///{order.out.parent / 'other.sqlite'}"
    with pytest.raises(UsageError, match=r"gradebook of its own|another gradebook"):
        grade(replace(order, gradebook=other), Heard())


def test_one_gradebook_shown_in_a_second_folder_is_whole_there(
    machine: Machine, order: Order, caplog: pytest.LogCaptureFixture
) -> None:
    shared = replace(order, gradebook=f"sqlite:///{order.out.parent / 'shared.sqlite'}")
    grade(shared, Heard())
    second = replace(shared, out=order.out.parent / "second")
    assert grade(second, Heard()).unchanged == 3
    assert "until now" in caplog.text
    for student in ("ada-l", "emmy-n", "grace-h"):
        assert (score_directory(second.out, EXERCISE, student) / "report.html").is_file()


def test_a_killed_grader_left_its_page_to_the_next_command(machine: Machine, order: Order) -> None:
    graded = grade(order, Heard())
    page = score_directory(order.out, EXERCISE, "ada-l") / "report.html"
    page.unlink()
    graded.page.write_text("old")
    with Gradebook.open(gradebook_url(order.out)) as gradebook:  # kept again, and killed
        attempt = gradebook.attempt("ada-l", EXERCISE)
        assert attempt is not None
        gradebook.record(attempt.score, attempt.evidence)
        assert finish(order.out, gradebook, order.course) is not None
        assert page.is_file()
        assert "ada-l" in graded.page.read_text()
        assert finish(order.out, gradebook, order.course) is None


@contextmanager
def many(setup: Setup, jobs: int, first: Sequence[Task]) -> Iterator[Crew]:
    """Start workers that have as much in flight as many workers have."""
    with in_this_process(setup, jobs, first) as crew:
        yield replace(crew, in_flight=LEAST)


def hand_in_for_many(order: Order) -> None:
    """Hand in as much again as many workers have in flight."""
    for number in range(LEAST):
        home = order.root / f"student-{number}"
        home.mkdir()
        (home / f"{EXERCISE}.py").write_text(RIGHT)


@pytest.mark.slow
def test_of_many_workers_one_transaction_keeps_several_scores(
    machine: Machine, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in_for_many(order)
    honest, kept_at_once = Gradebook.record_all, []

    def counted(self: Gradebook, graded: Sequence[Entry]) -> None:
        kept_at_once.append(len(graded))
        honest(self, graded)

    monkeypatch.setattr(pipeline, "_MOMENT_S", 60)
    monkeypatch.setattr(Gradebook, "record_all", counted)
    graded = pipeline.grade(order, Heard(), crews=many)
    assert sum(kept_at_once) == len(graded.scores) == LEAST + 3
    assert min(kept_at_once[:-1]) >= LEAST // 4


@pytest.mark.slow
def test_with_many_workers_others_write_the_pages(
    machine: Machine, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in_for_many(order)

    def not_here(*_: object) -> None:
        raise AssertionError("the coordinator has other things to do")

    monkeypatch.setattr(recording, "publish_newest", not_here)
    graded = pipeline.grade(order, Heard(), crews=many)
    assert graded.trouble == ""
    pages = list(order.out.rglob("report.html"))
    assert len(pages) == len(graded.scores) == LEAST + 3
    with Gradebook.open(gradebook_url(order.out)) as book:
        assert book.publication.unwritten() == ()


@pytest.mark.slow
def test_with_many_workers_others_compare_the_work(
    machine: Machine, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in_for_many(order)
    for student in ("student-1", "student-2"):
        (order.root / student / f"{EXERCISE}.py").write_text(RIGHT + long_work())

    def not_here(*_: object) -> None:
        raise AssertionError("the coordinator has other things to do")

    monkeypatch.setattr(grader.grading.publishing, "compare", not_here)
    graded = pipeline.grade(order, Heard(), crews=many)
    assert graded.trouble == ""
    assert "100 % of" in graded.page.read_text()


def long_work() -> str:
    """Write enough for two who hand it in to be noticed."""
    draw = random.Random(1)
    terms = (draw.choice(("x", "x.T", "x[1]", "-x", "len(x)")) for _ in range(80))
    return "other = lambda x: " + draw.choice("+-").join(f"{term} * 2" for term in terms) + "\n"


@pytest.mark.slow
def test_what_others_could_not_write_is_written_at_the_end(
    machine: Machine, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dead(Publisher):
        def write(self, places: Sequence[tuple[str, str]]) -> None:
            super().write(places)
            for process in (self._executor._processes or {}).values():
                process.kill()

    for student in ("ada-l", "emmy-n"):
        (order.root / student / f"{EXERCISE}.py").write_text(RIGHT + long_work())
    monkeypatch.setattr(pipeline, "Publisher", Dead)
    monkeypatch.setattr(pipeline, "LEAST", 1)
    graded = grade(order, Heard())
    assert graded.trouble == ""
    assert "100 % of" in graded.page.read_text()
    assert len(list(order.out.rglob("report.html"))) == 3
