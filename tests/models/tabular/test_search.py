from __future__ import annotations

import pytest

from ingest.errors import SettingsError
from models.tabular.search import SPACES, search
from models.tabular.selection import keep_columns, select_columns
from models.tabular.table import Table


def test_a_search_is_a_function_of_its_seed(gig: Table) -> None:
    first = search("logistic", gig, trials=4, seed=5)
    assert first == search("logistic", gig, trials=4, seed=5)
    assert len(first.trials) == 4
    assert first.value == max(first.usual, *(value for _, value in first.trials))


def test_the_usual_settings_stay_unless_beaten(gig: Table) -> None:
    found = search("logistic", gig, trials=2, seed=1)
    beaten = max(value for _, value in found.trials) > found.usual
    assert bool(found.options) == beaten


@pytest.mark.parametrize("name", sorted(set(SPACES) - {"forest-300", "logistic", "catboost"}))
def test_every_space_gives_settings_that_the_model_takes(name: str, gig: Table) -> None:
    small = gig.take(gig.labels >= 0)
    few = small.take((small.labels == 1) | (small.X[:, 0] < 8))
    assert search(name, few, trials=1, seed=3).value > 0


def test_models_without_settings_say_so(gig: Table) -> None:
    with pytest.raises(SettingsError, match="no search for the model 'knn-5'"):
        search("knn-5", gig, trials=1, seed=1)


def test_columns_that_matter_are_kept(gig: Table) -> None:
    found = select_columns(gig, seed=7, rounds=40)
    assert {"X19", "X21"} <= set(found.columns)
    assert len(found.columns) < len(gig.columns)
    assert ("X34" in str(found.twins)) or ("X35" in str(found.twins))
    assert found.loss >= 0
    kept = keep_columns(gig, found.columns)
    assert set(kept.columns) == set(found.columns)
    assert kept.X.shape == (len(gig.ids), len(found.columns))
