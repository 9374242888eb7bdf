"""Vehicles that others lend for some hours, such as a ryokan's shuttle between two trains.

A lent vehicle is a vehicle like the others, with an owner and hours on one day alone: the
dispatcher uses it within them and no longer. It goes back when nothing is promised on it any more;
earlier only as a vehicle that drives no further does, whose riders others take.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from gtfs.times import service_day_origin
from maas.clock import local_date
from maas.database import Session
from maas.errors import InvalidRequestError, LoanPromisedError, NotFoundError
from maas.ids import new_id
from maas.operations import queries
from maas.operations.fleet import Fleet
from maas.tables import Vehicle
from maas.tables.outbox import record

_LONGEST_S = 24 * 3600


@dataclass(frozen=True)
class Loan:
    """What is lent.

    Parameters
    ----------
    area_id : str
        To which area.
    name : str
        What drivers and riders call it.
    seats, wheelchair_places : int
        Places.
    depot_stop_id : str
        Stop of the area at which it stands.
    starts_s, ends_s : int
        From when until when, UTC epoch seconds.
    """

    area_id: str
    name: str
    seats: int
    wheelchair_places: int
    depot_stop_id: str
    starts_s: int
    ends_s: int


class Loans:
    """Takes vehicles on loan and gives them back.

    Parameters
    ----------
    fleet : Fleet
        The city's areas.
    zone : ZoneInfo
        The city's time zone.
    """

    def __init__(self, fleet: Fleet, zone: ZoneInfo) -> None:
        self._fleet = fleet
        self._zone = zone

    def lend(self, session: Session, owner_id: str, loan: Loan, now_s: int) -> Vehicle:
        """Take a vehicle on loan.

        Parameters
        ----------
        session : Session
            A writing session.
        owner_id : str
            The organisation that lends it.
        loan : Loan
            What, where and when.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        Vehicle
            Ready to be dispatched in its hours.

        Raises
        ------
        NotFoundError
            There is no such area.
        InvalidRequestError
            The hours make no sense, or the depot is no stop of the area.
        """
        area = self._fleet.areas.get(loan.area_id)
        if area is None:
            raise NotFoundError(
                f"There is no area {loan.area_id!r}; there are {', '.join(self._fleet.areas)}."
            )
        if loan.depot_stop_id not in area.nodes:
            raise InvalidRequestError(
                f"{loan.depot_stop_id!r} is no stop of {loan.area_id}; name the stop it stands at."
            )
        if not (0 < loan.ends_s - loan.starts_s <= _LONGEST_S and loan.ends_s > now_s):
            raise InvalidRequestError("Lend for some hours to come: end after start, within a day.")
        queries.lock_area(session, area.id)
        day = local_date(loan.starts_s, self._zone)
        origin_s = service_day_origin(day, self._zone)
        hours = {
            "start_s": loan.starts_s - origin_s,
            "end_s": loan.ends_s - origin_s,
            "days": day.isoformat(),
        }
        vehicle = Vehicle(
            id=new_id("vhc"),
            area_id=area.id,
            name={"": loan.name},
            kind="shuttle",
            seats=loan.seats,
            wheelchair_places=loan.wheelchair_places,
            depot_stop_id=loan.depot_stop_id,
            hours=[hours],
            owner_id=owner_id,
        )
        session.add(vehicle)
        record(session, f"vehicle:{vehicle.id}", "lent", now_s)
        return vehicle

    def list(self, session: Session, owner_id: str) -> Sequence[Vehicle]:
        """List what an organisation lends, or has lent.

        Parameters
        ----------
        session : Session
            Any session.
        owner_id : str
            The organisation.

        Returns
        -------
        Sequence[Vehicle]
            In order of lending; without hours once it has gone back.
        """
        return queries.lent_by(session, owner_id)

    def give_back(self, session: Session, owner_id: str, vehicle_id: str, now_s: int) -> None:
        """End a loan.

        Parameters
        ----------
        session : Session
            A writing session.
        owner_id, vehicle_id : str
            Whose, and which.
        now_s : int
            The instant, UTC epoch seconds.

        Raises
        ------
        NotFoundError
            The organisation lends no such vehicle.
        LoanPromisedError
            Rides are promised on it.
        """
        if vehicle_id not in {row.id for row in queries.lent_by(session, owner_id)}:
            raise NotFoundError("This organisation lends no such vehicle.")
        queries.lock_area_of_vehicle(session, vehicle_id)
        until_s = queries.promised_until(session, vehicle_id)
        if until_s is not None:
            raise LoanPromisedError(
                "Rides are promised on this vehicle. Give it back when they are over, or report "
                "that it drives no further: then others take its riders.",
                until_s=until_s,
            )
        vehicle = next(row for row in queries.lent_by(session, owner_id) if row.id == vehicle_id)
        vehicle.hours = []
        record(session, f"vehicle:{vehicle_id}", "given_back", now_s)
