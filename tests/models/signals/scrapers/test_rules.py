from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from ingest import Tables
from models.signals.scrapers import RULES, SCRAPERS, document_union, rules_found, scraper_facts
from models.signals.scrapers.rules import score_rules

Make = Callable[..., Tables]


def test_rules_count_as_independent() -> None:
    flags = pl.DataFrame({name: [False, name in {"marathon", "clock_beat"}] for name in RULES})
    both = 1 - (1 - RULES["marathon"].weight) * (1 - RULES["clock_beat"].weight)
    assert score_rules(flags).to_list() == pytest.approx([0, both])
    assert rules_found(flags).to_list() == ["", "clock_beat;marathon"]
    assert document_union(flags).to_list() == [False, False]


def test_a_program_among_people_is_found(make_log: Make, crowd: Any) -> None:
    tables = make_log(*crowd(80), {"search": list(range(0, 3_000, 30))})
    facts = scraper_facts(tables)
    assert facts.score.arg_max() == 80
    assert {"search_velocity", "constant_gap", "regular_search", "narrow_gaps"} <= set(
        rules_found(facts.flags)[80].split(";")
    )


def test_signals_are_columns_with_words(make_log: Make, crowd: Any) -> None:
    table = SCRAPERS.features(make_log(*crowd(40)))
    assert set(table.columns) == set(SCRAPERS.signals)
    assert table.frame["search_only"].is_between(0, 1).all()
    assert all(signal.text for signal in SCRAPERS.signals.values())


def test_the_order_of_rows_does_not_matter(crowd: Any, make_log: Make) -> None:
    acts = crowd(30)
    turned = [{kind: rows[::-1] for kind, rows in reversed(a.items())} for a in acts]
    one, other = (scraper_facts(make_log(*rows)) for rows in (acts, turned))
    assert one.flags.equals(other.flags)
    assert one.master.equals(other.master)
