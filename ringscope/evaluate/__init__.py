"""A run against the planted truth, in the units that an investigator counts in."""

from __future__ import annotations

from .figures import Evaluation, compare, evaluate
from .truth import TRUTH, read_truth

__all__ = ["TRUTH", "Evaluation", "compare", "evaluate", "read_truth"]
