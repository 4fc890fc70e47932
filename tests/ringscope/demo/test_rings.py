from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from ringscope.demo import homes, places, rings
from ringscope.demo.census import take_census
from ringscope.demo.clock import HOUR, SPAN, WEEK
from ringscope.demo.draft import Draft, blank


def planted(seed: int, rotation: float) -> tuple[Draft, list[rings.Ring]]:
    rng = np.random.default_rng(seed)
    census = take_census(rng, 8000, 0.06)
    draft = blank(rng, census.kind, census.group, census.ring)
    homes.personal_devices(rng, draft, homes.settle(rng, draft))
    crew = rings.muster(rng, draft, rotation)
    rings.plant(rng, draft, crew, places.open_places(rng, draft))
    rings.kits(rng, draft, crew)
    return draft, crew


def farmed(draft: Draft) -> float:
    """Share of the members of device farms that hold a device together with a fellow member."""
    held = draft.device.frame().select("account", "thing").unique()
    held = held.with_columns(ring=pl.Series(draft.ring).gather(held["account"]))
    farm = set(draft.ring[draft.kind == "device_farm"])
    held = held.filter(pl.col("ring").is_in(list(farm)))
    shared = held.filter(pl.col("account").n_unique().over("thing", "ring") > 1)
    return shared["account"].n_unique() / int((draft.kind == "device_farm").sum())


def test_rotation_takes_shared_identifiers_away() -> None:
    shares = [farmed(planted(3, rotation)[0]) for rotation in (0.0, 0.4, 0.8, 1.0)]
    assert shares[0] > 0.75
    assert shares == sorted(shares, reverse=True)
    assert shares[3] == 0


@pytest.mark.parametrize("seed", range(4))
def test_a_bought_kit_is_sent_in_other_weeks(seed: int) -> None:
    draft, crew = planted(seed, 0.2)
    senders: dict[int, list[rings.Ring]] = {}
    for ring in crew:
        texts = set(draft.boilerplate[ring.members]) - {-1}
        assert len(texts) <= 1, f"seed {seed}"
        for text in texts:
            senders.setdefault(int(text), []).append(ring)
    shared = [pair for pair in senders.values() if len(pair) > 1]
    assert shared, f"seed {seed}"
    for users in shared:
        first, second = sorted(users, key=lambda ring: ring.start)
        assert second.start - first.end > WEEK, f"seed {seed}"


@pytest.mark.parametrize("seed", range(4))
def test_some_rings_are_silent_and_no_ring_sends_through_all_members(seed: int) -> None:
    draft, crew = planted(seed, 0.2)
    sending = [float((draft.boilerplate[ring.members] >= 0).mean()) for ring in crew]
    assert 0.02 < np.mean(np.array(sending) == 0) < 0.5, f"seed {seed}"
    large = [share for share, ring in zip(sending, crew, strict=True) if len(ring.members) >= 40]
    assert all(0.3 < share < 1 for share in large), f"seed {seed}"


@pytest.mark.parametrize("seed", range(4))
def test_bursts_sign_up_within_hours_and_slow_rings_over_months(seed: int) -> None:
    draft, crew = planted(seed, 0.2)
    spread: dict[str, list[int]] = {kind: [] for kind in ("burst_subnet", "slow_aged")}
    for ring in crew:
        if ring.kind in spread and len(ring.members) > 4:
            spread[ring.kind].append(int(np.ptp(draft.created[ring.members])))
    assert max(spread["burst_subnet"]) < 40 * HOUR, f"seed {seed}"
    assert min(spread["slow_aged"]) > 4 * WEEK, f"seed {seed}"
    assert all(ring.end <= SPAN for ring in crew)
