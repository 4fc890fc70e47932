"""Deliberate evasion: what is found, and who is harmed, before and after each attack.

Each attack changes the clean tables of a world as an operation could (`_attacks`); the truth stays.
The mark to hold is at most four honest accounts in a ring per 1,000, whatever the attack.
"""

from __future__ import annotations

from _attacks import ATTACKS
from _variants import compare_variants

MARK = 4.0
"""Honest accounts in a ring per 1,000 that no attack may exceed."""


def main() -> None:
    """Print the figures of each world and change; keep them as JSON."""
    compare_variants(__doc__, ATTACKS, MARK)


if __name__ == "__main__":
    main()
