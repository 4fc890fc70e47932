from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import RunError
from ringscope.store import Journal

ROOT = Path(__file__).parents[3]


def filled(path: Path, count: int = 3) -> Journal:
    journal = Journal(path)
    for number in range(count):
        journal.append({"who": "ann", "why": f"reason {number}\n\u202e=1"})
    return journal


def test_records_come_back_in_order_with_their_numbers(tmp_path: Path) -> None:
    found = filled(tmp_path / "j.jsonl").read()
    assert [record["n"] for record in found.records] == [1, 2, 3]
    assert found.records[1]["why"] == "reason 1\n\u202e=1"
    assert found.end == (tmp_path / "j.jsonl").stat().st_size


def test_a_line_is_ascii_and_one_line(tmp_path: Path) -> None:
    filled(tmp_path / "j.jsonl")
    data = (tmp_path / "j.jsonl").read_bytes()
    assert data.isascii()
    assert data.count(b"\n") == 3


def test_no_journal_is_an_empty_one(tmp_path: Path) -> None:
    assert Journal(tmp_path / "none").read().records == ()


@settings(max_examples=30)
@given(cut=st.integers(min_value=1, max_value=10_000), zeros=st.integers(0, 3))
def test_a_torn_last_line_is_set_aside_and_nothing_else_is_lost(
    tmp_path_factory: pytest.TempPathFactory, cut: int, zeros: int
) -> None:
    folder = tmp_path_factory.mktemp("torn")
    journal = filled(folder / "j.jsonl")
    whole = journal.path.read_bytes()
    start = whole.rindex(b"\n", 0, -1) + 1
    end = start + cut % (len(whole) - start)
    journal.path.write_bytes(whole[:end] + b"\0" * zeros)
    assert [record["n"] for record in journal.read().records] == [1, 2]
    assert journal.append({"who": "bob"})["n"] == 3
    assert [record["who"] for record in journal.read().records] == ["ann", "ann", "bob"]
    torn = folder / "j.jsonl.torn"
    if end > start or zeros:
        assert torn.read_bytes() == whole[start:end] + b"\0" * zeros + b"\n"
    else:
        assert not torn.exists()


@pytest.mark.parametrize("line", [0, 1, 2])
@pytest.mark.parametrize("how", ["altered", "dropped", "swapped"])
def test_any_other_damage_is_refused_with_the_line(tmp_path: Path, line: int, how: str) -> None:
    journal = filled(tmp_path / "j.jsonl", 4)
    lines = journal.path.read_bytes().splitlines(keepends=True)
    if how == "altered":
        lines[line] = lines[line].replace(b'"ann"', b'"eve"')
    elif how == "dropped":
        del lines[line]
    else:
        lines[line], lines[line + 1] = lines[line + 1], lines[line]
    journal.path.write_bytes(b"".join(lines))
    damaged = journal.path.read_bytes()
    with pytest.raises(RunError, match=f"line {line + 1} was altered"):
        journal.read()
    with pytest.raises(RunError, match="was altered"):
        journal.append({"who": "bob"})
    assert journal.path.read_bytes() == damaged


def test_many_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.jsonl")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: journal.append({"by": n}), range(40)))
    found = journal.read().records
    assert [record["n"] for record in found] == list(range(1, 41))
    assert sorted(record["by"] for record in found) == list(range(40))


def test_a_full_disk_leaves_the_journal_as_it_was(tmp_path: Path) -> None:
    journal = filled(tmp_path / "j.jsonl")
    before = journal.path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 20, hard))
    try:
        with pytest.raises(RunError, match="cannot be written"):
            journal.append({"why": "x" * 100})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert journal.path.read_bytes() == before


def test_a_killed_writer_loses_at_most_what_it_was_writing(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    code = (
        "import sys; from pathlib import Path; from ringscope.store import Journal\n"
        "journal = Journal(Path(sys.argv[1]))\n"
        "for n in range(100000):\n"
        "    print(journal.append({'by': n})['n'], flush=True)\n"
    )
    command = [sys.executable, "-c", code, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        told = [next(writer.stdout) for _ in range(25)]
        os.kill(writer.pid, signal.SIGKILL)
        told += writer.stdout.readlines()
    kept = Journal(path).read().records
    whole = [int(line) for line in told if line.endswith("\n")]
    assert len(kept) >= whole[-1]
    assert [record["by"] for record in kept] == list(range(len(kept)))


def test_the_chain_is_what_it_says(tmp_path: Path) -> None:
    """An independent reading of the format, so that other programs can check it."""
    import hashlib

    journal = filled(tmp_path / "j.jsonl")
    tip = "ringscope journal 1"
    for line in journal.path.read_text("ascii").splitlines():
        record = json.loads(line)
        chain = record.pop("chain")
        body = json.dumps(record, sort_keys=True, ensure_ascii=True) + "\n"
        tip = hashlib.sha256(f"{tip}\n{body}".encode()).hexdigest()
        assert chain == tip
    assert journal.read().tip == tip
