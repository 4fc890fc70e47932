"""From risks and rules to actions with their reasons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest import Tables

from ..reasons import LOW, NOTHING
from .outcome import Outcome, apply_rules
from .policy import Policy, recommend
from .rule_set import RuleSet


@dataclass(frozen=True)
class Decided:
    """What is recommended.

    Attributes
    ----------
    actions
        Per account its action, blank for none.
    told
        Per account a sentence for each rule that speaks for its action; none where the points
        recommend nothing or do not count.
    notes
        Which rules could not be told for any account, and why.
    """

    actions: list[str]
    told: list[list[str]]
    notes: tuple[str, ...]

    def explained(self, reasons: list[str]) -> list[str]:
        """Put the rules behind the reasons of the models; these no longer say that all is well."""
        return [
            "; ".join([*_kept(reason, bool(rules)), *rules])
            for reason, rules in zip(reasons, self.told, strict=True)
        ]


def decide(
    tables: Tables,
    risk: NDArray[np.float64],
    steps: tuple[float, float, float],
    rules: RuleSet,
    policy: Policy,
) -> Decided:
    """Apply rules and combine their points with the risk.

    Parameters
    ----------
    tables
        Clean tables.
    risk
        (accounts,) in [0, 1].
    steps
        Risk from which monitoring, a review and blocking are recommended, rising.
    rules
        The rules.
    policy
        Who decides, see `models.rules.policy`.
    """
    outcome = apply_rules(rules, tables)
    actions = recommend(risk, steps, outcome, policy)
    count = outcome.levels() if policy != "risk" else np.zeros(len(risk), dtype=np.intp)
    told = [
        sentences if level else []
        for sentences, level in zip(outcome.told(), count.tolist(), strict=True)
    ]
    return Decided(actions, told, _notes(outcome))


def _kept(reason: str, has_rules: bool) -> list[str]:
    return [] if has_rules and reason in {LOW, NOTHING} else [reason]


def _notes(outcome: Outcome) -> tuple[str, ...]:
    """One sentence on the active rules for which the input lacks something."""
    active = {rule.id for rule in outcome.rules.rules if rule.active}
    lacks = [
        f"{name} ({', '.join(lack)})" for name, lack in outcome.lacking.items() if name in active
    ]
    return (f"Rules without all of their input: {'; '.join(lacks)}.",) if lacks else ()
