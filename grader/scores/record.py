"""Write a score as the stable JSON record `grader/score/v1`, and read it back strictly.

The keys are described by `score.schema.json`. A number that JSON cannot hold is written as the
text `"NaN"`, `"Infinity"` or `"-Infinity"`. On disk the executed notebook lies beside the record.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.errors import UsageError
from grader.model import (
    CellRun,
    CheckVerdict,
    Criterion,
    Entries,
    HandedFile,
    HiddenSummary,
    Integrity,
    Isolation,
    Late,
    Measured,
    MeasuredItem,
    Outcome,
    Run,
    Score,
)
from grader.outdir import score_directory, write_whole

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = [
    "SCHEMA",
    "from_json",
    "from_own",
    "outline",
    "read_scores",
    "run_from_json",
    "run_to_json",
    "to_json",
    "write_score",
    "write_scores",
]

SCHEMA = "grader/score/v1"


# ---------------------------------------------------------------- to JSON


def to_json(score: Score) -> dict[str, Any]:
    """Turn a score into plain JSON values under the keys of `grader/score/v1`.

    It holds the seed, where there is one, which is not for students.
    """
    return {
        "schema": SCHEMA,
        "student": score.student,
        "exercise": score.exercise,
        "title": score.title,
        "submission": {
            "path": score.path,
            "sha256": score.sha256,
            "kind": score.kind,
            "files": [asdict(file) for file in score.files],
        },
        "status": score.status,
        "message": score.message,
        "remarks": list(score.remarks),
        "earned": _plain(score.earned),
        "possible": _plain(score.possible),
        "final": _plain(score.final),
        "handed_in": score.handed_in,
        "late": None if score.late is None else asdict(score.late),
        "comments": list(score.comments),
        "asks": list(score.asks),
        "attempt": score.attempt,
        "checks": [_check_to_json(check) for check in score.checks],
        "run": run_to_json(score.run),
        "integrity": [asdict(seen) for seen in score.integrity],
        "environment": dict(score.environment),
        "graded_at": score.graded_at,
    } | ({} if score.seed is None else {"seed": score.seed})


def run_to_json(run: Run) -> dict[str, Any]:
    """Turn the facts of a run into JSON; `notebook` is there only when there is one."""
    record: dict[str, Any] = {
        "status": run.status,
        "isolation": run.isolation.value,
        "wall_s": _plain(run.wall_s),
        "cpu_s": _plain(run.cpu_s),
        "max_rss_mb": _plain(run.max_rss_mb),
        "message": run.message,
        "phases": _plain(dict(run.phases)),
        "cells": [_plain(_shallow(cell)) for cell in run.cells],
    }
    return record if run.notebook is None else record | {"notebook": dict(run.notebook)}


def _check_to_json(check: CheckVerdict) -> dict[str, Any]:
    return {
        "id": check.id,
        "title": check.title,
        "call": check.call,
        "outcome": check.outcome.value,
        "earned": _plain(check.earned),
        "possible": _plain(check.possible),
        "feedback": check.feedback,
        "mistake": check.mistake,
        "mistake_title": check.mistake_title,
        "remarks": list(check.remarks),
        "comments": list(check.comments),
        "builds_on": list(check.builds_on),
        "bonus": check.bonus,
        "answer": check.answer,
        "criteria": [asdict(criterion) for criterion in check.criteria],
        "one_criterion": check.one_criterion,
        "method": check.method,
        "raised_at": list(check.raised_at) if check.raised_at else None,
        "items": [_item_to_json(item) for item in check.items],
        "cases": [_case_to_json(case) for case in check.public if case.public],
        "hidden": _plain(_shallow(check.hidden)),
    }


def _case_to_json(case: Measured) -> dict[str, Any]:
    worst = max(case.items, key=_margin, default=None)
    return {
        "case": case.case,
        "public": case.public,
        "agrees": case.agrees,
        "error": _plain(worst.error) if worst else None,
        "tolerance": _plain(worst.tolerance) if worst else None,
        "inputs": dict(case.inputs),
        "numbers": _plain(dict(case.numbers)),
        "items": [_item_to_json(item) for item in case.items],
    }


def _item_to_json(item: MeasuredItem) -> dict[str, Any]:
    entries = None if item.entries is None else _plain(_shallow(item.entries))
    return {name: _plain(value) for name, value in _shallow(item).items()} | {"entries": entries}


def _shallow(values: DataclassInstance) -> dict[str, Any]:
    """Return the fields as they are: `asdict` would copy every number on its own."""
    return {each: getattr(values, each) for each in values.__dataclass_fields__}


def _margin(item: MeasuredItem) -> float:
    """How far past its tolerance an item is; what has no number is worst of all."""
    if item.error is None or item.tolerance is None or math.isnan(item.error):
        return -1.0 if item.agrees else math.inf
    return item.error / item.tolerance if item.tolerance > 0 else item.error


def _plain(value: Any) -> Any:
    """Put lists for tuples, and texts for the numbers that JSON does not have."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, tuple):
        if set(map(type, value)) == {float} and all(map(math.isfinite, value)):
            return list(value)  # most of a record: numbers, with nothing to replace
        return [_plain(inner) for inner in value]
    return value


# ---------------------------------------------------------------- from JSON


def from_json(record: Mapping[str, Any]) -> Score:
    """Read a record back; raises UsageError naming the first key that does not fit."""
    _validate(record)
    try:
        return _score(record)
    except OverflowError:
        raise UsageError("score record: a number is too large") from None


def from_own(record: Mapping[str, Any]) -> Score:
    """Read a record that the gradebook holds, four times as fast: only what is odd is validated."""
    try:
        return _score(record)
    except (AttributeError, KeyError, TypeError, ValueError):
        _validate(record)
        raise


def outline(record: Mapping[str, Any]) -> Score:
    """Read of a record that the gradebook holds all but what was measured and how it ran."""
    return from_own(
        {
            **record,
            "checks": [{**check, "items": (), "cases": ()} for check in record["checks"]],
            "run": {**record["run"], "cells": ()},
        }
    )


def _score(record: Mapping[str, Any]) -> Score:
    submission = record["submission"]
    return Score(
        student=record["student"],
        exercise=record["exercise"],
        title=record["title"],
        path=submission["path"],
        sha256=submission["sha256"],
        kind=submission["kind"],
        status=record["status"],
        earned=float(record["earned"]),
        possible=float(record["possible"]),
        checks=tuple(_check_from_json(check) for check in record["checks"]),
        run=run_from_json(record["run"]),
        seed=record.get("seed"),
        graded_at=record["graded_at"],
        environment=dict(record["environment"]),
        integrity=tuple(Integrity(**seen) for seen in record["integrity"]),
        message=record["message"],
        remarks=tuple(record["remarks"]),
        handed_in=record.get("handed_in", ""),
        late=Late(**record["late"]) if record.get("late") else None,
        comments=tuple(record.get("comments", ())),
        asks=tuple(record.get("asks", ())),
        attempt=record.get("attempt", 1),
        files=tuple(HandedFile(**file) for file in submission.get("files", ())),
    )


def run_from_json(record: Mapping[str, Any]) -> Run:
    """Read the facts of a run back from the `run` part of a record."""
    return Run(
        status=record["status"],
        isolation=Isolation(record["isolation"]),
        wall_s=float(record["wall_s"]),
        cpu_s=float(record["cpu_s"]),
        max_rss_mb=float(record["max_rss_mb"]),
        cells=tuple(
            CellRun(**{**cell, "seconds": float(cell["seconds"])}) for cell in record["cells"]
        ),
        message=record["message"],
        phases={name: float(seconds) for name, seconds in record["phases"].items()},
        notebook=record.get("notebook"),
    )


def _check_from_json(check: Mapping[str, Any]) -> CheckVerdict:
    hidden = check["hidden"]
    return CheckVerdict(
        id=check["id"],
        title=check["title"],
        call=check["call"],
        outcome=Outcome(check["outcome"]),
        earned=float(check["earned"]),
        possible=float(check["possible"]),
        feedback=check["feedback"],
        mistake=check["mistake"],
        mistake_title=check["mistake_title"],
        items=tuple(_item_from_json(item) for item in check["items"]),
        public=tuple(_case_from_json(case) for case in check["cases"]),
        hidden=HiddenSummary(
            hidden["cases"],
            hidden["passed"],
            _float(hidden["margin"]),
            tuple(hidden["categories"]),
        ),
        remarks=tuple(check["remarks"]),
        method=check.get("method", ""),
        raised_at=tuple(check["raised_at"]) if check.get("raised_at") else None,
        comments=tuple(check.get("comments", ())),
        builds_on=tuple(check.get("builds_on", ())),
        bonus=check.get("bonus", False),
        answer=check.get("answer", ""),
        criteria=tuple(Criterion(**each) for each in check.get("criteria", ())),
        one_criterion=check.get("one_criterion", False),
    )


def _case_from_json(case: Mapping[str, Any]) -> Measured:
    return Measured(
        case=case["case"],
        public=case["public"],
        items=tuple(_item_from_json(item) for item in case["items"]),
        inputs=dict(case["inputs"]),
        numbers={name: tuple(map(float, row)) for name, row in case["numbers"].items()},
    )


def _item_from_json(item: Mapping[str, Any]) -> MeasuredItem:
    entries = item["entries"]
    return MeasuredItem(
        name=item["name"],
        agrees=item["agrees"],
        error=_float(item["error"]),
        tolerance=_float(item["tolerance"]),
        note=item["note"],
        expected=item["expected"],
        got=item["got"],
        entries=None if entries is None else _entries_from_json(entries),
    )


def _entries_from_json(entries: Mapping[str, Any]) -> Entries:
    return Entries(
        shape=tuple(entries["shape"]),
        expected=tuple(map(float, entries["expected"])),
        got=tuple(map(float, entries["got"])),
        tolerance=tuple(map(float, entries["tolerance"])),
        differences=tuple(map(float, entries["differences"])),
        differences_of=entries.get("differences_of", "own"),
    )


def _float(value: float | str | None) -> float | None:
    return None if value is None else float(value)


@cache
def _validator() -> Callable[[Any], Any]:
    import fastjsonschema

    schema = resources.files("grader.scores").joinpath("score.schema.json").read_text("utf-8")
    validate: Callable[[Any], Any] = fastjsonschema.compile(json.loads(schema))
    return validate


def _validate(record: object) -> None:
    import fastjsonschema

    try:
        _validator()(record)
    except fastjsonschema.JsonSchemaValueException as fault:
        where = ".".join(map(str, fault.path[1:])) or "record"
        expected = str(fault.message).removeprefix(fault.name or "").strip()
        raise UsageError(f"score record: {where}: {expected}") from None


# ---------------------------------------------------------------- files


def write_score(out: Path, score: Score) -> Path:
    """Write `score.json`, and the executed notebook beside it; returns the record's path.

    Students get these, so the seed, from which the hidden cases follow, is left out.
    """
    directory = score_directory(out, score.exercise, score.student)
    record = to_json(replace(score, seed=None))
    notebook = record["run"].pop("notebook", None)
    if notebook is not None:
        write_whole(directory / "executed.ipynb", json.dumps(notebook, indent=1) + "\n")
    write_whole(directory / "score.json", _text(record))
    return directory / "score.json"


def write_scores(out: Path, scores: Iterable[Score]) -> Path:
    """Write `scores.json` for instructors: all records without their notebooks, one a line.

    The scores are taken one by one: a class of any size fits into memory.
    """
    write_whole(out / "scores.json", _list_of(scores))
    return out / "scores.json"


def _list_of(scores: Iterable[Score]) -> Iterator[str]:
    before = "[\n"
    for score in scores:
        record = to_json(score)
        record["run"].pop("notebook", None)
        yield before + json.dumps(record, ensure_ascii=False, allow_nan=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def read_scores(path: Path) -> tuple[Score, ...]:
    """Read a `score.json` or `scores.json`; raises UsageError naming the file and the key."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as fault:
        raise UsageError(f"{path}: cannot be read as JSON: {fault}") from None
    records = content if isinstance(content, list) else [content]
    try:
        return tuple(from_json(record) for record in records)
    except UsageError as fault:
        raise UsageError(f"{path}: {fault}") from None


def _text(record: object) -> str:
    return json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
