"""Downloads: the case packet of a ring."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request, Response

from ...case import case_packet
from ..rendering import reading_of

router = APIRouter()


@router.get("/rings/{ring_id}/case.zip")
def packet(request: Request, ring_id: str, redact: Literal["full", "counts"] = "full") -> Response:
    """The case packet; keyed ones need a secret and are made on the command line."""
    run = reading_of(request).run
    data = case_packet(run, ring_id, redact=redact).zipped()
    name = "".join(char for char in ring_id if char.isascii() and (char.isalnum() or char in "-_"))
    headers = {"Content-Disposition": f'attachment; filename="case-{name}.zip"'}
    return Response(data, media_type="application/zip", headers=headers)
