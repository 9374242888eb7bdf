"""What routes get handed: the service, and who is asking."""

import secrets
from typing import Annotated

from fastapi import Depends, Header, Query, Request

from apps.runtime import Runtime
from maas.errors import StaffKeyWrongError


def runtime_of(request: Request) -> Runtime:
    """Hand a route the service.

    Parameters
    ----------
    request : Request
        The request.

    Returns
    -------
    Runtime
        The service this app was made for.
    """
    runtime: Runtime = request.app.state.runtime
    return runtime


ServiceRuntime = Annotated[Runtime, Depends(runtime_of)]


def staff_only(
    runtime: ServiceRuntime,
    authorization: Annotated[str, Header(description="`Bearer KEY`")] = "",
    key: Annotated[str, Query(description="The staff key, where no header can be sent")] = "",
) -> None:
    """Let staff in and nobody else.

    Parameters
    ----------
    runtime : Runtime
        The service.
    authorization, key : str
        The staff key, either way.

    Raises
    ------
    StaffKeyWrongError
        The key is missing or wrong.
    """
    scheme, _, credentials = authorization.partition(" ")
    given = credentials.strip() if scheme.lower() == "bearer" else key
    if not secrets.compare_digest(given.encode(), runtime.keys.staff.encode()):
        raise StaffKeyWrongError(
            "This page is for staff. Open it with the link that `maas drivers list` prints."
        )


def language_of(
    language: Annotated[str, Query(pattern="^(ja|en)$", description="`ja` or `en`")] = "ja",
) -> str:
    """Take the language of an answer.

    Parameters
    ----------
    language : str
        From the query.

    Returns
    -------
    str
        ``ja`` or ``en``.
    """
    return language


Language = Annotated[str, Depends(language_of)]
"""The language of an answer."""
