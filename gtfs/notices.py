"""What is wrong with a feed, row by row, in words its publisher can act on."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Notice:
    """One finding about a feed.

    Parameters
    ----------
    code : str
        Stable snake_case name of the kind of finding.
    severity : {"error", "warning"}
        ``error``: nothing can be planned with this; ``warning``: the feed is used all the same.
    file : str
        File inside the feed, with its ending, e.g. ``stops.txt``; empty for the feed as a whole.
    row : int or None
        Line in the file as a person counts (the header is row 1); None when no row is at fault.
    field : str
        Column at fault, or empty.
    value : str
        Text that was found there, or empty.
    message : str
        What is wrong and what to do next, in English.
    """

    code: str
    severity: Severity
    file: str
    row: int | None
    field: str
    value: str
    message: str

    def __str__(self) -> str:
        """Return ``file row N: message``."""
        where = self.file
        if self.row is not None:
            where = f"{where} row {self.row}"
        return f"{where}: {self.message}" if where else self.message

    def to_dict(self) -> dict[str, str | int | None]:
        """Return the notice as plain values.

        Returns
        -------
        dict
            The fields by name, ready for JSON.
        """
        return asdict(self)


def errors_of(notices: Iterable[Notice]) -> list[Notice]:
    """Return the notices that make a feed unusable.

    Parameters
    ----------
    notices : iterable of Notice
        Findings of any severity.

    Returns
    -------
    list of Notice
        Those with severity ``error``, in the given order.
    """
    return [notice for notice in notices if notice.severity == "error"]
