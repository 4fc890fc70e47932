from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from ingest.errors import InputError
from models.tabular.feedback import apply_feedback, consensus, to_feedback
from models.tabular.table import UNKNOWN, Table


def reports(*rows: tuple[str, int, str]) -> pl.DataFrame:
    return to_feedback(pl.DataFrame(rows, ["user_id", "label", "reporter_id"], orient="row"))


def planted(seed: int, accuracy: dict[str, float]) -> tuple[pl.DataFrame, dict[str, int]]:
    """Reports on 300 accounts by reporters who are right in a given share."""
    rng = np.random.default_rng(seed)
    truth = {f"u{i:03}": int(rng.random() < 0.4) for i in range(300)}
    rows = [
        (user, label if rng.random() < share else 1 - label, name)
        for name, share in accuracy.items()
        for user, label in truth.items()
        if rng.random() < 0.6
    ]
    return reports(*rows), truth


ACCURACY = {"a": 0.95, "b": 0.9, "c": 0.8, "d": 0.65, "e": 0.5}


@pytest.mark.parametrize("seed", range(4))
def test_trust_is_recovered_without_any_known_label(seed: int) -> None:
    found = consensus(planted(seed, ACCURACY)[0])
    trust = dict(found.reporters.select("reporter_id", "trust").iter_rows())
    assert trust == pytest.approx(ACCURACY, abs=0.1), seed
    assert set(sorted(trust, key=lambda name: -trust[name])[:3]) == {"a", "b", "c"}, seed


@pytest.mark.parametrize("seed", range(4))
def test_settled_labels_are_right(seed: int) -> None:
    frame, truth = planted(seed, ACCURACY)
    settled = consensus(frame).accounts.drop_nulls("label")
    right = [truth[user] == label for user, label in settled.select("user_id", "label").rows()]
    assert len(right) > 150, seed
    assert np.mean(right) > 0.95, seed


def test_the_interval_holds_the_trust() -> None:
    found = consensus(planted(1, ACCURACY)[0]).reporters
    assert (found["low"] < found["trust"]).all()
    assert (found["trust"] < found["high"]).all()


def test_known_labels_expose_a_liar_who_outvotes_others() -> None:
    known = {f"k{i}": i % 2 for i in range(40)}
    rows = [(user, 1 - label, liar) for user, label in known.items() for liar in ("x", "y", "z")]
    rows += [(user, label, "good") for user, label in known.items()]
    rows += [("new", 1, liar) for liar in ("x", "y", "z")] + [("new", 0, "good")]
    found = consensus(reports(*rows), known)
    trust = dict(found.reporters.select("reporter_id", "trust").iter_rows())
    assert trust["good"] > 0.9
    assert max(trust[name] for name in "xyz") < 0.2
    new = found.accounts.filter(pl.col("user_id") == "new")
    assert new["spam"][0] < 0.2


def test_nobody_gains_by_reports_that_are_turned_round() -> None:
    known = {f"k{i}": i % 2 for i in range(40)}
    rows = [(user, 1 - label, "liar") for user, label in known.items()] + [("new", 1, "liar")]
    found = consensus(reports(*rows), known).accounts
    assert found.filter(pl.col("user_id") == "new")["spam"][0] == pytest.approx(0.5)


def test_the_last_report_of_a_reporter_counts() -> None:
    frame = to_feedback(
        pl.DataFrame(
            {
                "user_id": ["u", "u"],
                "label": [1, 0],
                "reporter_id": ["a", "a"],
                "ts": ["2026-01-02", "2026-01-01"],
            }
        )
    )
    found = consensus(frame).accounts
    assert found["reports"][0] == 1
    assert found["spam"][0] > 0.5


def table(labels: list[int]) -> Table:
    ids = pl.Series([f"u{i}" for i in range(len(labels))])
    X = np.zeros((len(labels), 1), np.float32)
    return Table(ids, np.array(labels, np.int8), X, ("a",))


def test_blank_labels_are_filled_and_wrong_ones_need_two_witnesses() -> None:
    base = [(f"k{i}", i % 2, who) for i in range(60) for who in ("a", "b")]
    known = {f"k{i}": i % 2 for i in range(60)}
    rows = [*base, ("u0", 1, "a"), ("u1", 1, "a"), ("u2", 1, "a"), ("u2", 1, "b")]
    found = consensus(reports(*rows), known | {"u1": 0, "u2": 0})
    done = apply_feedback(table([UNKNOWN, 0, 0, 0]), found)
    assert done.labels.tolist() == [1, 0, 1, 0]
    assert "1 blank labels filled, 1 labels overruled" in done.notes[-1]


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        ({"user_id": ["u"], "label": [1]}, "'reporter_id' is missing"),
        ({"user_id": ["u"], "label": [2], "reporter_id": ["a"]}, "row 1: label is not 0 or 1"),
        ({"user_id": [" "], "label": [1], "reporter_id": ["a"]}, "row 1: user_id is blank"),
        (
            {"user_id": ["u"], "label": [1], "reporter_id": ["a"], "ts": ["soon"]},
            "row 1: ts is no time",
        ),
    ],
)
def test_bad_reports_get_one_clear_error(frame: dict[str, list[object]], said: str) -> None:
    with pytest.raises(InputError, match=said):
        to_feedback(pl.DataFrame(frame))
