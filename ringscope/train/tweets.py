"""Train and compare models of messages: the page, its Markdown and its figures."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np

from models.tabular.compare import save_whole
from models.tabular.messages import LabelledMessages, read_messages
from models.tabular.profile import save_profile
from models.tabular.split import Split
from models.tabular.table import Table
from models.tabular.tweet_models import (
    FIGURES,
    INPUTS,
    PAPER,
    TweetComparison,
    compare_tweet_models,
    fit_tweet_model,
)
from ringscope.progress import Progress
from ringscope.run_folder import disk_errors

from .files import claim, write_page, write_text
from .page import Grid, Page, Section, markdown

MODELS = ("network", "svm", "naive bayes", "knn", "forest")
SPLITS = ("by sender", "by message")
MODEL = "model"
"""Folder of the saved model."""


class Mean(NamedTuple):
    """Mean of a figure over the folds, and its standard deviation."""

    value: float
    deviation: float


class TweetTraining(NamedTuple):
    """A finished comparison.

    Attributes
    ----------
    messages
        What was trained on.
    means
        By (split, model, input, figure).
    gains
        F1 on products minus F1 on plain features, fold by fold, by (split, model).
    best
        Model and input with the best mean F1 on senders that it has not seen: the one that is
        saved.
    """

    messages: LabelledMessages
    means: dict[tuple[str, str, str, str], Mean]
    gains: dict[tuple[str, str], Mean]
    best: tuple[str, str]


def train_tweets(
    source: Path,
    out: Path,
    *,
    seed: int,
    folds: int = 5,
    force: bool = False,
    progress: Progress | None = None,
) -> TweetTraining:
    """Compare models of labelled messages and save the best.

    Writes `tweets.html`, `tweets.md`, `tweets.json` and the folder `model`, with which
    `ringscope score` scores other messages.

    Raises
    ------
    InputError
        The messages cannot be read or learned from.
    RunError
        The disk refuses.
    """
    steps = progress or Progress()
    with steps.step("read"):
        messages = read_messages(source)
        steps.note(f"{len(messages.labels):,} messages, {len(messages.columns)} features")
    table = hashlib.sha256(messages.X.tobytes() + messages.labels.tobytes()).hexdigest()[:16]
    with disk_errors(out):
        claim(out, {"preset": "tweets", "table": table}, force=force)
    with steps.step("fit"):
        found = compare_tweet_models(messages, seed=seed, folds=folds)
    means = _means(found)
    best = _best(means)
    with steps.step("save"), disk_errors(out):
        _save(messages, best, out / MODEL, seed)
    done = TweetTraining(messages, means, _gains(found), best)
    page = _page(done, found, seed, folds)
    write_page(page, out / "tweets.html")
    write_text(markdown(page), out / "tweets.md")
    write_text(json.dumps(_plain(done, found), indent=1) + "\n", out / "tweets.json")
    return done


def _means(found: TweetComparison) -> dict[tuple[str, str, str, str], Mean]:
    means = {}
    for split in SPLITS:
        for model in MODELS:
            for kind in INPUTS:
                hits = [t for t in found.trials if t[0] == split and t[2:4] == (model, kind)]
                for figure in FIGURES:
                    means[split, model, kind, figure] = _mean([t.figures[figure] for t in hits])
    return means


def _best(means: dict[tuple[str, str, str, str], Mean]) -> tuple[str, str]:
    f1 = {(m, i): means["by sender", m, i, "f1"].value for m in MODELS for i in INPUTS}
    return max(f1, key=lambda both: f1[both])


def _save(messages: LabelledMessages, best: tuple[str, str], folder: Path, seed: int) -> None:
    """Fit the best model anew and save it with a profile of what it was fitted on."""
    fitted = fit_tweet_model(messages, *best, seed=seed)
    read = [messages.columns.index(column) for column in fitted.model.columns]
    labels = messages.labels.astype(np.int8)
    table = Table(messages.ids, labels, messages.X[:, read], fitted.model.columns)
    # No message is held out: a model that is asked how right it is has to be given other ones.
    split = Split(fitted.train, fitted.validation, np.zeros(0, np.int64), (-1.0, -1.0))

    def keep(target: Path) -> None:
        save_profile(table, split, fitted.risk, target, seed=seed, preset="tweets")

    save_whole(fitted.model, folder, keep)


def _gains(found: TweetComparison) -> dict[tuple[str, str], Mean]:
    f1 = {(t.split, t.model, t.input, t.fold): t.figures["f1"] for t in found.trials}
    folds = sorted({t.fold for t in found.trials})
    return {
        (split, model): _mean(
            [f1[split, model, "products", k] - f1[split, model, "plain", k] for k in folds]
        )
        for split in SPLITS
        for model in MODELS
    }


def _mean(values: list[float]) -> Mean:
    return Mean(float(np.mean(values)), float(np.std(values)))


def _page(done: TweetTraining, found: TweetComparison, seed: int, folds: int) -> Page:
    messages = done.messages
    spam = int(messages.labels.sum())
    senders = len(np.unique(messages.senders))
    network = done.means["by sender", "network", "products", "f1"]
    gain = done.gains["by sender", "network"]
    word = "gains" if gain.value > 0 else "costs"
    sure = "" if abs(gain.value) > gain.deviation else "; that is within the spread of the folds"
    return Page(
        title="Message spam: products of correlated features",
        meta=f"seed {seed}, {folds} folds",
        headline=[
            (f"{len(messages.labels):,}", "messages", f"{spam:,} spam"),
            (f"{senders:,}", "senders", ""),
            (f"{len(messages.columns)}", "features", f"{len(found.groups[0])} groups"),
            (f"{network.value:.3f}", "F1 of the network", "on products, unknown senders"),
            (f"{gain.value:+.3f}", "F1 by products", "against plain features"),
        ],
        summary=[
            f"Multiplying correlated features {word} the network {abs(gain.value):.3f} of F1 "
            f"(± {gain.deviation:.3f} over the folds) on senders that it has not seen{sure}."
        ],
        sections=[
            *(_table(done, split) for split in SPLITS),
            _gain_section(done),
            _groups(found),
            _saved(done),
            Section("Notes", text=messages.notes or ("Nothing was left out.",)),
        ],
    )


def _table(done: TweetTraining, split: str) -> Section:
    rows = []
    for model in MODELS:
        for kind in INPUTS:
            figures = [done.means[split, model, kind, figure] for figure in FIGURES]
            paper = PAPER.get((model, kind), (None,) * 4)
            rows.append([model, kind, *(f.value for f in figures), figures[2].deviation, *paper])
    columns = ["model", "input", *FIGURES, "± F1", *(f"paper {name}" for name in FIGURES)]
    said = {
        "by sender": "Senders of the test part have no message in the training part.",
        "by message": "As in the paper: a sender's messages stand on both sides, so the features "
        "of senders give answers away. The figures of the paper compare with these.",
    }
    return Section(f"Split {split}", text=[said[split]], grids=[Grid(columns, rows)])


def _gain_section(done: TweetTraining) -> Section:
    rows = [
        [split, model, gain.value, gain.deviation] for (split, model), gain in done.gains.items()
    ]
    columns = ["split", "model", "F1 on products minus F1 on plain features", "± over the folds"]
    return Section("What the products cost or gain", grids=[Grid(columns, rows)])


def _groups(found: TweetComparison) -> Section:
    first = found.groups[0]
    same = sum(groups == first for groups in found.groups)
    rows = [[number, ", ".join(group)] for number, group in enumerate(first, start=1)]
    text = f"Of the first fold; {same} of {len(found.groups)} folds found the same groups."
    return Section("Groups", text=[text], grids=[Grid(["group", "features"], rows)])


def _saved(done: TweetTraining) -> Section:
    model, kind = done.best
    f1 = done.means["by sender", model, kind, "f1"]
    text = [
        f"The folder {MODEL} holds the {model} on {kind}, the best on unknown senders (F1 "
        f"{f1.value:.3f}), fitted on four fifths of the senders and calibrated on the others.",
        f"Other messages: ringscope score MESSAGES --model DIR/{MODEL} --out scores.csv",
    ]
    return Section("The model that is saved", text=text)


def _plain(done: TweetTraining, found: TweetComparison) -> dict[str, object]:
    return {
        "messages": len(done.messages.labels),
        "spam": int(done.messages.labels.sum()),
        "figures": [
            {"split": s, "model": m, "input": i, "figure": f, "mean": v.value, "sd": v.deviation}
            for (s, m, i, f), v in done.means.items()
        ],
        "gains": [
            {"split": s, "model": m, "f1": v.value, "sd": v.deviation}
            for (s, m), v in done.gains.items()
        ],
        "groups": found.groups,
        "saved": {"model": done.best[0], "input": done.best[1]},
        "notes": done.messages.notes,
    }
