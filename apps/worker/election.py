"""Who of several workers does what: one per task, elected by leases in the database."""

import logging
import time
from collections.abc import Sequence
from functools import partial

from maas.database import Database, Session
from maas.ids import new_id
from maas.tables import leases

RENEW_EVERY_S = 1.5
"""How often leases are renewed and free ones are taken."""

_LIFE_S = 5.0
"""How long a lease lasts: a worker that dies is followed after this and one renewal, under 10 s."""

log = logging.getLogger("meguri.worker")


class Election:
    """One worker's part in the election.

    Parameters
    ----------
    database : Database
        Where leases lie.
    tasks : Sequence[str]
        What it stands for.

    Attributes
    ----------
    holder : str
        Its name in the election.
    """

    def __init__(self, database: Database, tasks: Sequence[str]) -> None:
        self.holder = new_id("worker")
        self._database = database
        self._tasks = tasks
        self._tokens: dict[str, int] = {}
        self._until_s = 0.0

    def stand(self) -> int:
        """Renew what one has, and take what is free.

        Returns
        -------
        int
            Tasks that are now one's own.
        """
        asked_s = time.monotonic()
        with self._database.transaction() as session:
            taken = leases.take(session, self._tasks, self.holder, round(_LIFE_S * 1000))
        tokens = {name: token for name, (token, _) in taken.items()}
        if tokens.keys() != self._tokens.keys():
            log.info("%s does: %s", self.holder, ", ".join(tokens) or "nothing")
        self._tokens, self._until_s = tokens, asked_s + _LIFE_S
        return len(tokens)

    def token(self, task: str) -> int | None:
        """Tell under which token a task is one's own.

        Parameters
        ----------
        task : str
            The task.

        Returns
        -------
        int or None
            None where it is somebody else's, or may be by now: the lease could not be renewed.
        """
        return self._tokens.get(task) if time.monotonic() < self._until_s else None

    def database_for(self, task: str) -> Database:
        """Give the database for what a task writes: nothing is written once it is another's.

        Parameters
        ----------
        task : str
            The task.

        Returns
        -------
        Database
            Its writing transactions raise `LeaseLostError` before they begin.
        """
        return self._database.fenced(partial(self._require, task))

    def _require(self, task: str, session: Session) -> None:
        """Check in a transaction that a task is still one's own.

        Parameters
        ----------
        task : str
            The task.
        session : Session
            The writing session.
        """
        # By the token alone: whose lease is over, but taken by nobody, may finish.
        leases.require(session, task, self._tokens.get(task))

    def step_down(self) -> None:
        """Let others take over at once."""
        self._tokens = {}
        with self._database.transaction() as session:
            leases.give_back(session, self.holder)
