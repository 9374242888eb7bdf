"""The route that tells how far one gets."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from apps.api import schemas
from apps.api.deps import Language, ServiceRuntime
from apps.api.problems import documented
from maas.clock import local_instant
from maas.errors import (
    DateWithoutServiceError,
    OutsideAreaError,
    PastTimeError,
    PlaceUnknownError,
)
from maas.offers import ReachRequest, minutes_of

router = APIRouter(prefix="/v1", tags=["journeys"])


class Reached(BaseModel):
    """What is reached within some minutes."""

    area_km2: float
    stops: int = Field(description="Stops of lines")
    places: int = Field(description="Named places of the city")


class ReachedWithin(Reached):
    """The same, with the limit."""

    minutes: int
    without_on_demand: Reached | None = Field(default=None, description="With `compare` only")


class MultiPolygon(BaseModel):
    """GeoJSON; longitude first."""

    type: Literal["MultiPolygon"]
    coordinates: list[list[list[list[float]]]]


class ReachArea(BaseModel):
    """A GeoJSON feature; each lies inside the next one."""

    type: Literal["Feature"]
    geometry: MultiPolygon
    properties: ReachedWithin


class Reach(BaseModel):
    """How far one gets: a GeoJSON FeatureCollection."""

    type: Literal["FeatureCollection"]
    origin: schemas.Place
    departure: schemas.Instant
    on_demand: bool = Field(description="Whether rides on demand were looked at")
    notes: list[schemas.Note]
    features: list[ReachArea]


@router.get(
    "/reach",
    response_model=Reach,
    response_model_exclude_unset=True,
    responses=documented(
        PlaceUnknownError, PastTimeError, DateWithoutServiceError, OutsideAreaError
    ),
)
def how_far(
    runtime: ServiceRuntime,
    language: Language,
    place: Annotated[str, Query(max_length=200, description="Name, stop id, or `lat,lon`")],
    depart: Annotated[str, Query(max_length=40, description="City's time; else now")] = "",
    minutes: Annotated[
        str, Query(max_length=60, description="Numbers of minutes, the least first")
    ] = "15,30,45",
    on_demand: Annotated[bool, Query(description="Look at rides on demand, too")] = True,
    wheelchair: Annotated[bool, Query(description="Step-free ways and vehicles only")] = False,
    compare: Annotated[bool, Query(description="Say what is reached without rides, too")] = False,
) -> dict[str, Any]:
    """Tell how far one gets from a place: areas as GeoJSON, each inside the next larger one."""
    now_s = runtime.clock()
    request = ReachRequest(
        origin=runtime.city.gazetteer.resolve(place, language),
        time_s=local_instant(depart, runtime.city.timezone) if depart else now_s,
        minutes=minutes_of(minutes),
        on_demand=on_demand,
        wheelchair=wheelchair,
        compare=compare,
        language=language,
    )
    with runtime.database.reading() as session:
        return runtime.reach.reach(session, request, now_s)
