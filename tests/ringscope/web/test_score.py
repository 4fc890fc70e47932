from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from fastapi.testclient import TestClient

from ingest.errors import NotFound, SettingsError
from ringscope.web.jobs import AT_ONCE, KEPT, Jobs
from ringscope.web.pages.score import read_rows

OWN = {"origin": "http://localhost:8000"}
Send = Callable[..., Any]


def test_one_account_from_the_form(send: Send) -> None:
    text = send("/score", account_id="x", device_id="d1", ip="not an address").text
    assert "4 accounts through device d1; they are in R-00000001" in text
    assert "Not read: ip" in text
    assert 'value="d1"' in text
    assert "nothing of it is known here" in send("/score", device_id="d77").text


def upload(client: TestClient, data: bytes) -> Any:
    files = {"file": ("../../x.csv", io.BytesIO(data), "text/csv")}
    return client.post("/score/batch", files=files, headers=OWN)


def wait(client: TestClient, url: str) -> str:
    """Ask like htmx until the batch is done."""
    text = ""
    for _ in range(200):
        text = client.get(url, headers={"hx-request": "true"}).text
        if "At work" not in text:
            break
        time.sleep(0.02)
    return text


def test_a_batch_is_uploaded_watched_and_downloaded(client: TestClient) -> None:
    rows = "account_id,device_id\n" + "".join(f"n{n},d{n % 5}\n" for n in range(1200))
    answer = upload(client, (rows + "=1+1,d1\n").encode())
    assert answer.status_code == 200
    text = wait(client, answer.url.path)
    assert "Download scores.csv" in text
    got = client.get(f"{answer.url.path}/scores.csv")
    assert got.headers["content-disposition"] == 'attachment; filename="scores.csv"'
    frame = pl.read_csv(got.content)
    assert frame.height == 1201
    assert "'=1+1" in frame["account_id"].to_list()
    assert frame.filter(pl.col("account_id") == "n1")["linked"][0] == 4


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"name\nx\n", "give a column account_id"),
        (b"account_id\n", "no new account"),
        (b"", "is no CSV file"),
        (b"\xff\xfe\x00\x01", "account"),
        (b"account_id\n" + b"x\n" * 3, ""),
    ],
)
def test_a_wrong_file_is_refused_in_words(client: TestClient, data: bytes, says: str) -> None:
    answer = upload(client, data)
    text = answer.text if answer.status_code != 200 else wait(client, answer.url.path)
    assert says in text
    assert answer.status_code in {200, 400}


def test_a_batch_that_is_not_there(client: TestClient) -> None:
    assert client.get("/score/batch/x").status_code == 404
    assert client.get("/score/batch/x/scores.csv").status_code == 404


def test_jobs_are_few_and_their_errors_are_told() -> None:
    import threading

    jobs, gate = Jobs(), threading.Event()

    def slow(tell: Callable[[float], None]) -> bytes:
        tell(0.5)
        gate.wait(10)
        return b"x"

    def bad(tell: Callable[[float], None]) -> bytes:
        raise SettingsError("no")

    running = [jobs.start(slow) for _ in range(AT_ONCE)]
    with pytest.raises(SettingsError, match="wait until one is done"):
        jobs.start(slow)
    gate.set()
    settle(running)
    assert all(job.result == b"x" for job in running)
    failed = jobs.start(bad)
    settle([failed])
    assert failed.error == "no"
    for _ in range(KEPT):
        settle([jobs.start(lambda tell: b"")])
    with pytest.raises(NotFound):
        jobs.get(running[0].name)


def settle(some: list[Any]) -> None:
    for _ in range(500):
        if not any(job.running for job in some):
            return
        time.sleep(0.01)


def test_rows_are_read_as_text() -> None:
    assert read_rows(b"account_id,phone\n1,007\n").row(0) == ("1", "007")
