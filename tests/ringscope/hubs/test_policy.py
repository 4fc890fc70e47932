from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from graph.ruled import POLICY
from ingest.errors import NotFound, RunError, SettingsError
from ringscope.cli import app
from ringscope.hubs import PolicyRow, allow, cap, expire, ignore, policy_frame, rows_of, standing
from ringscope.nightly import job
from ringscope.nightly.job import nightly
from ringscope.store import Store
from ringscope.verdicts import shared_place, undo

RING = "R-00000001"
Night = partial(job.Night, canaries=False)
TODAY = datetime.now(UTC).date()


@pytest.fixture
def store(platform: Path, tmp_path: Path) -> Store:
    """A store with one night of the small platform: d1 has four users, d4 is capped by itself."""
    nightly(tmp_path / "store", Night(platform, date=date(2026, 5, 1)))
    return Store.open(tmp_path / "store")


def row(
    value: str, treatment: str, when: str = "2026-05-01T00:00:00", expiry: str = ""
) -> PolicyRow:
    return PolicyRow("ip", value, treatment, "why", "ann", when, expiry)


def holding(store: Store, day: date = TODAY) -> list[tuple[str, str]]:
    return [(found.value, found.treatment) for found in standing(rows_of(store), day)]


def test_a_row_keeps_the_sharing_that_was_measured(store: Store) -> None:
    made = ignore(store, "device", "d1", who="ann", reason="kiosk")
    assert (made.accounts, made.share) == (4, 0.5)
    assert rows_of(store) == (made,)


def test_the_last_row_of_an_identifier_holds(store: Store) -> None:
    ignore(store, "device", "d1", who="ann", reason="kiosk")
    allow(store, "device", "d1", who="bob", reason="no kiosk")
    cap(store, "device", "d2", 4, who="ann", reason="shop")
    assert holding(store) == [("d1", "allow"), ("d2", "cap")]
    expire(store, "device", "d1", who="ann")
    assert holding(store) == [("d2", "cap")]
    with pytest.raises(NotFound, match="no row that holds for device 'd1'"):
        expire(store, "device", "d1", who="ann")
    assert len(rows_of(store)) == 4


def test_rows_end_on_their_day() -> None:
    rows = [row("a", "ignore", expiry="2026-06-01"), row("b", "ignore")]
    assert [r.value for r in standing(rows, date(2026, 5, 31))] == ["a", "b"]
    assert [r.value for r in standing(rows, date(2026, 6, 1))] == ["b"]


def test_an_older_row_does_not_come_back_when_the_last_one_ends() -> None:
    rows = [row("a", "allow"), row("a", "ignore", "2026-05-02T00:00:00", "2026-06-01")]
    assert standing(rows, date(2026, 7, 1)) == ()


def test_rows_as_linking_reads_them() -> None:
    frame = policy_frame([row("a", "ignore", expiry="2026-06-01")])
    assert frame.schema == pl.Schema(POLICY)
    assert frame.row(0, named=True)["expiry"] == datetime(2026, 6, 1)
    assert policy_frame([]).schema == pl.Schema(POLICY)


def test_a_shared_place_is_a_row_until_the_verdict_is_taken_back(store: Store) -> None:
    shared_place(store, RING, who="ann", why="the library")
    (found,) = rows_of(store)
    assert (found.treatment, found.reason, found.source) == ("ignore", "the library", "verdict v1")
    assert holding(store) == [("d1", "ignore")]
    assert holding(store, TODAY + timedelta(days=200)) == []
    undo(store, "v1", who="bob")
    assert rows_of(store) == ()


def test_what_makes_no_sense_is_refused(store: Store) -> None:
    with pytest.raises(SettingsError, match="use 3 or more, or ignore it"):
        cap(store, "device", "d1", 2, who="ann", reason="x")
    with pytest.raises(NotFound, match="no device 'd9'"):
        ignore(store, "device", "d9", who="ann", reason="x")
    with pytest.raises(SettingsError, match="in the past"):
        ignore(store, "device", "d1", who="ann", reason="x", expiry=date(2020, 1, 1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ringscope.hubs.decide.ALLOWED", 3)
        with pytest.raises(SettingsError, match="at most 3 can be compared"):
            allow(store, "device", "d1", who="ann", reason="x")
    assert rows_of(store) == ()


def test_a_row_of_a_newer_version_is_refused(store: Store) -> None:
    store.hubs.append({**row("a", "ignore").record(), "treatment": "burn"})
    with pytest.raises(RunError, match="hub row 1: unknown to this version"):
        rows_of(store)


def test_the_commands_are_a_thin_layer(store: Store) -> None:
    def call(*words: object) -> str:
        result = CliRunner().invoke(app, [*map(str, words), "--store", str(store.folder)])
        assert result.exit_code == 0, result.output
        return result.stdout

    said = call("hub", "ignore", "device", "d1", "--why", "kiosk", "--expiry", "2999-01-01")
    assert said == "ignore device d1 until 2999-01-01; the next run obeys\n"
    call("hub", "cap", "device", "d2", "--at", 5, "--why", "shop", "--who", "bob")
    call("hub", "allow", "device", "d3", "--why", "one hand")
    call("hub", "expire", "device", "d3")
    words = ["hub", "preview", "cap", "device", "d1", "--store", str(store.folder)]
    assert "a limit of 0; use 3 or more" in CliRunner().invoke(app, words).stderr
    listed = pl.read_csv(call("hub", "list", "--format", "csv").encode())
    assert listed["treatment"].to_list() == ["ignore", "cap"]
    assert listed["accounts_now"].to_list() == [4, 2]
    every = pl.read_csv(call("hub", "list", "--all", "--format", "csv").encode())
    assert every["holds"].to_list() == ["yes", "yes", "no", "no"]
