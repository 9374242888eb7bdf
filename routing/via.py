"""Journeys by way of other places: the best ways to each place, and on from there, chained.

From each place on, whoever is there earlier, with fewer changes and for less, gets on as well as
anybody: so the best ways to a place, each followed by the best ways on, hold the best ways of all.
Only one kind is missed: staying on a vehicle that gets to a place later than another one would.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from routing.journeys import CallingPoint, Journey, Leg, Place, RideLeg, TransitLeg, WalkLeg
from routing.lines import MAX_WAIT_S
from routing.on_demand import OnDemandPort
from routing.paging import Window, beginning, pages_around, shortened, union
from routing.pareto import Criteria, journey_criteria, pareto
from routing.query import Page, PlanQuery, PlanResult
from routing.rides import MARGIN_S
from routing.timetable import Timetable

Ask = Callable[[PlanQuery, OnDemandPort | None], PlanResult]
ChangeTime = Callable[[Place, Place], int]

_DAY_S = 86_400
_MOST_WINDOWS = 5
"""Windows looked at until something is found, each twice as long as the one before."""


@dataclass(frozen=True, eq=False)
class ViaSearch:
    """Chains what a planner finds between places.

    Parameters
    ----------
    ask
        Plans from place to place.
    change_s
        Time between getting off at a stop and leaving from another one, seconds.
    timetable
        Knows its calendar.
    query
        The wish, with its places on the way.
    on_demand
        The dispatcher, if any.
    """

    ask: Ask
    change_s: ChangeTime
    timetable: Timetable
    query: PlanQuery
    on_demand: OnDemandPort | None

    def plan(self) -> PlanResult:
        """Plan.

        Returns
        -------
        PlanResult
            As without places on the way; pages go by the departure of the whole, or its arrival.
        """
        query, results = self.query, list[PlanResult]()
        page, width_s, is_later = query.page, query.window_s, beginning(query)[1]
        kept: list[Journey] = []
        looked_at: Window | None = None
        notes: list[str] = []
        for step in range(_MOST_WINDOWS):
            first = self._ask(
                self._pieces()[0], results, replace(self._plain(), page=page, window_s=width_s)
            )
            inside = self._inside(first, results)
            keys = [self._key(journey) for journey in inside]
            window = shortened(first.window, keys, query.most_journeys, is_later)
            kept = [j for j in inside if window[0] <= self._key(j) <= window[1]]
            looked_at = window if looked_at is None else union(looked_at, window)
            page = first.later if is_later else first.earlier
            if kept or page is None:
                is_wide = step > 0 or "widened" in first.notes
                notes += ["widened"] * (is_wide and query.page is None and bool(kept))
                notes += ["shortened"] * (window != first.window)
                break
            width_s = min(2 * max(width_s, 60), _DAY_S)
        kept.sort(key=lambda j: (j.arrival_s, j.departure_s, j.transfers))
        told = {note for result in results for note in result.notes}
        notes = [n for n in ("straight_line_walks", "wheelchair_unknown") if n in told] + notes
        refusals = {r.code: r for result in reversed(results) for r in result.refusals}
        looked_at = looked_at or (query.time_s, query.time_s)
        pages = pages_around(query, looked_at, self.timetable)
        shown = (tuple(kept), tuple(refusals.values()), tuple(notes))
        return PlanResult(*shown, *pages, window=looked_at)

    def _inside(self, first: PlanResult, results: list[PlanResult]) -> list[Journey]:
        """All whole journeys of the window of the first pieces that nothing beats."""
        window, query = first.window, self.query
        begin = [*self._walk(window), *(j for j in first.journeys if not _is_walk(j))]
        chains = self._chain(begin, results)
        beyond = self._chain(self._beyond(window, chains), results=None)
        return [
            journey
            for journey in pareto([*chains, *beyond], self._criteria)
            if window[0] <= self._key(journey) <= window[1]
            and journey.departure_s >= query.not_before_s
            and not (query.page and _is_walk(journey))
        ]

    def _plain(self) -> PlanQuery:
        return replace(self.query, via=(), most_journeys=None, page=None)

    def _pieces(self) -> list[tuple[Place, Place, int]]:
        """From where to where, and the stay beside what was found before; in order of search."""
        stops = [self.query.origin, *(via.place for via in self.query.via), self.query.destination]
        stays = [via.stay_s for via in self.query.via]
        ends = list(pairwise(stops))
        if self.query.arrive_by:
            ends, stays = ends[::-1], stays[::-1]
        return [(*both, stay) for both, stay in zip(ends, [0, *stays], strict=True)]

    def _key(self, journey: Journey) -> int:
        return journey.arrival_s if self.query.arrive_by else journey.departure_s

    def _criteria(self, journey: Journey) -> Criteria:
        classes = self.query.price_classes
        lines = [leg.route.route_id for leg in journey.legs if isinstance(leg, TransitLeg)]
        dearest = max((classes.get(line, 0) for line in lines), default=0)
        return replace(journey_criteria(journey), price_class=dearest)

    def _ask(
        self, piece: tuple[Place, Place, int], results: list[PlanResult] | None, query: PlanQuery
    ) -> PlanResult:
        """Plan one piece; without the dispatcher where only lines are of interest."""
        whole = replace(query, origin=piece[0], destination=piece[1])
        result = self.ask(whole, None if results is None else self.on_demand)
        if results is not None:
            results.append(result)
        return result

    def _walk(self, window: Window) -> list[Journey]:
        """A walk for all of the first piece, as early as it counts, or as late when arriving by."""
        query = replace(self._plain(), window_s=0, not_before_s=0)
        walks = self._ask(self._pieces()[0], None, query).journeys
        bound_s = window[1] if self.query.arrive_by else window[0]
        return [_shifted(j, bound_s - self._key(j)) for j in walks if _is_walk(j)]

    def _beyond(self, window: Window, chains: Sequence[Journey]) -> list[Journey]:
        """First pieces outside the window that may belong to better journeys than some inside."""
        if not chains:
            return []
        if self.query.arrive_by:
            page = Page(window[0] - 1, later=False)
            width_s = window[0] - min(journey.departure_s for journey in chains)
        else:
            page = Page(window[1] + 1, later=True)
            width_s = max(journey.arrival_s for journey in chains) - window[1]
        query = replace(self._plain(), page=page, window_s=min(max(width_s, 0), _DAY_S))
        return list(self._ask(self._pieces()[0], None, query).journeys)

    def _chain(self, begun: list[Journey], results: list[PlanResult] | None) -> list[Journey]:
        """Add the other pieces to the first ones."""
        for piece in self._pieces()[1:]:
            if not begun:
                return []
            more = self._more(begun, piece, results)
            begun = pareto(
                [joined for one in begun for joined in self._joined(one, more, piece[2])],
                self._criteria,
            )
        return begun

    def _more(
        self,
        begun: Sequence[Journey],
        piece: tuple[Place, Place, int],
        results: list[PlanResult] | None,
    ) -> list[Journey]:
        """All ways of a piece that may follow, or come before, what was found."""
        query, stay_s, width_s = self._plain(), piece[2], self.query.window_s
        walks_s = [width_s if _is_walk(journey) else 0 for journey in begun]
        if self.query.arrive_by:
            ends = [journey.departure_s - stay_s for journey in begun]
            high_s = max(ends)
            low_s = min(end - wide for end, wide in zip(ends, walks_s, strict=True))
            outer = replace(query, time_s=low_s - 1)
        else:
            ends = [journey.arrival_s + stay_s for journey in begun]
            low_s = min(ends)
            high_s = max(end + wide for end, wide in zip(ends, walks_s, strict=True))
            outer = replace(query, time_s=high_s + 1)
        time_s = high_s if self.query.arrive_by else low_s
        inner = replace(query, time_s=time_s, window_s=min(high_s - low_s, _DAY_S))
        found = self._ask(piece, results, inner).journeys
        further = self._ask(piece, None, outer).journeys
        return [*found, *(journey for journey in further if not _is_walk(journey))]

    def _joined(self, one: Journey, more: Sequence[Journey], stay_s: int) -> list[Journey]:
        """What becomes of one beginning, or end, with each of the pieces; the best of it."""
        found: list[Journey | None] = []
        for piece in more:
            if self.query.arrive_by:
                found.append(self._join_before(piece, one, stay_s))
            else:
                found.append(self._join_after(one, piece, stay_s))
        return pareto([journey for journey in found if journey is not None], self._criteria)

    def _join_after(self, one: Journey, piece: Journey, stay_s: int) -> Journey | None:
        if _is_walk(piece):
            piece = _shifted(piece, one.arrival_s + stay_s - piece.departure_s)
        elif _is_walk(one):
            later_s = piece.departure_s - stay_s - one.arrival_s
            if later_s < 0:
                return None
            one = _shifted(one, later_s)
        return self._join(one, piece, stay_s)

    def _join_before(self, piece: Journey, one: Journey, stay_s: int) -> Journey | None:
        if _is_walk(piece):
            piece = _shifted(piece, one.departure_s - stay_s - piece.arrival_s)
        elif _is_walk(one):
            earlier_s = piece.arrival_s + stay_s - one.departure_s
            if earlier_s > 0:
                return None
            one = _shifted(one, earlier_s)
        return self._join(piece, one, stay_s)

    def _join(self, one: Journey, other: Journey, stay_s: int) -> Journey | None:
        """Two journeys as one, where there is time for the stay and the change."""
        last, first = one.legs[-1], other.legs[0]
        if stay_s == 0 and _same_vehicle(last, first):
            return Journey((*one.legs[:-1], _merged(last, first), *other.legs[1:]))
        needed_s = max(stay_s, self._least_s(last, first))
        if not needed_s <= other.departure_s - one.arrival_s <= needed_s + MAX_WAIT_S:
            return None
        return Journey((*one.legs, *other.legs))

    def _least_s(self, last: Leg, first: Leg) -> int:
        """Time between two vehicles; a walk, which may start at once, has it in its own."""
        if isinstance(last, WalkLeg) or isinstance(first, WalkLeg):
            return 0
        if isinstance(last, RideLeg) or isinstance(first, RideLeg):
            return MARGIN_S
        return self.change_s(last.destination, first.origin)


def _is_walk(journey: Journey) -> bool:
    return all(isinstance(leg, WalkLeg) for leg in journey.legs)


def _shifted(walk: Journey, by_s: int) -> Journey:
    """A walk at another time."""
    legs = [
        replace(leg, departure_s=leg.departure_s + by_s, arrival_s=leg.arrival_s + by_s)
        for leg in walk.legs
    ]
    return Journey(tuple(legs))


def _same_vehicle(last: Leg, first: Leg) -> bool:
    if not (isinstance(last, TransitLeg) and isinstance(first, TransitLeg)):
        return False
    return (last.trip_id, last.service_day, last.destination.stop_id) == (
        first.trip_id,
        first.service_day,
        first.origin.stop_id,
    ) and last.arrival_s <= first.departure_s


def _merged(last: Leg, first: Leg) -> TransitLeg:
    """One leg on a vehicle that is not left."""
    assert isinstance(last, TransitLeg)
    assert isinstance(first, TransitLeg)
    between = CallingPoint(last.destination, last.arrival_s, first.departure_s)
    takes = {last.wheelchair, first.wheelchair}
    return replace(
        last,
        destination=first.destination,
        arrival_s=first.arrival_s,
        scheduled_arrival_s=first.scheduled_arrival_s,
        realtime=last.realtime or first.realtime,
        alerts=tuple(dict.fromkeys([*last.alerts, *first.alerts])),
        wheelchair=False if False in takes else None if None in takes else True,
        intermediate=(*last.intermediate, between, *first.intermediate),
        geometry=(*last.geometry, *first.geometry[1:]),
    )
