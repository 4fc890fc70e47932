"""Features to scores."""

from __future__ import annotations

from .scoring import Scores, ScoreSettings, score

__all__ = ["ScoreSettings", "Scores", "score"]
