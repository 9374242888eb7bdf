"""Sending what waits: claimed first, sent outside any transaction, then marked."""

import logging
import smtplib
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from maas.clock import Clock
from maas.database import Database
from maas.notices import queries
from maas.notices.gateways import Gateway
from maas.tables import Notice

_MOST_TRIES = 12
_FIRST_PAUSE_S = 30
_LONGEST_PAUSE_S = 4 * 3600
_AT_ONCE = 50

log = logging.getLogger("meguri.mail")


class Postman:
    """Sends mails; any number of them may go round beside each other.

    A mail is sent once, unless a process is killed between handing it over and noting so: then
    again, with the same Message-ID, by which mailboxes know it.

    Parameters
    ----------
    database : Database
        The service's truth.
    clock : Clock
        The present instant.
    gateway : Gateway
        Takes the mails.
    sender : str
        Address they come from.
    """

    def __init__(self, database: Database, clock: Clock, gateway: Gateway, sender: str) -> None:
        self._database = database
        self._clock = clock
        self._gateway = gateway
        self._sender = sender

    def run(self) -> int:
        """Send what is due.

        Returns
        -------
        int
            How many mails went.
        """
        with self._database.reading() as session:
            waiting = queries.due(session, self._clock(), _MOST_TRIES, _AT_ONCE)
            session.expunge_all()
        return sum(self._send(notice) for notice in waiting)

    def _send(self, notice: Notice) -> bool:
        """Send one mail.

        Parameters
        ----------
        notice : Notice
            As it was read.

        Returns
        -------
        bool
            Whether it went.
        """
        now_s = self._clock()
        pause_s = min(_FIRST_PAUSE_S * 2**notice.tries, _LONGEST_PAUSE_S)
        with self._database.transaction() as session:
            if not queries.claim(session, notice, now_s + pause_s):
                return False
        try:
            self._gateway(self._mail(notice))
        except (OSError, smtplib.SMTPException) as error:
            # What the server says may repeat the address; its kind says enough here.
            log.warning("mail %s not sent (%s); again in %d s", notice.id, type(error), pause_s)
            return False
        with self._database.transaction() as session:
            queries.mark_sent(session, notice.id, now_s)
        return True

    def _mail(self, notice: Notice) -> EmailMessage:
        """Write a mail.

        Parameters
        ----------
        notice : Notice
            What it says.

        Returns
        -------
        EmailMessage
            Plain text in UTF-8.
        """
        mail = EmailMessage()
        mail["Message-ID"] = f"<{notice.id}@{self._sender.rpartition('@')[2]}>"
        mail["From"] = self._sender
        mail["To"] = notice.recipient
        mail["Subject"] = notice.subject
        mail["Date"] = format_datetime(datetime.fromtimestamp(notice.created_s, UTC))
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office reply to it
        mail.set_content(notice.body)
        return mail
