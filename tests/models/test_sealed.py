from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import RunError
from models import sealed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "weights.txt").write_text("1 2 3")
    sealed.seal(tmp_path)
    return tmp_path


def test_what_was_sealed_is_accepted(folder: Path) -> None:
    sealed.check_seal(folder)
    assert sealed.is_current(folder)


def test_a_model_of_another_version_is_refused_with_what_to_do(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed, "FORMAT", sealed.FORMAT + 1)
    assert not sealed.is_current(folder)
    with pytest.raises(RunError, match="another version of ringscope: train the model again"):
        sealed.check_seal(folder)


def test_altered_added_and_missing_files_are_refused(folder: Path) -> None:
    (folder / "more.txt").write_text("4")
    with pytest.raises(RunError, match=r"more\.txt is missing or was added"):
        sealed.check_seal(folder)
    (folder / "more.txt").unlink()
    (folder / "weights.txt").write_text("1 2 4")
    with pytest.raises(RunError, match=r"weights\.txt: altered"):
        sealed.check_seal(folder)
    (folder / "manifest.json").unlink()
    with pytest.raises(RunError, match=r"holds no manifest\.json"):
        sealed.check_seal(folder)
