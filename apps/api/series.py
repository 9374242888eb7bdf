"""Routes of rides that come back every week: begin, look, leave a day out, end."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from apps.api import series_schemas as schemas
from apps.api.booking_schemas import Cost
from apps.api.deps import Language, ServiceRuntime
from apps.api.once import Writing
from apps.api.problems import documented
from maas.bookings.weekly import find_series
from maas.checkout import Pattern
from maas.database import Session
from maas.errors import (
    CostChangedError,
    IdempotencyKeyMissingError,
    IdempotencyKeyReusedError,
    NotBookableError,
    NotCancellableError,
    NotFoundError,
    SeriesEndedError,
)

router = APIRouter(prefix="/v1", tags=["bookings"])


@router.post(
    "/bookings/{booking_id}/series",
    status_code=201,
    response_model=schemas.Series,
    responses=documented(
        NotFoundError, NotBookableError, IdempotencyKeyMissingError, IdempotencyKeyReusedError
    ),
)
def begin_series(
    runtime: ServiceRuntime, write: Writing, booking_id: str, body: schemas.SeriesIn
) -> dict[str, Any]:
    """Let a booked ride come back every week; each day becomes a booking of its own in time."""
    pattern = Pattern(tuple(body.weekdays), body.until, tuple(body.except_on), body.on_holidays)

    def work(session: Session) -> dict[str, Any]:
        now_s = runtime.clock()
        series = runtime.series.begin(session, booking_id, pattern, now_s)
        return runtime.series.document(session, series, now_s)

    document: dict[str, Any] = write.once(work, needs_key=True)
    return document


@router.get(
    "/series/{series_id}", response_model=schemas.Series, responses=documented(NotFoundError)
)
def read_series(runtime: ServiceRuntime, series_id: str) -> dict[str, Any]:
    """Read a series with all its days; its identifier is the key to it."""
    with runtime.database.reading() as session:
        series = find_series(session, series_id)
        return runtime.series.document(session, series, runtime.clock())


@router.post(
    "/series/{series_id}/skip",
    response_model=schemas.Series,
    responses=documented(
        NotFoundError,
        NotCancellableError,
        CostChangedError,
        SeriesEndedError,
        IdempotencyKeyReusedError,
    ),
)
def skip_day(
    runtime: ServiceRuntime, write: Writing, series_id: str, body: schemas.SkipIn
) -> dict[str, Any]:
    """Leave a day out; where it is booked already, that booking is cancelled."""

    def work(session: Session) -> dict[str, Any]:
        now_s = runtime.clock()
        series = runtime.series.skip(session, series_id, body.day, now_s, body.fee_minor)
        return runtime.series.document(session, series, now_s)

    document: dict[str, Any] = write.once(work)
    return document


@router.get(
    "/series/{series_id}/cancellation",
    response_model=Cost,
    responses=documented(NotFoundError),
)
def cost_of_ending(runtime: ServiceRuntime, series_id: str, language: Language) -> dict[str, Any]:
    """Tell what cancelling all the rest would cost now, and what would follow."""
    with runtime.database.reading() as session:
        cost = runtime.series.cost_of_ending(session, series_id, runtime.clock())
    return cost.document(runtime.city.timezone, language)


@router.post(
    "/series/{series_id}/cancel",
    response_model=schemas.Series,
    responses=documented(
        NotFoundError, NotCancellableError, CostChangedError, IdempotencyKeyReusedError
    ),
)
def end_series(
    runtime: ServiceRuntime,
    write: Writing,
    series_id: str,
    fee_minor: Annotated[
        int | None,
        Query(ge=0, le=2**31, description="The fee shown before; refused if it is another one"),
    ] = None,
) -> dict[str, Any]:
    """Cancel all the rest; rides that have begun go on, and ending twice changes nothing."""

    def work(session: Session) -> dict[str, Any]:
        now_s = runtime.clock()
        series = runtime.series.end(session, series_id, now_s, fee_minor)
        return runtime.series.document(session, series, now_s)

    document: dict[str, Any] = write.once(work)
    return document
