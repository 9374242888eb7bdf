"""``maas replay``: is what was decided once decided the same way again?"""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from apps.cli.output import console, write_json
from apps.runtime import open_runtime
from maas.config import Settings, read_settings
from maas.errors import InvalidRequestError


def replay(
    file: Annotated[
        Path | None, typer.Argument(help="Log of decisions, a line of JSON each.")
    ] = None,
    database: Annotated[
        bool, typer.Option("--database", help="Replay what this service has decided.")
    ] = False,
    area: Annotated[str | None, typer.Option(help="With --database: this area alone.")] = None,
    since: Annotated[
        str | None, typer.Option(help="With --database: from this day on, such as 2026-11-24.")
    ] = None,
    export: Annotated[
        Path | None, typer.Option(help="With --database: write the log to a file instead.")
    ] = None,
    city: Annotated[
        Path | None, typer.Option("--city", help="City directory; MAAS_CITY or Kaga otherwise.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Decide everything in a log again; names the first decision that comes out otherwise."""
    if database == (file is not None):
        raise InvalidRequestError("Name a log of decisions, or give --database for this service's.")
    if file is not None:
        if not file.is_file():
            raise InvalidRequestError(f"{file} is no file; name a log of decisions.")
        document = _replayed(file)
    else:
        found = _of_service(read_settings(city=city), area, since, export)
        if found is None:
            console.print(f"Written to {export}.", markup=False)
            return
        document = found
    _tell(document, as_json=as_json)
    if document["difference"] is not None:
        raise typer.Exit(1)


def _tell(document: dict[str, Any], *, as_json: bool) -> None:
    """Print what a replay found.

    Parameters
    ----------
    document : dict[str, Any]
        What it found.
    as_json : bool
        For programs.
    """
    if as_json:
        write_json(document)
    elif document["difference"] is None:
        given = f"; {document['given']} results given" if document["given"] else ""
        console.print(f"{document['decisions']} decisions, all equal{given}")
    else:
        found = document["difference"]
        line = f"line {found['line']}, " if "line" in found else ""
        console.print(f"Decision {found['decision']} ({line}{found['name']}):")
        console.print(f"  logged {escape(found['logged'])}", soft_wrap=True)
        console.print(f"  found  {escape(found['found'])}", soft_wrap=True)


def _of_service(
    settings: Settings, area: str | None, since: str | None, export: Path | None
) -> dict[str, Any] | None:
    """Replay or export what the service has decided.

    Parameters
    ----------
    settings : Settings
        Name its database.
    area : str or None
        One of its areas.
    since : str or None
        The first day.
    export : Path or None
        Where to write the log to, instead of replaying it.

    Returns
    -------
    dict[str, Any] or None
        What the replay found; None where the log was written.
    """
    from maas.operations.replaying import read_log, write_log
    from maas.operations.replaying import replay as decide_again

    try:
        first = None if since is None else date.fromisoformat(since)
    except ValueError as error:
        raise InvalidRequestError(f"{since!r} is not a day; write it like 2026-11-24.") from error
    with open_runtime(settings) as runtime, runtime.database.reading() as session:
        log = read_log(session, area, first)
        if export is None:
            return asdict(decide_again(log))
        with export.open("w", encoding="utf-8") as out:
            out.writelines(f"{line}\n" for line in write_log(log))
    return None


def _replayed(file: Path) -> dict[str, Any]:
    # The kernels take a moment to load, and few other commands need them.
    from dispatch.decisions import replay as decide_again
    from dispatch.errors import DispatchError
    from maas.operations.replaying import is_log, parse_log
    from maas.operations.replaying import replay as replay_service

    try:
        with file.open(encoding="utf-8") as lines:
            if is_log(lines.readline()):
                return asdict(replay_service(parse_log(lines)))
            lines.seek(0)
            return asdict(decide_again(lines))
    except (DispatchError, UnicodeDecodeError) as error:
        raise InvalidRequestError(f"{file.name} cannot be replayed: {error}") from error
