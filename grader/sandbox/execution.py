"""Run a submission in a sandbox and put the probes to it: facts and evidence, never a verdict.

nbclient runs the cells one by one. A cell that raises does not stop the rest. A cell or probe
that hits a limit, or takes its kernel with it, is a *culprit*: a fresh kernel replays the rest
without it, so it costs only what depends on it. Replies already in hand are kept.

A kernel that dies although no limit was hit may have been killed from outside, by a machine that
is short of memory for one. So that is tried again in a fresh kernel, and only what dies twice is
the submission's doing; not even that while the machine's memory runs out.
"""

from __future__ import annotations

import base64
import logging
import queue
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from grader.errors import InternalError
from grader.model import Cell, CellRun, Evidence, File, Limits, Probe, Reply, Run, Submission
from grader.sandbox.apart import Pieces, asked_apart, pieces_of, same_answers
from grader.sandbox.clock import Clock
from grader.sandbox.notebooks import (
    new_notebook,
    notebook_client,
    origin,
    setup,
    tidied,
    too_many_outputs,
)
from grader.sandbox.stopping import Line, line_that_ran
from grader.sandbox.watchdog import oom_kills
from grader.submissions.further import files_beside
from grader.submissions.placing import last_with

if TYPE_CHECKING:
    from grader.sandbox import Sandbox
    from grader.sandbox.connection import Connection
    from grader.sandbox.kernel import Kernel

__all__ = ["execute"]

REPLAYS = 16
FURTHER_ATTEMPTS = 2
"""When the warm process is lost: a neighbour may have been its end, the next one is our own."""
SETUP_S = 30.0
MESSAGE_MAX = 500
_SILENT = logging.Logger("nbclient", logging.CRITICAL + 1)
"""What nbclient logs (a cell took too long) is told in the record."""

Ended = Literal["timeout", "killed", "refused"]


async def execute(
    submission: Submission,
    probes: Sequence[Probe],
    limits: Limits,
    sandbox: Sandbox,
    given: Sequence[File] = (),
) -> tuple[Run, Evidence]:
    """Return what was seen of the run and what came back for each probe, in their order.

    `given` are the exercise's files; they and the student's own lie in the working directory.

    Never raises for what a submission does, nor when the sandbox fails: that is a `broken` run.
    """
    began = time.perf_counter()
    plain = [probe for probe in probes if probe.twin is None]
    files = tuple(files_beside(submission, given))
    limits = _with_room(limits, files)
    execution = await _executed(Execution(submission, plain, limits, files=files), sandbox)
    await _without_autograd(execution, probes, sandbox)
    evidence = execution.evidence(probes)
    return execution.run(sandbox, time.perf_counter() - began), evidence


async def _executed(execution: Execution, sandbox: Sandbox) -> Execution:
    """Return an execution that has come to its end, at a further attempt if need be."""
    for last_attempt in (*(False,) * FURTHER_ATTEMPTS, True):
        try:
            await execution.go(sandbox)
            break
        except (InternalError, OSError) as error:
            if last_attempt:
                execution.give_up("broken", f"the sandbox failed: {error}")
            else:
                execution = execution.afresh()
    return execution


async def _without_autograd(
    execution: Execution, probes: Sequence[Probe], sandbox: Sandbox
) -> None:
    """Put the questions that have been answered again where there is no autograd."""
    asked = asked_apart(probes, tuple(execution.replies.values()))
    whole = False
    while asked:
        pieces = pieces_of(execution.submission, [probe for probe, _ in asked], whole)
        again = [probe for probe, _ in asked]
        anew = Execution(
            execution.submission, again, execution.limits, pieces, files=execution.files
        )
        apart = await _executed(anew, sandbox)
        execution.add(apart)
        asked = [
            (probe, reply)
            for probe, reply in asked
            # Autograd's own answers are other ones without it, and there is no more to find out.
            if not (pieces.whole or probe.grad)
            and not same_answers(probe, reply, apart.replies.get(probe.check))
        ]
        whole = True


class Halt(Exception):
    """A kernel is of no further use: a limit was hit, or it is gone."""

    def __init__(self, status: Ended, message: str, final: bool = False) -> None:
        super().__init__(message)
        self.status: Ended = status
        self.message = message
        self.final = final
        """Whether the limit was that of the whole run."""
        self.doubtful = False
        """Whether it may have come from outside and is tried again."""
        self.line: Line | None = None
        """Where the code was when time was up."""


class Execution:
    """The state of one execution over its kernels."""

    def __init__(
        self,
        submission: Submission,
        probes: Sequence[Probe],
        limits: Limits,
        apart: Pieces | None = None,
        files: tuple[File, ...] = (),
    ) -> None:
        self.submission = submission
        self.files = files
        self.probes = tuple(probes)
        self.limits = limits
        self.apart = apart
        """What to run in a kernel without autograd; None: the submission, with autograd."""
        self.running = apart.submission if apart else submission
        self.clock = Clock(limits.run_s)
        self.client_class = notebook_client()
        self.payloads = {probe.check: _payload(probe) for probe in probes}
        self.notebook = new_notebook(self.running.cells)
        self.cells: dict[int, CellRun] = {}
        self.replies: dict[str, Reply] = {}
        self.died: set[int | str] = set()
        """Steps in which a kernel has died once."""
        self.oom_kills = oom_kills()
        self.phases = dict.fromkeys(("start", "cells", "probes"), 0.0)
        self.status: Literal["completed", "timeout", "killed", "broken"] = "completed"
        self.message = ""
        self.told_of_dropped = False
        self.cpu_s = self.max_rss_mb = 0.0

    # ------------------------------------------------------------ kernels

    async def go(self, sandbox: Sandbox) -> None:
        """Use as many kernels as it takes, within reason."""
        replays = 0
        while replays <= REPLAYS:
            halt = await self._use_kernel(sandbox)
            if halt is None:
                return
            replays += not halt.doubtful
            if halt.final:
                self.give_up(halt.status, halt.message)
                return
        self.give_up("killed", f"given up after {REPLAYS} new starts; the last time: {halt}")

    async def _use_kernel(self, sandbox: Sandbox) -> Halt | None:
        """Do what is left to do in one fresh kernel; return why it ended early, if it did."""
        halted: Halt | None = None
        culprit: Step | None = None
        async with sandbox.kernel(self.limits, self.apart is None) as kernel:
            self.clock.start(kernel.client().waited)
            self.phases["start"] += kernel.start_s
            try:
                await self._set_up(kernel)
                client = self._client(kernel)
                for culprit in steps(self.running.cells, self.probes, self.cells, self.replies):
                    await self._do(culprit, client)
            except Halt as halt:
                halted = halt
            finally:
                self.clock.stop()
        if halted is not None and kernel.lost:
            raise InternalError(f"it was lost: {halted}")
        assert kernel.exit is not None
        self.cpu_s += kernel.exit.cpu_s
        self.max_rss_mb = max(self.max_rss_mb, kernel.exit.max_rss_mb)
        if halted is not None:
            self._blame(culprit, halted, kernel.exit.status)
        return halted

    async def _set_up(self, kernel: Kernel) -> None:
        """Give the kernel its files and tell it what it runs: a module has a file and a name."""
        from nbclient.exceptions import DeadKernelError

        began = time.perf_counter()
        connection = kernel.client()
        observe = any(probe.observe and probe.expressions for probe in self.probes)
        asked = [("file_request", _carried(file)) for file in self.files]
        asked.append(("setup_request", setup(self.submission, observe, self.limits)))
        try:
            for kind, content in asked:
                await connection.reply(connection.request(kind, content), SETUP_S)
        except (queue.Empty, DeadKernelError):
            why = connection.death or f"no answer in {SETUP_S:g} s"
            raise InternalError(f"no kernel: {why}; {kernel.why_not_started()}") from None
        self.phases["start"] += time.perf_counter() - began

    def _client(self, kernel: Kernel) -> Any:
        client = self.client_class(self.notebook, km=kernel, allow_errors=True, iopub_timeout=1)
        client.log = _SILENT
        client.kc = kernel.client()
        client.timeout_func = lambda cell: self._time_for(self.limits.cell_s)
        return client

    def _time_for(self, limit: float) -> float:
        return max(0.001, min(limit, self.clock.left()))

    # ------------------------------------------------------------ one step

    async def _do(self, step: Step, client: Any) -> None:
        began = time.perf_counter()
        if self.clock.left() <= 0:
            raise self._too_late()
        try:
            if isinstance(step, Cell):
                await self._run_cell(step, client)
            else:
                await self._ask(step, client)
        finally:
            phase = "cells" if isinstance(step, Cell) else "probes"
            self.phases[phase] += time.perf_counter() - began

    async def _run_cell(self, cell: Cell, client: Any) -> None:
        from nbclient.exceptions import CellTimeoutError, DeadKernelError

        seen: dict[str, Any] = {}
        client.on_cell_executed = lambda **event: seen.update(event["execute_reply"]["content"])
        client.kc.origin = (
            self.apart.origins[cell.index] if self.apart else origin(self.submission, cell)
        )
        began = time.perf_counter()
        dropped = client.kc.allowance.dropped
        try:
            await client.async_execute_cell(self.notebook.cells[cell.index], cell.index)
        except CellTimeoutError:
            raise await self._timeout(self.limits.cell_s, "the cell", client.km) from None
        except DeadKernelError:
            raise Halt("killed", client.kc.death or OWN_DEATH) from None
        finally:
            if client.kc.allowance.dropped > dropped and not self.told_of_dropped:
                self.told_of_dropped = True
                self.notebook.cells[cell.index].outputs.append(too_many_outputs())
        seconds = time.perf_counter() - began
        if cell.index not in self.cells:
            self.cells[cell.index] = _cell_run(cell.index, seen, seconds)

    async def _ask(self, probe: Probe, client: Any) -> None:
        """Put one probe; one that we cannot encode is our own fault and costs nothing else."""
        from nbclient.exceptions import DeadKernelError

        from grader.sandbox import Refused

        payload = self.payloads[probe.check]
        if isinstance(payload, Exception):
            message = repr(payload)[:MESSAGE_MAX]
            self.replies[probe.check] = Reply(probe.check, "broken", message=message)
            return
        began = time.perf_counter()
        connection: Connection = client.kc
        try:
            frame = await connection.ask(payload, self._time_for(probe.limit_s))
        except queue.Empty:
            raise await self._timeout(probe.limit_s, "the call", client.km) from None
        except DeadKernelError:
            raise Halt("killed", connection.death or OWN_DEATH) from None
        except Refused as error:
            raise Halt("refused", str(error)) from None
        seconds = time.perf_counter() - began
        self.replies[probe.check] = Reply(probe.check, "answered", frame, seconds=seconds)

    async def _timeout(self, limit: float, what: str, kernel: Kernel) -> Halt:
        halt = Halt("timeout", f"{what} took more than {limit:g} s")
        if self.clock.left() <= 0:
            halt = self._too_late()
        line = line_that_ran(self.submission, await kernel.where())
        if line is not None:
            halt.message += f". When time was up, {line.said}"
            halt.line = line
        return halt

    def _too_late(self) -> Halt:
        return Halt("timeout", f"the whole run took more than {self.limits.run_s:g} s", final=True)

    # ------------------------------------------------------------ what it comes to

    def _blame(self, step: Step | None, halt: Halt, status: int) -> None:
        """Note what a step ended with, and what follows for the probes that hang on it."""
        if halt.message == OWN_DEATH:
            name = step.check if isinstance(step, Probe) else step.index if step else ""
            if name not in self.died:
                self.died.add(name)
                halt.doubtful = True
                return
            if status == -signal.SIGKILL and oom_kills() > self.oom_kills:
                raise InternalError("this machine has run out of memory; use fewer --jobs")
            halt.message = _cause_of_death(status)
        if isinstance(step, Probe):
            self.replies[step.check] = Reply(step.check, halt.status, message=halt.message)
        elif step is not None:
            seconds = self.limits.cell_s if halt.status == "timeout" else 0.0
            here = origin(self.submission, step).name
            line = halt.line.number if halt.line and halt.line.name == here else None
            ended = CellRun(step.index, halt.status, seconds, halt.message, line)
            self.cells[step.index] = ended
            for probe in self.probes:
                if last_with(self.running.cells, probe.after_cell) == step.index:
                    message = f"cell {step.index + 1}: {halt.message}"
                    reply = Reply(probe.check, halt.status, message=message)
                    self.replies.setdefault(probe.check, reply)

    def give_up(self, status: Literal["timeout", "killed", "refused", "broken"], why: str) -> None:
        """End the run: what has not been reached gets the same status."""
        self.status = "killed" if status == "refused" else status
        self.message = why
        for probe in self.probes:
            self.replies.setdefault(probe.check, Reply(probe.check, status, message=why))

    def afresh(self) -> Execution:
        """Return the same execution, not yet begun."""
        return Execution(self.submission, self.probes, self.limits, self.apart, self.files)

    def add(self, apart: Execution) -> None:
        """Take over what came of an execution without autograd: replies, and what it used."""
        self.replies |= apart.replies
        self.cpu_s += apart.cpu_s
        self.max_rss_mb = max(self.max_rss_mb, apart.max_rss_mb)
        used = sum(apart.phases.values())
        self.phases["without autograd"] = self.phases.get("without autograd", 0.0) + used

    def evidence(self, probes: Sequence[Probe]) -> Evidence:
        """Return a reply for every probe, in order."""
        not_asked = Reply("", "not-asked", message="no cell has its tag")
        return Evidence(
            tuple(
                self.replies.get(probe.check, replace(not_asked, check=probe.check))
                for probe in probes
            )
        )

    def run(self, sandbox: Sandbox, wall_s: float) -> Run:
        """Return the facts."""
        skipped = CellRun(0, "skipped", 0.0, self.message)
        cells = tuple(
            self.cells.get(cell.index, replace(skipped, index=cell.index))
            for cell in self.submission.cells
        )
        return Run(
            status=self.status,
            isolation=sandbox.isolation,
            wall_s=wall_s,
            cpu_s=self.cpu_s,
            max_rss_mb=self.max_rss_mb,
            cells=cells,
            message=self.message,
            phases=self.phases,
            notebook=tidied(self.notebook, self.submission.cells),
        )


Step = Cell | Probe
OWN_DEATH = "the kernel died"


def steps(
    cells: Sequence[Cell],
    probes: Sequence[Probe],
    seen: Mapping[int, CellRun],
    replies: Mapping[str, Reply],
) -> list[Step]:
    """Return what is to be done in a fresh kernel: cells without culprits, probes without reply.

    A probe with `after_cell` follows the last cell that carries the tag; the others come last.
    """
    culprits = {index for index, cell in seen.items() if cell.status not in ("ok", "error")}
    waiting = [probe for probe in probes if probe.check not in replies]
    after_last = [probe for probe in waiting if probe.after_cell is None]
    order: list[Step] = []
    for cell in cells:
        if cell.index not in culprits:
            order.append(cell)
            order += [
                probe for probe in waiting if last_with(cells, probe.after_cell) == cell.index
            ]
    return order + after_last


def _with_room(limits: Limits, files: Sequence[File]) -> Limits:
    """Return the limits with room for the files, which are not the student's writing."""
    size = sum(len(file.content) for file in files)
    return replace(limits, scratch_mb=limits.scratch_mb + -(-size >> 20)) if size else limits


def _carried(file: File) -> dict[str, object]:
    return {"name": file.name, "content": base64.b64encode(file.content).decode()}


def _payload(probe: Probe) -> bytes | Exception:
    from grader.judging.evidence import encode_probe

    try:
        return encode_probe(probe)
    except Exception as error:
        return error


def _cause_of_death(status: int) -> str:
    """Return words for an exit status (a signal is negative) that nobody asked for."""
    if status == -signal.SIGXCPU:
        return "the kernel used more CPU time than the whole run may take"
    if status >= 0:
        return f"the kernel ended itself with exit code {status}"
    return f"the kernel was ended by {signal.Signals(-status).name}"


def _cell_run(index: int, reply: Mapping[str, Any], seconds: float) -> CellRun:
    """Return what a checked `execute_reply` says of a cell; an empty cell has none."""
    if reply.get("status", "ok") == "ok":
        return CellRun(index, "ok", seconds)
    message = f"{reply['ename']}: {reply['evalue']}" if reply["evalue"] else reply["ename"]
    return CellRun(index, "error", seconds, message[:MESSAGE_MAX], reply.get("line"))
