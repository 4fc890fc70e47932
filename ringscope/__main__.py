"""`python -m ringscope`: the command line."""

from __future__ import annotations

from ringscope.cli import main

main()
