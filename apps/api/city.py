"""Routes of the city itself: what it is, how it looks, whether the service works."""

import contextlib
import gzip
import hashlib
import json
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from apps.api import city_schemas as schemas
from apps.api.deps import ServiceRuntime
from apps.runtime import Runtime
from maas.city.drawing import draw_city
from maas.clock import iso

router = APIRouter(tags=["city"])


@router.get("/v1/city", response_model=schemas.CityOut)
def read_city(runtime: ServiceRuntime) -> dict[str, Any]:
    """Describe the city, its data's sources, and the days its timetable covers."""
    city = runtime.city
    return {
        "id": city.id,
        "name": city.name,
        "timezone": city.timezone.key,
        "currency": city.currency,
        "languages": list(city.languages),
        "map": {"center": list(city.center), "bounds": list(city.bounds)},
        "notice": city.notice or None,
        "sources": list(city.sources),
        "streets": city.streets.label,
        "now": iso(runtime.clock(), city.timezone),
        "first_day": city.first_day.isoformat(),
        "last_day": city.last_day.isoformat(),
        "realtime": [
            {
                "feed": state.source.feed,
                "status": state.status,
                "made": iso(state.made_s, city.timezone) if state.made_s else None,
            }
            for state in runtime.realtime.states
        ],
    }


@router.get(
    "/v1/map",
    response_class=Response,
    responses={200: {"content": {"application/geo+json": {}}}, 304: {"description": "Unchanged"}},
)
def read_map(
    request: Request,
    if_none_match: Annotated[str, Header(description="ETag")] = "",
    accept_encoding: Annotated[str, Header(description="With `gzip` it comes packed")] = "",
) -> Response:
    """Draw the city as GeoJSON: roads, lines, stops, places."""
    body, tag = request.app.state.drawing
    headers = {"ETag": tag, "Cache-Control": "public, max-age=300", "Vary": "Accept-Encoding"}
    if tag in if_none_match:
        return Response(status_code=304, headers=headers)
    if "gzip" in accept_encoding:
        headers["Content-Encoding"] = "gzip"
    else:
        body = gzip.decompress(body)
    return Response(body, media_type="application/geo+json", headers=headers)


@router.get("/healthz", response_model=schemas.Health, responses={503: {"model": schemas.Health}})
def health(runtime: ServiceRuntime) -> JSONResponse:
    """Tell whether database and event bus can be reached."""
    state = {"database": _database_answers(runtime), "events": runtime.bus.ping()}
    well = all(state.values())
    return JSONResponse({"status": "ok" if well else "down", **state}, 200 if well else 503)


@router.get(
    "/readyz", response_model=schemas.Readiness, responses={503: {"model": schemas.Readiness}}
)
def readiness(request: Request, runtime: ServiceRuntime) -> JSONResponse:
    """Tell a load balancer whether this process should get requests, and what it lacks."""
    state = {
        "database": _database_answers(runtime),
        "tables": False,
        "events": runtime.bus.ping(),
    }
    with contextlib.suppress(SQLAlchemyError):
        state["tables"] = runtime.database.is_current()
    stopping = request.app.state.stopping.is_set()
    ready = all(state.values()) and not stopping
    # Where nothing could be loaded nothing listens: a city is always there.
    document = {"status": "ready" if ready else "not ready", **state, "city": runtime.city.id}
    document["stopping"] = stopping
    return JSONResponse(document, 200 if ready else 503)


def draw(runtime: Runtime) -> tuple[bytes, str]:
    """Draw the map once, packed for sending.

    Parameters
    ----------
    runtime : Runtime
        The service.

    Returns
    -------
    tuple[bytes, str]
        Gzip of the GeoJSON, and its ETag.
    """
    text_ = json.dumps(draw_city(runtime.city), ensure_ascii=False, separators=(",", ":"))
    body = gzip.compress(text_.encode(), 6, mtime=0)
    return body, f'"{hashlib.sha256(body).hexdigest()[:16]}"'


def _database_answers(runtime: Runtime) -> bool:
    """Tell whether the database can be reached.

    Parameters
    ----------
    runtime : Runtime
        The service.

    Returns
    -------
    bool
        True when it answers.
    """
    try:
        with runtime.database.reading() as session:
            session.connection().execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True
