"""One place where a process puts the service together from its settings."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import OperationalError

from maas.accounts import (
    Accounts,
    ClientKey,
    Identities,
    SignIn,
    load_providers,
    seed_organisations,
)
from maas.checkout import Checkout, Keys, SeriesDesk, TicketDesk, load_keys
from maas.city import City, Realtime, load_city
from maas.clock import Clock, make_clock
from maas.config import Settings
from maas.database import Database
from maas.errors import InvalidRequestError, UnavailableError
from maas.events import EventBus, connect
from maas.notices import Postman, mail_gateway
from maas.offers import Alternatives, JourneySearch, OfferDesk, ReachDesk, WhyNotDesk
from maas.operations import Fleet, Loans, Operations, load_fleet, seed_fleet
from maas.products import Catalogue, load_catalogue
from maas.sealing import load_keyring
from maas.throttle import Throttle

if TYPE_CHECKING:
    from maas.accounts.passkeys import Passkeys

_TRY_EVERY_S = 0.5

log = logging.getLogger("meguri")


@dataclass(frozen=True)
class Runtime:
    """Everything an entry point needs, made once per process.

    Parameters
    ----------
    settings : Settings
        What the deployment chose.
    clock : Clock
        The present instant.
    city : City
        The city.
    fleet : Fleet
        Its on-demand areas.
    catalogue : Catalogue
        Its prices.
    database : Database
        The service's truth.
    bus : EventBus
        Where events are heard.
    keys : Keys
        The service's secrets.
    desk : OfferDesk
        Makes offers.
    why_not : WhyNotDesk
        Explains what is missing from an answer.
    reach : ReachDesk
        Tells how far one gets.
    operations : Operations
        Changes plans.
    loans : Loans
        Takes vehicles on loan.
    checkout : Checkout
        Books.
    tickets : TicketDesk
        Shows tickets and checks them.
    series : SeriesDesk
        Begins and ends rides that come back every week.
    sign_in : SignIn
        Lets people in.
    accounts : Accounts
        Knows people.
    client_key : ClientKey
        Shows providers of identity who we are.
    identities : Identities
        Lets people in whom a provider knows.
    throttle : Throttle
        Limits tries.
    postman : Postman
        Sends mail.
    realtime : Realtime
        Keeps the planner at what happens on the road.
    """

    settings: Settings
    clock: Clock
    city: City
    fleet: Fleet
    catalogue: Catalogue
    database: Database
    bus: EventBus
    keys: Keys
    desk: OfferDesk
    why_not: WhyNotDesk
    reach: ReachDesk
    operations: Operations
    loans: Loans
    checkout: Checkout
    tickets: TicketDesk
    series: SeriesDesk
    sign_in: SignIn
    accounts: Accounts
    client_key: ClientKey
    identities: Identities
    throttle: Throttle
    postman: Postman
    realtime: Realtime

    @cached_property
    def passkeys(self) -> "Passkeys":
        """Lets people in by what their devices keep."""
        from maas.accounts.passkeys import Passkeys  # its library takes longer than most commands

        name = self.city.name.get("en", self.city.id)
        return Passkeys(self.sign_in, self.settings.base_url, name)


@contextmanager
def open_runtime(settings: Settings, patience_s: float = 0.0) -> Iterator[Runtime]:
    """Load the city, bring the database up to date, and put the service together.

    Parameters
    ----------
    settings : Settings
        What the deployment chose.
    patience_s : float
        How long to wait for a database server that is away: it may be starting too.

    Yields
    ------
    Runtime
        The service; its connections are closed afterwards.

    Raises
    ------
    InvalidRequestError
        A setting cannot be used.
    """
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidRequestError(
            f"Cannot keep anything in {settings.data_dir} ({error.strerror}). "
            "Choose another folder with MAAS_DATA_DIR."
        ) from error
    city = load_city(settings.city, settings.cache_dir)
    clock = make_clock(settings.now, city.timezone)
    fleet = load_fleet(city, settings.cache_dir)
    catalogue = load_catalogue(city.folder, city.fare_tables, city.currency)
    providers = load_providers(settings.identity_providers)
    gateway = mail_gateway(settings.mail_url, settings.data_dir)
    keyring = load_keyring(settings.secret_keys, settings.data_dir)
    database = Database(settings.database_for(city.id), keyring)
    try:

        def prepare() -> Keys:
            database.migrate()
            with database.transaction() as session:
                database.set_up(session)
                seed_fleet(session, fleet)
                seed_organisations(session, city.id, _organisations(city, fleet))
                return load_keys(session, clock(), settings.staff_key)

        keys = _patiently(prepare, patience_s if settings.database_url else 0.0)
        realtime = Realtime(city, clock)
        search = JourneySearch(city, fleet, catalogue, realtime)
        alternatives = Alternatives(city, fleet, search)
        desk = OfferDesk(city, search, alternatives, keys.offer, settings.offer_ttl_s)
        operations = Operations(fleet, city.timezone)
        checkout = Checkout(city.id, city.country, desk, operations, keys)
        sign_in = SignIn(city.id, keys.mark, settings.base_url)
        client_key = _client_key(settings.client_key_file, keys.client)
        account_page = f"{settings.base_url}/account"
        yield Runtime(
            settings=settings,
            clock=clock,
            city=city,
            fleet=fleet,
            catalogue=catalogue,
            database=database,
            bus=connect(settings.redis_url),
            keys=keys,
            desk=desk,
            why_not=WhyNotDesk(city, search),
            reach=ReachDesk(city, fleet),
            operations=operations,
            loans=Loans(fleet, city.timezone),
            checkout=checkout,
            series=SeriesDesk(city, checkout.changes),
            tickets=TicketDesk(operations, keys),
            sign_in=sign_in,
            accounts=Accounts(sign_in),
            client_key=client_key,
            identities=Identities(
                providers, client_key, sign_in, keys.mark, account_page, city.timezone
            ),
            throttle=Throttle(settings.redis_url),
            postman=Postman(database, clock, gateway, settings.mail_sender),
            realtime=realtime,
        )
    finally:
        database.close()


def _patiently(prepare: Callable[[], Keys], patience_s: float) -> Keys:
    """Prepare the database, again and again while it is away.

    Parameters
    ----------
    prepare : Callable[[], Keys]
        Does it whole, or leaves nothing behind.
    patience_s : float
        How long to go on trying.

    Returns
    -------
    Keys
        What it gives.
    """
    deadline_s = time.monotonic() + patience_s
    while True:
        try:
            return prepare()
        except (UnavailableError, OperationalError) as error:
            if time.monotonic() >= deadline_s:
                raise
            log.warning("waiting for the database: %s", error)
            time.sleep(_TRY_EVERY_S)


def _client_key(path: str, made: str) -> ClientKey:
    """Read the key that shows providers of identity who we are.

    Parameters
    ----------
    path : str
        A file with one; empty for the one made here.
    made : str
        That one, as PEM.

    Returns
    -------
    ClientKey
        The key.
    """
    if not path:
        return ClientKey(made, "The database")
    try:
        return ClientKey(Path(path).read_text(encoding="utf-8"), path)
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRequestError(
            f"The key in {path} cannot be read ({error}). Correct MAAS_CLIENT_KEY_FILE."
        ) from error


def _organisations(city: City, fleet: Fleet) -> dict[str, dict[str, str]]:
    """Name the city and those that drive for it.

    Parameters
    ----------
    city : City
        Its feeds name agencies.
    fleet : Fleet
        Its areas may name more.

    Returns
    -------
    dict[str, dict[str, str]]
        Names by language, by identifier.
    """
    named = {area.organisation_id: {"": area.organisation_id} for area in fleet.areas.values()}
    for route in city.timetable.routes:
        if route.agency_id:
            named[route.agency_id] = {"": route.agency_name}
    return named | {city.id: city.name}
