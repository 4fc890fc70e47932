from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import SettingsError
from ringscope.train.ask import ask
from ringscope.train.chosen import Chosen, choose
from ringscope.train.jobs import Training


@pytest.fixture(scope="module")
def chosen(training: Training) -> Chosen:
    return choose(Path(training.folder) / "models" / "logistic")


def test_a_row_by_hand_is_scored_and_told(chosen: Chosen) -> None:
    calm = ask(chosen, ["X24=0", "X21=90", "AccountAge_Seconds=900000"])
    loud = ask(chosen, ["x24=1", "X21=5", "accountage_seconds=60"])
    assert 0 <= calm.risk < loud.risk <= 1
    assert loud.columns.height == len(chosen.model.columns)
    adds = loud.columns["adds"].abs().to_list()
    assert adds == sorted(adds, reverse=True)
    said = dict(loud.columns.select("column", "says").iter_rows())
    assert said["X1"].endswith("not known")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([], "at least one COLUMN=VALUE"),
        (["X19"], "give COLUMN=VALUE"),
        (["X99=1"], "did you mean x"),
        (["X1=-3"], "a count is 0 or more"),
        (["X24=2"], "give 1"),
        (["X9=5"], "give one of"),
        (["X1=many"], "give a number"),
        (["X1=nan"], "finite number"),
        (["X1=1", "MessagesSent_Total=1"], "given twice"),
    ],
)
def test_values_are_checked(chosen: Chosen, values: list[str], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        ask(chosen, values)
