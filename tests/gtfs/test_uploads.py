"""Archives made to harm, and archives made badly, are refused before they are unpacked."""

import os
import struct
import zipfile
from pathlib import Path

import pytest

from gtfs.errors import FeedNotFoundError, UnsafeArchiveError
from gtfs.feed import load_feed
from gtfs.uploads import UploadLimits, open_upload
from tests.gtfs.text_feeds import write_folder, write_zip


def archive(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in members.items():
            zipped.writestr(name, data)
    return path


def refusal(path: Path, limits: UploadLimits | None = None) -> str:
    with pytest.raises(UnsafeArchiveError) as caught:
        open_upload(path, limits)
    assert caught.value.code == "unsafe_archive"
    return caught.value.message


def test_zip_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    path = archive(tmp_path / "bomb.zip", {"stop_times.txt": bytes(40 << 20)})

    assert path.stat().st_size < 100_000
    assert "would unpack to" in refusal(path)


def test_bomb_of_many_members_is_refused_by_their_sum(tmp_path: Path) -> None:
    noise = os.urandom(900_000)
    path = archive(tmp_path / "many.zip", {f"{n}.txt": noise for n in range(5)})

    limits = UploadLimits(total_bytes=4 << 20)
    assert "4 MiB unpacked, more than the 4 MiB allowed" in refusal(path, limits)


def test_single_file_too_large(tmp_path: Path) -> None:
    path = archive(tmp_path / "large.zip", {"stops.txt": os.urandom(2 << 20)})

    assert "Split the feed by operator" in refusal(path, UploadLimits(file_bytes=1 << 20))


def test_too_many_members(tmp_path: Path) -> None:
    path = archive(tmp_path / "many.zip", {f"{n}.txt": b"x" for n in range(600)})

    assert "holds 600 files, more than the 500 allowed" in refusal(path)


def test_size_that_lies_is_not_believed(tmp_path: Path) -> None:
    """The directory says 10 bytes; reading stops there instead of unpacking 5 MB."""
    path = archive(tmp_path / "liar.zip", {"stops.txt": b"0123456789" * 500_000})
    data = bytearray(path.read_bytes())
    central = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, central + 24, 10)
    path.write_bytes(bytes(data))

    with pytest.raises(UnsafeArchiveError, match="damaged"):
        open_upload(path).read("stops.txt")


@pytest.mark.parametrize(
    "name",
    ["../stops.txt", "feed/../../stops.txt", "/etc/stops.txt", "C:/stops.txt", "..\\stops.txt"],
)
def test_paths_that_lead_outside(tmp_path: Path, name: str) -> None:
    path = archive(tmp_path / "evil.zip", {name: b"stop_id\n"})

    assert "leads outside the archive" in refusal(path)


def test_link_in_the_archive(tmp_path: Path) -> None:
    path = tmp_path / "link.zip"
    info = zipfile.ZipInfo("stops.txt")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr(info, "/etc/passwd")

    assert "is a link, not a file" in refusal(path)


def test_link_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    folder = write_folder(tmp_path / "feed")
    (folder / "shapes.txt").symlink_to(tmp_path / "secret.txt")

    assert "leads outside the folder" in refusal(folder)


def test_password(tmp_path: Path) -> None:
    path = archive(tmp_path / "locked.zip", {"stops.txt": b"stop_id\n"})
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    path.write_bytes(bytes(data))

    assert "protected by a password" in refusal(path)


def test_broken_zip(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "cut.zip")
    path.write_bytes(path.read_bytes()[:400])

    assert refusal(path) == (
        "cut.zip is a damaged zip file (cut off?). Download or make it again, or give the folder"
        " with the text files instead."
    )


def test_damaged_member_is_found_when_read(tmp_path: Path) -> None:
    path = archive(tmp_path / "rot.zip", {"stops.txt": os.urandom(1000)})
    data = bytearray(path.read_bytes())
    data[200] ^= 0xFF
    path.write_bytes(bytes(data))

    with pytest.raises(UnsafeArchiveError, match=r"stops\.txt inside rot\.zip is damaged"):
        load_feed(path)


@pytest.mark.parametrize("data", [b"<html>not found</html>", b"%PDF-1.4"])
def test_not_a_zip(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "feed.zip"
    path.write_bytes(data)

    assert "feed.zip is not a zip file" in refusal(path)


def test_empty_upload(tmp_path: Path) -> None:
    path = tmp_path / "feed.zip"
    path.touch()

    assert "is an empty file (0 bytes)" in refusal(path)


def test_zip_in_a_zip(tmp_path: Path) -> None:
    path = archive(tmp_path / "outer.zip", {"gtfs.zip": b"PK"})

    with pytest.raises(FeedNotFoundError, match=r"holds another archive \(gtfs.zip\)"):
        open_upload(path)


def test_two_feeds_in_one_zip(tmp_path: Path) -> None:
    path = archive(tmp_path / "two.zip", {"a/stops.txt": b"x\n", "b/stops.txt": b"x\n"})

    assert "several folders (a, b)" in refusal(path)


def test_what_desktops_leave_behind_is_ignored(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "mac.zip", inside="feed/")
    with zipfile.ZipFile(path, "a") as zipped:
        zipped.writestr("__MACOSX/feed/._stops.txt", "x")
        zipped.writestr("feed/.DS_Store", "x")

    assert "stops.txt" in open_upload(path).names
    assert len(load_feed(path).table("stops")) == 3
