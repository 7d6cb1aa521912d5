"""Judge wrong submissions that were written blind, and count what is told and what is false.

`blind/<exercise>.txt` holds submissions with their causes and what would be true to say of them,
written from contracts and statements alone before the diagnosis was asked. Only a person can say
whether a sentence is true. So `blind/read.json` keeps what was read, with the judgement: "told"
(true, and it says what is wrong), "vague" (true, but the cause stays unknown) or "false". A
sentence that has changed since then counts as unread and is printed. Whether a search for the cause
is stopped hangs on the machine, so such sentences are counted apart. Run it as

    python benchmarks/bench_blind.py [EXERCISE ...] [--only NAME] [--all] [--seed N] [--undeclared]

`--undeclared` takes the course in `tests/undeclared/`, whose exercises declare no mistakes: what is
told there is told without an instructor's help. `--all` prints every sentence. `--record told`
notes what is printed as read, with a judgement.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from grader.course.loading import Course  # noqa: E402
from grader.judging.diagnosis.patience import STOPPED  # noqa: E402
from grader.judging.judge import Judge  # noqa: E402
from grader.model import CheckVerdict, Outcome, Submission  # noqa: E402
from grader.submissions.reading import read_submission  # noqa: E402
from tests.in_process import SEED, judge_of, score_submission  # noqa: E402

JUDGEMENTS = ("told", "vague", "false")


@dataclass(frozen=True)
class Shelf:
    """A course, and where the wrong submissions for it lie with what was read of them."""

    course: Path
    blind: Path

    @property
    def read(self) -> Path:
        """Return the file of what was read."""
        return self.blind / "read.json"

    @property
    def exercises(self) -> list[str]:
        """Return the exercises of the course for which there are any."""
        written = {path.stem for path in self.blind.glob("*.txt")}
        return sorted(written & {*Course(self.course).exercise_ids})


BUILT_IN = Shelf(ROOT, ROOT / "tests" / "faulty-work" / "blind")
UNDECLARED = Shelf(ROOT / "tests" / "undeclared", ROOT / "tests" / "undeclared" / "blind")


@dataclass(frozen=True)
class Wrong:
    """A wrong submission, its cause in words, and what would be true to say of it."""

    exercise: str
    name: str
    cause: str
    true: str
    source: str
    tags: str = ""
    right: str = ""
    """Why it is right after all, where it turned out to be."""

    @property
    def key(self) -> str:
        """Return what names it among all of them."""
        return f"{self.exercise}: {self.name}"


@dataclass(frozen=True)
class Said:
    """What one check that lost points says, and who is meant."""

    wrong: Wrong
    verdict: CheckVerdict

    @property
    def key(self) -> str:
        """Return what names it among all of them."""
        return f"{self.wrong.key}: {self.verdict.id}"

    @property
    def sentence(self) -> str:
        """Return everything that a student reads of the check."""
        return " ".join((f"[{self.verdict.mistake}]", self.verdict.feedback, *self.verdict.remarks))

    @property
    def plain(self) -> str:
        """Return it without its numbers, which other cases change."""
        return re.sub(r"\d[\d.e+-]*", "#", self.sentence)


def wrong_ones(shelf: Shelf, exercise: str) -> Iterator[Wrong]:
    """Yield the submissions of an exercise in the order of its file."""
    common = ""
    for block in (shelf.blind / f"{exercise}.txt").read_text("utf-8").split("=== ")[1:]:
        name, _, rest = block.partition("\n")
        if name == "common":
            common = rest
            continue
        heads = dict(re.findall(r"^(cause|true|tags|right): (.*)\n", rest, re.MULTILINE))
        source = re.sub(r"^(cause|true|tags|right): .*\n", "", rest, flags=re.MULTILINE)
        given = "".join(part for part in re.split(r"^(?=def |class )", common, flags=re.MULTILINE)
                        if part.partition("(")[0].partition(":")[0] not in source)  # fmt: skip
        yield Wrong(exercise, name, source=given + source, **heads)


def submission_of(wrong: Wrong) -> Submission:
    """Read one as if it had been handed in: a module, or a percent script with a tagged cell."""
    source = f"import torch\n\n\n{wrong.source}"
    if wrong.tags:
        data = "x = torch.randn(100)\ny = 3 * x + 2 + 0.5 * torch.randn(100)\n"
        source = ("# %%\nimport torch\n\n# %%\ntorch.manual_seed(0)\n" + data
                  + f'\n# %% tags=["{wrong.tags}"]\n{wrong.source}')  # fmt: skip
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{wrong.exercise}.py"
        path.write_text(source, "utf-8")
        found = read_submission(path, "ada-l", wrong.exercise)
    assert isinstance(found, Submission), wrong.key
    return found


def lost(judge: Judge, wrong: Wrong) -> list[Said]:
    """Return the checks about what is written in it that lost points by themselves."""
    with contextlib.redirect_stdout(io.StringIO()):
        score = score_submission(judge, submission_of(wrong))
    tagged = {check.id for check in judge.plan.exercise.checks if check.cell == wrong.tags}
    return [Said(wrong, check) for check in score.checks
            if check.earned < check.possible and check.outcome != Outcome.SKIPPED
            and (check.id in tagged or re.search(rf"(def|class) {check.call}\b", wrong.source))
            ]  # fmt: skip


def show(said: Said) -> None:
    """Print one sentence beside its label."""
    verdict = said.verdict
    print(f"\n{said.key}: {verdict.outcome.value}, {verdict.earned:g}/{verdict.possible:g}\n"
          f"  cause: {said.wrong.cause}\n  true:  {said.wrong.true}\n"
          f"  said:  {said.sentence}", flush=True)  # fmt: skip


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("exercises", nargs="*")
    parser.add_argument("--only", default="", help="submissions whose name holds this")
    parser.add_argument("--all", action="store_true", help="print what was read before, too")
    parser.add_argument("--seed", type=int, help="draw other inputs; nothing counts as read then")
    parser.add_argument("--undeclared", action="store_true", help="exercises without mistakes")
    parser.add_argument("--record", choices=JUDGEMENTS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    shelf = UNDECLARED if options.undeclared else BUILT_IN
    read = json.loads(shelf.read.read_text("utf-8")) if shelf.read.exists() else {}
    counts: Counter[str] = Counter()
    for exercise in options.exercises or shelf.exercises:
        judge = judge_of(exercise, options.seed or SEED, shelf.course)
        for wrong in wrong_ones(shelf, exercise):
            if options.only not in wrong.name:
                continue
            found = lost(judge, wrong)
            counts["submissions"] += 1
            if not found:
                counts["right after all" if wrong.right else "full marks"] += 1
                print(f"\n{wrong.key}: FULL MARKS\n  cause: {wrong.cause}", flush=True)
            for said in found:
                known = read.get(said.key, {})
                same = known.get("sentence") == said.plain
                judgement = known["judgement"] if same else "unread"
                if STOPPED in said.sentence:
                    judgement = "stopped"
                counts[judgement] += 1
                if options.all or judgement in ("unread", "false"):
                    show(said)
                    if options.record:
                        read[said.key] = {"judgement": options.record, "sentence": said.plain}
    if options.record:
        shelf.read.write_text(json.dumps(read, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print("\n" + _summary(counts))


def _summary(counts: Counter[str]) -> str:
    checks = sum(counts[word] for word in (*JUDGEMENTS, "stopped", "unread"))
    told = f"told {counts['told']} ({100 * counts['told'] / max(checks, 1):.0f} %)"
    return (f"{counts['submissions']} wrong submissions, {counts['full marks']} with full marks "
            f"and {counts['right after all']} right after all; "
            f"{checks} checks lost points: {told}, true but vague {counts['vague']}, "
            f"false {counts['false']}, search stopped {counts['stopped']}, "
            f"unread {counts['unread']}.")  # fmt: skip


if __name__ == "__main__":
    main()
