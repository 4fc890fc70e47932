from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import InputError, NotFound
from ringscope.progress import Progress
from ringscope.train.batch import score_table
from ringscope.train.chosen import choose
from ringscope.train.jobs import Training
from ringscope.train.monitor import Limits, batches, beyond, health, noted
from ringscope.train.versions import register

WHEN = "2026-01-01T00:00:00+00:00"


@pytest.fixture
def registry(training: Training, tmp_path: Path) -> Path:
    """A registry with which one batch was scored and one failed."""
    folder = tmp_path / "registry"
    register(training.folder, folder, when=WHEN)
    return folder


def test_a_batch_is_noted_with_what_it_took_and_got_wrong(
    registry: Path, gig_file: Path, tmp_path: Path
) -> None:
    chosen, progress = choose(registry, "v0001"), Progress()
    with noted(registry, "v0001", WHEN, progress) as batch:
        batch.append(score_table(gig_file, chosen, tmp_path / "s.csv", progress=progress))
    with (
        pytest.raises(InputError, match="nothing to do"),
        noted(registry, "v0001", WHEN, Progress()),
    ):
        raise InputError("a header but no rows; there is nothing to do")
    done, failed = batches(registry).iter_rows(named=True)
    assert (done["rows"], done["failed"], failed["rows"]) == (2500, None, None)
    assert done["seconds"] > 0 < done["cpu_seconds"]
    assert done["peak_mb"] > 50
    assert 0 < done["error_rate"] < 0.1
    assert 0 <= done["missed"] <= 1
    assert failed["failed"].endswith("nothing to do")
    found = {row["figure"]: row for row in health(registry).iter_rows(named=True)}
    assert (found["failed"]["usual"], found["failed"]["batches"]) == (0.5, 2)
    assert found["errors"]["worst"] == done["error_rate"]
    assert found["drift"]["batches"] == 1


def test_limits_are_told_in_words(registry: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no batch was scored yet"):
        health(registry)
    with pytest.raises(InputError), noted(registry, "v0001", WHEN, Progress()):
        raise InputError("no")
    found = health(registry)
    assert beyond(found, Limits()) == []
    assert beyond(found, Limits(failed=1.0, errors=0.0)) == []
    assert beyond(found, Limits(failed=0.1)) == ["failed 1 (limit 0.1)"]


def test_a_model_without_registry_notes_nothing(tmp_path: Path) -> None:
    with noted(None, "tree", WHEN, Progress()) as batch:
        assert batch == []
        batch.append(None)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []
