"""Wishes as commands word them: the options they share, and what becomes of them."""

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from apps.runtime import Runtime
from maas.clock import local_instant
from maas.errors import InvalidRequestError
from maas.offers import Heads, PlanRequest, Walking, page_of
from routing.query import MOST_VIA, Via

_MOST_MINUTES = 1440

Depart = Annotated[
    str | None, typer.Option(help='Departure, such as "2026-11-24 10:00"; now otherwise.')
]
Arrive = Annotated[str | None, typer.Option(help="Arrival instead of departure.")]
Adults = Annotated[int, typer.Option(help="Adults travelling.")]
Children = Annotated[int, typer.Option(help="Children travelling.")]
Infants = Annotated[int, typer.Option(help="Infants travelling (free).")]
Wheelchairs = Annotated[int, typer.Option(help="How many of them travel in their wheelchair.")]
ChildSeats = Annotated[
    int, typer.Option(help="How many of the children and infants need a child seat.")
]
Luggage = Annotated[int, typer.Option(help="Large pieces of luggage.")]
MaxWalk = Annotated[
    int | None, typer.Option("--max-walk", help="Longest walk in metres; 1500 otherwise.")
]
WalkSpeed = Annotated[
    float | None, typer.Option(help="Walking speed in metres a second; 1.2 otherwise.")
]
LanguageOption = Annotated[str, typer.Option(help="Language of names: ja or en.")]
From = Annotated[str, typer.Argument(metavar="FROM", help="Name, stop id, or lat,lon.")]
To = Annotated[str, typer.Argument(metavar="TO", help="Name, stop id, or lat,lon.")]
PassOption = Annotated[
    list[str] | None,
    typer.Option("--pass", help="A pass or bundle that all have, by id; repeatable."),
]
ViaOption = Annotated[
    list[str] | None,
    typer.Option(
        "--via",
        metavar="PLACE[:MINUTES]",
        help="A place to pass on the way, and how long to stay there; up to three times.",
    ),
]
PageOption = Annotated[
    str | None, typer.Option("--page", help="Earlier or later journeys, as the last answer said.")
]


@dataclass(frozen=True)
class Wish:
    """What a command was asked.

    Parameters
    ----------
    origin, destination : str
        Places as written.
    depart, arrive : str or None
        Times as written, at most one of them.
    heads : Heads
        Who travels.
    walking : Walking
        How they walk.
    language : str
        ``ja`` or ``en``.
    page : str or None
        Earlier or later journeys, as an answer named them.
    passes : tuple[str, ...]
        Ids of passes and bundles that all have.
    via : tuple[str, ...]
        Places to pass on the way, with minutes to stay, as written.
    """

    origin: str
    destination: str
    depart: str | None
    arrive: str | None
    heads: Heads
    walking: Walking
    language: str
    page: str | None = None
    passes: tuple[str, ...] = ()
    via: tuple[str, ...] = ()

    def request(self, runtime: Runtime, now_s: int) -> PlanRequest:
        """Take the wish as the service understands it.

        Parameters
        ----------
        runtime : Runtime
            The service.
        now_s : int
            The instant, UTC epoch seconds.

        Returns
        -------
        PlanRequest
            The wish.
        """
        if self.depart is not None and self.arrive is not None:
            raise InvalidRequestError("Give --depart or --arrive, not both.")
        if len(self.via) > MOST_VIA:
            raise InvalidRequestError(f"Give --via at most {MOST_VIA} times.", field="via")
        time = self.depart if self.arrive is None else self.arrive
        gazetteer, language = runtime.city.gazetteer, checked_language(self.language)
        return PlanRequest(
            origin=gazetteer.resolve(self.origin, language, "from"),
            destination=gazetteer.resolve(self.destination, language, "to"),
            time_s=now_s if time is None else local_instant(time, runtime.city.timezone),
            arrive_by=self.arrive is not None,
            heads=self.heads,
            language=language,
            walking=self.walking,
            page=page_of(self.page),
            passes=self.passes,
            via=tuple(_via(runtime, text, language) for text in self.via),
        )

    def plan(self, runtime: Runtime) -> dict[str, Any]:
        """Plan.

        Parameters
        ----------
        runtime : Runtime
            The service.

        Returns
        -------
        dict[str, Any]
            The document of POST /v1/plans.
        """
        now_s = runtime.clock()
        request = self.request(runtime, now_s)
        with runtime.database.reading() as session:
            return runtime.desk.plan(session, request, now_s)


def _via(runtime: Runtime, text: str, language: str) -> Via:
    """Take a place on the way as a command words it.

    Parameters
    ----------
    runtime : Runtime
        The service.
    text : str
        Such as ``菊の湯:60``.
    language : str
        ``ja`` or ``en``.

    Returns
    -------
    Via
        The place, and the stay.
    """
    place, _, minutes = text.rpartition(":")
    if not (place and minutes.isascii() and minutes.isdigit()):
        place, minutes = text, "0"
    if len(minutes) > 4 or int(minutes) > _MOST_MINUTES:
        raise InvalidRequestError(
            f"A stay of {minutes} minutes is too long; give up to {_MOST_MINUTES}.", field="via"
        )
    return Via(runtime.city.gazetteer.resolve(place, language, "via"), int(minutes) * 60)


def checked_language(text: str) -> str:
    """Check a language.

    Parameters
    ----------
    text : str
        As given.

    Returns
    -------
    str
        ``ja`` or ``en``.
    """
    if text not in ("ja", "en"):
        raise InvalidRequestError(f"Language {text!r} is not spoken here; use ja or en.")
    return text
