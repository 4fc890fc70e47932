"""Scores of new accounts: at once, or many as a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Request, Response

from ingest import SettingsError
from models.features.words import safe_name

from ..csvsafe import to_csv
from ..newcomers import FIELDS, Known, estimate, read_newcomers, score_batch
from .access import Caller, needs
from .answers import JobState, Scores
from .shapes import Batch, Fields, ToScore
from .state import metrics_of, place_of

if TYPE_CHECKING:
    from ..web.jobs import Job, Jobs

router = APIRouter(tags=["score"])
SCORE = Annotated[Caller, Depends(needs("score"))]
JobName = Annotated[str, Path(max_length=64)]


@router.post("/score")
def score(request: Request, given: ToScore, _: SCORE) -> Scores:
    """Score accounts from their raw fields, in the order in which they are given."""
    known = place_of(request).known()
    rows, ignored = table(given.accounts, known)
    fresh = read_newcomers(rows, now=known.moment)
    found = [vars(one) | {"links": one.links[: given.links]} for one in estimate(known, fresh)]
    metrics_of(request).scored.labels("score").inc(len(found))
    request.state.did = f"scored {len(found)}"
    return Scores.model_validate({"run": known.name, "ignored": ignored, "accounts": found})


@router.post("/jobs", status_code=202)
def start(request: Request, given: Batch, _: SCORE) -> JobState:
    """Score many accounts as a job; ask for it by its name until it is done."""
    known = place_of(request).known()
    rows, _ignored = table(given.accounts, known)

    def work(tell: Any) -> bytes:
        with metrics_of(request).jobs.track_inprogress():
            return to_csv(score_batch(known, rows, tell)).encode()

    try:
        job = _jobs(request).start(work)
    except SettingsError as error:
        raise HTTPException(429, str(error), {"Retry-After": "10"}) from None
    metrics_of(request).scored.labels("job").inc(len(rows))
    request.state.did = f"job of {len(rows)}"
    return _state(job)


@router.get("/jobs/{job}")
def progress(request: Request, job: JobName, _: SCORE) -> JobState:
    """How far a job is."""
    return _state(_jobs(request).get(job))


@router.get("/jobs/{job}/scores.csv", response_class=Response)
def download(request: Request, job: JobName, _: SCORE) -> Response:
    """The scores of a finished job; text cells are safe in a spreadsheet."""
    found = _jobs(request).get(job)
    if found.result is None:
        raise HTTPException(409, found.error or "the job is not done yet")
    return Response(found.result, media_type="text/csv; charset=utf-8")


def table(accounts: list[Fields], known: Known) -> tuple[list[dict[str, Any]], list[str]]:
    """Accounts as rows for `read_newcomers`, and the names of columns that nothing reads."""
    read = set(known.own.columns) if known.own else set()
    names = {name for one in accounts for name in one.columns}
    used = {name for name in names if safe_name(name) in read and name not in FIELDS}
    rows = [
        {
            **{name: _cell(cell) for name, cell in one.columns.items() if name in used},
            "account_id": one.account_id,
            "created_at": one.created_at,
            "ts": one.seen_at,
            "email": one.email,
            "username": one.username,
            "phone": one.phone,
            "country": one.country,
            "device_id": one.device_ids,
            "ip": one.ips,
            "instrument_id": one.instrument_ids,
            "text": one.messages,
        }
        for one in accounts
    ]
    return rows, sorted(names - used)


def _cell(value: float | str | None) -> str | None:
    return None if value is None else str(value)


def _jobs(request: Request) -> Jobs:
    found: Jobs = request.app.state.jobs
    return found


def _state(job: Job) -> JobState:
    state = "running" if job.running else ("failed" if job.error else "done")
    return JobState(job=job.name, state=state, done=round(job.done, 4), error=job.error)
