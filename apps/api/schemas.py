"""What the API gives, and takes to book, as it stands in OpenAPI."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Instant = Annotated[str, Field(examples=["2026-11-24T10:12:00+09:00"])]
"""An instant in ISO 8601 with the city's offset."""


class LineName(BaseModel):
    """A line by name."""

    id: str
    name: str


class WhyNot(BaseModel):
    """Why something is not offered; ``offered`` names the journey that has it.

    The line is null where none is there to speak of.
    """

    line: LineName | None
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
    stay_seated: bool | None = Field(
        default=None, description="Whether riders come with the vehicle from the leg before"
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


class Amount(BaseModel):
    """An amount in minor units (yen for JPY)."""

    amount_minor: int
    currency: str


class PriceChange(BaseModel):
    """What a journey costs instead of the one that is booked."""

    difference: Amount = Field(description="Price of this one less the price of the booked one")
    fee: Amount = Field(description="Fee for changing")
    total: Amount = Field(description="What is to be paid then: the new price and all fees")


class OfferedJourney(Journey):
    """A journey with the signed offer that books it."""

    bookable: bool
    offer: str | None
    expires: str | None
    change: PriceChange | None = Field(
        default=None, description="Only where it was asked for to change a booking"
    )


class Refusal(BaseModel):
    """Why an on-demand ride is not among the journeys."""

    code: str
    params: dict[str, Any]
    service: str | None
    next_pickup: str | None
    message: str


class Alternative(BaseModel):
    """A journey with another ride, in place of one that is refused; its offer books it."""

    model_config = ConfigDict(populate_by_name=True)
    kind: Literal["earlier", "later", "other_stop"]
    message: str
    pickup: Instant
    origin: Place = Field(alias="from", description="Where the ride begins")
    destination: Place = Field(alias="to", description="Where the ride ends")
    walk_m: int = Field(description="Estimated walk to and from other stops, metres")
    journey: OfferedJourney


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
    alternatives: list[Alternative] = Field(
        description="Where a ride is refused and none within the hour is left: the nearest others"
    )
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
