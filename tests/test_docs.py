"""The documentation holds together: it builds, its links lead somewhere, its commands exist."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader.cli import app
from tests.in_process import ROOT

PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")


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


@pytest.mark.slow
def test_it_builds_without_a_warning_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "properdocs", "build", "--strict", "--site-dir", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    pages = list(tmp_path.rglob("*.html"))
    assert len(pages) == len([*ROOT.glob("docs/**/*.md")]) + 1, "and one for what is not found"
    loaded = re.compile(r"(?:src|<link[^>]*href)=\"(https?:)?//")
    assert [page.name for page in pages if loaded.search(page.read_text())] == []


@pytest.mark.slow
@pytest.mark.parametrize("broken", ["[a](nowhere.md)", "[a](tutorial.md#nowhere)"])
def test_a_broken_link_breaks_the_build(tmp_path: Path, broken: str) -> None:
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    shutil.copy(ROOT / "properdocs.yml", tmp_path)
    with (tmp_path / "docs/reports.md").open("a") as page:
        page.write(f"\n{broken}\n")
    command = [sys.executable, "-m", "properdocs", "build", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "nowhere" in done.stdout + done.stderr


def test_every_example_is_listed_and_proved() -> None:
    index = (ROOT / "docs/examples/index.md").read_text()
    pages = {page.name for page in ROOT.glob("docs/examples/*.md")} - {"index.md"}
    assert set(re.findall(r"\((\S+\.md)\)", index)) - {"../kinds/index.md"} == pages
    for page in pages:
        assert "$ grader verify" in (ROOT / "docs/examples" / page).read_text()


def test_every_kind_of_exercise_has_a_page() -> None:
    index = (ROOT / "docs/kinds/index.md").read_text()
    pages = {page.name for page in ROOT.glob("docs/kinds/*.md")} - {"index.md"}
    assert set(re.findall(r"\((\S+\.md)\)", index)) - {"../writing-exercises.md"} == pages
    for page in pages:
        assert "$ grader verify" in (ROOT / "docs/kinds" / page).read_text()


def test_metadata_says_who_and_where() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["authors"] == [{"name": "The gradient-grader team"}]
    assert {"Homepage", "Documentation", "Issues", "Changelog"} <= set(project["urls"])
    assert project["readme"] == "README.md"
    assert project["license"] == "MIT"
