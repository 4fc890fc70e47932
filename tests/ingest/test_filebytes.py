from __future__ import annotations

import gzip
import os
import resource
import time
from pathlib import Path

import pytest

from ingest import InputError
from ingest.filebytes import check_file, read_text_bytes


def test_gzip_is_told_by_content(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(gzip.compress(b"a\n1\n"))
    assert read_text_bytes(path) == b"a\n1\n"


def test_a_gzip_that_ends_early(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(os.urandom(5000))[:-600])
    with pytest.raises(InputError, match="end early"):
        read_text_bytes(path)


def test_a_gzip_with_a_broken_middle(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    data = bytearray(gzip.compress(bytes(range(256)) * 200))
    data[40:60] = b"\xff" * 20
    path.write_bytes(bytes(data))
    with pytest.raises(InputError, match=r"gzip data"):
        read_text_bytes(path)


def test_a_line_of_two_gigabytes_is_refused_fast_and_small(tmp_path: Path) -> None:
    path = tmp_path / "accounts.csv"
    with path.open("wb") as handle:
        handle.write(b"account_id\n")
        handle.truncate(2 * 2**30)  # a hole: reads as two gigabytes without a line end
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with pytest.raises(InputError, match="a line is longer than 16 MiB"):
        read_text_bytes(path)
    assert time.process_time() - start < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def test_a_gzip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "accounts.csv.gz"
    with gzip.open(path, "wb") as handle:
        for _ in range(80):
            handle.write(b"a1,1\n" * 200_000)
    with pytest.raises(InputError, match="more than 200 times"):
        read_text_bytes(path)


def test_what_is_no_file_with_rows(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a directory"):
        check_file(tmp_path)
    with pytest.raises(InputError, match="does not exist"):
        check_file(tmp_path / "missing.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(InputError, match="not a regular file"):
        check_file(tmp_path / "pipe.csv")
    (tmp_path / "empty.csv").touch()
    with pytest.raises(InputError, match=r"empty.csv is empty"):
        check_file(tmp_path / "empty.csv")
