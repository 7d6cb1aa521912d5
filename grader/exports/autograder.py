"""Write the zip that Gradescope runs: `setup.sh`, `run_autograder` and one exercise."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from grader import __version__
from grader.course.files import FOLDER, exercise_files
from grader.course.reference_files import files_of
from grader.errors import UsageError
from grader.model import Exercise

__all__ = ["autograder_zip"]

_SETUP = """\
#!/usr/bin/env bash
# Runs once, when Gradescope builds the image.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install --yes --no-install-recommends bubblewrap software-properties-common
python=""
for candidate in python3.13 python3.12 python3.11; do
    if apt-get install --yes --no-install-recommends "$candidate" "$candidate-venv"; then
        python=$candidate
        break
    fi
done
"${{python:-python3}}" -m venv /autograder/venv
/autograder/venv/bin/pip install --no-cache-dir \\
    --extra-index-url https://download.pytorch.org/whl/cpu {package}
"""
_RUN = """\
#!/usr/bin/env bash
# Runs for every submission. Without results.json Gradescope says that the autograder failed,
# which is what it should say when the fault is ours.
set -u
cd /autograder || exit 1
grader=/autograder/venv/bin/grader
[ -x "$grader" ] || grader=grader
exec "$grader" ci "${{SUBMISSION:-/autograder/submission}}" \\
    --exercise {exercise} --course "${{COURSE:-/autograder/source/course}}" \\
    --gradescope "${{RESULTS:-/autograder/results/results.json}}" \\
    --out "$(mktemp --directory)" --exit-zero{trust}
"""


def autograder_zip(
    exercise: Exercise, *, wheel: Path | None = None, trusted: bool = False
) -> bytes:
    """Return the zip for one exercise; `wheel` is put in where PyPI is not to be asked.

    Raises UsageError when the wheel is none. The zip holds the reference: it is the instructor's.
    """
    package = f"gradient-grader=={__version__}"
    files = {
        f"course/exercises/{exercise.id}/{path.name}": path.read_bytes()
        for path in sorted(exercise.directory.iterdir())
        if path.is_file() and not path.name.startswith(".")
    }
    files |= {
        f"course/exercises/{exercise.id}/{FOLDER}/{file.name}": file.content
        for file in exercise_files(exercise)
    }
    files |= {
        f"course/reference/{path.relative_to(exercise.reference.parent)}": path.read_bytes()
        for path in files_of(exercise.reference)
    } or {f"course/reference/{exercise.id}.py": b""}
    if wheel is not None:
        if wheel.suffix != ".whl" or not zipfile.is_zipfile(wheel):
            raise UsageError(f"{wheel}: expected a wheel of gradient-grader")
        files[wheel.name] = wheel.read_bytes()
        package = f"/autograder/source/{wheel.name}"
    run = _RUN.format(exercise=exercise.id, trust=" --trust-submissions" if trusted else "")
    scripts = {"setup.sh": _SETUP.format(package=package), "run_autograder": run}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in scripts.items():
            _add(archive, name, text.encode(), 0o755)
        for name, content in files.items():
            _add(archive, name, content, 0o644)
    return made.getvalue()


def _add(archive: zipfile.ZipFile, name: str, content: bytes, mode: int) -> None:
    """Add a file under a fixed date, so that the same course gives the same zip."""
    member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    member.external_attr = (0o100000 | mode) << 16
    member.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(member, content)
