"""What links say of accounts that the run has not seen: one from a form, many from a file."""

from __future__ import annotations

import io
from typing import Annotated, Any

import polars as pl
from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from ingest import InputError

from ...csvsafe import to_csv
from ...newcomers import FIELDS, estimate, newcomer_tables
from ...newcomers.estimate import last_moment
from ...run import Run
from ...words import percent
from ..jobs import Jobs, Tell
from ..rendering import page, reading_of

router = APIRouter()
Text = Annotated[str, Form()]
CHUNK = 500
LINKS = 60


@router.get("/score", response_class=HTMLResponse)
def form(request: Request) -> HTMLResponse:
    """An empty form, and the upload."""
    return page(request, "score.html", {"given": {}, "found": None, "fields": FIELDS})


@router.post("/score", response_class=HTMLResponse)
def one(
    request: Request,
    account_id: Text = "",
    email: Text = "",
    username: Text = "",
    phone: Text = "",
    country: Text = "",
    device_id: Text = "",
    ip: Text = "",
    instrument_id: Text = "",
) -> HTMLResponse:
    """Estimate one account."""
    given = {
        "account_id": account_id.strip() or "new account",
        "email": email,
        "username": username,
        "phone": phone,
        "country": country,
        "device_id": device_id,
        "ip": ip,
        "instrument_id": instrument_id,
    }
    run = reading_of(request).run
    tables = newcomer_tables(pl.DataFrame([given]), now=last_moment(run))
    found = estimate(run, tables)
    row = found.scores.row(0, named=True)
    refused = [
        f"{line['column']} {line['value']!r}: {line['reason']}"
        for line in tables.quarantine.iter_rows(named=True)
    ]
    data: dict[str, Any] = {
        "given": given,
        "fields": FIELDS,
        "found": row | {"words": percent(row["estimate"])},
        "shared": found.shared.to_dicts(),
        "links": found.links.head(LINKS).to_dicts(),
        "rings": [ring for ring in row["rings"].split(";") if ring],
        "refused": refused,
    }
    return page(request, "score.html", data)


@router.post("/score/batch")
def batch(request: Request, file: UploadFile) -> Response:
    """Estimate all accounts of a CSV file; the page of the batch tells how far it is."""
    rows = read_rows(file.file.read())
    run = reading_of(request).run
    job = jobs(request).start(lambda tell: scored(run, rows, tell))
    return RedirectResponse(f"/score/batch/{job.name}", 303)


@router.get("/score/batch/{name}", response_class=HTMLResponse)
def progress(request: Request, name: str) -> HTMLResponse:
    """How far a batch is; htmx asks again until it is done."""
    job = jobs(request).get(name)
    alone = bool(request.headers.get("hx-request"))
    return page(request, "progress.html" if alone else "batch.html", {"job": job})


@router.get("/score/batch/{name}/scores.csv")
def download(request: Request, name: str) -> Response:
    """The finished file."""
    job = jobs(request).get(name)
    if job.result is None:
        raise InputError("the batch is not done yet")
    headers = {"Content-Disposition": 'attachment; filename="scores.csv"'}
    return Response(job.result, media_type="text/csv; charset=utf-8", headers=headers)


def jobs(request: Request) -> Jobs:
    """The batches of this app."""
    found: Jobs = request.app.state.jobs
    return found


def read_rows(data: bytes) -> pl.DataFrame:
    """Read an uploaded CSV file as text.

    Raises
    ------
    InputError
        It is no CSV file.
    """
    try:
        return pl.read_csv(io.BytesIO(data), infer_schema=False, truncate_ragged_lines=True)
    except (pl.exceptions.PolarsError, ValueError) as error:
        first = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise InputError(f"the file is no CSV file in UTF-8 with a heading ({first})") from error


def scored(run: Run, rows: pl.DataFrame, tell: Tell) -> bytes:
    """Estimate accounts in chunks; returns CSV with safe cells."""
    now = last_moment(run)
    newcomer_tables(rows.head(1), now=now)
    parts = []
    for start in range(0, rows.height, CHUNK):
        parts.append(estimate(run, newcomer_tables(rows.slice(start, CHUNK), now=now)).scores)
        tell((start + CHUNK) / rows.height)
    found = pl.concat(parts).unique("account_id", keep="first", maintain_order=True)
    return to_csv(found).encode()
