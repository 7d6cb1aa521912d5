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
from grader.inside.expressions import in_words, variables
from grader.inside.probes import answer_frame, is_stub
from grader.judging.checks import arguments_changed
from grader.judging.evidence import Answer, Raised, Refused, Value, decode_answers, encode_probe
from grader.judging.numbers import FLOAT64, Numeric, numeric
from grader.judging.sentences import feedback
from grader.judging.sentences.wording import value_text
from grader.model import Case, Check, Exercise, Outcome, Probe, Reply
from grader.selfcheck.differences import slope
from grader.selfcheck.findings import Finding, Tried
from grader.selfcheck.published import agrees, parts_of, same
from grader.selfcheck.signatures import declared_inputs, parameters, published

__all__ = ["try_check", "try_checks"]

COARSE = 1e-3
"""A gradient further than this from finite differences is wrong, relative to the largest."""
LONGEST = 300
"""Characters of an exception that are quoted."""
_METHODS = {
    "by-hand": "The task asks for formulas of your own, but your code calls autograd.",
    "by-autograd": "The task asks for autograd, but your code does not call it.",
    "from-scratch": (
        "You use a ready-made layer, loss or optimizer of torch. "
        "The task asks you to write this step yourself."
    ),
}
_AGAIN = (
    "A second call with the same arguments gives another result: something of the first call is "
    "left over. Gradients add up in `.grad` until they are cleared."
)
_FORBIDDEN = {"by-hand": {"autograd"}, "from-scratch": {"layer", "loss", "optimizer"}}


def try_checks(exercise: Exercise, namespace: dict[str, Any]) -> Iterator[Finding]:
    """Try every check of an exercise, one after another."""
    for check in exercise.checks:
        if check.by_probe:
            yield try_check(exercise, check, namespace)


def try_check(
    exercise: Exercise, check: Check, namespace: dict[str, Any], watched: bool = False
) -> Finding:
    """Try one check; what the student's code does wrong is in the finding.

    `watched`: the cells have been run by `inside.observe.note`, which knows how they got there.
    """
    trying = _Trying(exercise, check, namespace)
    try:
        if check.cell is not None:
            return trying.cell(watched)
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
        arrays = self.exercise.arrays
        probe = Probe(self.check.id, call, tuple(cases), seed=self.seed, arrays=arrays, **more)
        frame = answer_frame(encode_probe(probe), self.namespace)
        return decode_answers(Reply(self.check.id, "answered", frame), len(cases))

    # ------------------------------------------------------------ checks that are not plain calls

    def cell(self, watched: bool) -> Finding:
        """See whether the variables of a cell are there, and how they got there."""
        check = self.check
        expressions = variables(check.given, check.asked)
        case = Case("public-1", True, {})
        observe = watched and check.method == "by-autograd"
        (answer,) = self.ask(str(check.cell), [case], expressions=expressions, observe=observe)
        if answer.status != "returned":
            return self.unanswered(answer)
        assert isinstance(answer.value, dict)
        absent = [text for name, text in expressions.items() if name not in answer.value]
        said = [f"The cell leaves no {', no '.join(map(in_words, absent))}."] if absent else []
        if observe and "autograd" not in answer.used:
            said.append(_METHODS["by-autograd"])
        if said:
            return self.found(Outcome.FAIL, *said)
        there = dict.fromkeys((*check.given, *check.asked))
        listed = ", ".join(f"`{name}`" for name in there)
        return self.found(None, f"{listed}: there, and compared when graded.")

    def name_only(self) -> Finding:
        """See whether a name is there that only grading can put to the test."""
        name = self.check.call
        if name is None:
            return self.found(None, "Looked at when graded, in more than one call.")
        probe = "def there(student):\n    return str(type(student." + name + "))\n"
        case = Case("public-1", True, {})
        (answer,) = self.ask(name, [case], function="there", source=probe)
        parts = getattr(self.namespace.get(name), "__dict__", {})
        stubs = [
            part for part, value in parts.items() if is_stub(getattr(value, "__func__", value))
        ]
        if answer.status == "returned" and stubs:
            words = f"`{name}` is there, but `{name}.{stubs[0]}` is not written yet."
            return self.found(None, words)
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
            if not agrees(example.expect, answer.value, example.within, self.check.items):
                yield (
                    f"Published example {number}: "
                    f"expected {value_text(_in_brackets_of(answer.value, example.expect))}, "
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
        if any(answer.repeated and not same(answer.value, answer.again) for answer in answers):
            yield _AGAIN
        yield from dict.fromkeys(filter(None, (self.structure(*pair) for pair in pairs)))

    def structure(self, case: Case, answer: Answer) -> str:
        """Say what is wrong with the shapes of a gradient, or nothing."""
        asked = self.check.gradient
        if asked is None or any(argument_at(case.arguments, n) is None for n in asked.wrt):
            return ""
        items = parts_of(answer.value, asked.wrt, asked.returned)
        if items is None:
            return f"Expected {len(asked.wrt)} values: {', '.join(asked.wrt)}."
        for name, item in items.items():
            numbers = numeric(item)
            shape = tuple(getattr(argument_at(case.arguments, name), "shape", ()))
            if not isinstance(numbers, Numeric):
                return f"The gradient with respect to {name}: {numbers.reason} instead of numbers."
            if numbers.values.shape != shape:
                return f"The gradient with respect to {name}: its shape is not that of {name}."
            if not numpy.all(numpy.isfinite(numbers.values)):
                return f"The gradient with respect to {name}: not all numbers are finite."
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
            items = parts_of(answer.value, own.wrt, own.returned) or {}
            at = {name: case.arguments[name] for name in names}
            for name, item in items.items():
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
            f"The gradient with respect to {name} is not that of your own `{of}`: "
            f"finite differences give {value_text(found.values)}, "
            f"your gradient is {value_text(numbers.values)}. "
            "One of the two is wrong."
        )


def _in_brackets_of(theirs: Any, expect: Any) -> Any:
    """Write what is expected in the student's own brackets: a contract knows lists only."""
    if not isinstance(expect, list | tuple) or not isinstance(theirs, list | tuple):
        return expect
    some = [*theirs, *[None] * max(0, len(expect) - len(theirs))]
    inner = [_in_brackets_of(a, b) for a, b in zip(some, expect, strict=False)]
    return tuple(inner) if isinstance(theirs, tuple) else inner


def _in_words(error: Raised) -> str:
    """Return an exception whole: these are the student's own inputs, and nothing is hidden."""
    said = f"{error.type}: {error.message}" if error.message else error.type
    said = said if len(said) <= LONGEST else f"{said[:LONGEST]} …"
    return f"{said} ({error.file}, line {error.line}: `{error.text}`)" if error.line else said
