"""Room for a ride: in the plans as they are, else by moving others inside their promises."""

from dispatch.answers import Insertion, Refusal
from dispatch.fleet import Fleet
from dispatch.horizon import freeze
from dispatch.problem import Request


def find_room(
    vehicles: Fleet, request: Request, settled_s: int, seconds: float
) -> Insertion | Refusal:
    """Find the cheapest place for a ride; where there is none, one that others make way for.

    Parameters
    ----------
    vehicles : dispatch.fleet.Fleet
        The plans; nothing is changed.
    request : Request
        The ride.
    settled_s : int
        Who is fetched by a departure up to then is not sent elsewhere, UTC epoch seconds.
    seconds : float
        Wall time for moving others; 0 for not at all.

    Returns
    -------
    Insertion or Refusal
        The place; in ``moved`` the other routes that change, with every promise kept. Or why the
        ride fits into no plan as it is.
    """
    place = vehicles.find(request)
    if place is None and seconds > 0:
        problem = vehicles.problem()
        settled = freeze(problem, vehicles.plan(), settled_s)
        place = Fleet(problem, settled).eject(request, seconds)
    return vehicles.insert(request) if place is None else place
