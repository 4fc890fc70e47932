"""What ingest accepts at most: caps against files that were made to exhaust the machine."""

from __future__ import annotations

MAX_LINE_BYTES = 16 * 2**20
"""Longest line of a text file, in bytes."""

MAX_COLUMNS = 2_000
"""Most columns of one table."""

MAX_NAME_CHARS = 200
"""Longest column name, in characters."""

MAX_RATIO = 200
"""Largest expansion of a gzip file, once it has expanded to more than `RATIO_FREE_BYTES`."""

RATIO_FREE_BYTES = 64 * 2**20
"""A gzip file may expand to this many bytes at any ratio."""

MAX_QUOTED_LINES = 1_000
"""Most lines that one quoted field may span."""

MAX_ID_CHARS = 256
"""Longest identifier (account, device, instrument, event type, user name), in characters."""

MAX_TEXT_CHARS = 20_000
"""Longest message; the rest is cut, in characters."""

MAX_AGENT_CHARS = 1_000
"""Longest user agent; the rest is cut, in characters."""

MAX_VALUE_CHARS = 200
"""Longest value shown in the quarantine, in characters."""

MAX_LEVELS = 50
"""Most distinct values of a text column that counts as a category."""

MAX_ROWS_PER_BYTE = 20
"""Most rows of a Parquet file per byte of it, once it holds more than `FREE_ROWS`."""

FREE_ROWS = 1_000_000
"""A Parquet file may hold this many rows whatever its size."""

NUMERIC_SHARE = 0.98
"""Share of the filled cells that must be numbers for a column to count as numeric."""
