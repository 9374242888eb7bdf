"""``maas city``: bring a city, check it, give it streets."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from apps.cli.output import console, write_json
from gtfs.times import format_time
from maas.city import load_city
from maas.errors import MaasError
from maas.operations import load_fleet
from maas.products import load_catalogue

app = typer.Typer(help="City directories: import, check, streets.", no_args_is_help=True)
JsonOption = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]


@app.command("import")
def import_(
    gtfs: Annotated[
        list[Path], typer.Option("--gtfs", help="A GTFS feed, zip or folder; may be repeated.")
    ],
    out: Annotated[Path, typer.Option("--out", help="City directory to write.")],
    osm: Annotated[
        Path | None,
        typer.Option("--osm", help="Streets (.osm.pbf, .osm); straight lines without."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a city directory from GTFS feeds and an OpenStreetMap extract."""
    from maas.publishing.service import import_city

    _write(import_city(gtfs, osm, out).to_dict(), as_json=as_json)


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="City directory.")],
    as_json: JsonOption = False,
) -> None:
    """Check a city directory; exit code 2 where it cannot be served."""
    from maas.publishing.checking import check_city

    report = check_city(folder).to_dict()
    if report["ok"]:
        _open_as_the_service_would(folder, report)
    _write(report, as_json=as_json)
    if not report["ok"]:
        raise typer.Exit(2)


def _open_as_the_service_would(folder: Path, report: dict[str, Any]) -> None:
    """Read a city with its fleet and prices; what stops the service stands in the report.

    Parameters
    ----------
    folder : Path
        City directory.
    report : dict[str, Any]
        Report of the check, to add to.
    """
    try:
        city = load_city(folder)
        load_fleet(city, None)
        load_catalogue(folder, city.fare_tables, city.currency)
    except MaasError as error:
        report["ok"] = False
        notice = {"code": error.code, "severity": "error", "file": "", "row": None}
        report["notices"] = [*report["notices"], notice | {"message": error.message}]


@app.command("fetch-streets")
def fetch_streets(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="City directory.")],
    osm: Annotated[
        Path | None, typer.Option("--osm", help="A local .osm.pbf or .osm instead of the network.")
    ] = None,
    overpass: Annotated[
        str | None,
        typer.Option("--overpass", help="Overpass server to ask instead of the public one."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Replace a city's streets by OpenStreetMap: from the network, or from a file."""
    from maas.publishing.overpass import OVERPASS_URL, download_from_overpass
    from maas.publishing.streets import fetch_streets as fetch

    download = partial(download_from_overpass, url=overpass or OVERPASS_URL)
    _write(asdict(fetch(folder, osm, download)), as_json=as_json)


@app.command()
def lines(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="City directory.")],
    day: Annotated[
        str | None, typer.Option("--date", help="Service day; the busiest Tuesday otherwise.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what every line of a city does on a day: runs, first and last, headway."""
    from maas.publishing.lines import lines_of_city

    chosen, found = lines_of_city(folder, day)
    if as_json:
        write_json({"date": chosen.isoformat(), "lines": [asdict(line) for line in found]})
        return
    console.print(f"[bold]{chosen.isoformat()}[/bold]")
    for line in found:
        headway = f"every {line.mean_headway_s // 60} min" if line.mean_headway_s else ""
        console.print(
            f"  {line.trips:4} runs  {format_time(line.first_departure_s)[:5]}-"
            f"{format_time(line.last_arrival_s)[:5]}  {line.mean_trip_s // 60:3} min  "
            f"{escape(line.name)}  [dim]{headway}[/dim]",
            soft_wrap=True,
            highlight=False,
        )


_MOST_NOTICES = 20


def _write(report: dict[str, Any], *, as_json: bool) -> None:
    """Print a report.

    Parameters
    ----------
    report : dict[str, Any]
        The report.
    as_json : bool
        In JSON.
    """
    if as_json:
        write_json(report)
        return
    for key, value in report.items():
        if key not in ("notices", "feeds"):
            text = f"{key.replace('_', ' ')}: {value}"
            console.print(text, soft_wrap=True, highlight=False, markup=False)
    for feed in report.get("feeds", ()):
        counts = ", ".join(f"{n:,} {what.replace('_', ' ')}" for what, n in feed["counts"].items())
        console.print(
            f"feed {feed['name']}: {counts}; {feed['first_day']} to {feed['last_day']}",
            soft_wrap=True,
            highlight=False,
            markup=False,
        )
        _write_notices(feed["notices"])
    _write_notices(report.get("notices", ()))


def _write_notices(notices: Sequence[dict[str, Any]]) -> None:
    """Print what was found, errors first.

    Parameters
    ----------
    notices : Sequence[dict[str, Any]]
        The notices.
    """
    ordered = sorted(notices, key=lambda notice: str(notice["severity"]))
    for notice in ordered[:_MOST_NOTICES]:
        where = " ".join(
            part for part in (notice["file"], notice["row"] and f"row {notice['row']}") if part
        )
        console.print(
            f"  [yellow]{notice['severity']}[/yellow] {escape(where) + ': ' if where else ''}"
            f"{escape(notice['message'])}",
            soft_wrap=True,
            highlight=False,
        )
    if len(ordered) > _MOST_NOTICES:
        console.print(f"  … and {len(ordered) - _MOST_NOTICES} more; --json shows all.")
