"""Make rosters as bad as real ones: all scripts, decomposed, formulae, duplicates, colliding ids.

Every person knows their truth, so that a grade in a wrong row is seen: the points tell whose it is.
"""

from __future__ import annotations

import json
import tempfile
import unicodedata
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

from hypothesis import assume
from hypothesis import strategies as st

from grader.exports.canvas import fill_canvas
from grader.exports.filling import Filled
from grader.exports.moodle import fill_moodle
from grader.exports.tables import nbgrader_csv
from grader.imports.archive import entries_of
from grader.imports.canvas import CANVAS
from grader.imports.gradescope import GRADESCOPE
from grader.imports.moodle import MOODLE
from grader.imports.placing import place
from grader.imports.platform import Platform
from grader.model import Score
from grader.spreadsheets import read_sheet, write_rows
from grader.submissions.roster import Person, read_roster, write_roster
from tests.made_scores import make_score

KNOWN = ("scalar-gradients",)
_STARTS = st.sampled_from(["", "=", "'=", "+1", "-", "@", '"', ",", ";", "＝", "' ="])
_SCRIPTS = st.text(
    alphabet=st.sampled_from("abcdeÄéßñżłÖşıΑβДж中村あア김철कीिمحشלוไทยא̈́̃'\"-,;. "),
    min_size=1, max_size=12,
)  # fmt: skip
NAMES = st.one_of(
    st.tuples(_STARTS, _SCRIPTS).map("".join),
    st.sampled_from(
        ["Ada Lovelace", "Lovelace, Ada", "Zoë", "Zoe\u0308", "a b", "A B", "Ömer Ünal"]
    ),
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=9),
).filter(lambda name: name.strip(" .'") != "")
_IDS = st.sampled_from(
    ["1", "2", "3", "12", "S1", "s1", "ada", "Ada", "=1", "007", "7", "x@y.z", ""]
)


@dataclass(frozen=True)
class Truth:
    """One row of a platform's file, and the roster's view of the same person."""

    row: Person
    roster: Person


@st.composite
def classes(draw: st.DrawFn) -> list[Truth]:
    """Draw a class; ids of the platform collide, the roster knows a part and sometimes errs."""
    size = draw(st.integers(1, 6))
    truths = []
    for number in range(size):
        name = draw(NAMES)
        row = Person(
            f"h{number}", name, draw(_IDS), str(100 + number), draw(_IDS), draw(_IDS),
            str(500 + number),
        )  # fmt: skip
        told = {
            key: getattr(row, key) if draw(st.booleans()) else ""
            for key in ("email", "canvas_id", "sis_id", "login", "moodle_id")
        }
        form = draw(st.sampled_from(["NFC", "NFD"]))
        student = draw(st.sampled_from([row.student, row.student, row.login or row.student]))
        roster = replace(row, student=student, name=unicodedata.normalize(form, name), **told)
        truths.append(Truth(row, roster))
    handles = [truth.roster.student for truth in truths]
    kept = [truth for truth in truths if handles.count(truth.roster.student) == 1]
    assume(kept)
    return kept


def scores_of(truths: list[Truth]) -> list[Score]:
    """Give everybody points that say who they are."""
    return [
        replace(make_score(truth.roster.student), earned=number + 0.25, possible=100.0)
        for number, truth in enumerate(truths)
    ]


def wrong_rows(truths: list[Truth], delimiter: str, encoding: str) -> list[str]:
    """Export to Canvas, Moodle and nbgrader by a roster that was written and read again.

    Returns what went wrong: a grade in another's row, a changed cell, a student who is neither
    filled nor named.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roster.csv"
        write_roster(path, {truth.roster.student: truth.roster for truth in truths})
        people = read_roster(path)
        faults = [
            f"roster: {truth.roster} became {people.get(truth.roster.student)}"
            for truth in truths
            if people.get(truth.roster.student) != _stripped(truth.roster)
        ]
        scores = scores_of(truths)
        for platform, table, fill, column in (
            ("canvas", _canvas(truths), lambda s: fill_canvas(s, scores, people, "4711"), 5),
            ("moodle", _moodle(truths), lambda s: fill_moodle(s, scores, people), 4),
        ):
            sheet_path = Path(folder) / f"{platform}.csv"
            text = write_rows(table, delimiter)
            sheet_path.write_bytes(text.encode(encoding))
            filled = fill(read_sheet(sheet_path))
            sheet_path.write_bytes(filled.content)
            after = read_sheet(sheet_path).rows
            faults += _compared(platform, truths, table, after, filled, column)
        rows = nbgrader_csv(scores, people).count("scalar-gradients")
        return faults + ([] if rows == len(scores) else ["nbgrader: rows are missing"])


def _stripped(person: Person) -> Person:
    return replace(person, name=person.name.strip())


def _canvas(truths: list[Truth]) -> list[list[str]]:
    head = [
        "Student",
        "ID",
        "SIS User ID",
        "SIS Login ID",
        "Section",
        "Final score (4711)",
        "x (2)",
    ]
    points = ["    Points Possible", "", "", "", "", "100", "3"]
    people = [truth.row for truth in truths]
    rows = [[one.name, one.canvas_id, one.sis_id, one.login, "S", "", "EX"] for one in people]
    return [head, points, *rows]


def _moodle(truths: list[Truth]) -> list[list[str]]:
    head = ["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade", "Last"]
    rows = [
        [f"Participant {t.row.moodle_id}", t.row.name, t.row.email, "x", "", "100.00", "-"]
        for t in truths
    ]
    return [head, *rows]


def _compared(
    platform: str, truths: list[Truth], before: list[list[str]],
    after: tuple[tuple[str, ...], ...], filled: Filled, column: int,
) -> list[str]:  # fmt: skip
    faults = []
    offset = len(before) - len(truths)
    for number, truth in enumerate(truths):
        row, cell = before[offset + number], after[offset + number][column].replace(",", ".")
        others = [c for n, c in enumerate(after[offset + number]) if n != column]
        if others != [c for n, c in enumerate(row) if n != column]:
            faults.append(f"{platform}: a cell of {truth.row.student} changed")
        if cell not in ("", f"{number + 0.25:g}"):
            faults.append(f"{platform}: {truth} got {cell}")
        named = any(line.startswith(f"{truth.roster.student}: ") for line in filled.left)
        if (cell == "") != named or (cell != "") != (truth.roster.student in filled.filled):
            faults.append(f"{platform}: {truth} is neither filled nor named, or both")
    return faults


def wrong_imports(truths: list[Truth]) -> list[str]:
    """Import what these people hand in to three platforms; return whose file is not theirs."""
    faults = []
    # With the same name, address and SID they are one person, as far as anybody can tell.
    one_each = {(t.row.name, t.row.email.casefold(), t.row.sis_id): t for t in truths}
    truths = list(one_each.values())
    with tempfile.TemporaryDirectory() as folder:
        for name, (platform, files) in _downloads(truths).items():
            path, into = Path(folder) / f"{name}.zip", Path(folder) / name
            with zipfile.ZipFile(path, "w") as made:
                for file, content in files.items():
                    made.writestr(file, content)
            with entries_of(path, platform.whose) as entries:
                placed = place(platform.read(entries, KNOWN), into, KNOWN, None)
            people = read_roster(into / "roster.csv")
            written = {item.student for item in placed if item.written}
            if written - set(people):
                faults.append(f"{name}: {written - set(people)} are not on the roster")
            for number, truth in enumerate(truths):
                mine = [s for s in written if _said(into / s) == str(number)]
                if len(mine) != 1:
                    faults.append(f"{name}: {truth.row} is written {len(mine)} times")
                elif name != "gradescope" and not _is(people[mine[0]], truth.row):
                    faults.append(f"{name}: {truth.row} became {people[mine[0]]}")
    return faults


def _said(folder: Path) -> str:
    path = folder / "scalar-gradients.py"
    return path.read_text().removeprefix("# ") if path.is_file() else ""


def _is(found: Person, truth: Person) -> bool:
    return truth.canvas_id == found.canvas_id or truth.moodle_id == found.moodle_id


def _downloads(truths: list[Truth]) -> dict[str, tuple[Platform, dict[str, str]]]:
    canvas, moodle, gradescope = {}, {}, {}
    metadata = ""
    for number, truth in enumerate(truths):
        said = f"# {number}"
        plain = "".join(c for c in truth.row.name.lower() if c.isalnum()) or "x"
        canvas[f"{plain}_{truth.row.canvas_id}_{9000 + number}_scalar-gradients.py"] = said
        safe = truth.row.name.replace("/", "_").replace("\\", "_").strip(". ") or "x"
        place = f"{safe}_{truth.row.moodle_id}_assignsubmission_file_"
        moodle[f"{place}/Copy of scalar-gradients.py"] = said
        gradescope[f"e/submission_{number}/scalar-gradients.py"] = said
        sid, email, name = (
            json.dumps(t) for t in (truth.row.sis_id, truth.row.email, truth.row.name)
        )
        metadata += f"submission_{number}:\n  :submitters:\n  - :name: {name}\n    :sid: {sid}\n"
        metadata += f"    :email: {email}\n"
    gradescope["e/submission_metadata.yml"] = metadata
    return {
        "canvas": (CANVAS, canvas),
        "moodle": (MOODLE, moodle),
        "gradescope": (GRADESCOPE, gradescope),
    }
