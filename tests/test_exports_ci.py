"""What CI systems read: JUnit, Gradescope, GitHub, GitLab, Classroom; hostile words stay words."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from grader.errors import InternalError, UsageError
from grader.exports import classroom, github, gitlab, gradescope, junit
from grader.model import Outcome
from tests.made_scores import make_check, make_score

EVIL = "\x1b[2J::error::x\r\n::set-output name=a::b\n%0A<script>|`$(x)`]]>\u202e\x00" + "\ud800"
ALL = tuple(make_check(outcome, id=outcome.value, possible=2.0) for outcome in Outcome)
JOB = {"CLASSROOM": "c", "ASSIGNMENT": "a", "OWNER": "ada-l", "SUBMISSION_TAG": "submit/1",
       "COMMIT_URL": "https://example.org/c", "RELEASE_URL": "https://example.org/r"}  # fmt: skip


def test_junit_says_whose_fault_it_is() -> None:
    root = ElementTree.fromstring(junit.junit_xml([make_score(checks=ALL)]).encode())
    (suite,) = root
    assert {n: suite.get(n) for n in ("tests", "failures", "errors", "skipped")} == {
        "tests": "10", "failures": "5", "errors": "1", "skipped": "3"
    }  # fmt: skip
    kinds = {
        case.get("name"): [e.tag for e in case if e.tag != "system-out"]
        for case in suite.iter("testcase")
    }
    assert kinds["pass"] == []
    assert (kinds["broken"], kinds["skipped"]) == (["error"], ["skipped"])
    assert kinds["inconclusive"] == ["skipped"]
    assert kinds["fail"] == kinds["timeout"] == kinds["missing"] == ["failure"]
    properties = {p.get("name"): p.get("value") for p in suite.iter("property")}
    assert properties["possible"] == "20"


def test_junit_holds_what_the_schema_requires() -> None:
    root = ElementTree.fromstring(junit.junit_xml([make_score(), make_score("b")]).encode())
    assert [suite.tag for suite in root] == ["testsuite"] * 2
    for suite in root:
        assert {"name", "tests", "failures", "errors", "time", "timestamp"} <= set(suite.keys())
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp", ""))
        for case in suite.iter("testcase"):
            assert case.get("name")
            assert case.get("classname")
            assert len([e for e in case if e.tag in ("failure", "error", "skipped")]) <= 1


def test_junit_survives_any_text_and_unread_files() -> None:
    check = make_check(Outcome.ERROR, feedback=EVIL)
    text = junit.junit_xml([make_score(EVIL, checks=(check,)), make_score(checks=(), message=EVIL)])
    root = ElementTree.fromstring(text.encode())
    assert "\x1b" not in text
    assert len(root.findall(".//failure")) == 2


def test_gradescope_shows_everything_and_hides_nothing() -> None:
    checks = tuple(c for c in ALL if c.outcome is not Outcome.BROKEN)
    content = json.loads(json.dumps(gradescope.results([make_score(checks=checks)])))
    assert {test["visibility"] for test in content["tests"]} == {"visible"}, "else no total"
    assert {test["status"] for test in content["tests"]} == {"passed", "failed"}
    assert sum(test["score"] for test in content["tests"]) == make_score(checks=checks).earned
    assert "score" not in content
    known = {"output", "output_format", "test_output_format", "test_name_format", "visibility",
             "stdout_visibility", "execution_time", "tests", "extra_data"}  # fmt: skip
    assert set(content) == known
    assert gradescope.results([make_score(checks=(), message="holds no code")])["score"] == 0


def test_gradescope_gets_no_file_for_our_fault() -> None:
    with pytest.raises(InternalError, match="could not be graded"):
        gradescope.results([make_score(checks=ALL)])


def test_classroom50_counts_in_whole_points() -> None:
    half = make_check(Outcome.FAIL, earned=0.5)
    content = classroom.classroom50(
        [make_score(checks=(half, make_check()))], JOB, "2026-11-22T04:30:00Z"
    )
    assert set(content) == {
        "schema", "classroom", "assignment", "assignment_type", "owner", "submission", "commit",
        "release", "review", "datetime", "graded_at", "score", "max-score", "tests",
    }  # fmt: skip
    assert (content["score"], content["max-score"]) == (350, 600)
    for test in content["tests"]:
        assert {"test-name", "passed", "score", "max-score"} <= set(test)
        assert isinstance(test["score"], int)
        assert 0 <= test["score"] <= test["max-score"]
    whole = classroom.classroom50([make_score()], JOB, "2026-11-22T04:30:00Z")
    assert (whole["score"], whole["max-score"]) == (3, 6)
    with pytest.raises(UsageError, match=r"\$CLASSROOM is not set"):
        classroom.classroom50([make_score()], {}, "")


def test_the_legacy_result_always_has_tests() -> None:
    content = json.loads(base64.b64decode(classroom.legacy([make_score()])))
    assert content["status"] == "fail"
    assert content["max_score"] == 6
    assert [test["status"] for test in content["tests"]] == ["pass", "fail"]
    empty = json.loads(base64.b64decode(classroom.legacy([make_score(checks=())])))
    assert (empty["status"], empty["tests"]) == ("error", [])


def test_annotations_stay_within_limits_and_one_line_each() -> None:
    checks = tuple(
        make_check(Outcome.FAIL, id=f"c{n}", title=f"a,b:{n}", feedback=EVIL) for n in range(25)
    )
    lines = github.annotate([make_score(checks=checks, path="a,b:c\n::error::.py")])
    assert len(lines) == 11
    assert all(re.fullmatch(r"::(error|notice) [^\r\n]*", line) for line in lines)
    head = lines[0].split("::")[1]
    assert "%2C" in head
    assert "%3A" in head
    assert "\n" not in head


def test_a_summary_is_a_table_whatever_is_in_it() -> None:
    text = github.summary([make_score(checks=(make_check(Outcome.FAIL, feedback=EVIL),))])
    row = next(line for line in text.splitlines() if line.startswith("| ❌"))
    assert row.count(" | ") == 3
    assert "<script>" not in text
    assert "\x1b" not in text


def test_a_summary_fits_into_a_mebibyte() -> None:
    check = make_check(Outcome.FAIL, feedback="ü" * 5_000)
    text = github.summary([make_score(f"s{n}", checks=(check,) * 10) for n in range(60)])
    assert 900_000 < len(text.encode()) <= 1 << 20
    assert text.endswith("the rest is in the report.\n")


def test_student_output_is_fenced_by_a_token_nobody_can_guess() -> None:
    first, second = github.fenced(["::error::x"]), github.fenced(["::error::x"])
    token = first[0].removeprefix("::stop-commands::")
    assert first == [f"::stop-commands::{token}", "::error::x", f"::{token}::"]
    assert second[0] != first[0]


def test_code_quality_has_what_gitlab_asks_for() -> None:
    report = gitlab.code_quality([make_score(checks=ALL)])
    assert len(report) == 8
    for entry in report:
        assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert entry["location"]["lines"]["begin"] == 1
    assert len({entry["fingerprint"] for entry in report}) == 8


def test_a_summary_says_whose_it_is_and_keeps_code_as_code() -> None:
    check = make_check(Outcome.FAIL, feedback="`w.grad` is None; `a | b`, `x\\` and `<b>`.")
    score = make_score("submission", checks=(check,))
    text = github.summary([score], {"GITHUB_REPOSITORY": "school/week-3-ada-l"})
    assert text.startswith("## week\\-3\\-ada\\-l, Gradients of scalar functions: ")
    assert github.summary([make_score("ada-l")]).startswith("## ada\\-l, ")
    assert "`w.grad` is None" in text
    assert "`<b>`" in text
    row = next(line for line in text.splitlines() if line.startswith("| ❌"))
    assert row.count(" | ") == 3
    several = github.summary([score, make_score("grace-h")], {"GITHUB_REPOSITORY": "a/b"})
    assert "## grace\\-h, " in several


def test_annotations_name_file_and_line_as_a_pull_request_does(tmp_path: Path) -> None:
    root = tmp_path / "submission"
    root.mkdir()
    module = root / "squares.py"
    module.write_text("import torch\n\n\ndef energy(x):\n    return x\n", "utf-8")
    notebook = root / "squares.ipynb"
    cell = {"cell_type": "code", "source": ["x = 1\n", "def energy(x):\n", "    return x"]}
    notebook.write_text(json.dumps({"cells": [cell]}, indent=1), "utf-8")
    wrong = make_check(
        Outcome.FAIL, call="energy", mistake="m", mistake_title="a sum instead of a mean"
    )
    raised = make_check(Outcome.ERROR, call="energy", raised_at=("squares.py", 5))
    first, second, _ = github.annotate([make_score(checks=(wrong, raised), path=str(module))], root)
    assert first.startswith("::error file=squares.py,line=4,title=")
    assert "::A sum instead of a mean. The gradient is half as large." in first
    assert second.startswith("::error file=squares.py,line=5,title=")
    (marked, _) = github.annotate([make_score(checks=(wrong,), path=str(notebook))], root)
    line = int(marked.partition("line=")[2].partition(",")[0])
    assert "def energy" in notebook.read_text().splitlines()[line - 1]
    (unknown, _) = github.annotate([make_score(checks=(wrong,))], root)
    assert "line=" not in unknown
