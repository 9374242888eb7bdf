"""Errors as RFC 9457 problem documents."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from maas.errors import InvalidRequestError, MaasError, NotFoundError

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """An error, as every route answers it (RFC 9457)."""

    type: str = Field(examples=["/docs#problem-ride_gone"])
    title: str = Field(examples=["That ride has just been taken"])
    status: int = Field(examples=[409])
    detail: str = Field(examples=["Somebody was faster. Search again."])
    code: str = Field(examples=["ride_gone"])
    params: dict[str, Any] = Field(default_factory=dict)


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
    problem = Problem(
        type=f"/docs#problem-{error.code}",
        title=error.title,
        status=error.status,
        detail=error.message,
        code=error.code,
        params=error.params,
    )
    return JSONResponse(problem.model_dump(mode="json"), error.status, media_type=MEDIA_TYPE)


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
        if error.status_code == NotFoundError.status:
            return answer(
                NotFoundError(f"There is nothing at {request.url.path}; /docs lists all routes.")
            )
        problem = Problem(
            type="about:blank",
            title=str(error.detail),
            status=error.status_code,
            detail=f"{error.detail}; /docs lists all routes.",
            code=str(error.detail).lower().replace(" ", "_"),
        )
        return JSONResponse(
            problem.model_dump(mode="json"),
            error.status_code,
            headers=error.headers,
            media_type=MEDIA_TYPE,
        )
