"""From linkage to scored accounts and decided rings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import polars as pl

from graph import Linkage, find_rings, ring_ids
from ingest import Tables

from .account_features import account_features
from .explain import explain_accounts, explain_rings
from .facts import score_facts
from .features import FeatureTable
from .habits import habits
from .honest import honest_metrics
from .label_bias import bias_notes, shared_columns
from .learned import Learned, Parts, learn, load_learned
from .orphans import place_orphans
from .positions import transferable
from .ring_scores import MAX_INNOCENTS_PER_1000, decide_rings, honest_allowed
from .rules import Policy, RuleSet, decide, load_rules
from .sealed import write_json
from .stack import TooFewLabels
from .unsupervised import score_without_labels

FIGURES = "metrics.json"
"""Held-out figures beside the saved models."""


@dataclass(frozen=True)
class ScoreSettings:
    """How accounts and rings are scored.

    Attributes
    ----------
    max_innocents_per_1000
        Honest accounts per 1,000 honest ones that may be expected in rings by mistake; what
        would go beyond is suspected.
    block, flag, monitor
        Risk from which an account is recommended for blocking, for review, for monitoring.
    rules
        Rules whose points count as well; those that ship with ringscope if None.
    policy
        How risk and points give the action, see `models.rules.policy`.
    signals
        Families of `models.signals` that count; None for all.
    seed, threads
        Same seed, same result.
    lasting
        Whether a model that is trained is to score later data too: it then reads no feature that
        means something only inside tonight's graph.
    """

    max_innocents_per_1000: float = MAX_INNOCENTS_PER_1000
    block: float = 0.9
    flag: float = 0.5
    monitor: float = 0.2
    rules: RuleSet | None = None
    policy: Policy = "combined"
    signals: tuple[str, ...] | None = None
    seed: int = 7
    threads: int = 2
    lasting: bool = False


@dataclass(frozen=True)
class Scores:
    """What scoring gives.

    Attributes
    ----------
    accounts
        One row per account in account order: risk, risk_tabular, risk_graph, risk_propagated
        (all in [0, 1]), action, reasons (sentences joined by "; ").
    rings
        ring, ring_id, size, core_size, risk, reading, innocent_reading, surprise, link_kinds,
        first_seen, last_seen, parts, orphans, labelled_spam, labelled_honest, status,
        expected_honest, why.
    members
        ring, account, role, stability, joined, confidence (of orphans, see `models.orphans`).
    metrics
        Held-out figures; without labels only what was not done and why.
    learned
        The fitted models; None without labels.
    features
        One row per account; those that mean the same in every run.
    facts
        What moved each explained score, see `score_facts`.
    notes
        What the rules lacked, and what was not learned from, in words.
    """

    accounts: pl.DataFrame
    rings: pl.DataFrame
    members: pl.DataFrame
    metrics: Mapping[str, object]
    learned: Learned | None
    features: pl.DataFrame
    facts: pl.DataFrame
    notes: tuple[str, ...] = ()

    def save(self, folder: Path) -> None:
        """Save the models into a new folder, if there are any, with their held-out figures.

        Raises
        ------
        RunError
            The folder holds something already.
        """
        if self.learned:
            self.learned.save(folder)
            write_json(folder / FIGURES, dict(self.metrics))


class Risks(NamedTuple):
    """Risk by part, held-out figures, and the fitted models (None without labels)."""

    parts: Parts
    metrics: Mapping[str, object]
    learned: Learned | None


def score(
    tables: Tables,
    linkage: Linkage,
    settings: ScoreSettings | None = None,
    model: Path | None = None,
    apart: pl.DataFrame | None = None,
    stood: pl.DataFrame | None = None,
) -> Scores:
    """Score accounts and rings.

    Parameters
    ----------
    tables, linkage
        Clean tables, best those of `ingest.read_once`, and the linkage graph made from them.
    settings
        See `ScoreSettings`.
    model
        Folder of saved models to score with instead of training.
    apart
        Accounts that must not be in one ring, see `graph.apart.APART`.
    stood
        account, ring: rings of the run before, see `find_rings`.

    Raises
    ------
    RunError
        The saved models are incomplete or altered.
    """
    settings = settings or ScoreSettings()
    with ThreadPoolExecutor(1) as pool:
        # Much of it is importing, beside which features are computed.
        saved = pool.submit(load_learned, model) if model else None
        features = account_features(
            tables, linkage, seed=settings.seed, signals=settings.signals, lasting=settings.lasting
        )
    if model and saved:
        risks = _by_saved(saved.result(), tables, linkage, features, model)
    else:
        risks = _risks(tables, linkage, features, settings)
    parts, metrics, learned = risks
    members, rings = _rings(tables, linkage, features, risks, settings, apart, stood)
    rings = explain_rings(rings, members, linkage)
    reasons = explain_accounts(parts.shown, parts.risk, parts.contributions, rings, members)
    steps = (settings.monitor, settings.flag, settings.block)
    rules = settings.rules or load_rules()
    decided = decide(tables, parts.risk, steps, rules, settings.policy)
    accounts = pl.DataFrame(
        {
            "risk": parts.risk,
            "risk_tabular": parts.tabular,
            "risk_graph": parts.graph,
            "risk_propagated": parts.propagated,
            "action": decided.actions,
            "reasons": decided.explained(reasons),
        }
    )
    known = features.frame.select(transferable(features.columns))
    facts = score_facts(parts.contributions, parts.shown, parts.risk)
    notes = (*decided.notes, *bias_notes(metrics.get("left_out")))
    return Scores(accounts, rings, members, metrics, learned, known, facts, notes)


def _rings(
    tables: Tables,
    linkage: Linkage,
    features: FeatureTable,
    risks: Risks,
    settings: ScoreSettings,
    apart: pl.DataFrame | None,
    stood: pl.DataFrame | None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Members of rings, and the rings as they were decided, with their orphans and ids."""
    risk, supervised = risks.parts.risk, risks.learned is not None
    found = find_rings(
        linkage,
        risk,
        tables.accounts["created_at"],
        seed=settings.seed,
        apart=apart,
        habits=habits(features),
        stood=stood,
    )
    most = settings.max_innocents_per_1000
    rings = decide_rings(
        found,
        risk,
        tables.accounts["label"],
        supervised=supervised,
        max_innocents_per_1000=most,
    )
    members, accounts = found.members, tables.accounts
    if supervised:
        limit = honest_allowed(risk, most)
        members, rings = place_orphans(members, rings, risk, accounts, limit=limit, apart=apart)
    return members, rings.join(ring_ids(members, accounts["account_id"]), "ring")


def _figures(model: Path) -> dict[str, object]:
    """Held-out figures of saved models, as their training measured them."""
    try:
        figures: dict[str, object] = json.loads((model / FIGURES).read_bytes())
    except FileNotFoundError:
        return {}
    return figures


def _by_saved(
    learned: Learned, tables: Tables, linkage: Linkage, features: FeatureTable, model: Path
) -> Risks:
    parts = learned.predict(tables, linkage, features)
    return Risks(parts, {"supervised": True, **_figures(model), "model": "saved"}, learned)


def _risks(
    tables: Tables, linkage: Linkage, features: FeatureTable, settings: ScoreSettings
) -> Risks:
    labels = tables.accounts["label"].fill_null(-1).to_numpy()
    fair = features.only(shared_columns(features.frame, labels, settings.seed))
    try:
        learned, parts = learn(tables, linkage, fair, seed=settings.seed, threads=settings.threads)
    except TooFewLabels as reason:
        parts = score_without_labels(tables, linkage, features, settings.seed)
        return Risks(parts, {"supervised": False, "reason": str(reason)}, None)
    metrics = honest_metrics(
        tables, linkage, fair, learned, seed=settings.seed, threads=settings.threads
    )
    left_out = sorted(set(features.columns) - set(fair.columns))
    return Risks(parts, {**metrics, "left_out": left_out}, learned)
