"""Neo4j for investigators: a local server, the way to it, and a run loaded into it."""

from __future__ import annotations

from .address import Target, connect, target
from .home import Facts, Home
from .server import State, down, status, up

__all__ = ["Facts", "Home", "State", "Target", "connect", "down", "status", "target", "up"]
