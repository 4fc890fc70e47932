from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import InputError
from ingest.delimited import DELIMITERS, read_delimited, sniff_delimiter
from ingest.quarantine import ROW
from ingest.rawtable import RawTable


def read(folder: Path, text: str | bytes) -> RawTable:
    path = folder / "t.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_delimited("accounts", path)


def cells(raw: RawTable) -> list[tuple[str, ...]]:
    return raw.frame.drop(ROW).rows()


@pytest.mark.parametrize("mark", DELIMITERS)
def test_the_delimiter_is_found_out(tmp_path: Path, mark: str) -> None:
    assert cells(read(tmp_path, f"a{mark}b{mark}c\n1{mark}x y{mark}3\n")) == [("1", "x y", "3")]


def test_the_delimiter_in_quotes_does_not_count() -> None:
    assert sniff_delimiter('"a,b,c";d') == ";"
    assert sniff_delimiter("account_id") == ","


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("a,b\nü,漢\n".encode(), "utf-8"),
        ("a,b\nü,漢\n".encode("utf-8-sig"), "utf-8"),
        ("a,b\nü,漢\n".encode("utf-16"), "utf-16"),
        ("a,b\nü,x\n".encode("utf-16-le"), "utf-16-le"),
        ("a,b\nü,x\n".encode("utf-16-be"), "utf-16-be"),
        ("a,b\nü,€\n".encode("cp1252"), "utf-8 with Windows-1252 where that failed"),
    ],
)
def test_the_encoding_is_found_out(tmp_path: Path, data: bytes, encoding: str) -> None:
    raw = read(tmp_path, data)
    assert raw.frame.columns == [ROW, "a", "b"]
    assert cells(raw)[0][0] == "ü"
    assert (encoding == "utf-8") == (raw.notes == ())
    assert all(encoding in note for note in raw.notes)


def test_encodings_that_mix_are_told_apart_by_line(tmp_path: Path) -> None:
    data = b"a,b\n" + "ü,漢\n".encode() + "ü,\x81\n".encode("latin-1")
    assert cells(read(tmp_path, data)) == [("ü", "漢"), ("ü", "\x81")]


def test_line_ends_of_all_systems(tmp_path: Path) -> None:
    for end in ("\n", "\r\n", "\r"):
        assert cells(read(tmp_path, f"a,b{end}1,2{end}3,4{end}")) == [("1", "2"), ("3", "4")]


def test_nuls_are_removed_and_told(tmp_path: Path) -> None:
    raw = read(tmp_path, b"a,b\n1\0,\x002\n" + b"x" * 100 + b",y\n")
    assert cells(raw)[0] == ("1", "2")
    assert raw.notes == ("t.csv held 2 NUL characters, which were removed.",)


def test_lines_with_too_few_or_too_many_fields_are_set_aside(tmp_path: Path) -> None:
    raw = read(tmp_path, 'a,b\n1,2\n3\n\n4,5,6\n7,"8\n9,"x,y"\n')
    assert cells(raw) == [("1", "2"), ("9", "x,y")]
    assert raw.broken.rows() == [
        (2, "3", "1 fields, the header has 2"),
        (3, "4,5,6", "3 fields, the header has 2"),
        (4, '7,"8', "broken quotes"),
    ]


def test_quotes_inside_a_plain_field_are_text(tmp_path: Path) -> None:
    assert cells(read(tmp_path, 'a\tb\n12" disc\tsay "hi"\n')) == [('12" disc', 'say "hi"')]


def test_a_field_may_span_lines(tmp_path: Path) -> None:
    raw = read(tmp_path, 'a,b\n1,"x\n""y"",\n\nz"\n2,"\n"\n')
    assert cells(raw) == [("1", 'x\n"y",\n\nz'), ("2", "\n")]
    assert raw.frame[ROW].to_list() == [1, 2]


def test_one_open_quote_spoils_one_line_only(tmp_path: Path) -> None:
    good = "".join(f'{i},"text, {i}"\n' for i in range(500))
    raw = read(tmp_path, f'a,b\n0,"open\n{good}')
    assert (raw.frame.height, raw.broken.height) == (500, 1)
    raw = read(tmp_path, '0,"open\n'.join(["a,b\n", *["1,2\n"] * 1100]))
    assert (raw.frame.height, raw.broken.height) == (1100, 1100)


def test_a_header_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="only blank lines"):
        read(tmp_path, "\n  \n\n")
    with pytest.raises(InputError, match="'a' occurs twice"):
        read(tmp_path, "a,b, a\n1,2,3\n")
    with pytest.raises(InputError, match="100,000 columns, at most 2,000"):
        read(tmp_path, ",".join(f"c{i}" for i in range(100_000)) + "\n")
    with pytest.raises(InputError, match="quote that is never closed"):
        read(tmp_path, 'a,"b\n1,2\n')
    with pytest.raises(InputError, match="column 2 is longer than 200"):
        read(tmp_path, "a," + "b" * 201 + "\n1,2\n")


CELL = st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=8), st.sampled_from(DELIMITERS))
def test_reads_what_the_standard_library_writes(
    tmp_path: Path, rows: list[tuple[str, str, str]], mark: str
) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=mark, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([("a", "b", "c"), *rows])
    raw = read(tmp_path, buffer.getvalue())
    assert cells(raw) == rows
    assert raw.broken.height == 0
