"""What `import grader` gives: names and signatures that stay, light to import, the same scores."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

import grader
import grader.api
from grader.grading.class_gradebook import ClassGradebook
from tests.in_process import ROOT
from tests.made_course import make_course
from tests.made_scores import make_check, make_score

FUNCTIONS = {
    "grade": "(path, *, exercise=None, course=None, out=None, gradebook=None, jobs=None, "
    "isolation=None, trust_submissions=False, seed=None, force=False)",
    "check": "(path, *, exercise=None, course=None)",
    "open_gradebook": "(out=None, *, course=None, gradebook=None)",
    "to_pandas": "(scores, *, by='score')",
    "load_ipython_extension": "(shell)",
}
VALUES = {
    "Checked", "CheckVerdict", "CourseError", "Finding", "GraderError", "InternalError", "Outcome",
    "Score", "UsageError",
}  # fmt: skip
METHODS = {
    "scores": "(exercise=None, student=None)",
    "attempts": "(student, exercise)",
    "history": "(student, exercise)",
    "override": "(student, check, points, reason, *, by=None)",
    "comment": "(student, check, text, *, by=None)",
    "appeal": "(student, check, text, *, by=None)",
    "answer": "(student, check, text, *, points=None, by=None)",
    "count": "(student, exercise, attempt, reason='', *, by=None)",
    "regrade": "(exercise=None, *, dry_run=False)",
    "close": "()",
}
WORK = {
    "ada-l": "def energy(x):\n    return (x**2).sum()\n\ndef slope(x):\n    return 2 * x\n",
    "emmy-n": "def energy(x):\n    return (x**2).sum()\n\ndef slope(x):\n    return x\n",
}


def signature(function: object) -> str:
    found = inspect.signature(function)  # type: ignore[arg-type]
    plain = [
        each.replace(annotation=inspect.Parameter.empty)
        for each in found.parameters.values()
        if each.name != "self"
    ]
    return str(inspect.Signature(plain))


def test_the_public_names_and_signatures_stay_as_they_are() -> None:
    assert set(grader.__all__) == {*FUNCTIONS, *VALUES, "__version__"}
    assert set(grader.api.__all__) == {*FUNCTIONS, *VALUES} - {"load_ipython_extension"}
    assert {name: signature(getattr(grader, name)) for name in FUNCTIONS} == FUNCTIONS
    methods = {name: signature(getattr(ClassGradebook, name)) for name in METHODS}
    assert methods == METHODS
    assert set(grader.__all__) <= set(dir(grader))


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'grades'"):
        grader.grades  # type: ignore[attr-defined]  # noqa: B018


def test_importing_it_imports_nothing_heavy() -> None:
    heavy = ("torch", "numpy", "pandas", "sqlalchemy", "nbformat", "matplotlib", "jinja2")
    code = (
        "import sys, grader; [getattr(grader, name) for name in grader.__all__]\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_scores_become_a_data_frame() -> None:
    scores = [
        make_score("ada-l", handed_in="2026-03-01T22:00:00+01:00"),
        make_score("emmy-n", checks=(make_check(id="energy"), make_check(id="slope"))),
    ]
    frame = grader.to_pandas(scores)
    assert list(frame["student"]) == ["ada-l", "emmy-n"]
    assert frame["final"].sum() == sum(score.final for score in scores)
    assert str(frame["handed_in"][0]) == "2026-03-01 21:00:00+00:00"
    assert frame["handed_in"].isna()[1]
    checks = grader.to_pandas(scores[1:], by="check")
    assert list(checks["check"]) == ["energy", "slope"]
    assert list(grader.to_pandas([]).columns) == list(frame.columns)


def test_without_pandas_the_line_for_pip_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(grader.UsageError, match=r"pip install 'gradient-grader\[pandas\]'"):
        grader.to_pandas([])


def test_a_score_is_shown_in_one_line() -> None:
    score = make_score("ada-l", earned=3.0, possible=5.0)
    assert repr(score) == f"<Score ada-l, {score.exercise}: 3 of 5 points, graded>"


def test_no_gradebook_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(grader.UsageError, match=r"no gradebook\.sqlite here"):
        grader.open_gradebook(tmp_path)


def hand_in(folder: Path) -> Path:
    for student, source in WORK.items():
        (folder / student).mkdir(parents=True)
        (folder / student / "squares.py").write_text(source, "utf-8")
    return folder


@pytest.mark.sandbox
@pytest.mark.slow
def test_grading_a_class_and_deciding_about_it(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course").directory
    work, out = hand_in(tmp_path / "work"), tmp_path / "out"
    scores = grader.grade(work, course=course, out=out, seed=3)
    assert [(score.student, score.earned) for score in scores] == [("ada-l", 5.0), ("emmy-n", 2.0)]
    assert (out / "index.html").is_file()
    with grader.open_gradebook(out, course=course) as book:
        given = book.override("emmy-n", "slope", 1.5, "Told in person.", by="lecturer")
        assert given.final == 3.5
        assert book.scores(student="emmy-n") == [given]
        assert book.appeal("ada-l", "slope", "Why?").asks
        assert not book.answer("ada-l", "slope", "It is right already.").asks
        assert any("by lecturer: Told in person." in line for line in book.history(
            "emmy-n", "squares"
        ))  # fmt: skip
        contract = course / "exercises" / "squares" / "exercise.toml"
        contract.write_text(contract.read_text("utf-8").replace("points = 2", "points = 4"))
        preview = book.regrade(dry_run=True)
        assert {change.student for change in preview.changes} == {"ada-l", "emmy-n"}
        assert [score.possible for score in book.scores()] == [5.0, 5.0]
        book.regrade()
        assert [score.final for score in book.scores()] == [7.0, 5.5]


@pytest.mark.slow
def test_checking_one_file(tmp_path: Path) -> None:
    make_course(tmp_path)
    work = hand_in(tmp_path / "work")
    checked = grader.check(work / "ada-l" / "squares.py", course=tmp_path)
    assert not checked.wrong
    wrong = grader.check(work / "emmy-n" / "squares.py", course=str(tmp_path))
    assert [finding.check for finding in wrong.findings if finding.wrong] == ["slope"]


FIRST_MINUTES = """
import json, time
began = time.perf_counter()
import grader
light = time.perf_counter() - began
scores = grader.grade("submissions", course="built-in", out="reports", seed=1)
print(json.dumps({
    "light": light,
    "file": grader.__file__,
    "scores": [[score.student, score.earned, score.possible] for score in scores],
    "final": list(grader.to_pandas(scores)["final"]),
}))
with grader.open_gradebook("reports") as book:
    assert [score.final for score in book.scores()] == [score.final for score in scores]
"""


@pytest.mark.slow
@pytest.mark.sandbox
def test_the_first_ten_minutes_from_the_wheel(tmp_path: Path) -> None:
    """A script without `if __name__ == "__main__"`, run in an environment with the wheel only."""
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", tmp_path, ROOT],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    python = environment_with(wheel, tmp_path / "env")
    for student in ("ada-l", "emmy-n"):
        (tmp_path / "submissions" / student).mkdir(parents=True)
    own = ROOT / "tests/sample-class/ada-l/scalar-gradients.ipynb"
    (tmp_path / "submissions/ada-l" / own.name).write_bytes(own.read_bytes())
    starter = ROOT / "exercises/scalar-gradients/starter.py"
    (tmp_path / "submissions/emmy-n/scalar-gradients.py").write_bytes(starter.read_bytes())
    (tmp_path / "first.py").write_text(FIRST_MINUTES, "utf-8")
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [python, "first.py"], cwd=tmp_path, env=clean, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert Path(said["file"]).is_relative_to(tmp_path / "env")
    assert said["light"] < 0.5
    (_, ada, possible), (_, emmy, _) = said["scores"]
    assert (ada, emmy) == (possible, 0.0)
    assert said["final"] == [ada, emmy]


def environment_with(wheel: Path, folder: Path) -> Path:
    """Make an environment that holds the wheel, and its dependencies from this one."""
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = folder / "lib" / version / "site-packages"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
         "--target", packages, wheel],
        check=True,
    )  # fmt: skip
    here = next(path for path in sys.path if path.endswith("site-packages"))
    (packages / "dependencies.pth").write_text(f"{here}\n", "utf-8")
    return python
