"""Give students what they need and nothing else: the starter in both forms, and its files."""

from __future__ import annotations

from pathlib import Path

from grader.course.files import FOLDER, exercise_files
from grader.errors import CourseError
from grader.model import Exercise, File

__all__ = ["release_exercise"]


def release_exercise(exercise: Exercise, out: Path) -> tuple[Path, ...]:
    """Write `<out>/<id>.ipynb` and `<out>/<id>.py` from the starter, and the exercise's files.

    Raises CourseError when the starter is missing or no percent-format script, and where another
    exercise's file of the same name, with another content, lies there already.
    """
    import jupytext
    import nbformat

    source = _read(exercise.directory / "starter.py")
    notebook = jupytext.reads(source, fmt="py:percent")
    if not any(cell.cell_type == "code" for cell in notebook.cells):
        path = exercise.directory / "starter.py"
        raise CourseError(f"{path}: expected a percent-format script (cells begin with `# %%`)")
    for number, cell in enumerate(notebook.cells, 1):
        cell["id"] = f"cell-{number}"  # the same file every time it is released
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    files = exercise_files(exercise)
    for file in files:
        _check_name(exercise, file, out)
    out.mkdir(parents=True, exist_ok=True)
    as_notebook, as_module = out / f"{exercise.id}.ipynb", out / f"{exercise.id}.py"
    as_notebook.write_text(nbformat.v4.writes(notebook) + "\n", encoding="utf-8")
    as_module.write_text(source, encoding="utf-8")
    for file in files:
        (out / file.name).parent.mkdir(parents=True, exist_ok=True)
        (out / file.name).write_bytes(file.content)
    return as_notebook, as_module, *(out / file.name for file in files)


def _check_name(exercise: Exercise, file: File, out: Path) -> None:
    """Refuse a name that something else has in the folder; raises CourseError."""
    own = exercise.directory / FOLDER / file.name
    if file.name in ("README.md", f"{exercise.id}.ipynb", f"{exercise.id}.py"):
        raise CourseError(f"{own}: another file of this name is released; give it another name")
    for other in sorted(exercise.directory.parent.iterdir()):
        if other.name == exercise.id or not (out / f"{other.name}.ipynb").is_file():
            continue
        theirs = other / FOLDER / file.name
        if theirs.is_file() and theirs.read_bytes() != file.content:
            raise CourseError(
                f"{own}: {other.name}, which is released into {out}, has another file of this "
                "name; give one of them another name, or release into another folder"
            )


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{path}: {error}; a starter is a UTF-8 script") from None
