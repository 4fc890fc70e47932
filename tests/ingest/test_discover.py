from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest import InputError, read_tables
from ingest.discover import READERS

Folder = Callable[..., Path]


def test_every_ending_and_gzip_is_found(folder: Folder) -> None:
    source = folder(
        accounts__csv_gz=gzip.compress(b"account_id\na1\n"),
        logins__tsv="account_id\tts\tip\na1\t2026-01-01\t8.8.8.8\n",
        events__jsonl='{"account_id":"a1","ts":"2026-01-01","event_type":"view"}\n',
        payments__ndjson_gz=gzip.compress(b'{"account_id":"a1","instrument_id":"c1"}\n'),
        messages__txt="account_id|ts|text\na1|2026-01-01|hello\n",
        README__md="not a table",
    )
    (source / "accounts.csv").unlink()
    tables = read_tables(source)
    frames = (tables.accounts, tables.logins, tables.events, tables.payments, tables.messages)
    assert [frame.height for frame in frames] == [1] * 5
    assert set(tables.sources) == {
        "accounts.csv.gz",
        "logins.tsv",
        "events.jsonl",
        "payments.ndjson.gz",
        "messages.txt",
    }


def test_a_folder_that_is_none(folder: Folder, tmp_path: Path) -> None:
    source = folder()
    with pytest.raises(InputError, match=r"accounts.csv is a file; give the folder"):
        read_tables(source / "accounts.csv")
    with pytest.raises(InputError, match="does not exist"):
        read_tables(source / "nowhere")
    (source / "accounts.csv").unlink()
    with pytest.raises(InputError, match="holds no accounts table"):
        read_tables(source)


def test_two_files_for_one_table(folder: Folder) -> None:
    with pytest.raises(InputError, match=r"accounts.jsonl and accounts.csv are both accounts"):
        read_tables(folder(accounts__jsonl='{"account_id":"a1"}\n'))


@pytest.mark.parametrize("ending", sorted(READERS))
def test_a_table_that_is_a_directory(tmp_path: Path, ending: str) -> None:
    (tmp_path / f"accounts.{ending}").mkdir()
    with pytest.raises(InputError, match="is a directory; expected a file"):
        read_tables(tmp_path)


@pytest.mark.parametrize("ending", sorted(READERS))
def test_an_empty_file(tmp_path: Path, ending: str) -> None:
    (tmp_path / f"accounts.{ending}").touch()
    with pytest.raises(InputError, match="is empty"):
        read_tables(tmp_path)
