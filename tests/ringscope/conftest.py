"""A small platform whose linkage is known by hand, so that runs can be tested on their own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from graph import Linkage
from ingest import Tables
from models.facts import FACTS
from ringscope import Run, analysis

START = datetime(2026, 3, 1)
FORMULA = "=HYPERLINK(1)"
# Devices by account: d1 makes a ring of four, d2 a pair that joins it to an outsider.
DEVICES = {"d1": ["a0", "a1", "a2", "a3"], "d2": ["a3", "b0"], "d3": ["c0"], "d4": [FORMULA, "c0"]}
ACCOUNTS = sorted({account for users in DEVICES.values() for account in users} | {"z\u202e9"})
RING = "R-00000001"


@dataclass
class SmallScores:
    """What scoring would give for the small platform."""

    accounts: pl.DataFrame
    rings: pl.DataFrame
    members: pl.DataFrame
    metrics: dict[str, object] = field(default_factory=dict)
    features: pl.DataFrame = field(default_factory=pl.DataFrame)
    facts: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FACTS))
    notes: tuple[str, ...] = ()

    def save(self, folder: Path) -> None:
        """Save something that stands for a model."""
        folder.mkdir()
        (folder / "model.txt").write_text("1\n")


def small_linkage(tables: Tables, *_: object) -> Linkage:
    """Link accounts that were seen with one device; the fourth device is a hub."""
    spans = [pl.col("ts").min().alias("first_seen"), pl.col("ts").max().alias("last_seen")]
    users = (
        tables.logins.group_by("account", value="device_id")
        .agg(*spans, count=pl.len())
        .sort("value", "account")
    )
    identifiers = (
        users.group_by("value")
        .agg(
            kind=pl.lit("device"),
            accounts=pl.len(),
            first_seen=pl.col("first_seen").min(),
            last_seen=pl.col("last_seen").max(),
        )
        .sort("value")
        .with_row_index("identifier")
        .with_columns(
            treatment=pl.when(pl.col("value") == "d4").then(pl.lit("cap")).otherwise(pl.lit(""))
        )
    )
    sightings = users.join(identifiers.select("identifier", "kind", "value"), "value")
    used = sightings.join(identifiers.filter(pl.col("treatment") == ""), "identifier", "semi")
    pairs = used.join(used, "identifier", suffix="_b").filter(
        pl.col("account") < pl.col("account_b")
    )
    evidence = pairs.select(
        a="account",
        b="account_b",
        identifier="identifier",
        kind="kind",
        weight=pl.lit(1 / 3),
        first_seen="first_seen",
        last_seen="last_seen",
    )
    ids = tables.accounts["account_id"].to_list()
    # A relation of the input has no identifier; it joins the first and the last account.
    relation = {"a": 0, "b": len(ids) - 1, "kind": "co_work", "weight": 0.25}
    evidence = pl.concat([evidence, pl.DataFrame(relation)], how="diagonal_relaxed")
    nobody = np.zeros(len(ids), dtype=np.int32)
    return Linkage(
        accounts=len(ids),
        component=nobody,
        community=nobody,
        sightings=sightings.select(
            "account", "identifier", "kind", "first_seen", "last_seen", "count"
        ),
        identifiers=identifiers,
        links=evidence.group_by("a", "b").agg(
            pl.col("weight").sum(), kinds=pl.col("kind").unique().sort().str.join(";")
        ),
        evidence=evidence,
        templates=pl.DataFrame(
            {
                "template": ["T-1"],
                "example": ["+buy"],
                "messages": [2],
                "accounts": [2],
                "first_seen": [START],
                "last_seen": [START],
            }
        ),
        hubs=identifiers.filter(pl.col("treatment") != "").select(
            "kind",
            "value",
            "accounts",
            "treatment",
            reason=pl.lit("shared place"),
            share=pl.lit(0.25),
            who=pl.lit("automatic"),
            when=pl.lit(None, pl.Datetime("us")),
            expiry=pl.lit(None, pl.Datetime("us")),
        ),
    )


def small_scores(tables: Tables, *_: object) -> SmallScores:
    """Give each account a risk by its place in the order of ids."""
    ids = tables.accounts["account_id"].to_list()
    size = len(ids)
    ring = {"size": [4], "core_size": [3], "reading": ["device farm"], "surprise": [7.25]}
    ring |= {"link_kinds": ["device"], "labelled_spam": [1], "labelled_honest": [0]}
    ring |= {"status": ["ring"], "innocent_reading": [None], "expected_honest": [0.5]}
    ring |= {"first_seen": [START], "last_seen": [START + timedelta(days=2)]}
    members = pl.DataFrame(
        {
            "ring": [0] * 4,
            "account": [ids.index(f"a{number}") for number in range(4)],
            "role": ["core", "core", "core", "fringe"],
            "stability": [1.0, 1.0, 0.9, 0.4],
            "joined": [START] * 4,
            "confidence": [None] * 4,
        },
        schema_overrides={"ring": pl.UInt32, "account": pl.UInt32, "confidence": pl.Float64},
    )
    risk = pl.Series("risk", [1 - row / size for row in range(size)])
    return SmallScores(
        accounts=pl.DataFrame({"risk": risk}).select(
            "risk",
            risk_tabular="risk",
            risk_graph="risk",
            risk_propagated=pl.lit(None, pl.Float64),
            action=pl.lit("review"),
            reasons=pl.lit("shares a device; new"),
        ),
        rings=pl.DataFrame(
            {
                "ring": [0],
                "ring_id": [RING],
                "risk": [0.875],
                **ring,
                "why": ["four on one device"],
            },
            schema_overrides={"ring": pl.UInt32, "innocent_reading": pl.String},
        ),
        members=members,
        metrics={"accounts": {"average_precision": 0.5}},
    )


def write_platform(folder: Path) -> Path:
    """Write the tables of the small platform."""
    folder.mkdir(parents=True)
    accounts = pl.DataFrame({"account_id": ACCOUNTS}).with_columns(
        created_at=pl.lit("2026-02-01T00:00:00"),
        label=pl.when(pl.col("account_id") == "a0").then(pl.lit("1")),
    )
    rows = [(user, device) for device, users in DEVICES.items() for user in users]
    logins = pl.DataFrame(rows, schema=["account_id", "device_id"], orient="row").with_columns(
        ts=pl.lit(START) + pl.duration(hours=pl.int_range(pl.len()))
    )
    accounts.write_csv(folder / "accounts.csv")
    logins.write_csv(folder / "logins.csv")
    return folder


@pytest.fixture
def platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tables of the small platform; linking and scoring give what is known of it."""
    monkeypatch.setattr(analysis, "link", small_linkage)
    monkeypatch.setattr(analysis, "score", small_scores)
    return write_platform(tmp_path / "platform")


@pytest.fixture
def orphaned(platform: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small platform, in whose ring a3 is an orphan of confidence .625."""

    def score(tables: Tables) -> SmallScores:
        made = small_scores(tables)
        it = tables.accounts["account_id"].index_of("a3")
        sure = pl.when(pl.col("account") == it).then(0.625)
        return replace(made, members=made.members.with_columns(confidence=sure))

    monkeypatch.setattr(analysis, "score", lambda tables, *_: score(tables))
    return platform


@pytest.fixture
def finished(platform: Path, tmp_path: Path) -> Run:
    """A finished run over the small platform."""
    return analysis.analyze(platform, out=tmp_path / "out")


@pytest.fixture
def fails(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """Make the scoring step fail with an error."""

    def fail(error: Exception) -> None:
        def score(*_: object) -> None:
            raise error

        monkeypatch.setattr(analysis, "score", score)

    return fail


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ESCAPES = ("", '">', "'>", "</script>", "</style>", "--><", "]]>", "</bdi></td>", "\u202e")
ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>@import 'https://evil.example/y.css'</style>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<base href=https://evil.example/>",
    "<img src=https://evil.example/pixel.gif>",
    "{{7*7}}{% raw %}${7*7}",
    "' onmouseover=alert(1) x='",
    "&lt;b&gt;&amp;\u2028alert(1)\u2029",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<object data='javascript:alert(1)'>",
    "<embed src=https://evil.example/e>",
    "<form action=https://evil.example/><button>x",
    "<template><script>alert(1)</script></template>",
    "<math><mtext><img src=x onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<div hx-get='https://evil.example/h' hx-trigger='load'>",
    "<input autofocus onfocus=alert(1)>",
)
PAYLOADS = [escape + attack for escape, attack in product(ESCAPES, ATTACKS)]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One headless Chromium; where CI is set a missing one fails instead of skipping."""
    missing = None if CHROMIUM else "no chromium on this machine"
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing = "playwright is not installed"
    if missing:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{missing}, and CI has to run these tests")
        pytest.skip(missing)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def payloads() -> list[str]:
    """Markup and script from strangers."""
    return PAYLOADS


@pytest.fixture
def hostile_run(finished: Run, payloads: list[str]) -> Run:
    """Markup as user names, identifiers, texts, reasons and account ids of one ring."""
    run = finished
    size = len(payloads)
    ids = [f"a{place:03}{payload}" for place, payload in enumerate(payloads)]
    pairs = list(pairwise(ids))
    values = [f"{payload}{place}" for place, payload in enumerate(payloads)]
    planted = Run(run.folder, run.manifest)
    base = {name: run.frame(name) for name in ("scores", "accounts", "rings", "ring_members")}

    def wide(name: str, **columns: Any) -> None:
        row = base[name].head(1)
        frame = pl.concat([row] * len(next(iter(columns.values()))))
        made = [pl.Series(c, v).cast(row.schema[c]) for c, v in columns.items()]
        planted._frames[name] = frame.with_columns(made)

    wide("accounts", account_id=ids, username=payloads)
    wide("scores", account_id=ids, reasons=payloads)
    wide("ring_members", account_id=ids)
    wide("rings", size=[size], reading=[payloads[1]], innocent_reading=[payloads[2]])
    seen = [(a, "device", values[n]) for n, pair in enumerate(pairs) for a in pair]
    sightings = pl.DataFrame(seen, schema=["account_id", "kind", "value"], orient="row")
    times = run.frame("sightings").select("first_seen", "last_seen", "count").head(1)
    planted._frames["sightings"] = sightings.unique(maintain_order=True).join(times, how="cross")
    planted._frames["identifiers"] = (
        run.frame("identifiers").head(1).drop("value")
        .join(pl.DataFrame({"value": values}), how="cross")
        .select(run.frame("identifiers").columns)
    )  # fmt: skip
    links = pl.DataFrame(pairs, schema=["account_a", "account_b"], orient="row").with_columns(
        weight=pl.lit(0.5), kinds=pl.lit("device")
    )
    planted._frames["links"] = links
    planted._frames["evidence"] = (
        links.select("account_a", "account_b", kind="kinds", value=pl.Series(values[:-1]))
        .with_columns(shared_by=pl.lit(2, pl.UInt32), weight=pl.lit(0.5))
        .join(times.drop("count"), how="cross")
    )
    return planted
