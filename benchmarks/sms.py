"""Message templates of real texts: the largest, and how many rings their senders make.

The texts are those of the SMS Spam Collection (Almeida, Gómez Hidalgo and Yamakami 2011); senders
are made up, each with texts of one class, so figures of accounts say nothing here.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import polars as pl

import ringscope
from ringscope.convert.sms import convert

LARGEST = 20
LONGEST = 100
"""Characters that are shown of a text."""


def measure(file: Path, seed: int, folder: Path) -> dict[str, Any]:
    """Seconds, counts, and the largest templates of a run on the file of texts."""
    convert(file, folder / "tables")
    began = time.perf_counter()
    run = ringscope.analyze(folder / "tables", ringscope.Settings(seed=seed), folder / "run")
    seconds = time.perf_counter() - began
    templates = run.frame("templates")
    rings = run.frame("rings").filter(pl.col("status") == "ring")
    return {
        "about": {"seed": seed},
        "seconds": seconds,
        "messages": int(templates["messages"].sum()),
        "templates": templates.height,
        "rings": sorted(rings["size"].to_list(), reverse=True),
        "largest": largest(templates, run).to_dicts(),
    }


def largest(templates: pl.DataFrame, run: ringscope.Run) -> pl.DataFrame:
    """example, messages, senders and the share of spam among these, of the largest templates."""
    label = run.frame("accounts").select("account_id", spam=pl.col("label").cast(pl.Float64))
    sent = run.frame("sightings").filter(pl.col("kind") == "template").join(label, "account_id")
    spam = sent.group_by(template="value").agg(pl.col("spam").mean())
    text = pl.col("example").str.replace_all(r"\s+", " ")
    return (
        templates.sort("messages", "template", descending=[True, False])
        .head(LARGEST)
        .join(spam, "template", "left", maintain_order="left")
        .select(
            example=pl.when(text.str.len_chars() > LONGEST)
            .then(text.str.head(LONGEST) + " …")
            .otherwise(text),
            messages="messages",
            senders="accounts",
            spam=pl.col("spam").round(2),
        )
    )


def main() -> None:
    """Print the templates and write them as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sms", type=Path, help="SMSSpamCollection; without it nothing is done")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, help="JSON file to write")
    options = parser.parse_args()
    if not options.sms or not options.sms.is_file():
        print("sms: skipped, give the file of texts with --sms")
        return
    with tempfile.TemporaryDirectory(prefix="ringscope-sms-") as folder:
        found = measure(options.sms, options.seed, Path(folder))
    for one in found["largest"]:
        print(f"{one['messages']:5}{one['senders']:5}{one['spam']:6.2f}  {one['example']}")
    print(
        f"{found['messages']:,} messages of {found['templates']:,} templates, "
        f"{len(found['rings'])} rings of {sum(found['rings'])} senders (the largest of "
        f"{max(found['rings'], default=0)}), {found['seconds']:.1f} s"
    )
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
