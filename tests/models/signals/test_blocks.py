from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from models.signals.blocks import LONGEST, account_blocks

MESSAGES = pl.DataFrame({"account": [0, 0, 1, 2, 2, 5], "text": ["ab", "c", "", "xyz", "x", "yy"]})


@pytest.mark.parametrize(("size", "runs"), [(1, [2, 1, 2, 1]), (6, [3, 2, 1]), (1000, [6])])
def test_runs_hold_whole_accounts_and_nothing_is_lost(size: int, runs: list[int]) -> None:
    found = list(account_blocks(MESSAGES, size))
    assert [run.height for run in found] == runs
    assert_frame_equal(pl.concat(found), MESSAGES)


def test_long_messages_count_as_far_as_they_are_read() -> None:
    long = MESSAGES.with_columns(text=pl.lit("x" * 10 * LONGEST))
    assert [run.height for run in account_blocks(long, 3 * LONGEST + 3)] == [3, 3]


def test_no_messages_are_one_empty_run() -> None:
    assert [run.height for run in account_blocks(MESSAGES.clear())] == [0]
