from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from ingest import read_tables
from ringscope.nightly.watch import MOST, RUNS, watch
from ringscope.profile import profile

START = datetime(2025, 5, 1)
Frames = dict[str, pl.DataFrame]


def night(
    number: int,
    *,
    logins: bool = True,
    share: float = 1.0,
    device: bool = True,
    today: bool = True,
    rings: tuple[int, ...] = (5, 6, 7, 8),
    shift: float = 0.0,
) -> Frames:
    """A run of a platform that grows: 60 accounts and 60 logins a day for two weeks and more."""
    days = 14 + number
    rng = np.random.default_rng(7)
    rows = 60 * days
    ids = [f"a{i:05d}" for i in range(rows)]
    ts = [START + timedelta(hours=24 * i / 60) for i in range(rows)]
    accounts = pl.DataFrame(
        {
            "account_id": ids,
            "created_at": ts,
            "photos": rng.poisson(4, rows).astype(float) + shift,
            "country": rng.choice(["PL", "FR", "DE"], rows, p=[0.5, 0.3, 0.2]),
        }
    )
    events = pl.DataFrame({"account_id": ids, "ts": ts, "event_type": ["view"] * rows})
    found = {"accounts": accounts, "events": events}
    if logins:
        seen = [f"d{i % 97}" if device and (today or i < rows - 60) else None for i in range(rows)]
        made = pl.DataFrame(
            {"account_id": ids, "ts": ts, "device_id": seen, "ip": ["203.0.113.9"] * rows}
        )
        found["logins"] = made.head(int(rows * share))
    tables = read_tables(found)
    features = pl.DataFrame({"f": rng.normal(shift, 1, rows)})
    sizes = {"ring_id": [f"R-{i}" for i in range(len(rings))], "size": list(rings)}
    return {
        "profile": profile(tables, features, {"risk": pl.Series(rng.beta(1, 9, rows))}),
        "rings": pl.DataFrame(sizes, schema={"ring_id": pl.String, "size": pl.UInt32}).with_columns(
            status=pl.lit("ring")
        ),
    }


@pytest.fixture(scope="module")
def past() -> list[Frames]:
    return [night(number) for number in range(4)]


def told(tonight: Frames, past: list[Frames]) -> list[str]:
    return [found.sentence for found in watch(tonight, past)]


def test_an_ordinary_night_has_no_warning(past: list[Frames]) -> None:
    assert told(night(4), past) == []


def test_the_first_night_and_runs_without_profile_have_nothing_to_compare(
    past: list[Frames],
) -> None:
    assert watch(night(0), []) == []
    assert watch(night(4), [{"rings": past[0]["rings"]}]) == []


def test_a_table_that_is_missing_tonight(past: list[Frames]) -> None:
    assert told(night(4, logins=False), past)[:2] == [
        "logins: no row tonight, 930 as a rule",
        "the last day of logins: no row tonight, 60 as a rule",
    ]


def test_half_the_rows(past: list[Frames]) -> None:
    found = watch(night(4, share=0.4), past)
    assert found[0].sentence == "logins: 432 rows tonight, 930 as a rule (46%)"
    assert (found[0].what, found[0].figure, found[0].limit) == ("rows", 0.465, 0.5)


def test_a_column_that_is_empty(past: list[Frames]) -> None:
    assert told(night(4, device=False), past)[:2] == [
        "logins, column device_id: is empty tonight, 0% at most in the runs before",
        "the last day of logins, column device_id: is empty tonight, 0% at most in the runs before",
    ]


def test_a_column_that_is_empty_since_today_is_seen_in_the_last_day(past: list[Frames]) -> None:
    found = told(night(4, today=False), past)
    assert found == [
        "the last day of logins, column device_id: is empty tonight, 0% at most in the runs before"
    ]


@pytest.mark.parametrize(
    ("rings", "sentence"),
    [
        ((5,) * 14, "rings: 14 tonight, 4 as a rule"),
        ((5, 6, 7, 80), "accounts in the largest ring: 80 tonight, 8 as a rule"),
        ((), "accounts in rings: 0 tonight, 26 as a rule"),
    ],
)
def test_jumps_of_rings(past: list[Frames], rings: tuple[int, ...], sentence: str) -> None:
    assert sentence in told(night(4, rings=rings), past)


def test_values_that_moved_in_input_and_features(past: list[Frames]) -> None:
    found = watch(night(4, shift=3.0), past)
    places = {warning.place for warning in found}
    assert {"accounts, column photos", "the features of accounts, column f"} <= places
    photos = next(warning for warning in found if warning.place == "accounts, column photos")
    assert "PSI" in photos.sentence
    assert "KS" in photos.sentence
    assert photos.figure > photos.limit


def test_only_the_last_runs_count(past: list[Frames]) -> None:
    odd = night(4, logins=False)
    assert told(night(4), [odd] * 3 + past + past[-1:] * (RUNS - len(past))) == []


def test_warnings_are_given_up_to_a_number(past: list[Frames]) -> None:
    many = pl.DataFrame({f"f{i}": np.full(500, 9.0) for i in range(MOST + 9)})
    few = many.select(pl.all() * np.linspace(-1, 1, 500))
    tables = read_tables({"accounts": pl.DataFrame({"account_id": ["a"]})})
    one, other = (
        {"profile": profile(tables, frame, {}), "rings": past[0]["rings"]} for frame in (few, many)
    )
    assert len(watch(other, [one])) == MOST
