"""The search from arrivals to departures: the same search, with times and travel turned round."""

from dataclasses import dataclass, replace

from routing.days import Runs
from routing.layout import Layout
from routing.raptor import Boarding, Found, Window, search, search_earliest
from routing.timetable import Timetable
from routing.ways import ALWAYS_S, Access, ChangeTimes, Egress


@dataclass(frozen=True)
class ArrivalWindow:
    """What is asked for, in seconds from the origin of the runs.

    Parameters
    ----------
    first_arrival_s, last_arrival_s
        Arrivals at the target, both ends included.
    first_departure_s
        Earlier departures are left out.
    vehicles
        Most vehicles of a journey.
    """

    first_arrival_s: int
    last_arrival_s: int
    first_departure_s: int = ALWAYS_S
    vehicles: int = 5

    @property
    def mirrored(self) -> Window:
        """The same as a window of departures, times negative."""
        return Window(
            -self.last_arrival_s, -self.first_arrival_s, -self.first_departure_s, self.vehicles
        )


def search_arrivals(
    timetable: Timetable,
    runs: Runs,
    changes: ChangeTimes,
    access: Access,
    egress: Egress,
    window: ArrivalWindow,
) -> list[Found]:
    """Find all Pareto journeys in arrival, departure and number of vehicles.

    Parameters
    ----------
    timetable, runs, changes, access, egress
        As in `routing.raptor.search`.
    window
        What is asked for.

    Returns
    -------
    list of Found
        Each uses at least one vehicle; the earliest arrival first. Of journeys equal in all three
        one is kept.
    """
    founds = search(*_mirror(timetable, runs, changes, access, egress), window.mirrored)
    return [_mirrored_back(runs.layout, found) for found in founds]


def search_latest(
    timetable: Timetable,
    runs: Runs,
    changes: ChangeTimes,
    access: Access,
    egress: Egress,
    window: ArrivalWindow,
) -> list[Found]:
    """Find the latest departure with each number of vehicles.

    Parameters
    ----------
    timetable, runs, changes, access, egress
        As in `routing.raptor.search`.
    window
        Of the arrivals only the last counts: riders are there then, or earlier.

    Returns
    -------
    list of Found
        Pareto in departure and number of vehicles, the fewest vehicles first. Arrivals are as early
        as the last vehicle allows, but another last vehicle might arrive earlier still.
    """
    founds = search_earliest(*_mirror(timetable, runs, changes, access, egress), window.mirrored)
    return [_mirrored_back(runs.layout, found) for found in founds]


def _mirror(
    timetable: Timetable, runs: Runs, changes: ChangeTimes, access: Access, egress: Egress
) -> tuple[Timetable, Runs, ChangeTimes, Access, Egress]:
    mirrored = replace(runs, layout=runs.layout.mirrored)
    return timetable, mirrored, changes.mirrored, egress.mirrored, access.mirrored


def _mirrored_back(layout: Layout, found: Found) -> Found:
    """A journey of the mirrored runs as one of the runs."""

    def ends(run_list: int, run: int, position: int) -> tuple[int, int, int]:
        first, end = layout.trip_starts[run_list : run_list + 2].tolist()
        return run_list, first + end - 1 - run, layout.last_position(run_list) - position

    boardings = tuple(
        Boarding(
            *ends(one.last_list, one.last_run, one.alight), *ends(one.run_list, one.run, one.board)
        )
        for one in reversed(found.boardings)
    )
    return Found(-found.arrival_s, -found.departure_s, found.egress, found.access, boardings)
