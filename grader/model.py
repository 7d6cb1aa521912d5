"""The values that cross module boundaries: frozen, plain, and free of torch.

Read top to bottom they are the life of a submission: a course holds `Exercise`s made of
`Check`s; a plan turns them into `Probe`s with `Case`s; a `Submission` is executed, which
gives a `Run` (facts seen from outside) and `Evidence` (what the student's code returned);
judging turns evidence into `Verdict`s and those into a `Score`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

__all__ = [
    "Accepts",
    "Case",
    "Cell",
    "CellRun",
    "Check",
    "CheckVerdict",
    "Criterion",
    "Dimension",
    "Entries",
    "Evidence",
    "Example",
    "Exercise",
    "File",
    "Gradient",
    "HandedFile",
    "HiddenSummary",
    "Integrity",
    "Isolation",
    "Late",
    "Limits",
    "Lost",
    "Manual",
    "Measured",
    "MeasuredItem",
    "Outcome",
    "Probe",
    "Prose",
    "Reply",
    "Rule",
    "Run",
    "Score",
    "Submission",
    "Unreadable",
]

SubmissionKind = Literal["notebook", "module"]
Method = Literal["by-hand", "by-autograd", "from-scratch"]


class Outcome(StrEnum):
    """What happened to one check, in display order: the first that applies."""

    BROKEN = "broken"
    MISSING = "missing"
    TIMEOUT = "timeout"
    KILLED = "killed"
    ERROR = "error"
    FAIL = "fail"
    SKIPPED = "skipped"
    INCONCLUSIVE = "inconclusive"
    AWAITING = "awaiting"
    PASS = "pass"  # noqa: S105 - no password


class Isolation(StrEnum):
    """How well student code is isolated; recorded in every score."""

    FULL = "full"
    """Namespaces, Landlock and seccomp."""
    REDUCED = "reduced"
    """Landlock, seccomp and rlimits; no namespaces."""
    NONE = "none"
    """A process of its own with rlimits; for submissions that are trusted."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use; seconds, MiB and counts."""

    cell_s: float = 20.0
    run_s: float = 120.0
    probe_s: float = 10.0
    memory_mb: int = 2048
    processes: int = 64
    output_mb: int = 16
    scratch_mb: int = 64
    threads: int = 1
    devices: Literal["cpu", "strict"] = "cpu"
    """Whether `cuda` and other devices stand for the CPU, or naming one is the student's error."""


@dataclass(frozen=True)
class File:
    """A file beside the code when it runs: the exercise's, or a student's further one."""

    name: str
    """Relative to the working directory, with `/` between folders."""
    content: bytes = field(repr=False)

    @cached_property
    def sha256(self) -> str:
        """Digest of the content."""
        return sha256(self.content).hexdigest()


# ---------------------------------------------------------------- the course


@dataclass(frozen=True)
class Accepts:
    """Which further files of a student come along with their work."""

    patterns: tuple[str, ...] = ()
    """Like `*.csv`; none: only the notebook or module itself."""
    most: int = 10
    most_mb: float = 5.0
    """MiB over all of them."""
    given: Mapping[str, str] = field(default_factory=dict)
    """Digests of the exercise's own files by name; a student's never takes their place."""


@dataclass(frozen=True)
class Dimension:
    """The range of a named dimension; `one` puts a case of size 1 among the cases."""

    low: int = 3
    high: int = 7
    one: bool = True


@dataclass(frozen=True)
class Gradient:
    """Expected values by differentiating reference function `of` with respect to `wrt`."""

    of: str
    wrt: tuple[str, ...]
    forward: str | None = None
    """Probe that evaluates the student's own version of `of`; None: `of`, where it is asked for."""
    returned: Literal["tuple", "dict"] = "tuple"
    """Several gradients come as a tuple in the order of `wrt`, or as a dict by its names."""


@dataclass(frozen=True)
class Example:
    """A published example: students see the inputs and, where given, the expected values."""

    inputs: Mapping[str, Any]
    expect: Any = None
    within: float | None = None
    """How far `expect`, a rounded or asymptotic number, may lie from the reference's value."""


@dataclass(frozen=True)
class Criterion:
    """One line of a rubric."""

    title: str
    points: float


@dataclass(frozen=True)
class Manual:
    """A question that a person grades, and where its answer stands."""

    kind: Literal["prose", "docstring", "figure", "file"]
    of: str
    """Tag of the Markdown or code cell, name of the function, or of the file."""
    criteria: tuple[Criterion, ...] = ()
    choose: Literal["several", "one"] = "several"
    """Whether points of several criteria add up, or one of them is chosen."""


@dataclass(frozen=True)
class Rule:
    """What a source must hold and must not hold; constructs as in `grader.course.rules`."""

    says: str
    """What a student reads who broke it."""
    required: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    """Functions and classes that it is about, with what they use; none: the whole file."""


@dataclass(frozen=True)
class Check:
    """One thing that is asked and the points it is worth."""

    id: str
    title: str
    points: float
    call: str | None = None
    """The student's function or class that is asked for."""
    probe: str | None = None
    """A probe function of the reference file; None calls `call` with the inputs."""
    gradient: Gradient | None = None
    cell: str | None = None
    """Tag of the notebook cell right after which `given` and `asked` are evaluated."""
    given: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)
    expect: str | None = None
    """Reference function from the given values (cell) or inputs (probe) to the expected items.

    Without it, a probe check expects what the probe answers for the reference's namespace.
    """
    inputs: Mapping[str, Any] = field(default_factory=dict)
    """Name of each argument to its distribution (text), list of alternatives, or constant."""
    items: tuple[str, ...] = ()
    """Names of the returned items; partial credit falls per item."""
    method: Method | None = None
    method_points: float = 0.0
    needs: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    cases: int = 6
    """How many hidden cases are drawn."""
    dtypes: tuple[str, ...] = ("float64", "float32")
    tolerance: float | None = None
    """Relative tolerance where the exact one does not apply (a finite-difference formula)."""
    finite_differences: bool = True
    """Whether the gradient asked for is the derivative of the function; not where it detaches."""
    feedback: Mapping[str, str] = field(default_factory=dict)
    """The instructor's own sentence, by outcome or by mistake slug."""
    rule: Rule | None = None
    manual: Manual | None = None
    bonus: bool = False
    """Whether its points come on top of those that are possible."""

    @property
    def by_probe(self) -> bool:
        """Whether the student's code is asked, not its source alone and not a person."""
        return self.rule is None and self.manual is None


@dataclass(frozen=True)
class Exercise:
    """One exercise as its contract states it; the reference is kept apart."""

    id: str
    title: str
    checks: tuple[Check, ...]
    dimensions: Mapping[str, Dimension]
    limits: Limits
    directory: Path
    """Folder with `exercise.toml` and `starter.py`."""
    reference: Path
    """The reference file: trusted, read by the judge only."""
    fingerprint: str
    """sha256 over contract, reference, starter and files: changes when a regrade is due."""
    files: tuple[str, ...] = ()
    """Names of the files that every work gets, relative to `directory/files`."""
    arrays: Literal["torch", "numpy"] = "torch"
    """Whether the student's functions get tensors or arrays; the reference always gets tensors."""
    accepts: Accepts = Accepts()
    """Further files that a student may hand in with the work."""

    @property
    def possible(self) -> float:
        """All points of the exercise; those of a bonus come on top."""
        return sum(check.points for check in self.checks if not check.bonus)


# ---------------------------------------------------------------- asking


@dataclass(frozen=True)
class Case:
    """One set of arguments; tensors are float64 masters, cast to `dtype` when they are sent."""

    id: str
    public: bool
    arguments: Mapping[str, Any]
    dtype: str = "float64"
    requires_grad: bool = False
    category: str = ""
    """What is special about the case, in words that students may read: `size 1, float32`."""
    twin_of: str = ""
    """Id of the case that asks the same in float64."""
    layout: Literal["", "strided", "expanded"] = ""
    """How the floating tensors lie in memory; empty: one number after the other."""
    traits: frozenset[str] = frozenset()
    """What is planned into the case, see `grader.judging.coverage`."""


@dataclass(frozen=True)
class Probe:
    """One question; put to the student's namespace, the reference's and each mistake's."""

    check: str
    call: str | None
    cases: tuple[Case, ...]
    function: str | None = None
    """Name of the probe function defined by `source`; None: call `call` twice with the case."""
    source: str | None = None
    """Source of the probe function; travels into the sandbox, so it holds no answer."""
    after_cell: str | None = None
    """Tag of the cell right after which `expressions` are evaluated; None: after the last cell."""
    expressions: Mapping[str, str] = field(default_factory=dict)
    grad: bool = True
    """Whether autograd is switched on while the call runs."""
    observe: bool = False
    """Whether the library calls that the student's function makes are noted."""
    twin: str | None = None
    """The probe with the same questions that is put with autograd; this one is put where there is
    none (see `grader.sandbox.apart`). None: an ordinary probe."""
    repeat: bool = True
    """Whether a plain call is made twice, which shows what is left over from the first."""
    seed: int = 0
    limit_s: float = 10.0
    arrays: Literal["torch", "numpy"] = "torch"
    """What a student's namespace gets: tensors, or the same as arrays."""


# ---------------------------------------------------------------- submissions


@dataclass(frozen=True)
class Cell:
    """One code cell: of a notebook, of a percent script, or one top-level statement of a module."""

    index: int
    source: str
    tags: tuple[str, ...] = ()
    line: int | None = None
    """Line of the cell's first line in its own file; None in a notebook."""
    before: str = ""
    """Markdown of the notebook before this cell, shown in the report and never run."""
    after: str = ""
    """Markdown after the last code cell."""
    marks: tuple[str, ...] = ()
    """What else the notebook calls the cell: its id, nbgrader's `grade_id`."""


@dataclass(frozen=True)
class Aside:
    """A cell that is no code: it is not run, but code may stand in it by mistake."""

    kind: str
    """`markdown` or `raw`."""
    source: str
    following: int
    """Index of the code cell after it."""
    tags: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lost:
    """The cell of a check that is not among the code cells, and what is known of it."""

    check: str
    why: Literal["markdown", "raw", "undecided", "absent", "empty"]
    where: str = ""
    """In words, for one that is no code."""


@dataclass(frozen=True)
class Prose:
    """A Markdown cell with tags, in which a question is answered in words."""

    tags: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Submission:
    """One student's file for one exercise, read and fingerprinted."""

    student: str
    exercise: str
    path: Path
    kind: SubmissionKind
    sha256: str
    cells: tuple[Cell, ...]
    remarks: tuple[str, ...] = ()
    handed_in: str = ""
    """When, as ISO 8601; without an offset it is the course's local time. Empty: not known."""
    files: tuple[File, ...] = ()
    """Further files that came along; `sha256` is over them, too."""
    prose: tuple[Prose, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    """Files beside the work that did not come along: name, and why."""
    asides: tuple[Aside, ...] = ()
    """Its cells that are no code."""
    lost: tuple[Lost, ...] = ()
    """Checks whose cell was not found, once `grader.submissions.placing` has looked."""


@dataclass(frozen=True)
class Unreadable:
    """A file (or folder) that cannot become a submission, and why, for student and instructor."""

    student: str
    exercise: str | None
    path: Path
    reason: str
    sha256: str | None = None


# ---------------------------------------------------------------- running


@dataclass(frozen=True)
class CellRun:
    """What was seen of one cell: `ok`, `error`, `timeout`, `killed` or `skipped`."""

    index: int
    status: str
    seconds: float
    message: str = ""
    """`TypeError: …` for an error, the limit for a timeout or a kill."""
    line: int | None = None


@dataclass(frozen=True)
class Run:
    """Facts about one execution, all measured from outside the sandbox."""

    status: Literal["completed", "timeout", "killed", "broken", "not-run"]
    isolation: Isolation
    wall_s: float
    cpu_s: float
    max_rss_mb: float
    cells: tuple[CellRun, ...] = ()
    message: str = ""
    phases: Mapping[str, float] = field(default_factory=dict)
    """Seconds spent in kernel start, cells, probes."""
    notebook: Mapping[str, Any] | None = None
    """The executed notebook (nbformat 4) with its outputs; untrusted."""


@dataclass(frozen=True)
class Reply:
    """What came back for one probe.

    `answered` has a frame; every other status says why there is none.
    """

    check: str
    status: Literal["answered", "timeout", "killed", "refused", "broken", "not-asked"]
    frame: bytes = b""
    """Encoded values as they came: untrusted, see `grader.judging.evidence`."""
    message: str = ""
    """The limit that was hit, or why the frame was refused."""
    seconds: float = 0.0


@dataclass(frozen=True)
class Evidence:
    """All replies of one submission; together with the seed it is enough to judge again."""

    replies: tuple[Reply, ...]

    def reply(self, check: str) -> Reply | None:
        """Return the reply to the probe of one check."""
        return next((reply for reply in self.replies if reply.check == check), None)


@dataclass(frozen=True)
class Integrity:
    """Something that looked like tampering: reported, never scored silently."""

    kind: str
    detail: str


# ---------------------------------------------------------------- verdicts


@dataclass(frozen=True)
class Entries:
    """One item of a public case entry by entry (row-major, at most 400), for pictures."""

    shape: tuple[int, ...]
    expected: tuple[float, ...]
    got: tuple[float, ...]
    tolerance: tuple[float, ...]
    differences: tuple[float, ...] = ()
    """Finite differences of a gradient's function, NaN where they decide nothing; may be none."""
    differences_of: Literal["own", "asked"] = "own"
    """The student's own function, or the one that the gradient is asked of."""


@dataclass(frozen=True)
class MeasuredItem:
    """One returned item against its expectation, at the coordinate with the worst margin."""

    name: str
    agrees: bool
    error: float | None = None
    tolerance: float | None = None
    note: str = ""
    """Why it does not agree when that is no number: `shape (3,) instead of ()`, `NaN`."""
    expected: str | None = None
    got: str | None = None
    """Texts, only for public cases."""
    entries: Entries | None = None
    """Numbers behind the texts; None when shapes differ, the item is large, or it is hidden."""


@dataclass(frozen=True)
class Measured:
    """One case measured; hidden ones stay in the judge and are summed up for students."""

    case: str
    public: bool
    items: tuple[MeasuredItem, ...]
    inputs: Mapping[str, str] = field(default_factory=dict)
    """Texts of the arguments, only for public cases."""
    numbers: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """Scalar and 1-d arguments of public cases (at most 400 numbers each), for pictures."""

    @property
    def agrees(self) -> bool:
        """True when every item agrees."""
        return bool(self.items) and all(item.agrees for item in self.items)


@dataclass(frozen=True)
class HiddenSummary:
    """All that a student may know of the hidden cases: how many, and the worst margin."""

    cases: int
    passed: int
    margin: float | None
    """Largest error divided by its tolerance; above 1 fails."""
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckVerdict:
    """The verdict on one check, in values and in words for the student."""

    id: str
    title: str
    call: str | None
    outcome: Outcome
    earned: float
    possible: float
    feedback: str
    mistake: str | None = None
    mistake_title: str | None = None
    items: tuple[MeasuredItem, ...] = ()
    """Each returned item over all cases."""
    public: tuple[Measured, ...] = ()
    hidden: HiddenSummary = HiddenSummary(0, 0, None)
    remarks: tuple[str, ...] = ()
    method: Literal["", "proved", "observed"] = ""
    """How the method was judged: by what it gives where autograd does not exist, or by watching
    the student's own process, which can be deceived; empty where none is asked for or it did not
    come to that."""
    raised_at: tuple[str, int] | None = None
    """The student's file, or `cell 3`, and the line in it at which a call raised an exception."""
    comments: tuple[str, ...] = ()
    """What a person says about it to the student."""
    builds_on: tuple[str, ...] = ()
    """Ids of the checks that come first: those it needs, and the function of its gradient."""
    bonus: bool = False
    """Whether its points come on top of those that are possible."""
    answer: str = ""
    """What was handed in for a question that a person grades."""
    criteria: tuple[Criterion, ...] = ()
    one_criterion: bool = False
    """Whether one criterion of the rubric is chosen, instead of adding up several."""


@dataclass(frozen=True)
class HandedFile:
    """What a page says of a further file that a student handed in."""

    name: str
    size: int
    """Bytes."""
    sha256: str
    text: str | None = None
    """Its beginning, where it is text."""


@dataclass(frozen=True)
class Late:
    """How late a submission came and what that costs; laid over a score when it is read."""

    due: str
    """When it was due for this student, with extensions: ISO 8601, in the zone of the course."""
    late_by_s: float
    points: float
    """What is taken off what was earned."""


@dataclass(frozen=True)
class Score:
    """The record of one graded submission; `grader.scores.record` writes and reads it as JSON."""

    student: str
    exercise: str
    title: str
    path: str
    sha256: str | None
    kind: SubmissionKind | None
    status: Literal["graded", "provisional", "ungraded"]
    earned: float
    possible: float
    checks: tuple[CheckVerdict, ...]
    run: Run
    seed: int | None
    """Draws the hidden cases; None in a record that students get."""
    graded_at: str
    environment: Mapping[str, str]
    integrity: tuple[Integrity, ...] = ()
    message: str = ""
    """Why a submission is ungraded or provisional, naming file and reason."""
    remarks: tuple[str, ...] = ()
    handed_in: str = ""
    """When, as `Submission.handed_in`."""
    late: Late | None = None
    comments: tuple[str, ...] = ()
    """What a person says about the whole work to the student."""
    asks: tuple[str, ...] = ()
    """What a person has to decide; for the instructor, never on the student's page."""
    files: tuple[HandedFile, ...] = ()
    """Further files that were handed in with the work."""
    attempt: int = 1
    """1 for the first file that was handed in, 2 for the next different one."""

    def __repr__(self) -> str:
        """Say in one line whose score it is: all of it would fill a screen."""
        points = f"{self.final:g} of {self.possible:g} points"
        return f"<Score {self.student}, {self.exercise}: {points}, {self.status}>"

    @property
    def awaits(self) -> bool:
        """True when it is provisional only because a person has not read all of it yet."""
        outcomes = {check.outcome for check in self.checks}
        undecided = {Outcome.BROKEN, Outcome.INCONCLUSIVE}
        return (
            self.status == "provisional"
            and Outcome.AWAITING in outcomes
            and not undecided & outcomes
        )

    @property
    def final(self) -> float:
        """The points that count: what was earned, less what being late costs."""
        return self.earned - (self.late.points if self.late else 0.0)
