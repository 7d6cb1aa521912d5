"""Commands that write scores for other systems."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.options import Configured, CourseFolder, Trust, guarded, print_json
from grader.outdir import write_named

if TYPE_CHECKING:
    from grader.exports.filling import Filled
    from grader.model import Score
    from grader.submissions.roster import Person

__all__ = ["export"]

export = typer.Typer(
    no_args_is_help=True, help="Write scores for other systems: LMS, CI, spreadsheets."
)

Scores = Annotated[
    Path,
    typer.Argument(metavar="[OUT]", help="The output folder of `grader grade`, or a scores.json."),
]
Exercise = Annotated[
    str | None, typer.Option("--exercise", metavar="ID", help="Scores of this exercise only.")
]
To = Annotated[
    Path | None,
    typer.Option("--to", metavar="FILE", help="Write here. [default: standard output]"),
]
Roster = Annotated[
    Path | None,
    typer.Option("--roster", metavar="CSV", help="Who is who: student, name, email, canvas_id, …"),
]
Template = Annotated[
    Path, typer.Option("--into", metavar="CSV", help="The file that the platform exported.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print what was written as JSON.")]
REPORTS = Path("reports")


def _read(out: Path, exercise: str | None) -> tuple[Score, ...]:
    from grader.exports.selection import scores_in

    return scores_in(out, exercise)


def _write(content: str | bytes, to: Path | None, as_json: bool = False) -> None:
    """Write to a file byte for byte, or to standard output."""
    encoded = content.encode("utf-8") if isinstance(content, str) else content
    if to is None:
        sys.stdout.buffer.write(encoded)
        sys.stdout.buffer.flush()
        return
    write_named(to, encoded)
    if as_json:
        print_json({"written": str(to)})
    else:
        print(f"Written: {to}")


def _json(content: object) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def csv(
    out: Scores = REPORTS, exercise: Exercise = None, to: To = None, as_json: AsJson = False
) -> None:
    """Write a CSV table: a row a score."""
    from grader.exports.tables import gradebook_csv

    _write(gradebook_csv(_read(out, exercise)), to, as_json)


def junit(
    out: Scores = REPORTS, exercise: Exercise = None, to: To = None, as_json: AsJson = False
) -> None:
    """Write JUnit XML: a suite a submission, a test case a check."""
    from grader.exports.junit import junit_xml

    _write(junit_xml(_read(out, exercise)), to, as_json)


def gitlab(
    out: Scores = REPORTS, exercise: Exercise = None, to: To = None, as_json: AsJson = False
) -> None:
    """Write GitLab's code quality report."""
    from grader.exports.gitlab import code_quality

    _write(_json(code_quality(_read(out, exercise))), to, as_json)


def nbgrader(
    out: Scores = REPORTS,
    exercise: Exercise = None,
    roster: Roster = None,
    to: To = None,
    as_json: AsJson = False,
) -> None:
    """Write the table that `nbgrader export` writes."""
    from grader.exports.tables import nbgrader_csv

    _write(nbgrader_csv(_read(out, exercise), _people(roster)), to, as_json)


def gradescope(
    out: Scores = REPORTS, exercise: Exercise = None, to: To = None, as_json: AsJson = False
) -> None:
    """Write Gradescope's results.json for one student's scores."""
    from grader.exports.gradescope import results

    _write(_json(results(_of_one_student(_read(out, exercise)))), to, as_json)


def classroom50(
    out: Scores = REPORTS, exercise: Exercise = None, to: To = None, as_json: AsJson = False
) -> None:
    """Write Classroom 50's result.json for one student's scores."""
    from datetime import UTC, datetime

    from grader.exports.classroom import classroom50 as result

    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    content = result(_of_one_student(_read(out, exercise)), os.environ, now)
    _write(_json(content), to, as_json)


def classroom(
    out: Scores = REPORTS, exercise: Exercise = None, to: To = None, as_json: AsJson = False
) -> None:
    """Write the result that GitHub Classroom's reporter reads (base64)."""
    from grader.exports.classroom import legacy

    _write(legacy(_of_one_student(_read(out, exercise))) + "\n", to, as_json)


def canvas(
    into: Template,
    out: Scores = REPORTS,
    exercise: Exercise = None,
    assignment: Annotated[
        str | None,
        typer.Option("--assignment", metavar="TITLE", help="The column: its title or its id."),
    ] = None,
    roster: Roster = None,
    to: To = None,
    as_json: AsJson = False,
) -> int:
    """Fill one column of the gradebook that Canvas exported."""
    from grader.exports.canvas import fill_canvas
    from grader.spreadsheets import read_sheet

    scores = _of_one_exercise(out, exercise)
    filled = fill_canvas(read_sheet(into), scores, _people(roster), assignment)
    return _report(filled, to, as_json)


def moodle(
    into: Template,
    out: Scores = REPORTS,
    exercise: Exercise = None,
    roster: Roster = None,
    comma: Annotated[
        bool,
        typer.Option("--comma", help="Write 7,5 instead of 7.5. [default: as in the file]"),
    ] = False,
    columns: Annotated[
        str | None,
        typer.Option(
            "--columns",
            metavar="WHAT=COLUMN,…",
            help="Which column is which, by number or name: identifier=1,grade=5,maximum=6,"
            "feedback=9,name=2,email=3. For files in a language that is not known.",
        ),
    ] = None,
    to: To = None,
    as_json: AsJson = False,
) -> int:
    """Fill the grading worksheet that Moodle exported."""
    from grader.exports.moodle import fill_moodle
    from grader.spreadsheets import read_sheet

    scores = _of_one_exercise(out, exercise)
    filled = fill_moodle(
        read_sheet(into), scores, _people(roster), comma=comma, columns=_columns(columns)
    )
    return _report(filled, to, as_json)


def _columns(text: str | None) -> dict[str, str]:
    from grader.errors import UsageError

    pairs = [part.partition("=") for part in (text or "").split(",") if part.strip()]
    for name, equals, column in pairs:
        if not equals or not column.strip():
            raise UsageError(f"--columns: {name!r}: expected WHAT=COLUMN, such as grade=5")
    return {name.strip(): column.strip() for name, _, column in pairs}


def _of_one_exercise(out: Path, exercise: str | None) -> tuple[Score, ...]:
    from grader.exports.selection import one_exercise

    scores = _read(out, exercise)
    wanted = one_exercise(scores)
    return tuple(score for score in scores if score.exercise == wanted)


def _of_one_student(scores: tuple[Score, ...]) -> tuple[Score, ...]:
    from grader.errors import UsageError

    students = sorted({score.student for score in scores})
    if len(students) > 1:
        raise UsageError(f"this is for one submission; there are {len(students)}: name its folder")
    return scores


def _people(roster: Path | None) -> dict[str, Person]:
    from grader.errors import UsageError
    from grader.submissions.roster import FILE, read_roster

    if roster is not None and not roster.is_file():
        raise UsageError(f"{roster}: no such file")
    return read_roster(roster or Path(FILE))


def _report(filled: Filled, to: Path | None, as_json: bool) -> int:
    """Write the filled file and say what went in; 2 where a score found no place."""
    if to is not None:
        write_named(to, filled.content)
    if as_json:
        record = {"filled": filled.filled, "left": filled.left, "scaled": filled.scale or None}
        print_json({**record, "written": str(to) if to else None})
    elif to is None:
        sys.stdout.buffer.write(filled.content)
        sys.stdout.buffer.flush()
    said = [f"{len(filled.filled)} filled, {len(filled.left)} not"]
    said += [f"points were scaled: {filled.scale}"] if filled.scale else []
    said += filled.notes
    said += [f"  {line}" for line in filled.left]
    print("\n".join(said), file=sys.stderr)
    return 2 if filled.left else 0


def gradescope_autograder(
    exercise: Annotated[str, typer.Argument(metavar="ID")],
    course: CourseFolder = None,
    to: Annotated[Path, typer.Option("--to", metavar="FILE")] = Path("autograder.zip"),
    wheel: Annotated[
        Path | None,
        typer.Option("--wheel", help="A wheel of this grader, instead of asking PyPI."),
    ] = None,
    trust_submissions: Trust = False,
    as_json: AsJson = False,
) -> None:
    """Write the zip that Gradescope runs: one exercise, ready to upload."""
    from grader.course.loading import course_here
    from grader.exports.autograder import autograder_zip

    found = course_here(course).load(exercise)
    _write(autograder_zip(found, wheel=wheel, trusted=trust_submissions), to, as_json)


_COMMANDS: dict[str, Callable[..., int | None]] = {
    "csv": csv,
    "canvas": canvas,
    "moodle": moodle,
    "nbgrader": nbgrader,
    "gradescope": gradescope,
    "gradescope-autograder": gradescope_autograder,
    "classroom50": classroom50,
    "classroom": classroom,
    "junit": junit,
    "gitlab": gitlab,
}
for _name, _command in _COMMANDS.items():
    export.command(_name, cls=Configured)(guarded(_command))
