"""The command that lets people grade in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.deciding import Who
from grader.cli.options import AsJson, CourseFolder, GradebookUrl, Out

__all__ = ["serve"]


def serve(
    port: Annotated[
        int,
        typer.Option("--port", min=0, max=65535, help="0 takes a free one."),
    ] = 0,
    who: Who = None,
    course: CourseFolder = None,
    out: Out = Path("reports"),
    gradebook: GradebookUrl = None,
    as_json: AsJson = False,
) -> None:
    """Grade in the browser, on this machine: what waits, manual points, pairs, a regrade."""
    from grader.errors import UsageError

    try:
        from grader.serve.running import run
    except ModuleNotFoundError as fault:
        if fault.name not in ("starlette", "uvicorn"):
            raise
        raise UsageError(
            "grader serve needs a web server: pip install 'gradient-grader[serve]'"
        ) from None
    from grader.grading.class_gradebook import ClassGradebook
    from grader.grading.environment import myself

    def say(address: str) -> None:
        if as_json:
            import json

            print(json.dumps({"url": address}), flush=True)
        else:
            print(f"Open {address}\nCtrl-C ends it.", flush=True)

    run(ClassGradebook.open(out, gradebook, course), who or myself(), port, say)
