"""Every folder `cases/<exercise>/<case>` is a submission and what it should get.

`expect.toml` holds, per check id, any of `outcome`, `earned`, `mistake`, `feedback` (a part of the
sentence), `silent` (what the sentence must not hold) and `remark` (a part of the remarks, "" for
none). A new regression test is a new folder.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.model import CheckVerdict
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


@pytest.mark.parametrize("path", CASES, ids=lambda path: "/".join(path.parts[-3:-1]))
def test_case(path: Path) -> None:
    verdicts = {verdict.id: verdict for verdict in graded(path).checks}
    expected = tomllib.loads(path.read_text("utf-8"))
    assert expected, "an empty expect.toml checks nothing"
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
