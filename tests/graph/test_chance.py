from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
from scipy.stats import hypergeom

from graph import find_rings, link
from graph.chance import ring_surprise
from ingest import Tables

Uses = list[tuple[str, list[int]]]
KINDS = ("device", "ip", "phone", "email")


def surprise_of(
    groups: list[list[int]], uses: Uses, accounts: int, specificity: float | None = None
) -> list[float]:
    members = [(ring, account) for ring, group in enumerate(groups) for account in group]
    seen = [(account, i) for i, (_, users) in enumerate(uses) for account in users]
    uint = {"account": pl.UInt32, "identifier": pl.UInt32}
    identifiers = pl.DataFrame(
        {
            "identifier": range(len(uses)),
            "kind": [kind for kind, _ in uses],
            "accounts": [len(users) for _, users in uses],
            "specificity": [specificity] * len(uses),
        },
        schema_overrides={
            "identifier": pl.UInt32,
            "accounts": pl.UInt32,
            "specificity": pl.Float64,
        },
    )
    return ring_surprise(
        pl.DataFrame(members, schema={"ring": pl.UInt32, "account": pl.UInt32}, orient="row"),
        pl.DataFrame(seen, schema=uint, orient="row"),
        identifiers,
        accounts,
    )["surprise"].to_list()


def exact(group: int, shared: list[tuple[int, int]], accounts: int) -> float:
    """-log10 of the expected number of groups whose members share so many of so many users."""
    chance = sum(
        math.log10(hypergeom.sf(sharing - 1, accounts, used, group)) for used, sharing in shared
    )
    return -chance - math.log10(math.comb(accounts, group))


@pytest.mark.parametrize("used", [5, 6, 9])
@pytest.mark.parametrize("accounts", [60, 500])
def test_identifiers_that_all_members_share_are_exact(used: int, accounts: int) -> None:
    users = list(range(used))
    uses = [(kind, users) for kind in KINDS]
    (got,) = surprise_of([[0, 1, 2, 3, 4]], uses, accounts)
    assert got == pytest.approx(exact(5, [(used, 5)] * 4, accounts), rel=1e-9)


@pytest.mark.parametrize("sharing", [3, 4, 5])
def test_partly_shared_identifiers_err_on_the_side_of_chance(sharing: int) -> None:
    anchor = [("device", [0, 1, 2, 3, 4]), ("ip", [0, 1, 2, 3, 4])]
    users = [*range(sharing), *range(10, 13)]
    with_it = surprise_of([[0, 1, 2, 3, 4]], [*anchor, ("phone", users)], 400)[0]
    wanted = exact(5, [(5, 5), (5, 5), (len(users), sharing)], 400)
    assert wanted - 1.0 < with_it <= wanted + 1e-9


def test_one_identifier_alone_is_never_a_surprise() -> None:
    """It has users; some group of accounts must be them."""
    for used in range(2, 30):
        (got,) = surprise_of([list(range(used))], [("device", list(range(used)))], 1000)
        assert got == pytest.approx(0, abs=1e-6)


def test_many_identifiers_to_find_something_in_lower_the_surprise() -> None:
    shared = [("device", [0, 1, 2]), ("ip", [0, 1, 2])]
    others = [("device", [3 * i, 3 * i + 1, 3 * i + 2]) for i in range(1, 100)]
    alone, among = (
        surprise_of([[0, 1, 2]], uses, 1000)[0] for uses in (shared, [*shared, *others])
    )
    assert among == pytest.approx(alone - 2.0, abs=1e-6)


@pytest.mark.parametrize("shared", [(2, 2), (3, 2), (3, 3)])
def test_no_surprise_beyond_what_a_simulation_finds(shared: tuple[int, int]) -> None:
    """Count the groups of three that share so much in worlds drawn at random."""
    accounts, used, each, worlds = 24, (3, 4), 6, 150
    groups = np.array(list(itertools.combinations(range(accounts), 3)))
    counts = []
    for seed in range(worlds):
        rng = np.random.default_rng(seed)
        alike = np.ones(len(groups))
        for users, sharing in zip(used, shared, strict=True):
            member = np.zeros((each, accounts), dtype=int)
            for row in member:
                row[rng.choice(accounts, users, replace=False)] = 1
            alike *= (member[:, groups].sum(axis=2) >= sharing).sum(axis=0)
        counts.append(alike.sum())
    found = float(np.mean(counts))
    noise = 3 * float(np.std(counts)) / math.sqrt(worlds)
    kinds = [kind for kind, n in zip(("device", "ip"), used, strict=True) for _ in range(each)]
    ones = [[*range(m), *range(10, 10 + n - m)] for n, m in zip(used, shared, strict=True)]
    others = [list(range(20 - n, 20)) for n in used]
    uses = [
        (kind, ones[i // each] if i % each == 0 else others[i // each])
        for i, kind in enumerate(kinds)
    ]
    (surprise,) = surprise_of([[0, 1, 2]], uses, accounts)
    assert 10**-surprise >= min(1.0, found) - noise, f"{found} in seeds 0 to {worlds - 1}"


def test_a_wording_that_nobody_comes_upon_counts_beside_the_draw() -> None:
    uses = [("template", list(range(6)))]
    plain, rare = (surprise_of([list(range(6))], uses, 2000, rated)[0] for rated in (0.0, 1.0))
    assert plain == 0
    assert rare > 6


@pytest.mark.parametrize("seed", range(30))
def test_permuted_identifiers_make_no_surprising_ring(
    tables_of: Callable[..., Tables], at: Callable[[float], object], seed: int
) -> None:
    """Homes share a device and an address; dealing them out anew leaves no ring to find."""
    rng = np.random.default_rng(seed)
    count = 150
    deal = [np.repeat(np.arange(count), rng.choice([1, 1, 2, 3, 5], count))[:count] for _ in KINDS]
    device, ip, phone, card = (rng.permutation(dealt).tolist() for dealt in deal)
    logins = {
        "account": list(range(count)),
        "ts": [at(float(day)) for day in rng.uniform(0, 3, count)],
        "device_id": [f"d{x}" for x in device],
        "ip": [f"93.184.{x}.7" for x in ip],
    }
    payments = {"account": list(range(count)), "instrument_id": [f"c{x}" for x in card]}
    accounts = {
        "created_at": [at(float(day)) for day in rng.uniform(0, 100, count)],
        "phone": [f"+4915112{x:06d}" for x in phone],
    }
    tables = tables_of(accounts, logins=logins, payments=payments)
    found = find_rings(link(tables), np.ones(count), tables.accounts["created_at"]).rings
    assert found.height > 0, f"seed {seed}"
    assert found["surprise"].max() < 6, f"seed {seed}"


def test_no_rings() -> None:
    assert surprise_of([], [("device", [0, 1])], 5) == []


def surprise_of_kinds(kinds: list[str], uses: list[list[int]], size: int, accounts: int) -> float:
    seen = [(account, i) for i, users in enumerate(uses) for account in users]
    identifiers = pl.DataFrame(
        {
            "identifier": range(len(uses)),
            "kind": kinds,
            "accounts": [len(users) for users in uses],
            "specificity": None,
        },
        schema_overrides={"identifier": pl.UInt32, "specificity": pl.Float64},
    )
    members = pl.DataFrame({"ring": [0] * size, "account": range(size)}).cast(pl.UInt32)
    rows = pl.DataFrame(seen, schema=["account", "identifier"], orient="row").cast(pl.UInt32)
    return float(ring_surprise(members, rows, identifiers, accounts)["surprise"][0])


def test_a_mailbox_and_its_domain_are_one_agreement() -> None:
    everyone = [0, 1, 2, 3, 4]
    mailbox = surprise_of_kinds(["email"], [everyone], 5, 500)
    both = surprise_of_kinds(["email", "email_domain"], [everyone, everyone], 5, 500)
    two = surprise_of_kinds(["email", "phone"], [everyone, everyone], 5, 500)
    assert both == pytest.approx(mailbox)
    assert two > mailbox + 1


@pytest.mark.parametrize("seed", range(3))
def test_a_group_of_nearly_all_accounts_is_no_surprise(seed: int) -> None:
    rng = np.random.default_rng(seed)
    uses = [sorted(rng.choice(400, 3, replace=False).tolist()) for _ in range(300)]
    assert surprise_of_kinds(["ip"] * 300, uses, 380, 400) == 0.0, f"seed {seed}"
