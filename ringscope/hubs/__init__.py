"""Hub policy as data: what people decide about single identifiers, and what that would change."""

from __future__ import annotations

from .decide import allow, cap, expire, ignore, proposed
from .policy import PolicyRow, policy_frame, rows_of, standing
from .preview import Preview, preview

__all__ = [
    "PolicyRow",
    "Preview",
    "allow",
    "cap",
    "expire",
    "ignore",
    "policy_frame",
    "preview",
    "proposed",
    "rows_of",
    "standing",
]
