"""The evaluation as a page: figures with their intervals, pictures, and errors with examples."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from markupsafe import Markup

from models.metrics import Interval

from ..train.charts import Axis, Line, bars, lines
from ..train.page import Grid, Page, Picture, Section
from .detail import Detail
from .meanings import MEANING
from .missed import OUTCOMES
from .mistaken import ALONE
from .review import in_a_day

CURVE = 200
"""Points of the curve of precision and recall."""
LONGEST = 160
"""Characters of the reasons of an example."""
LIMITS = (
    "Intervals say how figures would move with other rings of the same sort (95 %, whole rings "
    "drawn at random). They say nothing about another platform, another season or another kind of "
    "ring.",
    "A figure is as good as its truth: who is called honest there and is not counts as an error "
    "of the run.",
    "Account figures leave out accounts whose label the run was given; ring figures are over all.",
)


def evaluation_page(found: Detail, run: str, truth: str) -> Page:
    """The page on a run, from all that is known of it against the truth.

    Parameters
    ----------
    found
        See `detail`.
    run, truth
        Names of the two, for the heading.
    """
    return Page(
        "How good was this run?",
        f"{run} against {truth}: {found.both.height:,} accounts",
        _headline(found.intervals),
        [_summary(found)],
        [
            _figures(found),
            _rings(found.found_by_kind, found.review),
            _risk(found),
            _missed(found.missed),
            _harmed(found.innocents),
            _kinds(found.kinds, found.passed),
            Section("What this does not say", text=LIMITS),
        ],
    )


def _headline(found: Mapping[str, Interval]) -> list[tuple[str, str, str]]:
    shown = (
        ("average_precision", "average precision", 2),
        ("rings_found", "of the true rings found", 2),
        ("ring_f1", "ring F1 (B-cubed)", 2),
        ("innocents_per_1000", "honest in a ring per 1,000", 1),
        ("calibration_error", "calibration error", 3),
    )
    return [
        (
            f"{found[name].value:.{digits}f}",
            words,
            f"{found[name].low:.{digits}f} to {found[name].high:.{digits}f}",
        )
        for name, words, digits in shown
    ]


def _summary(found: Detail) -> str:
    rings = int(found.found_by_kind["rings"].sum())
    hits = round(float((found.found_by_kind["rings"] * found.found_by_kind["found"]).sum()))
    honest = found.both.filter(pl.col("spam") == 0)
    harmed = honest["placed"].count()
    return (
        f"Of {rings:,} true rings {hits:,} were found. The run calls {found.review.height:,} "
        f"groups rings; {harmed:,} of {honest.height:,} honest accounts stand in one."
    )


def _figures(found: Detail) -> Section:
    rows = []
    for name, value in found.figures.items():
        interval = found.intervals.get(name)
        ends = (interval.low, interval.high) if interval else (None, None)
        rows.append((name.replace("_", " "), value, *ends, MEANING[name]))
    columns = ["figure", "value", "low", "high", "meaning"]
    return Section("Figures", "with 95 % intervals", grids=[Grid(columns, rows)])


def _rings(by_kind: pl.DataFrame, curve: pl.DataFrame) -> Section:
    kinds = [
        (_plain(kind), found, f"{found:.0%} of {rings}")
        for kind, rings, found in by_kind.iter_rows()
    ]
    pictures = [Picture("Rings found, by kind", bars(kinds, label="Rings found, by kind"))]
    text = ["The run calls no group a ring."]
    if curve.height:
        text = [
            "Rings are reviewed in the order of the mean risk of their accounts. A ring is guilty "
            "where most of its accounts are spam."
        ]
        most = float(curve.height)
        guilty = Line("guilty, share", curve.select("rings", "guilty").rows())
        found = Line(
            "true rings found, share of all",
            curve.select("rings", pl.col("found") / max(int(by_kind["rings"].sum()), 1)).rows(),
        )
        drawn = lines([guilty, found], Axis("rings reviewed", 1, most), Axis("share", 0, 1))
        pictures.append(Picture("What a review finds", drawn))
    columns = ["rings reviewed", "guilty", "accounts in them", "spam", "honest", "true rings found"]
    day = in_a_day(curve).drop("ring_id")
    grid = Grid(columns, day.rows(), "What a team finds that reviews so many rings in a day")
    return Section("Rings", text=text, grids=[grid], pictures=pictures)


def _risk(found: Detail) -> Section:
    bins = found.calibration
    unit = Axis("risk", 0, 1)
    share = Axis("share of spam", 0, 1)
    series = [
        Line("share of spam", bins.select("risk", "spam").rows()),
        Line("lowest likely", bins.select("risk", "low").rows()),
        Line("highest likely", bins.select("risk", "high").rows()),
    ]
    columns = ["risk from", "to", "accounts", "mean risk", "spam", "low", "high"]
    grid = Grid(
        columns, bins.rows(), "Accounts without a label, by risk", places={"risk from": 2, "to": 2}
    )
    return Section(
        "Risk",
        text=["Where a risk means what it says, the line follows the diagonal."],
        grids=[grid],
        pictures=[
            Picture("Does a risk mean what it says?", lines(series, unit, share, diagonal=True)),
            Picture("Precision by recall", _precision_recall(found.both)),
        ],
    )


def _precision_recall(both: pl.DataFrame) -> Markup:
    order = both.filter(pl.col("labelled") == 0).sort(
        "risk", "account_id", descending=[True, False]
    )
    spam = order["spam"].to_numpy().astype(np.float64)
    right = np.cumsum(spam)
    rows = np.unique(np.linspace(0, max(len(spam) - 1, 0), 10 * CURVE).astype(int))
    recall = right / max(spam.sum(), 1)
    precision = right / np.arange(1, len(spam) + 1)
    points = [(recall[row], precision[row]) for row in rows if len(spam)]
    return lines([Line("precision", points)], Axis("recall", 0, 1), Axis("precision", 0, 1))


def _missed(rings: pl.DataFrame) -> Section:
    counts = rings.group_by("outcome").agg(pl.len(), pl.col("size").sum())
    known = {name: (rings, size) for name, rings, size in counts.iter_rows()}
    rows = [(name, *known[name], says) for name, says in OUTCOMES.items() if name in known]
    told = [(ring, _plain(kind), *rest) for ring, kind, *rest in rings.iter_rows()]
    return Section(
        "Rings that were missed",
        f"{rings.height:,}",
        grids=[
            Grid(["outcome", "rings", "accounts", "meaning"], rows),
            Grid(["ring", "kind", "accounts", "outcome", "what became of it"], told),
        ]
        if rings.height
        else [],
    )


def _harmed(harmed: pl.DataFrame) -> Section:
    rows = [
        (
            f"{row['account_id']} ({_plain(row['kind'])})",
            row["risk"],
            _beside(row),
            _cut(row["reasons"]),
        )
        for row in harmed.iter_rows(named=True)
    ]
    columns = ["account (truly)", "risk", "the ring", "why the run says so"]
    grid = Grid(columns, rows, "Up to three of each kind, the riskiest first", digits=2)
    text = [] if rows else ["No honest account stands in a ring."]
    return Section("Honest accounts in a ring", text=text, grids=[grid] if rows else [])


def _beside(row: Mapping[str, object]) -> str:
    return (
        f"{row['ring_id']}, {row['reading']}: {row['spam']} spam accounts among {row['others']} "
        f"others; innocent reading: {row['innocent_reading']}"
    )


def _kinds(kinds: pl.DataFrame, missed: pl.DataFrame) -> Section:
    columns = ["kind", "is", "accounts", "in a ring", "risk ≥ .5", "risk < .1", "mean risk"]
    rows = [
        (
            _plain(kind),
            "spam" if spam else "honest",
            accounts,
            placed,
            None if spam else blamed,
            low if spam else None,
            risk,
        )
        for kind, spam, accounts, placed, blamed, low, risk in kinds.iter_rows()
    ]
    note = "Honest accounts are counted at a risk of .5 or more, spam accounts below .1."
    grids = [Grid(columns, rows, note)]
    if missed.height:
        examples = [
            (account, _plain(kind), risk, links, _cut(reasons))
            for account, kind, risk, links, reasons in missed.iter_rows()
        ]
        names = ["account", "truly", "risk", "linked to", "what the run says"]
        caption = "Spam that passes: up to three of each kind, the least risky first"
        grids.append(Grid(names, examples, caption))
    return Section("Accounts by kind", grids=grids)


def _cut(reasons: str | None) -> str:
    text = reasons or "no reason is given"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _plain(kind: str | None) -> str:
    return (kind or ALONE).replace("_", " ")
