"""Say what is wrong with a contract in the author's words: the key, what it holds, what it may."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

__all__ = ["first_fault", "near", "schema_fault"]

_MOST = 60
_KINDS = {
    "string": "a text",
    "float": "a number",
    "int": "a whole number",
    "bool": "true or false",
    "list": "a list",
    "tuple": "a list",
    "dict": "a table",
    "mapping": "a table",
    "model": "a table",
}  # fmt: skip
_KINDS_OF_SCHEMA = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "object": "a table",
    "array": "a list",
}
_BOUNDS = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


def first_fault(error: ValidationError, model: type[BaseModel], content: object) -> str:
    """Return `key: what is wrong` of the first fault, as its author would say it.

    `model` is what the content should be; the key of an entry in a list counts from 1.
    """
    faults = error.errors(include_url=False)
    # A value of several possible types fails once for each of them; what it may be is said once.
    first = _typo_for(faults[0], faults, content)
    place = _place(first, content)
    same = [fault for fault in faults if _place(fault, content) == place]
    expected = list(dict.fromkeys(filter(None, map(_expected, same))))
    key = _written(place, content)
    if first["type"] == "extra_forbidden":
        keys = _keys_at(model, place[:-1])
        return f"{key}: no such key; {near(str(place[-1]), keys)}"
    if first["type"] == "missing":
        return f"{key}: is missing"
    return f"{key}: expected {_listed(expected) or first['msg']}, not {_shown(first.get('input'))}"


def _typo_for(first: ErrorDetails, faults: Sequence[ErrorDetails], content: object) -> ErrorDetails:
    """Return the key that was written for a missing one, `pionts` for `points`, else the first."""
    if first["type"] != "missing":
        return first
    *table, missing = _place(first, content)
    for fault in faults:
        *other, written = _place(fault, content) or ("",)
        extra = fault["type"] == "extra_forbidden" and other == table
        if extra and difflib.get_close_matches(str(written), [str(missing)]):
            return fault
    return first


def schema_fault(rule: str, definition: object, value: object) -> str:
    """Return `expected …, not …` for a value that breaks one rule of a JSON schema."""
    match rule, definition:
        case "enum", list(values):
            expected = _listed([str(value) for value in values])
        case "minimum", bound:
            expected = f"at least {bound}"
        case "maximum", bound:
            expected = f"at most {bound}"
        case "minLength", _:
            expected = "a text that is not empty"
        case _:
            expected = _KINDS_OF_SCHEMA.get(str(definition), f"{rule} {definition}")
    return f"expected {expected}, not {_shown(value)}"


def near(name: str, known: Iterable[str]) -> str:
    """Say which known name is near to one that is not known, else all of them."""
    names = sorted(known)
    found = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {found[0]}?" if found else f"expected one of {', '.join(names)}"


def _place(fault: Mapping[str, Any], content: object) -> tuple[int | str, ...]:
    """Return the part of a fault's place that is in the file; pydantic adds names of its types."""
    place: list[int | str] = []
    for part in fault["loc"]:
        if isinstance(content, Mapping) and (part in content or fault["type"] == "missing"):
            place.append(part)
            content = content.get(part)
        elif isinstance(content, list) and isinstance(part, int):
            place.append(part)
            content = content[part] if part < len(content) else None
    return tuple(place)


def _written(place: Sequence[int | str], content: object) -> str:
    """Write a key as the other messages do: a check by its name, else by its number."""
    match place:
        case ["check", int(number), *rest]:
            return ": ".join([_check_named(content, number), *filter(None, [_written(rest, {})])])
    return ".".join(str(part + 1 if isinstance(part, int) else part) for part in place)


def _check_named(content: Any, number: int) -> str:
    check = content["check"][number]
    keys = ("id", "call", "cell", "probe") if isinstance(check, Mapping) else ()
    names = (check.get(key) for key in keys)
    name = next((name for name in names if isinstance(name, str)), None)
    return f"check {name!r}" if name else f"check {number + 1}"


def _listed(expected: Sequence[str]) -> str:
    """Join what a value may be: `a text, a number or a list`."""
    found = [kind for kind in expected if kind != _KINDS["int"] or _KINDS["float"] not in expected]
    return " or ".join(filter(None, [", ".join(found[:-1]), *found[-1:]]))


def _expected(fault: Mapping[str, Any]) -> str:
    kind, context = str(fault["type"]), fault.get("ctx", {})
    if kind in _BOUNDS:
        bound, words = _BOUNDS[kind]
        return f"{words} {context[bound]:g}"
    if kind == "literal_error":
        return str(context["expected"]).replace("'", "")
    if kind == "too_short":
        return f"at least {context['min_length']} entries"
    if kind == "string_pattern_mismatch":
        plain = "letters, digits and . _ - (at most 64)"
        return "a file's name or a pattern like *.csv" if "/" in context["pattern"] else plain
    return _KINDS.get(kind.split("_")[0], "")


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "{…}"
    text = ("true" if value else "false") if isinstance(value, bool) else repr(value)
    return text if len(text) <= _MOST else f"{text[:_MOST]}…"


def _keys_at(model: type[BaseModel], place: Sequence[int | str]) -> list[str]:
    """Return the keys of the table at a place of the model."""
    for part in place:
        if isinstance(part, str) and part in model.model_fields:
            inner = _model_in(model.model_fields[part].annotation)
            model = inner or model
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the first table's model inside an annotation such as `list[_Check]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(inner) for inner in getattr(annotation, "__args__", ()))
    return next((model for model in found if model is not None), None)
