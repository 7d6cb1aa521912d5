"""What we write for others against their schemas: whatever was graded, whatever it is called."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from lxml import etree

from grader.errors import UsageError
from grader.exports.classroom import classroom50
from grader.exports.gitlab import code_quality
from grader.exports.gradescope import results
from grader.exports.junit import junit_xml
from grader.model import Outcome, Score
from tests.made_scores import make_check, make_run, make_score
from tests.test_exports_ci import EVIL

SCHEMAS = Path(__file__).parent / "schemas"
NOW = "2026-11-22T04:30:00Z"
JOB = {"CLASSROOM": "c", "ASSIGNMENT": "a", "OWNER": "ada-l", "SUBMISSION_TAG": "submit/1",
       "COMMIT_URL": "https://example.org/c", "RELEASE_URL": "https://example.org/r"}  # fmt: skip
EVERY = tuple(make_check(outcome, id=outcome.value, earned=0.5) for outcome in Outcome)
STUDENTS = tuple(check for check in EVERY if check.outcome is not Outcome.BROKEN)
EVIL_CHECK = make_check(Outcome.ERROR, id="a.b-c", title=EVIL, feedback=EVIL, mistake="slug")
GRADED: dict[str, list[Score]] = {
    "nobody": [],
    "one": [make_score()],
    "every outcome": [make_score(checks=STUDENTS)],
    "unread": [make_score(checks=(), status="ungraded", message=EVIL)],
    "no exercise": [make_score(checks=(), status="ungraded", exercise="")],
    "hostile": [make_score(EVIL, checks=(EVIL_CHECK,), path=f"a/{EVIL}.py")],
    "hours": [make_score(run=make_run(wall_s=12_345.678))],
    "a class": [make_score(f"student-{n}") for n in range(20)],
}


def follows(schema: str, content: object) -> None:
    described = json.loads((SCHEMAS / schema).read_text())
    jsonschema.Draft202012Validator.check_schema(described)
    sent = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
    jsonschema.validate(json.loads(sent), described)


@pytest.mark.parametrize("scores", GRADED.values(), ids=GRADED)
def test_junit(scores: list[Score]) -> None:
    schema = etree.XMLSchema(etree.parse(SCHEMAS / "junit-10.xsd"))
    for graded in (scores, [make_score(checks=EVERY)]):
        schema.assertValid(etree.fromstring(junit_xml(graded).encode()))


@pytest.mark.parametrize("scores", GRADED.values(), ids=GRADED)
def test_gitlab(scores: list[Score]) -> None:
    follows("gitlab-code-quality.json", code_quality(scores))


@pytest.mark.parametrize("scores", GRADED.values(), ids=GRADED)
def test_gradescope(scores: list[Score]) -> None:
    follows("gradescope-results.json", results(scores))


@pytest.mark.parametrize("scores", GRADED.values(), ids=GRADED)
def test_classroom50(scores: list[Score]) -> None:
    content = classroom50(scores, JOB, NOW)
    follows("classroom50-result.json", content)
    assert content["score"] <= content["max-score"]
    assert all(test["score"] <= test["max-score"] for test in content["tests"])


def test_classroom50_falls_back_to_what_the_job_knows() -> None:
    known = {"CLASSROOM": "c", "ASSIGNMENT": "a", "SUBMISSION_TAG": "submit/1", "USERNAME": "ada-l",
             "ASSIGNMENT_TYPE": "group", "GITHUB_SERVER_URL": "https://github.example",
             "GITHUB_REPOSITORY": "o/r", "GITHUB_SHA": "5e"}  # fmt: skip
    content = classroom50([make_score()], known, NOW)
    follows("classroom50-result.json", content)
    assert content["commit"] == content["review"] == "https://github.example/o/r/commit/5e"
    assert content["release"] == "https://github.example/o/r/releases/tag/submit%2F1"
    # The runner stamps the owner itself.
    assert "owner" not in classroom50([make_score()], {**known, "USERNAME": ""}, NOW)


@pytest.mark.parametrize("name", ["SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL"])
def test_classroom50_says_what_the_job_is_missing(name: str) -> None:
    with pytest.raises(UsageError, match=rf"\${name} is not set"):
        classroom50([make_score()], {**JOB, name: ""}, NOW)


def _without_required(content: dict[str, Any]) -> None:
    del content["commit"]


def _with_fraction(content: dict[str, Any]) -> None:
    content["score"] = 0.5


def _with_more(content: dict[str, Any]) -> None:
    content["more"] = 1


@pytest.mark.parametrize("broken", [_without_required, _with_fraction, _with_more])
def test_the_schema_would_find_a_fault(broken: Callable[[dict[str, Any]], None]) -> None:
    content = classroom50([make_score()], JOB, NOW)
    broken(content)
    with pytest.raises(jsonschema.ValidationError):
        follows("classroom50-result.json", content)
