"""``maas loans``: vehicles that an organisation lends for some hours."""

from typing import Annotated

import typer

from apps.cli.output import console, write_json
from apps.runtime import open_runtime
from maas.accounts import require_organisation
from maas.clock import local_instant
from maas.config import read_settings
from maas.operations import Loan

app = typer.Typer(help="Vehicles on loan, such as a ryokan's shuttle.", no_args_is_help=True)
Organisation = Annotated[str, typer.Argument(help="Whose vehicle it is.")]


@app.command("list")
def list_loans(
    organisation: Organisation,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """List the vehicles that an organisation lends."""
    from apps.api.loans import loan_document

    with open_runtime(read_settings()) as runtime, runtime.database.reading() as session:
        found = runtime.loans.list(session, organisation)
        loans = [loan_document(runtime, row) for row in found]
    if as_json:
        write_json({"loans": loans})
        return
    for loan in loans:
        span = f"{loan['start']} - {loan['end']}" if loan["start"] else "given back"
        console.print(f"{loan['vehicle']}  {loan['name']}  {loan['area']}  {span}", markup=False)


@app.command()
def add(
    organisation: Organisation,
    area: Annotated[str, typer.Option("--area", help="The area it is lent to.")],
    stop: Annotated[str, typer.Option("--stop", help="Stop of the area where it stands.")],
    start: Annotated[str, typer.Option("--from", help="When it begins: 2026-11-24T10:00.")],
    end: Annotated[str, typer.Option("--until", help="When it ends.")],
    name: Annotated[str, typer.Option("--name", help="What it is called.")] = "Shuttle",
    seats: Annotated[int, typer.Option("--seats", min=1, max=60, help="Seats.")] = 8,
    wheelchairs: Annotated[
        int, typer.Option("--wheelchairs", min=0, max=10, help="Wheelchair places.")
    ] = 0,
) -> None:
    """Lend a vehicle to an area for some hours."""
    with open_runtime(read_settings()) as runtime:
        zone = runtime.city.timezone
        edges = local_instant(start, zone), local_instant(end, zone)
        loan = Loan(area, name, seats, wheelchairs, stop, *edges)
        with runtime.database.transaction() as session:
            require_organisation(session, organisation)
            vehicle = runtime.loans.lend(session, organisation, loan, runtime.clock())
            vehicle_id = vehicle.id
    console.print(f"Lent as {vehicle_id}.", markup=False)


@app.command()
def end(
    organisation: Organisation,
    vehicle: Annotated[str, typer.Argument(help="Which, as `maas loans list` names it.")],
) -> None:
    """End a loan; refused while rides are promised."""
    with open_runtime(read_settings()) as runtime, runtime.database.transaction() as session:
        runtime.loans.give_back(session, organisation, vehicle, runtime.clock())
    console.print("Given back.")
