"""Made-up data with planted truth, in the shapes of the source documents."""

from __future__ import annotations

from .engagement import make_engagement
from .event_log import make_log
from .write import write_engagement, write_log

__all__ = ["make_engagement", "make_log", "write_engagement", "write_log"]
