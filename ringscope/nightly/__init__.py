"""The nightly job: rings keep their ids, changes are told, people's decisions are obeyed."""

from __future__ import annotations

__all__: list[str] = []
