"""Small maps as text: a drawing of nodes 0.001 degrees apart, ways, and marks."""

from pathlib import Path

import numpy as np

from routing.streets import StreetNetwork

STEP = 0.001
"""One row or column of a drawing, degrees; on the equator 111.195 m each."""

STEP_M = 111.195


def places_of(drawing: str) -> dict[str, tuple[float, float]]:
    """Latitude and longitude of each letter; the last line of a drawing lies on the equator."""
    lines = drawing.strip("\n").splitlines()
    return {
        letter: ((len(lines) - 1 - row) * STEP, column * STEP)
        for row, line in enumerate(lines)
        for column, letter in enumerate(line)
        if letter.strip()
    }


def write_map(path: Path, drawing: str, ways: str, nodes: str = "", turns: str = "") -> Path:
    """Write an .osm file.

    Ways are lines "name nodes tag=value ..."; nodes are "letter tag=value ..."; turns are
    "restriction from via to".
    """
    places = places_of(drawing)
    ids = {letter: number for number, letter in enumerate(sorted(places), start=1)}
    marks = {line.split()[0]: line.split()[1:] for line in nodes.strip().splitlines()}
    lines = ['<osm version="0.6">']
    for letter, (lat, lon) in places.items():
        lines.append(f'<node id="{ids[letter]}" version="1" lat="{lat:.7f}" lon="{lon:.7f}">')
        lines += [*_tags(marks.get(letter, [])), "</node>"]
    numbers = {}
    for number, line in enumerate(ways.strip().splitlines(), start=100):
        name, letters, *tags = line.split()
        numbers[name] = number
        lines.append(f'<way id="{number}" version="1">')
        lines += [f'<nd ref="{ids[letter]}"/>' for letter in letters]
        lines += [*_tags(tags or ["highway=residential"]), "</way>"]
    for number, line in enumerate(turns.strip().splitlines(), start=900):
        kind, before, via, after, *tags = line.split()
        lines.append(f'<relation id="{number}" version="1">')
        lines.append(f'<member type="way" ref="{numbers[before]}" role="from"/>')
        lines.append(f'<member type="node" ref="{ids[via]}" role="via"/>')
        lines.append(f'<member type="way" ref="{numbers[after]}" role="to"/>')
        lines += [*_tags(["type=restriction", f"restriction={kind}", *tags]), "</relation>"]
    path.write_text("\n".join([*lines, "</osm>"]))
    return path


def _tags(words: list[str]) -> list[str]:
    pairs = (word.split("=") for word in words)
    return [f'<tag k="{key}" v="{value}"/>' for key, value in pairs]


class Town:
    """Streets of a drawing, asked by letters; drives at 36 km/h are 10 m a second."""

    def __init__(self, folder: Path, drawing: str, ways: str, nodes: str = "", turns: str = ""):
        path = write_map(folder / "town.osm", drawing, ways, nodes, turns)
        self.streets = StreetNetwork.load(path, None)
        self.places = places_of(drawing)

    def drive_steps(self, origin: str, target: str, streets: StreetNetwork | None = None) -> float:
        """Drive at 36 km/h, counted in steps of the drawing; -1 when there is no way."""
        streets = streets or self.streets
        nodes = streets.snap(*self._ends(origin, target))
        seconds = int(streets.drive_pairs_s(nodes[:1], nodes[1:])[0])
        assert seconds == streets.drive_table_s(nodes[:1], nodes[1:])[0, 0]
        return -1 if seconds == 2**31 - 1 else round(seconds * 10 / STEP_M)

    def drive_way(self, origin: str, target: str, streets: StreetNetwork | None = None) -> str:
        """The letters a drive passes."""
        streets = streets or self.streets
        nodes = streets.snap(*self._ends(origin, target))
        return self._letters(streets.drive_path(int(nodes[0]), int(nodes[1])))

    def walk_steps(
        self, origin: str, target: str, profile: str, streets: StreetNetwork | None = None
    ) -> float:
        """A walk of a profile, counted in steps; -1 when there is no way."""
        streets = streets or self.streets
        lat, lon = self._ends(origin, target)
        places = streets.anchor(lat, lon, profile)
        one, other = places.take(np.array([0])), places.take(np.array([1]))
        metres = int(streets.walk_many(one, other, 9999, profile)[0])
        pairs = streets.walk_pairs(one, other, 9999, profile)[2].tolist()
        assert pairs == ([] if metres == 2**31 - 1 else [metres])
        return -1 if metres == 2**31 - 1 else round(metres / STEP_M, 1)

    def walk_way(self, origin: str, target: str, profile: str) -> str:
        """The letters a walk passes."""
        places = self.streets.anchor(*self._ends(origin, target), profile)
        one, other = places.take(np.array([0])), places.take(np.array([1]))
        return self._letters(self.streets.walk_path(one, other, profile))

    def _ends(self, *letters: str) -> tuple[np.ndarray, np.ndarray]:
        at = np.array([self.places[letter] for letter in letters])
        return at[:, 0], at[:, 1]

    def _letters(self, line: tuple[tuple[float, float], ...]) -> str:
        at = {(round(lon, 6), round(lat, 6)): letter for letter, (lat, lon) in self.places.items()}
        return "".join(at.get((round(lon, 6), round(lat, 6)), "") for lon, lat in line)
