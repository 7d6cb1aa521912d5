"""The warm process that every kernel is a fork of: everything imported, one thread, no secrets.

What passes through here stays in memory for every student after, so a spawn request holds limits
and a socket, never a submission. The control socket is a SOCK_SEQPACKET pair:

    request  {"id", "scratch", "threads", "bounds", "autograd"} and the kernel's socket
    reply    {"op": "spawned", "id"} and a pidfd
    event    {"op": "exit", "id", "status", "cpu_s", "max_rss_mb"}
    request  {"op": "count"}; reply {"op": "count", "running"}
    request  {"op": "attach"} and one descriptor: the control socket of one more who may ask
    request  {"op": "warm", "parts": [...], "many"}: what submissions need, whether more than a few

It takes requests as soon as it can answer them. What pays only for many kernels is done step by
step while nobody asks, once the first one runs.

Who hangs up loses his kernels; when the first one does, the process ends.

Run as `python -c "from inside.zygote import main; main(CONTROL, LEVEL, READABLE, USER)"`.
"""

import contextlib
import json
import os
import select
import signal
import socket
import traceback
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn

from . import namespaces, seal, syscalls
from .warmth import ONE_THREAD, PARTS, prepare, warm_through, warm_up

__all__ = ["main"]

_NOT_SEALED = 70


def main(control: int, level: str, readable: Mapping[str, str], user: int | None) -> NoReturn:
    """Warm up, say so, then fork a kernel for every request until the grader hangs up."""
    with socket.socket(fileno=control) as end:
        end.set_inheritable(False)
        own_pids = enter(level, user)
        kernel = warm_up()
        seal.warm_seal(level)
        Zygote(end, kernel, level, readable, own_pids).run()


def enter(level: str, user: int | None) -> int | None:
    """Leave root for `user` and, at the level `full`, become the first process of a container."""
    if level == seal.FULL and os.getuid() == 0:
        # bubblewrap's own /proc would be masked for root, and then no fresh one is allowed below.
        namespaces.mount_proc()
    seal.leave_root(user)
    if level == seal.FULL:
        return namespaces.become_container()
    # Processes that a dead kernel leaves behind become children of this one, which ends them.
    syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1)
    return None


class Zygote:
    """The loop of the warm process: requests in, children out, exits reported."""

    def __init__(
        self,
        control: socket.socket,
        kernel: Any,
        level: str,
        readable: Mapping[str, str],
        own_pids: int | None,
    ) -> None:
        self.control = control
        self.controls = {control.fileno(): control}
        self.kernel = kernel
        self.level = level
        self.readable = readable
        self.own_pids = own_pids
        self.children: dict[int, tuple[int, str, socket.socket]] = {}
        """pidfd to pid, kernel id, and who asked for it."""
        self.further: Iterator[None] = warm_through(kernel)
        self.is_warm = False
        self.spawned = 0
        self.poll = select.poll()
        self.poll.register(control, select.POLLIN)

    def run(self) -> NoReturn:
        """Serve until the first control socket is at its end."""
        self.tell(self.control, {"op": "ready"})
        while True:
            idle = self.spawned > 0 and not self.is_warm
            events = self.poll.poll(0 if idle else None)
            if not events:
                self.warm_further()
            for descriptor, _ in events:
                if descriptor in self.controls:
                    self.serve(self.controls[descriptor])
                elif descriptor in self.children:
                    self.reap(descriptor)

    def warm_further(self) -> None:
        """Take one more step while nobody asks for anything."""
        self.is_warm = next(self.further, self) is self

    def warm(self, parts: Sequence[str], many: bool) -> None:
        """Hear what the submissions at hand need; of what is not known here nothing is done."""
        known = [part for part in PARTS if part in parts]
        prepare(known)
        self.further = warm_through(self.kernel, known)
        self.is_warm = not many

    def tell(self, control: socket.socket, event: Mapping[str, object], *descriptors: int) -> None:
        """Send an event to whom it concerns, unless he is gone."""
        with contextlib.suppress(OSError):
            socket.send_fds(control, [json.dumps(event).encode()], descriptors)

    def serve(self, control: socket.socket) -> None:
        """Answer one request; hang up with who does."""
        try:
            body, descriptors, _, _ = socket.recv_fds(control, 1 << 16, 4)
        except OSError:
            body, descriptors = b"", []
        if not body:
            self.end_of(control)
            return
        request = json.loads(body)
        if request.get("op") == "attach":
            self.attach(descriptors.pop())
        elif request.get("op") == "warm":
            self.warm(request["parts"], request["many"])
        elif request.get("op") == "count":
            self.tell(control, {"op": "count", "running": len(self.children)})
        else:
            self.spawn(control, request, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)

    def attach(self, descriptor: int) -> None:
        """Let one more ask for kernels."""
        control = socket.socket(fileno=descriptor)
        control.set_inheritable(False)
        self.controls[descriptor] = control
        self.poll.register(control, select.POLLIN)

    def end_of(self, control: socket.socket) -> None:
        """End the kernels of who has hung up; they are reaped like any other."""
        if control is self.control:
            self.hang_up()
        self.poll.unregister(control)
        del self.controls[control.fileno()]
        control.close()
        for pidfd, (_, _, asked) in self.children.items():
            if asked is control:
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(pidfd, signal.SIGKILL)

    def hang_up(self) -> NoReturn:
        """Leave nothing behind; in a container that is done by ending."""
        if self.own_pids is None:
            self.children.clear()
            self.end_orphans()
        os._exit(0)

    def spawn(
        self, control: socket.socket, request: Mapping[str, Any], descriptors: list[int]
    ) -> None:
        """Fork one kernel and hand its pidfd to who asked."""
        self.spawned += 1
        if self.own_pids is None:
            pid = os.fork()
        else:
            pid = namespaces.fork_in_new_pid_namespace(self.own_pids)
        if pid == 0:
            self.become_kernel(request, descriptors[0])
        pidfd = os.pidfd_open(pid)
        self.children[pidfd] = (pid, request["id"], control)
        self.poll.register(pidfd, select.POLLIN)
        self.tell(control, {"op": "spawned", "id": request["id"]}, pidfd)

    def reap(self, pidfd: int) -> None:
        """Report the end of a kernel and kill what it left in its process group."""
        pid, name, control = self.children.pop(pidfd)
        self.poll.unregister(pidfd)
        os.close(pidfd)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        _, status, used = os.wait4(pid, 0)
        if self.own_pids is None:
            self.end_orphans()
        self.tell(
            control,
            {
                "op": "exit",
                "id": name,
                "status": os.waitstatus_to_exitcode(status),
                "cpu_s": used.ru_utime + used.ru_stime,
                "max_rss_mb": used.ru_maxrss / 1024,
            },
        )

    def end_orphans(self) -> None:
        """Kill what a dead kernel left behind, which is now ours, until nothing is left."""
        known = {pid for pid, _, _ in self.children.values()}
        while orphans := set(children_of(os.getpid())) - known:
            for pid in orphans:
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)

    def become_kernel(self, request: Mapping[str, Any], descriptor: int) -> NoReturn:
        """In the child: let go of everything, take on the limits, then serve."""
        code = _NOT_SEALED
        try:
            for control in self.controls.values():
                control.close()
            # A session of its own is also a scheduling group of its own: a fair share of the CPU.
            os.setsid()
            signal.signal(signal.SIGINT, signal.default_int_handler)
            self.run_kernel(request, descriptor)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)

    def run_kernel(self, request: Mapping[str, Any], descriptor: int) -> None:
        """Seal this process, then answer the grader's requests."""
        import torch

        from . import unplug

        scratch = request["scratch"]
        with open(os.devnull) as nothing:
            os.dup2(nothing.fileno(), 0)
        hidden = None if request["autograd"] else unplug.LIBRARIES
        seal.seal(self.level, scratch, {descriptor}, self.readable, request["bounds"], hidden)
        clean_environment(scratch, request["threads"])
        torch.set_num_threads(request["threads"])
        if not request["autograd"]:
            unplug.remove_autograd()
        self.kernel.attach(socket.socket(fileno=descriptor), scratch)
        self.kernel.serve()


def clean_environment(scratch: str, threads: int) -> None:
    """Leave student code an environment that says nothing about the machine."""
    keep = {name: os.environ[name] for name in ("PATH", "LANG", "MPLCONFIGDIR", "MPLBACKEND")}
    os.environ.clear()
    os.environ.update(keep | dict.fromkeys(ONE_THREAD, str(threads)))
    os.environ.update({"HOME": scratch, "TMPDIR": scratch, "USER": "student", "TERM": "dumb"})


def children_of(pid: int) -> list[int]:
    """Return the children of a process."""
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(word) for word in file.read().split()]
