"""The web pages: built files, served as they are."""

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse, HTMLResponse, Response
from fastapi.staticfiles import StaticFiles

from apps.web import STATIC
from maas.errors import NotFoundError

router = APIRouter(include_in_schema=False)
_LOOKING = ["GET", "HEAD"]
_MISSING = (
    "<!doctype html><meta charset=utf-8><title>Meguri</title>"
    "<p>The web pages are not built yet: run <code>make web</code>. The API works: "
    "<a href=/openapi.json>/openapi.json</a>."
)


@router.api_route("/", methods=_LOOKING)
def rider_page() -> Response:
    """Serve the rider's page."""
    return _page("index.html")


@router.api_route("/bookings/{booking_id}", methods=_LOOKING)
def ticket_page(booking_id: str) -> Response:
    """Serve the ticket page; it reads its booking from the address."""
    del booking_id
    return _page("booking.html")


@router.api_route("/account", methods=_LOOKING)
def account_page() -> Response:
    """Serve the page of one's own account; the links of mails lead to it."""
    return _page("account.html")


@router.api_route("/driver", methods=_LOOKING)
def driver_page() -> Response:
    """Serve the driver's page."""
    return _page("driver.html")


@router.api_route("/docs", methods=_LOOKING)
def docs_page() -> Response:
    """Serve the interactive API documentation."""
    return _page("docs.html")


@router.api_route("/{name}", methods=_LOOKING)
def file_beside_the_pages(name: str) -> Response:
    """Serve the icon and the like; pages have their own addresses."""
    files = STATIC.iterdir() if STATIC.is_dir() else ()
    beside = {path.name for path in files if path.is_file()}
    if name.endswith(".html") or name not in beside:
        raise NotFoundError(f"There is nothing at /{name}; /docs lists all routes.")
    return _page(name)


class _Assets(StaticFiles):
    """Scripts, styles and fonts; named by content, so that browsers need never ask again."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Serve a file.

        Parameters
        ----------
        *args, **kwargs : Any
            As Starlette gives them.

        Returns
        -------
        Response
            The file.
        """
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def mount(app: FastAPI) -> None:
    """Add pages and their files to an app.

    Parameters
    ----------
    app : FastAPI
        The app; API routes must be there already.
    """
    app.include_router(router)
    if (STATIC / "assets").is_dir():
        app.mount("/assets", _Assets(directory=STATIC / "assets"), name="assets")


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
    path = STATIC / name
    if not path.is_file():
        return HTMLResponse(_MISSING, status_code=503)
    return FileResponse(path, headers={"Cache-Control": "no-cache"})
