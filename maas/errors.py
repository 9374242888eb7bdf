"""Errors of the service: each has a stable code, an HTTP status and says what to do next."""

from collections.abc import Sequence
from typing import Any


class MaasError(Exception):
    """Base of every error a person may meet.

    Parameters
    ----------
    message : str
        What happened and what to do next, in English.
    **params : Any
        The figures and names in the message, for pages that say it in another language.
    """

    code = "maas_error"
    status = 400
    title = "The request could not be carried out"

    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message)
        self.message = message
        self.params = params


class InvalidRequestError(MaasError):
    """The request itself is malformed."""

    code = "invalid_request"
    status = 422
    title = "The request is not well formed"


class RequestTooLargeError(MaasError):
    """The request holds more than any honest one.

    Parameters
    ----------
    most_bytes : int
        What it may hold.
    """

    code = "request_too_large"
    status = 413
    title = "The request is too large"

    def __init__(self, most_bytes: int) -> None:
        super().__init__(
            f"A request may hold {most_bytes} bytes; send less.", most_bytes=most_bytes
        )


class PlaceUnknownError(MaasError):
    """No place of the city has this name."""

    code = "place_unknown"
    status = 404
    title = "Place not found"


class LineUnknownError(MaasError):
    """No line of the city has this name."""

    code = "line_unknown"
    status = 404
    title = "Line not found"


class OutsideAreaError(MaasError):
    """A point lies outside the city."""

    code = "outside_area"
    status = 422
    title = "Outside the area"


class PastTimeError(MaasError):
    """The wished time is over."""

    code = "past_time"
    status = 422
    title = "That time has passed"


class SamePlaceError(MaasError):
    """Origin and destination are one."""

    code = "same_place"
    status = 422
    title = "Start and destination are the same"


class DateWithoutServiceError(MaasError):
    """The timetable does not cover the day."""

    code = "date_without_service"
    status = 422
    title = "No timetable for that day"


class OfferInvalidError(MaasError):
    """The offer was not made here, or was changed."""

    code = "offer_invalid"
    status = 422
    title = "This offer is not valid"


class OfferExpiredError(MaasError):
    """The offer's short life is over."""

    code = "offer_expired"
    status = 410
    title = "This offer has expired"


class NotBookableError(MaasError):
    """The journey holds nothing that can be booked."""

    code = "not_bookable"
    status = 422
    title = "Nothing to book"


class RideGoneError(MaasError):
    """The promised ride is no longer possible."""

    code = "ride_gone"
    status = 409
    title = "That ride has just been taken"
    alternatives: Sequence[dict[str, Any]] = ()
    """What could be booked instead, with offers."""


class IdempotencyKeyMissingError(MaasError):
    """A write came without the key that makes it safe to repeat."""

    code = "idempotency_key_missing"
    status = 400
    title = "Idempotency-Key is missing"


class IdempotencyKeyReusedError(MaasError):
    """One key came with two different requests."""

    code = "idempotency_key_reused"
    status = 422
    title = "Idempotency-Key was used for another request"


class NotFoundError(MaasError):
    """There is no such thing."""

    code = "not_found"
    status = 404
    title = "Not found"


class NotCancellableError(MaasError):
    """The booking can no longer be cancelled."""

    code = "not_cancellable"
    status = 409
    title = "Cannot be cancelled any more"


class NotChangeableError(MaasError):
    """The booking can no longer be changed."""

    code = "not_changeable"
    status = 409
    title = "This booking can no longer be changed"


class CostChangedError(MaasError):
    """It costs something else than was shown."""

    code = "cost_changed"
    status = 409
    title = "The cost is another one by now"


class SeriesEndedError(MaasError):
    """The series has ended."""

    code = "series_ended"
    status = 409
    title = "These rides have been cancelled"


class BookingMoveError(MaasError):
    """A booking cannot go from where it is to where it was to go."""

    code = "booking_moved_on"
    status = 409
    title = "The booking is not in a state for that"


class StopAlreadySettledError(MaasError):
    """The driver has already reported this stop."""

    code = "stop_already_settled"
    status = 409
    title = "This stop is already settled"


class TicketInvalidError(MaasError):
    """A ticket was not issued here, was changed, or is not valid now."""

    code = "ticket_invalid"
    status = 422
    title = "This ticket is not valid"


class TicketStaleError(MaasError):
    """A ticket's code was shown a while ago: it is a picture of the page, not the page."""

    code = "ticket_stale"
    status = 409
    title = "This is an old picture of a ticket"


class TicketElsewhereError(MaasError):
    """A ticket is for another vehicle."""

    code = "ticket_elsewhere"
    status = 409
    title = "This ticket is for another vehicle"


class TicketUsedError(MaasError):
    """A ticket has been checked before."""

    code = "ticket_used"
    status = 409
    title = "This ticket has been used"


class StaffKeyWrongError(MaasError):
    """A staff page was opened without the staff key."""

    code = "staff_key_wrong"
    status = 401
    title = "Staff key missing or wrong"


class NotSignedInError(MaasError):
    """Something that belongs to somebody was asked for by a stranger."""

    code = "not_signed_in"
    status = 401
    title = "Not signed in"


class SignInFailedError(MaasError):
    """Address and password, or link, do not belong to an account."""

    code = "sign_in_failed"
    status = 401
    title = "Signing in did not work"


class IdentityRefusedError(MaasError):
    """A provider of identity refused somebody, or its answer did not stand up to the checks."""

    code = "identity_refused"
    status = 401
    title = "The provider's answer was not accepted"


class IdentityUnknownError(MaasError):
    """Nobody here is linked to what a provider says, and no account may be opened for it."""

    code = "identity_unknown"
    status = 409
    title = "Not linked to an account yet"


class IdentityTakenError(MaasError):
    """What a provider says belongs to another account here."""

    code = "identity_taken"
    status = 409
    title = "Linked to another account"


class BookingsOpenError(MaasError):
    """The account has rides that are still to come."""

    code = "bookings_open"
    status = 409
    title = "Rides are still to come"


class LoanPromisedError(MaasError):
    """Rides are promised on a vehicle that is to be given back."""

    code = "loan_promised"
    status = 409
    title = "Rides are promised on this vehicle"


class LastWayInError(MaasError):
    """Without this, nobody could open the account any more."""

    code = "last_way_in"
    status = 409
    title = "The last way into the account"


class PasskeyRefusedError(MaasError):
    """A device's answer does not stand up to the checks, or its passkey is not known."""

    code = "passkey_refused"
    status = 401
    title = "The passkey was not accepted"


class PasskeysUnavailableError(MaasError):
    """People reach the service by a number, and passkeys are for names."""

    code = "passkeys_unavailable"
    status = 409
    title = "Passkeys cannot be used here"


class ProviderUnavailableError(MaasError):
    """A provider of identity cannot be reached, or does not speak the protocol."""

    code = "provider_unavailable"
    status = 503
    title = "The provider cannot be asked now"


class ForbiddenError(MaasError):
    """Somebody asked for what is not theirs to do."""

    code = "forbidden"
    status = 403
    title = "Not allowed"


class TooManyTriesError(MaasError):
    """Too many tries in too short a time."""

    code = "too_many_tries"
    status = 429
    title = "Too many tries"


class UnavailableError(MaasError):
    """The database cannot be reached, or is too busy to answer in time."""

    code = "unavailable"
    status = 503
    title = "The service cannot answer now"


class BrokenError(MaasError):
    """Something is wrong with the service itself."""

    code = "internal_error"
    status = 500
    title = "Something went wrong here"


class LeaseLostError(MaasError):
    """Another process has taken over what this one was doing."""

    code = "lease_lost"
    status = 409
    title = "Another process does this now"


class SealBrokenError(MaasError):
    """What lies sealed in the database cannot be opened with the keys at hand."""

    code = "seal_broken"
    status = 500
    title = "A key is missing"


class CityInvalidError(MaasError):
    """A city directory cannot be used as it is."""

    code = "city_invalid"
    status = 500
    title = "The city directory is not usable"
