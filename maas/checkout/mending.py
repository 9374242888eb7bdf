"""The worker's look at promises: who is late beyond them is planned for anew."""

from dataclasses import dataclass

from maas.bookings import settle
from maas.clock import Clock
from maas.database import Database
from maas.operations import Area, Incidents


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
                ended = self.incidents.mend(session, self.area, (day,), self.clock())
                for booking_id in sorted(set(ended)):
                    settle(session, booking_id)
        return len(late)
