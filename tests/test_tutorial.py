"""The tutorial, followed to the letter in an empty folder: commands run and say their words."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.in_process import ROOT

PART = re.compile(r"<!-- (\S+) -->\n```\w+\n(.*?)```|```console\n(.*?)```", re.DOTALL)


def run(command: str, folder: Path) -> str:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {k: v for k, v in os.environ.items() if k != "GRADER_COURSE"}
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env={**environment, "PATH": path},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


@pytest.mark.e2e
@pytest.mark.slow
def test_every_command_of_the_tutorial_runs(tmp_path: Path) -> None:
    commands = 0
    for name, content, console in PART.findall((ROOT / "docs/tutorial.md").read_text()):
        if name:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content)
            continue
        for block in re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]:
            command, *expected = block.strip().split("\n")
            said = run(command, tmp_path)
            commands += 1
            for line in expected:
                assert line.strip() in said, f"{command}: {line!r} is not in\n{said}"
    assert commands >= 10
