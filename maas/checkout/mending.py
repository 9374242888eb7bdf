"""The worker's look at promises: who is late beyond them is planned for anew."""

from collections.abc import Iterable
from dataclasses import dataclass

from maas.bookings import find_booking, settle
from maas.clock import Clock
from maas.database import Database, Session
from maas.operations import Area, Incidents
from maas.tables.outbox import record


def settle_ended(session: Session, booking_ids: Iterable[str], now_s: int) -> None:
    """Settle bookings that an incident may have ended; who is left without any ride is told.

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
        settle(session, booking_id)
        booking = find_booking(session, booking_id)
        if booking.state == "cancelled" and booking.cancelled_s is None:
            booking.cancelled_s = now_s
            record(session, f"booking:{booking_id}", "booking_cancelled", now_s)


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
