from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from ringscope.simulate import make_engagement
from ringscope.simulate.attacks import ATTACKS
from ringscope.simulate.profiles import PROFILES


def test_the_shape_of_the_document() -> None:
    made = make_engagement(users=400, length=336, fake_ratio=0.35, seed=2)
    truth = made["truth"]
    assert made["engagement"].height == 400 * 336
    assert truth["fake"].sum() == 140
    assert set(truth["profile"]) == set(PROFILES)
    assert len(PROFILES) == 7
    assert set(truth["attack"].drop_nulls()) == set(ATTACKS)
    assert len(ATTACKS) == 12
    assert made["engagement"].select(pl.col("views").min()).item() >= 0


@pytest.mark.parametrize("name", ATTACKS)
def test_a_plan_multiplies_within_its_windows_only(name: str) -> None:
    for seed in range(5):
        plan = ATTACKS[name](np.random.default_rng(seed), 336)
        inside = np.zeros(336, dtype=bool)
        for begin, end in plan.windows:
            assert 0 <= begin <= end < 336, f"seed {seed}"
            inside[begin : end + 1] = True
        assert (plan.factors[~inside] == 1).all(), f"seed {seed}"
        assert plan.factors.min() >= 1, f"seed {seed}"
        assert plan.factors.max() > 2, f"seed {seed}"


def test_windows_are_those_of_fakes_and_raise_engagement() -> None:
    made = make_engagement(users=300, seed=3)
    fakes = made["truth"].filter(pl.col("fake") == 1)
    assert set(made["windows"]["account_id"]) == set(fakes["account_id"])
    spikes = fakes.filter(pl.col("attack") == "single_spike")["account_id"]
    rows = (
        made["engagement"]
        .join(made["windows"], on="account_id")
        .filter(pl.col("account_id").is_in(spikes.implode()))
    )
    inside = pl.col("ts").is_between("begin", "end")
    means = rows.group_by("account_id", inside=inside).agg(pl.col("views").mean())
    wide = means.pivot("inside", index="account_id", values="views")
    assert (wide["true"] > 2 * wide["false"]).mean() > 0.9


def test_a_seed_is_a_world_and_strength_only_changes_attacks() -> None:
    one, same = (make_engagement(users=80, seed=4)["engagement"] for _ in range(2))
    assert one.equals(same)
    none = make_engagement(users=80, seed=4, strength=0.0)
    truth = none["truth"].filter(pl.col("fake") == 0)["account_id"].implode()
    honest = pl.col("account_id").is_in(truth)
    assert none["engagement"].filter(honest).height == one.filter(honest).height


def test_campaigns_share_their_plan() -> None:
    made = make_engagement(users=400, seed=5)
    named = made["windows"].join(made["truth"], on="account_id")
    per_account = named.group_by("campaign", "account_id").agg(pl.col("begin").sort().implode())
    assert per_account.group_by("campaign").agg(pl.col("begin").n_unique())["begin"].max() == 1
    assert made["truth"]["campaign"].drop_nulls().value_counts(name="n")["n"].max() >= 3
