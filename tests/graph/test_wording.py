from __future__ import annotations

import numpy as np
import polars as pl

from graph.wording import wording_surprise

STOCK = "thank you very much for your help"
RARE = "quartz lantern bonus unlocked kindly ping marigold desk for voucher"


def small_talk(seed: int, accounts: int) -> list[tuple[int, str]]:
    """What people say: the same turns of phrase in other words around them."""
    rng = np.random.default_rng(seed)
    start = ["hi", "hello there", "hey", "well", "sorry for the wait", "good morning"]
    middle = [
        STOCK,
        "thank you very much",
        "thank you very much for your patience",
        "can you tell me when it ships",
        "i am looking for help",
        "for your help",
    ]
    end = ["see you", "take care", "have a nice day", "bye", "talk soon", "best wishes"]
    return [
        (account, " ".join(str(rng.choice(part)) for part in (start, middle, end)))
        for account in range(accounts)
        for _ in range(3)
    ]


def rated(extra: list[tuple[int, str, int]], seed: int = 0) -> pl.DataFrame:
    talk = [(account, text, None) for account, text in small_talk(seed, 200)]
    frame = pl.DataFrame(
        [*talk, *extra],
        schema={"account": pl.UInt32, "text": pl.String, "template": pl.UInt32},
        orient="row",
    ).sample(fraction=1, shuffle=True, seed=seed)
    return wording_surprise(frame.select("account", "text"), frame["template"], 2)


def test_a_stock_phrase_is_not_specific_and_a_rare_wording_is() -> None:
    stock = [(account, STOCK, 0) for account in range(60)]
    rare = [(account, RARE, 1) for account in range(5)]
    common, scarce = rated(stock + rare).rows(named=True)
    assert common["specificity"] == 0.0
    assert scarce["specificity"] == 1.0
    assert scarce["information"] > 3 * common["information"] > 0


def test_it_is_the_accounts_outside_the_template_that_count() -> None:
    """More senders of one wording do not make it common; others who use its words do."""
    few = rated([(account, RARE, 0) for account in range(5)])["information"][0]
    many = rated([(account, RARE, 0) for account in range(60)])["information"][0]
    assert many > 0.8 * few
    quoted = [(account, RARE, 0) for account in range(5)]
    quoted += [(account, f"he said {RARE} to me", None) for account in range(50, 90)]
    assert rated(quoted)["specificity"][0] < 0.2


def test_one_sender_and_templates_without_messages_are_not_rated() -> None:
    got = rated([(3, RARE, 0), (3, RARE + " now", 0)])
    assert got.rows() == [(0, 0.0, 0.0), (1, 0.0, 0.0)]


def test_the_order_of_messages_does_not_matter() -> None:
    extra = [(account, f"{RARE} number {account}", 0) for account in range(5)]
    talk = [(a, t, None) for a, t in small_talk(1, 50)] + extra
    frame = pl.DataFrame(
        talk,
        schema={"account": pl.UInt32, "text": pl.String, "template": pl.UInt32},
        orient="row",
    )
    wanted = wording_surprise(frame.select("account", "text"), frame["template"], 1)
    for seed in range(3):
        again = frame.sample(fraction=1, shuffle=True, seed=seed)
        got = wording_surprise(again.select("account", "text"), again["template"], 1)
        assert got.equals(wanted), f"seed {seed}"


def test_no_messages() -> None:
    nothing = pl.DataFrame(schema={"account": pl.UInt32, "text": pl.String})
    assert wording_surprise(nothing, pl.Series([], dtype=pl.UInt32), 0).is_empty()
