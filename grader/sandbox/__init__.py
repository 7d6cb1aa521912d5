r"""Sealed kernels: where student code runs, and what it can reach from there (nothing).

Theory of operation
-------------------
A submission is a hostile program until proven otherwise. So nothing of the grader is in its
process, and nothing it says is believed: it yields values and outputs, and those are bounded and
checked before they are used.

    grader (all submissions, references, gradebook)
      |  control socket: requests in, pidfds and exits out       \\ one socket a kernel: frames
      +-- bubblewrap: a file system built from nothing, no net    |
            +-- zygote: warm, one thread, no secrets              |
                  +-- kernel A  (a fork; one submission)       <--+
                  +-- kernel B

Starting an interpreter, torch and matplotlib takes seconds, so it is done once: the *zygote* has
them in memory, together with a complete IPython shell, and every kernel is a fork of it that
costs milliseconds. Whatever passes through the zygote stays there for all that come after;
therefore submissions go over the kernel's own socket, after the fork.

The kernel (`grader/inside`) speaks length-prefixed frames over one inherited socket. On this
side `Connection` bounds and checks them and `Kernel` starts and kills; together they are what
nbclient calls a client and a manager.
"""

from grader.sandbox.connection import Origin, Refused
from grader.sandbox.opening import Sandbox, open_sandbox

__all__ = ["Origin", "Refused", "Sandbox", "open_sandbox"]
