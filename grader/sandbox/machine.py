"""Decide once a machine how student code is isolated there, and lay out what enters the sandbox."""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import InternalError
from grader.model import Isolation
from grader.sandbox.launching import SharedZygote
from grader.sandbox.layout import student_environment
from grader.sandbox.levels import Setting, choose, impossible, setting
from grader.sandbox.temporary import owned_folder

__all__ = ["Site", "prepared", "stage_inside", "started"]


@dataclass(frozen=True)
class Site:
    """What is decided once a machine: the level of isolation, and where its files lie."""

    setting: Setting
    reason: str
    """Why it is this level and no higher one."""


@contextlib.contextmanager
def prepared(wanted: Isolation | None, hidden: Sequence[Path] = ()) -> Iterator[Site]:
    """Choose the best level that this machine offers, or exactly the one that is wanted.

    `hidden` are folders to keep out of it beside those that are never in it. Raises
    InternalError when the wanted level cannot be had: a seal is never silently weaker.
    """
    with _settings(hidden) as settings:
        yield _chosen(wanted, settings)


@contextlib.contextmanager
def started(
    wanted: Isolation | None, hidden: Sequence[Path] = ()
) -> Iterator[tuple[Site, SharedZygote]]:
    """Do the same, and start a warm process there; the level is tried while it warms up."""
    with _settings(hidden) as settings:
        likely = next(
            (one for one in settings if wanted in (None, one.level) and not impossible(one)), None
        )
        with contextlib.ExitStack() as stack:
            early = stack.enter_context(_shared(likely)) if likely is not None else None
            site = _chosen(wanted, settings)
            if early is None or site.setting is not likely:
                stack.close()
                early = stack.enter_context(_shared(site.setting))
            yield site, early


def _shared(setting: Setting) -> contextlib.closing[SharedZygote]:
    return contextlib.closing(SharedZygote(setting.zygote, setting.environment))


@contextlib.contextmanager
def _settings(hidden: Sequence[Path]) -> Iterator[list[Setting]]:
    if sys.platform != "linux":
        raise InternalError(
            f"student code cannot be isolated on {sys.platform}: that takes Linux (namespaces, "
            "Landlock, seccomp); grade in a Linux virtual machine or container"
        )
    with owned_folder() as stage:
        try:
            stage_inside(stage)
            settings = [setting(level, stage, student_environment(hidden)) for level in Isolation]
        except OSError as fault:
            raise InternalError(
                f"temporary folder {stage.parent}: {fault.strerror or fault}: free some space "
                "there, or name another folder in TMPDIR"
            ) from None
        yield settings


def _chosen(wanted: Isolation | None, settings: Sequence[Setting]) -> Site:
    chosen, reason = choose(wanted, settings)
    if chosen is None:
        raise InternalError(reason)
    return Site(chosen, reason)


def stage_inside(stage: Path) -> None:
    """Copy what enters the sandbox: nobody edits it during a run, and nothing lies beside it."""
    stage.chmod(0o755)
    package = Path(__file__).parents[1] / "inside"
    shutil.copytree(package, stage / "inside", ignore=shutil.ignore_patterns("__pycache__"))
    (stage / "inside").chmod(0o755)
