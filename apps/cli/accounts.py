"""``maas accounts``: the first administrator, and whoever else is made staff from a terminal."""

from typing import Annotated

import typer

from apps.cli.output import console
from apps.runtime import open_runtime
from maas.accounts import Actor, Role, seed_organisations
from maas.config import read_settings

app = typer.Typer(help="Accounts of staff.", no_args_is_help=True)


@app.command()
def invite(
    email: Annotated[str, typer.Argument(help="Whom; a link is mailed there, and printed.")],
    role: Annotated[Role, typer.Option("--role", help="What they are.")],
    organisation: Annotated[
        str, typer.Option("--organisation", help="Where; the city otherwise.")
    ] = "",
) -> None:
    """Make somebody staff: driver, call_taker, operator, analyst or administrator."""
    with open_runtime(read_settings()) as runtime:
        # Whoever may start the service may name its administrators.
        city_id = runtime.city.id
        actor = Actor("service", frozenset({(city_id, Role.ADMINISTRATOR)}), city_id)
        with runtime.database.transaction() as session:
            link = runtime.accounts.invite(
                session, actor, organisation or city_id, email, role, runtime.clock()
            )
    console.print(
        f"Done. This link signs in once, within 30 minutes: {link}", soft_wrap=True, highlight=False
    )


@app.command()
def organisation(
    organisation_id: Annotated[str, typer.Argument(help="Its identifier, such as hotel-a.")],
    name: Annotated[str, typer.Option("--name", help="What it is called.")],
) -> None:
    """Add an organisation whose staff may sign in, such as a ryokan that lends its shuttle."""
    with open_runtime(read_settings()) as runtime, runtime.database.transaction() as session:
        seed_organisations(session, runtime.city.id, {organisation_id: {"": name}})
    console.print(f"{organisation_id} is there. Its staff: maas accounts invite --organisation")
