"""When accounts log in and from where, and what they do then."""

from __future__ import annotations

import numpy as np
import polars as pl

from .address import addresses, write_addresses
from .clock import DAY, MINUTE, SPAN, Floats, Ints, waking_hours
from .draft import Draft
from .scenes import choose
from .wording import pick, tokens

_AGENTS = (
    ("Mozilla/5.0 (Linux; Android 13; SM-A536B) Chrome/{}.0 Mobile", 0.2),
    ("Mozilla/5.0 (Linux; Android 14; Pixel 7) Chrome/{}.0 Mobile", 0.16),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/{}.1 Safari/604.1", 0.24),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/{}.0", 0.2),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:126.0) Firefox/{}.0", 0.08),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_4) Version/{}.4 Safari/605.1", 0.08),
    ("swapyard-app/4.{} (okhttp)", 0.04),
)
_EVENTS = ("search", "view", "favourite", "message", "call", "proposal")
_EVENT_SHARES = (0.41, 0.3, 0.08, 0.11, 0.05, 0.05)
LOGIN_PART, MESSAGE_PART, EVENT_PART = 0.40, 0.18, 0.42


def counts(rng: np.random.Generator, draft: Draft, mean: float, least: int) -> Ints:
    """Rows per account: long-tailed around `mean`, fewer for a short life, at least `least`."""
    life = (draft.leaves - draft.wakes) / SPAN
    push = rng.lognormal(0.0, 0.55, draft.size) * draft.vigour * (0.25 + life)
    push *= mean / push.mean()
    return np.maximum(rng.poisson(push), least)


def login_times(rng: np.random.Generator, draft: Draft, count: Ints) -> pl.DataFrame:
    """Frame of (account, ts) sorted by both; the first login of new accounts is the sign-up."""
    account = np.repeat(np.arange(draft.size), count)
    start = draft.wakes[account]
    day = start + (rng.random(len(account)) * (draft.leaves[account] - start)).astype(np.int64)
    ts = day // DAY * DAY + waking_hours(rng, draft.peak[account])
    ts = np.clip(ts, start + 1, np.minimum(draft.leaves[account] + DAY, SPAN - 1))
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    new = draft.created >= 0
    ts[first[new]] = draft.created[new] + rng.integers(0, 4 * MINUTE, int(new.sum()))
    return pl.DataFrame({"account": account, "ts": ts}).sort("account", "ts")


def logins(rng: np.random.Generator, draft: Draft, times: pl.DataFrame) -> pl.DataFrame:
    """Choose address and device of each login: account, ts, ip, device_id, user_agent."""
    asks = times.with_columns(ask=pl.int_range(pl.len()))
    spot = choose(rng, asks, draft.ip.frame())
    seat = choose(rng, asks.with_columns(spot["where"]), draft.device.frame())
    base = draft.pools.lay(rng)
    number, v6 = addresses(
        rng, draft.pools, base, spot["thing"].to_numpy(), spot["offset"].to_numpy()
    )
    device = seat["thing"].to_numpy()
    names = tokens(rng, draft.devices, 14)
    lost = pl.Series(rng.random(len(device)) < 0.03)
    return times.with_columns(
        ip=write_addresses(rng, number, v6),
        device_id=names.gather(device).set(lost, None),
        user_agent=_agents(rng, draft.devices, device, times["ts"].to_numpy()),
    )


def _agents(rng: np.random.Generator, devices: int, device: Ints, ts: Ints) -> pl.Series:
    """Browser of each device; its version grows over the weeks."""
    shares = np.array([share for _, share in _AGENTS])
    family = rng.choice(len(_AGENTS), devices, p=shares)[device]
    version = rng.integers(112, 124, devices)[device] + ts // (40 * DAY)
    table = [text.format(number) for text, _ in _AGENTS for number in range(140)]
    return pl.Series(table).gather(family * 140 + version)


def moments(rng: np.random.Generator, times: pl.DataFrame, count: Ints) -> pl.DataFrame:
    """Frame of (account, ts): `count` moments per account, each soon after one of its logins."""
    account = np.repeat(np.arange(len(count)), count)
    many = np.bincount(times["account"].to_numpy(), minlength=len(count))
    first = np.cumsum(many) - many
    login = first[account] + (rng.random(len(account)) * many[account]).astype(np.int64)
    after = rng.exponential(9 * MINUTE, len(account)).astype(np.int64) + 5
    return pl.DataFrame({"account": account, "ts": times["ts"].to_numpy()[login] + after})


def partners(rng: np.random.Generator, account: Ints, size: int) -> Ints:
    """Whom each row is about: few are popular, and people come back to the same partners."""
    fame: Floats = np.cumsum(rng.pareto(1.4, size) + 0.2)
    drawn = np.searchsorted(fame, rng.random(len(account)) * fame[-1])
    favourite = np.searchsorted(fame, rng.random(size) * fame[-1])
    again = rng.random(len(account)) < 0.25
    partner: Ints = np.where(again, favourite[account], drawn)
    return partner


def events(
    rng: np.random.Generator, draft: Draft, times: pl.DataFrame, mean: float
) -> pl.DataFrame:
    """Draw account, ts, event_type, target (account number, -1 for none)."""
    when = moments(rng, times, counts(rng, draft, mean, 0))
    sort = rng.choice(len(_EVENTS), when.height, p=_EVENT_SHARES)
    target = partners(rng, when["account"].to_numpy(), draft.size)
    target = np.where(sort == 0, -1, target)
    return when.with_columns(event_type=pick(_EVENTS, sort), target=pl.Series(target))
