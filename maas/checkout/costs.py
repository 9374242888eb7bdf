"""What it would cost to change or cancel a booking, and what would follow: shown before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from maas.bookings import State
from maas.checkout.words import consequence_text
from maas.clock import iso
from maas.errors import CostChangedError, NotCancellableError, NotChangeableError
from maas.operations import Fleet, Policy, share
from maas.tables import Booking, Ride

CANCEL = "cancel"
CHANGE = "change"


@dataclass(frozen=True)
class Cost:
    """What giving up a booking's rides costs now.

    Parameters
    ----------
    fee_minor : int
        Minor units.
    currency : str
        ISO 4217 code.
    free_until_s : int
        Until when it costs nothing, UTC epoch seconds.
    consequences : tuple[str, ...]
        Codes of what follows.
    """

    fee_minor: int
    currency: str
    free_until_s: int
    consequences: tuple[str, ...]

    def accept(self, fee_minor: int | None) -> None:
        """Take what somebody has been shown and agreed to.

        Parameters
        ----------
        fee_minor : int or None
            The fee that was shown, minor units; None where nobody was shown any.

        Raises
        ------
        CostChangedError
            It costs something else by now.
        """
        if fee_minor is not None and fee_minor != self.fee_minor:
            raise CostChangedError(
                f"It costs {self.fee_minor} {self.currency} by now, not {fee_minor}. Look at the "
                "cost again, and decide again.",
                fee_minor=self.fee_minor,
                shown_minor=fee_minor,
                currency=self.currency,
            )

    def document(self, zone: ZoneInfo, language: str) -> dict[str, Any]:
        """Write the cost.

        Parameters
        ----------
        zone : ZoneInfo
            The city's time zone.
        language : str
            ``ja`` or ``en``.

        Returns
        -------
        dict[str, Any]
            Fee, until when there is none, and what follows in words.
        """
        return {
            "fee": {"amount_minor": self.fee_minor, "currency": self.currency},
            "free_until": iso(self.free_until_s, zone),
            "consequences": [
                {"code": code, "message": consequence_text(code, language)}
                for code in self.consequences
            ],
        }


def cost_of_cancelling(
    booking: Booking, rides: Sequence[Ride], fleet: Fleet, now_s: int, *, two_ways: bool
) -> Cost:
    """Tell what cancelling a booking costs.

    Parameters
    ----------
    booking : Booking
        The booking.
    rides : Sequence[Ride]
        Its rides that stand.
    fleet : Fleet
        Knows the policies.
    now_s : int
        The instant, UTC epoch seconds.
    two_ways : bool
        Whether there is a booking of the other way, which stays.

    Returns
    -------
    Cost
        The cost.

    Raises
    ------
    NotCancellableError
        A ride has begun or is over.
    """
    if not _waits(booking, rides, now_s):
        raise NotCancellableError("This ride has begun or is over; call the operator instead.")
    return _cost(booking, rides, fleet, now_s, CANCEL, two_ways=two_ways)


def cost_of_changing(
    booking: Booking, rides: Sequence[Ride], fleet: Fleet, now_s: int, *, two_ways: bool
) -> Cost:
    """Tell what changing a booking costs, beside the difference of the price.

    Parameters
    ----------
    booking : Booking
        The booking.
    rides : Sequence[Ride]
        Its rides that stand.
    fleet : Fleet
        Knows the policies.
    now_s : int
        The instant, UTC epoch seconds.
    two_ways : bool
        Whether there is a booking of the other way, which stays.

    Returns
    -------
    Cost
        The cost.

    Raises
    ------
    NotChangeableError
        A ride has begun or is over, or begins too soon.
    """
    if not _waits(booking, rides, now_s):
        raise NotChangeableError("This ride has begun or is over; call the operator instead.")
    for ride in rides:
        policy = policy_of(fleet, ride)
        if now_s > policy.changeable_until_s(ride.pickup_earliest_s):
            raise NotChangeableError(
                f"A ride can be changed until {policy.change_until_min} minutes before its pickup. "
                "It can still be cancelled.",
                minutes=policy.change_until_min,
            )
    return _cost(booking, rides, fleet, now_s, CHANGE, two_ways=two_ways)


def no_show_fee(rides: Sequence[Ride], booking: Booking, fleet: Fleet) -> int:
    """Tell what not coming costs.

    Parameters
    ----------
    rides : Sequence[Ride]
        The rides nobody came for.
    booking : Booking
        Their booking.
    fleet : Fleet
        Knows the policies.

    Returns
    -------
    int
        Minor units.
    """
    percents = [(ride, policy_of(fleet, ride).no_show_percent) for ride in rides]
    return sum(share(fare_of(ride, booking), percent) for ride, percent in percents)


def policy_of(fleet: Fleet, ride: Ride) -> Policy:
    """Find the policy of a ride.

    Parameters
    ----------
    fleet : Fleet
        The city's areas.
    ride : Ride
        The ride.

    Returns
    -------
    Policy
        That of its area; all free where the city no longer has it.
    """
    area = fleet.area_of_trip(ride.trip_id)
    return Policy() if area is None else area.policy


def fare_of(ride: Ride, booking: Booking) -> int:
    """Tell the fare of one ride of a booking: buses and trains on the way are paid there.

    Parameters
    ----------
    ride : Ride
        The ride.
    booking : Booking
        Its booking.

    Returns
    -------
    int
        Minor units.
    """
    lines = booking.journey["price"]["lines"]
    return sum(int(line["amount_minor"]) for line in lines if line["leg"] == ride.leg)


def _waits(booking: Booking, rides: Sequence[Ride], now_s: int) -> bool:
    """Tell whether all of a booking still lies ahead.

    Parameters
    ----------
    booking : Booking
        The booking.
    rides : Sequence[Ride]
        Its rides that stand.
    now_s : int
        The instant, UTC epoch seconds.

    Returns
    -------
    bool
        False once anybody boarded, or a pickup window has closed.
    """
    return booking.state == State.CONFIRMED and all(
        ride.state == "planned" and ride.pickup_latest_s >= now_s for ride in rides
    )


def _cost(
    booking: Booking,
    rides: Sequence[Ride],
    fleet: Fleet,
    now_s: int,
    what: str,
    *,
    two_ways: bool,
) -> Cost:
    """Add up what giving up some rides costs.

    Parameters
    ----------
    booking : Booking
        The booking.
    rides : Sequence[Ride]
        Its rides that stand.
    fleet : Fleet
        Knows the policies.
    now_s : int
        The instant, UTC epoch seconds.
    what : str
        `CANCEL` or `CHANGE`.
    two_ways : bool
        Whether there is a booking of the other way.

    Returns
    -------
    Cost
        The cost.
    """
    fee_minor, free_until_s = 0, []
    for ride in rides:
        policy = policy_of(fleet, ride)
        free_until_s.append(policy.free_until_s(ride.pickup_earliest_s))
        if not policy.is_free(ride.pickup_earliest_s, now_s):
            late = policy.late_cancel_percent if what == CANCEL else policy.late_change_percent
            fee_minor += share(fare_of(ride, booking), late)
    consequences = ["seats_given_back" if what == CANCEL else "kept_until_changed"]
    consequences += ["fee_due"] if fee_minor else ["free_of_charge"]
    consequences += ["other_way_stays"] if two_ways else []
    return Cost(fee_minor, booking.currency, min(free_until_s, default=now_s), tuple(consequences))
