"""The worker's look at promises: who is late beyond them is planned for anew."""

from collections.abc import Iterable
from dataclasses import dataclass

from maas.bookings import By, settle
from maas.clock import Clock
from maas.database import Database, Session
from maas.operations import Area, Incidents


def settle_ended(session: Session, booking_ids: Iterable[str], now_s: int) -> None:
    """Settle bookings that an incident may have ended.

    Parameters
    ----------
    session : Session
        A writing session.
    booking_ids : Iterable[str]
        The bookings.
    now_s : int
        The instant, UTC epoch seconds.
    """
    for booking_id in sorted(set(booking_ids)):
        settle(session, booking_id, By.SERVICE, now_s)


@dataclass
class Mender:
    """Notices vehicles that are late beyond what is promised, and plans again for them.

    Parameters
    ----------
    database : Database
        The service's truth.
    area : Area
        The area.
    incidents : Incidents
        Plans again.
    clock : Clock
        The present instant.
    """

    database: Database
    area: Area
    incidents: Incidents
    clock: Clock

    def run(self) -> int:
        """Look once; nothing is locked where all promises hold.

        Returns
        -------
        int
            Days that were planned again.
        """
        with self.database.reading() as session:
            late = self.incidents.late_days(session, self.area, self.clock())
        for day in late:
            with self.database.transaction() as session:
                now_s = self.clock()
                ended = self.incidents.mend(session, self.area, (day,), now_s)
                settle_ended(session, ended, now_s)
        return len(late)
