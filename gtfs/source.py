"""A feed on disk, known by its content before a single table of it is read.

Whatever is computed from feeds can be kept under a name made of the bytes of their files and of the
code that computed it. A name that stands then answers for the feeds without parsing them.
"""

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from gtfs.errors import FeedChangedError
from gtfs.uploads import open_upload

if TYPE_CHECKING:
    from gtfs.feed import Feed

_READ = (".txt", ".geojson")


class FeedSource:
    """A zip archive or folder with a feed.

    Parameters
    ----------
    path : Path
        Where it is.
    name : str, optional
        Name of the feed; by default the file's or folder's.
    """

    def __init__(self, path: Path, name: str | None = None) -> None:
        self.path = path
        self.name = name or path.stem

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the bytes of its files.

        Sizes and times of files are not looked at: a copy may keep them, and an edit within the
        clock's tick does.

        Returns
        -------
        str
            64 hexadecimal digits.
        """
        return self._digest()

    @cached_property
    def feed(self) -> "Feed":
        """Its tables, as `gtfs.feed.load_feed` reads them, with the meeting points of zones.

        Returns
        -------
        Feed
            Read when first asked for.

        Raises
        ------
        FeedChangedError
            The files are no longer those that `digest` speaks of.
        gtfs.errors.GtfsError
            The feed cannot be read or planned with.
        """
        # pandas: most starts find what they need in a cache
        from gtfs.feed import load_feed
        from gtfs.meeting_points import with_meeting_points

        known = self.digest
        feed = load_feed(self.path, self.name)
        if self._digest() != known:
            raise FeedChangedError(
                f"{self.path} changed while it was read. Let the copying end, then start again.",
                path=str(self.path),
            )
        return with_meeting_points(feed)

    def _digest(self) -> str:
        files = open_upload(self.path)
        if not self.path.is_dir():
            with self.path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        digest = hashlib.sha256()
        for name in files.names:
            if name.endswith(_READ):
                data = files.read(name)
                digest.update(f"{len(name)} {name} {len(data)} ".encode())
                digest.update(data)
        return digest.hexdigest()


def content_name(
    sources: Sequence[FeedSource], made_by: Iterable[ModuleType], *choices: str
) -> str:
    """Name what is computed from feeds, so that the same name means the same result.

    Parameters
    ----------
    sources : sequence of FeedSource
        The feeds, in their order.
    made_by : iterable of module
        Packages whose code computes it: another version may compute something else.
    *choices : str
        What else the result depends on.

    Returns
    -------
    str
        32 hexadecimal digits.
    """
    parts = [*choices, *(_code_digest(package) for package in made_by)]
    parts += [text for source in sources for text in (source.name, source.digest)]
    whole = "".join(f"{len(part)} {part} " for part in parts)
    return hashlib.sha256(whole.encode()).hexdigest()[:32]


@cache
def _code_digest(package: ModuleType) -> str:
    """SHA-256 of the modules of a package; those of packages inside it do not count."""
    digest = hashlib.sha256()
    for folder in package.__path__:
        for path in sorted(Path(folder).glob("*.py")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
