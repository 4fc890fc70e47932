"""The query library: investigators' questions as data, checked, and run on a graph or a run."""

from __future__ import annotations
