"""Put the built-in course into the wheel, but never into an editable install.

An editable install would copy `reference/` into site-packages, where the solutions grow
stale and lie on a path that student code could reach; it reads the course from the work
tree instead.
"""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CourseHook(BuildHookInterface[Any]):
    """Add `exercises/` and `reference/` as package data of `grader._course`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Extend the files of a standard wheel; `version` is the kind of wheel."""
        if version == "editable":
            return
        for folder in ("exercises", "reference"):
            build_data["force_include"][folder] = f"grader/_course/{folder}"
