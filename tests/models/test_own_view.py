from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from models.features import FeatureTable
from models.grams import Grams, message_grams
from models.metrics import auroc
from models.own_view import Taught, fit_own_view, view_columns

ACCOUNTS, FOLDS = 900, 3


def world(seed: int) -> dict[str, object]:
    """A third of the spam is known to the teachers by its links; a field and a phrase tell all."""
    rng = np.random.default_rng(seed)
    spam = rng.random(ACCOUNTS) < 0.2
    linked = spam & (rng.random(ACCOUNTS) < 0.4)
    frame = pl.DataFrame(
        {"field": rng.normal(spam * 1.5, 1).astype(np.float32), "other": rng.normal(size=ACCOUNTS)}
    )
    words = np.array(["blue", "green", "red", "white", "black"])
    rows = [
        (n, " ".join(rng.choice(words, 4)) + (" send money" if spam[n] and t else ""))
        for n in range(ACCOUNTS)
        for t in range(2)
    ]
    messages = pl.DataFrame(rows, schema={"account": pl.UInt32, "text": pl.String}, orient="row")
    labels = np.where(rng.random(ACCOUNTS) < 0.1, spam, -1)
    folds = np.arange(ACCOUNTS) % FOLDS
    risk = np.where(linked, 0.9, 0.05)
    teachers = np.repeat(risk[None], FOLDS + 1, axis=0)
    table = FeatureTable.of("tabular", frame.cast(pl.Float32), {"*": "{name} is {value}"})
    return {
        "spam": spam & ~linked,
        "honest": ~spam,
        "table": table,
        "grams": message_grams(messages),
        "teachers": teachers,
        "labels": labels,
        "folds": folds,
    }


def fitted(w: dict[str, object], **changed: object) -> Taught:
    given = w | changed
    return fit_own_view(
        given["table"],
        ["field", "other"],
        given["grams"],
        given["teachers"],
        given["labels"],
        given["folds"],
        seed=0,
        threads=1,
    )


@pytest.mark.parametrize("seed", range(2))
def test_unlinked_spam_is_found_by_what_linked_spam_shows(seed: int) -> None:
    w = world(seed)
    odds = fitted(w).odds
    judged = w["spam"] | w["honest"]
    assert auroc(w["spam"][judged].astype(int), odds[judged]) > 0.9, f"seed {seed}"


def test_labels_and_teachers_of_a_fold_do_not_move_its_accounts() -> None:
    w = world(3)
    held = w["folds"] == 1
    labels = np.where(held & (w["labels"] >= 0), 1 - w["labels"], w["labels"])
    teachers = w["teachers"].copy()
    teachers[[0, 2, 3]] = np.where(held, 1 - teachers[[0, 2, 3]], teachers[[0, 2, 3]])
    before, after = fitted(w).odds, fitted(w, labels=labels, teachers=teachers).odds
    assert (before[held] == after[held]).all()
    assert (before[~held] != after[~held]).any()


def test_the_view_of_all_accounts_scores_others() -> None:
    w = world(4)
    view = fitted(w).view
    other = world(5)
    odds = view.apply(other["table"], view.phrasing.apply(other["grams"], ACCOUNTS))
    judged = other["spam"] | other["honest"]
    assert auroc(other["spam"][judged].astype(int), odds[judged]) > 0.85
    assert view_columns(view)[:2] == ["field", "other"]
    assert view.seen(other["table"], np.zeros((ACCOUNTS, 3))).shape == (
        ACCOUNTS,
        len(view_columns(view)),
    )


def test_without_messages_the_own_features_are_left() -> None:
    w = world(6)
    none: Grams = message_grams(pl.DataFrame(schema={"account": pl.UInt32, "text": pl.String}))
    odds = fitted(w, grams=none).odds
    judged = w["spam"] | w["honest"]
    assert auroc(w["spam"][judged].astype(int), odds[judged]) > 0.7
