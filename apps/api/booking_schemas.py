"""What the API takes and gives of bookings, vehicles and drivers, as OpenAPI shows it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from apps.api.schemas import Amount, Instant, Journey, Place, Plan, Price, Window
from apps.api.wishes import Language, Text
from maas.bookings import State
from maas.checkout import LONGEST_NOTE


class Consequence(BaseModel):
    """Something that follows."""

    code: str = Field(examples=["seats_given_back"])
    message: str


class Cost(BaseModel):
    """What it costs to give up the rides of a booking now, and what follows."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "fee": {"amount_minor": 0, "currency": "JPY"},
                    "free_until": "2026-11-24T09:30:00+09:00",
                    "consequences": [
                        {
                            "code": "seats_given_back",
                            "message": "Your seats go to others. This cannot be undone.",
                        }
                    ],
                }
            ]
        }
    )
    fee: Amount
    free_until: Instant
    consequences: list[Consequence]


class ChangePlan(Plan):
    """Journeys a booking could become; each offer can change this booking and nothing else."""

    cost: Cost
    current: Amount = Field(description="The price that is booked")


class ChangeIn(BaseModel):
    """The choice of one of them."""

    model_config = ConfigDict(extra="forbid")
    offer: str = Field(max_length=400_000)
    fee_minor: int | None = Field(
        default=None, ge=0, description="The fee that was shown; refused where it is another one"
    )
    language: Language = "ja"


class RiderIn(BaseModel):
    """Whom the driver asks for; the driver of the vehicle sees it, nobody else."""

    model_config = ConfigDict(extra="forbid")
    name: Text = Field(max_length=80)
    phone: Text = Field(default="", max_length=80)


class BookingIn(BaseModel):
    """The choice of an offer."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "offer": "(`offer` of a journey)",
                    "rider": {"name": "加賀 めぐり", "phone": "0761-72-0000"},
                    "note": "玄関まで来てください",
                }
            ]
        },
    )
    offer: str = Field(max_length=400_000)
    rider: RiderIn
    language: Language = "ja"
    payment: Literal["on_board"] = "on_board"
    on_behalf: bool = Field(
        default=False, description="Staff book for somebody, who need not have an account"
    )
    return_offer: str | None = Field(
        default=None,
        max_length=400_000,
        description="The way back, booked together with the way there: both or neither",
    )
    note: Text = Field(
        default="",
        max_length=LONGEST_NOTE,
        description="Shown to the driver of the vehicle on the day, and to nobody else",
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
    child_seats: int
    luggage: int
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


class OtherWay(BaseModel):
    """The booking of the other way, of two made together."""

    id: str
    direction: Literal["outbound", "return"]
    state: str
    departure: str | None
    url: str


class Booking(BaseModel):
    """A booking and what was promised."""

    id: str
    state: str = Field(description=" ".join(State))
    created: str
    language: str
    rider: Rider
    party: dict[str, int]
    price: Price
    payment: str
    journey: Journey
    rides: list[Ride]
    fee: Amount = Field(description="What changing, cancelling or not coming has cost so far")
    has_note: bool = Field(description="Whether there is a note to the driver")
    other_way: OtherWay | None
    ticket: TicketLinks


class Vehicle(VehicleName):
    """A vehicle of the fleet."""

    area: str
    kind: str
    seats: int
    wheelchair_places: int
    child_seats: int


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
    child_seats: int
    luggage: int
    note: str | None = Field(description="To the driver, on the day, while the stop lies ahead")
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
