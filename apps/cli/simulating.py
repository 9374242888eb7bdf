"""``maas simulate``: a day of an on-demand service, tried out."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import Progress

from apps.cli.output import console, write_json
from maas.config import read_settings
from maas.errors import InvalidRequestError

if TYPE_CHECKING:
    from dispatch.decisions import DecisionLog
    from dispatch.simulation import Day, Rules
    from maas.city import City
    from maas.operations.fleet import Area
    from maas.operations.trial_demand import Demand

_STEPS = ("at-once", "batch", "make-room", "improve", "rebalance")


def simulate(
    out: Annotated[Path, typer.Option("--out", help="Folder for the report and the tables.")],
    city: Annotated[
        Path | None, typer.Option("--city", help="City directory; MAAS_CITY or Kaga otherwise.")
    ] = None,
    area: Annotated[
        str | None, typer.Option("--area", help="On-demand area; the one with most vehicles.")
    ] = None,
    vehicles: Annotated[
        int | None, typer.Option("--vehicles", help="How many; those the city lists otherwise.")
    ] = None,
    requests: Annotated[
        Path | None, typer.Option("--requests", help="CSV file of requests, see the README.")
    ] = None,
    rate: Annotated[
        float | None, typer.Option("--rate", help="Requests an hour to draw, instead of a file.")
    ] = None,
    policy: Annotated[
        str,
        typer.Option(
            "--policy",
            help="at-once or batch; then +make-room, +improve, +rebalance: such as batch+improve.",
        ),
    ] = "at-once",
    max_wait: Annotated[
        int, typer.Option("--max-wait", help="Minutes a party waits that says nothing else.")
    ] = 30,
    weekend: Annotated[
        bool, typer.Option("--weekend", help="With the hours of a weekend.")
    ] = False,
    noise: Annotated[
        float,
        typer.Option("--noise", help="Spread of drives around the planned time, such as 0.1."),
    ] = 0.0,
    cancelled: Annotated[
        float, typer.Option("--cancelled", help="Percent of requests that are cancelled.")
    ] = 0.0,
    no_shows: Annotated[
        float, typer.Option("--no-shows", help="Percent of parties that are not there.")
    ] = 0.0,
    breakdowns: Annotated[
        int, typer.Option("--breakdowns", help="Vehicles that break down on the way.")
    ] = 0,
    seed: Annotated[int, typer.Option("--seed", help="The same seed, the same day.")] = 0,
    log: Annotated[
        Path | None, typer.Option("--log", help="File for every decision; see `maas replay`.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Simulate a day of the on-demand service, and report who was served and how."""
    if (requests is None) == (rate is None):
        raise InvalidRequestError("Give either --requests FILE or --rate REQUESTS_AN_HOUR.")
    if out.exists() and not out.is_dir():
        raise InvalidRequestError(f"--out {out} is a file; name a folder.")
    if not 0 <= seed < 2**31 or not 0 < max_wait <= 24 * 60:
        raise InvalidRequestError("--seed is 0 or larger; --max-wait is 1 to 1440 minutes.")
    told: dict[str, Any] = {"policy": policy, "seed": seed, "noise": noise}
    where, chosen, day, demand = _prepare(
        (city, area), (vehicles, weekend), (requests, rate, max_wait), seed
    )
    rules = _rules(policy, chosen, seed)
    told |= {"city": where.id, "area": chosen.id}
    told |= {"requests": str(requests)} if requests is not None else {"requests an hour": rate}
    disturbances = (cancelled, no_shows, breakdowns)
    day = _disturbed(day, disturbances, seed)
    with _decisions(log) as decisions:
        _drive(day, rules, demand, (where, chosen), (out, decisions), told, as_json)


@contextmanager
def _decisions(file: Path | None) -> Iterator["DecisionLog | None"]:
    """Open a log of decisions, if one is wanted."""
    from dispatch.decisions import DecisionLog

    if file is None:
        yield None
        return
    try:
        lines = file.open("w", encoding="utf-8")
    except OSError as error:
        raise InvalidRequestError(f"--log {file} cannot be written: {error.strerror}.") from error
    with lines:
        yield DecisionLog(lambda line: lines.write(line + "\n"))


def _prepare(
    place: tuple[Path | None, str | None],
    fleet: tuple[int | None, bool],
    asked: tuple[Path | None, float | None, int],
    seed: int,
) -> tuple["City", "Area", "Day", "Demand"]:
    """Read the city and its fleet, read or draw the requests."""
    # The dispatcher's kernels take a moment to load, and no other command needs all of them.
    from dispatch.simulation import Day
    from maas.city import load_city
    from maas.operations import load_fleet
    from maas.operations.trial_demand import Terms, draw_demand, read_demand
    from maas.operations.trial_fleet import choose_area, trial_shifts

    settings = read_settings(city=place[0])
    city = load_city(settings.city, settings.cache_dir)
    listed = load_fleet(city, settings.cache_dir)
    area = choose_area(listed, place[1])
    shifts = trial_shifts(area, listed.vehicles, fleet[0], weekend=fleet[1])
    terms = Terms(area, asked[2] * 60)
    if asked[0] is not None:
        demand = read_demand(asked[0], terms)
    else:
        hours = (min(s.start_s for s in shifts), max(s.end_s for s in shifts))
        demand = draw_demand(city, terms, hours, asked[1] or 0.0, seed)
    return city, area, Day(shifts, demand.wishes, area.travel_s), demand


def _disturbed(day: "Day", shares: tuple[float, float, int], seed: int) -> "Day":
    """Draw what goes wrong."""
    from dispatch.errors import DispatchError
    from dispatch.simulation import Disturbances, disturbed

    try:
        return disturbed(day, Disturbances(*shares), seed)
    except DispatchError as error:
        raise InvalidRequestError(f"--cancelled, --no-shows, --breakdowns: {error}") from error


def _rules(text: str, area: "Area", seed: int) -> "Rules":
    """Make the policy that some words name."""
    from dispatch.simulation import Rules

    words = text.split("+")
    if (
        any(word not in _STEPS for word in words)
        or len(set(words)) != len(words)
        or ("at-once" in words) == ("batch" in words)
    ):
        raise InvalidRequestError(
            f"--policy is {text!r}; write at-once or batch, then any of +make-room, +improve and "
            "+rebalance, such as batch+improve."
        )
    rules, every_s = area.rules, area.rules.batch_window_s
    tends = "improve" in words or "rebalance" in words
    return Rules(
        window_s=every_s if "batch" in words else 0,
        pickup_tolerance_s=rules.pickup_window_s,
        arrival_tolerance_s=rules.arrival_buffer_s,
        tend_every_s=every_s if tends else 0,
        improve_rounds=200 if "improve" in words else 0,
        rebalances="rebalance" in words,
        make_room_s=area.ejection_s if "make-room" in words else 0.0,
        explains=True,
        seed=seed,
    )


def _drive(
    day: "Day",
    rules: "Rules",
    demand: "Demand",
    where: tuple["City", "Area"],
    to: tuple[Path, "DecisionLog | None"],
    told: dict[str, Any],
    as_json: bool,
) -> None:
    """Drive the day with a progress bar, write the report and say the figures."""
    from dispatch.errors import DispatchError
    from dispatch.simulation import simulate as drive
    from maas.operations.driven import driven_metres
    from maas.reporting import SimulatedDay, figures_of, write_report

    with Progress(console=console, transient=True, disable=as_json) as bar:
        task = bar.add_task("Simulating", total=len(day.wishes))
        try:
            outcome = drive(
                day,
                rules,
                seed=told["seed"],
                noise=told["noise"],
                on_progress=lambda released: bar.update(task, completed=released),
                decisions=to[1],
            )
        except DispatchError as error:
            raise InvalidRequestError(str(error)) from error
    ways = {(one.from_node, one.to_node) for one in outcome.drives}
    metres = driven_metres(*where, ways)
    stop_ids = tuple(where[1].nodes)
    driven = SimulatedDay(outcome, day.vehicles, stop_ids, demand.labels, metres)
    page = write_report(driven, to[0], told)
    figures = figures_of(driven)
    if as_json:
        write_json({"asked": told, **figures, "report": str(page)})
        return
    for name, value in figures.items():
        if name != "states":
            console.print(f"{name.replace('_', ' '):28} {value}", highlight=False, markup=False)
    console.print(f"Report: {page}", soft_wrap=True, highlight=False, markup=False)
