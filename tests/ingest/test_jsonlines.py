from __future__ import annotations

from pathlib import Path

import pytest

from ingest import InputError
from ingest.jsonlines import read_jsonlines
from ingest.quarantine import ROW
from ingest.rawtable import RawTable


def read(folder: Path, text: str) -> RawTable:
    path = folder / "t.jsonl"
    path.write_text(text, encoding="utf-8")
    return read_jsonlines("accounts", path)


def test_values_keep_the_digits_they_are_written_with(tmp_path: Path) -> None:
    raw = read(
        tmp_path, '{"a":1.10,"b":true,"c":"x"}\n{"a":12345678901234567890,"d":[1,{"e":2}]}\n'
    )
    assert raw.frame.rows() == [
        (1, "1.10", "true", "x", None),
        (2, "12345678901234567890", None, None, '["1",{"e":"2"}]'),
    ]


def test_lines_that_are_no_object_are_set_aside(tmp_path: Path) -> None:
    raw = read(tmp_path, '{"a":1}\n[1]\n\n{"a":\n' + '{"a":' * 5000 + '\n{"a":2}\n')
    assert raw.frame[ROW].to_list() == [1, 5]
    assert raw.broken[ROW].to_list() == [2, 3, 4]
    assert set(raw.broken["reason"]) == {"not a JSON object"}


def test_what_json_allows_and_text_does_not(tmp_path: Path) -> None:
    raw = read(tmp_path, '{"a":"x\\u0000y","b\\u0000":"\\ud83d"}\n')
    assert raw.frame.drop(ROW).rows(named=True) == [{"a": "xy", "b": "?"}]


def test_no_object_at_all_and_too_many_columns(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no line holds a JSON object"):
        read(tmp_path, "a,b\n1,2\n")
    with pytest.raises(InputError, match="more than 2,000 columns"):
        read(tmp_path, "".join(f'{{"c{i}":1}}\n' for i in range(3000)))
