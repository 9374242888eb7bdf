"""Which days a ride of every week takes place on, and the SQL of series."""

from collections.abc import Sequence, Set
from datetime import date, timedelta

from sqlmodel import Session, col, select

from maas.errors import InvalidRequestError, NotFoundError
from maas.tables import Series, SeriesDay

MOST_DAYS = 366
"""How long a series may run."""


def days_of(series: Series, holidays: Set[date]) -> tuple[date, ...]:
    """List the days of a series.

    Parameters
    ----------
    series : Series
        The series.
    holidays : Set[date]
        Public holidays of the city.

    Returns
    -------
    tuple[date, ...]
        In order; without the days it leaves out.
    """
    without = {date.fromisoformat(day) for day in series.except_on}
    if not series.on_holidays:
        without |= holidays
    span = range((series.until - series.first).days + 1)
    days = (series.first + timedelta(days=number) for number in span)
    return tuple(day for day in days if day.weekday() in series.weekdays and day not in without)


def check_pattern(weekdays: Sequence[int], first: date, until: date) -> None:
    """Refuse a pattern that makes no sense.

    Parameters
    ----------
    weekdays : Sequence[int]
        0 for Monday to 6 for Sunday.
    first, until : date
        First and last day.

    Raises
    ------
    InvalidRequestError
        It has no day of the week, ends before it begins, or runs too long.
    """
    if not weekdays or not set(weekdays) <= set(range(7)):
        raise InvalidRequestError(
            "Name at least one day of the week, 0 for Monday to 6 for Sunday.", field="weekdays"
        )
    if not first < until <= first + timedelta(days=MOST_DAYS):
        raise InvalidRequestError(
            f"The last day must come after {first} and within {MOST_DAYS} days.",
            field="until",
            first=first.isoformat(),
        )


def find_series(session: Session, series_id: str, *, lock: bool = False) -> Series:
    """Read a series that must be there.

    Parameters
    ----------
    session : Session
        Any session; a writing one to lock.
    series_id : str
        Its identifier, which is also the key to it.
    lock : bool
        Hold its row until the transaction ends.

    Returns
    -------
    Series
        The series.

    Raises
    ------
    NotFoundError
        There is none.
    """
    query = select(Series).where(Series.id == series_id)
    query = query.execution_options(populate_existing=True)
    series = session.exec(query.with_for_update() if lock else query).one_or_none()
    if series is None:
        raise NotFoundError("There is no such series of rides; check its address.")
    return series


def active_series(session: Session) -> Sequence[Series]:
    """List the series that go on.

    Parameters
    ----------
    session : Session
        Any session.

    Returns
    -------
    Sequence[Series]
        The oldest first.
    """
    going_on = select(Series).where(Series.state == "active")
    return session.exec(going_on.order_by(col(Series.id))).all()


def settled_days(session: Session, series_id: str) -> dict[date, SeriesDay]:
    """Read what became of the days of a series so far.

    Parameters
    ----------
    session : Session
        Any session.
    series_id : str
        The series.

    Returns
    -------
    dict[date, SeriesDay]
        By day.
    """
    rows = session.exec(select(SeriesDay).where(SeriesDay.series_id == series_id))
    return {row.day: row for row in rows}
