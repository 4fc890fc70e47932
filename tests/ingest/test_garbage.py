from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import TABLES, InputError, check_tables, read_tables, refused_rows
from ingest.discover import read_file

HEADERS = {name: ",".join(spec.names) for name, spec in TABLES.items()}

SHARDS = [
    b"account_id", b"src", b"ts", b"text", b"label", b"a1", b"a2", b"=1+1", b"@SUM(A1)", b"maybe",
    b"2026-01-01", b"1767225600", b"-5", b"1e999", b"nan", b"8.8.8.8", b"::ffff:1.2.3.4", b"%",
    b"jo@example.com", b"+491711234567", b"unknown", b'"', b'""', b"\0", b"\n", b"\n", b"\r\n",
    b"\r", b",", b",", b",", b";", b"\t", b"|", b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf",
    b"\xe4", "漢\u202e\u200b".encode(), "ü".encode("utf-16"), b"x" * 5_000, b"{", b"}",
    b'{"account_id":', b'"\\ud800"', b"PAR1",
    b"\x1f\x8b", b"\\", b"'", b" ", b"\x0b", b"\x85", b"\x1c",
]  # fmt: skip

garbage = st.lists(st.one_of(st.sampled_from(SHARDS), st.binary(max_size=8)), max_size=60).map(
    b"".join
)


def outcome(folder: Path) -> None:
    """Tables that satisfy their schema with every row accounted for, or one InputError."""
    try:
        tables = read_tables(folder, max_bad_share=1)
    except InputError:
        return
    check_tables(tables)
    refused = dict(refused_rows(tables.quarantine).iter_rows())
    for path in folder.iterdir():
        name = path.name.partition(".")[0]
        rows = read_file(name, path).rows
        assert getattr(tables, name).height + refused.get(name, 0) == rows, name


@settings(max_examples=50)
@given(garbage, st.sampled_from(["csv", "csv.gz", "jsonl", "parquet"]))
def test_garbage_alone(data: bytes, ending: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        packed = gzip.compress(data) if ending.endswith("gz") else data
        (Path(name) / f"accounts.{ending}").write_bytes(packed)
        outcome(Path(name))


@settings(max_examples=50)
@given(garbage, st.sampled_from(sorted(TABLES)))
def test_garbage_below_a_good_header(data: bytes, table: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "accounts.csv").write_text("account_id\na1\na2\n", encoding="utf-8")
        (folder / f"{table}.csv").write_bytes(HEADERS[table].encode() + b"\n" + data)
        outcome(folder)


ROW = st.lists(st.sampled_from([shard for shard in SHARDS if b"\n" not in shard]), max_size=9)


@settings(max_examples=50)
@given(st.lists(ROW, max_size=12), st.sampled_from(sorted(TABLES)))
def test_cells_of_garbage(rows: list[list[bytes]], table: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "accounts.csv").write_text("account_id\na1\na2\n", encoding="utf-8")
        lines = [b",".join(row) for row in rows]
        (folder / f"{table}.csv").write_bytes(b"\n".join([HEADERS[table].encode(), *lines]))
        outcome(folder)


@settings(max_examples=12)
@given(st.integers(1, 120_000), st.booleans())
def test_wide_tables(width: int, doubled: bool) -> None:
    names = ["account_id", *(f"c{i if not doubled else i // 2}" for i in range(width - 1))]
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "accounts.csv"
        path.write_text(",".join(names) + "\n" + ",".join(["1"] * width), encoding="utf-8")
        outcome(Path(name))
