from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from ingest.errors import SettingsError
from models.metrics import auroc
from models.tabular import extras
from models.tabular.fitting import FitSettings, TableModel, fit_model
from models.tabular.saving import load_model, save_model
from models.tabular.split import Split, stratified
from models.tabular.table import Table
from models.tabular.zoo import NAMES, SPECS, chosen, spec

FAST = ("tree", "logistic", "gaussian-nb", "lightgbm")


@pytest.fixture(scope="module")
def split(gig: Table) -> Split:
    return stratified(gig.ids, gig.labels, seed=7)


def fitted(name: str, gig: Table, split: Split, **settings: object) -> TableModel:
    return fit_model(spec(name), gig, split, FitSettings(**settings))  # type: ignore[arg-type]


def test_there_are_the_documents_twenty_one() -> None:
    assert len(SPECS) == len(set(NAMES)) == 21
    assert spec("forest-300").published.f1 == 0.693


@pytest.mark.parametrize("name", NAMES)
def test_every_model_learns_is_saved_and_loads_bit_for_bit(
    name: str, gig: Table, split: Split, tmp_path: object
) -> None:
    model = fitted(name, gig, split)
    risk = model.risk(gig.X[split.test])
    assert np.all((risk > 0) & (risk < 1))
    least = 0.6 if name == "tree" else 0.65 if name.startswith("knn") else 0.75
    assert auroc(gig.labels[split.test], risk) > least
    assert 0 < model.threshold.value <= 1.1
    save_model(model, tmp_path / "model")  # type: ignore[operator]
    again = load_model(tmp_path / "model")  # type: ignore[operator]
    np.testing.assert_array_equal(again.risk(gig.X), model.risk(gig.X))
    assert again.threshold == model.threshold
    assert again.columns == gig.columns


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("forest", {"n_estimators": 10}),
        ("lightgbm", {"num_leaves": 3}),
        ("xgboost", {"n_estimators": 20}),
    ],
)
def test_threads_change_no_result(
    name: str, options: dict[str, int], gig: Table, split: Split
) -> None:
    one = fitted(name, gig, split, options=options)
    two = fitted(name, gig, split, options=options, threads=2)
    np.testing.assert_array_equal(one.risk(gig.X), two.risk(gig.X, threads=2))


@pytest.mark.parametrize("name", FAST)
def test_the_test_part_has_no_say(name: str, gig: Table, split: Split) -> None:
    labels = gig.labels.copy()
    labels[split.test] = 1 - labels[split.test]
    X = gig.X.copy()
    X[split.test] *= 3
    other = dataclasses.replace(gig, labels=labels, X=X)
    first, second = fitted(name, gig, split), fitted(name, other, split)
    np.testing.assert_array_equal(first.risk(gig.X), second.risk(gig.X))
    assert first.threshold == second.threshold


def test_synthetic_spam_is_made_of_training_rows_only(gig: Table, split: Split) -> None:
    X = gig.X.copy()
    X[split.validation] += 100
    other = dataclasses.replace(gig, X=X)
    first = fitted("gaussian-nb", gig, split).estimator
    second = fitted("gaussian-nb", other, split).estimator
    np.testing.assert_array_equal(first.theta_, second.theta_)


def test_no_rows_have_no_scores(gig: Table, split: Split) -> None:
    assert fitted("logistic", gig, split).risk(gig.X[:0]).shape == (0,)


def test_names_come_in_the_order_of_the_table() -> None:
    assert chosen("all") == NAMES
    assert chosen("lightgbm, forest") == ("forest", "lightgbm")


@pytest.mark.parametrize(
    ("names", "said"), [("forrest", "did you mean 'forest'"), (" , ", "at least one model")]
)
def test_unknown_names_are_refused(names: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        chosen(names)


def test_a_missing_library_names_the_extra() -> None:
    with pytest.raises(SettingsError, match=r"pip install 'ringscope\[train\]'"):
        extras.need("a_library_that_nobody_has")
