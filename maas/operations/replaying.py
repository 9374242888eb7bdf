"""Deciding again what was decided once: the log of decisions gives the same plans, byte for byte.

Every state in a log is a beginning: its plans are written into an empty database, and the decisions
behind it are made again there, by the same code. What comes out is compared as text with what was
written down. A search that ends by the clock (`decisions.GIVEN`) is not made again: its routes are
taken, and scheduled and written anew.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from dispatch import canonical
from dispatch.plan import HALT, Route, Stop, StopKind, halt_stop, stops_of
from maas.database import Database, Session
from maas.errors import InvalidRequestError
from maas.operations import decisions, queries
from maas.operations.decisions import plans_of
from maas.operations.fleet import Area, AreaRules, Fleet
from maas.operations.plans import write_routes
from maas.operations.service import Operations, RideOrder
from maas.operations.state import load_state
from maas.sealing import Keyring, new_key
from maas.tables import (
    Booking,
    DispatchDecision,
    DrivingTable,
    PlanStop,
    Ride,
    ServiceArea,
    Shift,
    Vehicle,
    metadata,
)

_LONG_MS = 3_600_000
"""Time for searches that were successful once: they find the same, however slow the machine."""

_FIRST = {"version": 1, "kind": "meguri-decisions"}
"""First line of an exported log."""


@dataclass(frozen=True)
class Difference:
    """The first decision of an area that came out otherwise.

    Parameters
    ----------
    decision : int
        Its id in the log.
    name : str
        What was decided.
    logged, found : str
        The plans as JSON.
    """

    decision: int
    name: str
    logged: str
    found: str


@dataclass(frozen=True)
class Replay:
    """What a replay found.

    Parameters
    ----------
    decisions : int
        Decisions made again; up to the first that differs.
    given : int
        Results of searches that were taken as they are.
    states : int
        Beginnings.
    difference : Difference or None
        The first decision that differs; None when all are equal.
    """

    decisions: int
    given: int
    states: int
    difference: Difference | None = None


@dataclass(frozen=True)
class Log:
    """Decisions and the tables of driving times they were made on.

    Parameters
    ----------
    rows : Iterable[DispatchDecision]
        Decisions by area, then id.
    table : Callable[[str], str]
        Gives the packed table with a digest.
    """

    rows: Iterable[DispatchDecision]
    table: Callable[[str], str]


def read_log(session: Session, area_id: str | None = None, since: date | None = None) -> Log:
    """Read the log of a database.

    Parameters
    ----------
    session : Session
        A reading session, open as long as the log is read.
    area_id : str or None
        Of this area alone.
    since : date or None
        From the first state of this day on.

    Returns
    -------
    Log
        Its rows, one after the other.
    """
    query = select(DispatchDecision).order_by(DispatchDecision.area_id, col(DispatchDecision.id))
    if area_id is not None:
        query = query.where(DispatchDecision.area_id == area_id)
    if since is not None:  # a basis begins with its day
        query = query.where(DispatchDecision.basis >= since.isoformat())

    def table(digest: str) -> str:
        return session.get_one(DrivingTable, digest).content

    return Log(session.exec(query), table)


def write_log(log: Log) -> Iterator[str]:
    """Write a log as lines of JSON.

    Parameters
    ----------
    log : Log
        The log.

    Yields
    ------
    str
        A line without its end: a heading, then each table before the first state that names it.
    """
    yield canonical.text(_FIRST)
    known: set[str] = set()
    for row in log.rows:
        if row.kind == decisions.STATE and row.arguments["area"]["driving"] not in known:
            digest = row.arguments["area"]["driving"]
            known.add(digest)
            yield canonical.text({"kind": "table", "digest": digest, "content": log.table(digest)})
        yield canonical.text(row.model_dump(mode="json"))


def is_log(first_line: str) -> bool:
    """Tell whether a file is a log as `write_log` writes it.

    Parameters
    ----------
    first_line : str
        Its first line.

    Returns
    -------
    bool
        True when it begins so.
    """
    return first_line.strip() == canonical.text(_FIRST)


def parse_log(lines: Iterable[str]) -> Log:
    """Read a log that was written as lines.

    Parameters
    ----------
    lines : Iterable[str]
        As `write_log` wrote them.

    Returns
    -------
    Log
        The log.

    Raises
    ------
    InvalidRequestError
        While it is read: a line is none.
    """
    tables: dict[str, str] = {}

    def rows() -> Iterator[DispatchDecision]:
        for number, line in enumerate(lines, start=1):
            try:
                value = json.loads(line)
                if value["kind"] == "table":
                    tables[value["digest"]] = value["content"]
                elif value != _FIRST:
                    yield DispatchDecision(**value)
            except (ValueError, KeyError, TypeError) as error:
                raise InvalidRequestError(
                    f"Line {number} is no line of a log of decisions ({error}); export it again."
                ) from error

    return Log(rows(), tables.__getitem__)


def replay(log: Log) -> Replay:
    """Decide everything in a log again, and compare.

    Parameters
    ----------
    log : Log
        The log; each area begins with a state.

    Returns
    -------
    Replay
        How many decisions there are, and the first that differs.

    Raises
    ------
    InvalidRequestError
        An area's log does not begin with a state.
    """
    made = given = states = 0
    stage: _Stage | None = None
    with ExitStack() as stack:
        for row in log.rows:
            if row.kind == decisions.STATE:
                if stage is not None and stage.area.id == row.area_id:
                    difference = _compared(row, stage.plans(row.plans))
                    if difference is not None:
                        return Replay(made, given, states, difference)
                stack.close()
                stage = stack.enter_context(_staged(row, log.table))
                states += 1
                continue
            if stage is None or stage.area.id != row.area_id:
                raise InvalidRequestError(
                    f"Decision {row.id} of area {row.area_id!r} has no state before it; replay the "
                    "log from a day on which one was written."
                )
            difference = _compared(row, stage.decide(row))
            made, given = made + 1, given + (row.kind == decisions.GIVEN)
            if difference is not None:
                return Replay(made, given, states, difference)
    return Replay(made, given, states)


def _compared(row: DispatchDecision, found: Mapping[str, Any]) -> Difference | None:
    """Compare plans as text.

    Parameters
    ----------
    row : DispatchDecision
        What was written down.
    found : Mapping[str, Any]
        What came out.

    Returns
    -------
    Difference or None
        None where they are equal byte for byte.
    """
    logged, again = canonical.text(row.plans), canonical.text(found)
    return None if logged == again else Difference(row.id or 0, row.kind, logged, again)


def _area(ground: Mapping[str, Any], packed: str) -> Area:
    """Make an area as it was.

    Parameters
    ----------
    ground : Mapping[str, Any]
        As a state has it.
    packed : str
        Its driving times.

    Returns
    -------
    Area
        With all the time it wants for searches.
    """
    rules = AreaRules(**ground["rules"])
    if rules.ejection_ms:
        rules = replace(rules, ejection_ms=_LONG_MS)
    return Area(
        id=ground["id"],
        name={},
        rules=rules,
        trips=cast("Any", MappingProxyType(dict.fromkeys(ground["trips"]))),
        nodes={stop_id: node for node, stop_id in enumerate(ground["stops"])},
        travel_s=canonical.unpack_array(json.loads(packed), ground["driving"]),
        organisation_id=ground["organisation_id"],
    )


@dataclass
class _Stage:
    """An area in a database of its own, in which decisions are made again."""

    database: Database
    area: Area
    zone: ZoneInfo
    folder: TemporaryDirectory[str]

    def __enter__(self) -> "_Stage":
        """Use it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Give it back."""
        self.database.close()
        self.folder.cleanup()

    def plans(self, shift_ids: Iterable[str]) -> dict[str, Any]:
        """Read the plans of some shifts."""
        with self.database.transaction() as session:
            return plans_of(session, shift_ids)

    def decide(self, row: DispatchDecision) -> dict[str, Any]:
        """Make a decision again; gives the plans of the shifts it changed."""
        operations = Operations(Fleet({self.area.id: self.area}, ()), self.zone)
        with self.database.transaction() as session:
            with decisions.noting(session) as touched:
                _again(session, operations, self.area, self.zone, row)
            session.flush()
            return plans_of(session, touched)


def _staged(row: DispatchDecision, table: Callable[[str], str]) -> _Stage:
    """Write a state into an empty database.

    Parameters
    ----------
    row : DispatchDecision
        The state.
    table : Callable[[str], str]
        Gives a table of driving times.

    Returns
    -------
    _Stage
        The area, as it stood.
    """
    said = row.arguments
    area = _area(said["area"], table(said["area"]["driving"]))
    folder = TemporaryDirectory(prefix="meguri-replay-")
    database = Database(f"sqlite:///{Path(folder.name) / 'plans.db'}", Keyring([new_key()], "here"))
    metadata.create_all(database.engine)
    with database.transaction() as session:
        rules = asdict(area.rules)
        session.add(ServiceArea(id=area.id, name={}, route_ids=[], rules=rules))
        session.flush()
        session.add_all(Vehicle(**vehicle, name={}) for vehicle in said["vehicles"])
        session.flush()
        session.add_all(Shift.model_validate(shift) for shift in said["shifts"])
        session.flush()
        for ride in said["rides"]:
            _book(session, ride["id"])
            session.add(Ride(**ride, booking_id=ride["id"]))
        session.flush()
        session.add_all(PlanStop(**stop) for stop in said["stops"])
    return _Stage(database, area, ZoneInfo(said["area"]["zone"]), folder)


def _book(session: Session, ride_id: str) -> None:
    """Write a booking of nobody for a ride.

    Parameters
    ----------
    session : Session
        A writing session.
    ride_id : str
        The ride; the booking is called the same.
    """
    session.add(
        Booking(
            id=ride_id,
            state="held",
            created_s=0,
            rider_name="",
            rider_phone="",
            language="en",
            party={},
            journey={},
            price_minor=0,
            currency="",
            payment="",
            ticket="",
        )
    )
    session.flush()


def _again(
    session: Session, operations: Operations, area: Area, zone: ZoneInfo, row: DispatchDecision
) -> None:
    """Make a decision again.

    Parameters
    ----------
    session : Session
        A writing session.
    operations : Operations
        Of the area alone.
    area : Area
        The area.
    zone : ZoneInfo
        The city's time zone.
    row : DispatchDecision
        What was decided.
    """
    said, now_s, incidents = row.arguments, row.at_s, operations.incidents
    queries.lock_area(session, area.id)
    match row.kind:
        case decisions.HOLD:
            _book(session, said["ride_id"])
            order = RideOrder(**said["order"])
            operations.hold(session, order, said["ride_id"], now_s, said["ride_id"])
        case decisions.RELEASE:
            operations.release(session, session.get_one(Ride, said["ride_id"]), now_s)
        case decisions.REPORT:
            stop = queries.stop_of_ride(session, said["ride_id"], said["stop"])
            stop_id = "" if stop is None else stop.id
            operations.report(session, said["vehicle_id"], stop_id, said["outcome"], now_s)
        case decisions.BREAKDOWN:
            incidents.broke_down(session, said["vehicle_id"], said["stop_id"], now_s)
        case decisions.LATE:
            incidents.is_late(session, said["vehicle_id"], said["late_s"], now_s)
        case decisions.BACK:
            incidents.is_back(session, said["vehicle_id"], now_s)
        case decisions.MEND:
            days = [date.fromisoformat(day) for day in said["days"]]
            incidents.mend(session, area, days, now_s)
        case decisions.GIVEN:
            _take(session, area, zone, said, now_s)
        case other:
            raise InvalidRequestError(f"{other!r} is no decision of this version; update Meguri.")


def _take(
    session: Session, area: Area, zone: ZoneInfo, said: Mapping[str, Any], now_s: int
) -> None:
    """Take routes and promises as they were given.

    Parameters
    ----------
    session : Session
        A writing session.
    area : Area
        The area.
    zone : ZoneInfo
        The city's time zone.
    said : Mapping[str, Any]
        Day, routes, promises.
    now_s : int
        The instant, UTC epoch seconds.
    """
    state = load_state(session, area, (date.fromisoformat(said["day"]),), now_s, zone)
    problem = state.problem
    for ride_id, (earliest_s, latest_s, arrival_s, limit_s) in said["promises"].items():
        ride = state.rides[ride_id]
        ride.pickup_earliest_s, ride.pickup_latest_s = earliest_s, latest_s
        ride.arrival_latest_s, ride.ride_limit_s = arrival_s, limit_s
        moved = replace(
            problem.request(ride_id),
            earliest_pickup_s=earliest_s,
            latest_pickup_s=latest_s,
            latest_dropoff_s=arrival_s,
            max_ride_s=limit_s,
        )
        problem = problem.with_requests(moved)
    routes = []
    for shift_id, stops in said["routes"].items():
        halts = {halt.id: halt_stop(halt) for halt in problem.vehicle(shift_id).halts}
        made: list[Stop] = []
        for request_id, kind in stops:
            if kind == HALT:
                made.append(halts[request_id])
            else:
                both = stops_of(problem.request(request_id))
                made.append(next(stop for stop in both if stop.kind == StopKind(kind)))
        routes.append(Route(shift_id, tuple(made)))
    write_routes(session, state, problem, routes, now_s)
