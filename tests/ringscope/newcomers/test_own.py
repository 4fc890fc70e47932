from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from models.boosted import fit_boosted
from models.grams import message_grams
from models.own_view import OwnView
from models.persistence import save_view
from models.phrasing import COLUMNS, fit_phrasing
from ringscope.newcomers import read_newcomers
from ringscope.newcomers.own import OwnEvidence, own_evidence

NOW = datetime(2026, 3, 1, 6)
NAMES = ("column_photos", "column_photos_missing", "level_channel=paid", "username.digit_share",
         "email_tag", "email_domain.others", "logins.count")  # fmt: skip


@pytest.fixture(scope="module")
def view() -> OwnView:
    """Few photos, paid channel, many digits and a wording are what spam has here."""
    rng = np.random.default_rng(5)
    size = 400
    spam = rng.random(size) < 0.5
    seen = np.full((size, len(NAMES) + len(COLUMNS)), np.nan, np.float32)
    seen[:, 0] = np.where(spam, 0, 5) + rng.integers(0, 2, size)
    seen[:, 1] = rng.random(size) < 0.1
    seen[:, 2] = np.where(spam, rng.random(size) < 0.9, rng.random(size) < 0.1)
    seen[:, 3] = np.where(spam, 0.6, 0.1)
    seen[:, 4] = rng.random(size) < 0.3
    seen[:, 5], seen[:, 6] = 3.0, rng.random(size)
    texts = np.where(spam, "buy cheap gold now please", "see you at the market hall")
    messages = pl.DataFrame({"account": np.arange(size), "text": texts})
    phrasing = fit_phrasing(message_grams(messages), spam.astype(float), np.ones(size, bool))
    seen[:, len(NAMES) :] = phrasing.apply(message_grams(messages), size)
    seen[rng.random(seen.shape) < 0.2] = np.nan
    return OwnView(NAMES, phrasing, fit_boosted(seen, spam.astype(int), seed=1, rounds=60))


def said(view: OwnView, *accounts: dict[str, Any]) -> list[float]:
    named = [{"account_id": f"n{n}"} | account for n, account in enumerate(accounts)]
    return OwnEvidence(view).of(read_newcomers(named, now=NOW)).tolist()


def test_what_is_told_moves_the_odds_the_way_the_view_learned(view: OwnView) -> None:
    bad, good, bare = said(
        view,
        {"photos": "0", "channel": "paid", "text": "buy cheap gold now please"},
        {"photos": "5", "channel": "organic", "text": "see you at the market hall"},
        {"photos": None},
    )
    assert bad > 0.5
    assert good < -0.5
    assert abs(bare) < min(bad, -good)


def test_each_account_is_scored_alone(view: OwnView) -> None:
    accounts = [
        {"photos": str(n % 4), "username": f"joe{n * 7}", "channel": "paid" if n % 2 else None,
         "email": f"x{n}@mail.com", "text": "buy cheap gold" if n % 3 else None}
        for n in range(12)
    ]  # fmt: skip
    together = said(view, *accounts)
    alone = [said(view, account)[0] for account in accounts]
    assert together == pytest.approx(alone, abs=1e-9)


def test_numbers_that_are_none_count_as_missing(view: OwnView) -> None:
    strange = [{"photos": text} for text in ("nan", "inf", "1e999", "many", "-")]
    missing = said(view, *strange, {"photos": ""})
    assert len({round(value, 9) for value in missing}) == 1


def test_features_that_need_others_or_a_past_are_missing(view: OwnView) -> None:
    rows = [{"account_id": "a", "username": "joe12", "email": "j+1@x.com"}]
    (seen,) = OwnEvidence(view).seen(read_newcomers(rows, now=NOW))
    assert seen[3:5].tolist() == pytest.approx([0.4, 1.0])
    assert np.isnan(seen[5:]).all()


def test_a_saved_view_is_read_and_none_is_none(view: OwnView, tmp_path: Path) -> None:
    assert own_evidence(tmp_path) is None
    save_view(view, tmp_path / "view")
    found = own_evidence(tmp_path)
    assert found is not None
    assert found.columns == ("channel", "photos")


def test_an_altered_view_is_told_and_not_used(
    view: OwnView, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    save_view(view, tmp_path / "view")
    (tmp_path / "view" / "view.json").write_text("{}")
    assert own_evidence(tmp_path) is None
    assert "by their links alone" in caplog.text
