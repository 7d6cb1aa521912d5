"""CSV is read as `csv` reads it, and what is not filled in stays byte for byte."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import spreadsheets
from grader.errors import UsageError
from grader.spreadsheets import plain_cell, read_sheet, value_of_cell

TEXTS = st.text(alphabet=st.sampled_from('ab,;"\r\n\t \u00e4'), max_size=30)


def read(folder: Path, content: bytes) -> spreadsheets.Sheet:
    path = folder / "a.csv"
    path.write_bytes(content)
    return read_sheet(path)


@settings(max_examples=200, deadline=None)
@given(text=TEXTS)
def test_cells_are_those_that_csv_reads(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.getbasetemp()
    try:
        found = read(folder, text.encode())
    except UsageError:
        found = None
    delimiter = found.delimiter if found else ","
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        expected = tuple(map(tuple, reader))
    except csv.Error:
        expected = ()
    if found is not None:
        assert found.rows == expected
        assert found.filled({}) == text.encode()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
def test_one_cell_is_filled_and_all_else_stays(
    tmp_path: Path, delimiter: str, newline: str, encoding: str
) -> None:
    lines = ['a|"b|b"|c', '"x"|\'=1|', 'é|"""|"|', "short"]
    text = newline.join(lines).replace("|", delimiter)
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    found = read(tmp_path, mark + text.encode(encoding))
    content = found.filled({(1, 2): "7", (3, 2): "8", (2, 0): "é"})
    assert content.startswith(mark)
    expected = [lines[0], lines[1] + "7", lines[2], "short||8"]
    after = content.removeprefix(mark).decode(encoding)
    assert after == newline.join(expected).replace("|", delimiter)


def test_bytes_that_are_no_text_survive(tmp_path: Path) -> None:
    content = b"a,b\n\x81\xff,1\n"
    assert read(tmp_path, content).filled({(1, 1): "2"}) == b"a,b\n\x81\xff,2\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b",,\n", "is empty"),
        (b"a,b\n1,\x00\n", "NUL"),
        ("a,b\n".encode("utf-16-le"), "NUL"),
        (b'a,b\n1,"open\n', "line 2: the quotes of a cell do not match"),
        (b'a,b\n1,"x"y\n', "line 2: the quotes of a cell do not match"),
    ],
)
def test_what_is_no_csv_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(UsageError, match=rf"a\.csv: .*{says}"):
        read(tmp_path, content)


def test_cells_without_end_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MOST_CELLS", 100)
    with pytest.raises(UsageError, match="more than 100 cells"):
        read(tmp_path, b"," * 200)
    with pytest.raises(UsageError, match="no such file"):
        read_sheet(tmp_path)


def test_one_huge_field_is_read(tmp_path: Path) -> None:
    huge = "x" * 1_000_000
    assert read(tmp_path, f'a,b\n1,"{huge}"\n'.encode()).rows[1] == ("1", huge)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"])))
def test_what_is_kept_from_being_a_formula_comes_back(text: str) -> None:
    assert value_of_cell(plain_cell(text)) == text
    for start in ("=", "'=", "''+", "-", "@x", "＝", "' ="):
        assert value_of_cell(plain_cell(start + text)) == start + text


@settings(max_examples=200, deadline=None)
@given(cell=TEXTS, newline=st.sampled_from(["\n", "\r\n"]))
def test_any_text_that_is_filled_in_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, cell: str, newline: str
) -> None:
    folder = tmp_path_factory.getbasetemp()
    found = read(folder, newline.join(["a,b,c", "1,,3", "4,5,6", ""]).encode())
    again = read(folder, found.filled({(1, 1): cell}))
    assert again.rows == (("a", "b", "c"), ("1", cell, "3"), ("4", "5", "6"))


@pytest.mark.parametrize("damaged", [b"\xff\xfe\xff\x92\x04", b"\xfe\xff\xd8\x00\x00a"])
def test_damaged_utf_16_is_told_and_not_written_otherwise(tmp_path: Path, damaged: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(damaged)
    with pytest.raises(UsageError, match="damaged UTF-16"):
        read_sheet(path)
