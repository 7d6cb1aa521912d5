"""Read `exercise.toml` into an `Exercise`, with errors that point: `path: key: what is wrong`."""

from __future__ import annotations

import ast
import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.course.faults import first_fault
from grader.course.files import digest_of, exercise_files, file_names, read_files
from grader.course.inputs import parse_input
from grader.course.reference_files import content_of
from grader.course.rules import CONSTRUCTS, is_construct, meant_by
from grader.errors import CourseError
from grader.inside.expressions import alternatives
from grader.model import (
    Accepts,
    Check,
    Criterion,
    Dimension,
    Example,
    Exercise,
    File,
    Gradient,
    Limits,
    Manual,
    Rule,
)

__all__ = ["read_accepts", "read_exercise"]

Points = Annotated[float, Field(gt=0, le=1000)]
Dtype = Literal["float64", "float32"]
Plain = str | int | float | bool
Input = Plain | list[Plain] | dict[str, Any]


class _Table(BaseModel):
    """A table of the contract; unknown keys are errors, so that a typo is found."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Dimension(_Table):
    low: Annotated[int, Field(ge=1)] = 3
    high: Annotated[int, Field(le=64)] = 7
    one: bool = True


class _Gradient(_Table):
    of: str
    wrt: Annotated[list[str], Field(min_length=1)]
    forward: str | None = None
    returned: Literal["tuple", "dict"] = "tuple"


class _Criterion(_Table):
    title: str
    points: Annotated[float, Field(ge=0, le=1000)]


class _Example(_Table):
    inputs: dict[str, Any] = Field(default_factory=dict)
    expect: Any = None
    within: Annotated[float, Field(gt=0)] | None = None


class _Check(_Table):
    points: Points
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")] | None = None
    title: str | None = None
    call: str | None = None
    probe: str | None = None
    gradient: _Gradient | None = None
    cell: str | None = None
    given: dict[str, str] = Field(default_factory=dict)
    asked: dict[str, str] = Field(default_factory=dict)
    expect: str | None = None
    inputs: dict[str, Input] = Field(default_factory=dict)
    items: list[str] = Field(default_factory=list)
    method: Literal["by-hand", "by-autograd", "from-scratch"] | None = None
    method_points: Annotated[float, Field(ge=0)] = 0.0
    needs: list[str] = Field(default_factory=list)
    cases: Annotated[int, Field(ge=1, le=64)] = 6
    dtypes: Annotated[tuple[Dtype, ...], Field(min_length=1, strict=False)] = ("float64", "float32")
    tolerance: Annotated[float, Field(gt=0, lt=1e-2)] | None = None
    finite_differences: bool = True
    feedback: dict[str, str] = Field(default_factory=dict)
    required: str | list[str] = Field(default_factory=list)
    forbidden: str | list[str] = Field(default_factory=list)
    within: list[str] = Field(default_factory=list)
    says: str = ""
    bonus: bool = False
    manual: bool = False
    prose: str | None = None
    docstring: str | None = None
    figure: str | None = None
    file: str | None = None
    choose: Literal["several", "one"] = "several"
    criterion: list[_Criterion] = Field(default_factory=list)
    example: list[_Example] = Field(default_factory=list)


class _Limits(_Table):
    cell_s: Annotated[float, Field(gt=0)] = Limits.cell_s
    run_s: Annotated[float, Field(gt=0)] = Limits.run_s
    probe_s: Annotated[float, Field(gt=0)] = Limits.probe_s
    memory_mb: Annotated[int, Field(ge=256)] = Limits.memory_mb
    processes: Annotated[int, Field(ge=1)] = Limits.processes
    output_mb: Annotated[int, Field(ge=1)] = Limits.output_mb
    scratch_mb: Annotated[int, Field(ge=1)] = Limits.scratch_mb
    threads: Annotated[int, Field(ge=1)] = Limits.threads


class _Submission(_Table):
    files: list[Annotated[str, Field(pattern=r"^[^/\\]+$")]] = Field(default_factory=list)
    most: Annotated[int, Field(ge=1, le=100)] = Accepts.most
    most_mb: Annotated[float, Field(gt=0, le=50)] = Accepts.most_mb


class _Contract(_Table):
    title: str
    check: Annotated[list[_Check], Field(min_length=1)]
    inputs: dict[str, Input] = Field(default_factory=dict)
    dimensions: dict[str, _Dimension] = Field(default_factory=dict)
    limits: _Limits = Field(default_factory=_Limits)
    devices: Literal["cpu", "strict"] = Limits.devices
    arrays: Literal["torch", "numpy"] = "torch"
    submission: _Submission = Field(default_factory=_Submission)


def read_exercise(
    exercise_id: str, directory: Path, reference: Path, *, public: bool = False
) -> Exercise:
    """Read one exercise; raises CourseError that names file and key.

    With `public` the reference may be absent, as it is where students work.
    """
    path = directory / "exercise.toml"
    source = _bytes(path)
    contract = _parse(path, source)
    dimensions = {
        name: Dimension(**dimension.model_dump()) for name, dimension in contract.dimensions.items()
    }
    for name, dimension in dimensions.items():
        low, high, room = dimension.low, dimension.high, len(dimensions) + 1
        if low > high:
            raise CourseError(f"{path}: dimensions.{name}: low = {low} is above high = {high}")
        if high - low < room:
            raise CourseError(
                f"{path}: dimensions.{name}: {low} to {high} is too small a range for sizes that "
                f"differ from one another; high has to be at least {low + room}"
            )
    checks = tuple(_check(path, contract, check) for check in contract.check)
    _unique(path, (check.id for check in checks))
    if all(check.bonus for check in checks):
        raise CourseError(f"{path}: bonus: not every check can be one; no points would be possible")
    for check in checks:
        _inputs_parse(path, check, dimensions)
        _needs_exist(path, check, checks)
    # Where people and rules decide everything there is nothing to compare with.
    absent = public or not (reference.exists() or any(check.by_probe for check in checks))
    secret = b"" if absent else content_of(reference)
    starter = directory / "starter.py"  # what it answers counts as not written yet
    given = starter.read_bytes() if starter.is_file() else b""
    found = Exercise(
        id=exercise_id,
        title=contract.title,
        checks=checks,
        dimensions=dimensions,
        limits=Limits(**contract.limits.model_dump(), devices=contract.devices),
        directory=directory,
        reference=reference,
        fingerprint="",
        arrays=contract.arrays,
        files=file_names(directory),
    )
    files = exercise_files(found)
    parts = [source, secret, given, *([digest_of(files)] if files else [])]
    return replace(
        found,
        fingerprint=hashlib.sha256(b"\0".join(parts)).hexdigest(),
        accepts=_accepts(contract.submission, files),
    )


def read_accepts(directory: Path) -> Accepts:
    """Read which further files an exercise takes; nothing of a contract that is wrong.

    Whoever loads the exercise hears what is wrong with it.
    """
    try:
        contract = _parse(directory / "exercise.toml", _bytes(directory / "exercise.toml"))
        files = tuple(read_files(directory, file_names(directory)))
    except CourseError:
        return Accepts()
    return _accepts(contract.submission, files)


def _accepts(said: _Submission, files: Iterable[File]) -> Accepts:
    given = {file.name: file.sha256 for file in files}
    return Accepts(tuple(said.files), said.most, said.most_mb, given)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CourseError(f"{path}: {error.strerror or error}; the file is needed") from None


def _parse(path: Path, source: bytes) -> _Contract:
    content: dict[str, Any] = {}
    try:
        content = tomllib.loads(source.decode("utf-8"))
        return _Contract.model_validate(content)
    except UnicodeDecodeError as error:
        raise CourseError(f"{path}: is not UTF-8 (byte {error.start})") from None
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{path}: is not TOML: {error}") from None
    except ValidationError as error:
        fault = first_fault(error, _Contract, content)
        raise CourseError(f"{path}: {fault}") from None


def _check(path: Path, contract: _Contract, raw: _Check) -> Check:
    name = raw.id or raw.call or raw.cell or raw.probe
    name = name or next((raw_of for _, raw_of in _places(raw)), None)
    rule, manual = _rule(path, raw), _manual(path, contract, raw)
    place = f"{path}: check {name!r}"
    if name is None or not (raw.call or raw.cell or raw.probe or rule or manual):
        raise CourseError(
            f"{place}: expected one of the keys call, probe, cell, required, forbidden, manual"
        )
    if raw.cell is None and (raw.given or raw.asked):
        raise CourseError(f"{place}: given and asked belong to a check with a cell")
    if raw.expect and not (raw.cell or raw.probe):
        raise CourseError(f"{place}: expect belongs to a check with a cell or a probe")
    if raw.cell is not None and not (raw.asked and raw.expect):
        raise CourseError(f"{place}: a check of a cell needs asked and expect")
    for text in (*raw.given.values(), *raw.asked.values()):
        if not all(map(_is_expression, alternatives(text))):
            raise CourseError(f"{place}: {text!r}: expected expressions, with ` | ` between them")
    if raw.gradient and (raw.probe or not raw.call):
        raise CourseError(f"{place}: gradient needs call and excludes probe")
    if raw.method == "by-hand" and raw.method_points:
        raise CourseError(
            f"{place}: method_points: leave it out; "
            "a by-hand call that needs autograd earns nothing"
        )
    if raw.method in ("by-autograd", "from-scratch") and not 0 < raw.method_points < raw.points:
        raise CourseError(f"{place}: method_points: expected more than 0 and less than points")
    plain = raw.model_dump(
        include={"points", "call", "probe", "cell", "given", "asked", "expect", "method"}
        | {"method_points", "cases", "tolerance", "finite_differences", "feedback", "bonus"}
    )
    return Check(
        id=name,
        title=raw.title or name,
        gradient=_gradient(raw.gradient),
        inputs={**contract.inputs, **raw.inputs},
        items=tuple(raw.items),
        needs=tuple(raw.needs),
        dtypes=raw.dtypes,
        examples=tuple(Example(item.inputs, item.expect, item.within) for item in raw.example),
        rule=rule,
        manual=manual,
        **plain,
    )


def _places(raw: _Check) -> list[tuple[Literal["prose", "docstring", "figure", "file"], str]]:
    """Return where a manual check says that its answer stands."""
    said = {"prose": raw.prose, "docstring": raw.docstring, "figure": raw.figure, "file": raw.file}
    return [(kind, of) for kind, of in said.items() if of]  # type: ignore[misc]


def _manual(path: Path, contract: _Contract, raw: _Check) -> Manual | None:
    """Return the question for a person that a check is, None for another check."""
    places = _places(raw)
    name = raw.id or raw.call or raw.cell or raw.probe or next((of for _, of in places), None)
    place = f"{path}: check {name!r}"
    if not raw.manual:
        if places or raw.criterion:
            key = places[0][0] if places else "criterion"
            raise CourseError(f"{place}: {key}: only a question for a person has it: manual = true")
        return None
    if len(places) != 1 or raw.call or raw.cell or raw.probe or raw.required or raw.forbidden:
        raise CourseError(
            f"{place}: manual: expected where the answer stands, one of prose, docstring, figure, "
            "file, and no call"
        )
    kind, of = places[0]
    if kind == "file" and not any(fnmatchcase(of, p) for p in contract.submission.files):
        raise CourseError(
            f"{place}: file: {of!r} would not come along; add it to files under [submission]"
        )
    given = [criterion.points for criterion in raw.criterion]
    together = max(given, default=raw.points) if raw.choose == "one" else sum(given)
    if given and abs(together - raw.points) > 1e-9:
        how = "the best gives" if raw.choose == "one" else "together they give"
        raise CourseError(
            f"{place}: criterion: {how} {together:g} points, and the check is worth {raw.points:g}"
        )
    criteria = tuple(Criterion(item.title, item.points) for item in raw.criterion)
    return Manual(kind, of, criteria, raw.choose)


def _rule(path: Path, raw: _Check) -> Rule | None:
    """Return the rule that a check is, None for another check."""
    required, forbidden = (
        (said,) if isinstance(said, str) else tuple(said) for said in (raw.required, raw.forbidden)
    )
    place = f"{path}: check {raw.id or raw.call or raw.cell or raw.probe!r}"
    if not required and not forbidden:
        if raw.within or raw.says:
            raise CourseError(f"{place}: within and says belong to a rule: required or forbidden")
        return None
    if raw.id is None:
        raise CourseError(
            f"{path}: check {', '.join((*required, *forbidden))!r}: a rule needs an id"
        )
    if raw.call or raw.cell or raw.probe:
        raise CourseError(f"{place}: a rule is a check of its own; name functions by within")
    if not raw.says:
        raise CourseError(f"{place}: says: is missing, the sentence for who breaks the rule")
    for construct in (*required, *forbidden):
        if not is_construct(construct):
            known = ", ".join(CONSTRUCTS)
            raise CourseError(
                f"{place}: {construct!r} is no construct; expected one of {known}, operator @, "
                "import torch, or a name like torch.autograd.grad or .backward"
            )
        if meant := meant_by(construct):
            raise CourseError(f"{place}: {construct!r} is no construct; did you mean {meant}?")
    return Rule(raw.says, required, forbidden, tuple(raw.within))


def _is_expression(text: str) -> bool:
    try:
        ast.parse(text, mode="eval")
    except SyntaxError:
        return False
    return True


def _gradient(raw: _Gradient | None) -> Gradient | None:
    return Gradient(raw.of, tuple(raw.wrt), raw.forward, raw.returned) if raw else None


def _unique(path: Path, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise CourseError(f"{path}: check {name!r}: is there twice; give one an id of its own")
        seen.add(name)


def _inputs_parse(path: Path, check: Check, dimensions: Mapping[str, Dimension]) -> None:
    for name, declared in check.inputs.items():
        if declared == []:
            raise CourseError(f"{path}: check {check.id!r}: {name}: a list of inputs is empty")
        for option in declared if isinstance(declared, list) else [declared]:
            try:
                parse_input(option, dimensions)
            except ValueError as error:
                raise CourseError(f"{path}: check {check.id!r}: {name}: {error}") from None


def _needs_exist(path: Path, check: Check, checks: tuple[Check, ...]) -> None:
    earlier: list[str] = []
    for other in checks:
        if other.id == check.id:
            break
        earlier += [other.id] * other.by_probe  # nothing waits for a rule
    for need in check.needs:
        if need not in earlier:
            raise CourseError(f"{path}: check {check.id!r}: needs: {need!r} is no earlier check")
