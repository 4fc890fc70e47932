"""What each figure says, in words."""

from __future__ import annotations

MEANING = {
    "average_precision": "how far spam stands before honest accounts by risk; 1 is best",
    "auroc": "chance that a spam account has a higher risk than an honest one",
    "recall_at_k": "with K spam accounts: the share of them among the K highest risks",
    "precision_at_100": "share of spam among the 100 highest risks",
    "calibration_error": "mean distance of risk and share of spam; 0 is best",
    "ring_precision": "of the ring that an account was placed in, the share that belongs with it",
    "ring_recall": "of the true ring of an account, the share that was found together with it",
    "ring_f1": "harmonic mean of the two",
    "innocents_per_1000": "honest accounts placed in a ring, per 1,000 honest ones",
    "rings_found": "share of true rings with a found ring that holds most of it and is mostly it",
    "members_placed": "of the spam accounts of true rings, the share that was placed in a ring",
    "ring_precision_at_20": "of the 20 riskiest rings, the share that is mostly spam",
    "accounts_not_in_run": "accounts of the truth that the run does not have; counted as risk 0",
}
"""Name of a figure: what it says."""
