"""Sealed kernels: where student code runs, and what it can reach from there (nothing).

Theory of operation
-------------------
A submission is a hostile program until proven otherwise. So nothing of the grader is in its
process, and nothing it says is believed: it yields values and outputs, and those are bounded and
checked before they are used.

    grader (all submissions, references, gradebook)
      |  control socket: requests in, pidfds and exits out       / one socket a kernel: frames
      +-- bubblewrap: a file system built from nothing, no net    |
            +-- zygote: warm, one thread, no secrets, PID 1       |
                  +-- kernel A: a fork, PID 1 of its own       <--+
                  |     +-- what the student starts; dies with it
                  +-- kernel B

*Warm.* Starting an interpreter and torch takes seconds, so it is done once: the zygote
(`grader.inside.zygote`) has them in memory, together with a complete IPython shell, and every
kernel is a fork of it that costs milliseconds. Plots, optimizers and `torch.func` join them where
submissions name them; what pays only for many kernels is done while the first ones run. Whatever
passes through the zygote stays there for all that come after; therefore submissions go over the
kernel's own socket, after the fork, and a spawn request holds limits and nothing else.

*Sealed.* A kernel seals itself before it reads the first byte of a submission, and nothing can
undo it (`grader.inside.seal`): a pid namespace from the zygote; mounts, System V memory and host
name of its own; a fresh /proc; a bounded tmpfs as scratch; a user namespace without capabilities,
in which processes are counted for this student alone; resource limits; descriptors closed;
Landlock; seccomp. Any step that fails ends the kernel, and the submission is `broken`: our fault.

*Watched.* What no limit of one process bounds, the sum over a tree of processes, is sampled from
outside (`Watchdog`). Time is kept by the grader's clock. A limit that is hit has a name, which
becomes the outcome. The end of a kernel is SIGKILL by pidfd to PID 1, with which the operating
system ends all that it ever started.

*Levels.* `full` is all of that. `reduced` does without namespaces, which containers and some
distributions forbid: Landlock opens the layout's paths one by one, seccomp refuses every socket,
the zygote adopts and ends orphans, and the watchdog counts the scratch, which is a folder of the
machine. `none` is a process with limits, for submissions that are trusted. Which one works is
found by trying (`levels`), and a level that was asked for is never silently weaker.

*Frames.* The kernel speaks length-prefixed frames over one inherited socket; no ports, no files,
no keys. `Connection` bounds and checks them (`messages`), leaves out what is too much to show
(`allowance`) and listens to nobody for so long that others wait (`pace`); `Kernel` starts and
kills. Together they are what nbclient calls a client and a manager.

*Root.* A grader that is root runs student code as a user who owns nothing else (`strangers`):
limits on processes do not bind root, and whoever is the same user may touch what is theirs.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.sandbox.connection import Origin, Refused
    from grader.sandbox.opening import Sandbox, open_sandbox

__all__ = ["Origin", "Refused", "Sandbox", "open_sandbox"]

_HOMES = {
    "Origin": "connection", "Refused": "connection", "Sandbox": "opening", "open_sandbox": "opening"
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import nbclient and asyncio only for those who run kernels, not for who starts a process."""
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"grader.sandbox.{_HOMES[name]}"), name)
