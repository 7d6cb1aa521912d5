"""Change one thing in a reference file at a time."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from grader.course.reference import Reference
from grader.course.reference_files import Statement, statements_of
from grader.model import Check, Exercise
from grader.mutants.operators import changes_at
from grader.mutants.slips import replacements_at, slips_at

__all__ = ["Mutant", "mutants_of"]

ChangesAt = Callable[[Sequence[str], ast.AST], Iterator[tuple[str, Callable[[], None]]]]
"""The changes at one node of a function with such variables, in words and as actions."""


@dataclass(frozen=True)
class Mutant:
    """A reference file with one change, and which checks may notice it."""

    function: str
    line: int
    change: str
    made: Callable[[], Sequence[str]] = field(repr=False, compare=False)
    """Makes the texts of all statements at the top of the file."""
    checks: tuple[str, ...]
    rewriting_of: str | None = None
    """The student's function that the mutated function stands for, where it is a rewriting."""

    @property
    def source(self) -> str:
        """The whole file."""
        return "\n\n".join(self.made())

    def __str__(self) -> str:
        """Return where and what, in one line."""
        return f"line {self.line} ({self.function}): {self.change}"


def mutants_of(exercise: Exercise, reference: Reference, slips: bool = False) -> Iterator[Mutant]:
    """Yield every mutant of what the checks of an exercise reach.

    With `slips` those of students come after the others (`grader.mutants.slips`).
    """
    statements = statements_of(exercise.reference)
    nodes = [each.node for each in statements]
    texts = [ast.unparse(node) for node in nodes]
    functions = {
        node.name: node for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    names = {name: _names_in(node) & set(functions) for name, node in functions.items()}
    rewritings = {function.__name__: target for target, function in reference.rewritings}
    reached = {check.id: _reached(_roots(check, reference), names) for check in exercise.checks}
    cells = {function.__name__: tag for tag, function in reference.solutions.items()}
    for at in (_all_changes, _all_slips, _all_replacements) if slips else (_all_changes,):
        for name, node in functions.items():
            target = rewritings.get(name)
            noticing = tuple(
                check.id
                for check in exercise.checks
                if name in reached[check.id]
                or (target is not None and target in (check.call, check.id))
                or (check.cell is not None and cells.get(name) == check.cell)
            )
            if noticing and not _is_trusted(node):
                yield from _mutants(statements, texts, name, noticing, target, at)


def _roots(check: Check, reference: Reference) -> set[str]:
    if check.cell is not None:
        return set()
    return {name for name in (check.call, check.gradient.of if check.gradient else None) if name}


def _is_trusted(node: ast.FunctionDef | ast.ClassDef) -> bool:
    """Return whether a function is no answer: a mistake, a probe or a sampler."""
    marks = {"mistake", "probe", "sampler"}
    return any(
        isinstance(part, ast.Name) and part.id in marks
        for mark in node.decorator_list
        for part in ast.walk(mark)
    )


def _names_in(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _reached(roots: set[str], names: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [root for root in roots if root in names]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += names[name] - found
    return found


def _mutants(
    statements: Sequence[Statement],
    texts: Sequence[str],
    name: str,
    checks: tuple[str, ...],
    target: str | None,
    at: ChangesAt,
) -> Iterator[Mutant]:
    position = next(
        index for index, each in enumerate(statements) if getattr(each.node, "name", None) == name
    )
    own = statements[position]

    def made(index: int, number: int) -> Sequence[str]:
        (changed,) = ast.parse(own.text).body  # a copy, many times quicker than deepcopy
        changes = _Changes(changed, at)
        changes.apply(index, number)
        return [*texts[:position], ast.unparse(changed), *texts[position + 1 :]]

    changes = _Changes(own.node, at)
    for index, node in enumerate(changes.nodes):
        for number, (words, _) in enumerate(changes.at(node)):
            line = getattr(node, "lineno", own.node.lineno)
            yield Mutant(name, line, words, partial(made, index, number), checks, target)


class _Changes:
    """The changes at the nodes of one function."""

    def __init__(self, body: ast.stmt, at: ChangesAt) -> None:
        self.nodes = list(ast.walk(body))
        self._changes_at = at
        marks = getattr(body, "decorator_list", [])
        self._of_marks = {id(part) for mark in marks for part in ast.walk(mark)}
        self._variables = _variables(self.nodes)

    def at(self, node: ast.AST) -> Sequence[tuple[str, Callable[[], None]]]:
        """Return the changes at a node, in words and as actions on its tree."""
        if id(node) in self._of_marks:
            return []
        return list(self._changes_at(self._variables, node))

    def apply(self, index: int, number: int) -> None:
        """Make one change."""
        _, action = self.at(self.nodes[index])[number]
        action()


def _variables(nodes: Sequence[ast.AST]) -> Sequence[str]:
    """Return the names that a function takes or sets."""
    stored = {
        node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return sorted(stored | {node.arg for node in nodes if isinstance(node, ast.arg)})


def _all_changes(_: Sequence[str], node: ast.AST) -> Iterator[tuple[str, Callable[[], None]]]:
    return changes_at(node)


def _all_slips(_: Sequence[str], node: ast.AST) -> Iterator[tuple[str, Callable[[], None]]]:
    return slips_at(node)


def _all_replacements(
    variables: Sequence[str], node: ast.AST
) -> Iterator[tuple[str, Callable[[], None]]]:
    return replacements_at(node, variables)
