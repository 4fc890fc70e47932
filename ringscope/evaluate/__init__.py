"""A run against the planted truth, in the units that an investigator counts in."""

from __future__ import annotations

from .detail import Detail, detail
from .figures import Evaluation, compare, evaluate
from .intervals import figure_intervals
from .meanings import MEANING
from .page import evaluation_page
from .review import in_a_day
from .truth import TRUTH, read_truth

__all__ = [
    "MEANING",
    "TRUTH",
    "Detail",
    "Evaluation",
    "compare",
    "detail",
    "evaluate",
    "evaluation_page",
    "figure_intervals",
    "in_a_day",
    "read_truth",
]
