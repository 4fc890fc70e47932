from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ingest.errors import SettingsError
from models import sealed
from models.memory import memorise, save_memory
from ringscope import Run, Settings, analysis
from ringscope.nightly import job, model
from ringscope.nightly.changes_page import model_sentence
from ringscope.nightly.job import nightly
from ringscope.nightly.watch import Caution
from ringscope.store import Store
from ringscope.verdicts import confirm, reject

RING = "R-00000001"
# Canaries take time; they have tests of their own.
Night = partial(job.Night, canaries=False)


@pytest.fixture
def store(platform: Path, tmp_path: Path) -> Store:
    """A store with one night, which trained."""
    nightly(tmp_path / "store", Night(platform, date=date(2026, 5, 1)))
    return Store.open(tmp_path / "store")


def night(store: Store, data: Path, day: int, **more: object) -> Run:
    return nightly(store.folder, Night(data, date=date(2026, 5, day), **more)).run  # type: ignore[arg-type]


def training(run: Run) -> dict[str, str]:
    facts: dict[str, str] = run.manifest["night"]["training"]
    return facts


def learned(store: Store, changed: int) -> None:
    """Let the model of the current run remember its labels, all but some as they are."""
    accounts = store.run().frame("accounts").sort("account_id")
    labels = np.zeros(accounts.height, dtype=np.int8)
    kept = accounts["label"].fill_null(0).to_numpy()
    labels[:] = kept
    labels[:changed] = 1 - labels[:changed]
    alike = np.zeros(accounts.height, dtype=int)
    memory = memorise(accounts["account_id"], alike, labels, alike, "")
    save_memory(memory, store.run().folder / "models" / "memory")


def with_labels(platform: Path, tmp_path: Path) -> Path:
    """The platform with a label on every account."""
    data = tmp_path / "labelled"
    shutil.copytree(platform, data)
    accounts = pl.read_csv(data / "accounts.csv", infer_schema=False)
    accounts.with_columns(pl.col("label").fill_null("0")).write_csv(data / "accounts.csv")
    return data


def test_the_first_night_trains_and_the_next_ones_score(store: Store, platform: Path) -> None:
    assert store.run().manifest["night"]["model"] is None
    assert training(store.run())["why"] == "there was no model yet"
    run = night(store, platform, 2)
    assert len(run.manifest["night"]["model"]) == 64
    assert training(run) == {
        "run": "2026-05-01",
        "date": "2026-05-01",
        "why": "the standing model of 2026-05-01",
    }
    run = night(store, platform, 7)
    assert training(run)["run"] == "2026-05-01"
    files = [path.folder / "models" / "model.txt" for path in (store.run(), run)]
    assert files[0].samefile(files[1])


def test_a_model_that_is_old_is_trained_anew(store: Store, platform: Path) -> None:
    run = night(store, platform, 8)
    assert (run.manifest["night"]["model"], training(run)["why"]) == (
        None,
        "the standing model is 7 nights old",
    )
    assert night(store, platform, 9).manifest["night"]["model"]
    assert night(store, platform, 10, retrain_every=2).manifest["night"]["model"] is None
    assert night(store, platform, 30, saved_model=True).manifest["night"]["model"]


def test_training_can_be_asked_for(
    store: Store, platform: Path, fails: Callable[[Exception], None]
) -> None:
    night(store, platform, 2)
    run = night(store, platform, 2, retrain=True)
    assert (run.folder.name, training(run)["why"]) == ("2026-05-02-02", "asked for")
    fails(AssertionError("computed again"))
    assert night(store, platform, 2, retrain=True).folder.name == "2026-05-02-02"
    with pytest.raises(SettingsError, match="not both"):
        night(store, platform, 3, retrain=True, saved_model=True)
    with pytest.raises(SettingsError, match="one night at least"):
        night(store, platform, 3, retrain_every=0)


def test_other_settings_and_other_libraries_train(
    store: Store, platform: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = nightly(store.folder, Night(platform, date=date(2026, 5, 2)), Settings(seed=3))
    assert training(done.run)["why"] == "the settings changed"
    monkeypatch.setattr(model.manifest, "versions", lambda: {"ringscope": "99"})
    done = nightly(store.folder, Night(platform, date=date(2026, 5, 3)), Settings(seed=3))
    assert training(done.run)["why"] == "versions of libraries changed"


def test_a_model_of_another_version_is_trained_anew(
    platform: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = with_labels(platform, tmp_path)
    store = Store.make(tmp_path / "store")
    night(store, data, 1)
    with monkeypatch.context() as earlier:
        earlier.setattr(sealed, "FORMAT", sealed.FORMAT - 1)
        learned(store, changed=0)
    run = night(store, data, 2)
    assert (run.manifest["night"]["model"], training(run)["why"]) == (
        None,
        "the standing model was saved by another version of ringscope",
    )


@pytest.mark.parametrize(("changed", "trains"), [(0, False), (1, True)])
def test_changed_labels_train(platform: Path, tmp_path: Path, changed: int, trains: bool) -> None:
    data = with_labels(platform, tmp_path)
    store = Store.make(tmp_path / "store")
    night(store, data, 1)
    learned(store, changed)
    run = night(store, data, 2)
    assert (run.manifest["night"]["model"] is None) is trains
    if trains:
        assert training(run)["why"].endswith("% of the labels changed")


def test_verdicts_are_labels_and_train(platform: Path, tmp_path: Path) -> None:
    store = Store.make(tmp_path / "store")
    night(store, platform, 1)
    accounts = store.run().frame("accounts").sort("account_id")
    labels = accounts["label"].fill_null(-1).to_numpy().astype(np.int8)
    alike = np.zeros(len(labels), dtype=int)
    memory = memorise(accounts["account_id"], alike, labels, alike, "")
    save_memory(memory, store.run().folder / "models" / "memory")
    confirm(store, RING, who="ann")
    assert training(night(store, platform, 2))["why"].endswith("% of the labels changed")


@pytest.mark.parametrize(("learn", "label"), [(False, None), (True, 0)])
def test_rejected_rings_are_labels_if_the_settings_say_so(
    store: Store, platform: Path, monkeypatch: pytest.MonkeyPatch, learn: bool, label: int | None
) -> None:
    seen = []
    score = analysis.score
    monkeypatch.setattr(analysis, "score", lambda *given: seen.append(given[0]) or score(*given))
    reject(store, RING, who="ann")
    settings = Settings.of({"verdicts": {"learn_rejected": learn}})
    nightly(store.folder, Night(platform, date=date(2026, 5, 2)), settings)
    labels = dict(seen[0].accounts.select("account_id", "label").iter_rows())
    unlabelled = store.run().frame("accounts").filter(pl.col("label").is_null())["account_id"]
    ring = [f"a{n}" for n in range(4) if f"a{n}" in unlabelled.to_list()]
    assert ring
    assert {labels[account] for account in ring} == {label}


def test_drift_since_the_training_trains(
    store: Store, platform: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [Caution("rings", "rings", 9.0, 3.0, "rings: 9 tonight, 3 as a rule")]
    monkeypatch.setattr(model, "cautions_since", lambda *_: found)
    assert night(store, platform, 2).manifest["night"]["model"]
    found.append(Caution("quantiles", "logins", 0.4, 0.3, "logins drifted"))
    run = night(store, platform, 3)
    assert training(run)["why"] == "drift since the training: logins drifted"


def test_the_same_night_stands_though_a_training_is_due(
    store: Store,
    platform: Path,
    fails: Callable[[Exception], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = night(store, platform, 2)
    monkeypatch.setattr(
        model, "cautions_since", lambda *_: [Caution("levels", "x", 1.0, 0.1, "x drifted")]
    )
    fails(AssertionError("computed again"))
    assert night(store, platform, 2).folder.name == run.folder.name


def test_changes_say_when_the_model_changed(store: Store, platform: Path) -> None:
    def told(run: Run) -> dict[str, object]:
        found: dict[str, object] = json.loads((run.folder / "changes.json").read_bytes())
        return found

    assert model_sentence(told(night(store, platform, 2))) == ""
    found = told(night(store, platform, 3, retrain=True))
    assert found["model"] == {"trained": "2026-05-03", "changed": True, "why": "asked for"}
    sentence = (
        "The model is another one, trained in 2026-05-03 (asked for): risks moved for that reason "
        "too."
    )
    assert model_sentence(found) == sentence
    assert sentence in (store.run().folder / "changes.html").read_text()
    assert found["changed"] is False


def test_a_model_of_the_store_is_used_whatever_its_age(
    store: Store, platform: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    score = analysis.score
    monkeypatch.setattr(analysis, "score", lambda *given: seen.append(given[3]) or score(*given))
    own = store.models / "kept"
    own.mkdir()
    (own / "model.txt").write_text("other")
    (store.models / "current").symlink_to("kept")
    run = night(store, platform, 20)
    assert seen == [own]
    assert training(run)["run"] == ""
    assert not (run.folder / "models" / "model.txt").samefile(own / "model.txt")
    found = json.loads((run.folder / "changes.json").read_bytes())
    assert found["model"]["changed"] is True
    found = json.loads((night(store, platform, 21).folder / "changes.json").read_bytes())
    assert found["model"]["changed"] is False
    assert night(store, platform, 21, retrain=True).manifest["night"]["model"] is None
