"""Templates to answers; every text is escaped, nothing is taken from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse

from ..report.page import environment
from ..words import count, day, kind_words, minute, percent
from .people import Person
from .place import Place
from .reading import Reading


def place_of(request: Request) -> Place:
    """What the app shows."""
    found: Place = request.app.state.place
    return found


def reading_of(request: Request) -> Reading:
    """The run that is shown now."""
    return place_of(request).reading()


def page(
    request: Request, template: str, data: Mapping[str, Any], *, status: int = 200
) -> HTMLResponse:
    """Render a page, or a part of one that htmx asked for.

    Parameters
    ----------
    request
        Who asks.
    template
        File in `templates/`.
    data
        What the template shows, beside what every page needs.
    status
        HTTP status.
    """
    place = place_of(request)
    reading = place.reading()
    person: Person = request.state.person
    every = {
        "person": person,
        "writable": place.writable and person.may("decide"),
        "single": not place.writable,
        "night": reading.name,
        "run_facts": reading.facts,
        "kinds": reading.kinds,
        "path": request.scope["path"],
        "query": request.query_params.get("q", ""),
    }
    made = _templates().get_template(template)
    return HTMLResponse(made.render({**every, **data}), status)


def bare(template: str, data: Mapping[str, Any], *, status: int = 200) -> HTMLResponse:
    """Render a page that shows nothing of a run, for people who may not look at it."""
    made = _templates().get_template(template)
    return HTMLResponse(made.render(data), status)


def compile_templates() -> None:
    """Compile all pages now, so that nobody waits for it."""
    made = _templates()
    for name in files("ringscope.web").joinpath("templates").iterdir():
        made.get_template(name.name)


def ring_url(ring_id: str) -> str:
    """Address of a ring's page."""
    return f"/rings/{quote(ring_id, safe='')}"


def account_url(account_id: str) -> str:
    """Address of an account's page."""
    return f"/accounts/{quote(account_id, safe='')}"


def kinds_in_words(kinds: str) -> str:
    """The kinds of a link, "device;ip", as people call them."""
    return ", ".join(kind_words(kind) for kind in kinds.split(";"))


def _templates() -> Any:
    made = environment("ringscope.web", "ringscope.report")
    made.filters.update(
        kinds_in_words=kinds_in_words,
        ring_url=ring_url,
        account_url=account_url,
        percent=percent,
        day=day,
        minute=minute,
    )
    made.globals.update(count=count)
    return made
