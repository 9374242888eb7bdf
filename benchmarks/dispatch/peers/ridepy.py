"""ridepy with its Cython and C++ parts: every place on every vehicle, the least added driving."""

from __future__ import annotations

import sys
from importlib.metadata import version

from benchmarks.dispatch.peers.wire import CpuClock, Served, Stream, serve_stream


def answer(stream: Stream) -> Served:
    """Answer a stream of requests.

    Parameters
    ----------
    stream
        As it came; ridepy's vehicles may turn on the way, ours drive to the next stop first.

    Returns
    -------
    Served
        Measured from the first request to the last.
    """
    from ridepy.data_structures_cython import (  # type: ignore[import-not-found, unused-ignore]
        TransportationRequest,
    )
    from ridepy.fleet_state import (  # type: ignore[import-not-found, unused-ignore]
        SlowSimpleFleetState,
    )
    from ridepy.util.dispatchers_cython import (  # type: ignore[import-not-found, unused-ignore]
        BruteForceTotalTravelTimeMinimizingDispatcher,
    )
    from ridepy.util.spaces_cython import (  # type: ignore[import-not-found, unused-ignore]
        Euclidean2D,
    )
    from ridepy.vehicle_state_cython import (  # type: ignore[import-not-found, unused-ignore]
        VehicleState,
    )

    space = Euclidean2D(velocity=1.0)
    places = [(x, y) for x, y in stream.xy]
    fleet = SlowSimpleFleetState(
        initial_locations={n: places[start] for n, start in enumerate(stream.starts)},
        vehicle_state_class=VehicleState,
        space=space,
        dispatcher=BruteForceTotalTravelTimeMinimizingDispatcher(space.loc_type),
        seat_capacities=stream.seats,
    )
    requests = [
        TransportationRequest(
            request_id=n,
            creation_timestamp=made_s,
            origin=places[origin],
            destination=places[to],
            pickup_timewindow_min=made_s,
            pickup_timewindow_max=pickup_s,
            delivery_timewindow_min=made_s,
            delivery_timewindow_max=dropoff_s,
        )
        for n, (made_s, origin, to, pickup_s, dropoff_s) in enumerate(stream.asked)
    ]
    clock = CpuClock(0)
    events = list(fleet.simulate(requests))
    cpu_s = clock.used_s()
    stops = [
        (one["request_id"], one["event_type"] == "PickupEvent", one["vehicle_id"], one["timestamp"])
        for one in events
        if one["event_type"] in {"PickupEvent", "DeliveryEvent"}
    ]
    return Served(f"ridepy {version('ridepy')}", cpu_s, stops)


if __name__ == "__main__":
    sys.exit(serve_stream(answer))
