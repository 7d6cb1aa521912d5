"""The gradebook in SQLite and in a real PostgreSQL: the same content, races, faults, old books."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import grader.scores.database
import grader.scores.patience
from grader.errors import UsageError
from grader.model import Cell, CellRun, Evidence, Reply
from grader.scores.database import open_database
from grader.scores.decisions import Decision
from grader.scores.gradebook import Entry, Gradebook
from grader.scores.patience import GradebookLost
from grader.scores.tables import Base
from tests.made_scores import make_check, make_evidence, make_run, make_score, make_submission
from tests.postgres_room import Server

pytestmark = pytest.mark.slow

OLDEST = Path(__file__).parent / "data" / "gradebook-0001.sqlite"
ODD = ("a\0b", "half \ud83d of a pair", "\udcff", "\ufdd0 the mark itself", "\\u0000", "😀", "")


@pytest.fixture
def book(gradebook_at: str) -> Iterator[Gradebook]:
    with Gradebook.open(gradebook_at) as opened:
        yield opened


# ---------------------------------------------------------------- every value comes back


@pytest.mark.parametrize("seed", [0, 2**31 - 1, 2**31, 2**32 - 1])
def test_a_seed_of_32_bits_is_kept(book: Gradebook, seed: int) -> None:
    book.record(make_score(seed=seed), make_evidence())
    kept = book.latest("ada-l", "scalar-gradients")
    assert kept is not None
    assert kept.seed == seed


@pytest.mark.parametrize("text", ODD)
def test_every_character_of_a_student_comes_back(book: Gradebook, text: str) -> None:
    score = make_score(
        checks=(make_check(feedback=text, title=text),),
        run=make_run(cells=(CellRun(0, "error", 0.1, text),), message=text),
        message=text,
        remarks=(text,),
    )
    evidence = Evidence(
        (Reply("square_gradient", "killed", text.encode("utf-8", "replace"), text),)
    )
    handed = replace(make_submission(), cells=(Cell(0, text, before=text),), remarks=(text,))
    book.record(score, evidence, submission=handed)
    book.decide(
        Decision("ada-l", "scalar-gradients", "points", text, text, "now", "square_gradient", 1.0)
    )
    attempt = book.attempt("ada-l", "scalar-gradients")
    assert attempt is not None
    assert (attempt.score, attempt.evidence, attempt.submission) == (score, evidence, handed)
    (made,) = book.decisions().about(make_score())
    assert (made.text, made.who) == (text, text)


def test_names_of_any_length_stay_apart(book: Gradebook) -> None:
    names = ["x" * 3000 + end for end in "ab"] + ["ad\udcffa", "'; DROP TABLE attempt; --"]
    for student in names:
        book.record(make_score(student), make_evidence())
    assert [book.latest(student, "scalar-gradients") for student in names] == [
        make_score(student) for student in names
    ]
    assert len(book.scores()) == 4


def test_many_are_kept_at_once_as_one_by_one(book: Gradebook) -> None:
    names = ["x" * 3000 + end for end in "ab"] + ["ad\udcffa", "nul\0", "'; DROP TABLE attempt; --"]
    once = [Entry(make_score(name), make_evidence(), make_submission(), "f") for name in names]
    book.record_all(once)
    later = [replace(each, score=replace(each.score, sha256="2" * 64)) for each in once[:3]]
    book.record_all([*later, *once[3:], later[0]])  # another file, the same file, twice the same
    book.record_all([])
    for number, name in enumerate(names):
        attempt, more = book.attempt(name, "scalar-gradients"), number < 3
        assert attempt is not None
        assert attempt.number == 1 + more
        assert attempt.evidence == make_evidence()
        assert attempt.fingerprint == "f"
        assert attempt.score.sha256 == ("2" * 64 if more else once[0].score.sha256)
        assert len(book.scores_of(name, "scalar-gradients")) == 1 + more


def test_of_many_nothing_is_kept_where_one_cannot_be(book: Gradebook) -> None:
    wrong = Entry(make_score("grace-h", status=None), make_evidence())
    with pytest.raises(sa.exc.IntegrityError):
        book.record_all([Entry(make_score("ada-l"), make_evidence()), wrong])
    assert book.scores() == ()


def test_the_order_of_a_class_is_the_same_in_every_database(book: Gradebook) -> None:
    names = ["Zoe", "ada", "Émile", "_x", "a-b", "aB"]
    for student in names:
        book.record(make_score(student), make_evidence())
    assert [score.student for score in book.scores()] == sorted(names)


def test_migrations_make_the_tables_that_the_code_describes(gradebook_at: str) -> None:
    engine = open_database(gradebook_at)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_the_newest_migration_is_known_without_alembic() -> None:
    scripts = Path(grader.scores.database.__file__).with_name("migrations")
    assert ScriptDirectory(str(scripts)).get_current_head() == grader.scores.database.HEAD


FRAMES = (bytes(30_000), random.Random(1).randbytes(3000), b"", zlib.compress(bytes(100)), b"x")
"""What student code may send: what can be compressed, what cannot, what is compressed already."""


def kept_frames(url: str) -> list[bytes]:
    """Read what the database itself holds."""
    engine = grader.scores.database._engine(url)
    with engine.connect() as connection:
        found = connection.execute(sa.text("SELECT frame FROM reply ORDER BY position"))
        frames = [bytes(row.frame) for row in found]
    engine.dispose()
    return frames


def test_evidence_comes_back_byte_for_byte_and_takes_little_room(gradebook_at: str) -> None:
    replies = tuple(Reply(f"c{n}", "answered", frame) for n, frame in enumerate(FRAMES))
    score = make_score()
    with Gradebook.open(gradebook_at) as book:
        book.record(score, Evidence(replies))
        assert book.evidence_of(score.student, score.exercise) == Evidence(replies)
        assert sum(map(len, kept_frames(gradebook_at))) < 4000


def test_the_version_before_gets_evidence_as_it_came(gradebook_at: str) -> None:
    replies = tuple(Reply(f"c{n}", "answered", frame) for n, frame in enumerate(FRAMES))
    with Gradebook.open(gradebook_at) as book:
        book.record(make_score(), Evidence(replies))
    engine = grader.scores.database._engine(gradebook_at)
    with engine.execution_options(writes=True).begin() as connection:
        command.downgrade(migrations(connection), "0004")
    engine.dispose()
    assert kept_frames(gradebook_at) == list(FRAMES)
    with Gradebook.open(gradebook_at) as book:
        assert book.evidence_of(make_score().student, make_score().exercise) == Evidence(replies)


# ---------------------------------------------------------------- a gradebook of before


def migrations(connection: sa.Connection) -> Config:
    """Return what alembic has to know to change the tables of a gradebook."""
    config = Config()
    scripts = Path(grader.scores.database.__file__).with_name("migrations")
    config.set_main_option("script_location", str(scripts))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def move_oldest(into: str) -> None:
    """Put the rows of the oldest gradebook into an empty database, by its own migration."""
    engine = grader.scores.database._engine(into)
    source = sa.create_engine(f"sqlite:///{OLDEST}")
    with engine.execution_options(writes=True).begin() as connection, source.connect() as old:
        command.upgrade(migrations(connection), "0001")
        tables = sa.MetaData()
        tables.reflect(connection, only=["attempt", "reply", "override"])
        for table in tables.sorted_tables:
            rows = [dict(row) for row in old.execute(sa.select(table)).mappings()]
            for row in rows:  # 0001 kept seeds of 32 bits in SQLite alone
                row |= {"seed": row["seed"] % 2**31} if "seed" in row else {}
            connection.execute(sa.insert(table), rows)
    source.dispose()
    engine.dispose()


def test_the_oldest_gradebook_opens_and_keeps_everything(gradebook_at: str) -> None:
    move_oldest(gradebook_at)
    with Gradebook.open(gradebook_at) as book:
        points = {(score.student, score.exercise): score.earned for score in book.scores()}
        assert points == {
            ("ada-l", "matrix-gradients"): 16.0,
            ("ada-l", "scalar-gradients"): 10.0,
            ("alan-t", "scalar-gradients"): 0.0,
            ("emmy-n", "scalar-gradients"): 3.0,  # one of them given by a person
            ("grace-h", "scalar-gradients"): 10.0,
        }
        attempt_of_emmy = book.latest("emmy-n", "scalar-gradients")
        assert attempt_of_emmy is not None
        first = book.previous("emmy-n", "scalar-gradients")
        assert first is not None
        assert first.earned == 0.0
        attempt = book.attempt("ada-l", "scalar-gradients")
        assert attempt is not None
        assert attempt.submission is not None
        assert attempt.score.run.notebook is not None
        assert all(reply.frame for reply in attempt.evidence.replies if reply.status == "answered")
        (made,) = book.decisions().by_work["emmy-n", "scalar-gradients"]
        assert (made.text, made.sha256) == ("Shown at the board.", attempt_of_emmy.sha256)
        assert book.publication.unwritten() == ()
        book.record(replace(attempt.score, seed=2**32 - 1), attempt.evidence)
    if not gradebook_at.startswith("sqlite"):
        with pytest.raises(UsageError, match="cannot be opened"):
            Gradebook.open(gradebook_at + "_not_there")


def test_the_file_of_the_oldest_version_opens_where_it_lies(tmp_path: Path) -> None:
    shutil.copy(OLDEST, tmp_path / "gradebook.sqlite")
    with Gradebook.open(f"sqlite:///{tmp_path / 'gradebook.sqlite'}") as book:
        assert len(book.scores()) == 5
        assert sum(1 for _ in book.submissions()) == 4


# ---------------------------------------------------------------- many at once


def test_many_open_write_and_read_at_once(gradebook_at: str) -> None:
    def one(number: int) -> int:
        with Gradebook.open(gradebook_at) as book:
            book.record(make_score(f"student-{number}"), make_evidence())
            return len(book.scores())

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(one, range(16)))
    assert all(1 <= count <= 16 for count in seen)
    with Gradebook.open(gradebook_at) as book:
        assert len(book.scores()) == 16


def test_two_graders_of_one_student_lose_no_attempt(gradebook_at: str) -> None:
    Gradebook.open(gradebook_at).close()
    together = threading.Barrier(4)

    def one(number: int) -> None:
        with Gradebook.open(gradebook_at) as book:
            together.wait()
            for round_ in range(5):
                book.record(make_score(sha256=f"{number}-{round_}"), make_evidence())
                book.record(make_score(sha256=f"{number}-{round_}", seed=round_), make_evidence())
                list(book.attempts())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(4)))
    with Gradebook.open(gradebook_at) as book:
        newest = book.attempt("ada-l", "scalar-gradients")
    assert newest is not None
    assert newest.number >= 20


# ---------------------------------------------------------------- what cannot be used just now


def test_a_lock_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grader.scores.database, "_WAIT_S", 0.1)
    path = tmp_path / "gradebook.sqlite"
    with Gradebook.open(f"sqlite:///{path}") as book, closing(sqlite3.connect(
        path, isolation_level=None, check_same_thread=False
    )) as other:  # fmt: skip
        other.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(1.0, other.rollback)
        timer.start()
        book.record(make_score(), make_evidence())
        timer.join()
        assert book.latest("ada-l", "scalar-gradients") == make_score()


def test_a_lock_that_stays_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grader.scores.database, "_WAIT_S", 0.1)
    short = replace(grader.scores.patience._LOCKED, patience_s=0.3)
    signs = ((short, ("is locked",)),)
    monkeypatch.setattr(grader.scores.patience, "_SAID", signs)
    path = tmp_path / "gradebook.sqlite"
    with Gradebook.open(f"sqlite:///{path}") as book, closing(
        sqlite3.connect(path, isolation_level=None)
    ) as other:  # fmt: skip
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(GradebookLost, match=r"locked.*end that program") as caught:
            book.record(make_score(), make_evidence())
        assert "\n" not in str(caught.value)
        other.rollback()


def test_a_damaged_file_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "gradebook.sqlite"
    with Gradebook.open(f"sqlite:///{path}") as book:
        for number in range(30):
            book.record(make_score(f"student-{number}"), make_evidence())
    content = bytearray(path.read_bytes())
    content[4096 * 2 :] = b"\xff" * (len(content) - 4096 * 2)
    path.write_bytes(content)
    with pytest.raises((GradebookLost, UsageError), match=r"damaged.*backup"):
        list(Gradebook.open(f"sqlite:///{path}").scores())


def test_a_server_that_cuts_its_connections_costs_nothing(postgres: Server) -> None:
    with Gradebook.open(postgres.new_database()) as book:
        book.record(make_score(), make_evidence())
        postgres.cut_connections()
        book.record(make_score("grace-h"), make_evidence())
        postgres.cut_connections()
        assert len(book.scores()) == 2


def test_without_the_driver_the_command_to_install_it_is_named() -> None:
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from grader.scores.gradebook import Gradebook\n"
        "Gradebook.open('postgresql://me:secret@127.0.0.1/grades')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    last = done.stderr.strip().splitlines()[-1]
    assert "pip install 'gradient-grader[postgres]'" in last
    assert "secret" not in last


def test_a_score_that_is_kept_again_is_to_be_written_again(book: Gradebook) -> None:
    def waiting() -> list[str]:
        return [item.student for item in book.publication.unwritten()]

    book.record(make_score(), make_evidence())
    book.record(make_score("grace-h"), make_evidence())
    assert waiting() == ["ada-l", "grace-h"]
    for item in book.publication.unwritten():
        book.publication.wrote(item)
    assert waiting() == []
    stale = book.publication.newest("ada-l", "scalar-gradients")
    book.decide(
        Decision("ada-l", "scalar-gradients", "points", "x", "me", "now", "square_gradient", 1.0)
    )
    assert waiting() == ["ada-l"]
    assert stale is not None
    book.publication.wrote(stale)  # an old page does not count as the new one
    assert waiting() == ["ada-l"]


# ---------------------------------------------------------------- many decisions at once


def points_of(student: str, check: str = "square_gradient") -> Decision:
    return Decision(student, "scalar-gradients", "points", "Well done.", "me", "now", check, 1.0)


@pytest.mark.parametrize("wrong", [points_of("emmy-n"), points_of("ada-l", "what")])
def test_decisions_are_kept_all_or_none(book: Gradebook, wrong: Decision) -> None:
    for student in ("ada-l", "grace-h"):
        book.record(make_score(student), make_evidence())
    before = book.version("ada-l", "scalar-gradients")
    with pytest.raises(UsageError):
        book.decide_all([points_of("ada-l"), points_of("grace-h"), wrong])
    assert not book.decisions().about(make_score("ada-l"))
    assert not book.decisions().about(make_score("grace-h"))
    assert book.version("ada-l", "scalar-gradients") == before
    book.decide_all([points_of("grace-h"), points_of("ada-l")])
    assert len(book.decisions().about(make_score("ada-l"))) == 1
    assert len(book.decisions().about(make_score("grace-h"))) == 1


def test_two_tables_at_once_are_both_kept(book: Gradebook) -> None:
    students = [f"student-{n}" for n in range(6)]
    for student in students:
        book.record(make_score(student), make_evidence())
    orders = [students, students[::-1]] * 2
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda order: book.decide_all([points_of(s) for s in order]), orders))
    assert [len(book.decisions().about(make_score(s))) for s in students] == [4] * 6
