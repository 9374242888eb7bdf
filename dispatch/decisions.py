"""The log of decisions: what was asked, how things stood, what was answered; replayed, it is equal.

A log is JSON, a line each: what changed of vehicles, requests and routes since the line before, the
arguments of the decision and its answer. Each line carries the digest of all before it, so nothing
can be taken out or changed unseen. ``replay`` builds every situation anew, decides again and
compares the answers as they are written, byte for byte.

A search that ends by the clock finds now more, now less: such a result is logged as a given event
(``DecisionLog.given``) and not decided again. One that ends by a number of rounds replays.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch import canonical
from dispatch.canonical import Json
from dispatch.errors import DispatchError, InvalidLogError
from dispatch.fleet import Fleet
from dispatch.horizon import merge
from dispatch.improvement.ruin_recreate import improve
from dispatch.incidents import repair
from dispatch.insertion import Insertion, best_insertion
from dispatch.objective import DEFAULT_WEIGHTS, Weights
from dispatch.plan import Plan, Route
from dispatch.problem import Problem, Request, Vehicle

VERSION = 1

GIVEN = "given"


def find(
    problem: Problem, plan: Plan, request: Request, weights: Weights = DEFAULT_WEIGHTS
) -> Insertion | None:
    """Find the best place for a request in a fleet packed anew, without a reason for a refusal.

    Parameters
    ----------
    problem : Problem
        Vehicles, accepted requests, travel times.
    plan : Plan
        The present plan.
    request : Request
        The new request.
    weights : Weights
        The objective.

    Returns
    -------
    Insertion or None
        What ``Fleet.find`` says.
    """
    return Fleet(problem, plan, weights).find(request)


DECISIONS: Mapping[str, Callable[..., object]] = {
    "best_insertion": best_insertion,
    "find": find,
    "improve": improve,
    "merge": merge,
    "repair": repair,
}
"""What can be decided again: functions of a problem and, as a rule, a plan; by name."""

_ENOUGH_S = 3600.0
"""Seconds for a search that is ended by its rounds."""


@dataclass
class _Situation:
    """Problem and plan in parts, by id: what lines of a log change."""

    vehicles: dict[str, Any] = field(default_factory=dict)
    requests: dict[str, Any] = field(default_factory=dict)
    routes: dict[str, Any] = field(default_factory=dict)
    rest: dict[str, Any] = field(default_factory=dict)


class DecisionLog:
    """Writes decisions, each as what changed since the one before.

    Parameters
    ----------
    write : callable
        Takes each line, without its end.
    """

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._writer = canonical.Writer()
        self._last = _Situation()
        self._digest = ""
        self._line({"kind": "log", "version": VERSION})

    def decided(
        self, name: str, problem: Problem, plan: Plan, answer: object, **arguments: object
    ) -> None:
        """Write down a decision.

        Parameters
        ----------
        name : str
            One of ``DECISIONS``.
        problem : Problem
            What it was made on.
        plan : Plan
            The plan it was made on; for ``merge`` the present one.
        answer : object
            What came out.
        **arguments : object
            Further arguments, by name; ``seconds`` is not one of them.

        Raises
        ------
        InvalidLogError
            The decision is unknown, or an argument cannot be written.
        """
        if name not in DECISIONS:
            raise InvalidLogError(f"{name!r} is no decision; there are {sorted(DECISIONS)}.")
        self._entry(name, problem, plan, answer, arguments)

    def given(self, what: str, problem: Problem, plan: Plan, answer: object) -> None:
        """Write down a result that cannot be found again, such as of a search by the clock.

        Parameters
        ----------
        what : str
            Where it came from.
        problem : Problem
            How things stood.
        plan : Plan
            The plan at that time.
        answer : object
            The result.
        """
        self._entry(GIVEN, problem, plan, answer, {"what": what})

    def _entry(
        self,
        name: str,
        problem: Problem,
        plan: Plan,
        answer: object,
        arguments: Mapping[str, object],
    ) -> None:
        write = self._writer.write
        now = _situation(problem, plan)
        line: dict[str, Json] = {"kind": name, "answer": answer_json(write, now, answer)}
        for part in ("vehicles", "requests", "routes", "rest"):
            changes = _changes(getattr(self._last, part), getattr(now, part))
            if changes:
                line[part] = write(changes)
        orders = {  # the order of vehicles decides between equals
            part: list(getattr(now, part))
            for part in ("vehicles", "requests", "routes")
            if _order(getattr(self._last, part), getattr(now, part)) != list(getattr(now, part))
        }
        if orders:
            line["orders"] = orders
        if arguments:
            line["arguments"] = {key: write(value) for key, value in arguments.items()}
        for digest, array in self._writer.new_arrays.items():
            self._line({"kind": "array", "name": digest, **canonical.pack_array(array)})
        self._writer.new_arrays.clear()
        self._line(line)
        self._last = now

    def _line(self, line: dict[str, Json]) -> None:
        body = canonical.text(line)
        self._digest = _chained(self._digest, body)
        self._write(canonical.text({**line, "digest": self._digest}))


@dataclass(frozen=True)
class Difference:
    """The first decision that came out otherwise.

    Parameters
    ----------
    decision : int
        Its number, from 1.
    line : int
        Its line, from 1.
    name : str
        What was decided.
    logged, found : str
        The answers as JSON.
    """

    decision: int
    line: int
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
        Results that were given and not found again.
    difference : Difference or None
        The first decision that differs; None when all are equal.
    """

    decisions: int
    given: int
    difference: Difference | None = None


def replay(lines: Iterable[str]) -> Replay:
    """Decide everything in a log again, and compare.

    Parameters
    ----------
    lines : iterable of str
        The log.

    Returns
    -------
    Replay
        How many decisions there are, and the first that differs.

    Raises
    ------
    InvalidLogError
        A line cannot be read, or is not as it was written; the message names it.
    """
    reader = _Reader()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            difference = reader.line(line, number)
        except (DispatchError, TypeError, KeyError) as error:
            raise InvalidLogError(f"Line {number}: {error}", line=number) from error
        if difference is not None:
            return Replay(reader.decisions, reader.given, difference)
    if not reader.digest:
        raise InvalidLogError("The log is empty; give a file that a DecisionLog wrote.")
    return Replay(reader.decisions, reader.given)


class _Reader:
    """Builds the situations of a log one after the other."""

    def __init__(self) -> None:
        self.digest = ""
        self.decisions = self.given = 0
        self._now = _Situation()
        self._arrays: dict[str, NDArray[Any]] = {}

    def line(self, text: str, number: int) -> Difference | None:
        line = self._checked(text)
        kind = str(line.get("kind"))
        if kind == "log":
            if line.get("version") != VERSION:
                raise InvalidLogError(f"version {line.get('version')} is not {VERSION}.")
            return None
        if kind == "array":
            self._arrays[line["name"]] = canonical.unpack_array(line, line["name"])
            return None
        problem, plan = self._situation(line)
        if kind == GIVEN:
            self.given += 1
            return None
        if kind not in DECISIONS:
            raise InvalidLogError(f"{kind!r} is no decision; there are {sorted(DECISIONS)}.")
        self.decisions += 1
        logged = canonical.text(line["answer"])
        found = canonical.text(self._decide(kind, problem, plan, line.get("arguments", {})))
        if found == logged:
            return None
        return Difference(self.decisions, number, kind, logged, found)

    def _checked(self, text: str) -> dict[str, Json]:
        try:
            line = json.loads(text)
            digest = line.pop("digest")
        except (ValueError, AttributeError, KeyError) as error:
            raise InvalidLogError(f"this is no line of a log of decisions: {error}.") from error
        if digest != _chained(self.digest, canonical.text(line)):
            raise InvalidLogError(
                "it, or a line before it, is not as it was written; replay the log as it was."
            )
        if not self.digest and line.get("kind") != "log":
            raise InvalidLogError("the beginning of the log is missing.")
        self.digest = digest
        return dict(line)

    def _situation(self, line: dict[str, Json]) -> tuple[Problem, Plan]:
        kinds = {"vehicles": Vehicle, "requests": Request, "routes": Route}
        hints = typing.get_type_hints(Problem)
        for part in ("vehicles", "requests", "routes", "rest"):
            held = getattr(self._now, part)
            for name, value in line.get(part, {}).items():
                if value is None:
                    del held[name]
                else:
                    kind = kinds.get(part, hints.get(name))
                    held[name] = canonical.read(kind, value, self._arrays)
            for_order = line.get("orders", {}).get(part)
            if for_order is not None:
                setattr(self._now, part, {name: held[name] for name in for_order})
        now = self._now
        problem = Problem(tuple(now.vehicles.values()), tuple(now.requests.values()), **now.rest)
        return problem, Plan(tuple(now.routes.values()))

    def _decide(self, name: str, problem: Problem, plan: Plan, given: dict[str, Json]) -> Json:
        function = DECISIONS[name]
        hints = typing.get_type_hints(function)
        arguments = {
            key: canonical.read(_argument(hints[key]), value, self._arrays)
            for key, value in given.items()
        }
        if "seconds" in hints:
            arguments["seconds"] = _ENOUGH_S
        present = "current" if name == "merge" else "plan"
        answer = function(**{"problem": problem, present: plan, **arguments})
        return answer_json(canonical.Writer().write, _situation(problem, plan), answer)


def answer_json(write: Callable[[object], Json], before: _Situation, answer: object) -> Json:
    """Write an answer; of plans and problems in it only what is new.

    Parameters
    ----------
    write : callable
        Turns plain values into JSON.
    before : _Situation
        How things stood.
    answer : object
        The answer.

    Returns
    -------
    Json
        The answer.
    """
    if isinstance(answer, Plan):
        routes = {route.vehicle_id: route for route in answer}
        return write({"routes": _changes(before.routes, routes)})
    if isinstance(answer, Problem):
        after = _situation(answer, Plan())
        return write(
            {
                "vehicles": _changes(before.vehicles, after.vehicles),
                "requests": _changes(before.requests, after.requests),
            }
        )
    if dataclasses.is_dataclass(answer) and not isinstance(answer, type):
        return {
            type(answer).__name__: {
                one.name: answer_json(write, before, getattr(answer, one.name))
                for one in dataclasses.fields(answer)
            }
        }
    return write(answer)


def _situation(problem: Problem, plan: Plan) -> _Situation:
    parts = {"vehicles", "requests"}
    return _Situation(
        {vehicle.id: vehicle for vehicle in problem.vehicles},
        {request.id: request for request in problem.requests},
        {route.vehicle_id: route for route in plan},
        {
            one.name: getattr(problem, one.name)
            for one in dataclasses.fields(problem)
            if one.init and one.name not in parts
        },
    )


def _changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Name what is new or other, and with None what is gone."""
    changed = {
        name: value
        for name, value in now.items()
        if (old := before.get(name)) is not value and (old is None or not _equal(old, value))
    }
    return {**changed, **{name: None for name in before if name not in now}}


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return np.array_equal(one, other) and one.dtype == other.dtype
    return type(one) is type(other) and bool(one == other)


def _order(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """The order that results where what is gone is taken out and what is new put behind."""
    return [*(name for name in before if name in now), *(n for n in now if n not in before)]


def _argument(hint: Any) -> Any:
    """Sequences and iterables are read as tuples."""
    if typing.get_origin(hint) in (Iterable, Sequence):
        # As types.GenericAlias: what is inside is only known when this runs.
        return types.GenericAlias(tuple, (typing.get_args(hint)[0], ...))
    return hint


def _chained(before: str, body: str) -> str:
    return hashlib.sha256(f"{before}\n{body}".encode()).hexdigest()
