"""Whatever strangers and colleagues wrote is text in the app: mails, messages, reasons, names."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ringscope import Run
from ringscope.api import Keyring
from ringscope.hubs import decide as policy
from ringscope.report.messages import masked
from ringscope.store import Store
from ringscope.verdicts import decide
from ringscope.web import Place
from ringscope.web.reading import Reading

pytestmark = pytest.mark.browser

RING = "R-00000001"
TEXTS = "[...document.querySelectorAll('bdi, q')].map(e => e.textContent)"


def squeezed(texts: list[str]) -> list[str]:
    """Texts as they are kept where a form takes them: without white space around and in rows."""
    return [" ".join(text.split()) for text in texts]


def test_mails_and_messages_are_text(
    serve: Callable[..., str],
    visit: Callable[..., Any],
    hostile_run: Run,
    finished: Run,
    payloads: list[str],
) -> None:
    ids = [f"T-{place:03}" for place in range(len(payloads))]
    row = finished.frame("templates").head(1)
    hostile_run._frames["templates"] = pl.concat([row] * len(ids)).with_columns(
        template=pl.Series(ids), example=pl.Series(payloads)
    )
    people = hostile_run.frame("accounts")
    hostile_run._frames["accounts"] = people.with_columns(
        email=pl.Series(payloads), phone=pl.Series(payloads[::-1])
    )
    place = Place(run=finished.folder)
    place._reading = Reading(hostile_run)
    page, trouble = visit(serve(place))
    shown: set[str] = set()
    for start in range(0, len(payloads), 10):
        for prefix in ("a", "T-"):
            page.goto(f"/search?q={prefix}{start // 10:02}")
            shown |= set(page.evaluate(TEXTS))
    expected = pl.DataFrame({"text": payloads}).select(masked("text")).to_series().to_list()
    assert [text for text in [*payloads, *expected] if text not in shown] == []
    assert trouble == []


def test_reasons_names_and_policies_are_text(
    serve: Callable[..., str],
    visit: Callable[..., Any],
    finished: Run,
    payloads: list[str],
    tmp_path: Path,
) -> None:
    store = Store.make(tmp_path / "store")
    shutil.copytree(finished.folder, store.runs / "2026-03-04")
    store.promote("2026-03-04")
    for payload in payloads:
        decide.not_linked(store, "a0", "b0", who=payload, why=payload)
    decide.confirm(store, RING, who=payloads[1], why=payloads[3])
    for device, payload in zip(("d1", "d2", "d3"), payloads[::80], strict=False):
        policy.ignore(store, "device", device, who=payload, reason=payload)
    page, trouble = visit(serve(Place(store=store.folder)))
    page.goto("/journal")
    shown = {" ".join(text.split()) for text in page.evaluate(TEXTS)}
    assert [text for text in squeezed(payloads) if text not in shown] == []
    page.goto("/hubs")
    shown = {" ".join(text.split()) for text in page.evaluate(TEXTS)}
    assert [text for text in squeezed(payloads[::80]) if text not in shown] == []
    for url in ("/", f"/rings/{RING}"):
        page.goto(url)
        page.wait_for_load_state("networkidle")
    assert trouble == []


def test_owners_of_keys_and_uploaded_files_are_text(
    serve: Callable[..., str],
    visit: Callable[..., Any],
    finished: Run,
    payloads: list[str],
    tmp_path: Path,
) -> None:
    store = Store.make(tmp_path / "store")
    shutil.copytree(finished.folder, store.runs / "2026-03-04")
    store.promote("2026-03-04")
    until = datetime.now(UTC).date() + timedelta(days=9)
    owner = "<img src=x onerror=alert(1)>\u202e'\""
    said = Keyring(store).create(owner, ("read", "score"), expiry=until, by="root")[1]
    rows = pl.DataFrame({"account_id": payloads, "email": payloads, "text": payloads})
    file = tmp_path / "<b>\"'new.csv"
    rows.write_csv(file)
    page, trouble = visit(serve(Place(store=store.folder), local=False))
    page.goto("/score")
    page.wait_for_url("**/sign-in?to=%2Fscore")
    page.get_by_label("Your key").fill(said)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/score")
    assert page.locator(".out bdi").text_content() == owner
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    link = page.get_by_role("link", name="scores.csv")
    link.wait_for()
    with page.expect_download() as download:
        link.click()
    download.value.save_as(tmp_path / "scores.csv")
    told = pl.read_csv(tmp_path / "scores.csv", infer_schema=False)
    assert told.height == len(payloads)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    page.goto("/")
    page.wait_for_url("**/sign-in?to=%2F")
    assert trouble == []
