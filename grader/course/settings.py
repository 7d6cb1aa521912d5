"""Read `course.toml`: what the options of the commands are where nobody says otherwise.

A table bears a command's name and a key its option's: `[grade] jobs = 2` is `--jobs 2`. The keys
and their types are in `course.schema.json`.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from grader.errors import UsageError

__all__ = ["FILE", "settings_here"]

FILE = "course.toml"


def settings_here(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the settings of $GRADER_COURSE, else of the nearest course.toml upwards; or none."""
    named = os.environ.get("GRADER_COURSE")
    folders = [Path(named)] if named else [folder, *folder.parents]
    path = next((found for place in folders if (found := place / FILE).is_file()), None)
    return {} if path is None else _read(path)


def _read(path: Path) -> dict[str, dict[str, Any]]:
    import json
    from importlib import resources

    import fastjsonschema

    schema = resources.files("grader.course").joinpath("course.schema.json").read_text("utf-8")
    try:
        settings: dict[str, dict[str, Any]] = tomllib.loads(path.read_text("utf-8"))
        fastjsonschema.compile(json.loads(schema))(settings)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from None
    except fastjsonschema.JsonSchemaValueException as fault:
        where = ".".join(map(str, fault.path[1:])) or "it"
        expected = str(fault.message).removeprefix(fault.name or "").strip()
        raise UsageError(f"{path}: {where}: {expected}") from None
    for table in settings.values():
        for key in ("out", "into", "roster"):
            if key in table:
                table[key] = str(path.parent / table[key])
    return {name.replace("_", "-"): table for name, table in settings.items()}
