"""Grade in a CI job and leave what the job's system reads: JUnit, summary, annotations, results."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from grader.errors import UsageError
from grader.exports import github
from grader.exports.classroom import classroom50, legacy
from grader.exports.gitlab import code_quality
from grader.exports.gradescope import results
from grader.exports.junit import junit_xml
from grader.model import Score
from grader.outdir import write_whole
from grader.submissions.copying import copy_handed_in
from grader.unseen import styled

__all__ = ["exit_code", "leave", "leave_results", "one_student"]


def leave(
    scores: Sequence[Score],
    out: Path,
    environment: Mapping[str, str],
    *,
    root: Path | None = None,
    silent: bool = False,
) -> list[Path]:
    """Write what this job's system reads, and unless `silent` say the scores on standard output.

    `junit.xml` is always written; the rest where the environment says who is asking: GitHub's
    summary, annotations and output, GitLab's code quality report, Classroom 50's result.json.
    Annotations name files as they lie in `root`.
    """
    written = [_write(out / "junit.xml", junit_xml(scores))]
    on_github = environment.get("GITHUB_ACTIONS") == "true"
    if not silent:
        _say(scores, sys.stdout, fence=on_github)
    if on_github and not silent:
        _lines(github.annotate(scores, root))
    if summary := environment.get("GITHUB_STEP_SUMMARY"):
        _append(Path(summary), github.summary(scores, environment))
    if output := environment.get("GITHUB_OUTPUT"):
        _append(Path(output), f"result={legacy(scores)}\n")
    if environment.get("GITLAB_CI") == "true":
        report = json.dumps(code_quality(scores), indent=1)
        written.append(_write(out / "gl-code-quality-report.json", report + "\n"))
    if environment.get("CLASSROOM") and environment.get("ASSIGNMENT"):
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        result = json.dumps(classroom50(scores, environment, now), indent=1, ensure_ascii=False)
        written.append(_write(Path("result.json"), result + "\n"))
    return written


def leave_results(scores: Sequence[Score], path: Path) -> Path:
    """Write Gradescope's results.json; raises InternalError, and writes none, for our fault."""
    content = json.dumps(results(scores), indent=1, ensure_ascii=False)
    return _write(path, content + "\n")


def one_student(submission: Path, out: Path) -> Path:
    """Return a class of one: a copy of one student's folder, whatever is in it, below `out`."""
    if not submission.is_dir():
        raise UsageError(f"{submission}: expected the folder with one student's files")
    copy = out / "handed-in"
    shutil.rmtree(copy, ignore_errors=True)
    copy_handed_in(submission, copy / "student")
    return copy


def exit_code(scores: Sequence[Score], fail_under: float | None, *, always_zero: bool) -> int:
    """Return 3 where a fault is ours, 2 where nothing could be graded, 1 below `fail_under`.

    With `always_zero` only what is our fault counts.
    """
    if any(score.status == "provisional" and not score.awaits for score in scores):
        return 3
    if scores and all(score.status == "ungraded" for score in scores) and not always_zero:
        return 2
    possible = sum(score.possible for score in scores)
    earned = sum(score.earned for score in scores)
    below = fail_under is not None and earned * 100 < fail_under * possible
    return 1 if below and not always_zero else 0


def _say(scores: Iterable[Score], stream: TextIO, *, fence: bool) -> None:
    from rich.console import Console

    from grader.report.terminal import student_in_terminal

    opening, closing = github.fenced([]) if fence else ["", ""]
    stream.write(f"{opening}\n")
    console = Console(file=styled(stream), width=100, soft_wrap=True)
    for score in scores:
        console.print(student_in_terminal(score))
        console.print()
    stream.write(f"{closing}\n")
    stream.flush()


def _lines(lines: Iterable[str]) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def _write(path: Path, text: str) -> Path:
    write_whole(path, text)
    return path


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8", errors="replace") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
