"""The report on scraping: funnel, trend, distributions with thresholds, rules, suspects' gaps."""

from __future__ import annotations

import polars as pl
from markupsafe import Markup

from ingest import Tables
from models.signals.scrapers import (
    Facts,
    daily_trend,
    document_union,
    funnel,
    jump_thresholds,
    top_values,
)

from . import scraper_tables as made
from .charts import Look, bars, histogram, lines
from .page import Section, render

EXAMPLES = 6
MEASURED = ("searches", "calls", "messages")
SHOWN = 40
RATES = {
    "search_per_day": "Searches per day",
    "call_per_day": "Calls per day",
    "message_per_day": "Messages per day",
}


def scraper_report(tables: Tables, facts: Facts, counts: pl.DataFrame | None = None) -> str:
    """Write the page as HTML.

    Parameters
    ----------
    tables, facts
        What was read and what was found.
    counts
        What became of the rows of each file (see `Tables.logs`); left out where not known.
    """
    suspects = made.suspects_table(tables, facts)
    sections = [
        _population(facts, counts),
        _rates(facts),
        _rules(tables, facts),
        _rhythm(tables, facts, suspects),
        Section(
            "Suspects",
            f"The {min(SHOWN, suspects.height)} with the highest score of {suspects.height:,}; "
            "scrapers.csv has all, master.csv the figures of every account.",
            frame=suspects.head(SHOWN),
        ),
        Section(
            "Countries",
            "Share of all accounts, and of the document's suspects.",
            {"Share by country": _countries(tables, facts)},
        ),
    ]
    return render(
        "Scraper detection",
        "Accounts that take from the platform what they never use: found by how much, how fast "
        "and how regularly they search.",
        {
            "accounts": tables.accounts.height,
            "actions": facts.log.height,
            "found by a rule": suspects.height,
            "in the document's union": int(document_union(facts.flags).sum()),
            "score of .5 or more": int((facts.score >= 0.5).sum()),
        },
        sections,
        "A rule is a hint and no verdict: many honest accounts search much. Look at which rules "
        "agree before anything is done.",
    )


def _population(facts: Facts, counts: pl.DataFrame | None) -> Section:
    steps = {str(stage): [float(n)] for stage, n in funnel(facts.master).iter_rows()}
    trend = daily_trend(facts.log)
    days = (trend["day"].cast(pl.Datetime("us")).dt.epoch("s")).to_list()
    series = {
        kind: (days, trend[kind].to_list()) for kind in trend.columns[1:] if trend[kind].sum()
    }
    charts = {
        "How many accounts got how far": bars(steps, [""]),
        "Actions per day": lines(series, Look(dates=True, y="actions")),
    }
    mean = {k: float(facts.master[f"num_{k}"].to_numpy().mean()) for k in MEASURED}
    text = "On average " + ", ".join(f"{value:.1f} {kind}" for kind, value in mean.items()) + "."
    return Section("What accounts do", text, charts, counts)


def _rates(facts: Facts) -> Section:
    jumps = jump_thresholds(facts.master)
    charts = {}
    for name, words in RATES.items():
        values = facts.master[name]
        marks = {}
        top = top_values(values.to_numpy())
        if name != "message_per_day" and len(top):
            marks["top 20"] = float(top[-1])
        if jumps[name] is not None:
            marks["jump"] = float(jumps[name] or 0)
        look = Look(log_x=True, log_y=True, marks=marks, x=words.lower(), y="accounts")
        charts[words] = histogram({"accounts": values.filter(values > 0).to_list()}, look)
    return Section(
        "How much",
        "Rates per day of tenure, both axes logarithmic. Marked: the lowest of the 20 highest "
        "different values, and the first value after a step of ten times the median step in the "
        "top 2 %.",
        charts,
    )


def _rules(tables: Tables, facts: Facts) -> Section:
    table = made.rules_table(tables, facts)
    hits = table.filter(pl.col("accounts") > 0).sort("accounts", descending=True)
    rows = {r: [float(n), float(a)] for r, n, a in hits.select("rule", "accounts", "alone").rows()}
    chart = {"Accounts per rule": bars(rows, ["all", "found by this rule only"])} if rows else {}
    return Section(
        "Rules",
        "The document's rules and those that survive jitter. Rules of the union make up the "
        "document's list of suspects.",
        chart,
        table,
    )


def _rhythm(tables: Tables, facts: Facts, suspects: pl.DataFrame) -> Section:
    ids = suspects["account_id"].head(EXAMPLES).to_list()
    numbers = tables.accounts.with_row_index("account").filter(pl.col("account_id").is_in(ids))
    number = dict(numbers.select("account_id", "account").rows())
    charts = {
        f"{name}: {rules.replace(';', ', ')}": _gaps(facts.log, number[name])
        for name, _, rules in suspects.head(EXAMPLES).rows()
    }
    spread = facts.master["gap_spread"].drop_nulls()
    bits = facts.master["gap_bits"].drop_nulls()
    if len(spread):
        look = Look(x="distance of the quartiles by the median", y="accounts", marks={"rule": 0.5})
        charts["How gaps between searches spread"] = histogram(
            {"": spread.clip(0, 4).to_list()}, look
        )
        charts["Entropy of the gaps"] = histogram(
            {"": bits.to_list()}, Look(x="bits", y="accounts")
        )
    return Section(
        "Rhythm",
        "Seconds between consecutive searches of the accounts with the highest scores: a person "
        "draws a cloud, a program a line or a band.",
        charts,
    )


def _gaps(log: pl.DataFrame, account: int) -> Markup:
    own = log.filter((pl.col("account") == account) & (pl.col("kind") == "search"))
    gaps = own["second"].diff().drop_nulls().clip(lower_bound=1).head(400)
    look = Look(log_y=True, x="search", y="seconds since the one before")
    return lines({"": (list(range(1, len(gaps) + 1)), gaps.to_list())}, look, dots=True)


def _countries(tables: Tables, facts: Facts) -> Markup:
    shares = made.country_shares(tables, facts).fill_nan(0.0).head(12)
    rows = {c: [s, t] for c, s, t in shares.select("country", "share", "suspects_share").rows()}
    return bars(rows, ["accounts", "suspects"], "{:.1%}")
