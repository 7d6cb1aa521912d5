"""The wrong submissions that measure the diagnosis are what they say they are."""

import ast
import json
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FAULTS = ROOT / "tests" / "faulty-work" / "single-faults"
HELD_OUT = ROOT / "tests" / "faulty-work" / "held-out"
TUTORIALS = {"autodiff-notebook", "linear-regression-script"}
"""Their answers are what cells leave; their wrong submissions are cases under tests/cases."""
EXERCISES = sorted(
    {path.parent.name for path in ROOT.glob("exercises/*/exercise.toml")} - TUTORIALS
)
SUBMISSIONS = sorted(
    path
    for folder in (FAULTS, HELD_OUT)
    for path in folder.rglob("*")
    if path.suffix in {".py", ".ipynb"}
)


def code_of(path: Path) -> str:
    """Return the code of a submission; that of a notebook with its cells one after the other."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    cells = json.loads(text)["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def fault_of(code: str) -> str:
    """Return the first line of the docstring, or of the comment that the code begins with."""
    docstring = ast.get_docstring(ast.parse(code))
    first = docstring if docstring is not None else code
    return first.splitlines()[0].removeprefix("#").strip()


@pytest.mark.parametrize("path", SUBMISSIONS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_submission_parses_and_says_its_fault_in_a_sentence(path):
    code = code_of(path)
    fault = fault_of(code)
    assert code.startswith(('"""', "# ")), "the fault comes first"
    assert fault.endswith("."), fault
    assert len(fault.split()) >= 3, fault
    assert not fault.startswith("%%"), fault


@pytest.mark.parametrize(("folder", "least"), [(FAULTS, 10), (HELD_OUT, 7)])
def test_every_folder_is_an_exercise_and_every_exercise_has_enough(folder, least):
    counts = {each.name: len(list(each.iterdir())) for each in folder.iterdir()}
    assert sorted(counts) == EXERCISES
    assert {name: n for name, n in counts.items() if n < least} == {}
    here = [path for path in SUBMISSIONS if folder in path.parents]
    assert sum(counts.values()) == len(here), "only .py and .ipynb files belong here"


def test_no_two_submissions_of_an_exercise_are_the_same_code_or_name_the_same_fault():
    seen = defaultdict(list)
    for path in SUBMISSIONS:
        code = code_of(path)
        tree = ast.parse(code)
        if ast.get_docstring(tree) is not None:
            tree.body.pop(0)
        seen[path.parent, ast.dump(tree)].append(path.name)
        seen[path.parent, fault_of(code)].append(path.name)
    assert [names for names in seen.values() if len(names) > 1] == []
