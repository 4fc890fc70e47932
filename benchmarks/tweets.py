"""Features of messages at the tweet paper's size: seconds and memory, beside comparing all pairs.

The texts are real SMS (UCI SMS Spam Collection) where the file is there, made-up words elsewhere.
Senders are made up: half of them draw from twenty spam texts each, half from all honest texts.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import polars as pl

from models.signals.tweets import message_features
from models.signals.tweets_words import words_of

POOL = 20
DAYS = 300
START = datetime(2012, 1, 1)


def make_messages(
    messages: int, senders: int, spam: list[str], honest: list[str], seed: int
) -> pl.DataFrame:
    """Draw messages of made-up senders, the first half of them spammers."""
    rng = np.random.default_rng(seed)
    account = rng.integers(0, senders, messages)
    pools = rng.integers(0, len(spam), (senders, POOL))
    drawn = pools[account, rng.integers(0, POOL, messages)]
    other = rng.integers(0, len(honest), messages)
    is_spam = account < senders // 2
    texts = pl.Series([*spam, *honest])
    seconds = rng.integers(0, DAYS * 86_400, messages)
    return pl.DataFrame(
        {
            "account": pl.Series(account, dtype=pl.UInt32),
            "ts": pl.Series(seconds * 1_000_000).cast(pl.Duration("us")) + START,
            "text": texts.gather(np.where(is_spam, drawn, len(spam) + other)),
        }
    )


def read_sms(path: Path | None, seed: int) -> tuple[list[str], list[str], str]:
    """Spam and honest texts, and what they are."""
    if path and path.exists():
        rows = [line.partition("\t") for line in path.read_text("utf-8").splitlines()]
        spam = [text for label, _, text in rows if label == "spam"]
        return spam, [text for label, _, text in rows if label == "ham"], "SMS Spam Collection"
    rng = np.random.default_rng(seed)
    words = np.array([f"w{number}" for number in range(5_000)])
    texts = [" ".join(rng.choice(words, rng.integers(3, 25))) for _ in range(5_000)]
    return texts[:700], texts[700:], "made-up words"


def measure(path: str) -> dict[str, float]:
    """Seconds and peak memory of the features, in a process that does nothing else."""
    messages = pl.read_parquet(path)
    before = resource.getrusage(resource.RUSAGE_SELF)
    began = time.perf_counter()
    found = message_features(messages)
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_SELF)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "rows": found.height,
        "columns": found.width,
        "seconds": seconds,
        "cpu_seconds": used,
        "peak_mib": after.ru_maxrss / 1024,
        "mib_before": before.ru_maxrss / 1024,
    }


def compare(messages: pl.DataFrame) -> dict[str, float]:
    """The similarity pair by pair as the paper writes it: seconds, and the largest difference."""
    ordered = messages.sort("account", "ts", "text")
    began = time.perf_counter()
    fast = message_features(ordered)["similarity"].fill_null(-1.0).to_numpy()
    ours = time.perf_counter() - began
    began = time.perf_counter()
    words = words_of(ordered.with_row_index("row").select("row", "text")).drop_nulls("key")
    sets: dict[int, set[str]] = defaultdict(set)
    for row, key in words.select("row", "key").iter_rows():
        sets[row].add(key)
    slow = np.full(ordered.height, -1.0)
    earlier: dict[int, list[set[str]]] = defaultdict(list)
    for row, account in enumerate(ordered["account"].to_list()):
        own, past = sets[row], earlier[account]
        if own and past:
            slow[row] = 100 * sum(len(own & other) for other in past) / (len(own) * len(past))
        past.append(own)
    pairwise = time.perf_counter() - began
    return {
        "messages": ordered.height,
        "all_features_seconds": ours,
        "pairs_seconds": pairwise,
        "largest_difference": float(np.abs(fast - slow).max()),
    }


def main() -> None:
    """Print the figures, and write them as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sms", type=Path, help="SMSSpamCollection")
    parser.add_argument("--messages", type=int, default=70_000, help="the paper's: 719300")
    parser.add_argument("--senders", type=int, default=760)
    parser.add_argument("--pairs", type=int, default=5_000, help="messages compared pair by pair")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, help="JSON file to write")
    options = parser.parse_args()
    spam, honest, what = read_sms(options.sms, options.seed)
    with tempfile.TemporaryDirectory(prefix="ringscope-tweets-") as home:
        path = Path(home) / "messages.parquet"
        made = make_messages(options.messages, options.senders, spam, honest, options.seed)
        made.write_parquet(path)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            figures = pool.submit(measure, str(path)).result()
    senders = max(2, options.pairs * options.senders // max(options.messages, 1))
    small = make_messages(options.pairs, senders, spam, honest, options.seed)
    pairs = compare(small)
    content = {
        "texts": what,
        "senders": options.senders,
        "features": figures,
        "pairs": pairs | {"senders": senders},
    }
    print(f"{figures['rows']:,} messages of {options.senders} senders ({what})")
    print(
        f"{figures['columns']} features: {figures['seconds']:.1f} s, "
        f"{figures['cpu_seconds']:.1f} s of CPU, peak {figures['peak_mib']:,.0f} MiB"
    )
    print(
        f"{pairs['messages']:,} messages of {senders}: "
        f"all features {pairs['all_features_seconds']:.2f} s, "
        f"similarity pair by pair {pairs['pairs_seconds']:.2f} s, "
        f"largest difference {pairs['largest_difference']:.1g}"
    )
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps(content, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
