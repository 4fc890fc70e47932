"""One evening of an investigator, from a night to the packet, in a real browser on real nights."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ringscope.demo import write_world
from ringscope.nightly.job import Night, nightly
from ringscope.store import Store
from ringscope.verdicts.decide import verdicts_of
from ringscope.web import Place

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

NODES = "ringGraph.get(document.querySelector('.drawing')).nodes().length"
LATER = "ringGraph.get(document.querySelector('.drawing')).nodes('.later').length"


def test_from_tonight_to_the_packet(
    serve: Callable[..., str], visit: Callable[..., Any], tmp_path: Path
) -> None:
    write_world(tmp_path / "world", accounts=1_500, seed=7)
    folder = tmp_path / "store"
    nightly(folder, Night(data=tmp_path / "world", date=date(2025, 6, 10), canaries=False))
    store = Store.open(folder)
    page, trouble = visit(serve(Place(store=folder)))

    page.goto("/")  # open tonight
    assert "2025-06-10" in page.locator(".page-head").inner_text()
    queue = page.locator("#list .walk tbody tr")
    top, second = (queue.nth(place).locator("a.id").inner_text() for place in (0, 1))

    page.keyboard.press("j")  # open the top ring
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/rings/{top}")
    page.locator(".canvas canvas").first.wait_for(state="attached")

    hub = page.locator(".unfold button").first  # unfold a hub
    folded = page.evaluate(NODES)
    hub.click()
    assert hub.get_attribute("aria-pressed") == "true"
    assert page.evaluate(NODES) == folded + 1

    slider = page.locator("#when")  # turn the time back
    slider.fill("0")
    assert page.evaluate(LATER) > 0
    slider.fill("100")
    assert page.evaluate(LATER) == 0

    said = page.locator(".said").inner_text()  # read why
    for title in ("Why it is one ring", "chance", "What holds it together", "weakest"):
        assert title.lower() in said.lower(), said
    assert "Without" in said or "without" in said
    assert page.locator("text=What would remain").is_visible()

    decide(page, "Confirm", "same kit, same hour")
    page.locator(".banner", has_text="Written down as v1").wait_for()
    page.goto(f"/rings/{second}")
    decide(page, "Reject", "three flatmates: called them")
    page.locator(".banner", has_text="Written down as v2").wait_for()

    page.get_by_role("link", name="Journal", exact=True).click()  # see it in the journal
    rows = page.locator("main tbody tr")
    rows.nth(1).wait_for()
    assert [re.findall(r"v\d", text)[0] for text in rows.all_inner_texts()] == ["v2", "v1"]
    assert top in rows.nth(1).inner_text()
    assert "same kit, same hour" in rows.nth(1).inner_text()
    assert [verdict.who for verdict in verdicts_of(store)] == ["Ann", "Ann"]

    nightly(folder, Night(data=tmp_path / "world", date=date(2025, 6, 11), canaries=False))
    page.goto("/")  # see it obeyed
    assert "2025-06-11" in page.locator(".page-head").inner_text()
    status = dict(store.run().frame("rings").select("ring_id", "status").iter_rows())
    assert status[top] == "confirmed"
    assert status.get(second, "rejected") == "rejected"
    assert "confirmed" in queue.filter(has_text=top).inner_text()
    undecided = page.locator("select[name=status]")
    undecided.select_option("open")
    queue.filter(has_text=top).wait_for(state="detached")
    assert second not in page.locator("#list").inner_text()
    undecided.select_option("")
    queue.filter(has_text=top).wait_for()
    queue.filter(has_text=top).locator("a.id").first.click()

    with page.expect_download() as download:  # download the packet
        page.get_by_role("link", name="Case packet").click()
    download.value.save_as(tmp_path / "case.zip")
    with zipfile.ZipFile(tmp_path / "case.zip") as packed:
        packed.extractall(tmp_path / "case")
    assert trouble == []

    address = (tmp_path / "case" / "case.html").as_uri()  # and open it offline
    offline, trouble = visit(address, offline=True, viewport={"width": 390, "height": 844})
    offline.goto(address)
    offline.locator(".canvas canvas").first.wait_for(state="attached")
    assert top in offline.locator("h1").inner_text()
    members = store.run().frame("ring_members").filter(ring_id=top)["account_id"].to_list()
    shown = set(offline.evaluate("[...document.querySelectorAll('bdi')].map(e => e.textContent)"))
    assert set(members) <= shown
    assert top in json.dumps(json.loads((tmp_path / "case" / "case.json").read_text()))
    assert trouble == []


def decide(page: Any, choice: str, reason: str) -> None:
    """Fill the form of a ring's page in, by its key, and send it."""
    page.keyboard.press("d")
    assert page.evaluate("document.activeElement.value") == "confirm"
    page.get_by_label(choice).check()
    name = page.get_by_label("Your name")
    if not name.input_value():
        name.fill("Ann")
    page.get_by_label("Reason").fill(reason)
    page.get_by_role("button", name="Write it down").click()
