"""Whatever students hand in, each file is found, named and read, or refused with a reason."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nbformat import v4

from grader.errors import SubmissionError, UsageError
from grader.model import Submission, Unreadable
from grader.sandbox.notebooks import new_notebook, tidied
from grader.submissions.cells import (
    MAX_CELLS,
    MAX_PROSE,
    MAX_SOURCE,
    module_cells,
    notebook_cells,
)
from grader.submissions.finding import find_submissions
from grader.submissions.reading import MAX_BYTES, handle, is_plain_name, read_submission

KNOWN = ("linear-regression", "scalar-gradients")
CODE = "x = 1\n"


def notebook(*sources: str, **metadata: object) -> str:
    cells = [nbformat.v4.new_code_cell(source, metadata=metadata) for source in sources]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells))


def hand_in(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write files below `root`, each a second newer than the one before."""
    for age, (name, content) in enumerate(files.items()):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(path, (1_700_000_000 + age, 1_700_000_000 + age))
    return root


def seen(found: list[Submission | Unreadable]) -> list[tuple[str, str | None, bool]]:
    return [(item.student, item.exercise, isinstance(item, Submission)) for item in found]


# ---------------------------------------------------------------- layouts


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {
                "ada-l/scalar-gradients.py": CODE,
                "ada-l/linear-regression.ipynb": notebook(CODE),
                "grace-h/scalar-gradients.ipynb": notebook(CODE),
            },
            [
                ("ada-l", "linear-regression", True),
                ("ada-l", "scalar-gradients", True),
                ("grace-h", "scalar-gradients", True),
            ],
        ),
        (
            {
                "ada-l/scalar-gradients/problem1.ipynb": notebook(CODE),
                "ada-l/scalar-gradients/data.csv": "1,2",
                "ada-l/timestamp.txt": "2026-02-02",
            },
            [("ada-l", "scalar-gradients", True)],
        ),
        (  # one student's own folder
            {"scalar-gradients.py": CODE, "notes.md": "-"},
            [("class", "scalar-gradients", True)],
        ),
        ({"ada-l/hw1.py": CODE}, [("ada-l", None, False)]),
        ({"ada-l/hw1.pdf": "%PDF"}, [("ada-l", None, False)]),
        ({"ada-l/.ipynb_checkpoints/scalar-gradients.ipynb": "{}"}, [("ada-l", None, False)]),
        (
            {"ada-l/scalar-gradients/readme.txt": "-", "hw.ipynb": "{}", "roster.csv": "-"},
            [("ada-l", "scalar-gradients", False), ("hw", None, False)],
        ),
        ({".git/scalar-gradients.py": CODE, "__MACOSX/._ada-l": "-"}, []),
    ],
)
def test_layouts(
    tmp_path: Path, files: dict[str, str | bytes], expected: list[tuple[str, str | None, bool]]
) -> None:
    assert seen(find_submissions(hand_in(tmp_path / "class", files), KNOWN)) == expected


@pytest.mark.parametrize(
    ("name", "exercise", "student"),
    [
        ("scalar-gradients.py", None, "me"),
        ("scalar-gradients.py", "scalar-gradients", "me"),
        ("ada-l.py", "scalar-gradients", "ada-l"),
        ("bad\nname.py", "scalar-gradients", "bad_name"),
    ],
)
def test_single_file(tmp_path: Path, name: str, exercise: str | None, student: str) -> None:
    hand_in(tmp_path, {name: CODE})
    (found,) = find_submissions(tmp_path / name, KNOWN, exercise)
    assert isinstance(found, Submission)
    assert found.exercise == "scalar-gradients"
    assert found.student.startswith(student)


def test_exercise_given_picks_it_from_a_class(tmp_path: Path) -> None:
    files = {
        "ada-l/scalar-gradients.py": CODE,
        "ada-l/linear-regression.py": CODE,
        "grace-h/homework.py": CODE,
        "emmy-n.py": CODE,
    }
    found = find_submissions(hand_in(tmp_path, files), KNOWN, "linear-regression")
    assert seen(found) == [
        ("ada-l", "linear-regression", True),
        ("emmy-n", "linear-regression", True),
        ("grace-h", "linear-regression", True),
    ]


@pytest.mark.parametrize(
    ("target", "exercise", "says"),
    [
        ("nowhere", None, "No such file"),
        ("thing.py", None, "--exercise"),
        ("thing.py", "chain-rule", "no exercise 'chain-rule'"),
    ],
)
def test_command_line_faults(tmp_path: Path, target: str, exercise: str, says: str) -> None:
    hand_in(tmp_path, {"thing.py": CODE})
    with pytest.raises(UsageError, match=says):
        find_submissions(tmp_path / target, KNOWN, exercise)


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    "name",
    [
        "Scalar_Gradients.py",
        "scalar-gradients (1).py",
        "scalar-gradients-Copy1.ipynb",
        "scalar gradients - Copy (2).py",
        "SCALAR-GRADIENTS.PY",
        "scalar_gradients_copy.py",
    ],
)
def test_renamed_files_are_graded_with_a_remark(tmp_path: Path, name: str) -> None:
    content = notebook(CODE) if name.endswith("ipynb") else CODE
    (found,) = find_submissions(hand_in(tmp_path, {f"ada-l/{name}": content}), KNOWN)
    assert isinstance(found, Submission)
    assert found.exercise == "scalar-gradients"
    assert name in found.remarks[0]


@pytest.mark.parametrize(
    ("files", "graded"),
    [
        (("scalar-gradients.py", "scalar-gradients-Copy1.py"), "scalar-gradients-Copy1.py"),
        (("scalar-gradients-Copy1.py", "scalar-gradients.py"), "scalar-gradients.py"),
        (("scalar-gradients/scalar-gradients.py", "scalar-gradients/mine.py"),
         "scalar-gradients.py"),
        (("scalar-gradients/a.py", "scalar-gradients/b.py"), "b.py"),
    ],
)  # fmt: skip
def test_of_two_files_the_newest_is_graded(
    tmp_path: Path, files: tuple[str, ...], graded: str
) -> None:
    hand_in(tmp_path, {f"ada-l/{name}": CODE for name in files})
    (found,) = find_submissions(tmp_path, KNOWN)
    assert found.path.name == graded
    assert isinstance(found, Submission)
    assert "2 files for this exercise" in found.remarks[-1]


@pytest.mark.parametrize(
    "name", ["new\nline", "\x1b[31mred", "x" * 200, " padded ", "right\u202eleft", "\udcff"]
)
def test_hostile_folder_names_become_plain(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    hand_in(tmp_path, {"ada-l/scalar-gradients.py": CODE})
    found = find_submissions(tmp_path, KNOWN)
    bad = next(item for item in found if isinstance(item, Unreadable))
    assert is_plain_name(bad.student)
    assert bad.reason.isprintable()
    assert ("ada-l", "scalar-gradients", True) in seen(found)


@given(st.text(min_size=1, max_size=300).filter(lambda name: "/" not in name))
def test_handles_are_plain_and_stay_what_they_are(name: str) -> None:
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        return  # no file system gives such a name
    assert is_plain_name(handle(name))
    assert handle(handle(name)) == handle(name)


# ---------------------------------------------------------------- what cannot be read

DEEP = '{"nbformat": 4, "cells": ' + "[" * 100_000 + "]" * 100_000 + "}"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.ipynb", "", "a.ipynb is empty"),
        ("a.py", " \n", "a.py is empty"),
        ("a.py", "# nothing yet\n", "holds no code"),
        ("a.ipynb", notebook(), "holds no code"),
        ("a.ipynb", "{", "not valid JSON"),
        ("a.ipynb", '{"nbformat": ' + "9" * 5_000 + "}", "not valid JSON"),
        ("a.ipynb", "[]", "`nbformat` is missing"),
        ("a.ipynb", '{"nbformat": true, "cells": []}', "`nbformat` is missing"),
        ("a.ipynb", '{"nbformat": 5, "cells": []}', "is in nbformat 5"),
        ("a.ipynb", '{"nbformat": 4, "cells": {}}', "is not a notebook"),
        ("a.ipynb", '{"nbformat": 4, "cells": [7]}', "is not a notebook"),
        ("a.ipynb", '{"nbformat": 4, "cells": []}', "holds no code"),
        (
            "a.ipynb",
            '{"nbformat": 4, "metadata": {}, "cells": [{"metadata": {}, "source": 7}]}',
            "cell 1 is not a cell",
        ),
        ("a.ipynb", '{"nbformat": 3, "worksheets": 7}', "is not a notebook"),
        ("a.ipynb", DEEP, "nested too deeply"),
        ("a.ipynb", b"\xff{}", "byte 0 is not UTF-8"),
        ("a.ipynb", b"\xff\xfe{", "is saved as UTF-16 and damaged at byte"),
        ("a.py", b"x = 1\ny = '\xe4'\n", "line 2 is not utf-8"),
        ("a.py", b"# coding: klingon\nx = 1\n", "Python does not know"),
        ("a.py", b"# coding: punycode\nx = 1\n", "the encoding punycode"),
        ("a.py", b"x" * (MAX_SOURCE + 1), "characters of code"),
        ("a.py", b"x\n" * (MAX_CELLS + 1), "statements"),
        ("a.py", b"# %%\nx\n" * (MAX_CELLS + 1), "cells"),
        ("a.ipynb", notebook(*["x"] * (MAX_CELLS + 1)), "code cells"),
        ("a.py", b"#" * (MAX_BYTES + 1), "has 10 MiB; at most 10 MiB are read"),
    ],
)
def test_unreadable_files_say_why(
    tmp_path: Path, name: str, content: str | bytes, says: str
) -> None:
    hand_in(tmp_path, {name: content})
    found = read_submission(tmp_path / name, "ada-l", "scalar-gradients")
    assert isinstance(found, Unreadable)
    assert says in found.reason
    assert name in found.reason


def test_a_folder_of_works_is_told_how_to_grade_it(tmp_path: Path) -> None:
    hand_in(tmp_path, {"grace-h.py": CODE})
    (found,) = find_submissions(tmp_path, KNOWN)
    assert isinstance(found, Unreadable)
    assert "Where works lie here as <student>.py, --exercise says what they are for" in found.reason


def test_one_record_for_each_student_and_exercise(tmp_path: Path) -> None:
    files = {
        "ada-l/scalar-gradients.ipynb": notebook(CODE),
        "ada-l/a.py": CODE,
        "ada-l/b.py": CODE,
        "grace-h.py": CODE,
        "grace-h.ipynb": notebook(CODE),
    }
    hand_in(tmp_path, files)
    (tmp_path / "ada-l" / "scalar-gradients.py").symlink_to("elsewhere.py")
    ada, unnamed, *_ = find_submissions(tmp_path, KNOWN)
    assert isinstance(ada, Submission)
    assert "symbolic link" in ada.remarks[0]
    assert isinstance(unnamed, Unreadable)
    assert "a.py bears" in unnamed.reason
    assert "b.py bears" in unnamed.reason
    both = find_submissions(tmp_path, KNOWN, "scalar-gradients")
    assert [(item.student, item.path.name) for item in both] == [
        ("ada-l", "scalar-gradients.ipynb"),
        ("grace-h", "grace-h.ipynb"),
    ]
    assert isinstance(both[1], Submission)
    assert "2 files" in both[1].remarks[0]


def test_links_pipes_and_missing_files_are_refused(tmp_path: Path) -> None:
    hand_in(tmp_path, {"secret/solution.py": CODE, "class/ada-l/notes.txt": "-"})
    folder = tmp_path / "class" / "ada-l"
    (folder / "scalar-gradients.py").symlink_to(tmp_path / "secret" / "solution.py")
    (tmp_path / "class" / "grace-h").symlink_to(tmp_path / "secret")
    os.mkfifo(folder / "linear-regression.py")
    reasons = {
        item.path.name: item.reason
        for item in find_submissions(tmp_path / "class", KNOWN)
        if isinstance(item, Unreadable)
    }
    assert "symbolic link" in reasons["scalar-gradients.py"]
    assert "symbolic link" in reasons["grace-h"]
    assert "not a regular file" in reasons["linear-regression.py"]
    for path, says in ((folder / "scalar-gradients.py", "link"), (folder / "gone.py", "not there")):
        found = read_submission(path, "ada-l", "scalar-gradients")
        assert isinstance(found, Unreadable)
        assert says in found.reason


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_forbidden_files_and_folders_are_named(tmp_path: Path) -> None:
    hand_in(tmp_path, {"ada-l/scalar-gradients.py": CODE, "grace-h/scalar-gradients.py": CODE})
    (tmp_path / "ada-l" / "scalar-gradients.py").chmod(0)
    (tmp_path / "grace-h").chmod(0)
    try:
        found = find_submissions(tmp_path, KNOWN)
    finally:
        (tmp_path / "grace-h").chmod(0o700)
    assert [isinstance(item, Unreadable) for item in found] == [True, True]


def test_a_folder_of_many_files_is_refused(tmp_path: Path) -> None:
    hand_in(tmp_path, {f"ada-l/f{n}.py": CODE for n in range(1_001)})
    (found,) = find_submissions(tmp_path, KNOWN)
    assert isinstance(found, Unreadable)
    assert "more than 1000 files" in found.reason


# ---------------------------------------------------------------- cells


@pytest.mark.parametrize(
    "odd", [{"outputs": 7}, {"attachments": 3}, {"metadata": []}, {"execution_count": "one"}]
)
def test_what_grading_does_not_need_of_a_notebook_may_be_odd(odd: dict[str, Any]) -> None:
    cell = {"cell_type": "code", "source": ["a = 1\n", "b = 2"], **odd}
    read, remarks = notebook_cells(json.dumps({"nbformat": 4, "metadata": 3, "cells": [cell]}))
    assert ([each.source for each in read], remarks) == (["a = 1\nb = 2"], ())


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (3, "`cells` is not a list"),
        (None, "`cells` is not a list"),
        ([3], "cell 1 is not a cell with text"),
        ([{"cell_type": "code", "source": [1]}], "cell 1 is not a cell with text"),
    ],
)
def test_what_is_no_notebook_says_where(cells: object, said: str) -> None:
    with pytest.raises(SubmissionError, match=said):
        notebook_cells(json.dumps({"nbformat": 4, "cells": cells}))


def test_notebook_cells_keep_order_and_tags(tmp_path: Path) -> None:
    cells = [
        nbformat.v4.new_markdown_cell("# Title"),
        nbformat.v4.new_code_cell("a = 1", metadata={"tags": ["exercise-1"]}),
        nbformat.v4.new_code_cell(""),
        nbformat.v4.new_code_cell("%matplotlib inline\nb = 2"),
    ]
    document = json.loads(nbformat.writes(nbformat.v4.new_notebook(cells=cells)))
    assert isinstance(document["cells"][1]["source"], list | str)
    hand_in(tmp_path, {"a.ipynb": "\ufeff" + json.dumps(document)})
    found = read_submission(tmp_path / "a.ipynb", "ada-l", "scalar-gradients")
    assert isinstance(found, Submission)
    assert [(cell.index, cell.source, cell.tags, cell.line) for cell in found.cells] == [
        (0, "a = 1", ("exercise-1",), None),
        (1, "", (), None),
        (2, "%matplotlib inline\nb = 2", (), None),
    ]


def test_prose_is_kept_beside_the_code_and_comes_back_in_place() -> None:
    kinds = ["m first", "m second", "c a = 1", "c b = 2", "m third", "c c = 3", "m last"]
    cells = [
        (v4.new_markdown_cell if kind[0] == "m" else v4.new_code_cell)(kind[2:]) for kind in kinds
    ]
    read, _ = notebook_cells(nbformat.writes(v4.new_notebook(cells=cells)))
    assert [(cell.before, cell.source, cell.after) for cell in read] == [
        ("first\n\nsecond", "a = 1", ""),
        ("", "b = 2", ""),
        ("third", "c = 3", "last"),
    ]
    shown = tidied(new_notebook(read), read)["cells"]
    assert [cell["cell_type"][0] for cell in shown] == list("mccmcm")
    assert [cell["source"] for cell in shown if cell["cell_type"] == "markdown"] == [
        "first\n\nsecond", "third", "last",
    ]  # fmt: skip


def test_endless_prose_is_cut() -> None:
    cells = [v4.new_markdown_cell("x" * 100_000), v4.new_code_cell("a = 1")]
    read, _ = notebook_cells(nbformat.writes(v4.new_notebook(cells=cells)))
    assert len(read[0].before) == MAX_PROSE


@pytest.mark.parametrize("version", [2, 3])
def test_old_notebooks_are_upgraded(tmp_path: Path, version: int) -> None:
    cell = {"cell_type": "code", "input": "a = 1\nb = 2", "language": "python",
            "outputs": [], "collapsed": False, "prompt_number": 1, "metadata": {}}  # fmt: skip
    document = {
        "nbformat": version,
        "nbformat_minor": 0,
        "metadata": {"name": "x"},
        "worksheets": [{"cells": [cell], "metadata": {}}],
    }
    hand_in(tmp_path, {"a.ipynb": json.dumps(document)})
    found = read_submission(tmp_path / "a.ipynb", "ada-l", "scalar-gradients")
    assert isinstance(found, Submission)
    assert found.cells[0].source == "a = 1\nb = 2"
    assert f"nbformat {version}" in found.remarks[0]


PERCENT = '''\
# ---
# jupyter:
#   kernelspec: {}
# ---
"""Before any header."""

# %% [markdown]
# # Title

# %% tags=["exercise-1", "hard"]

x = """
# %% inside a string
"""
# %% A title
def f(:
#%%
y = 2
    # %% a comment in the code
# In[7]:
z = """never closed
# %%
last = 1
'''


def test_percent_scripts_keep_their_cells() -> None:
    cells = module_cells(PERCENT)
    assert [(cell.line, cell.source.splitlines()[0], cell.tags) for cell in cells] == [
        (5, '"""Before any header."""', ()),
        (12, 'x = """', ("exercise-1", "hard")),
        (16, "def f(:", ()),
        (18, "y = 2", ()),
        (21, 'z = """never closed', ()),
        (23, "last = 1", ()),
    ]
    lines = PERCENT.split("\n")
    for cell in cells:
        assert cell.line is not None
        assert cell.source.split("\n")[0] == lines[cell.line - 1]
    assert [cell.index for cell in cells] == list(range(6))


MODULE = '''\
"""Doc."""

from __future__ import annotations
# About a.
a = 1; b = """
"""; c = 3


@decorate(
    1)
# between
def f(x):
    return x
if a:
    pass
# the end
'''


def test_other_modules_become_their_statements() -> None:
    assert [(cell.line, cell.source) for cell in module_cells(MODULE)] == [
        (1, '"""Doc."""'),
        (3, "from __future__ import annotations"),
        (4, '# About a.\na = 1; b = """\n"""; c = 3'),
        (9, "@decorate(\n    1)\n# between\ndef f(x):\n    return x"),
        (14, "if a:\n    pass"),
    ]


@pytest.mark.parametrize("source", ["\n\ndef f(:\n  pass\n", "x = '\0'\n", "(" * 5_000 + "\n"])
def test_a_module_that_does_not_parse_is_one_cell(source: str) -> None:
    (cell,) = module_cells(source)
    assert cell.source == source.lstrip("\n")
    assert cell.line == 1 + len(source) - len(source.lstrip("\n"))


@pytest.mark.parametrize(
    ("content", "source"),
    [
        (b"# -*- coding: latin-1 -*-\nx = '\xe4'\n", "x = 'ä'"),
        (b"# vim: set fileencoding=cp1252 :\nx = '\x80'\n", "x = '€'"),
        (b"\xef\xbb\xbfx = 'a'\r\ny = 1\r\n", "x = 'a'"),
        (b"x = 'a'\ry = 1\r", "x = 'a'"),
        ("x = 'ä'\n".encode(), "x = 'ä'"),
    ],
)
def test_encodings_and_line_endings(tmp_path: Path, content: bytes, source: str) -> None:
    hand_in(tmp_path, {"a.py": content})
    found = read_submission(tmp_path / "a.py", "ada-l", "scalar-gradients")
    assert isinstance(found, Submission)
    assert found.cells[0].source.endswith(source)
    assert found.cells[0].line == 1


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-16", b""), ("utf-16-be", b"\xfe\xff"), ("utf-16-le", b""), ("utf-32", b"")],
)
@pytest.mark.parametrize("name", ["a.py", "a.ipynb"])
def test_wide_files_are_read_with_a_remark(
    tmp_path: Path, name: str, encoding: str, mark: bytes
) -> None:
    text = "x = 'ä'\n" if name == "a.py" else notebook("x = 'ä'")
    hand_in(tmp_path, {name: mark + text.encode(encoding)})
    found = read_submission(tmp_path / name, "ada-l", "scalar-gradients")
    assert isinstance(found, Submission)
    assert found.cells[0].source.strip() == "x = 'ä'"
    assert f"saved as {encoding[:6].upper()}" in found.remarks[0]
    assert "save it as UTF-8" in found.remarks[0]


@pytest.mark.parametrize("metadata", [None, 7, "", []])
def test_cells_without_metadata_are_read(metadata: object) -> None:
    document = json.loads(notebook("a = 1", "b = 2"))
    document["cells"][0]["metadata"] = metadata
    del document["cells"][1]["metadata"]
    document["metadata"] = metadata
    cells, _ = notebook_cells(json.dumps(document))
    assert [cell.source for cell in cells] == ["a = 1", "b = 2"]


@pytest.mark.parametrize(
    "name", ["Copy of scalar-gradients.ipynb", "scalar-gradients - Kopie.ipynb",
             "Copia de scalar-gradients.ipynb", "scalar-gradients のコピー.ipynb"]
)  # fmt: skip
def test_a_copy_is_graded_with_a_remark(tmp_path: Path, name: str) -> None:
    hand_in(tmp_path, {f"class/ada-l/{name}": notebook(CODE)})
    (found,) = find_submissions(tmp_path / "class", KNOWN)
    assert isinstance(found, Submission)
    assert "Graded as scalar-gradients, although the file is named" in found.remarks[0]
    (own,) = find_submissions(tmp_path / "class/ada-l", KNOWN)
    assert isinstance(own, Submission)


def test_a_students_folder_that_contains_an_exercises_name_is_a_student(tmp_path: Path) -> None:
    hand_in(tmp_path, {"scalar-gradients-2/linear-regression.py": CODE})
    (found,) = find_submissions(tmp_path, KNOWN)
    assert (found.student, found.exercise) == ("scalar-gradients-2", "linear-regression")


# ---------------------------------------------------------------- anything at all

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
CELLS = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw", 7, None]),
        "source": st.text() | st.lists(st.text()) | JSON,
        "input": st.text() | JSON,
        "metadata": st.fixed_dictionaries({}, optional={"tags": JSON}) | JSON,
        "outputs": JSON,
    },
)
NOTEBOOKS = st.fixed_dictionaries(
    {"nbformat": st.integers(1, 5) | JSON},
    optional={
        "nbformat_minor": st.integers(0, 9) | JSON,
        "metadata": JSON,
        "cells": st.lists(CELLS | JSON, max_size=4) | JSON,
        "worksheets": st.lists(st.fixed_dictionaries({"cells": st.lists(CELLS)})) | JSON,
    },
)
LINES = st.lists(
    st.sampled_from(
        ["# %%", "#%% [markdown]", '# %% tags=["a"]', "# %% tags=[", '"""', "'''", "x = 1",
         "def f(:", "    return", "@a", "# ---", "\\", "\x0c", "class A: pass",
         "# In[3]:", "%time", "", "\0"]
    ) | st.text(max_size=12),
    max_size=12,
)  # fmt: skip


def assert_read_or_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    found = read_submission(path, "ada-l", "scalar-gradients")
    if isinstance(found, Unreadable):
        assert found.reason.startswith(name)
        return
    assert [cell.index for cell in found.cells] == list(range(len(found.cells)))
    for cell in found.cells:
        cell.source.encode()
        assert all(isinstance(tag, str) for tag in cell.tags)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(document=NOTEBOOKS | JSON)
def test_any_json_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, document: object
) -> None:
    content = json.dumps(document).encode()
    assert_read_or_refused(tmp_path_factory.getbasetemp(), "a.ipynb", content)


@settings(max_examples=150, deadline=None)
@given(lines=LINES)
@example(lines=["# ---", "# %%", "# ---"])
def test_any_script_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    content = "\n".join(lines).encode(errors="replace")
    assert_read_or_refused(tmp_path_factory.getbasetemp(), "a.py", content)


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=200), name=st.sampled_from(["a.py", "a.ipynb"]))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str
) -> None:
    assert_read_or_refused(tmp_path_factory.getbasetemp(), name, content)


def test_no_cells_for_nothing() -> None:
    with pytest.raises(SubmissionError, match="holds no code"):
        module_cells("# only words\n")


def test_tags_are_such_as_a_notebook_may_have() -> None:
    import nbformat

    from grader.sandbox.notebooks import new_notebook

    cells = [
        {"cell_type": "code", "metadata": {"tags": tags}, "source": "1", "outputs": []}
        for tags in (["a, b", "a", "", " c "], "one, two", ["x"] * 3, {"a": 1}, [1, None, "d"])
    ]
    read, _ = notebook_cells(json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 4}))
    assert [cell.tags for cell in read] == [("a", "b", "c"), ("one", "two"), ("x",), (), ("d",)]
    nbformat.validate(new_notebook(read))
