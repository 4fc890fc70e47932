"""The API as an application of its own, to be mounted below `/v1`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from ingest.errors import NotFound, RingscopeError, RunError

from .. import __version__
from . import looking, score, state, verdicts
from .access import Access
from .answers import Told
from .metrics import Metrics

if TYPE_CHECKING:
    from ..web.jobs import Jobs
    from ..web.place import Place

_LOG = logging.getLogger("ringscope.api")
_ANSWERS: dict[int | str, dict[str, Any]] = {
    400: {"model": Told, "description": "What is asked makes no sense; the words say why."},
    401: {"model": Told, "description": "No key, or a wrong, expired or revoked one."},
    403: {"model": Told, "description": "The key lacks the scope, or another site asks."},
    404: {"model": Told, "description": "No such ring, account, job or verdict."},
    408: {"model": Told, "description": "The request took too long to arrive."},
    409: {"model": Told, "description": "The job is not done."},
    413: {"description": "The body is too large, or has no length."},
    422: {"model": Told, "description": "A field is missing, unknown, or of another type."},
    429: {"model": Told, "description": "Too many requests, wrong keys or jobs."},
    503: {"model": Told, "description": "The store or its run cannot be read now."},
}
_TEXT = (
    "Scores new accounts against the current run, and reads its rings, accounts and verdicts. "
    "Keys: `ringscope key create`; send `Authorization: Bearer rs_...`."
)


def make_api(place: Place, jobs: Jobs, access: Access, metrics: Metrics) -> FastAPI:
    """Make the API over what an app shows.

    Parameters
    ----------
    place
        The store, or the run.
    jobs
        Batches, shared with the pages.
    access
        Who may do what.
    metrics
        Where requests are counted.
    """
    api = FastAPI(
        title="ringscope",
        version=__version__,
        description=_TEXT,
        docs_url=None,
        redoc_url=None,
        responses=_ANSWERS,
    )
    api.state.place, api.state.jobs = place, jobs
    api.state.access, api.state.metrics = access, metrics
    for part in (score, looking, verdicts, state):
        api.include_router(part.router)
    api.add_exception_handler(RingscopeError, _told)
    api.add_exception_handler(HTTPException, _plain)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(Exception, _broken)
    return api


def _told(_: Request, error: Exception) -> Response:
    """An error that whoever asks can mend; of a broken store only that it is broken."""
    if isinstance(error, RunError):
        _LOG.error("%s", error)
        return _answer(503, "the store or its run cannot be read now; the log says why")
    return _answer(404 if isinstance(error, NotFound) else 400, str(error))


def _plain(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    said = str(error.detail) if isinstance(error, HTTPException) else ""
    headers = error.headers if isinstance(error, HTTPException) else None
    return _answer(status, said, dict(headers or {}))


def _invalid(_: Request, error: Exception) -> Response:
    """Name the first field that is wrong; what was sent is not sent back."""
    found = error.errors()[0] if isinstance(error, RequestValidationError) else {}
    where = ".".join(str(part)[:60] for part in found.get("loc", ()))
    return _answer(422, f"{where}: {found.get('msg', 'not valid')}")


def _broken(_: Request, error: Exception) -> Response:
    return _answer(500, f"something went wrong here ({type(error).__name__}); the log says what")


def _answer(status: int, said: str, headers: dict[str, str] | None = None) -> Response:
    plain = said.encode("utf-8", "replace").decode()
    return JSONResponse({"error": plain}, status, headers)
