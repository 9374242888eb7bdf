"""Errors of the journey planner: a stable code, a message that says what to do, parameters."""


class RoutingError(Exception):
    """Base of every error that routing raises on purpose.

    Parameters
    ----------
    message
        English text that says what to do next.
    **params
        Values for a translated message, keyed by name.
    """

    code: str = "routing_error"

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params: dict[str, object] = dict(params)


class OutsideAreaError(RoutingError):
    """A place lies too far from every street and stop of the city."""

    code = "outside_area"


class NoServiceError(RoutingError):
    """The calendars do not cover the day that was asked for."""

    code = "date_without_service"


class SamePlaceError(RoutingError):
    """Origin and destination are the same place."""

    code = "same_place"


class UnknownStopError(RoutingError):
    """A stop id that the timetable does not hold."""

    code = "stop_unknown"


class InvalidQueryError(RoutingError):
    """A query with a value out of range."""

    code = "invalid_request"


class StreetDataError(RoutingError):
    """A street file that cannot be read, or that holds no usable street."""

    code = "street_data_invalid"


class TimetableError(RoutingError):
    """Feeds that cannot be joined into one timetable."""

    code = "timetable_invalid"
