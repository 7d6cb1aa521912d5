"""How long code that could run had to wait for a processor.

On a busy machine right work needs longer. That is not the student's fault, so this time does not
count: a limit is longer by it, up to `MOST` times the limit itself.
"""

from __future__ import annotations

__all__ = ["LEAST_S", "MOST", "allowed", "waited_s"]

MOST = 3.0
LEAST_S = 0.1
"""Less than this is not waited for again."""


def waited_s(pid: int) -> float:
    """Return for how many seconds a process's main thread has waited so far.

    0 where the machine does not say it (`/proc/PID/schedstat`), or where the process is gone.
    """
    try:
        with open(f"/proc/{pid}/schedstat") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


def allowed(limit: float, waited: float) -> float:
    """Return by how much a limit is longer, in seconds."""
    return max(0.0, min(waited, MOST * limit))
