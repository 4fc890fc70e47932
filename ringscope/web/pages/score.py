"""Accounts that the run has not seen: one from a form, many from a file."""

from __future__ import annotations

import io
from typing import Annotated, Any

import polars as pl
from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from ingest import InputError

from ...csvsafe import to_csv
from ...newcomers import FIELDS, estimate, read_newcomers, score_batch
from ...words import percent
from ..jobs import Jobs
from ..rendering import page, place_of

router = APIRouter()
Text = Annotated[str, Form()]
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
    text: Text = "",
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
        "text": text,
    }
    known = place_of(request).known()
    found = estimate(known, read_newcomers([given], now=known.moment))[0]
    data: dict[str, Any] = {
        "given": given,
        "fields": FIELDS,
        "found": found,
        "words": percent(found.risk),
        "links": found.links[:LINKS],
    }
    return page(request, "score.html", data)


@router.post("/score/batch")
def batch(request: Request, file: UploadFile) -> Response:
    """Estimate all accounts of a CSV file; the page of the batch tells how far it is."""
    rows = read_rows(file.file.read())
    known = place_of(request).known()
    job = jobs(request).start(
        lambda tell: to_csv(score_batch(known, rows.to_dicts(), tell)).encode()
    )
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
