"""The web pages: built files, served as they are."""

from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse, HTMLResponse, Response
from fastapi.staticfiles import StaticFiles

from apps.web import STATIC

router = APIRouter(include_in_schema=False)
_MISSING = (
    "<!doctype html><meta charset=utf-8><title>Meguri</title>"
    "<p>The web pages are not built yet: run <code>make web</code>. The API works: "
    "<a href=/openapi.json>/openapi.json</a>."
)


@router.get("/")
def rider_page() -> Response:
    """Serve the rider's page."""
    return _page("index.html")


@router.get("/bookings/{booking_id}")
def ticket_page(booking_id: str) -> Response:
    """Serve the ticket page; it reads its booking from the address."""
    del booking_id
    return _page("booking.html")


@router.get("/driver")
def driver_page() -> Response:
    """Serve the driver's page."""
    return _page("driver.html")


@router.get("/docs")
def docs_page() -> Response:
    """Serve the interactive API documentation."""
    return _page("docs.html")


def mount(app: FastAPI) -> None:
    """Add pages and their files to an app.

    Parameters
    ----------
    app : FastAPI
        The app; API routes must be there already.
    """
    app.include_router(router)
    if STATIC.is_dir():
        app.mount("/", StaticFiles(directory=STATIC), name="static")


def _page(name: str) -> Response:
    """Serve a built page, or say how to build it.

    Parameters
    ----------
    name : str
        File below the build output.

    Returns
    -------
    Response
        The page; browsers ask again each time, its assets are named by content.
    """
    path: Path = STATIC / name
    if not path.is_file():
        return HTMLResponse(_MISSING, status_code=503)
    return FileResponse(
        path,
        headers={
            "Cache-Control": "no-cache",
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": _POLICY,
        },
    )


_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "worker-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'"
)
