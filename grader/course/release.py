"""Give students what they need and nothing else: the starter in both forms, and its files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.course.files import exercise_files
from grader.errors import CourseError
from grader.model import Exercise

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
    out.mkdir(parents=True, exist_ok=True)
    as_notebook, as_module = out / f"{exercise.id}.ipynb", out / f"{exercise.id}.py"
    as_notebook.write_text(nbformat.v4.writes(notebook) + "\n", encoding="utf-8")
    as_module.write_text(source, encoding="utf-8")
    return as_notebook, as_module, *_files(exercise, out)


def _files(exercise: Exercise, out: Path) -> Iterator[Path]:
    for file in exercise_files(exercise):
        path = out / file.name
        if path.is_file() and path.read_bytes() != file.content:
            raise CourseError(
                f"{path}: is there already with another content; give the file of "
                f"{exercise.id} another name, or release into another folder"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
        yield path


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{path}: {error}; a starter is a UTF-8 script") from None
