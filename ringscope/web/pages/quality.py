"""Data quality: what was read, what was refused and why, and what the run rests on."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ...report.quality import data_quality
from ..rendering import page, reading_of

router = APIRouter()


@router.get("/quality", response_class=HTMLResponse)
def quality(request: Request) -> HTMLResponse:
    """The page."""
    reading = reading_of(request)
    data = {"quality": data_quality(reading.frames, reading.run.manifest)}
    return page(request, "quality_page.html", data)
