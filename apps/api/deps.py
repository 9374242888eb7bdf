"""What routes get handed: the service, and who is asking."""

import secrets
from typing import Annotated

from fastapi import Depends, Header, Query, Request

from apps.runtime import Runtime
from maas.accounts import Actor, Permission, key_holder
from maas.errors import StaffKeyWrongError

SESSION_COOKIE = "meguri_session"


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


def actor_of(
    request: Request,
    runtime: ServiceRuntime,
    authorization: Annotated[
        str, Header(description="`Bearer` and a session's token, or the staff key")
    ] = "",
    key: Annotated[str, Query(description="The staff key, where no header can be sent")] = "",
) -> Actor:
    """Find out who is asking.

    Parameters
    ----------
    request : Request
        May carry the cookie of a session.
    runtime : Runtime
        The service.
    authorization, key : str
        A token or the staff key.

    Returns
    -------
    Actor
        A stranger where nothing fits.
    """
    scheme, _, credentials = authorization.partition(" ")
    given = credentials.strip() if scheme.lower() == "bearer" else key
    staff = runtime.keys.staff
    if staff and secrets.compare_digest(given.encode(), staff.encode()):
        return key_holder(runtime.city.id)
    token = given or request.cookies.get(SESSION_COOKIE, "")
    if not token:
        return Actor(city_id=runtime.city.id)
    with runtime.database.reading() as session:
        return runtime.sign_in.actor(session, token, runtime.clock())


Asking = Annotated[Actor, Depends(actor_of)]
"""Who is asking."""


def staff_only(actor: Asking) -> Actor:
    """Let staff in and nobody else.

    Parameters
    ----------
    actor : Actor
        Who is asking.

    Returns
    -------
    Actor
        The same.

    Raises
    ------
    StaffKeyWrongError
        Neither a session nor the staff key.
    ForbiddenError
        Somebody who is no staff.
    """
    if not actor.id:
        raise StaffKeyWrongError(
            "This page is for staff. Sign in; an administrator invites you with your role. A staff "
            "key opens it where the operator has set one."
        )
    actor.require(Permission.SEE_FLEET)
    return actor


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
