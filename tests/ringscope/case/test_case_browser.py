"""A packet in a real browser: offline, drawn, and markup from strangers is text."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ringscope import Run
from ringscope.case import case_packet

pytestmark = pytest.mark.browser

RING = "R-00000001"


def hostile(run: Run, payloads: list[str]) -> Run:
    """Markup as user names, identifiers, texts, reasons and account ids of one ring."""
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


@pytest.fixture
def look(chromium: Any, tmp_path: Path) -> Callable[..., Any]:
    def open_page(html: bytes, **context: Any) -> tuple[Any, list[str]]:
        path = tmp_path / "case.html"
        path.write_bytes(html)
        trouble: list[str] = []
        page = chromium.new_context(offline=True, **context).new_page()
        page.on("console", lambda message: trouble.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: trouble.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (trouble.append("dialog"), dialog.dismiss()))
        page.on("request", lambda request: trouble.append(request.url)
                if request.url != path.as_uri() else None)  # fmt: skip
        page.goto(path.as_uri())
        return page, trouble

    return open_page


def test_markup_from_strangers_is_text(
    finished: Run, payloads: list[str], look: Callable[..., Any]
) -> None:
    packet = case_packet(hostile(finished, payloads), RING)
    page, trouble = look(packet.files["case.html"])
    page.locator(".canvas canvas").first.wait_for(state="attached")
    page.locator(".canvas").hover()
    shown = set(page.evaluate("[...document.querySelectorAll('bdi')].map(e => e.textContent)"))
    assert [text for text in payloads if text not in shown] == []
    assert trouble == []


@pytest.mark.parametrize("width", [320, 1280])
def test_it_is_drawn_and_never_scrolls_sideways(
    finished: Run, look: Callable[..., Any], width: int
) -> None:
    html = case_packet(finished, RING).files["case.html"]
    page, trouble = look(html, viewport={"width": width, "height": 800}, color_scheme="dark")
    page.locator(".canvas canvas").first.wait_for(state="attached")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert trouble == []
