"""What can be wrong with the input of the dispatcher, with a stable code for each."""

from __future__ import annotations


class DispatchError(Exception):
    """Base of every error of this package.

    Parameters
    ----------
    message : str
        What is wrong and what to do next, in English.
    **params : object
        The values the message speaks of, for translation.
    """

    code = "dispatch_error"

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params = params


class InvalidProblemError(DispatchError):
    """A vehicle, a request or the travel times cannot be true; ``params`` name field and id."""

    code = "invalid_problem"


class InvalidPlanError(DispatchError):
    """A plan does not belong to its problem: a stop, a request or a vehicle is out of place."""

    code = "invalid_plan"


class InvalidInstanceError(DispatchError):
    """A benchmark file cannot be read; ``params`` name the file and the line."""

    code = "invalid_instance"


class InvalidLogError(DispatchError):
    """A log of decisions cannot be written or read; ``params`` name the line."""

    code = "invalid_log"
