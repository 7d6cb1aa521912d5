"""Read `course.toml`: where a course keeps its things, the rules of its term, and options.

`out`, `gradebook` and `roster` hold for every command. A table that bears a command's name says
what its options are where nobody gives them: `[grade] jobs = 2` is `--jobs 2`. The rules of the
term are read by `grader.term.rules`. All keys and their types are in `course.schema.json`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.course.ownership import BUILT_IN, Ground, is_remembered, named_course
from grader.errors import UsageError

__all__ = [
    "FILE",
    "CourseFile",
    "course_file",
    "file_in",
    "instructors_file",
    "settings_for",
    "settings_here",
]

FILE = "course.toml"
_SQLITE = "sqlite:///"
_PLACES = ("out", "gradebook", "roster")
_TERM = ("timezone", "times", "attempts", "groups", "late", "exercise")
_WITH_SCORES = (
    *("grade", "report", "show", "regrade", "override"),
    *(
        "comment",
        "appeal",
        "answer",
        "count",
        "history",
        "pair",
        "queue",
        "serve",
        "bundle",
        "points",
    ),
)
_EXPORTS = ("csv", "canvas", "moodle", "nbgrader", "gradescope", "classroom50", "classroom",
            "junit", "gitlab")  # fmt: skip
_COURSES_OWN = ("new", "release", "verify")
"""Commands where no work of students comes in: the course that one stands in is meant."""


@dataclass(frozen=True)
class CourseFile:
    """What a `course.toml` says; empty where there is none."""

    path: Path | None = None
    extends: str | None = None
    """The course whose exercises are in this one, too."""
    places: Mapping[str, str] = field(default_factory=dict)
    """`out`, `gradebook` and `roster`, paths already relative to the working directory."""
    term: Mapping[str, Any] = field(default_factory=dict)
    """The rules of the term, as written."""
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Options by command."""

    def defaults(self) -> dict[str, Any]:
        """Return the defaults of all commands, a nested dict as click takes it."""
        places = dict(self.places)
        found: dict[str, Any] = {name: {**places} for name in _WITH_SCORES}
        if "roster" in places:
            found["roster"] = {"people": places["roster"]}
        found["export"] = {name: {**places} for name in _EXPORTS}
        for name, options in self.options.items():
            found[name] = {**found.get(name, {}), **options}
        return found


def settings_for(
    command: Sequence[str], course: Path | None = None, handed_in: Path | None = None
) -> dict[str, Any]:
    """Return the options that `course.toml` presets for a command, such as `("export", "csv")`."""
    job = command[0] == "ci"
    ground = None if handed_in is None else Ground(handed_in, job=job)
    found = instructors_file(course, ground, standing=command[0] in _COURSES_OWN).defaults()
    for name in command:
        found = found.get(name, {})
    return found


def instructors_file(
    course: Path | None, ground: Ground | None = None, *, standing: bool = False
) -> CourseFile:
    """Read the course.toml that is the instructor's; an empty one where there is none.

    It lies in the course that is named (`--course`, `$GRADER_COURSE`), else in the nearest folder
    upwards that has one, if the grader remembers that as the instructor's or, with `standing`, in
    any case. Raises UsageError for a file that is wrong or lies among what was handed in.
    """
    named = named_course(course)
    if named is not None:
        if str(named) == BUILT_IN:
            return CourseFile()
        if ground is not None:
            ground.refuse_course(named)
        return file_in(named)
    found = _upwards(Path.cwd())
    if found is None or (ground is not None and ground.job):
        return CourseFile()
    if not standing and not is_remembered(found):
        return CourseFile()
    if ground is not None:
        ground.refuse_course(found)
    return file_in(found)


def settings_here(folder: Path) -> dict[str, Any]:
    """Return the defaults of all commands' options, from the course.toml that `folder` sees."""
    return course_file(folder).defaults()


def course_file(folder: Path) -> CourseFile:
    """Read the nearest course.toml upwards of a folder that is the instructor's; or none.

    Commands ask `instructors_file`, which knows whose the folder is.
    """
    found = _upwards(folder)
    return CourseFile() if found is None else file_in(found)


def _upwards(folder: Path) -> Path | None:
    folder = folder.resolve()
    return next((place for place in (folder, *folder.parents) if (place / FILE).is_file()), None)


def file_in(folder: Path) -> CourseFile:
    """Read the course.toml of a course's own folder; an empty one where it has none."""
    path = folder / FILE
    return _read(path) if path.is_file() else CourseFile()


def _read(path: Path) -> CourseFile:
    import json
    from importlib import resources

    import fastjsonschema

    text = resources.files("grader.course").joinpath("course.schema.json").read_text("utf-8")
    schema = json.loads(text)
    try:
        settings: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        _known(path, settings, schema)
        fastjsonschema.compile(schema)(settings)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: is not TOML: {error}") from None
    except (UnicodeDecodeError, OSError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from None
    except fastjsonschema.JsonSchemaValueException as fault:
        from grader.course.faults import schema_fault  # imports pydantic

        where = ".".join(map(str, fault.path[1:])) or "it"
        said = schema_fault(str(fault.rule), fault.rule_definition, fault.value)
        raise UsageError(f"{path}: {where}: {said}") from None
    tables = {
        name: table for name, table in settings.items() if name not in (*_PLACES, *_TERM, "extend")
    }
    for table in (settings, *tables.values()):
        for key in ("out", "into", "roster"):
            if key in table:
                table[key] = str(path.parent / table[key])
        if "gradebook" in table:
            table["gradebook"] = _from(path.parent, table["gradebook"])
    return CourseFile(
        path,
        settings.get("extend"),
        {name: settings[name] for name in _PLACES if name in settings},
        {name: settings[name] for name in _TERM if name in settings},
        {name.replace("_", "-"): table for name, table in tables.items()},
    )


def _from(folder: Path, url: str) -> str:
    """Return a database URL whose file of SQLite, where it names one, lies relative to a folder."""
    head, file = url[: len(_SQLITE)], url[len(_SQLITE) :]
    if head != _SQLITE or not file or file.startswith(("/", ":memory:")):
        return url
    return f"{head}{folder.resolve() / file}"


def _known(path: Path, settings: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    """Refuse a key that the schema does not have; names what is near."""
    definitions = schema["definitions"]

    def check(table: Mapping[str, Any], described: Mapping[str, Any], where: str) -> None:
        described = definitions.get(described.get("$ref", "").rpartition("/")[2], described)
        keys = described.get("properties", {})
        further = described.get("additionalProperties", {})
        for key, value in table.items():
            place = f"{where}{key}"
            if key not in keys and not isinstance(further, dict):
                raise UsageError(f"{path}: {place}: no such key; {_near(key, keys)}")
            inner = keys.get(key, further)
            if isinstance(value, dict) and isinstance(inner, dict):
                check(value, inner, f"{place}.")

    check(settings, schema, "")


def _near(key: str, keys: Iterable[str]) -> str:
    import difflib

    near = difflib.get_close_matches(key, list(keys), n=1)
    return f"did you mean {near[0]}?" if near else f"expected one of {', '.join(sorted(keys))}"
