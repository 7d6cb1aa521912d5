"""Put what is published to a student's namespace and say what came of it.

Runs wherever the student's code runs: in the child of `grader check`, or in their own kernel.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy

from grader.course.arguments import argument_at
from grader.course.inputs import Distribution, draw
from grader.inside.probes import answer_frame
from grader.judging import feedback
from grader.judging.checks import arguments_changed
from grader.judging.evidence import Answer, Raised, Refused, Value, decode_answers, encode_probe
from grader.judging.numbers import FLOAT64, Numeric, numeric
from grader.judging.wording import value_text
from grader.model import Case, Check, Exercise, Outcome, Probe, Reply
from grader.selfcheck.differences import slope
from grader.selfcheck.findings import Finding, Tried
from grader.selfcheck.signatures import declared_inputs, parameters, published

__all__ = ["try_check", "try_checks"]

CLOSE = 1e-4
"""A value this near to a published one, relative to the largest, is taken for it."""
COARSE = 1e-3
"""A gradient further than this from finite differences is wrong, relative to the largest."""
LONGEST = 300
"""Characters of an exception that are quoted."""
_METHODS = {
    "by-hand": "This one is to be worked out by hand, and your code calls autograd.",
    "by-autograd": "This one asks for autograd, and your code does not call it.",
    "from-scratch": (
        "This one is to be written from scratch, and your code uses a ready-made layer, loss or "
        "optimiser of torch."
    ),
}
_AGAIN = (
    "A second call with the very same arguments gives another result: something of the first call "
    "is left over. Gradients add up in `.grad` until they are cleared."
)
_FORBIDDEN = {"by-hand": {"autograd"}, "from-scratch": {"layer", "loss", "optimizer"}}


def try_checks(exercise: Exercise, namespace: dict[str, Any]) -> Iterator[Finding]:
    """Try every check of an exercise, one after another."""
    for check in exercise.checks:
        if check.by_probe:
            yield try_check(exercise, check, namespace)


def try_check(exercise: Exercise, check: Check, namespace: dict[str, Any]) -> Finding:
    """Try one check; what the student's code does wrong is in the finding."""
    trying = _Trying(exercise, check, namespace)
    try:
        if check.cell is not None:
            return trying.cell()
        if check.call is None or check.probe is not None:
            return trying.name_only()
        return trying.call()
    except Refused:
        return trying.found(Outcome.FAIL, feedback.refused(check))


class _Trying:
    """One check being tried on one namespace."""

    def __init__(self, exercise: Exercise, check: Check, namespace: dict[str, Any]) -> None:
        self.exercise, self.check, self.namespace = exercise, check, namespace
        self.seed = zlib.crc32(check.id.encode()) & 0x7FFFFFFF
        self.names = parameters(exercise, check.call, namespace) if check.call else ()
        self.tried = Tried()
        self.compared: set[str] = set()

    def found(self, outcome: Outcome | None, *said: str, place: str = "", line: int = 0) -> Finding:
        check = self.check
        name = check.call or check.cell or check.id
        return Finding(check.id, name, check.title, outcome, said, self.tried, place, line)

    def ask(self, call: str, cases: Sequence[Case], **more: Any) -> tuple[Answer, ...]:
        """Put cases to one of the student's functions."""
        probe = Probe(self.check.id, call, tuple(cases), seed=self.seed, **more)
        frame = answer_frame(encode_probe(probe), self.namespace)
        return decode_answers(Reply(self.check.id, "answered", frame), len(cases))

    # ------------------------------------------------------------ checks that are not plain calls

    def cell(self) -> Finding:
        """See whether the variables of a tagged cell are there."""
        expressions = {
            text: text for text in (*self.check.given.values(), *self.check.asked.values())
        }
        case = Case("public-1", True, {})
        (answer,) = self.ask(str(self.check.cell), [case], expressions=expressions)
        if answer.status == "returned":
            return self.found(None, f"{', '.join(expressions)}: there, and compared when graded.")
        return self.unanswered(answer)

    def name_only(self) -> Finding:
        """See whether a name is there that only grading can put to the test."""
        name = self.check.call
        if name is None:
            return self.found(None, "Looked at when graded, in more than one call.")
        probe = "def there(student):\n    return str(type(student." + name + "))\n"
        case = Case("public-1", True, {})
        (answer,) = self.ask(name, [case], function="there", source=probe)
        if answer.status == "returned":
            return self.found(None, f"`{name}` is there; grading calls it in more than one way.")
        return self.unanswered(answer)

    def unanswered(self, answer: Answer) -> Finding:
        """Say why there is no answer."""
        if answer.error is not None:
            words = feedback.raised(self.check, _in_words(answer.error))
            return self.found(Outcome.ERROR, words, place=answer.error.file, line=answer.error.line)
        return self.found(Outcome.MISSING, feedback.missing(self.check, None, ""))

    # ------------------------------------------------------------ calls

    def call(self) -> Finding:
        """Try a function on published and drawn inputs, and on itself."""
        examples = [
            Case(f"public-{n + 1}", True, published(self.exercise, self.check, n, self.names))
            for n in range(len(self.check.examples))
        ]
        cases = [*examples, *self.drawn()]
        method = self.check.method
        answers = self.ask(
            str(self.check.call),
            cases or [Case("none", True, {})],
            grad=method != "by-hand",
            observe=method is not None,
        )
        unanswered = [answer for answer in answers if answer.status != "returned"]
        if unanswered and (cases or unanswered[0].status == "missing"):
            return self.unanswered(unanswered[0])
        if not cases:
            return self.found(None, f"`{self.check.call}` is there; it is called when graded.")
        said = [*self.published(answers), *self.behaviour(cases, answers)]
        difference = self.differences(cases, answers)
        if difference:
            said.append(difference)
        if said:
            return self.found(Outcome.FAIL, *said)
        return self.found(Outcome.PASS)

    def drawn(self) -> Iterator[Case]:
        """Yield inputs from the published distributions: two sizes, both precisions."""
        rng = numpy.random.default_rng(self.seed)
        for number, dtype in enumerate(("float64", "float32", "float64")):
            declared = declared_inputs(self.exercise, self.check, self.names, number)
            if not declared:
                return
            sizes = {
                name: 1 if number == 2 and size.one else int(rng.integers(size.low, size.high + 1))
                for name, size in self.exercise.dimensions.items()
            }
            arguments = {
                name: draw(how, sizes, rng) if isinstance(how, Distribution) else how
                for name, how in declared.items()
            }
            yield Case(f"drawn-{number + 1}", False, arguments, dtype)

    def published(self, answers: Sequence[Answer]) -> Iterator[str]:
        """Compare with the published values."""
        for number, (example, answer) in enumerate(
            zip(self.check.examples, answers, strict=False), 1
        ):
            if example.expect is None:
                continue
            self.tried = Tried(self.tried.examples + 1, self.tried.drawn, self.tried.differences)
            if not _agrees(example.expect, answer.value, example.within):
                yield (
                    f"Published example {number}: expected {value_text(example.expect)}, "
                    f"got {value_text(answer.value)}."
                )

    def behaviour(self, cases: Sequence[Case], answers: Sequence[Answer]) -> Iterator[str]:
        """Say what is wrong with the way the function behaves, whatever its values."""
        drawn = sum(not case.public for case in cases)
        self.tried = Tried(self.tried.examples, drawn, self.tried.differences)
        used = {label for answer in answers for label in answer.used}
        method = self.check.method or ""
        if used & _FORBIDDEN.get(method, set()) or (
            method == "by-autograd" and "autograd" not in used
        ):
            yield _METHODS[method]
        pairs = list(zip(cases, answers, strict=True))
        changed = sorted(
            {name for case, a in pairs for name in arguments_changed(case, a.arguments)}
        )
        if changed:
            yield feedback.changed_arguments(changed)
        if any(answer.repeated and not _same(answer.value, answer.again) for answer in answers):
            yield _AGAIN
        yield from dict.fromkeys(filter(None, (self.structure(*pair) for pair in pairs)))

    def structure(self, case: Case, answer: Answer) -> str:
        """Say what is wrong with the shapes of a gradient, or nothing."""
        wrt = self.check.gradient.wrt if self.check.gradient else ()
        if not wrt or any(argument_at(case.arguments, name) is None for name in wrt):
            return ""
        items = _items(answer.value, len(wrt))
        if items is None:
            return f"Expected {len(wrt)} values: {', '.join(wrt)}."
        for name, item in zip(wrt, items, strict=True):
            numbers = numeric(item)
            shape = tuple(getattr(argument_at(case.arguments, name), "shape", ()))
            if not isinstance(numbers, Numeric):
                return f"The gradient by {name}: {numbers.reason} instead of numbers."
            if numbers.values.shape != shape:
                return f"The gradient by {name}: its shape is not that of {name}."
            if not numpy.all(numpy.isfinite(numbers.values)):
                return f"The gradient by {name}: not all numbers are finite."
        return ""

    # ------------------------------------------------------------ against their own function

    def differences(self, cases: Sequence[Case], answers: Sequence[Answer]) -> str:
        """Compare a gradient with finite differences of their own function, if there is one."""
        own = self.check.gradient
        if own is None or own.of not in {check.call for check in self.exercise.checks}:
            return ""
        names = parameters(self.exercise, own.of, self.namespace)
        for case, answer in zip(cases, answers, strict=True):
            if case.public or case.dtype != "float64" or not set(names) <= set(case.arguments):
                continue
            items = _items(answer.value, len(own.wrt))
            at = {name: case.arguments[name] for name in names}
            for name, item in zip(own.wrt, items or (), strict=False):
                said = self.difference(own.of, at, name, item)
                if said:
                    return said
        return ""

    def difference(self, of: str, at: Mapping[str, Any], name: str, item: Value) -> str:
        """Compare one item of a gradient with the slope of the function."""
        numbers = numeric(item)

        def answers(moved: Sequence[Mapping[str, Any]]) -> Sequence[Any]:
            cases = [Case(f"moved-{n}", False, where) for n, where in enumerate(moved)]
            return [answer.value for answer in self.ask(of, cases)]

        (here,) = self.ask(of, [Case("here", False, at)])
        shown = numeric(here.value)
        epsilon = shown.epsilon if isinstance(shown, Numeric) else FLOAT64
        found = slope(answers, at, name, epsilon)
        if found is None or not isinstance(numbers, Numeric):
            return ""
        if numbers.values.shape != found.values.shape:
            return ""
        self.compared.add(name)
        self.tried = Tried(self.tried.examples, self.tried.drawn, len(self.compared))
        size = float(max(numpy.max(numpy.abs(found.values)), numpy.max(numpy.abs(numbers.values))))
        off = float(numpy.max(numpy.abs(numbers.values - found.values)))
        if not off > max(10 * found.error, COARSE * size):
            return ""
        return (
            f"The gradient by {name} is not that of your own `{of}`: finite differences give "
            f"{value_text(found.values)}, your gradient is {value_text(numbers.values)}."
        )


def _in_words(error: Raised) -> str:
    """Return an exception whole: these are the student's own inputs, and nothing is hidden."""
    said = f"{error.type}: {error.message}" if error.message else error.type
    said = said if len(said) <= LONGEST else f"{said[:LONGEST]} …"
    return f"{said} ({error.file}, line {error.line}: `{error.text}`)" if error.line else said


# ---------------------------------------------------------------- comparing


def _items(value: Value, count: int) -> Sequence[Value] | None:
    if count == 1 and not (isinstance(value, tuple) and len(value) == 1):
        return [value]
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, list | tuple) and len(value) == count:
        return value
    return None


def _agrees(wanted: Any, got: Value, within: float | None) -> bool:
    """Compare with a published value: numbers of one shape, or the parts of a list one by one."""
    if wanted is None:
        return True
    if isinstance(wanted, dict):
        return isinstance(got, dict) and all(
            name in got and _agrees(part, got[name], within) for name, part in wanted.items()
        )
    expected, found = numeric(wanted), numeric(got)
    if isinstance(expected, Numeric) and isinstance(found, Numeric):
        if expected.values.shape != found.values.shape:
            return False
        size = float(numpy.max(numpy.abs(expected.values), initial=0.0))
        limit = CLOSE * max(size, 1e-2) if within is None else within
        return bool(numpy.all(numpy.abs(expected.values - found.values) <= limit))
    if isinstance(wanted, list) and isinstance(got, list | tuple) and len(wanted) == len(got):
        return all(_agrees(*pair, within) for pair in zip(wanted, got, strict=True))
    return bool(wanted == got)


def _same(first: Value, again: Value) -> bool:
    """Tell whether two answers to the same question are the same, up to rounding."""
    if isinstance(first, list | tuple) and isinstance(again, list | tuple):
        return len(first) == len(again) and all(map(_same, first, again))
    if isinstance(first, dict) and isinstance(again, dict):
        return first.keys() == again.keys() and all(_same(first[k], again[k]) for k in first)
    a, b = numeric(first), numeric(again)
    if isinstance(a, Numeric) and isinstance(b, Numeric):
        return a.values.shape == b.values.shape and bool(
            numpy.allclose(a.values, b.values, rtol=1e-4, atol=1e-12, equal_nan=True)
        )
    return type(first) is type(again)
