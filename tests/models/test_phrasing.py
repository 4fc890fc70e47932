from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from models.grams import Grams, message_grams
from models.metrics import auroc
from models.phrasing import STRENGTH, Phrasing, fit_phrasing


@pytest.mark.parametrize("seed", range(3))
def test_the_weights_are_those_of_scikit_learn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    dense = (rng.random((60, 6)) < 0.4).astype(np.float32)
    account = np.sort(rng.integers(0, 25, 60))
    spam, taught = rng.random(25), np.arange(25) < 20
    grams = Grams(account, np.arange(6, dtype=np.uint64), sparse.csr_array(dense))
    got = fit_phrasing(grams, spam, taught).weights
    heard = taught[account]
    X = (dense / np.sqrt(dense.sum(axis=1, keepdims=True) + 1))[heard]
    share = 1 / np.bincount(account)[account[heard]]
    truth = spam[account[heard]]
    # Each message once as spam and once as honest, weighed by the probability of either.
    wanted = LogisticRegression(C=STRENGTH, tol=1e-8).fit(
        np.vstack([X, X]),
        np.repeat([1, 0], len(X)),
        np.concatenate([share * truth, share * (1 - truth)]),
    )
    assert got == pytest.approx(wanted.coef_[0], abs=2e-3), f"seed {seed}"


def test_scores_of_accounts_by_hand() -> None:
    matrix = sparse.csr_array(np.array([[1, 0], [1, 1], [0, 0]], dtype=np.float32))
    grams = Grams(np.array([1, 1, 2]), np.array([5, 9], dtype=np.uint64), matrix)
    got = Phrasing(grams.keys, np.array([1.0, -3.0])).apply(grams, 4)
    strong, weak = 1 / np.sqrt(2), -2 / np.sqrt(3)
    assert np.isnan(got[[0, 3]]).all()
    assert got[1] == pytest.approx([strong, (strong + weak) / 2, (strong + weak) / 2])
    assert got[2] == pytest.approx([0, 0, 0])


@pytest.mark.parametrize("seed", range(3))
def test_lone_spammers_are_known_by_what_others_wrote(seed: int) -> None:
    rng = np.random.default_rng(seed)
    common = [f"word{chr(97 + n)}" for n in range(26)]
    spam = rng.random(600) < 0.2
    rows = []
    for account in range(600):
        for _ in range(4):
            words = list(rng.choice(common, 8))
            if spam[account] and rng.random() < 0.5:
                words[2:2] = ["send", "your", "card"]
            rows.append((account, " ".join(words)))
    messages = pl.DataFrame(rows, schema={"account": pl.UInt32, "text": pl.String}, orient="row")
    grams = message_grams(messages)
    taught = np.arange(600) < 300
    score = fit_phrasing(grams, np.where(spam, 0.8, 0.1), taught).apply(grams, 600)
    assert auroc(spam[300:].astype(int), score[300:, 2]) > 0.9, f"seed {seed}"


def test_whoever_is_not_taught_teaches_nothing() -> None:
    rng = np.random.default_rng(1)
    texts = [" ".join(rng.choice(["a", "b", "c", "d"], 5)) for _ in range(80)]
    messages = pl.DataFrame({"account": np.arange(80, dtype=np.uint32) // 2, "text": texts})
    grams = message_grams(messages, min_messages=1)
    spam, taught = rng.random(40), np.arange(40) % 3 > 0
    changed = np.where(taught, spam, 1 - spam)
    first, second = (fit_phrasing(grams, s, taught) for s in (spam, changed))
    assert (first.weights == second.weights).all()


def test_without_messages_nothing_is_known() -> None:
    none = message_grams(pl.DataFrame(schema={"account": pl.UInt32, "text": pl.String}))
    fitted = fit_phrasing(none, np.ones(3), np.ones(3, dtype=bool))
    assert np.isnan(fitted.apply(none, 3)).all()
