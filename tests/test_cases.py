"""Every folder `cases/<exercise>/<case>` is a submission and what it should get.

`expect.toml` holds, per check id, any of `outcome`, `earned`, `mistake`, `feedback` (a part of the
sentence), `silent` (what the sentence must not hold) and `remark` (a part of the remarks, "" for
none). `[score]` holds any of `status`, `earned`, `remark` and `asks` (a part of what a person is
asked to look at, "" for nothing). A new regression test is a new folder.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from grader.model import CheckVerdict, Score
from tests.all_doors import CASES, graded

_SAID: dict[str, Callable[[CheckVerdict, str], bool]] = {
    "feedback": lambda verdict, text: text in verdict.feedback,
    "silent": lambda verdict, text: text not in verdict.feedback,
    "remark": lambda verdict, text: (
        text in " ".join(verdict.remarks) if text else not verdict.remarks
    ),
}


def test_there_are_cases() -> None:
    assert CASES


@pytest.mark.slow
@pytest.mark.parametrize("path", CASES, ids=lambda path: "/".join(path.parts[-3:-1]))
def test_case(path: Path) -> None:
    score = graded(path)
    verdicts = {verdict.id: verdict for verdict in score.checks}
    expected = tomllib.loads(path.read_text("utf-8"))
    assert expected, "an empty expect.toml checks nothing"
    _of_the_whole(score, expected.pop("score", {}))
    for check, wanted in expected.items():
        verdict = verdicts[check]
        for key, value in wanted.items():
            found = getattr(verdict, key, None)
            if key in _SAID:
                assert _SAID[key](verdict, value), (check, value, verdict.feedback, verdict.remarks)
            elif key == "mistake" and value == "":
                assert found is None, (check, verdict.feedback)
            else:
                assert found == (pytest.approx(value) if key == "earned" else value), (
                    check,
                    verdict.feedback,
                )


def _of_the_whole(score: Score, wanted: Mapping[str, Any]) -> None:
    """Compare what is expected of the whole score."""
    for key, value in wanted.items():
        if key in ("remark", "asks"):
            said = " ".join(score.remarks if key == "remark" else score.asks)
            assert value in said if value else not said, (key, said)
        else:
            assert getattr(score, key) == value, (key, score.remarks)
