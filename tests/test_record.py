"""The record: round trip, strictness, and where it lies on disk."""

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path

import jsonschema
import pytest

from grader.errors import UsageError
from grader.model import HiddenSummary, Measured, Outcome, Score
from grader.outdir import component, score_directory, write_named, write_whole
from grader.scores.record import from_json, outline, read_scores, to_json, write_score, write_scores
from tests.made_scores import make_case, make_check, make_item, make_run, make_score

SCHEMA = json.loads(
    resources.files("grader.scores").joinpath("score.schema.json").read_text("utf-8")
)

SCORES = {
    "graded": make_score(),
    "no notebook": make_score(run=make_run(notebook=None)),
    "ungraded": make_score(
        checks=(), status="ungraded", sha256=None, kind=None, message="a.ipynb: is empty"
    ),
    "infinite error": make_score(
        checks=(
            make_check(
                Outcome.FAIL,
                items=(make_item(agrees=False, error=math.inf, note="overflows"),),
                hidden=HiddenSummary(3, 0, math.inf),
                mistake="summed",
                mistake_title="sum instead of mean",
                call=None,
            ),
        )
    ),
}


def test_an_outline_is_the_score_without_what_was_measured() -> None:
    score = make_score("ada-l")
    bare = replace(
        score,
        checks=tuple(replace(check, items=(), public=()) for check in score.checks),
        run=replace(score.run, cells=(), notebook=None),
    )
    record = to_json(score)
    record["run"].pop("notebook", None)
    assert any(check.items or check.public for check in score.checks)
    assert outline(record) == bare


@pytest.mark.parametrize("score", SCORES.values(), ids=SCORES)
def test_a_score_comes_back_as_it_was(score: Score) -> None:
    assert from_json(json.loads(json.dumps(to_json(score), allow_nan=False))) == score


@pytest.mark.parametrize("score", SCORES.values(), ids=SCORES)
def test_the_record_fits_its_published_schema(score: Score) -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    jsonschema.Draft7Validator(SCHEMA).validate(to_json(score))


def test_nan_is_kept_as_text() -> None:
    score = make_score(checks=(make_check(Outcome.FAIL, items=(make_item(error=math.nan),)),))
    record = to_json(score)
    assert record["checks"][0]["items"][0]["error"] == "NaN"
    read = from_json(record).checks[0].items[0].error
    assert read is not None
    assert math.isnan(read)


def test_hidden_cases_never_reach_the_record() -> None:
    hidden = Measured("hidden-1", False, (make_item(expected="secret"),), {"x": "secret"})
    score = make_score(checks=(make_check(public=(make_case(), hidden)),))
    assert "secret" not in json.dumps(to_json(score))
    assert [case["case"] for case in to_json(score)["checks"][0]["cases"]] == ["public-1"]


def test_a_case_is_summed_up_by_its_worst_item() -> None:
    case = make_case(items=(make_item(error=1e-9), make_item(error=1e-6), make_item(error=1e-8)))
    record = to_json(make_score(checks=(make_check(public=(case,)),)))
    assert record["checks"][0]["cases"][0]["error"] == 1e-6


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("schema",), "grader/score/v2", "schema"),
        (("status",), "perfect", "status"),
        (("extra",), 1, "extra"),
        (("checks", 0, "outcome"), "great", "checks.0.outcome"),
        (("checks", 0, "cases", 0, "public"), False, "checks.0.cases.0.public"),
        (("run", "isolation"), "total", "run.isolation"),
        (("earned",), "7", "earned"),
        (("seed",), 1.5, "seed"),
    ],
)
def test_a_wrong_record_is_refused_by_the_key_that_is_wrong(
    path: tuple[str | int, ...], value: object, named: str
) -> None:
    record = to_json(make_score())
    place = record
    for key in path[:-1]:
        place = place[key]  # type: ignore[index]
    place[path[-1]] = value  # type: ignore[index]
    with pytest.raises(UsageError, match=named):
        from_json(record)


def test_a_number_that_is_no_float_is_refused() -> None:
    with pytest.raises(UsageError, match="too large"):
        from_json({**to_json(make_score()), "earned": 10**400})


def test_a_missing_key_is_named() -> None:
    record = to_json(make_score())
    del record["submission"]["path"]
    with pytest.raises(UsageError, match=r"submission.*path"):
        from_json(record)


def test_files_hold_the_records_and_the_notebook_lies_beside(tmp_path: Path) -> None:
    score = make_score()
    path = write_score(tmp_path, score)
    assert path == tmp_path / "scalar-gradients" / "ada-l" / "score.json"
    without = replace(score, run=replace(score.run, notebook=None))
    assert read_scores(path) == (replace(without, seed=None),)  # which is not for students
    assert json.loads((path.parent / "executed.ipynb").read_text()) == score.run.notebook
    both = (without, replace(without, student="grace-h"))
    assert read_scores(write_scores(tmp_path, both)) == both


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", '{"schema": 1}', "[" * 100_000])
def test_a_damaged_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "scores.json").write_text(text)
    with pytest.raises(UsageError, match=r"scores\.json"):
        read_scores(tmp_path / "scores.json")


@pytest.mark.parametrize("name", ["ada-l", "emmy_n", "alan.t", "Łukasz", "学生", "7"])
def test_a_plain_name_stays(name: str) -> None:
    assert component(name) == name


HOSTILE = [
    "..", ".", "", "../../etc", "/etc/passwd", "a/b", "a\\b", "a\0b", "a\nb", "-rf", ".hidden",
    "con", "NUL.txt", "x" * 300, "é" * 79, "a b", "a~b", "\u202eadA", "\udcff", "ada.", "C:", "*?",
    "_", "a_b/", "a_b\\", "<script>", "é", "e\u0301",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_escapes_its_folder(tmp_path: Path, name: str) -> None:
    directory = score_directory(tmp_path, "e", name)
    assert directory.resolve().parent == (tmp_path / "e").resolve()
    write_whole(directory / "score.json", "{}")


def test_different_names_have_different_folders() -> None:
    assert len({component(name).casefold() for name in HOSTILE}) == len(HOSTILE)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    write_whole(path, "first")

    def half() -> Iterator[str]:
        yield "second"
        raise RuntimeError("the rest cannot be made")

    with pytest.raises(RuntimeError):
        write_whole(path, half())
    assert path.read_text() == "first"
    assert list(tmp_path.iterdir()) == [path]


def test_a_device_or_link_that_a_person_names_is_written_to_and_not_replaced(
    tmp_path: Path,
) -> None:
    for name, target in (("device", "/dev/null"), ("link", str(tmp_path / "file"))):
        (tmp_path / name).symlink_to(target)
        write_named(tmp_path / name, "text")
        assert (tmp_path / name).is_symlink()
    assert (tmp_path / "file").read_text() == "text"
