"""CI counts a skip as a failure unless it is listed, with its reason, and cannot be helped."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import conftest

LIST = """
[[skip]]
test = "tests/test_a.py::"
says = "needs a moon"
because = "there is none"

[[skip]]
test = "tests/test_b.py"
says = "needs a shell"
because = "some machines have none"
unless = "true"

[[skip]]
test = "tests/test_c.py"
says = "needs a unicorn"
because = "some machines have none"
unless = "exit 3"
"""


@pytest.mark.parametrize(
    ("test", "reason", "accepted"),
    [
        ("tests/test_a.py::test_x", "Skipped: needs a moon", True),
        ("tests/test_a.py::test_x", "Skipped: needs a sun", False),
        ("tests/test_b.py::test_x", "Skipped: needs a shell", False),
        ("tests/test_c.py::test_x", "Skipped: needs a unicorn", True),
        ("tests/test_d.py::test_x", "Skipped: needs a moon", False),
    ],
)
def test_only_listed_skips_are_accepted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, test: str, reason: str, accepted: bool
) -> None:
    listed = tmp_path / "expected-skips.toml"
    listed.write_text(LIST)
    monkeypatch.setattr(conftest, "EXPECTED_SKIPS", listed)
    report = pytest.TestReport(
        test, (test, 1, ""), {}, "skipped", ("a.py", 1, reason), when="setup"
    )
    assert bool(list(conftest.unexpected_skips([report]))) is not accepted
