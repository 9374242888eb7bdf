"""``maas keys``: the keys that personal data lie sealed under, and the one that signs tickets."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from apps.cli.output import console
from maas.config import read_settings
from maas.sealing import add_key, new_key

if TYPE_CHECKING:
    from maas.database import Database

app = typer.Typer(help="Keys that seal personal data and secrets.", no_args_is_help=True)


@app.command()
def new() -> None:
    """Make a key that seals from now on; older ones still open."""
    settings = read_settings()
    if settings.secret_keys:
        console.print(f"Put it before the others in MAAS_SECRET_KEYS: {new_key()}", soft_wrap=True)
        return
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    path = add_key(settings.data_dir)
    console.print(f"A fresh key is the first line of {path}. Now run: maas keys rotate")


@app.command()
def rotate() -> None:
    """Seal everything with the newest key; the service may run meanwhile."""
    from maas.tables.sealed import renew_seals

    with _database() as database:
        anew = renew_seals(database)
    console.print(f"{anew} fields sealed anew. When it says 0, the older keys are needed no more.")


@app.command()
def ticket() -> None:
    """Make a fresh key that signs tickets; tickets signed before stay valid."""
    import time

    from maas.checkout import renew_ticket_key

    with _database() as database, database.transaction() as session:
        name = renew_ticket_key(session, int(time.time()))
    console.print(f"Tickets are signed with key {name} once the service is started anew.")


@contextmanager
def _database() -> "Iterator[Database]":
    """Open the service's database.

    Yields
    ------
    Database
        Up to date.
    """
    from maas.city import load_city
    from maas.database import Database
    from maas.sealing import load_keyring

    settings = read_settings()
    city = load_city(settings.city, settings.cache_dir)
    keyring = load_keyring(settings.secret_keys, settings.data_dir)
    database = Database(settings.database_for(city.id), keyring)
    try:
        database.migrate()
        yield database
    finally:
        database.close()
