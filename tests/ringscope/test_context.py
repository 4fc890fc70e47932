from __future__ import annotations

import polars as pl

from ingest import read_tables
from ringscope.context import Context
from ringscope.settings import VerdictSettings
from ringscope.verdicts import Verdict

TABLES = read_tables(
    {"accounts": pl.DataFrame({"account_id": ["a", "b", "c", "d"], "label": [0, None, None, None]})}
)


def verdict(act: str, *accounts: str) -> Verdict:
    return Verdict(act, "ann", "2026-05-01T00:00:00+00:00", accounts=accounts)


def test_labels_that_verdicts_made_are_marked_and_those_of_the_input_stay() -> None:
    context = Context(verdicts=(verdict("confirm", "a", "b", "d"),))
    known = context.labelled(TABLES, VerdictSettings())
    assert known.accounts["label"].to_list() == [0, 1, None, 1]
    assert known.judged is not None
    assert known.judged["account"].to_list() == [1, 3]


def test_rejected_rings_are_labels_only_if_the_settings_say_so() -> None:
    context = Context(verdicts=(verdict("reject", "c"),))
    assert context.labelled(TABLES, VerdictSettings()).judged is None
    known = context.labelled(TABLES, VerdictSettings(learn_rejected=True))
    assert known.accounts["label"].to_list() == [0, None, 0, None]
    assert known.judged is not None
    assert known.judged["account"].to_list() == [2]


def test_rings_of_the_run_before_are_told_by_the_accounts_of_this_one() -> None:
    before = pl.DataFrame({"account_id": ["gone", "c", "b"], "ring_id": ["R-1", "R-1", "R-2"]})
    stood = Context(before=before).stood(TABLES)
    assert stood is not None
    assert sorted(stood.rows()) == [(1, "R-2"), (2, "R-1")]
    assert Context().stood(TABLES) is None
