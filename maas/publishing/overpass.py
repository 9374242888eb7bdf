"""OpenStreetMap's streets within bounds, asked of an Overpass server in one query.

The answer is OpenStreetMap data as it is: ways with all their tags, their nodes with kerbs and
barriers, and turn restrictions. (osmnx asks for ways alone and writes only the tags and ways that
its graphs hold.) Query language: OpenStreetMap wiki, "Overpass API/Overpass QL".
"""

from pathlib import Path

from maas.publishing.errors import StreetsNotFetchedError

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

OVERPASS_URL = "https://overpass-api.de/api/interpreter"

_QUERY = """[out:xml][timeout:{seconds}][maxsize:1073741824];
way["highway"]({south},{west},{north},{east})->.streets;
(
  .streets;
  node(w.streets);
  relation(bw.streets)["type"="restriction"];
);
out body;
"""
_SECONDS = 300
_END = 4096  # bytes in which the answer's last words stand
_BUSY = (429, 503, 504)
_FILE_INSTEAD = "or give a file: download an extract as .osm.pbf elsewhere and name it with --osm."


def download_from_overpass(bounds: Bounds, target: Path, url: str = OVERPASS_URL) -> None:
    """Write OpenStreetMap's streets within bounds to a file.

    Parameters
    ----------
    bounds : tuple of float
        West, south, east, north.
    target : Path
        The ``.osm`` file to write.
    url : str
        Address of the server's interpreter.

    Raises
    ------
    StreetsNotFetchedError
        If the server refuses, or gives up in the middle of its answer.
    ConnectionError
        If it cannot be reached.
    """
    import httpx  # takes longer than most commands

    west, south, east, north = bounds
    query = _QUERY.format(seconds=_SECONDS, south=south, west=west, north=north, east=east)
    patience = httpx.Timeout(30, read=_SECONDS + 60)
    headers = {"User-Agent": "Meguri (maas city fetch-streets)"}
    try:
        with (
            httpx.stream(
                "POST", url, data={"data": query}, headers=headers, timeout=patience,
                follow_redirects=True,
            ) as answer,
            target.open("wb") as file,
        ):  # fmt: skip
            _refuse_errors(answer.status_code)
            for part in answer.iter_bytes():
                file.write(part)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ConnectionError(f"{type(error).__name__}: {error}") from error
    _refuse_remarks(target)


def _refuse_errors(status: int) -> None:
    if status == 200:
        return
    if status in _BUSY:
        what = "OpenStreetMap's server is busy. Try again in some minutes,"
    else:
        what = f"OpenStreetMap's server refused (HTTP {status}). Name another with --overpass,"
    raise StreetsNotFetchedError(f"{what} {_FILE_INSTEAD}", reason=f"HTTP {status}")


def _refuse_remarks(path: Path) -> None:
    """Overpass answers 200 and says only at the end that it ran out of time or memory."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _END))
        end = file.read().decode("utf-8", errors="replace")
    if "</osm>" in end and "<remark>" not in end:
        return
    reason = end.partition("<remark>")[2].partition("</remark>")[0].strip()
    raise StreetsNotFetchedError(
        "OpenStreetMap's server did not finish its answer. Try again later, when it has less to"
        f" do, make the bounds of city.toml smaller, {_FILE_INSTEAD}",
        reason=reason[:300] or "the answer ends too early",
    )
