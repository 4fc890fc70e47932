from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from graph.links import gather_evidence, link_accounts
from graph.sightings import Sightings
from ringscope.newcomers.fields import days
from ringscope.newcomers.known import Known, linking, prepare_run
from ringscope.newcomers.linked import links_of

START = datetime(2026, 1, 1)
NEW = 60


class Made:
    """A run that is only its tables."""

    folder = Path("made")

    def __init__(self, frames: dict[str, pl.DataFrame]) -> None:
        self.frames = frames

    def frame(self, name: str) -> pl.DataFrame:
        return self.frames[name]


def sightings(rng: np.random.Generator) -> pl.DataFrame:
    """Sightings of 60 accounts and, as account 60, a newcomer who used each once."""
    rows: list[dict[str, Any]] = []
    for kind in linking():
        for number in range(6):
            for account in rng.choice(NEW, size=int(rng.integers(1, 40)), replace=False):
                first = START + timedelta(hours=float(rng.integers(0, 24 * 40)))
                last = first + timedelta(hours=float(rng.integers(0, 200)))
                rows.append({"account": int(account), "kind": kind.name, "value": f"v{number}",
                             "first_seen": first, "last_seen": last})  # fmt: skip
            at = START + timedelta(hours=float(rng.integers(0, 24 * 50)))
            rows.append({"account": NEW, "kind": kind.name, "value": f"v{number}",
                         "first_seen": at, "last_seen": at})  # fmt: skip
    return pl.DataFrame(rows).with_columns(
        pl.col("first_seen", "last_seen").cast(pl.Datetime("us"))
    )


def made(seen: pl.DataFrame) -> Known:
    old = seen.filter(pl.col("account") < NEW)
    names = pl.format("a{}", pl.col("account").cast(pl.String).str.zfill(3)).alias("account_id")
    ids = pl.DataFrame({"account": range(NEW)}).select(names)
    frames = {
        "identifiers": old.group_by("kind", "value")
        .agg(accounts=pl.len().cast(pl.UInt32))
        .with_columns(treatment=pl.lit("")),
        "sightings": old.with_columns(names),
        "scores": ids.with_columns(risk=pl.lit(0.1), ring_id=pl.lit("")),
    }
    run: Any = Made(frames)
    return prepare_run(run)


def expected(seen: pl.DataFrame) -> pl.DataFrame:
    """Links of the newcomer as a whole run would make them."""
    identifiers = (
        seen.group_by("kind", "value")
        .agg(accounts=pl.col("account").n_unique().cast(pl.UInt32))
        .sort("kind", "value")
        .with_row_index("identifier")
    )
    rows = seen.join(identifiers, ["kind", "value"]).select(
        pl.col("account").cast(pl.UInt32), "identifier", "kind", "first_seen", "last_seen"
    )
    created = pl.Series("created_at", [None] * (NEW + 1), dtype=pl.Datetime("us"))
    nothing = pl.DataFrame(schema={"identifier": pl.UInt32, "specificity": pl.Float64})
    evidence, _ = gather_evidence(Sightings(identifiers, rows), created, nothing)
    return link_accounts(evidence.filter(pl.col("b") == NEW)).sort("a")


@pytest.mark.parametrize("seed", range(8))
def test_links_weigh_what_they_would_weigh_in_a_run(seed: int) -> None:
    seen = sightings(np.random.default_rng(seed))
    mine = seen.filter(account=NEW).select("kind", "value", "first_seen")
    uses = [(kind, value, days(at)) for kind, value, at in mine.iter_rows()]
    accounts, weights, kinds = links_of(made(seen), uses)
    want = expected(seen)
    order = np.argsort(accounts)
    assert accounts[order].tolist() == want["a"].to_list(), f"seed {seed}"
    assert weights[order] == pytest.approx(want["weight"].to_numpy(), abs=1e-9), f"seed {seed}"
    found = [";".join(kinds[place]) for place in order]
    assert found == want["kinds"].to_list(), f"seed {seed}"
    assert (np.diff(weights) <= 1e-12).all(), f"seed {seed}"


def test_who_uses_nothing_that_is_known_has_no_links() -> None:
    accounts, weights, kinds = links_of(made(sightings(np.random.default_rng(1))), [])
    assert (len(accounts), len(weights), kinds) == (0, 0, [])
    other, _, _ = links_of(
        made(sightings(np.random.default_rng(1))), [("device", "new", 1.0), ("what", "v1", 1.0)]
    )
    assert len(other) == 0


def test_an_account_is_not_linked_to_itself() -> None:
    seen = sightings(np.random.default_rng(2))
    uses = [("phone", f"v{number}", days(START)) for number in range(6)]
    everyone, _, _ = links_of(made(seen), uses)
    others, _, _ = links_of(made(seen), uses, itself=int(everyone[0]))
    assert set(everyone) - set(others) == {everyone[0]}


def test_too_many_users_are_not_compared() -> None:
    names = [f"a{number:03d}" for number in range(400)]
    run: Any = Made(
        {
            "identifiers": pl.DataFrame(
                {"kind": ["phone"], "value": ["v"], "accounts": [400], "treatment": [""]}
            ),
            "sightings": pl.DataFrame({"account_id": names}).with_columns(
                kind=pl.lit("phone"), value=pl.lit("v"), first_seen=START, last_seen=START
            ),
            "scores": pl.DataFrame({"account_id": names}).with_columns(
                risk=pl.lit(0.1), ring_id=pl.lit("")
            ),
        }
    )
    accounts, _, _ = links_of(prepare_run(run), [("phone", "v", days(START))])
    assert len(accounts) == 0
