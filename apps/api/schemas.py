"""What the API gives, and takes to book, as it stands in OpenAPI."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from apps.api.wishes import Language, Text

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
    on_behalf: bool = Field(
        default=False, description="Staff book for somebody, who need not have an account"
    )


class Rider(BaseModel):
    """The rider of a booking."""

    name: str


class VehicleName(BaseModel):
    """A vehicle by name."""

    id: str
    name: str


class FallenBound(BaseModel):
    """What of a promise could not be kept; no instants where the ride takes longer."""

    bound: Literal["pickup", "arrival", "ride"]
    old: str | None
    new: str | None
    later_s: int


class PromiseChange(BaseModel):
    """A promise that an incident broke, and what is promised instead."""

    at: Instant
    cause: str = Field(examples=["late_vehicle", "breakdown"])
    bounds: list[FallenBound]


class RideConnection(BaseModel):
    """A run that a ride waits for (``feeds``) or must make (``onward``)."""

    kind: Literal["feeds", "onward"]
    trip_id: str
    stop: Place
    planned: Instant
    late_s: int = Field(description="How late it is, as far as the promise has moved with it")
    state: Literal["kept", "lost"]


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
    continues: str | None = Field(
        default=None, description="The ride that broke off and goes on with this one"
    )
    connections: list[RideConnection]
    changes: list[PromiseChange] = Field(description="Promises that fell, the oldest first")


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


class DriverHalt(BaseModel):
    """A break or a charge of a vehicle."""

    kind: Literal["break", "charge"]
    begins: Instant
    ends: Instant
    place: Place


class DriverList(BaseModel):
    """What a vehicle does on a day, in driving order."""

    vehicle: Vehicle
    date: str
    stops: list[DriverStop]
    halts: list[DriverHalt] = Field(description="Breaks and charges of the day")
    waiting_place: Place | None = Field(
        default=None, description="Where to wait while there is nothing to do; null: as you are"
    )


class BreakdownIn(BaseModel):
    """A vehicle drives no further."""

    model_config = ConfigDict(extra="forbid")
    stop_id: Text | None = Field(
        default=None, description="Stop at which those on board wait; the last one left if not said"
    )


class DelayIn(BaseModel):
    """A vehicle reaches its next stop later than planned."""

    model_config = ConfigDict(extra="forbid")
    minutes: int = Field(ge=1, le=720)


class TicketKey(BaseModel):
    """The public half of the ticket key: a JSON Web Key (RFC 8037)."""

    kty: str
    crv: str
    x: str


class TicketKeys(BaseModel):
    """Keys that verify tickets offline."""

    keys: list[TicketKey]
