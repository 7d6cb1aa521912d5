"""Load a reference: trusted code, imported by the judge and never shown to a sandbox."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
import textwrap
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from grader.authoring import Mark, gradient, mark_of
from grader.course.arguments import argument_at, last_name, with_argument
from grader.course.files import among_files
from grader.course.reference_files import files_of
from grader.errors import CourseError
from grader.model import Check, Exercise, Gradient

__all__ = ["Mistake", "Reference", "load_reference"]


@dataclass(frozen=True)
class Mistake:
    """A declared mistake: what `target` computes under it, and what the student is told."""

    slug: str
    target: str
    title: str
    explanation: str
    function: Any


@dataclass(frozen=True)
class Reference:
    """What a reference file defines, sorted by what it is for."""

    namespace: Mapping[str, Any]
    """The right functions and classes, gradients of `gradient = {...}` checks among them."""
    mistakes: tuple[Mistake, ...]
    rewritings: tuple[tuple[str, Any], ...]
    """(target, function) pairs of other right ways."""
    probes: Mapping[str, Any]
    samplers: Mapping[str, Callable[..., Mapping[str, Any]]]
    solutions: Mapping[str, Callable[[], Mapping[str, Any]]]

    def with_mistake(self, mistake: Mistake) -> dict[str, Any]:
        """Return the namespace in which one mistake is made."""
        return {**self.namespace, mistake.target: mistake.function}

    def mistakes_of(self, check: Check) -> tuple[Mistake, ...]:
        """Return the mistakes that can show in a check."""
        targets = {check.call, check.id}
        return tuple(mistake for mistake in self.mistakes if mistake.target in targets)

    def probe_source(self, name: str) -> str:
        """Return the source of a probe function without its decorators."""
        lines, _ = inspect.getsourcelines(self.probes[name])
        source = textwrap.dedent("".join(lines))
        return source[source.index("def ") :]

    def parameters(self, check: Check) -> tuple[inspect.Parameter, ...]:
        """Return the parameters that a case of this check must fill, in order."""
        if check.probe is not None:
            return tuple(inspect.signature(self.probes[check.probe]).parameters.values())[1:]
        name = check.gradient.of if check.gradient else check.call
        return tuple(inspect.signature(self.namespace[str(name)]).parameters.values())


def load_reference(exercise: Exercise, code: Sequence[CodeType] = ()) -> Reference:
    """Import an exercise's reference; raises CourseError where it does not fit the contract.

    `code`, where there is any, stands for what its files hold.
    """
    if not any(check.by_probe for check in exercise.checks) and not exercise.reference.exists():
        return Reference({}, (), (), {}, {}, {})
    defined = _import(exercise, code)
    marked = {
        name: (mark, found)
        for name, found in defined.items()
        if (mark := mark_of(found)) is not None
    }
    reference = Reference(
        namespace=_namespace(exercise, defined, marked),
        mistakes=tuple(
            Mistake(name, mark.target, mark.title, _sentences(found.__doc__), found)
            for name, (mark, found) in marked.items()
            if mark.kind == "mistake"
        ),
        rewritings=tuple(
            (mark.target, found) for mark, found in marked.values() if mark.kind == "rewriting"
        ),
        probes={name: found for name, (mark, found) in marked.items() if mark.kind == "probe"},
        samplers=_targets(marked, "sampler"),
        solutions=_targets(marked, "solution"),
    )
    for check in exercise.checks:
        if check.by_probe:
            _fits(exercise, check, reference)
    _targets_exist(exercise, reference)
    return reference


def _sentences(docstring: str | None) -> str:
    """Return a docstring as running text; only a blank line makes a new paragraph."""
    paragraphs = inspect.cleandoc(docstring or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _import(exercise: Exercise, code: Sequence[CodeType]) -> Mapping[str, Any]:
    """Return what the files of a reference define."""
    files = files_of(exercise.reference) or (exercise.reference,)
    name = f"grader_reference_{exercise.id.replace('-', '_')}"
    # A reference leaves no compiled copy of itself beside the exercises.
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        found: dict[str, Any] = {}
        read = _package if exercise.reference.is_dir() else _module
        run = partial(_run, name, code) if code else partial(read, name, files)
        among_files(exercise.directory, lambda: found.update(run()))
    except CourseError:
        raise
    except Exception as error:
        place = _place_of(error, files) or exercise.reference
        raise CourseError(f"{place}: {type(error).__name__}: {error}") from error
    finally:
        sys.dont_write_bytecode = before
    return found


def _module(name: str, files: Sequence[Path]) -> Mapping[str, Any]:
    (file,) = files
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise CourseError(f"{file}: cannot be read as Python")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return vars(module)


def _package(name: str, files: Sequence[Path]) -> Mapping[str, Any]:
    """Import the modules of a folder; they are known to one another only while they load."""
    package = ModuleType(name)
    package.__path__ = [str(files[0].parent)]
    sys.modules[name] = package
    try:
        modules = [importlib.import_module(f"{name}.{file.stem}") for file in files]
    finally:
        for known in [each for each in sys.modules if each.partition(".")[0] == name]:
            del sys.modules[known]
    found: dict[str, Any] = {}
    for module in modules:
        found |= {key: value for key, value in vars(module).items() if not key.startswith("__")}
    return found


def _place_of(error: Exception, files: Sequence[Path]) -> Path | None:
    """Return which of several files raised."""
    named = {str(file): file for file in files}
    frames = traceback.extract_tb(error.__traceback__)
    return next((named[each.filename] for each in reversed(frames) if each.filename in named), None)


def _run(name: str, code: Sequence[CodeType]) -> Mapping[str, Any]:
    module = ModuleType(name)
    for part in code:
        exec(part, vars(module))  # noqa: S102 - the course's own
    return vars(module)


def _namespace(
    exercise: Exercise, defined: Mapping[str, Any], marked: Mapping[str, Any]
) -> Mapping[str, Any]:
    namespace = {name: found for name, found in defined.items() if name not in marked}
    for check in exercise.checks:
        if check.gradient is None or check.call is None:
            continue
        place = f"{exercise.reference}: {check.call}"
        if check.call in namespace and not hasattr(namespace[check.call], "__derived__"):
            raise CourseError(f"{place}: is derived from {check.gradient.of!r}; do not define it")
        if check.gradient.of not in namespace:
            raise CourseError(f"{place}: gradient of {check.gradient.of!r}, which is not defined")
        namespace[check.call] = _derivative(namespace[check.gradient.of], check.gradient)
    return namespace


def _derivative(function: Callable[..., Any], asked: Gradient) -> Callable[..., Any]:
    """Return the function that computes the gradient of `function` in the order of `wrt`."""
    wrt = asked.wrt
    names = list(inspect.signature(function).parameters)

    def derivative(*values: Any) -> Any:
        given = dict(zip(names, values, strict=False))

        def of_wrt(*at: Any) -> Any:
            moved = given
            for name, value in zip(wrt, at, strict=True):
                moved = with_argument(moved, name, value)
            return function(**moved)

        found = gradient(of_wrt, *(argument_at(given, name) for name in wrt))
        if asked.returned == "dict":
            keys = map(last_name, wrt)
            return dict(zip(keys, found if len(wrt) > 1 else (found,), strict=True))
        return found

    derivative.__dict__["__derived__"] = True
    return derivative


def _targets(marked: Mapping[str, tuple[Mark, Any]], kind: str) -> dict[str, Any]:
    return {mark.target: found for mark, found in marked.values() if mark.kind == kind}


def _fits(exercise: Exercise, check: Check, reference: Reference) -> None:
    """Raise CourseError unless the reference has what one check needs."""
    place = f"{exercise.reference}: check {check.id!r}"
    if check.probe is not None and check.probe not in reference.probes:
        raise CourseError(f"{place}: probe {check.probe!r} is not defined (mark it with @probe)")
    for name in (check.call, check.expect):
        if name is not None and name not in reference.namespace:
            raise CourseError(f"{place}: {name!r} is not defined")
    if check.cell is not None:
        if check.cell not in reference.solutions:
            raise CourseError(f"{place}: cell {check.cell!r} has no @solution")
        return
    if check.gradient:
        forward = check.gradient.forward
        if forward is not None and forward not in reference.probes:
            raise CourseError(f"{place}: forward {forward!r} is not defined (mark it with @probe)")
        names = inspect.signature(reference.namespace[check.gradient.of]).parameters
        unknown = [name for name in check.gradient.wrt if name.partition(".")[0] not in names]
        if unknown:
            asked = f"wrt names {unknown[0]!r}, but the inputs are {', '.join(names)}"
            raise CourseError(
                f"{exercise.directory / 'exercise.toml'}: check {check.id!r}: {asked}"
            )
        for path in check.gradient.wrt:
            _is_drawn(exercise, check, path)
    if check.id in reference.samplers:
        return
    for parameter in reference.parameters(check):
        if parameter.name not in check.inputs and parameter.default is parameter.empty:
            raise CourseError(
                f"{exercise.directory / 'exercise.toml'}: check {check.id!r}: inputs: "
                f"{parameter.name!r} is asked for by the reference but not declared"
            )


def _is_drawn(exercise: Exercise, check: Check, path: str) -> None:
    """Raise CourseError unless `params.layer.w` leads to a value within tables of the inputs."""
    first, *keys = path.split(".")
    found, path_so_far = check.inputs.get(first), first
    for key in keys:
        if not isinstance(found, Mapping):
            return  # drawn by the reference's own function, or one of several ways
        if key not in found:
            asked = f"gradient.wrt: {path!r}: {path_so_far} has {', '.join(found)}, and no {key!r}"
            raise CourseError(
                f"{exercise.directory / 'exercise.toml'}: check {check.id!r}: {asked}"
            )
        found, path_so_far = found[key], f"{path_so_far}.{key}"


def _targets_exist(exercise: Exercise, reference: Reference) -> None:
    known = {check.call for check in exercise.checks} | {check.id for check in exercise.checks}
    named = [(mistake.slug, mistake.target) for mistake in reference.mistakes]
    named += [(function.__name__, target) for target, function in reference.rewritings]
    named += [(function.__name__, target) for target, function in reference.samplers.items()]
    for slug, target in named:
        if target not in known:
            raise CourseError(f"{exercise.reference}: {slug}: no check asks for {target!r}")
