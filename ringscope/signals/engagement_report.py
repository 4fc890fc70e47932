"""The report on engagement: models, scores, series with their windows, waves."""

from __future__ import annotations

import numpy as np
import polars as pl
from markupsafe import Markup
from numpy.typing import NDArray

from graph.engagement import Residuals, Series

from .charts import Look, histogram, lines
from .engagement_scores import Scored
from .page import Section, render

EXAMPLES, SHOWN = 8, 40
POINTS = 120
MAIN = ("together", "forest", "boosted trees", "logistic regression", "convolutions",
        "isolation forest", "autoencoder")  # fmt: skip


def engagement_report(
    series: Series,
    found: Residuals,
    scored: Scored,
    table: pl.DataFrame,
    windows: pl.DataFrame,
    waves: pl.DataFrame,
) -> str:
    """Write the page as HTML.

    Parameters
    ----------
    series, found, scored
        What was read, expected and scored.
    table
        account_id, score, windows (as text), highest score first.
    windows
        Windows by account (row number).
    waves
        wave, accounts, members, begin, end.
    """
    sections = [
        *_judged(scored),
        _scores(scored),
        _examples(series, found, scored, table, windows),
        Section(
            "Waves",
            "Groups of accounts whose rises begin together more often than chance allows."
            if waves.height
            else "No accounts rise together more often than chance allows.",
            frame=waves.head(SHOWN) if waves.height else None,
        ),
        Section(
            "Accounts",
            f"The {min(SHOWN, table.height)} with the highest score of {table.height:,}; "
            "engagement.csv has all.",
            frame=table.head(SHOWN).with_columns(pl.col("windows").str.head(160)),
        ),
    ]
    return render(
        "Fake engagement",
        f"Every account is compared with its own usual days. {scored.how}",
        {
            "accounts": len(series.accounts),
            "steps": series.values.shape[1],
            "accounts with a window": windows["account"].n_unique(),
            "windows": windows.height,
            "waves": waves.height,
        },
        sections,
        "A window says when more happened than usual, not why: a post that takes off makes one.",
    )


def model_table(scored: Scored) -> pl.DataFrame:
    """Area under the ROC curve and average precision of each model on the labelled accounts."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    known = scored.labels >= 0
    y = scored.labels[known]
    rows = [
        {
            "model": name,
            "reads labels": name not in {"isolation forest", "autoencoder"},
            "auroc": float(roc_auc_score(y, scored.models[name][known])),
            "average precision": float(average_precision_score(y, scored.models[name][known])),
        }
        for name in MAIN
        if name in scored.models
    ]
    return pl.DataFrame(rows)


def _judged(scored: Scored) -> list[Section]:
    known = scored.labels >= 0
    y = scored.labels[known]
    if not 0 < y.sum() < len(y):
        return []
    from sklearn.metrics import precision_recall_curve, roc_curve

    roc, precision = {}, {}
    for name in MAIN:
        if name in scored.models:
            values = scored.models[name][known]
            false, true, _ = roc_curve(y, values)
            roc[name] = _thinned(false, true)
            right, recall, _ = precision_recall_curve(y, values)
            precision[name] = _thinned(recall[::-1], right[::-1])
    charts = {
        "ROC": lines(roc, Look(x="false alarms", y="found", square=True)),
        "Precision and recall": lines(precision, Look(x="recall", y="precision", square=True)),
    }
    text = f"On {len(y):,} labelled accounts, {int(y.sum()):,} of them fake; out of fold."
    return [Section("Models", text, charts, model_table(scored))]


def _thinned(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[list[float], list[float]]:
    keep = np.unique(np.linspace(0, len(x) - 1, POINTS).astype(int))
    return x[keep].tolist(), y[keep].tolist()


def _scores(scored: Scored) -> Section:
    groups = {
        words: scored.score[scored.labels == label].tolist()
        for words, label in (("honest", 0), ("fake", 1), ("not labelled", -1))
        if (scored.labels == label).any()
    }
    look = Look(x="score", y="share of accounts")
    odd = scored.models["isolation forest"]
    oddly = {
        words: odd[scored.labels == label].tolist()
        for words, label in (("honest", 0), ("fake", 1), ("not labelled", -1))
        if words in groups
    }
    return Section(
        "Scores",
        "",
        {
            "Score": histogram(groups, look, share=True, bins=25),
            "Oddness (isolation forest)": histogram(
                oddly, Look(x="oddness", y="share of accounts"), share=True, bins=25
            ),
        },
    )


def _examples(
    series: Series, found: Residuals, scored: Scored, table: pl.DataFrame, windows: pl.DataFrame
) -> Section:
    top = np.lexsort((series.accounts, -scored.score))[:EXAMPLES]
    ids = table["account_id"].head(EXAMPLES).to_list()
    charts = {
        f"{name}, score {scored.score[row]:.2f}": _series(series, found, row, windows)
        for row, name in zip(top.tolist(), ids, strict=True)
    }
    return Section(
        "Series with their windows",
        "The accounts with the highest scores. Shaded: windows in which a metric is far above what "
        "the account's usual days would bring. Shown is the metric that stands out most.",
        charts,
    )


def _series(series: Series, found: Residuals, row: int, windows: pl.DataFrame) -> Markup:
    own = windows.filter(pl.col("account") == series.accounts[row])
    moments = series.moments.tolist()
    metric = 0
    if own.height:
        name = own.sort("height", descending=True)["metric"][0].partition("|")[0]
        metric = series.metrics.index(name)
    shaded = own.select(pl.col("begin", "end").dt.epoch("s")).rows()
    seen = np.nan_to_num(series.values[row, :, metric]).tolist()
    drawn = {
        series.metrics[metric]: (moments, seen),
        "expected": (moments, found.expected[row, :, metric].tolist()),
    }
    look = Look(dates=True, windows=[(b, e + series.step) for b, e in shaded])
    return lines(drawn, look)
