"""What the API takes to plan: wishes as requests word them."""

import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from maas.offers import MAX_WALK_M, MOST_LUGGAGE, WALK_SPEEDS_M_S
from routing.query import MOST_VIA


def _legible(text: str) -> str:
    """Refuse what no keyboard writes and no screen, list or database should have to show.

    Parameters
    ----------
    text : str
        As sent.

    Returns
    -------
    str
        The same.
    """
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        raise ValueError("holds control characters; send plain text")
    return text


Language = Literal["ja", "en"]


Text = Annotated[str, AfterValidator(_legible)]
"""One line that a person wrote."""

Name = Annotated[Text, Field(max_length=200)]
"""A name, an identifier or a pair of coordinates."""


class PointIn(BaseModel):
    """A place of the gazetteer by its id, or a coordinate."""

    model_config = ConfigDict(extra="forbid")
    place_id: Name | None = None
    lat: float | None = Field(default=None, ge=-90, le=90)
    lon: float | None = Field(default=None, ge=-180, le=180)
    name: Name = ""


class PartyIn(BaseModel):
    """Who travels; ``wheelchairs`` says how many of them travel in their wheelchair.

    With one or more, every walk is step-free, and vehicles and stops take wheelchairs.
    ``child_seats`` says how many of the children and infants need one, ``luggage`` counts large
    pieces.
    """

    model_config = ConfigDict(extra="forbid")
    adults: int = Field(default=1, ge=0, le=60)
    children: int = Field(default=0, ge=0, le=60)
    infants: int = Field(default=0, ge=0, le=60)
    wheelchairs: int = Field(default=0, ge=0, le=60)
    child_seats: int = Field(default=0, ge=0, le=60)
    luggage: int = Field(default=0, ge=0, le=MOST_LUGGAGE)


class ViaIn(BaseModel):
    """A place to pass on the way."""

    model_config = ConfigDict(extra="forbid")
    place: Name | PointIn = Field(description="As `from`")
    stay_min: int = Field(default=0, ge=0, le=1440, description="At least how long, minutes")


class PlanIn(BaseModel):
    """A wish: from where to where, and when to leave or to be there."""

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
        json_schema_extra={
            "examples": [{"from": "加賀温泉駅", "to": "菊の湯", "depart": "2026-11-24T10:00"}]
        },
    )
    origin: Name | PointIn = Field(alias="from", description="Name, stop id, `lat,lon`, or a point")
    destination: Name | PointIn = Field(alias="to", description="As `from`")
    depart: Text | None = Field(default=None, max_length=40, description="City's time; else now")
    arrive: Text | None = Field(default=None, max_length=40, description="Instead of `depart`")
    party: PartyIn = PartyIn(adults=1)
    max_walk_m: int | None = Field(
        default=None, ge=0, le=MAX_WALK_M, description="Longest walk, metres; 1500 otherwise"
    )
    walk_speed_m_s: float | None = Field(
        default=None,
        ge=WALK_SPEEDS_M_S[0],
        le=WALK_SPEEDS_M_S[1],
        allow_inf_nan=False,
        description="Walking speed, metres a second; 1.2 otherwise",
    )
    language: Language = "ja"
    via: list[ViaIn] = Field(
        default=[], max_length=MOST_VIA, description="Places to pass, in order"
    )
    passes: list[Name] = Field(
        default=[], max_length=20, description="Passes and bundles that all of them have, by id"
    )
    page: Text | None = Field(
        default=None,
        max_length=40,
        description="Earlier or later journeys: `earlier` or `later` of the last answer",
    )


class ChangeWishIn(BaseModel):
    """What a booking should become; what is not said stays as it is booked."""

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
        json_schema_extra={"examples": [{"depart": "2026-11-24T11:00"}]},
    )
    origin: Name | PointIn | None = Field(default=None, alias="from")
    destination: Name | PointIn | None = Field(default=None, alias="to")
    depart: Text | None = Field(default=None, max_length=40)
    arrive: Text | None = Field(default=None, max_length=40)
    party: PartyIn | None = None
    language: Language = "ja"


class WhyNotIn(PlanIn):
    """A wish, and the line, the stop or the time that a rider expected to find in the answer."""

    line: Name | None = Field(default=None, description="Name or route id of a line")
    stop: Name | PointIn | None = Field(
        default=None, description="Where the rider would get on or off; as `from`"
    )
    expected: str | None = Field(
        default=None, max_length=40, description="The departure the rider had in mind"
    )
