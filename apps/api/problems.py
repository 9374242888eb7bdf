"""Errors as RFC 9457 problem documents."""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from maas.errors import (
    BrokenError,
    InvalidRequestError,
    MaasError,
    NotFoundError,
    RequestTooLargeError,
    RideGoneError,
    StaffKeyWrongError,
    UnavailableError,
)

MEDIA_TYPE = "application/problem+json"
MOST_BYTES = 500_000
"""Largest request body; the largest real one holds an offer of some kilobytes."""

_AWAY = (OperationalError, InterfaceError, PoolTimeoutError)
"""The database is away, restarting, or has kept a request waiting too long."""

log = logging.getLogger("meguri.api")


class Problem(BaseModel):
    """An error, as every route answers it (RFC 9457)."""

    type: str = Field(examples=["/docs#problem-ride_gone"])
    title: str = Field(examples=["That ride has just been taken"])
    status: int = Field(examples=[409])
    detail: str = Field(examples=["Somebody was faster. Search again."])
    code: str = Field(examples=["ride_gone"])
    params: dict[str, Any] = Field(default_factory=dict)
    alternatives: list[dict[str, Any]] | None = Field(
        default=None, description="Of `ride_gone`: what could be booked instead, as in a plan"
    )


def documented(*errors: type[MaasError]) -> dict[int | str, dict[str, Any]]:
    """Describe the errors a route may answer with, for OpenAPI.

    Parameters
    ----------
    *errors : type[MaasError]
        The errors.

    Returns
    -------
    dict[int | str, dict[str, Any]]
        Status to description, as FastAPI's ``responses``.
    """
    by_status: dict[int, list[type[MaasError]]] = {}
    kinds: tuple[type[MaasError], ...] = (InvalidRequestError, *errors)
    for error in kinds:
        by_status.setdefault(error.status, []).append(error)
    return {
        status: {
            "model": Problem,
            "description": "; ".join(f"`{kind.code}`: {kind.title}" for kind in alike),
            "content": {MEDIA_TYPE: {}},
        }
        for status, alike in by_status.items()
    }


def answer(error: MaasError) -> JSONResponse:
    """Write an error as a problem document.

    Parameters
    ----------
    error : MaasError
        The error.

    Returns
    -------
    JSONResponse
        With the error's status.
    """
    headers = {"WWW-Authenticate": "Bearer"} if error.status == StaffKeyWrongError.status else None
    problem = Problem(
        type=f"/docs#problem-{error.code}",
        title=error.title,
        status=error.status,
        detail=error.message,
        code=error.code,
        params=error.params,
    )
    if isinstance(error, RideGoneError):
        problem.alternatives = list(error.alternatives)
    document = problem.model_dump(mode="json", exclude_none=True)
    return JSONResponse(document, error.status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make every error of an app a problem document.

    Parameters
    ----------
    app : FastAPI
        The app.
    """

    @app.exception_handler(MaasError)
    def of_service(_request: Request, error: MaasError) -> JSONResponse:
        return answer(error)

    @app.exception_handler(RequestValidationError)
    def of_validation(_request: Request, error: RequestValidationError) -> JSONResponse:
        faults = [
            {"field": ".".join(str(part) for part in fault["loc"]), "fault": fault["msg"]}
            for fault in error.errors()
        ]
        text = "; ".join(f"{fault['field']}: {fault['fault']}" for fault in faults)
        return answer(InvalidRequestError(f"Correct the request: {text}.", faults=faults))

    @app.exception_handler(HTTPException)
    def of_framework(request: Request, error: HTTPException) -> JSONResponse:
        return _of_framework(request, error)

    def of_database(_request: Request, error: Exception) -> JSONResponse:
        log.warning("database: %s", error)
        return answer(UnavailableError("Nothing was changed. Try again in a moment."))

    for kind in _AWAY:
        app.add_exception_handler(kind, of_database)

    @app.exception_handler(Exception)
    def of_ourselves(_request: Request, _error: Exception) -> JSONResponse:
        # The server logs it with its traceback; what went wrong inside is nobody else's business.
        return answer(BrokenError("Nothing was changed. Try again, or tell the operator."))

    _describe(app)


def _of_framework(request: Request, error: HTTPException) -> JSONResponse:
    """Write an error of the web framework as a problem document.

    Parameters
    ----------
    request : Request
        What was asked for.
    error : HTTPException
        The error.

    Returns
    -------
    JSONResponse
        With the error's status; a body that cannot be read counts as not well formed.
    """
    if error.status_code == NotFoundError.status:
        return answer(
            NotFoundError(f"There is nothing at {request.url.path}; /docs lists all routes.")
        )
    if error.status_code == RequestTooLargeError.status:
        return answer(RequestTooLargeError(MOST_BYTES))
    if error.status_code == HTTPStatus.BAD_REQUEST:
        return answer(InvalidRequestError("The body could not be read; send JSON in UTF-8."))
    problem = Problem(
        type="about:blank",
        title=str(error.detail),
        status=error.status_code,
        detail=f"{error.detail}; /docs lists all routes.",
        code=str(error.detail).lower().replace(" ", "_"),
    )
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        methods = _methods(request)  # the framework names those of the first route only
        headers |= {"Allow": ", ".join(sorted(methods))} if methods else {}
    document = problem.model_dump(mode="json", exclude_none=True)
    return JSONResponse(document, error.status_code, headers, MEDIA_TYPE)


def _methods(request: Request) -> set[str]:
    """Collect what may be done at an address.

    Parameters
    ----------
    request : Request
        What was asked for.

    Returns
    -------
    set[str]
        Documented methods of all routes there; empty where it is no address of the API.
    """
    asked = request.url.path.split("/")
    paths: dict[str, dict[str, Any]] = request.app.openapi()["paths"]

    def fits(path: str) -> bool:
        parts = path.split("/")
        pairs = zip(parts, asked, strict=False)
        same = all(part == there or part.startswith("{") for part, there in pairs)
        return same and len(parts) == len(asked)

    # Where a fixed address also fits a pattern (".../options", ".../{id}"), it is the fixed one.
    found = sorted(filter(fits, paths), key=lambda path: path.count("{"))
    return {method.upper() for method in paths[found[0]]} if found else set()


def _describe(app: FastAPI) -> None:
    """Say in an app's OpenAPI document that problems have a media type of their own.

    Parameters
    ----------
    app : FastAPI
        The app. FastAPI writes every documented model down as application/json.
    """
    write = app.openapi

    def openapi() -> dict[str, Any]:
        fresh = app.openapi_schema is None
        document = write()
        if fresh:
            for operations in document["paths"].values():
                for operation in operations.values():
                    for response in operation["responses"].values():
                        content = response.get("content", {})
                        if MEDIA_TYPE in content and "application/json" in content:
                            content[MEDIA_TYPE] = content.pop("application/json")
        return document

    setattr(app, "openapi", openapi)  # noqa: B010 - FastAPI's own way to extend the document
