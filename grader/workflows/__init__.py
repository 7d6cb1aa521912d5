"""Ready workflow files for CI systems, kept as package data and printed by `grader ci`."""

from __future__ import annotations

from importlib import resources

from grader.errors import UsageError

__all__ = ["WORKFLOWS", "workflow_text"]

WORKFLOWS = {
    "github": "github.yml",
    "gitlab": "gitlab-ci.yml",
    "classroom50": "classroom50.yml",
    "classroom": "classroom.yml",
}


def workflow_text(name: str) -> str:
    """Return a ready workflow file; raises UsageError for an unknown name."""
    if name not in WORKFLOWS:
        raise UsageError(f"no workflow {name!r}; there are: {', '.join(WORKFLOWS)}")
    return resources.files(__package__).joinpath(WORKFLOWS[name]).read_text("utf-8")
