"""``maas``: plan, book, serve and look after a city from a terminal."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from apps.cli import accounts, cities, keys, loans, replaying, simulating, solving
from apps.cli.output import (
    console,
    write_board,
    write_error,
    write_journey,
    write_json,
    write_plan,
    write_reach,
)
from apps.cli.wishes import (
    Adults,
    Arrive,
    Children,
    ChildSeats,
    Depart,
    From,
    Infants,
    LanguageOption,
    Luggage,
    MaxWalk,
    PageOption,
    PassOption,
    To,
    ViaOption,
    WalkSpeed,
    Wheelchairs,
    Wish,
    checked_language,
)
from apps.runtime import Runtime, open_runtime
from maas.checkout import BookingRequest, BookingWriter
from maas.clock import local_date, local_instant
from maas.config import read_settings
from maas.errors import InvalidRequestError, MaasError, NotBookableError, RideGoneError
from maas.offers import Expected, Heads, ReachRequest, Walking, board, minutes_of

app = typer.Typer(
    help="Meguri: buses, trains and shared on-demand rides as one service.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
drivers = typer.Typer(help="Drivers and their lists.", no_args_is_help=True)
app.add_typer(drivers, name="drivers")
app.add_typer(cities.app, name="city")
app.add_typer(keys.app, name="keys")
app.add_typer(accounts.app, name="accounts")
app.add_typer(loans.app, name="loans")
app.command("solve")(solving.solve)
app.command("replay")(replaying.replay)
app.command("simulate")(simulating.simulate)

CityOption = Annotated[
    Path | None, typer.Option("--city", help="City directory; MAAS_CITY or Kaga otherwise.")
]
RealtimeOption = Annotated[
    list[Path] | None,
    typer.Option("--realtime", help="GTFS-Realtime file to plan with; may be given again."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]


@contextmanager
def _service(city: Path | None, realtime: Sequence[Path] | None = None) -> Iterator[Runtime]:
    """Open the service for one command.

    Parameters
    ----------
    city : Path or None
        The city directory, where one was given.
    realtime : Sequence[Path] or None
        Messages to lay over the timetable.

    Yields
    ------
    Runtime
        The service.
    """
    with open_runtime(read_settings(city=city)) as runtime:
        if realtime:
            runtime.realtime.show(realtime)
        yield runtime


@app.command()
def serve(
    city: CityOption = None,
    host: Annotated[str | None, typer.Option(help="Address to listen at.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen at.")] = None,
    workers: Annotated[
        int | None, typer.Option(help="API processes at the port; several need a Redis.")
    ] = None,
    worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="Run a worker beside the API.")
    ] = True,
    as_json: JsonOption = False,
) -> None:
    """Serve the pages and the API, with the worker beside them."""
    from apps.cli.serving import run_server

    settings = read_settings(city=city, host=host, port=port, workers=workers)
    run_server(settings, with_worker=worker, as_json=as_json)


@app.command("worker")
def work(city: CityOption = None, as_json: JsonOption = False) -> None:
    """Run a worker: relay events, improve plans. Needs PostgreSQL and Redis to share with serve."""
    from apps.cli.serving import run_worker

    run_worker(read_settings(city=city), as_json=as_json)


@app.command()
def plan(
    origin: From,
    destination: To,
    depart: Depart = None,
    arrive: Arrive = None,
    adults: Adults = 1,
    children: Children = 0,
    infants: Infants = 0,
    wheelchairs: Wheelchairs = 0,
    child_seats: ChildSeats = 0,
    luggage: Luggage = 0,
    max_walk: MaxWalk = None,
    walk_speed: WalkSpeed = None,
    via: ViaOption = None,
    passes: PassOption = None,
    page: PageOption = None,
    realtime: RealtimeOption = None,
    language: LanguageOption = "ja",
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find journeys from FROM to TO, with live on-demand rides and prices."""
    heads = Heads(adults, children, infants, wheelchairs, child_seats, luggage)
    walking = Walking.of(max_walk, walk_speed)
    times, bought = (depart, arrive), tuple(passes or ())
    on_way = tuple(via or ())
    wish = Wish(origin, destination, *times, heads, walking, language, page, bought, on_way)
    with _service(city, realtime) as runtime:
        document = wish.plan(runtime)
    if as_json:
        write_json(document)
    else:
        write_plan(document)


@app.command("why-not")
def explain(
    origin: From,
    destination: To,
    line: Annotated[
        str | None, typer.Option(help="The line you expected: its name or route id.")
    ] = None,
    stop: Annotated[
        str | None, typer.Option(help="The stop you expected to get on or off at.")
    ] = None,
    time: Annotated[
        str | None,
        typer.Option("--time", "--at", help='The departure you had in mind, "2026-11-24 10:20".'),
    ] = None,
    depart: Depart = None,
    arrive: Arrive = None,
    wheelchairs: Wheelchairs = 0,
    child_seats: ChildSeats = 0,
    luggage: Luggage = 0,
    max_walk: MaxWalk = None,
    walk_speed: WalkSpeed = None,
    realtime: RealtimeOption = None,
    language: LanguageOption = "ja",
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say why a line, a stop or a time is not among the journeys from FROM to TO."""
    heads = Heads(adults=max(1, wheelchairs), wheelchairs=wheelchairs)
    walking = Walking.of(max_walk, walk_speed)
    wish = Wish(origin, destination, depart, arrive, heads, walking, language)
    with _service(city, realtime) as runtime:
        now_s = runtime.clock()
        request = wish.request(runtime, now_s)
        gazetteer, zone = runtime.city.gazetteer, runtime.city.timezone
        expected = Expected(
            line,
            None if stop is None else gazetteer.resolve(stop, language, "stop"),
            None if time is None else local_instant(time, zone),
        )
        with runtime.database.reading() as session:
            document = runtime.why_not.explain(session, request, expected, now_s)
    if as_json:
        write_json(document)
    else:
        console.print(document["message"], soft_wrap=True, highlight=False, markup=False)


@app.command("departures")
def show_departures(
    place: Annotated[str, typer.Argument(metavar="PLACE", help="Name, stop id, or lat,lon.")],
    time: Annotated[
        str | None, typer.Option("--from", help='From when, such as "2026-11-24 10:00"; now.')
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Most lines.")] = 10,
    realtime: RealtimeOption = None,
    language: LanguageOption = "ja",
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what leaves PLACE next."""
    with _service(city, realtime) as runtime:
        where = runtime.city.gazetteer.resolve(place, checked_language(language))
        from_s = local_instant(time, runtime.city.timezone) if time else runtime.clock()
        document = board(runtime.city, where, from_s, limit, language)
    if as_json:
        write_json(document)
    else:
        write_board(document)


@app.command("reach")
def show_reach(
    place: Annotated[str, typer.Argument(metavar="PLACE", help="Name, stop id, or lat,lon.")],
    depart: Depart = None,
    minutes: Annotated[
        str, typer.Option(help="How long one may be under way, the least first.")
    ] = "15,30,45",
    on_demand: Annotated[
        bool, typer.Option("--with-on-demand/--without-on-demand", help="Look at rides, too.")
    ] = True,
    wheelchair: Annotated[
        bool, typer.Option("--wheelchair", help="Step-free ways and vehicles only.")
    ] = False,
    compare: Annotated[
        bool, typer.Option("--compare", help="Say what is reached without rides, too.")
    ] = False,
    language: LanguageOption = "ja",
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how far one gets from PLACE; --json gives the areas as GeoJSON."""
    with _service(city) as runtime:
        now_s = runtime.clock()
        request = ReachRequest(
            origin=runtime.city.gazetteer.resolve(place, checked_language(language)),
            time_s=local_instant(depart, runtime.city.timezone) if depart else now_s,
            minutes=minutes_of(minutes),
            on_demand=on_demand,
            wheelchair=wheelchair,
            compare=compare,
            language=language,
        )
        with runtime.database.reading() as session:
            document = runtime.reach.reach(session, request, now_s)
    if as_json:
        write_json(document)
    else:
        write_reach(document)


@app.command()
def book(
    origin: From,
    destination: To,
    name: Annotated[str, typer.Option(help="Name the driver asks for.")],
    phone: Annotated[str, typer.Option(help="Phone number, for the driver only.")] = "",
    note: Annotated[str, typer.Option(help="What the driver should know, on the day.")] = "",
    journey: Annotated[
        int | None,
        typer.Option(help="Number in `maas plan`; else the first bookable one."),
    ] = None,
    depart: Depart = None,
    arrive: Arrive = None,
    adults: Adults = 1,
    children: Children = 0,
    infants: Infants = 0,
    wheelchairs: Wheelchairs = 0,
    child_seats: ChildSeats = 0,
    luggage: Luggage = 0,
    max_walk: MaxWalk = None,
    walk_speed: WalkSpeed = None,
    passes: PassOption = None,
    language: LanguageOption = "ja",
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Book a journey with an on-demand ride, paid on board."""
    heads = Heads(adults, children, infants, wheelchairs, child_seats, luggage)
    walking = Walking.of(max_walk, walk_speed)
    wish = Wish(
        origin, destination, depart, arrive, heads, walking, language, None, tuple(passes or ())
    )
    with _service(city) as runtime:
        found = wish.plan(runtime)
        offer = _chosen_offer(found, journey)
        request = BookingRequest(offer, name, phone, language, note=note)
        document = _booked(runtime, request)
        address = runtime.settings.base_url + document["ticket"]["url"]
    if as_json:
        write_json(document)
        return
    console.print(f"[bold green]Booked: {document['id']}[/bold green]")
    write_journey(1, document["journey"])
    for ride in document["rides"]:
        console.print(f"Vehicle: {ride['vehicle']['name']}", markup=False)
    console.print(f"Ticket: {address}", soft_wrap=True)


@drivers.command("list")
def list_drivers(
    day: Annotated[str | None, typer.Option("--date", help="Day, such as 2026-11-24.")] = None,
    language: LanguageOption = "ja",
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """List every vehicle with its stops of a day and the link to its driver's page."""
    with _service(city) as runtime:
        chosen = _day(day) or local_date(runtime.clock(), runtime.city.timezone)
        writer = BookingWriter(runtime.city, checked_language(language))
        with runtime.database.reading() as session:
            lists = writer.driver_lists(session, chosen)
        base, key = runtime.settings.base_url, runtime.keys.staff
    for entry in lists:
        vehicle_id = entry["vehicle"]["id"]
        query = (f"key={key}&" if key else "") + f"vehicle={vehicle_id}&date={chosen.isoformat()}"
        entry["link"] = f"{base}/driver?{query}"
    if as_json:
        write_json({"date": chosen.isoformat(), "vehicles": lists})
        return
    for entry in lists:
        stops = entry["stops"]
        console.print(f"[bold]{escape(entry['vehicle']['name'])}[/bold]  {len(stops)} stops")
        for stop in stops:
            console.print(
                f"    {stop['planned'][11:16]}  {stop['kind']:8}{stop['place']['name']}  "
                f"{stop['rider']['name']} ({stop['seats']}+{stop['wheelchairs']})  {stop['state']}",
                markup=False,
            )
        console.print(f"    [dim]{entry['link']}[/dim]", soft_wrap=True)


def _booked(runtime: Runtime, request: BookingRequest) -> dict[str, Any]:
    """Book; where the ride is gone, the error says what could be had instead.

    Parameters
    ----------
    runtime : Runtime
        The service.
    request : BookingRequest
        The choice.

    Returns
    -------
    dict[str, Any]
        The booking.
    """
    try:
        with runtime.database.transaction() as session:
            booking = runtime.checkout.book(session, request, runtime.clock())
            return BookingWriter(runtime.city, request.language).booking(session, booking)
    except RideGoneError as gone:
        with runtime.database.reading() as session:
            gone.alternatives = runtime.desk.instead(
                session, request.offer, gone, request.language, runtime.clock()
            )
        raise


def _chosen_offer(plan_: dict[str, Any], number: int | None) -> str:
    """Take the offer of a journey.

    Parameters
    ----------
    plan_ : dict[str, Any]
        The document of POST /v1/plans.
    number : int or None
        The journey's number, from 1; None for the first that can be booked.

    Returns
    -------
    str
        Its offer.
    """
    journeys = plan_["journeys"]
    if number is not None:
        journeys = [*journeys, *(other["journey"] for other in plan_["alternatives"])]
    if number is not None:
        if not 1 <= number <= len(journeys):
            raise InvalidRequestError(f"There is no journey {number}; there are {len(journeys)}.")
        journeys = [journeys[number - 1]]
    offer = next((journey["offer"] for journey in journeys if journey["offer"]), None)
    if offer is None:
        reasons = " ".join(refusal["message"] for refusal in plan_["refusals"])
        raise NotBookableError(
            f"No journey here has an on-demand ride that can be booked. {reasons}".strip()
        )
    return str(offer)


def _day(text: str | None) -> date | None:
    """Read a day.

    Parameters
    ----------
    text : str or None
        Such as ``2026-11-24``.

    Returns
    -------
    date or None
        The day, None where none was given.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidRequestError(f"{text!r} is not a day; write it like 2026-11-24.") from error


def main() -> None:
    """Run a command; what a person can mend ends with a message and exit code 2."""
    try:
        app()
    except MaasError as error:
        write_error(error, as_json="--json" in sys.argv)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
