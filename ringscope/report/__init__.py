"""The offline report: one HTML file that shows what a run found."""

from __future__ import annotations

from .data import report_data
from .page import render
from .write import write_report

__all__ = ["render", "report_data", "write_report"]
