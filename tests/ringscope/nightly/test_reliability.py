"""What may go wrong in a night: whoever reads always finds a whole run, and no verdict is lost."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from ingest.errors import RunError
from ringscope import Run, manifest
from ringscope.demo import write_world
from ringscope.nightly import job
from ringscope.nightly.job import nightly
from ringscope.store import Store
from ringscope.store.health import read_health
from ringscope.verdicts import reject, verdicts_of

RING = "R-00000001"
# Canaries take time; they have tests of their own.
Night = partial(job.Night, canaries=False)
ROOT = Path(__file__).parents[3]
KILLS = 30
ONE_NIGHT = Path(__file__).with_name("one_night.py")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}


def contents(run: Path) -> dict[str, bytes]:
    """Every file of a run but the timings."""
    paths = (path for path in run.rglob("*") if path.is_file())
    return {str(p.relative_to(run)): p.read_bytes() for p in paths if p.name != manifest.TIMINGS}


def check_whole(store: Path) -> str:
    """The current run is whole: every file is there with the bytes that the manifest names."""
    run = Run.open(store)
    for name, facts in run.manifest["files"].items():
        assert manifest.sha256(run.folder / name) == facts["sha256"], name
    return run.folder.name


@pytest.fixture
def store(platform: Path, tmp_path: Path) -> Store:
    """A store with a night and a verdict."""
    nightly(tmp_path / "store", Night(platform, date=date(2026, 5, 1)))
    store = Store.open(tmp_path / "store")
    reject(store, RING, who="ann", why="a family")
    return store


def one_night(
    store: Path, data: Path, step: int, *, append: bool
) -> subprocess.CompletedProcess[str]:
    how = ["append"] if append else []
    command = [sys.executable, ONE_NIGHT, store, data, "2026-05-02", str(step), *how]
    return subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)


def steps_and_result(
    store: Store, data: Path, tmp_path: Path, *, append: bool
) -> tuple[int, dict[str, bytes]]:
    """How many steps a night has that nobody kills, and the run that it makes."""
    whole = tmp_path / "whole"
    shutil.copytree(store.folder, whole, symlinks=True)
    done = one_night(whole, data, 0, append=append)
    assert done.returncode == 0, done.stderr
    return int(done.stdout), contents(whole / "runs" / "2026-05-02")


def kill_and_go_on(
    store: Store, data: Path, step: int, expected: dict[str, bytes], *, append: bool
) -> None:
    """Kill a night at a step; whoever reads finds a whole run, and the next try completes."""
    killed = one_night(store.folder, data, step, append=append)
    assert killed.returncode == -signal.SIGKILL, f"step {step}: {killed.stderr}"
    assert check_whole(store.folder) in {"2026-05-01", "2026-05-02"}, f"step {step}"
    assert [v.who for v in verdicts_of(store)] == ["ann"], f"step {step}"
    nightly(store.folder, Night(data, append=append, date=date(2026, 5, 2)))
    assert check_whole(store.folder) == "2026-05-02", f"step {step}"
    assert contents(store.runs / "2026-05-02") == expected, f"step {step}"
    assert sorted(p.name for p in store.runs.iterdir()) == ["2026-05-01", "2026-05-02"]


def killed_at(
    store: Store, platform: Path, tmp_path: Path, count: int, seed: int, *, append: bool = False
) -> None:
    steps, expected = steps_and_result(store, platform, tmp_path, append=append)
    for step in sorted(random.Random(seed).sample(range(1, steps), count)):  # noqa: S311
        copy = tmp_path / f"killed-{step}"
        shutil.copytree(store.folder, copy, symlinks=True)
        kill_and_go_on(Store.open(copy), platform, step, expected, append=append)


def test_a_night_that_is_killed_does_no_harm(store: Store, platform: Path, tmp_path: Path) -> None:
    killed_at(store, platform, tmp_path, count=3, seed=11)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_thirty_kills_do_no_harm(store: Store, platform: Path, tmp_path: Path) -> None:
    killed_at(store, platform, tmp_path, count=KILLS, seed=12)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_kills_while_rows_are_added_do_no_harm(
    store: Store, platform: Path, tmp_path: Path
) -> None:
    killed_at(store, platform, tmp_path, count=15, seed=14, append=True)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_real_nights_killed_at_any_time_do_no_harm(tmp_path: Path) -> None:
    """Thirty kills spread over the time of a real night of 500 accounts that trains its models."""
    first, second, store = (tmp_path / name for name in ("first", "second", "store"))
    for folder, seed in ((first, 3), (second, 4)):
        folder.mkdir()
        write_world(folder, accounts=500, seed=seed)

    def night(data: Path, day: str) -> subprocess.Popen[bytes]:
        words = ["nightly", data, "--store", store, "--night", day, "--no-canaries"]
        command = [sys.executable, "-m", "ringscope", *map(str, words)]
        return subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stderr=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL)  # fmt: skip

    assert night(first, "2026-05-01").wait() == 0
    opened = Store.open(store)
    ring = str(opened.run().frame("rings")["ring_id"][0])
    reject(opened, ring, who="ann")
    start = time.perf_counter()
    assert night(second, "2026-05-02").wait() == 0
    seconds = time.perf_counter() - start
    expected = contents(store / "runs" / "2026-05-02")
    opened.promote("2026-05-01")
    shutil.rmtree(store / "runs" / "2026-05-02")
    rng = random.Random(13)  # noqa: S311
    for place in range(KILLS):
        process = night(second, "2026-05-02")
        try:
            process.wait(timeout=seconds * (place + rng.random()) / KILLS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert check_whole(store) in {"2026-05-01", "2026-05-02"}, place
        assert len(verdicts_of(opened)) == 1
        if place % 10 == 9 or place == KILLS - 1:
            assert night(second, "2026-05-02").wait() == 0
            assert check_whole(store) == "2026-05-02"
            assert contents(store / "runs" / "2026-05-02") == expected
            opened.promote("2026-05-01")
            shutil.rmtree(store / "runs" / "2026-05-02")


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """Let the system refuse to write files beyond a size, as a full disk does."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("size", [0, 200, 2_000, 20_000])
def test_a_full_disk_is_one_error_and_yesterday_stays(
    store: Store, platform: Path, size: int
) -> None:
    before = contents(store.runs)
    with files_no_larger_than(size), pytest.raises(RunError, match="cannot be written"):
        nightly(store.folder, Night(platform, date=date(2026, 5, 2)))
    assert check_whole(store.folder) == "2026-05-01"
    assert contents(store.runs) == before
    nightly(store.folder, Night(platform, date=date(2026, 5, 2)))
    assert check_whole(store.folder) == "2026-05-02"


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")
def test_a_small_file_system_that_is_full_and_then_read_only(
    platform: Path, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1600k", "none", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let tests mount file systems")
    try:
        nightly(disk / "store", Night(platform, date=date(2026, 5, 1)))
        store = Store.open(disk / "store")
        reject(store, RING, who="ann")
        filler = disk / "filler"
        filler.write_bytes(b"x" * (_free(disk) - 150_000))
        with pytest.raises(RunError, match="No space left on device"):
            nightly(store.folder, Night(platform, date=date(2026, 5, 2)))
        assert check_whole(store.folder) == "2026-05-01"
        assert len(verdicts_of(store)) == 1
        filler.unlink()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(RunError, match="Read-only file system"):
            nightly(store.folder, Night(platform, date=date(2026, 5, 2)))
        with pytest.raises(RunError, match="Read-only file system"):
            reject(store, RING, who="bob")
        assert check_whole(store.folder) == "2026-05-01"
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        nightly(store.folder, Night(platform, date=date(2026, 5, 2)))
        assert check_whole(store.folder) == "2026-05-02"
    finally:
        subprocess.run(["umount", str(disk)], check=False)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unwritable to root")
def test_a_store_that_cannot_be_written(store: Store, platform: Path) -> None:
    store.folder.chmod(0o555)
    store.runs.chmod(0o555)
    try:
        with pytest.raises(RunError, match="cannot be written"):
            nightly(store.folder, Night(platform, date=date(2026, 5, 2)))
        assert check_whole(store.folder) == "2026-05-01"
    finally:
        store.folder.chmod(0o755)
        store.runs.chmod(0o755)


def test_the_time_zone_of_the_machine_does_not_matter(
    store: Store, platform: Path, tmp_path: Path
) -> None:
    far = tmp_path / "far"
    shutil.copytree(store.folder, far, symlinks=True)
    command = [sys.executable, ONE_NIGHT, far, platform, "2026-05-02"]
    environment = {**ENVIRONMENT, "TZ": "Pacific/Kiritimati", "LC_ALL": "C"}
    subprocess.run(command, env=environment, capture_output=True, check=True)
    nightly(store.folder, Night(platform, date=date(2026, 5, 2)))
    assert contents(far / "runs" / "2026-05-02") == contents(store.runs / "2026-05-02")


def test_two_nights_at_once_make_one_run(store: Store, platform: Path) -> None:
    command = [sys.executable, str(ONE_NIGHT), str(store.folder), str(platform), "2026-05-02"]
    nights = [
        subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    said = [night.communicate()[1].decode() for night in nights]
    codes = sorted(night.returncode for night in nights)
    # Either the second came while the first worked, or after it.
    assert codes in ([0, 0], [0, 1]), said
    if codes == [0, 1]:
        assert any("StoreHeld" in text and "held by ringscope nightly" in text for text in said)
    assert check_whole(store.folder) == "2026-05-02"
    assert store.names() == ["2026-05-01", "2026-05-02"]


def test_verdicts_while_a_night_runs_wait_for_the_next(store: Store, platform: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        analyze = job.analysis.analyze

        def decide_meanwhile(*given: object, **named: object) -> Run:
            reject(store, RING, who="bob")
            return analyze(*given, **named)  # type: ignore[arg-type]

        patch.setattr(job.analysis, "analyze", decide_meanwhile)
        done = nightly(store.folder, Night(platform, date=date(2026, 5, 2)))
    assert done.run.manifest["night"]["verdicts"]["count"] == 1
    assert len(verdicts_of(store)) == 2
    done = nightly(store.folder, Night(platform, date=date(2026, 5, 3)))
    assert done.run.manifest["night"]["verdicts"]["count"] == 2
    assert read_health(store.health).state == "ok"


def _free(disk: Path) -> int:
    found = os.statvfs(disk)
    return found.f_bavail * found.f_frsize
