"""Whatever bytes a student's file holds: it is read, or refused with a reason that names it.

`benchmarks/fuzz_importers.py` does the same guided by coverage; what it finds becomes a case here.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
import warnings
import zipfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import SubmissionError, UsageError
from grader.imports.archive import entries_of
from grader.imports.canvas import CANVAS
from grader.imports.gradescope import GRADESCOPE
from grader.imports.gradescope_metadata import Record, records_in
from grader.imports.moodle import MOODLE
from grader.imports.nbgrader import NBGRADER
from grader.imports.placing import place
from grader.imports.platform import Platform
from grader.spreadsheets import read_sheet
from grader.submissions.roster import read_roster

PLATFORMS = [CANVAS, MOODLE, GRADESCOPE, NBGRADER]
_PARTS = st.sampled_from(
    ["ada_1_2_", "LATE_", "anon_x1_3_", "submission_1", "submission_metadata.yml", "..",
     "submitted", "Ada_17_assignsubmission_file_",
     "chain-rule.py", "Copy of chain-rule.ipynb", "a.zip", "",
     "timestamp.txt", ".hidden", "__MACOSX", "C:", "\\", "\u202e", "-1", "con", "=1+1"]
)  # fmt: skip
NAMES = st.lists(
    _PARTS | st.text(st.characters(exclude_categories=["Cs"]), max_size=6), min_size=1, max_size=4
).flatmap(lambda parts: st.sampled_from(["/".join(parts), "".join(parts)]))
YAML = st.lists(
    st.sampled_from(
        ["submission_1:", "submission_2: ", "  :submitters:", "  - :name: Ada", "    :sid: 's'",
         "[", "]", "{", "}", "&a ", "*a", "<<: *a", "!!python/name:os.system", "|", ">", "? ", ": ",
         "- ", "'", '"', "\t", "%YAML 1.2", "---", "...", "\x00", "#", "  :created_at: 2026-01-01"]
    ) | st.text(max_size=8),
    max_size=14,
)  # fmt: skip


def take(platform: Platform, path: Path, into: Path) -> None:
    """Import a zip; every file has a row, and nothing is written beside the students' folders."""
    with entries_of(path, platform.whose) as entries:
        placed = place(platform.read(entries, ("chain-rule",)), into, ("chain-rule",), None)
    for item in placed:
        assert item.became
        assert not item.written or (into / item.became).is_file()
    assert {path.name for path in into.iterdir() if path.is_file()} == {
        "roster.csv", "imported.csv"
    }  # fmt: skip
    assert set(read_roster(into / "roster.csv")) == {item.student for item in placed} - {""}


@settings(max_examples=120, deadline=None)
@given(
    names=st.lists(NAMES, max_size=5),
    content=st.binary(max_size=40),
    platform=st.sampled_from(PLATFORMS),
)
def test_any_names_in_a_zip(names: list[str], content: bytes, platform: Platform) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "z.zip"
        with zipfile.ZipFile(path, "w") as made, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # zipfile warns of names that are there twice
            for name in names:
                made.writestr(name.replace("\0", "") or "x", content)
        with contextlib.suppress(UsageError):
            take(platform, path, Path(folder) / "in")


@settings(max_examples=80, deadline=None)
@given(
    method=st.sampled_from([0, 8, 12, 14]),
    places=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=6),
)
def test_any_damage_to_a_zip(method: int, places: list[tuple[int, int]]) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        made.writestr("ada_1_2_chain-rule.py", "x = 1\n" * 20)
        made.writestr("bob_3_4_chain-rule.py", "x = 2\n" * 20)
    content = bytearray(file.getvalue())
    for place_, value in places:
        content[place_ % len(content)] = value
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "z.zip"
        path.write_bytes(content)
        with contextlib.suppress(UsageError):
            take(CANVAS, path, Path(folder) / "in")


@settings(max_examples=200, deadline=None)
@given(YAML.map("\n".join))
def test_any_metadata(text: str) -> None:
    with contextlib.suppress(UsageError):
        for record in records_in(text).values():
            assert isinstance(record, Record | SubmissionError)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80) | st.text(max_size=60).map(lambda t: f"student,name\n{t}".encode()))
def test_any_roster(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roster.csv"
        path.write_bytes(content)
        with contextlib.suppress(UsageError):
            assert read_sheet(path).filled({}) == content
        with contextlib.suppress(UsageError):
            assert "" not in read_roster(path)
