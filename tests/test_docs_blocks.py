"""Every block of every page of the documentation: commands run, files are made, fragments parse.

A page is followed to the letter, from top to bottom, in an empty folder. What a block is, the
comment above it says:

<!-- path/of/a/file -->   the block is that file
<!-- first: command -->   runs before the block; readers need not see it
<!-- not run: reason -->  the commands stay unrun
"""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from grader.cli import app
from tests.in_process import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("reports/*.md")])
BLOCK = re.compile(
    r"(?P<notes>(?:^<!-- .*? -->\n)*)^```(?P<language>\w*)\n(?P<body>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
NOTE = re.compile(r"<!-- (.*?) -->")
INDENTED = re.compile(r"\n\n {4}(?:\$ )?(?:grader|pytest|pip|python|make|npm|git|sed) ")


def fragment_of_toml(body: str) -> object:
    """Parse a fragment, which may show one line in several ways."""
    try:
        return tomllib.loads(body)
    except tomllib.TOMLDecodeError:
        return [tomllib.loads(line) for line in body.splitlines()]


PARSERS: dict[str, Callable[[str], object]] = {
    "json": json.loads,
    "python": lambda body: ast.parse(re.sub(r"^%", "#", body, flags=re.MULTILINE)),
    "toml": fragment_of_toml,
    "yaml": yaml.safe_load,
}


@dataclass(frozen=True)
class Block:
    """A fenced block and what the comments above it say."""

    language: str
    body: str
    file: str
    first: tuple[str, ...]
    unrun: str


def blocks(page: Path) -> Iterator[Block]:
    for found in BLOCK.finditer(page.read_text("utf-8")):
        notes = NOTE.findall(found["notes"])
        first = tuple(n.removeprefix("first: ") for n in notes if n.startswith("first: "))
        unrun = [n.removeprefix("not run: ") for n in notes if n.startswith("not run: ")]
        files = [n for n in notes if not n.startswith(("first: ", "not run: "))]
        yield Block(found["language"], found["body"], *files[:1] or [""], first, *unrun or [""])


def run(command: str, folder: Path) -> str:
    """Run a command in a folder; one of ours without starting Python and torch once more."""
    if re.match(r"grader [^|&;<>$]*$", command):
        done = CliRunner().invoke(app, shlex.split(command)[1:])
        code, said = done.exit_code, done.output
    else:
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        shell = subprocess.run(
            ["bash", "-c", command], cwd=folder, env={**os.environ, "PATH": path},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        code, said = shell.returncode, shell.stdout + shell.stderr
    assert code == 0, f"{command}\n{said}"
    return said


def follow(page: Path, folder: Path) -> int:
    """Do what a page says; return how many commands there were."""
    commands = 0
    for block in blocks(page):
        for command in block.first:
            run(command, folder)
        if block.file:
            (folder / block.file).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.file).write_text(block.body, "utf-8")
        if block.language == "console" and not block.unrun:
            for part in re.split(r"^\$ ", block.body, flags=re.MULTILINE)[1:]:
                command, *expected = part.strip().split("\n")
                said = run(command, folder)
                commands += 1
                for line in expected:
                    assert line.strip() in said, f"{command}: {line!r} is not in\n{said}"
    return commands


def has_commands(page: Path) -> bool:
    return any(block.language == "console" and not block.unrun for block in blocks(page))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_nothing_escapes(page: Path) -> None:
    text = page.read_text("utf-8")
    assert len(list(blocks(page))) * 2 == len(re.findall(r"^```", text, re.MULTILINE))
    assert not INDENTED.search(text), "commands stand in ```console blocks"
    for block in blocks(page):
        if block.language in ("bash", "sh", "shell"):
            pytest.fail("commands stand in ```console blocks")
        if block.language == "console":
            assert block.body.startswith("$ ")
        if block.unrun:
            assert len(block.unrun) > 10, "a reason is said"
        if block.language in PARSERS:
            PARSERS[block.language](block.body)


@pytest.mark.e2e
@pytest.mark.slow
@pytest.mark.parametrize("page", [*filter(has_commands, PAGES)], ids=lambda page: page.stem)
def test_every_command_of_a_page_runs(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GRADER_COURSE", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    assert follow(page, tmp_path)


def test_a_page_that_lies_is_found_out(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- first: echo 1 > a -->\n```console\n$ cat a\n2\n```\n")
    with pytest.raises(AssertionError, match="'2' is not in"):
        follow(page, tmp_path)
    page.write_text("<!-- b -->\n```toml\nx = 1\n```\n\n```console\n$ cat b\nx = 1\n$ false\n```\n")
    with pytest.raises(AssertionError, match="false"):
        follow(page, tmp_path)
