"""Import of a city from its feeds and streets; the check stands in ``checking``."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from gtfs.feed import write_feed
from maas.publishing.checking import check_city
from maas.publishing.city_files import MADE_BY, city_toml, sources_md
from maas.publishing.drafting import CityDraft, draft_city
from maas.publishing.errors import OutputNotEmptyError, PublishingError
from maas.publishing.feeds import load_or_refuse
from maas.publishing.identity import feed_names
from maas.publishing.place_names import stop_places, write_places
from maas.publishing.reports import ImportReport

__all__ = ["check_city", "import_city"]

_KEPT_FILES = ("fleet.toml", "products.toml", "speeds.csv")


def import_city(gtfs: Sequence[Path], osm: Path | None, out: Path) -> ImportReport:
    """Write a city directory from feeds and streets.

    Everything is read and judged first; then the directory is written beside its place and moved
    there at the end, so that a failure leaves nothing half written.

    Parameters
    ----------
    gtfs : sequence of Path
        Feeds: zip archives or folders.
    osm : Path or None
        OpenStreetMap extract of the place; without it walks are straight lines x 1.3.
    out : Path
        The city directory. It may be absent, empty, or made by an earlier import, of which
        fleet.toml, products.toml and speeds.csv are kept.

    Returns
    -------
    ImportReport
        What was written, and every notice.

    Raises
    ------
    PublishingError
        With code and message, when something cannot be used; nothing is written then.
    """
    if not gtfs:
        raise PublishingError("Give at least one feed: --gtfs FEED.zip.")
    _judge_output(out)
    names = feed_names(gtfs)
    loaded = [load_or_refuse(path, name) for path, name in zip(gtfs, names, strict=True)]
    draft = draft_city(gtfs, loaded, osm, out)
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        places = _write(draft, gtfs, osm, work)
        for name in _KEPT_FILES:
            if (out / name).is_file():
                shutil.copyfile(out / name, work / name)
        work.chmod(0o755)
        _move_into_place(work, out)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    settings = draft.settings
    return ImportReport(
        str(out),
        settings.id,
        settings.name[settings.languages[0]],
        settings.timezone,
        settings.currency,
        settings.languages,
        settings.bounds,
        draft.reports,
        places,
        "streets" if settings.streets else "straight_lines",
        draft.notices,
    )


def _judge_output(out: Path) -> None:
    if not out.exists():
        return
    if not out.is_dir():
        raise OutputNotEmptyError(
            f"{out} is a file. Choose a folder for the city.", folder=str(out)
        )
    if not any(out.iterdir()):
        return
    config = out / "city.toml"
    ours = config.is_file() and f'made_by = "{MADE_BY}"' in config.read_text(encoding="utf-8")
    if not ours:
        raise OutputNotEmptyError(
            f"{out} holds files that no import made, so it is not replaced. Choose another folder"
            " for --out, or empty this one.",
            folder=str(out),
        )


def _write(draft: CityDraft, gtfs: Sequence[Path], osm: Path | None, folder: Path) -> int:
    for feed in draft.feeds:
        write_feed(feed, folder / feed.name)
    places = stop_places(draft.feeds)
    write_places(places, folder / "places.csv")
    if osm is not None and draft.settings.streets:
        shutil.copyfile(osm, folder / draft.settings.streets)
    used = osm if draft.settings.streets else None
    sources = sources_md(list(zip(draft.feeds, gtfs, strict=True)), used)
    (folder / "SOURCES.md").write_text(sources, encoding="utf-8")
    (folder / "city.toml").write_text(city_toml(draft.settings), encoding="utf-8")
    return len(places)


def _move_into_place(work: Path, out: Path) -> None:
    """Swap the finished folder for what stands there, which goes only once the new one is in."""
    if not out.exists():
        work.rename(out)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{out.name}.old-", dir=out.parent))
    aside.rmdir()
    out.rename(aside)
    try:
        work.rename(out)
    except OSError:
        aside.rename(out)
        raise
    shutil.rmtree(aside, ignore_errors=True)
