from __future__ import annotations

import zipfile
from pathlib import Path

from typer.testing import CliRunner, Result

from ringscope import Run
from ringscope.cli import app

RING = "R-00000001"


def call(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_packet_is_written(finished: Run, tmp_path: Path) -> None:
    out = tmp_path / "case.zip"
    result = call("case", RING, "--run", finished.folder, "--out", out)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"wrote {out}: 13 files, facts ")
    with zipfile.ZipFile(out) as packed:
        assert "case.html" in packed.namelist()


def test_keyed_needs_a_key_that_can_be_read(finished: Run, tmp_path: Path) -> None:
    words = ("case", RING, "--run", finished.folder, "--out", tmp_path / "x", "--redact", "keyed")
    assert "needs --key-file" in call(*words).stderr
    assert "cannot be read" in call(*words, "--key-file", tmp_path / "none").stderr
    key = tmp_path / "key"
    key.write_bytes(b"short")
    assert "has 5 bytes" in call(*words, "--key-file", key).stderr
    key.write_bytes(b"k" * 32)
    assert call(*words, "--key-file", key).exit_code == 0


def test_an_unknown_ring_leaves_nothing(finished: Run, tmp_path: Path) -> None:
    out = tmp_path / "case.zip"
    result = call("case", "../../etc/passwd", "--run", finished.folder, "--out", out)
    assert result.exit_code == 1
    assert "no ring" in result.stderr
    assert not out.exists()
