"""Print the table of docs/licences.md: the licence that each pinned package states of itself.

Run it in an environment made by `make setup`; packages of other platforms are left out.
"""

from __future__ import annotations

from collections import defaultdict
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path


def licence(package: PackageMetadata) -> str:
    """The SPDX expression, else a short licence field, else the classifier."""
    classifiers = [line for line in package.get_all("Classifier", []) if "License ::" in line]
    field = package.get("License", "")
    return (
        package.get("License-Expression")
        or (field if 0 < len(field) < 40 else "")
        or ", ".join(line.rpartition(" :: ")[2] for line in classifiers)
        or "see the package"
    )


def main() -> None:
    """Group the packages of constraints.txt by licence."""
    pins = Path(__file__).parents[1].joinpath("constraints.txt").read_text(encoding="utf-8")
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for line in pins.splitlines():
        name = line.partition("==")[0]
        if name.startswith("#"):
            continue
        try:
            groups[licence(metadata(name))].add(name)
        except PackageNotFoundError:
            continue
    print("| licence | packages |", "| --- | --- |", sep="\n")
    for words, names in sorted(groups.items()):
        print(f"| {words} | {', '.join(sorted(names, key=str.lower))} |")


if __name__ == "__main__":
    main()
