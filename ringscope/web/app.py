"""The application: pages, files, security, and errors as pages."""

from __future__ import annotations

from importlib.resources import files
from itertools import product
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from ingest.errors import NotFound, RingscopeError

from .. import __version__
from ..api import Access, Audit, Keyring, Metrics, Rate, Watch, make_api
from .jobs import Jobs
from .pages import ROUTERS
from .pages.sign_in import ask
from .people import People, Person
from .place import Place
from .rendering import compile_templates, page
from .security import LOOPBACK, guard


def make_app(
    place: Place, *, hosts: frozenset[str] = LOOPBACK, local: bool = True, rate: Rate | None = None
) -> FastAPI:
    """Make the app over a store or a run: pages, and the API below `/v1`.

    Parameters
    ----------
    place
        What it shows.
    hosts
        Host names under which it may be called.
    local
        Whether only this machine can call: then nobody has to sign in, and the API answers without
        a key, but writes nothing.
    rate
        How often each key may ask; the default of `Rate` if None.
    """
    app = FastAPI(
        title="ringscope", version=__version__, docs_url=None, redoc_url=None, openapi_url=None
    )
    app.state.place = place
    app.state.jobs = Jobs()
    store, metrics = place.store, Metrics()
    keys = Keyring(store) if store else None
    access = Access(keys, local, metrics, rate or Rate())
    app.state.people = People(access)
    app.middleware("http")(guard(hosts, app.state.people, ask))
    app.add_middleware(Watch, metrics, Audit(store.folder / "audit" if store else None))
    app.mount("/v1", make_api(place, app.state.jobs, access, metrics))
    compile_templates()
    for router in ROUTERS:
        app.include_router(router)
    for package, folder in product(("ringscope.web", "ringscope.report"), ("static", "vendor")):
        where = Path(str(files(package).joinpath(folder)))
        app.mount(f"/static/{package.rpartition('.')[2]}/{folder}", StaticFiles(directory=where))
    app.add_exception_handler(RingscopeError, _told)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(Exception, _broken)
    return app


def _told(request: Request, error: Exception) -> Response:
    """An error that a person can mend, in the words of the command line."""
    code = 404 if isinstance(error, NotFound) else 400
    return _error(request, code, str(error))


def _plain(request: Request, error: Exception) -> Response:
    code = error.status_code if isinstance(error, HTTPException) else 500
    message = "There is no such page." if code == 404 else "The request was refused."
    return _error(request, code, message)


def _broken(request: Request, error: Exception) -> Response:
    """An error of ours: nothing of its inside is shown."""
    message = f"Something went wrong here ({type(error).__name__}); the log says what."
    return _error(request, 500, message)


def _error(request: Request, code: int, message: str) -> Response:
    """An error as a page; as plain text where the run cannot be read, or may not be."""
    person: Person | None = getattr(request.state, "person", None)
    if person is None or not person.may("read"):
        return PlainTextResponse(f"{message}\n", code)
    try:
        return page(request, "error.html", {"code": code, "message": message}, status=code)
    except RingscopeError as error:
        return PlainTextResponse(f"{message}\n{error}\n", code)
