"""What a rider wishes: from where to where, when, and with whom."""

from dataclasses import dataclass

from maas.errors import InvalidRequestError
from routing.journeys import Place
from routing.on_demand import Party


@dataclass(frozen=True)
class Heads:
    """Who travels.

    Parameters
    ----------
    adults, children, infants : int
        Heads; infants travel free.
    wheelchairs : int
        How many of them travel in their wheelchair.
    """

    adults: int = 1
    children: int = 0
    infants: int = 0
    wheelchairs: int = 0

    @property
    def party(self) -> Party:
        """Give them as load on a vehicle.

        Returns
        -------
        Party
            Seats and wheelchair places.

        Raises
        ------
        InvalidRequestError
            Nobody travels, or there are more wheelchairs than people.
        """
        people = self.adults + self.children + self.infants
        if people < 1 or min(self.adults, self.children, self.infants, self.wheelchairs) < 0:
            raise InvalidRequestError("At least one person must travel; say how many.")
        if self.wheelchairs > people:
            raise InvalidRequestError("There are more wheelchairs than people; correct the party.")
        return Party(seats=people - self.wheelchairs, wheelchairs=self.wheelchairs)


@dataclass(frozen=True)
class PlanRequest:
    """A wish to travel.

    Parameters
    ----------
    origin, destination : Place
        From where to where.
    time_s : int
        Departure, or arrival with `arrive_by`; UTC epoch seconds.
    arrive_by : bool
        Whether `time_s` is the arrival.
    heads : Heads
        Who travels.
    language : str
        ``ja`` or ``en``.
    """

    origin: Place
    destination: Place
    time_s: int
    arrive_by: bool
    heads: Heads
    language: str = "ja"
