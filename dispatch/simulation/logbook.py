"""What is written down while a day is driven, and the outcome made of it."""

from __future__ import annotations

from collections.abc import Mapping

from dispatch.driving import Driven
from dispatch.plan import PICKUP
from dispatch.simulation.day import Day, Wish
from dispatch.simulation.desk import Answer
from dispatch.simulation.outcome import Drive, Incident, Outcome, Ride, RideState, Visit


class Logbook:
    """Stops, drives and incidents in the order in which they are known.

    Parameters
    ----------
    day : Day
        What happens.
    """

    def __init__(self, day: Day) -> None:
        self._day = day
        self._visits: list[Visit] = []
        self._drives: list[Drive] = []
        self._passed: list[tuple[str, int, int, int, int, int, int]] = []
        self._incidents: list[Incident] = []
        self._at = {vehicle.id: vehicle.start_node for vehicle in day.vehicles}
        self._free_s = {vehicle.id: vehicle.start_s for vehicle in day.vehicles}
        self._riders: dict[str, dict[str, int]] = {vehicle.id: {} for vehicle in day.vehicles}
        self._slower_s: dict[str, int] = {}
        self._times: dict[str, dict[str, int]] = {}
        self._served_by: dict[str, str] = {}
        self._ended: dict[str, RideState] = {}
        self._seats = {wish.request.id: wish.request.load.seats for wish in day.wishes}

    def visited(self, driven: Driven, *, came: bool) -> None:
        """Write down a stop, and the drive to it.

        Parameters
        ----------
        driven : Driven
            The stop.
        came : bool
            Whether the party was there.
        """
        stop, name = driven.stop, driven.vehicle_id
        # A vehicle leaves just in time; where it had to wait for the sake of a ride it carries,
        # it waited before.
        arrival_s = driven.begin_s
        from_node, riders = self._at[name], self._riders[name]
        slower_s = self._slower_s.pop(name, 0)
        if from_node != stop.node:
            leg_s = int(self._day.travel_s[from_node, stop.node])
            self._drives.append(
                Drive(
                    name,
                    from_node,
                    stop.node,
                    arrival_s - leg_s - slower_s,
                    arrival_s,
                    leg_s,
                    sum(riders.values()),
                    len(riders),
                )
            )
        self._at[name], self._free_s[name] = stop.node, driven.departed_s
        if stop.kind is not PICKUP:
            riders.pop(stop.request_id, None)
        elif came:
            riders[stop.request_id] = self._seats[stop.request_id]
        self._visits.append(
            Visit(
                name,
                stop.request_id,
                stop.kind,
                stop.node,
                arrival_s,
                driven.begin_s,
                driven.departed_s,
                came,
            )
        )
        self._served_by[stop.request_id] = name
        if came:
            # After a breakdown a party boards twice: its wait ended the first time.
            self._times.setdefault(stop.request_id, {}).setdefault(stop.kind, driven.begin_s)

    def sent(self, vehicle_id: str, node: int, left_s: int, there_s: int) -> None:
        """Write down a drive to where demand is expected.

        Parameters
        ----------
        vehicle_id : str
            The vehicle.
        node : int
            To where.
        left_s, there_s : int
            When.
        """
        self._drives.append(
            Drive(
                vehicle_id,
                self._at[vehicle_id],
                node,
                left_s,
                there_s,
                there_s - left_s,
                0,
                0,
                is_rebalancing=True,
            )
        )
        self._at[vehicle_id], self._free_s[vehicle_id] = node, there_s

    def passed(self, vehicle_id: str, node: int, left_s: int, there_s: int) -> None:
        """Write down that a vehicle is at a crossing where it can turn.

        Parameters
        ----------
        vehicle_id : str
            The vehicle.
        node : int
            The crossing.
        left_s, there_s : int
            When it left the node before, and when it is here.
        """
        riders = self._riders[vehicle_id].values()
        # Made into drives at the end: a vehicle passes many crossings.
        from_node = self._at[vehicle_id]
        self._passed.append(
            (vehicle_id, from_node, node, left_s, there_s, sum(riders), len(riders))
        )
        self._at[vehicle_id], self._free_s[vehicle_id] = node, there_s

    def free_s(self, vehicle_id: str) -> int:
        """Tell when a vehicle left its last stop, or came to where it was sent.

        Parameters
        ----------
        vehicle_id : str
            The vehicle.

        Returns
        -------
        int
            The instant.
        """
        return self._free_s[vehicle_id]

    def slowed(self, vehicle_id: str, by_s: int) -> None:
        """Write down that the present drive of a vehicle takes longer, or shorter.

        Parameters
        ----------
        vehicle_id : str
            The vehicle.
        by_s : int
            By how much.
        """
        self._slower_s[vehicle_id] = by_s

    def incident(self, incident: Incident) -> None:
        """Write down that reality broke a promise.

        Parameters
        ----------
        incident : Incident
            What fell.
        """
        self._incidents.append(incident)

    def ended(self, request_id: str, state: RideState) -> None:
        """Write down how a request ended that was not served; the first end counts.

        Parameters
        ----------
        request_id : str
            The request.
        state : RideState
            How.
        """
        self._ended.setdefault(request_id, state)

    def is_over(self, request_id: str) -> bool:
        """Tell whether a party has boarded, or will not.

        Parameters
        ----------
        request_id : str
            The request.

        Returns
        -------
        bool
            True when nothing can be taken back any more.
        """
        return request_id in self._ended or request_id in self._times

    def outcome(
        self, answers: Mapping[str, Answer], answering_s: float, improving_s: float
    ) -> Outcome:
        """Make the outcome of the day.

        Parameters
        ----------
        answers : mapping of str to Answer
            What was said to each request.
        answering_s, improving_s : float
            CPU seconds.

        Returns
        -------
        Outcome
            Everything that is written here.
        """
        self._drives += [
            Drive(name, here, there, left_s, there_s, there_s - left_s, seats, riders)
            for name, here, there, left_s, there_s, seats, riders in self._passed
        ]
        self._passed.clear()
        ends = [visit.departure_s for visit in self._visits]
        ends += [wish.released_s for wish in self._day.wishes]
        return Outcome(
            rides=tuple(self._ride(w, answers.get(w.request.id)) for w in self._day.wishes),
            visits=tuple(sorted(self._visits, key=lambda visit: visit.begin_s)),
            drives=tuple(sorted(self._drives, key=lambda drive: drive.left_s)),
            incidents=tuple(self._incidents),
            ended_s=max(ends, default=0),
            answering_cpu_s=answering_s,
            improving_cpu_s=improving_s,
        )

    def _ride(self, wish: Wish, answer: Answer | None) -> Ride:
        request = wish.request
        times = self._times.get(request.id, {})
        state = self._ended.get(request.id)
        if state is None:
            state = RideState.SERVED if "dropoff" in times else RideState.REFUSED
        expected = None if answer is None else answer.expected
        return Ride(
            request=request,
            state=state,
            released_s=wish.released_s,
            answered_s=None if answer is None else answer.at_s,
            promise=None if answer is None else answer.promise,
            refusal="" if answer is None else answer.refusal,
            vehicle_id=self._served_by.get(request.id, ""),
            expected_pickup_s=None if expected is None else expected.pickup_s,
            expected_dropoff_s=None if expected is None else expected.dropoff_s,
            pickup_s=times.get("pickup"),
            dropoff_s=times.get("dropoff"),
            direct_s=int(self._day.travel_s[request.pickup_node, request.dropoff_node]),
        )
