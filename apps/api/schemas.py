"""What the API takes and gives, as it stands in OpenAPI."""

import unicodedata
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from maas.offers import MAX_WALK_M, WALK_SPEEDS_M_S


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
Instant = Annotated[str, Field(examples=["2026-11-24T10:12:00+09:00"])]
"""An instant in ISO 8601 with the city's offset."""


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
    """

    model_config = ConfigDict(extra="forbid")
    adults: int = Field(default=1, ge=0, le=60)
    children: int = Field(default=0, ge=0, le=60)
    infants: int = Field(default=0, ge=0, le=60)
    wheelchairs: int = Field(default=0, ge=0, le=60)


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
    via: list[ViaIn] = Field(default=[], max_length=3, description="Places to pass, in order")
    passes: list[Name] = Field(
        default=[], max_length=20, description="Passes and bundles that all of them have, by id"
    )
    page: Text | None = Field(
        default=None,
        max_length=40,
        description="Earlier or later journeys: `earlier` or `later` of the last answer",
    )


class WhyNotIn(PlanIn):
    """A wish, and the line a rider expected to find in the answer."""

    line: str = Field(max_length=200, description="Name or route id of a line")
    expected: str | None = Field(
        default=None, max_length=40, description="The departure the rider had in mind"
    )


class LineName(BaseModel):
    """A line by name."""

    id: str
    name: str


class WhyNot(BaseModel):
    """The reason why a line is not offered; ``offered`` names the journey that has it."""

    line: LineName
    code: str
    params: dict[str, Any]
    message: str


class Place(BaseModel):
    """A point with a name."""

    name: str
    lat: float
    lon: float
    stop_id: str | None


class BoardingPlace(Place):
    """A stop of a leg or a board; ``platform`` is what its sign says, null where nobody says."""

    platform: str | None = None


class NamedPlace(Place):
    """A place of the gazetteer."""

    id: str
    reading: str
    name_en: str
    kind: str


class Places(BaseModel):
    """Suggestions, best first."""

    places: list[NamedPlace]


class Line(BaseModel):
    """A line, as riders know it."""

    id: str
    short_name: str
    long_name: str
    color: str
    text_color: str
    agency: str


class Window(BaseModel):
    """A promised pickup window."""

    earliest: Instant
    latest: Instant


class Expected(BaseModel):
    """What the present plan says; it may move inside the promise."""

    pickup: str
    arrival: str


class Service(BaseModel):
    """An on-demand service."""

    id: str
    name: str


class StopOnTheWay(Place):
    """A stop called at on the way."""

    arrival: str
    departure: str


class Geometry(BaseModel):
    """A GeoJSON line."""

    type: Literal["LineString"]
    coordinates: list[tuple[float, float]]


class Alert(BaseModel):
    """What riders should know, in their language where the operator speaks it."""

    header: str | None
    description: str | None
    url: str | None
    cause: str = Field(examples=["WEATHER"])
    effect: str = Field(examples=["DETOUR"])
    severity: str = Field(examples=["WARNING"])


class Leg(BaseModel):
    """A part of a journey; which fields are there depends on ``mode``."""

    model_config = ConfigDict(populate_by_name=True)
    mode: str = Field(examples=["WALK", "BUS", "RAIL", "ON_DEMAND"])
    origin: BoardingPlace = Field(alias="from")
    destination: BoardingPlace = Field(alias="to")
    departure: Instant
    arrival: Instant
    duration_s: int
    geometry: Geometry
    distance_m: int | None = None
    route: Line | None = None
    trip_id: str | None = None
    headsign: str | None = None
    service_day: str | None = None
    wheelchair: bool | None = Field(
        default=None, description="Whether vehicle and stops take wheelchairs; null: unknown"
    )
    realtime: bool | None = Field(
        default=None, description="Whether departure or arrival is what is expected on the road"
    )
    delay_s: int | None = Field(
        default=None, description="Seconds late at departure, negative when early; null: unknown"
    )
    scheduled_departure: str | None = Field(
        default=None, description="By the timetable, where something else may be known"
    )
    scheduled_arrival: str | None = None
    alerts: list[Alert] | None = Field(
        default=None, description="What riders should know about line, run and stops"
    )
    intermediate_stops: list[StopOnTheWay] | None = None
    pickup_window: Window | None = None
    arrival_latest: str | None = None
    expected: Expected | None = None
    booking_deadline: str | None = None
    service: Service | None = None
    co2_g: int | None = Field(default=None, description="For one person; null: no figure known")


class PriceLine(BaseModel):
    """A line of a bill; ``leg`` is the leg it pays for, null for a pass."""

    label: str
    count: int
    amount_minor: int
    leg: int | None


class Price(BaseModel):
    """An amount in minor units (yen for JPY)."""

    amount_minor: int
    currency: str
    lines: list[PriceLine] | None = None


class Connection(BaseModel):
    """A change: where the next vehicle is boarded, and the seconds between being there and it."""

    at: Place
    margin_s: int


class Journey(BaseModel):
    """A way from door to door.

    The weakest connection is the change with the least margin, null without a change. Grams of CO2
    are for one person, beside the same way by car; null where no figure is known. Bookings made
    before a field existed do not have it.
    """

    departure: Instant
    arrival: Instant
    duration_s: int
    transfers: int
    walk_m: int
    price: Price | None
    reasons: list[str]
    weakest_connection: Connection | None = None
    co2_g: int | None = None
    car_co2_g: int | None = None
    legs: list[Leg]


class OfferedJourney(Journey):
    """A journey with the signed offer that books it."""

    bookable: bool
    offer: str | None
    expires: str | None


class Refusal(BaseModel):
    """Why an on-demand ride is not among the journeys."""

    code: str
    params: dict[str, Any]
    service: str | None
    next_pickup: str | None
    message: str


class Note(BaseModel):
    """Something to know about the answer."""

    code: str
    message: str


class ViaOut(BaseModel):
    """A place on the way."""

    place: Place
    stay_min: int


class Plan(BaseModel):
    """Journeys, sorted by arrival; none is beaten by another in everything."""

    model_config = ConfigDict(populate_by_name=True)
    origin: Place = Field(alias="from")
    destination: Place = Field(alias="to")
    via: list[ViaOut]
    journeys: list[OfferedJourney]
    refusals: list[Refusal]
    notes: list[Note]
    earlier: str | None = Field(description="`page` of the journeys before these; null: none")
    later: str | None = Field(description="`page` of the journeys after these; null: none")
    co2_source: str


class Departure(BaseModel):
    """One line of a departure board; what is cancelled keeps the time it should have had."""

    departure: Instant
    scheduled_departure: str | None
    realtime: bool
    delay_s: int | None
    cancelled: bool
    mode: str
    route: Line
    headsign: str
    stop: BoardingPlace
    trip_id: str
    service_day: str


class Board(BaseModel):
    """What leaves a place next, soonest first."""

    place: Place
    departures: list[Departure]


class RiderIn(BaseModel):
    """Whom the driver asks for; the driver of the vehicle sees it, nobody else."""

    model_config = ConfigDict(extra="forbid")
    name: Text = Field(max_length=80)
    phone: Text = Field(default="", max_length=80)


class BookingIn(BaseModel):
    """The choice of an offer."""

    model_config = ConfigDict(extra="forbid")
    offer: str = Field(max_length=400_000)
    rider: RiderIn
    language: Language = "ja"
    payment: Literal["on_board"] = "on_board"


class Rider(BaseModel):
    """The rider of a booking."""

    name: str


class VehicleName(BaseModel):
    """A vehicle by name."""

    id: str
    name: str


class Ride(BaseModel):
    """An on-demand ride of a booking, with its promise."""

    model_config = ConfigDict(populate_by_name=True)
    id: str
    leg: int
    vehicle: VehicleName
    origin: Place = Field(alias="from")
    destination: Place = Field(alias="to")
    pickup_window: Window
    arrival_latest: str
    seats: int
    wheelchairs: int
    state: str


class TicketLinks(BaseModel):
    """Where the ticket is."""

    url: str
    qr_url: str


class Booking(BaseModel):
    """A booking and what was promised."""

    id: str
    state: str
    created: str
    language: str
    rider: Rider
    party: dict[str, int]
    price: Price
    payment: str
    journey: Journey
    rides: list[Ride]
    ticket: TicketLinks


class Vehicle(VehicleName):
    """A vehicle of the fleet."""

    area: str
    kind: str
    seats: int
    wheelchair_places: int


class Vehicles(BaseModel):
    """All vehicles."""

    vehicles: list[Vehicle]


class RiderForDriver(Rider):
    """The rider, as the driver sees them."""

    phone: str


class DriverStop(BaseModel):
    """One stop of a driver's list."""

    id: str
    sequence: int
    kind: str
    planned: str
    earliest: str | None
    latest: str
    state: str
    place: Place
    booking_id: str
    rider: RiderForDriver
    seats: int
    wheelchairs: int
    price: Price | None


class DriverList(BaseModel):
    """What a vehicle does on a day, in driving order."""

    vehicle: Vehicle
    date: str
    stops: list[DriverStop]


class TicketKey(BaseModel):
    """The public half of the ticket key: a JSON Web Key (RFC 8037)."""

    kty: str
    crv: str
    x: str


class TicketKeys(BaseModel):
    """Keys that verify tickets offline."""

    keys: list[TicketKey]
