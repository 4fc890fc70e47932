"""The pictures of docs/investigators.md, taken of a demo world over two nights.

`RINGSCOPE_PICTURES=1 pytest -m slow tests/ringscope/web/test_pictures.py` puts them into
docs/images; without it they are taken and thrown away.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import polars as pl
import pytest
import uvicorn

from ingest.timestamps import parse_times
from ringscope import Run
from ringscope.case import case_packet
from ringscope.demo import write_world
from ringscope.nightly.job import Night, nightly
from ringscope.store import Store
from ringscope.verdicts import decide
from ringscope.web import Place, make_app

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

DOCS = Path(__file__).parents[3] / "docs" / "images"
CUT = datetime(2025, 6, 10)
PORT = 18_417


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Two nights of a demo world: the data up to a day, then all of it."""
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "world").mkdir()
    write_world(folder / "world", accounts=5_000, seed=3)
    tables = {
        path.stem: pl.read_csv(path, infer_schema=False)
        for path in sorted((folder / "world").glob("*.csv"))
        if path.stem in {"accounts", "logins", "messages", "events", "payments"}
    }
    nights = ((date(2025, 6, 10), until(tables)), (date(2025, 6, 11), tables))
    for night, data in nights:
        nightly(folder / "store", Night(data=data, date=night, canaries=False))
        made = Store.open(folder / "store")
        if night.day == 10:
            rings = made.run().frame("rings")["ring_id"]
            decide.confirm(made, rings[0], who="Ann", why="kit texts, same hour")
            decide.reject(made, rings[3], who="Ben", why="a travel agency: called them")
    return made


def until(tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The rows up to the cut, and those whose time cannot be read."""
    kept = {}
    for name, frame in tables.items():
        column = "created_at" if name == "accounts" else "ts"
        kept[name] = frame.filter((parse_times(frame[column]) <= CUT).fill_null(value=False))
    return kept


@pytest.fixture(scope="module")
def base(store: Store) -> Iterator[str]:
    config = uvicorn.Config(
        make_app(Place(store=store.folder)), port=PORT, log_level="error", lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{PORT}"
    server.should_exit = True
    thread.join(20)


def test_pictures_of_each_page(base: str, store: Store, chromium: Any, tmp_path: Path) -> None:
    out = DOCS if os.environ.get("RINGSCOPE_PICTURES") else tmp_path
    run = store.run()
    ring = run.frame("rings").sort("size", descending=True).row(1, named=True)["ring_id"]
    member = run.frame("ring_members").filter(pl.col("ring_id") == ring)["account_id"][0]
    other = run.frame("rings").sort("size", descending=True).row(0, named=True)["ring_id"]
    hub = run.frame("hubs").filter(pl.col("kind") == "ip").row(0, named=True)["value"]
    trouble: list[str] = []

    def take(name: str, url: str, *, high: int = 900, wide: int = 1280, dark: bool = False) -> Any:
        scheme = "dark" if dark else "light"
        context = chromium.new_context(
            base_url=base, viewport={"width": wide, "height": high}, color_scheme=scheme
        )
        page = context.new_page()
        page.on("console", lambda message: trouble.append(message.text))
        for _ in range(100):
            try:
                page.goto(url)
                break
            except Exception:  # noqa: BLE001 - the server may still be starting
                page.wait_for_timeout(200)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(400)
        page.screenshot(path=out / f"app-{name}.png")
        return page

    take("tonight", "/", high=1150)
    page = take("ring", f"/rings/{ring}", high=1500)
    page.locator(".unfold button").first.click()
    half = {"x": 0, "y": 0, "width": 1280, "height": 900}
    page.screenshot(path=out / "app-unfolded.png", clip=half)
    take("dark", f"/rings/{ring}", dark=True)
    take("account", f"/accounts/{member}", high=1100)
    take("why", f"/why?a={member}&b={run.frame('accounts')['account_id'][5]}", high=800)
    take("compare", f"/compare?a={ring}&b={other}", high=1000)
    page = take("hubs", f"/hubs?kind=ip&value={hub}")
    page.locator("select[name=treatment]").select_option("allow")
    page.get_by_role("button", name="Preview").click()
    page.locator("#preview h3").wait_for(timeout=60_000)
    page.screenshot(path=out / "app-hubs.png")
    take("journal", "/journal", high=500)
    page = take("score", "/score", high=900)
    members = run.frame("ring_members").select("account_id")
    used = run.frame("sightings").filter(kind="device").join(members, "account_id", "semi")
    device = used.sort("last_seen", "value")["value"][-1]
    page.locator("input[name=device_id]").fill(device)
    page.locator("input[name=email]").fill("jane.doe@example.com")
    page.get_by_role("button", name="Look").click()
    page.locator("#answer").wait_for()
    page.screenshot(path=out / "app-score.png")
    page = take("batch", "/score", high=600)
    rows = run.frame("accounts").select("account_id", "email", "username", "phone", "country")
    rows.head(3_000).write_csv(tmp_path / "sign-ups.csv")
    page.locator("input[type=file]").set_input_files(tmp_path / "sign-ups.csv")
    page.get_by_role("button", name="Upload").click()
    page.locator("progress").wait_for()
    page.screenshot(path=out / "app-batch.png", clip={"x": 0, "y": 0, "width": 1280, "height": 330})
    page.get_by_role("link", name="Download scores.csv").wait_for(timeout=120_000)
    page.screenshot(path=out / "app-done.png", clip={"x": 0, "y": 0, "width": 1280, "height": 330})
    shared = used.group_by("value").len().sort("len", "value")["value"][-1]
    take("identifier", f"/identifiers?kind=device&value={quote(shared, safe='')}", high=700)
    take("sign-in", "/sign-in", high=420)
    take("error", "/rings/R-00000000", high=330)
    page = take("keys", "/", high=900)
    page.keyboard.press("?")
    page.screenshot(path=out / "app-keys.png")
    take("search", "/search?q=gmail", high=800)
    take("model", "/model", high=1000)
    take("quality", "/quality", high=800)
    take("phone", f"/rings/{ring}", wide=390, high=844)
    packet(chromium, run, ring, tmp_path, out)
    missing = "Failed to load resource: the server responded with a status of 404 (Not Found)"
    assert trouble == [missing]  # the page that says that there is no such ring
    assert len(list(out.glob("app-*.png"))) >= 20


def packet(chromium: Any, run: Run, ring: str, folder: Path, out: Path) -> None:
    """The packet of a ring as it opens from a disk, on a desk and on a phone."""
    (folder / "case.html").write_bytes(case_packet(run, ring).files["case.html"])
    for name, wide, high in (("packet", 1280, 1100), ("packet-phone", 390, 844)):
        page = chromium.new_context(
            offline=True, viewport={"width": wide, "height": high}
        ).new_page()
        page.goto((folder / "case.html").as_uri())
        page.locator(".canvas canvas").first.wait_for(state="attached")
        page.screenshot(path=out / f"app-{name}.png")
