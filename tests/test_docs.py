"""What the documentation shows is true: its example is an exercise, its commands exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.course.loading import Course
from grader.proof.verify import verify_exercise
from tests.in_process import ROOT

PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
FILE = re.compile(r"<!-- (\S+) -->\n```\w+\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")


@pytest.mark.slow
def test_the_exercise_of_the_guide_can_be_proved(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "writing-exercises.md").read_text()
    for name, content in FILE.findall(guide):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    findings = verify_exercise(Course(tmp_path).load("mse-gradients"))
    assert [finding for finding in findings if not finding.holds] == []
    assert f"{len(findings)} of {len(findings)} hold" in guide


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text()):
        assert (page.parent / target).exists(), target


def test_documented_commands_exist() -> None:
    known = CliRunner().invoke(app, ["--help"]).output
    text = "\n".join(page.read_text() for page in PAGES)
    commands = set(re.findall(r"^\$ grader ([a-z]+)", text, re.MULTILINE))
    commands |= set(re.findall(r"`grader ([a-z]+)[ `]", text))
    assert commands
    for command in commands:
        assert f"  {command} " in known, command


def test_the_map_of_the_house_names_every_part() -> None:
    house = (ROOT / "CONTRIBUTING.md").read_text()
    parts = {path.stem for path in (ROOT / "grader").glob("*.py") if path.stem != "__init__"}
    parts |= {f"{path.parent.name}/" for path in (ROOT / "grader").glob("*/__init__.py")}
    assert [part for part in sorted(parts) if f"`{part}`" not in house] == []
