"""The peer of dispatch insertion: every pair of positions tried, in plain Python.

It shares no code with the dispatcher but its input types: it is what one would write first.
"""

from __future__ import annotations

from itertools import pairwise

from dispatch.objective import Weights
from dispatch.problem import UNREACHABLE, Problem, Request, Vehicle

Stops = list[tuple[str, bool]]  # request id, is it the pickup


class PlainDispatcher:
    """Routes as lists of stops; a request goes where it costs least.

    Parameters
    ----------
    problem : Problem
        Vehicles and travel times; requests are given one by one.
    weights : Weights
        The objective.
    """

    def __init__(self, problem: Problem, weights: Weights) -> None:
        self.vehicles = problem.vehicles
        self.travel_s: list[list[int]] = problem.travel_s.tolist()
        self.weights = weights
        self.requests: dict[str, Request] = {}
        self.routes: dict[str, Stops] = {vehicle.id: [] for vehicle in problem.vehicles}

    def insert(self, request: Request) -> int | None:
        """Serve a request where it adds least.

        Parameters
        ----------
        request : Request
            The wish.

        Returns
        -------
        int or None
            Added cost in hundredths of a weighted second; None when no vehicle can serve it.
        """
        self.requests[request.id] = request
        best: tuple[int, str, Stops] | None = None
        for vehicle in self.vehicles:
            stops = self.routes[vehicle.id]
            before = self.cost(vehicle, stops)
            if before is None:
                continue
            for i in range(len(stops) + 1):
                for j in range(i, len(stops) + 1):
                    with_pickup = [*stops[:i], (request.id, True), *stops[i:j]]
                    tried = [*with_pickup, (request.id, False), *stops[j:]]
                    after = self.cost(vehicle, tried)
                    if after is not None and (best is None or after - before < best[0]):
                        best = (after - before, vehicle.id, tried)
        if best is None:
            return None
        self.routes[best[1]] = best[2]
        return best[0]

    def cost(self, vehicle: Vehicle, stops: Stops) -> int | None:
        """Give the cost of a route at its earliest schedule, None when there is none."""
        if not self._fits(vehicle, stops):
            return None
        earliest_s = {
            index: self._request(stop).earliest_pickup_s
            for index, stop in enumerate(stops)
            if stop[1]
        }
        while True:
            begins = self._forward(vehicle, stops, earliest_s)
            if begins is None:
                return None
            too_long = self._ride_too_long(stops, begins)
            if too_long is None:
                return self._price(vehicle, stops, begins)
            index, excess_s = too_long
            earliest_s[index] = begins[index] + excess_s

    def _request(self, stop: tuple[str, bool]) -> Request:
        return self.requests[stop[0]]

    def _node(self, stop: tuple[str, bool]) -> int:
        request = self._request(stop)
        return request.pickup_node if stop[1] else request.dropoff_node

    def _fits(self, vehicle: Vehicle, stops: Stops) -> bool:
        seats = wheelchairs = 0
        for stop in stops:
            load, sign = self._request(stop).load, 1 if stop[1] else -1
            seats += sign * load.seats
            wheelchairs += sign * load.wheelchairs
            if seats > vehicle.capacity.seats or wheelchairs > vehicle.capacity.wheelchairs:
                return False
        return True

    def _forward(
        self, vehicle: Vehicle, stops: Stops, earliest_s: dict[int, int]
    ) -> list[int] | None:
        """Begin of service at each stop, as early as the given pickups allow."""
        now_s, node, begins = vehicle.start_s, vehicle.start_node, []
        for index, stop in enumerate(stops):
            request, there = self._request(stop), self._node(stop)
            if self.travel_s[node][there] >= UNREACHABLE:
                return None
            now_s = max(now_s + self.travel_s[node][there], earliest_s.get(index, now_s))
            if now_s > (request.latest_pickup_s if stop[1] else request.latest_dropoff_s):
                return None
            begins.append(now_s)
            now_s, node = now_s + request.boarding_s, there
        home_s = 0 if vehicle.end_node is None else self.travel_s[node][vehicle.end_node]
        return begins if home_s < UNREACHABLE and now_s + home_s <= vehicle.end_s else None

    def _ride_too_long(self, stops: Stops, begins: list[int]) -> tuple[int, int] | None:
        boarded: dict[str, int] = {}
        for index, (request_id, pickup) in enumerate(stops):
            if pickup:
                boarded[request_id] = index
                continue
            request, at = self.requests[request_id], boarded[request_id]
            ride_s = begins[index] - begins[at] - request.boarding_s
            if ride_s > request.max_ride_s:
                return at, ride_s - request.max_ride_s
        return None

    def _price(self, vehicle: Vehicle, stops: Stops, begins: list[int]) -> int:
        path = [vehicle.start_node, *(self._node(stop) for stop in stops)]
        if vehicle.end_node is not None:
            path.append(vehicle.end_node)
        cost = 100 * sum(self.travel_s[a][b] for a, b in pairwise(path))
        for stop, begin_s in zip(stops, begins, strict=True):
            percent = self.weights.wait_percent if stop[1] else self.weights.journey_percent
            cost += percent * (begin_s - self._request(stop).earliest_pickup_s)
        return cost
