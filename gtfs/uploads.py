"""Safe opening of an uploaded feed: sizes, ratios, counts and paths are judged before any byte.

A zip archive states the unpacked size of each member in its directory, so a bomb is refused
without unpacking it; reading stops at the stated size, so a lying directory gains nothing.
"""

import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gtfs.errors import FeedNotFoundError, UnsafeArchiveError

_MIB = 1 << 20
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """How large a feed may be.

    Parameters
    ----------
    members : int, default 500
        Most files in one feed (a feed has about 30).
    file_bytes : int, default 1 GiB
        Largest single file, unpacked (1.2 M stop_times are about 90 MiB).
    total_bytes : int, default 2 GiB
        All files together, unpacked.
    ratio : int, default 200
        Largest unpacked : packed size of a file above 1 MiB (timetables reach about 60).
    """

    members: int = 500
    file_bytes: int = 1024 * _MIB
    total_bytes: int = 2048 * _MIB
    ratio: int = 200


class FeedFiles:
    """The files of one feed, in a folder or a zip archive, read on demand.

    Parameters
    ----------
    path : Path
        Folder or zip archive, already judged safe.
    members : dict of str to str
        Lower-case file name to the name inside the folder or archive.
    """

    def __init__(self, path: Path, members: dict[str, str]) -> None:
        self.path = path
        self._members = members

    @property
    def names(self) -> tuple[str, ...]:
        """File names in lower case, sorted.

        Returns
        -------
        tuple of str
            E.g. ``("agency.txt", "stops.txt")``.
        """
        return tuple(sorted(self._members))

    def read(self, name: str) -> bytes:
        """Return the content of one file.

        Parameters
        ----------
        name : str
            One of ``names``.

        Returns
        -------
        bytes
            The whole file.

        Raises
        ------
        UnsafeArchiveError
            If the archive turns out to be damaged.
        """
        member = self._members[name]
        if self.path.is_dir():
            return (self.path / member).read_bytes()
        try:
            with zipfile.ZipFile(self.path) as archive:
                return archive.read(member)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise UnsafeArchiveError(
                f"{name} inside {self.path.name} is damaged and cannot be unpacked."
                " Make the zip file again, or download it again, and upload it anew.",
                file=name,
                archive=self.path.name,
            ) from error


def open_upload(path: Path, limits: UploadLimits | None = None) -> FeedFiles:
    """Judge a folder or zip archive and return its files.

    Parameters
    ----------
    path : Path
        A folder, or a zip archive whose files lie at its root or in one folder.
    limits : UploadLimits, optional
        How large it may be.

    Returns
    -------
    FeedFiles
        Access to the files by lower-case name.

    Raises
    ------
    FeedNotFoundError
        If nothing is there, or no ``.txt`` file is in it.
    UnsafeArchiveError
        If it is no zip archive, damaged, encrypted, too large, or has paths that lead outside.
    """
    limits = limits or UploadLimits()
    if not path.exists():
        raise FeedNotFoundError(
            f"There is no feed at {path}. Give the path of a GTFS zip file or of a folder"
            " with its text files.",
            path=str(path),
        )
    files = _folder_files(path, limits) if path.is_dir() else _archive_files(path, limits)
    if not any(name.endswith(".txt") for name in files.names):
        inner = [name for name in files.names if name.endswith(".zip")]
        hint = (
            f"It holds another archive ({inner[0]}): unpack it once and give that file."
            if inner
            else "Put agency.txt, stops.txt and the other files at its top, not in subfolders."
        )
        raise FeedNotFoundError(f"{path.name} holds no GTFS text files. {hint}", path=str(path))
    return files


def _folder_files(path: Path, limits: UploadLimits) -> FeedFiles:
    root = path.resolve()
    members: dict[str, str] = {}
    sizes: dict[str, int] = {}
    for entry in sorted(path.iterdir()):
        if not entry.is_file() or entry.name.startswith("."):
            continue
        if not entry.resolve().is_relative_to(root):
            raise UnsafeArchiveError(
                f"{entry.name} in {path.name} is a link that leads outside the folder."
                " Put the file itself there.",
                file=entry.name,
            )
        members[entry.name.lower()] = entry.name
        sizes[entry.name] = entry.stat().st_size
    _judge_sizes(path.name, sizes, limits)
    return FeedFiles(path, members)


def _archive_files(path: Path, limits: UploadLimits) -> FeedFiles:
    if path.stat().st_size == 0:
        raise UnsafeArchiveError(
            f"{path.name} is an empty file (0 bytes). Download or export it again.",
            archive=path.name,
        )
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError) as error:
        with path.open("rb") as stream:
            started_as_zip = stream.read(2) == b"PK"
        what = "is a damaged zip file (cut off?)" if started_as_zip else "is not a zip file"
        raise UnsafeArchiveError(
            f"{path.name} {what}. Download or make it again, or give the folder with the"
            " text files instead.",
            archive=path.name,
        ) from error
    for info in infos:
        _judge_member(path.name, info, limits)
    infos = [info for info in infos if not _is_desk_dust(info.filename)]
    _judge_sizes(path.name, {info.filename: info.file_size for info in infos}, limits)
    return FeedFiles(path, _top_level(path.name, infos))


def _judge_member(archive: str, info: zipfile.ZipInfo, limits: UploadLimits) -> None:
    name = info.filename
    # zipfile cuts names at a NUL and turns backslashes into slashes only on Windows.
    raw = info.orig_filename.replace("\\", "/")
    parts = PurePosixPath(raw).parts
    leads_outside = raw.startswith("/") or ".." in parts or ":" in raw.split("/", maxsplit=1)[0]
    if leads_outside or "\0" in info.orig_filename:
        raise UnsafeArchiveError(
            f"{archive} holds a file whose path leads outside the archive ({name!r})."
            " Make a zip file of the GTFS text files alone.",
            archive=archive,
            file=name,
        )
    if stat.S_ISLNK(info.external_attr >> 16):
        raise UnsafeArchiveError(
            f"{name} in {archive} is a link, not a file. Put the file itself into the zip file.",
            archive=archive,
            file=name,
        )
    if info.flag_bits & _ENCRYPTED:
        raise UnsafeArchiveError(
            f"{archive} is protected by a password. Make it again without a password.",
            archive=archive,
            file=name,
        )
    ratio = info.file_size // max(1, info.compress_size)
    if info.file_size > _MIB and ratio > limits.ratio:
        raise UnsafeArchiveError(
            f"{name} in {archive} would unpack to {ratio} times its size, more than the"
            f" {limits.ratio} times allowed; no timetable is like that. Make the zip file again"
            " from the text files.",
            archive=archive,
            file=name,
            ratio=ratio,
        )


def _judge_sizes(container: str, sizes: dict[str, int], limits: UploadLimits) -> None:
    if len(sizes) > limits.members:
        raise UnsafeArchiveError(
            f"{container} holds {len(sizes)} files, more than the {limits.members} allowed."
            " Leave only the GTFS files in it.",
            archive=container,
            members=len(sizes),
        )
    for name, size in sizes.items():
        if size > limits.file_bytes:
            raise UnsafeArchiveError(
                f"{name} in {container} is {size // _MIB} MiB unpacked, more than the"
                f" {limits.file_bytes // _MIB} MiB allowed. Split the feed by operator.",
                archive=container,
                file=name,
                bytes=size,
            )
    total = sum(sizes.values())
    if total > limits.total_bytes:
        raise UnsafeArchiveError(
            f"{container} is {total // _MIB} MiB unpacked, more than the"
            f" {limits.total_bytes // _MIB} MiB allowed. Split the feed by operator.",
            archive=container,
            bytes=total,
        )


def _is_desk_dust(name: str) -> bool:
    """Whether a desktop system added the file by itself."""
    parts = PurePosixPath(name).parts
    return "__MACOSX" in parts or parts[-1].startswith(".") or parts[-1].lower() == "thumbs.db"


def _top_level(archive: str, infos: list[zipfile.ZipInfo]) -> dict[str, str]:
    """Return the files of the archive's root, or of its only folder, by lower-case name."""
    depths = {info.filename: PurePosixPath(info.filename.replace("\\", "/")) for info in infos}
    folder = PurePosixPath()
    texts = [path for path in depths.values() if path.suffix.lower() == ".txt"]
    parents = {path.parent for path in texts}
    if texts and PurePosixPath() not in parents:
        if len(parents) > 1:
            names = ", ".join(sorted(str(parent) for parent in parents)[:4])
            raise UnsafeArchiveError(
                f"{archive} holds text files in several folders ({names})."
                " Make one zip file for each feed.",
                archive=archive,
            )
        folder = parents.pop()
    members: dict[str, str] = {}
    for member, path in depths.items():
        if path.parent != folder:
            continue
        if path.name.lower() in members:
            raise UnsafeArchiveError(
                f"{archive} holds the file {path.name} twice. Keep one of them.",
                archive=archive,
                file=path.name,
            )
        members[path.name.lower()] = member
    return members
