"""Whether it runs, whether it is ready, and figures for monitoring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from .. import __version__
from .access import Caller, needs
from .answers import Alive, Ready
from .metrics import Metrics

if TYPE_CHECKING:
    from ..web.place import Place

router = APIRouter(tags=["state"])
READ = Annotated[Caller, Depends(needs("read"))]


@router.get("/health")
def health() -> Alive:
    """The program runs and answers; needs no key."""
    return Alive(status="ok", version=__version__)


@router.get("/ready", responses={503: {"model": Ready}})
def ready(request: Request, response: Response) -> Ready:
    """Whether a run is loaded to score with; needs no key. 503 while it is not."""
    name = place_of(request).prepared
    if not name:
        response.status_code = 503
        return Ready(ready=False, run="")
    known = place_of(request).known()
    columns = list(known.own.columns) if known.own else []
    return Ready(ready=True, run=name, accounts=len(known.accounts), columns=columns)


@router.get("/metrics", response_class=Response)
def metrics(request: Request, _: READ) -> Response:
    """Figures in the text format of Prometheus."""
    place = place_of(request)
    found = metrics_of(request)
    found.accounts.set(len(place.known().accounts) if place.prepared else 0)
    return Response(found.text(), media_type=CONTENT_TYPE_LATEST)


def place_of(request: Request) -> Place:
    """What the app shows."""
    found: Place = request.app.state.place
    return found


def metrics_of(request: Request) -> Metrics:
    """Where figures are counted."""
    found: Metrics = request.app.state.metrics
    return found
