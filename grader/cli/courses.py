"""Commands on a course: prove it, hand it out."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.options import AsJson, CourseFolder, print_json

if TYPE_CHECKING:
    from grader.model import Exercise
    from grader.proof.verify import Finding

__all__ = ["release", "verify"]


def verify(
    exercise: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="One exercise; all without it.")
    ] = None,
    mutants: Annotated[
        bool,
        typer.Option("--mutants", help="Also break the reference in every small way; minutes."),
    ] = False,
    course: CourseFolder = None,
    as_json: AsJson = False,
) -> int:
    """Prove the course before students see it."""
    from grader.course.loading import course_here
    from grader.course.ownership import remember
    from grader.proof.verify import verify_exercise

    findings = []
    remember(course_here(course).directory)
    for found in _exercises(exercise, course):
        here = verify_exercise(found, mutants=mutants)
        findings += here
        if not as_json:
            _print_findings(found.id, here)
    if as_json:
        print_json([asdict(finding) for finding in findings])
    return 0 if all(finding.holds for finding in findings) else 2


def _print_findings(exercise: str, findings: list[Finding]) -> None:
    held = sum(finding.holds for finding in findings)
    print(f"{exercise}: {held} of {len(findings)} hold")
    for finding in findings:
        if not finding.holds or finding.subject.startswith("mutant"):
            print(f"  {finding.subject}: {finding.detail}")


def release(
    exercise: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="One exercise; all without it.")
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where the starters are written.")
    ] = Path("release"),
    handout: Annotated[
        bool,
        typer.Option("--handout", help="With README and contracts, for Git, JupyterHub, a zip."),
    ] = False,
    zipped: Annotated[
        Path | None, typer.Option("--zip", metavar="FILE", help="The handout as one zip, too.")
    ] = None,
    course: CourseFolder = None,
    as_json: AsJson = False,
) -> None:
    """Write the starters for students (.ipynb and .py), nothing else."""
    from grader.course.handout import write_handout, zip_of
    from grader.course.release import release_exercise

    exercises = _exercises(exercise, course)
    if handout or zipped:
        written = list(write_handout(exercises, out))
    else:
        written = [path for found in exercises for path in release_exercise(found, out)]
    if zipped:
        zipped.parent.mkdir(parents=True, exist_ok=True)
        zipped.write_bytes(zip_of(written, out))
        written.append(zipped)
    if as_json:
        print_json([str(path) for path in written])
    else:
        print("\n".join(str(path) for path in written))


def _exercises(exercise: str | None, course: Path | None) -> list[Exercise]:
    from grader.course.loading import course_here

    found = course_here(course)
    return [found.load(name) for name in ([exercise] if exercise else found.exercise_ids)]
