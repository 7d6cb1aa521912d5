"""What every worker needs, imported once by the process that they are forks of."""

from __future__ import annotations

import gc
from importlib import import_module

__all__ = ["MODULES"]

MODULES = (
    "grader.course.reference",
    "grader.grading.worker",
    "grader.judging.judge",
    "grader.judging.plan",
    "grader.sandbox.execution",
    "grader.sandbox.opening",
)

gc.disable()  # nothing of it is garbage, and looking for some takes a tenth of the time
for _name in MODULES:
    import_module(_name)
gc.freeze()
gc.enable()
