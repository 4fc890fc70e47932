from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from ingest import InputError
from ringscope import Run
from ringscope.newcomers import estimate, newcomer_tables
from ringscope.newcomers.estimate import last_moment

NOW = datetime(2026, 3, 1, 6)


def rows(**columns: list[str]) -> pl.DataFrame:
    size = len(next(iter(columns.values())))
    return pl.DataFrame({"account_id": [f"new{n}" for n in range(size)], **columns})


def test_a_newcomer_on_a_known_device_is_linked_to_its_users(finished: Run) -> None:
    found = estimate(finished, newcomer_tables(rows(device_id=["d1", "d9", ""]), now=NOW))
    links = found.links.select("newcomer", "account_id", "kinds", "ring_id").rows()
    assert sorted(links) == [("new0", f"a{n}", "device", "R-00000001") for n in range(4)]
    first, second, third = found.scores.iter_rows(named=True)
    risks = finished.frame("scores")
    base = risks["risk"].mean()
    weight = found.links["weight"].sum()
    expected = (base + (found.links["weight"] * found.links["risk"]).sum()) / (1 + weight)
    assert first["estimate"] == pytest.approx(expected, abs=1e-6)
    assert first["rings"] == "R-00000001"
    assert "4 accounts through device d1; they are in R-00000001" in first["says"]
    assert second["estimate"] == third["estimate"] == pytest.approx(base, abs=1e-6)
    assert second["says"] == "nothing of it is known here: the graph says nothing"


def test_a_hub_links_nobody(finished: Run) -> None:
    found = estimate(finished, newcomer_tables(rows(device_id=["d4"]), now=NOW))
    assert found.links.is_empty()
    assert found.scores["says"][0] == "no link: what it shares are hubs"
    assert found.shared.select("value", "links").rows() == [("d4", False)]


def test_a_device_that_was_used_long_ago_links_nobody(finished: Run) -> None:
    late = newcomer_tables(rows(device_id=["d1"]), now=datetime(2026, 9, 1))
    found = estimate(finished, late)
    assert found.links.is_empty()
    assert found.scores["says"][0] == "no link: the uses lie too far apart"


def test_each_of_many_gets_what_it_gets_alone(finished: Run) -> None:
    alone = estimate(finished, newcomer_tables(rows(device_id=["d1"]), now=NOW)).scores
    many = rows(device_id=["d1", "d2", *["d1"] * 98])
    found = estimate(finished, newcomer_tables(many, now=NOW)).scores
    assert found["estimate"][0] == alone["estimate"][0]
    assert found.filter(pl.col("account_id") != "new1")["estimate"].n_unique() == 1


def test_the_last_moment_of_a_run_is_its_last_sighting(finished: Run) -> None:
    assert last_moment(finished) == finished.frame("sightings")["last_seen"].max()


def test_input_without_accounts_is_refused() -> None:
    with pytest.raises(InputError, match="no new account"):
        newcomer_tables(pl.DataFrame({"email": ["x"]}), now=NOW)
    with pytest.raises(InputError, match="at most"):
        newcomer_tables(pl.DataFrame({"account_id": [str(n) for n in range(20_001)]}), now=NOW)
