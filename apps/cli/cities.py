"""``maas city``: bring a city, check it, give it streets."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from apps.cli.output import console, write_json

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
    _write(report, as_json=as_json)
    if not report["ok"]:
        raise typer.Exit(2)


@app.command("fetch-streets")
def fetch_streets(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="City directory.")],
    osm: Annotated[
        Path | None, typer.Option("--osm", help="A local .osm.pbf or .osm instead of the network.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Replace a city's streets by OpenStreetMap: from the network, or from a file."""
    from maas.publishing.streets import fetch_streets as fetch

    _write(asdict(fetch(folder, osm)), as_json=as_json)


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
        if key == "notices":
            for notice in value:
                row = f" row {notice['row']}" if notice["row"] else ""
                console.print(
                    f"  [yellow]{notice['severity']}[/yellow] "
                    f"{notice['file']}{row}: {notice['message']}"
                )
        else:
            console.print(f"{key.replace('_', ' ')}: {value}")
