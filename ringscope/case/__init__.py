"""Case packets: one ring as a zip file that a person can read, hand on and defend."""

from __future__ import annotations

from .packet import Packet, case_packet
from .redact import LEVELS

__all__ = ["LEVELS", "Packet", "case_packet"]
