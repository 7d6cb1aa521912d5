"""Every folder `cases/<exercise>/<case>` is a submission and what it should get.

`expect.toml` holds, per check id, any of `outcome`, `earned`, `mistake`, and `feedback` (a part of
the sentence). A new regression test is a new folder.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from grader.model import Submission
from grader.submissions.finding import find_submissions
from tests.in_process import judge_of, score_cells

CASES = sorted(Path(__file__).parent.glob("cases/*/*/expect.toml"))


def test_there_are_cases() -> None:
    assert CASES


@pytest.mark.parametrize("path", CASES, ids=lambda path: "/".join(path.parts[-3:-1]))
def test_case(path: Path) -> None:
    exercise = path.parts[-3]
    judge = judge_of(exercise)
    (file,) = path.parent.glob("submission.*")
    (submission,) = find_submissions(file, [exercise], exercise)
    assert isinstance(submission, Submission), submission
    score = score_cells(judge, submission.cells)
    verdicts = {verdict.id: verdict for verdict in score.checks}
    expected = tomllib.loads(path.read_text("utf-8"))
    assert expected, "an empty expect.toml checks nothing"
    for check, wanted in expected.items():
        verdict = verdicts[check]
        for key, value in wanted.items():
            found = str(getattr(verdict, key)) if key == "outcome" else getattr(verdict, key)
            if key == "feedback":
                assert value in found, (check, found)
            elif key == "mistake" and value == "":
                assert found is None, (check, verdict.feedback)
            else:
                assert found == (pytest.approx(value) if key == "earned" else value), (
                    check,
                    verdict.feedback,
                )
