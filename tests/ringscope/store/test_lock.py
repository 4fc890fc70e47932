from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.errors import RunError, StoreHeld
from ringscope.store import held, holder

ROOT = Path(__file__).parents[3]
HOLD = (
    "import sys, time; from pathlib import Path; from ringscope.store import held\n"
    "with held(Path(sys.argv[1]), 'a test'):\n"
    "    print('held', flush=True); sys.stdin.read()\n"
)


def other_holder(lock: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLD, str(lock)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_one_is_told_who_holds_it_and_since_when(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with other_holder(lock) as process:
        since = json.loads(lock.read_text())["since"]
        message = rf"held by a test \(process {process.pid} on .+\) since {since[:10]}"
        with pytest.raises(StoreHeld, match=message), held(lock, "me"):
            pass
        assert str(process.pid) in (holder(lock) or "")
        process.communicate("")
    assert holder(lock) is None
    with held(lock, "me"):
        assert json.loads(lock.read_text())["pid"] == os.getpid()
    assert lock.read_bytes() == b""


def test_a_dead_holder_is_recognised(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    lock = tmp_path / "lock"
    with other_holder(lock) as process:
        os.kill(process.pid, signal.SIGKILL)
    with held(lock, "me"):
        pass
    assert f"the last holder died: a test (process {process.pid}" in caplog.text


def test_a_damaged_lock_file_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "lock").write_bytes(b"\xff{")
    with held(tmp_path / "lock", "me"):
        pass


def test_a_failure_inside_frees_the_lock(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no"), held(tmp_path / "lock", "me"):
        raise ValueError("no")
    assert holder(tmp_path / "lock") is None


def test_a_place_that_cannot_be_written_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be written"), held(tmp_path / "no" / "lock", "me"):
        pass
