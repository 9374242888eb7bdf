"""``maas replay``: is what was decided once decided the same way again?"""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from apps.cli.output import console, write_json
from maas.errors import InvalidRequestError


def replay(
    file: Annotated[Path, typer.Argument(help="Log of decisions, a line of JSON each.")],
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Decide everything in a log again; names the first decision that comes out otherwise."""
    if not file.is_file():
        raise InvalidRequestError(f"{file} is no file; name a log of decisions.")
    document = _replayed(file)
    if as_json:
        write_json(document)
    elif document["difference"] is None:
        given = f"; {document['given']} results given" if document["given"] else ""
        console.print(f"{document['decisions']} decisions, all equal{given}")
    else:
        found = document["difference"]
        console.print(f"Decision {found['decision']} (line {found['line']}, {found['name']}):")
        console.print(f"  logged {escape(found['logged'])}", soft_wrap=True)
        console.print(f"  found  {escape(found['found'])}", soft_wrap=True)
    if document["difference"] is not None:
        raise typer.Exit(1)


def _replayed(file: Path) -> dict[str, Any]:
    # The kernels take a moment to load, and few other commands need them.
    from dataclasses import asdict

    from dispatch.decisions import replay as decide_again
    from dispatch.errors import DispatchError

    try:
        with file.open(encoding="utf-8") as lines:
            return asdict(decide_again(lines))
    except (DispatchError, UnicodeDecodeError) as error:
        raise InvalidRequestError(f"{file.name} cannot be replayed: {error}") from error
