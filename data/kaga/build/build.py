"""Build the embedded city from ``facts/``: ``python data/kaga/build/build.py [--out DIR]``.

The same facts and the same locked libraries give the same bytes.
"""

import argparse
import shutil
from pathlib import Path

from facts import Facts
from feed import write_feed
from flex import write_flex
from osm import write_streets
from places import write_places
from streets import Streets

CITY = Path(__file__).resolve().parent.parent
BY_HAND = Path(__file__).resolve().parent / "by_hand"


def build(out: Path) -> None:
    """Write every file of the city directory.

    Parameters
    ----------
    out : Path
        Target directory, made when absent; files of older builds are replaced.
    """
    facts = Facts(CITY / "facts")
    streets = Streets(facts)
    for feed in ("gtfs", "flex"):
        shutil.rmtree(out / feed, ignore_errors=True)
    write_feed(facts, streets, out / "gtfs")
    stops = write_flex(facts, streets, out / "flex")
    write_streets(streets, out / "streets.osm.pbf")
    write_places(facts, out / "places.csv")
    for source in sorted(BY_HAND.iterdir()):
        shutil.copyfile(source, out / source.name)
    print(f"{out}: {len(streets.points)} street nodes, {len(stops)} on-demand stops")


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=CITY, help="target directory")
    build(parser.parse_args().out)


if __name__ == "__main__":
    main()
