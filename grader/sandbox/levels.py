"""How each level of isolation is set up here, and whether this machine can do it: by trying."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.model import Isolation
from grader.sandbox import bubblewrap
from grader.sandbox.layout import Layout
from grader.sandbox.strangers import stranger

__all__ = ["Setting", "choose", "impossible", "setting", "why_not"]

_TRIAL_S = 20.0
_CODE = (
    "import json, sys; sys.path.insert(0, sys.argv[1]); from inside.{module} import main; "
    "main({arguments})"
)
_ZYGOTE = _CODE.format(
    module="zygote", arguments="int(sys.argv[-1]), sys.argv[2], **json.loads(sys.argv[3])"
)
_TRIAL = _CODE.format(
    module="trial", arguments="sys.argv[2], sys.argv[-1], **json.loads(sys.argv[3])"
)
_SYSCTL = "kernel.apparmor_restrict_unprivileged_userns"


@dataclass(frozen=True)
class Setting:
    """One level on this machine: how programs are started in it, and where scratches are."""

    level: Isolation
    zygote: tuple[str, ...]
    """Command of the warm process; the number of its control descriptor is still to come."""
    trial: tuple[str, ...]
    """Command that seals a process, then ends."""
    environment: dict[str, str]
    scratch: str
    host_scratch: Path | None
    """The scratch folder as the grader sees it, where it sees it at all."""


def setting(level: Isolation, stage: Path, layout: Layout) -> Setting:
    """Return how a level is set up; `stage` is the folder that holds the package `inside`."""
    if level is Isolation.FULL:
        scratch, host, code = bubblewrap.SCRATCH, None, bubblewrap.INSIDE
        readable: dict[str, str] = {}
    else:
        host = stage / "scratch"
        host.mkdir(exist_ok=True)
        host.chmod(0o1777)
        scratch, code = str(host), str(stage)
        readable = layout.readable() | {str(stage / "inside"): "read"}
    python = [sys.executable, "-s", "-P", "-B"]
    said = [code, str(level), json.dumps({"readable": readable, "user": stranger()})]
    zygote = [*python, "-c", _ZYGOTE, *said]
    trial = [*python, "-S", "-c", _TRIAL, *said, scratch if host is None else f"{scratch}/trial"]
    if level is Isolation.FULL:
        zygote = bubblewrap.command(layout, stage, zygote)
        trial = bubblewrap.command(layout, stage, trial)
    return Setting(level, tuple(zygote), tuple(trial), _environment(scratch), scratch, host)


def choose(wanted: Isolation | None, settings: Sequence[Setting]) -> tuple[Setting | None, str]:
    """Return the first setting that works and why none before it does, or None and why."""
    obstacles: list[str] = []
    for candidate in settings:
        if wanted not in (None, candidate.level):
            continue
        obstacle = why_not(candidate)
        if obstacle is None:
            return candidate, "; ".join(obstacles) or "everything asked for works here"
        obstacles.append(f"{candidate.level} isolation cannot be had: {obstacle}")
    return None, "; ".join(obstacles)


def impossible(candidate: Setting) -> str | None:
    """Return why a level need not even be tried; None when it may work."""
    return bubblewrap.why_not() if candidate.level is Isolation.FULL else None


def why_not(candidate: Setting) -> str | None:
    """Try a level for real; return what stands in its way and what to do about it."""
    if candidate.level is Isolation.NONE:
        return None
    if missing := impossible(candidate):
        return missing
    try:
        done = subprocess.run(
            candidate.trial,
            env=candidate.environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TRIAL_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"trying it ({Path(candidate.trial[0]).name}) took more than {_TRIAL_S:g} s"
    except OSError as error:
        return f"trying it failed: {error.strerror or error}"
    if done.returncode == 0:
        return None
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return (said[-1] if said else f"exit code {done.returncode}") + _advice(candidate.level)


def _advice(level: Isolation) -> str:
    """Return what to set on this machine, where that is known."""
    if level is Isolation.REDUCED:
        return " (needs Linux 5.13 or newer with Landlock and seccomp switched on)"
    switch = Path("/proc/sys") / _SYSCTL.replace(".", "/")
    if switch.exists() and switch.read_text().strip() == "1":
        return f" (sudo sysctl {_SYSCTL}=0 allows it; or grade with reduced isolation)"
    return " (user namespaces may be switched off here, as they are in most containers)"


def _environment(scratch: str) -> dict[str, str]:
    """Return the whole environment of the warm process: nothing of the grader's own."""
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": scratch,
        "TMPDIR": scratch,
        "IPYTHONDIR": f"{scratch}/.ipython",
        "MPLCONFIGDIR": f"{scratch}/.matplotlib",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "USER": "student",
    }
