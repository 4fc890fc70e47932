"""How well accounts are scored that a run has not seen, by what is known as they sign up.

A fifth of the accounts of a demo world are left out, the rest is analysed, and the fifth is scored
as the API does it: by links alone, by links and own fields, and with the first three messages. Each
is given the devices and addresses of its first logins. The truth of the world judges.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

import ringscope
from ringscope.demo import make_world
from ringscope.newcomers import estimate, prepare_run, read_newcomers

HELD_OUT = 5
"""One account of so many is left out."""
LOGINS, MESSAGES = 3, 3
"""First ones that are known of an account."""


def judged(accounts: int, seed: int, folder: Path) -> dict[str, Any]:
    """Figures of one world."""
    world = {
        name: frame.cast(pl.String)
        for name, frame in make_world(accounts=accounts, seed=seed).items()
    }
    truth = dict(world.pop("truth").select("account_id", "spam").iter_rows())
    ids = world["accounts"]["account_id"].unique().sort()
    drawn = np.random.default_rng(seed).choice(len(ids), len(ids) // HELD_OUT, replace=False)
    new = pl.col("account_id").is_in(ids[np.sort(drawn)].implode())
    seen = {name: frame.filter(~new) for name, frame in world.items()}
    run = ringscope.analyze(seen, ringscope.Settings(seed=seed), folder / f"run-{seed}")
    known = prepare_run(run)
    rows = signing_up({name: frame.filter(new) for name, frame in world.items()})
    spam = np.array([truth[row["account_id"]] == "1" for row in rows])
    plain = [{**row, "text": None} for row in rows]
    found = {
        "fields": estimate(known, read_newcomers(plain, now=known.moment)),
        "fields and messages": estimate(known, read_newcomers(rows, now=known.moment)),
    }
    risks = {"links": np.array([one.by_links for one in found["fields"]])}
    risks |= {name: np.array([one.risk for one in some]) for name, some in found.items()}
    figures = {name: _figures(spam, risk) for name, risk in risks.items()}
    return {"seed": seed, "accounts": len(rows), "spam": int(spam.sum()), "figures": figures}


def signing_up(tables: dict[str, pl.DataFrame]) -> list[dict[str, Any]]:
    """What is known of each account by its first logins and messages, as rows to score."""
    rows = tables["accounts"].drop("label").unique("account_id", keep="first").sort("account_id")
    for name, column, most in (
        ("logins", "device_id", LOGINS),
        ("logins", "ip", LOGINS),
        ("messages", "text", MESSAGES),
    ):
        first = tables[name].sort("ts", maintain_order=True).group_by("account_id").head(most)
        values = first.group_by("account_id").agg(pl.col(column).drop_nulls().unique().sort())
        rows = rows.join(values, "account_id", "left")
    return rows.sort("account_id").to_dicts()


def _figures(spam: NDArray[np.bool_], risk: NDArray[np.float64]) -> dict[str, float]:
    from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

    first = np.argsort(-risk, kind="stable")[: spam.sum()]
    return {
        "average_precision": float(average_precision_score(spam, risk)),
        "roc_auc": float(roc_auc_score(spam, risk)),
        "right_among_first": float(spam[first].mean()),
        "log_loss": float(log_loss(spam, np.clip(risk, 1e-6, 1 - 1e-6))),
        "mean_risk": float(risk.mean()),
    }


def main() -> None:
    """Print the table and write it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--accounts", type=int, default=2000, help="for the figure 12000")
    parser.add_argument("--seeds", type=int, nargs="+", default=[7])
    parser.add_argument("--out", type=Path, help="JSON file to write")
    options = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory(prefix="ringscope-newcomers-") as folder:
        for seed in options.seeds:
            found.append(judged(options.accounts, seed, Path(folder)))
            one = found[-1]
            print(f"\nseed {seed}: {one['accounts']:,} new accounts, {one['spam']} of them spam")
            for name, row in one["figures"].items():
                print(f"  {name:22}" + "".join(f"{key} {row[key]:6.3f}  " for key in row))
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
