"""Explain what an exception means for someone who learns autograd.

The exception's text is the signature (torch 2.x); the failing line, the whole source and the
cases in which the call works refine it. Source text never decides a score, only the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from grader.judging.diagnosis.statement import Statement
from grader.judging.evidence import Raised

__all__ = ["Failure", "explain"]


@dataclass(frozen=True)
class Failure:
    """An exception with what is known around it."""

    raised: Raised
    source: str
    """The student's code that the call can reach, without comments."""
    works_at_first: bool = False
    """Whether the call works where it takes one step at most, and fails where it takes more."""
    sometimes: bool = False
    """Whether the call works in some cases."""

    @property
    def asks_to_track(self) -> bool:
        """Whether the source asks anywhere that operations be recorded."""
        return bool(re.search(r"requires_grad|Parameter\(|nn\.|func\.", self.source))

    @property
    def rebinds(self) -> bool:
        """Whether the source computes a new tensor from an old one under its own name."""
        return bool(re.search(r"(?m)^\s*([\w.]+)\s*=\s*\1\s*-", self.source))

    @property
    def backward_in_no_grad(self) -> bool:
        """Whether a backward pass stands inside a `no_grad` block."""
        return _inside_no_grad(self.source)

    @property
    def cuts(self) -> bool:
        """Whether a value leaves the graph; one that is only noted, or made a leaf, does not."""
        lines = self.source.splitlines()
        return any(re.search(_CUT, line) and not re.search(_NOTED, line) for line in lines)

    @property
    def differentiates_again(self) -> bool:
        """Whether the failing line differentiates, and another one before it does too."""
        lines = [line.strip() for line in self.source.splitlines() if re.search(_BACKWARD, line)]
        failing = re.sub(r"\s*#.*$", "", self.raised.text.strip())
        return failing in lines[1:] and failing != lines[0]

    @property
    def keeps_graph(self) -> bool:
        """Whether the source asks that a gradient be differentiable."""
        return "create_graph" in self.source


@dataclass(frozen=True)
class _Rule:
    says: str
    """Regular expression over `Type: message`."""
    statement: Statement
    when: Callable[[Failure], bool] = lambda failure: True


def explain(failure: Failure) -> Statement | None:
    """Return what an exception means, None where nothing is sure."""
    text = f"{failure.raised.type}: {failure.raised.message}"
    for rule in _RULES:
        if re.search(rule.says, text) and rule.when(failure):
            return rule.statement
    return None


def _inside_no_grad(source: str) -> bool:
    indent: int | None = None
    decorated = False
    for line in source.splitlines():
        if not line.strip():
            continue
        depth = len(line) - len(line.lstrip())
        if indent is not None and depth <= indent:
            indent = None
        if decorated:
            indent = depth
        decorated = bool(re.search(r"^\s*@torch\.(no_grad|inference_mode)\b", line))
        if indent is not None and (".backward(" in line or "autograd.grad(" in line):
            return True
        if re.search(r"with\s+torch\.(no_grad|inference_mode)\(\)", line):
            indent = depth
    return False


def _on_none(failure: Failure) -> bool:
    return "zero_" in failure.raised.text


def _in_line(pattern: str) -> Callable[[Failure], bool]:
    return lambda failure: bool(re.search(pattern, failure.raised.text))


_NO_GRAPH = r"does not require grad"
_LEAF = r"leaf Variable that requires grad|a leaf Variable"
_UPDATES = re.compile(r"(?i)grad|\b(lr|eta|alpha)\b|rate|step|velocity|momentum|\bd[a-z]\b")
"""What a line that updates a parameter is made of."""
_NONE = r"NoneType"
_NO_DEVICE = (
    r"Torch not compiled with \w+ enabled|not linked with support for \w+ devices|NVIDIA driver|"
    r"without (PyTorch )?(CUDA|MPS|XPU) (support|backend)|without ATen_cuda|requires CUDA support|"
    r"accelerator device when none|torch\.cuda\.\w+Tensor not available|no attribute '_cuda_|"
    r"dummy base class (Event|Stream)"
)
_UNUSED = r"differentiated Tensors?\b.* not have been used"
_CUT = r"\.item\(|\.detach\(|\.numpy\(|\.data\b|float\(|torch\.(tensor|as_tensor)\("
_NOTED = r"requires_grad|append\(|print\(|return\b"
_BACKWARD = r"\.backward\(|\bgrad\("

_CONSTANT_SLOPE = Statement(
    "constant-derivative", "a derivative that is constant",
    "It works for some functions. For others, a straight line for one, the first derivative does "
    "not depend on x any more, so there is nothing left to differentiate.",
    "What is the derivative of a constant?",
)  # fmt: skip

_RULES: tuple[_Rule, ...] = (
    _Rule(r"^MemoryError|DefaultCPUAllocator|[Uu]nable to allocate|out of memory", Statement(
        "no-room", "a tensor for which there is no room",
        "A tensor is asked for that is larger than the memory.",
        "Work out its size from the sizes of the arguments: can the result be had without it?")),
    _Rule(r"One of the differentiated Tensors does not require grad", Statement(
        "argument-not-tracked", "a tensor is not tracked",
        "You differentiate with respect to a tensor that does not require gradients.",
        "Ask for it before the forward pass, for every tensor that you differentiate by.")),
    _Rule(_NO_DEVICE, Statement(
        "device", "a device that is not there",
        "Your code asks for a GPU (`cuda`, `mps` or another device), and this work runs on a CPU.",
        "Leave the device out, or ask for it only where `torch.cuda.is_available()`.")),
    _Rule(_NO_GRAPH, Statement(
        "reassigned-under-no-grad", "the new parameter does not require gradients",
        "The first step works, the second does not: an assignment under `no_grad` makes a fresh "
        "tensor that does not require gradients.",
        "Change the old tensor in place, so that it stays the same leaf."),
        lambda failure: failure.works_at_first),
    _Rule(_NO_GRAPH, Statement(
        "forward-in-no-grad", "the forward pass is under no_grad",
        "`no_grad` switches recording off, and the function you differentiate is computed there.",
        "Only the update belongs inside it."),
        lambda failure: failure.backward_in_no_grad),
    _Rule(_NO_GRAPH, Statement(
        "tracking-not-asked-for", "`requires_grad` was not set",
        "Operations are recorded only for tensors that require gradients, and none of yours does.",
        "Ask for it before the forward pass."),
        lambda failure: not failure.asks_to_track),
    _Rule(_NO_GRAPH, Statement(
        "no-graph-of-gradient", "the first derivative has no graph",
        "You differentiate a gradient, but the first pass kept no graph of how it was computed.",
        "Look up `create_graph` in the documentation of `torch.autograd.grad`."),
        lambda failure: failure.differentiates_again and not failure.keeps_graph),
    _Rule(_NO_GRAPH, _CONSTANT_SLOPE, lambda failure: failure.differentiates_again
          and failure.keeps_graph and failure.sometimes),
    _Rule(_NO_GRAPH, Statement(
        "graph-left", "the graph is left on the way",
        "What you differentiate has no history: on the way a tensor became a plain number or a "
        "new tensor.",
        "What comes out of .item(), .numpy(), .detach() or torch.tensor(...) has no history. Keep "
        "tensors until the end."),
        lambda failure: failure.cuts),
    _Rule(_NO_GRAPH, Statement(
        "no-history", "what is differentiated has no history",
        "What you differentiate was not computed from a tensor that requires gradients.",
        "Look for the step at which the history is lost.")),
    _Rule(_LEAF, Statement(
        "update-outside-no-grad", "the update runs outside `no_grad`",
        "A parameter that requires gradients is changed in place while operations are recorded.",
        "The update is no part of the function you differentiate: put it under `no_grad`."),
        lambda failure: bool(_UPDATES.search(failure.raised.text))),
    _Rule(_LEAF, Statement(
        "leaf-changed-in-place", "a tensor that requires gradients is changed in place",
        "A tensor that requires gradients is changed in place while operations are recorded.",
        "Compute a new tensor instead. Only where this is the update of a parameter, put it under "
        "`no_grad`.")),
    _Rule(r"backward through the graph a second time", Statement(
        "graph-used-twice", "the graph is used up",
        "Each backward pass uses up its graph, and this one was used before.",
        "Compute the forward pass again before every backward pass.")),
    _Rule(r"implicitly created only for scalar", Statement(
        "vector-backward", "a vector has no single gradient",
        "`backward()` without an argument needs one number, and yours is a tensor of several.",
        "Reduce it to a number, or pass the weights of its entries.")),
    _Rule(r"Only Tensors of floating point", Statement(
        "integer-tensor", "integers have no derivative",
        "A derivative needs numbers that can move a little; integers cannot.",
        "Keep the dtype of the argument, or convert to a floating one.")),
    _Rule(r"Can't call numpy\(\) on Tensor that requires grad", Statement(
        "numpy-of-tracked", "numpy on a tracked tensor",
        "numpy cannot follow a tensor whose operations are recorded.",
        "Stay in torch while you differentiate; detach a copy for printing or plotting.")),
    _Rule(r"modified by an inplace operation", Statement(
        "changed-in-place", "a value that backward needs was changed in place",
        "The backward pass needs a value from the forward pass, and it was overwritten since.",
        "Compute a new tensor instead of changing the old one.")),
    _Rule(_UNUSED, _CONSTANT_SLOPE, lambda failure: failure.differentiates_again
          and failure.keeps_graph and failure.sometimes),
    _Rule(_UNUSED, Statement(
        "not-in-the-graph", "not part of the graph",
        "You differentiate with respect to a tensor that the function was not computed from.",
        "Check that the forward pass uses that very tensor, not a copy of it.")),
    _Rule(_NONE, Statement(
        "parameter-replaced", "the parameter was replaced by a computed tensor",
        "The first step works, the second does not: the new value is a computed tensor, not the "
        "leaf you created, and backward fills only the `.grad` of leaves.",
        "Change the old tensor in place, under `no_grad`."),
        lambda failure: failure.works_at_first),
    _Rule(_NONE, Statement(
        "cleared-too-early", "cleared before there is a gradient",
        "`.grad` is None until the first backward pass, so there is nothing to clear yet.",
        "Clear after the update, or test for None first."),
        _on_none),
    _Rule(_NONE, Statement(
        "parameter-replaced", "the parameter was replaced by a computed tensor",
        "`p = p - …` gives the name of a parameter to a computed tensor, and backward fills only "
        "the `.grad` of leaves: there it is None.",
        "Change the old tensor in place, under `no_grad`."),
        lambda failure: failure.rebinds and ".grad" in failure.raised.text),
    _Rule(_NONE, Statement(
        "no-gradient", "the gradient is None",
        "A `.grad` is None: backward fills it only for leaves that require gradients and that the "
        "result was computed from.",
        "Intermediate tensors need `retain_grad()`; copies have a `.grad` of their own."),
        _in_line(r"\.grad\b")),
    _Rule(r"inconsistent tensor size|shapes cannot be multiplied|size mismatch|"
          r"The size of tensor|must match the size|shape mismatch", Statement(
        "shapes", "shapes do not fit",
        "The shapes of two tensors do not fit together.",
        "Write the shape of each beside it; a transposed or missing dimension shows at once.")),
    _Rule(r"same dtype|expected scalar type|expected m1 and m2", Statement(
        "dtypes", "dtypes do not fit",
        "A float32 and a float64 tensor meet: a tensor that you create has another dtype "
        "than the argument.",
        "Create tensors with the dtype of the argument, for example by zeros_like.")),
    _Rule(r"got an unexpected keyword|positional argument", Statement(
        "signature", "the arguments do not fit the function",
        "The function does not take the arguments that the task names.",
        "Keep the names and the order of the starter.")),
    _Rule(r"must be Tensor, not (float|int)|has no attribute '(backward|detach|grad|item|dim)'|"
          r"'(float|int)' object has no attribute", Statement(
        "number-for-tensor", "a plain number where a tensor is needed",
        "A plain Python number stands where a tensor is needed.",
        "Make it a tensor, or use what the argument already is.")),
)  # fmt: skip
