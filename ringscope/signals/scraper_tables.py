"""Tables of scraper detection: suspects with their rules, what each rule found, countries."""

from __future__ import annotations

import polars as pl

from ingest import Tables
from models.signals.scrapers import RULES, Facts, document_union, rules_found


def suspects_table(tables: Tables, facts: Facts) -> pl.DataFrame:
    """Accounts that a rule found: account_id, score in [0, 1], rules separated by `;`."""
    frame = tables.accounts.select("account_id").with_columns(
        score=facts.score.round(4), rules=rules_found(facts.flags)
    )
    return frame.filter(pl.col("rules") != "").sort("score", "account_id", descending=[True, False])


def master_frame(tables: Tables, facts: Facts) -> pl.DataFrame:
    """The master table of all accounts, with id, country, score and the document's verdict."""
    known = tables.accounts.select("account_id", "country")
    verdict = [facts.score.round(4), document_union(facts.flags).alias("document_suspect")]
    return known.hstack(facts.master).hstack(verdict)


def rules_table(tables: Tables, facts: Facts) -> pl.DataFrame:
    """Every rule: what it says, how many accounts it found, how many no other rule found.

    Where labels exist: how many of these are labelled, and the share of spam among them.
    """
    label = tables.accounts["label"]
    several = facts.flags.select(n=pl.sum_horizontal(list(RULES)))["n"]
    rows = []
    for name, rule in RULES.items():
        found = facts.flags[name]
        known = label.filter(found).drop_nulls()
        rows.append(
            {
                "rule": name,
                "accounts": int(found.sum()),
                "alone": int((found & (several == 1)).sum()),
                "of": {"union": "document, union", "document": "document"}.get(
                    rule.source, "ringscope"
                ),
                "says": rule.words,
                "labelled": len(known),
                "precision": known.mean(),
            }
        )
    frame = pl.DataFrame(rows, schema_overrides={"precision": pl.Float64})
    return frame if label.null_count() < len(label) else frame.drop("labelled", "precision")


def country_shares(tables: Tables, facts: Facts) -> pl.DataFrame:
    """Share of each country among all accounts and among the document's suspects, in [0, 1]."""
    suspect = document_union(facts.flags)
    frame = tables.accounts.select(pl.col("country").fill_null("not known"), suspect=suspect)
    shares = frame.group_by("country").agg(accounts=pl.len(), suspects=pl.col("suspect").sum())
    return shares.select(
        "country",
        "accounts",
        "suspects",
        share=pl.col("accounts") / pl.col("accounts").sum(),
        suspects_share=pl.col("suspects") / pl.col("suspects").sum(),
    ).sort("accounts", "country", descending=[True, False])


def overlap_table(facts: Facts) -> pl.DataFrame:
    """How many accounts each pair of rules has in common: rule, one column per rule with hits."""
    hit = [name for name in RULES if facts.flags[name].any()]
    matrix = facts.flags.select(hit).to_numpy().astype("int32")
    common = matrix.T @ matrix
    return pl.DataFrame({"rule": hit, **{name: common[:, i] for i, name in enumerate(hit)}})
