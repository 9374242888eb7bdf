"""Improving plans between bookings: search outside any lock, commit what still holds."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from dispatch.horizon import freeze, merge, replan
from dispatch.plan import Plan
from dispatch.problem import Problem
from maas.clock import Clock
from maas.database import Database
from maas.operations import queries
from maas.operations.decisions import GIVEN, recorded, written
from maas.operations.fleet import Area
from maas.operations.plans import write_routes
from maas.operations.state import AreaState, load_state

Search = Callable[[Problem, Plan, float, int], Plan]
"""Finds a plan that is cheaper, or gives back the one it was given."""

_LEAST_RIDES = 2
"""With fewer open rides there is nothing to rearrange."""


@dataclass
class Improver:
    """Improves the plans of an area whenever they have changed.

    Parameters
    ----------
    database : Database
        The service's truth.
    area : Area
        The area.
    zone : ZoneInfo
        The city's time zone.
    clock : Clock
        The present instant.
    search_s : float
        Wall time of one search.
    search : Callable
        Improves a snapshot: problem, plan, wall time, seed. What it gives is checked again.
    """

    database: Database
    area: Area
    zone: ZoneInfo
    clock: Clock
    search_s: float = 2.0
    search: Search = replan
    _seen: dict[date, dict[str, int]] = field(default_factory=dict)

    def run(self) -> int:
        """Improve every day that has changed since the last run.

        Returns
        -------
        int
            Shifts whose plan became better.
        """
        with self.database.reading() as session:
            days = queries.days_with_open_stops(session, self.area.id, self.clock())
        self._seen = {day: seen for day, seen in self._seen.items() if day in days}
        return sum(self._improve(day) for day in days)

    def _improve(self, day: date) -> int:
        """Improve one day.

        Parameters
        ----------
        day : date
            The service day.

        Returns
        -------
        int
            Shifts whose plan became better.
        """
        with self.database.reading() as session:
            before = load_state(session, self.area, (day,), self.clock(), self.zone)
            session.expunge_all()
        versions = before.versions()
        if len(before.rides) < _LEAST_RIDES or self._seen.get(day) == versions:
            return 0
        self._seen[day] = versions
        seed = sum(versions.values())
        snapshot = freeze(before.problem, before.plan, self._settled_s())
        better = self.search(before.problem, snapshot, self.search_s, seed)
        return 0 if better is snapshot else self._commit(day, before, snapshot, better)

    def _settled_s(self) -> int:
        """Say up to when departures stay as they are.

        Returns
        -------
        int
            UTC epoch seconds.
        """
        return self.clock() + self.area.rules.freeze_s

    def _commit(self, day: date, before: AreaState, snapshot: Plan, better: Plan) -> int:
        """Write what is better and still holds, under the area's lock.

        Parameters
        ----------
        day : date
            The service day.
        before : AreaState
            The state that was improved.
        snapshot, better : Plan
            Its plan, with what is settled frozen, and the improvement.

        Returns
        -------
        int
            Shifts written.
        """
        now_s = self.clock()
        with self.database.transaction() as session:
            queries.lock_area(session, self.area.id)
            state = load_state(session, self.area, (day,), now_s, self.zone)
            old = before.versions()
            moved = [
                shift for shift, version in state.versions().items() if old.get(shift) != version
            ]
            current = freeze(state.problem, state.plan, self._settled_s())
            plan = merge(state.problem, snapshot, better, current, moved=moved)
            changed = [r for r in plan if r != current.route(r.vehicle_id)]
            said = {
                "what": "improvement",
                "day": day.isoformat(),
                "routes": written(changed),
                "promises": {},
            }
            with recorded(session, self.area, self.zone, now_s, GIVEN, said):
                write_routes(session, state, state.problem, changed, now_s)
            return len(changed)
