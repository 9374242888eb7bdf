"""Routes of planning: places and journeys."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from apps.api import schemas, wishes
from apps.api.deps import Language, ServiceRuntime
from apps.api.problems import documented
from apps.runtime import Runtime
from maas.clock import local_instant
from maas.errors import (
    DateWithoutServiceError,
    InvalidRequestError,
    LineUnknownError,
    NotFoundError,
    OutsideAreaError,
    PastTimeError,
    PlaceUnknownError,
    SamePlaceError,
)
from maas.offers import Expected, Heads, PlanRequest, Walking, board, page_of
from routing.journeys import Place
from routing.query import Via

router = APIRouter(prefix="/v1", tags=["journeys"])


@router.get("/places", response_model=schemas.Places, responses=documented())
def find_places(
    runtime: ServiceRuntime,
    q: Annotated[str, Query(max_length=200, description="What has been typed so far")] = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 8,
) -> dict[str, Any]:
    """Suggest places for what has been typed so far: names, readings, English, near misses."""
    found = runtime.city.gazetteer.search(q, limit)
    return {
        "places": [
            {
                "id": place.id,
                "name": place.name,
                "reading": place.reading,
                "name_en": place.name_en,
                "kind": place.kind,
                "lat": place.lat,
                "lon": place.lon,
                "stop_id": place.stop_id,
            }
            for place in found
        ]
    }


@router.post(
    "/plans",
    response_model=schemas.Plan,
    response_model_exclude_unset=True,
    responses=documented(
        PlaceUnknownError, PastTimeError, DateWithoutServiceError, OutsideAreaError, SamePlaceError
    ),
)
def make_plan(runtime: ServiceRuntime, body: wishes.PlanIn) -> dict[str, Any]:
    """Find journeys by bus, train, foot and on-demand ride, with live seats and one price each."""
    now_s = runtime.clock()
    request = plan_request(runtime, body, now_s)
    with runtime.database.reading() as session:
        return runtime.desk.plan(session, request, now_s)


@router.post(
    "/why-not",
    response_model=schemas.WhyNot,
    responses=documented(
        LineUnknownError,
        PlaceUnknownError,
        PastTimeError,
        DateWithoutServiceError,
        OutsideAreaError,
        SamePlaceError,
    ),
)
def why_not(runtime: ServiceRuntime, body: wishes.WhyNotIn) -> dict[str, Any]:
    """Say why a line, a stop or a time is not among the journeys: too early, beaten, full …"""
    now_s = runtime.clock()
    request = plan_request(runtime, body, now_s)
    zone = runtime.city.timezone
    expected = Expected(
        body.line,
        None if body.stop is None else place_of(runtime, body.stop, body.language, "stop"),
        None if body.expected is None else local_instant(body.expected, zone),
    )
    with runtime.database.reading() as session:
        return runtime.why_not.explain(session, request, expected, now_s)


@router.get(
    "/departures",
    response_model=schemas.Board,
    responses=documented(
        PlaceUnknownError, NotFoundError, OutsideAreaError, DateWithoutServiceError
    ),
)
def departure_board(
    runtime: ServiceRuntime,
    language: Language,
    place: Annotated[str, Query(max_length=200, description="Name, stop id, or `lat,lon`")],
    time: Annotated[str, Query(max_length=40, description="City's time; else now")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> dict[str, Any]:
    """Tell what leaves a place next: every stop at it, over midnight and the days after."""
    zone = runtime.city.timezone
    from_s = local_instant(time, zone) if time else runtime.clock()
    where = runtime.city.gazetteer.resolve(place, language)
    return board(runtime.city, where, from_s, limit, language)


def plan_request(runtime: Runtime, body: wishes.PlanIn, now_s: int) -> PlanRequest:
    """Take a wish as the request words it.

    Parameters
    ----------
    runtime : Runtime
        The service.
    body : PlanIn
        The request.
    now_s : int
        The instant, UTC epoch seconds.

    Returns
    -------
    PlanRequest
        The wish.
    """
    if body.depart is not None and body.arrive is not None:
        raise InvalidRequestError("Give depart or arrive, not both.")
    time = body.depart if body.arrive is None else body.arrive
    return PlanRequest(
        origin=place_of(runtime, body.origin, body.language, "from"),
        destination=place_of(runtime, body.destination, body.language, "to"),
        time_s=now_s if time is None else local_instant(time, runtime.city.timezone),
        arrive_by=body.arrive is not None,
        heads=Heads(**body.party.model_dump()),
        language=body.language,
        walking=Walking.of(body.max_walk_m, body.walk_speed_m_s),
        page=page_of(body.page),
        passes=tuple(body.passes),
        via=tuple(
            Via(place_of(runtime, via.place, body.language, "via"), via.stay_min * 60)
            for via in body.via
        ),
    )


def place_of(runtime: Runtime, wish: str | wishes.PointIn, language: str, field: str) -> Place:
    """Take a place as the request names it.

    Parameters
    ----------
    runtime : Runtime
        The service.
    wish : str or PointIn
        A text, or a point.
    language : str
        Language of its name.
    field : str
        ``from`` or ``to``, for the error.

    Returns
    -------
    Place
        The place.
    """
    gazetteer = runtime.city.gazetteer
    if isinstance(wish, str):
        return gazetteer.resolve(wish, language, field)
    if wish.place_id is not None:
        return gazetteer.resolve(wish.place_id, language, field)
    if wish.lat is None or wish.lon is None:
        raise InvalidRequestError("A point needs lat and lon, or a place_id.", field=field)
    return gazetteer.point(wish.lat, wish.lon, wish.name, field)
