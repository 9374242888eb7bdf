"""How commands speak: tables for people, JSON for programs, errors that say what to do."""

import json
import sys
from typing import Any

from rich.console import Console
from rich.markup import escape

from maas.errors import MaasError, RideGoneError
from maas.money import Money
from maas.offers.words import reason_text

console = Console()
_MARKS = {
    "WALK": "walk",
    "BUS": "bus",
    "RAIL": "train",
    "ON_DEMAND": "on demand",
}


def write_json(document: Any) -> None:
    """Print a document as JSON.

    Parameters
    ----------
    document : Any
        JSON-ready.
    """
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def write_error(error: MaasError, *, as_json: bool) -> None:
    """Print an error to standard error.

    Parameters
    ----------
    error : MaasError
        The error.
    as_json : bool
        As a problem document.
    """
    if as_json:
        document = {
            "title": error.title,
            "status": error.status,
            "detail": error.message,
            "code": error.code,
            "params": error.params,
        }
        if isinstance(error, RideGoneError):
            document["alternatives"] = list(error.alternatives)
        sys.stderr.write(json.dumps(document, ensure_ascii=False, default=str) + "\n")
    else:
        sys.stderr.write(f"{error.title}. {error.message}\n")
        if isinstance(error, RideGoneError):
            for other in error.alternatives:
                sys.stderr.write(f"  {other['message']}\n")


def write_plan(plan: dict[str, Any]) -> None:
    """Print journeys for a person.

    Parameters
    ----------
    plan : dict[str, Any]
        The document of POST /v1/plans.
    """
    places = [plan["from"], *(via["place"] for via in plan["via"]), plan["to"]]
    console.print(f"[bold]{escape(' → '.join(place['name'] for place in places))}[/bold]")
    day = ""
    for number, journey in enumerate(plan["journeys"], start=1):
        if journey["departure"][:10] != day:
            day = journey["departure"][:10]
            console.print(f"[bold]{day}[/bold]", highlight=False)
        write_journey(number, journey)
    for refusal in plan["refusals"]:
        later = f" Next: {_clock(refusal['next_pickup'])}." if refusal["next_pickup"] else ""
        console.print(
            f"[yellow]{escape(refusal['service'] or '')}: {refusal['message']}{later}[/yellow]"
        )
    for number, other in enumerate(plan["alternatives"], start=len(plan["journeys"]) + 1):
        console.print(f"\n[bold]{escape(other['message'])}[/bold]", soft_wrap=True)
        write_journey(number, other["journey"])
    for note in plan["notes"]:
        console.print(f"[dim]{note['message']}[/dim]")
    turns = [f"{side}: --page {plan[side]}" for side in ("earlier", "later") if plan[side]]
    if turns:
        console.print(f"\n[dim]{'   '.join(turns)}[/dim]", soft_wrap=True, highlight=False)


def write_journey(number: int, journey: dict[str, Any]) -> None:
    """Print one journey.

    Parameters
    ----------
    number : int
        Its number in the list.
    journey : dict[str, Any]
        Its document.
    """
    minutes = round(journey["duration_s"] / 60)
    why = "; ".join(reason_text(reason, "en") for reason in journey["reasons"])
    head = f"{number}.  {_clock(journey['departure'])} → {_clock(journey['arrival'])}"
    console.print(
        f"\n[bold]{head}[/bold]  {minutes} min, {journey['transfers']} changes, "
        f"{_price(journey['price'])}" + (f"  [green]{why}[/green]" if why else ""),
        soft_wrap=True,
    )
    for leg in journey["legs"]:
        times = f"{_clock(leg['departure'])}-{_clock(leg['arrival'])}"
        console.print(
            f"    {times}  {_MARKS.get(leg['mode'], leg['mode'].lower()):10}"
            f"{escape(_stop(leg['from']))} → {escape(_stop(leg['to']))}  "
            f"[dim]{escape(_detail(leg))}[/dim]",
            soft_wrap=True,
            highlight=False,
        )
        for alert in leg.get("alerts") or ():
            console.print(f"      [yellow]{escape(alert['header'] or '')}[/yellow]", soft_wrap=True)
    for line in (_weakest(journey), _footprint(journey)):
        if line:
            console.print(f"    [dim]{escape(line)}[/dim]", soft_wrap=True, highlight=False)


def _weakest(journey: dict[str, Any]) -> str:
    """Say where a journey is most easily broken.

    Parameters
    ----------
    journey : dict[str, Any]
        Its document.

    Returns
    -------
    str
        A few words; empty without a change.
    """
    weakest = journey.get("weakest_connection")
    if not weakest:
        return ""
    minutes, seconds = divmod(weakest["margin_s"], 60)
    spare = f"{minutes} min" if minutes or not seconds else f"{seconds} s"
    return f"tightest change: {weakest['at']['name']}, {spare} to spare"


def _footprint(journey: dict[str, Any]) -> str:
    """Say what a journey costs the air.

    Parameters
    ----------
    journey : dict[str, Any]
        Its document.

    Returns
    -------
    str
        A few words; empty where no figure is known.
    """
    grams, by_car = journey.get("co2_g"), journey.get("car_co2_g")
    if grams is None:
        return ""
    beside = "" if by_car is None else f" ({by_car} g by car)"
    return f"CO2 for one person: {grams} g{beside}"


def write_board(board: dict[str, Any]) -> None:
    """Print a departure board for a person.

    Parameters
    ----------
    board : dict[str, Any]
        The document of GET /v1/departures.
    """
    console.print(f"[bold]{board['place']['name']}[/bold]")
    day = ""
    for line in board["departures"]:
        if line["departure"][:10] != day:
            day = line["departure"][:10]
            console.print(f"[bold]{day}[/bold]", highlight=False)
        name = line["route"]["short_name"] or line["route"]["long_name"]
        console.print(
            f"  {_clock(line['departure'])}  {_MARKS.get(line['mode'], line['mode'].lower()):6}"
            f"{name} → {line['headsign']}  [dim]{escape(_stop(line['stop']))}{_delay(line)}[/dim]",
            soft_wrap=True,
            highlight=False,
        )


def write_reach(reach: dict[str, Any]) -> None:
    """Print how far one gets, for a person.

    Parameters
    ----------
    reach : dict[str, Any]
        The document of GET /v1/reach.
    """
    console.print(f"[bold]{escape(reach['origin']['name'])}[/bold]  {_clock(reach['departure'])}")
    for feature in reach["features"]:
        found = feature["properties"]
        console.print(f"  {found['minutes']:4} min  {_reached(found)}", highlight=False)
        if "without_on_demand" in found:
            less = _reached(found["without_on_demand"])
            console.print(f"    [dim]lines alone  {less}[/dim]", highlight=False)
    for note in reach["notes"]:
        console.print(f"[dim]{escape(note['message'])}[/dim]", highlight=False)


def _reached(found: dict[str, Any]) -> str:
    """Say what is reached.

    Parameters
    ----------
    found : dict[str, Any]
        Area, stops and places.

    Returns
    -------
    str
        One line.
    """
    area, stops, places = found["area_km2"], found["stops"], found["places"]
    return f"{area:7.2f} km²  {stops:5} stops  {places:5} places"


def _stop(place: dict[str, Any]) -> str:
    """Name a stop with its platform.

    Parameters
    ----------
    place : dict[str, Any]
        Its document.

    Returns
    -------
    str
        Such as ``加賀温泉駅 [2]``.
    """
    platform = place.get("platform")
    return f"{place['name']} [{platform}]" if platform else str(place["name"])


def _detail(leg: dict[str, Any]) -> str:
    """Say what is particular to a leg.

    Parameters
    ----------
    leg : dict[str, Any]
        Its document.

    Returns
    -------
    str
        Metres, line and headsign, or the promise.
    """
    if leg["mode"] == "WALK":
        return f"{leg['distance_m']} m"
    line = leg["route"]["short_name"] or leg["route"]["long_name"]
    if leg["mode"] == "ON_DEMAND":
        window = leg["pickup_window"]
        return (
            f"{line}: pickup {_clock(window['earliest'])}-{_clock(window['latest'])}, "
            f"book by {_clock(leg['booking_deadline'])}"
        )
    where = f"{line} → {leg['headsign']}" if leg["headsign"] else line
    return where + _delay(leg)


def _delay(document: dict[str, Any]) -> str:
    """Say how late something leaves.

    Parameters
    ----------
    document : dict[str, Any]
        A leg, or a line of a departure board.

    Returns
    -------
    str
        A few words; empty where nothing is known.
    """
    if document.get("cancelled"):
        return ", cancelled"
    if not document.get("realtime"):
        return ""
    if document.get("delay_s") is None:
        return ", live"
    minutes = round(document["delay_s"] / 60)
    if minutes == 0:
        return ", on time"
    return f", {abs(minutes)} min {'late' if minutes > 0 else 'early'}"


def _price(price: dict[str, Any] | None) -> str:
    """Write a price.

    Parameters
    ----------
    price : dict[str, Any] or None
        Its document.

    Returns
    -------
    str
        Amount and currency.
    """
    if price is None:
        return "fare unknown"
    return str(Money(price["amount_minor"], price["currency"]))


def _clock(instant: str) -> str:
    """Shorten an instant to the time of day.

    Parameters
    ----------
    instant : str
        ISO 8601.

    Returns
    -------
    str
        Such as ``10:05``.
    """
    return instant[11:16]
