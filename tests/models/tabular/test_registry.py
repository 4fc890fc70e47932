from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ingest.errors import NotFound, RunError
from models.sealed import seal
from models.tabular.registry import Registry

WHEN = {"who": "ann", "when": "2026-01-01T00:00:00+00:00"}


def about(name: str) -> dict[str, Any]:
    return {
        "created": WHEN["when"], "name": name, "preset": "plain", "table": "t", "threshold": 0.5,
        "figures": {"roc_auc": 0.9}, "importances": {"a": 1.0}, "options": {}, "note": "",
    }  # fmt: skip


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "weights.txt").write_text("1 2 3")
    seal(folder)
    return folder


@pytest.fixture
def store(tmp_path: Path, model: Path) -> Registry:
    found = Registry(tmp_path / "registry")
    for name in ("forest", "lightgbm", "logistic"):
        found.add(model, about(name))
    return found


def test_versions_are_numbered_and_kept(store: Registry, model: Path) -> None:
    assert [one.version for one in store.versions()] == ["v0001", "v0002", "v0003"]
    assert [one.name for one in store.versions()] == ["forest", "lightgbm", "logistic"]
    assert (store.model("v0002") / "weights.txt").read_text() == "1 2 3"
    assert store.add(model, about("tree")).version == "v0004"


def test_nothing_is_in_use_at_first(store: Registry) -> None:
    assert store.current() is None
    with pytest.raises(NotFound, match="models promote"):
        store.version()


def test_promote_and_roll_back_step_by_step(store: Registry) -> None:
    for name in ("v0001", "v0002", "v0003"):
        store.promote(name, **WHEN)
    assert store.version().name == "logistic"
    assert store.rollback(**WHEN).after == "v0002"
    assert store.rollback(**WHEN).after == "v0001"
    with pytest.raises(RunError, match="no version was in use before"):
        store.rollback(**WHEN)
    assert store.current() == "v0001"
    assert [one.after for one in store.history()] == ["v0001", "v0002", "v0003", "v0002", "v0001"]
    assert store.history()[-1].why == "rollback"


def test_promoting_twice_is_refused(store: Registry) -> None:
    store.promote("v0001", **WHEN)
    with pytest.raises(RunError, match="in use already"):
        store.promote("v0001", **WHEN)


def test_an_unknown_version_names_the_known_ones(store: Registry) -> None:
    with pytest.raises(NotFound, match="v0001, v0002, v0003"):
        store.promote("v9", **WHEN)


def test_an_altered_model_is_not_put_into_use(store: Registry) -> None:
    (store.model("v0002") / "weights.txt").write_text("9 9 9")
    with pytest.raises(RunError, match="altered"):
        store.promote("v0002", **WHEN)
    assert store.current() is None


def test_a_folder_that_is_no_registry_is_refused_and_not_made(tmp_path: Path) -> None:
    store = Registry(tmp_path / "nothing")
    for act in (
        store.versions,
        lambda: store.rollback(**WHEN),
        lambda: store.promote("v0001", **WHEN),
    ):
        with pytest.raises(NotFound, match="no registry of models"):
            act()
    assert not store.folder.exists()
