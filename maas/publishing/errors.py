"""Errors of importing and checking cities."""

from maas.errors import MaasError


class PublishingError(MaasError):
    """Something handed in for publishing cannot be used."""

    code = "publishing_error"
    status = 422
    title = "Cannot be published"


class FeedRefusedError(PublishingError):
    """A feed cannot be planned with; ``params["notices"]`` holds file and row of each fault."""

    code = "feed_refused"
    title = "The timetable cannot be used"


class FeedsDisagreeError(PublishingError):
    """Feeds that cannot live in one city."""

    code = "feeds_disagree"
    title = "The timetables do not belong together"


class OutputNotEmptyError(PublishingError):
    """The folder to write to holds something else."""

    code = "output_not_empty"
    status = 409
    title = "The output folder is in use"


class StreetsUnusableError(PublishingError):
    """The street file cannot be read or does not cover the stops."""

    code = "streets_unusable"
    title = "The street file cannot be used"


class StreetsNotFetchedError(PublishingError):
    """OpenStreetMap could not be reached."""

    code = "streets_not_fetched"
    status = 503
    title = "Streets could not be fetched"


class CityNotFoundError(PublishingError):
    """There is no city directory at the given path."""

    code = "city_not_found"
    status = 404
    title = "No city directory"
