"""Say which exception stopped a call, and nothing that it may carry out of a hidden case.

The line is quoted from the submission's own file, whatever the reply says of it. A message is
quoted where it is one of those that PyTorch and Python compose of names, shapes and dtypes; any
other may hold an argument's values, so it is left out.
"""

from __future__ import annotations

import builtins
import re

from grader.judging.evidence import Raised
from grader.model import Submission

__all__ = ["in_words", "line_of", "words_of"]

_LONGEST = 300
_NAME = r"['`\"]?[\w.]{1,60}['`\"]?"
_SIZES = r"[\[(][\d, ]*[\])]"
_REST = r"(?:\D|(?<![\d.])\d{1,4}(?!\d|\.\d))*"
"""Words and small whole numbers."""
_KNOWN = re.compile(
    "|".join(
        f"(?:{pattern})"
        for pattern in (
            # autograd
            r"element 0 of tensors does not require grad and does not have a grad_fn",
            rf"One of the differentiated Tensors {_REST}",
            rf"The differentiated Tensor at index \d {_REST}",
            rf"grad can be implicitly created only for (scalar|real) outputs{_REST}",
            rf"Trying to backward through the graph a second time{_REST}",
            rf"a (view of a )?leaf Variable that requires grad {_REST}",
            r"Only Tensors of floating point and complex dtype can require gradients",
            rf"Can't call numpy\(\) on Tensor that requires grad\.{_REST}",
            r"can't retain_grad on Tensor that has requires_grad=False",
            rf"you can only change requires_grad flags of leaf variables\.{_REST}",
            rf"one of the variables needed for gradient computation has been modified {_REST}",
            rf"cannot set (version_counter|requires_grad){_REST}",
            rf"function {_NAME} returned an incorrect number of gradients {_REST}",
            rf"Function {_NAME} returned an invalid gradient at index {_REST}",
            rf"Mismatch in shape: grad_output{_REST}",
            # shapes and dtypes
            r"mat1 and mat2 shapes cannot be multiplied \(\d+x\d+ and \d+x\d+\)",
            rf"The size of tensor a {_REST}",
            rf"(size mismatch|inconsistent tensor size), {_REST}",
            rf"shape '{_SIZES}' is invalid for input of size \d+",
            r"output with shape \[[\d, ]*\] doesn't match the broadcast shape \[[\d, ]*\]",
            rf"stack expects each tensor to be equal size, but got {_REST}",
            r"[12]D tensors? expected, but got \dD and \dD tensors",
            r"t\(\) expects a tensor with <= 2 dimensions, but self is \dD",
            r"operands could not be broadcast together with shapes [(\d,) ]*",
            rf"shapes {_SIZES} and {_SIZES} not aligned: {_REST}",
            r"expected m1 and m2 to have the same dtype, but got: \w+ != \w+",
            r"expected scalar type \w+ but found \w+",
            r"Found dtype \w+ but expected \w+",
            rf"result type {_NAME} can't be cast to the desired output type {_NAME}",
            rf"(a Tensor with|only one element tensors|only integer tensors) {_REST}",
            r"len\(\) of a 0-d tensor",
            r"iteration over a 0-d tensor",
            rf"invalid index of a 0-dim tensor\.{_REST}",
            r"Dimension out of range \(expected to be in range of \[-?\d+, \d+\], but got -?\d+\)",
            r"too many indices for tensor of dimension \d+",
            r"Boolean value of Tensor with more than one value is ambiguous",
            rf"mean\(\): could not infer output dtype\. Input dtype must be {_REST}Got: {_NAME}",
            # devices
            r"Torch not compiled with \w+ enabled",
            r"PyTorch is not linked with support for \w+ devices",
            r"Cannot access accelerator device when none is available",
            # names and arguments
            rf"name {_NAME} is not defined",
            rf"(cannot access (local|free) variable|local variable) {_NAME} {_REST}",
            rf"(type object |module )?{_NAME} (object )?has no attribute {_NAME}",
            rf"{_NAME} object is not (iterable|callable|subscriptable)",
            rf"{_NAME} object does not support item assignment",
            rf"cannot unpack non-iterable {_NAME} object",
            r"(not enough|too many) values to unpack \(expected \d+(, got \d+)?\)",
            rf"unsupported operand type\(s\) for [^ ]{{1,3}}( or pow\(\))?: {_NAME} and {_NAME}",
            rf"bad operand type for [^ ]+ [^ ]: {_NAME}",
            rf"'[<>=]+' not supported between instances of {_NAME} and {_NAME}",
            rf"{_NAME}\(\) (missing|takes|got) [\w ,']*(arguments?|given)[\w ,':]*",
            rf"{_NAME}\(\) got an unexpected keyword argument {_NAME}",
            rf"({_NAME}\(\)(: | received )[\w' ()]{{0,80}})?must be [\w ]+, not {_NAME}",
            rf"No module named {_NAME}",
            r"(list|tuple|string) (assignment )?index out of range",
            r"(float |integer )?division( or modulo)? by zero",
            rf"maximum recursion depth exceeded{_REST}",
        )
    ),
    re.DOTALL,
)

_HARMLESS = re.compile(
    r"\d{1,2}(x\d{1,2})?D?|\dD|[a-z]*(float|int|complex)\d{1,3}|cuda\d?|log\d{1,2}|m(at)?[12]"
)
"""A size of at most two digits, or a dtype: a hidden number hardly fits in."""


def in_words(error: Raised, submission: Submission, probe: str = "") -> str:
    """Return the exception's type, its message where that is known, and the student's line.

    `probe` is the source of the probe that asked: what it asks for is no secret.
    """
    message = error.message[:_LONGEST].strip().rstrip(".")
    said = _type_of(error, submission)
    known = _KNOWN.fullmatch(message) or _KNOWN.fullmatch(message + ".")
    if known and _carries_no_value(message, submission, probe):
        said += f": {message}" + (" …" if len(error.message) > _LONGEST else "")
    line = line_of(error, submission)
    return f"{said} ({error.file}, line {error.line}: `{line}`)" if line else said


def words_of(submission: Submission) -> frozenset[str]:
    """Return the names and numbers that a submission's source is made of."""
    return frozenset(w for cell in submission.cells for w in re.findall(r"\w+", cell.source))


def _carries_no_value(message: str, submission: Submission, probe: str) -> bool:
    """Return whether all digits of a message are those of sizes, dtypes or what is written.

    `getattr(x, f"v{value}")` and `torch.zeros(value) + 1` put a hidden value into such a message.
    """
    written = words_of(submission).union(re.findall(r"\w+", probe))
    return all(
        word in written or _HARMLESS.fullmatch(word) for word in re.findall(r"\w*\d\w*", message)
    )


def line_of(error: Raised, submission: Submission) -> str:
    """Return the line of the submission that an exception names, empty where it has no such."""
    for cell in submission.cells:
        if submission.kind == "notebook" or error.file == f"cell {cell.index + 1}":
            here, first = f"cell {cell.index + 1}", 1
        else:
            here, first = submission.path.name, cell.line or 1
        lines = cell.source.split("\n")
        if error.file == here and first <= error.line < first + len(lines):
            return lines[error.line - first].strip()[:200]
    return ""


def _type_of(error: Raised, submission: Submission) -> str:
    """Return the exception's name; one that no source defines could spell anything."""
    known = isinstance(getattr(builtins, error.type, None), type)
    written = any(re.search(rf"\b{re.escape(error.type)}\b", c.source) for c in submission.cells)
    return error.type if known or written or error.type in _LIBRARY else "an exception"


_LIBRARY = ("_LinAlgError", "LinAlgError", "OutOfMemoryError", "AxisError", "UFuncTypeError")
