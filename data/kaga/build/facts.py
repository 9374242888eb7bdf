"""The facts of Kaga as plain records, read from the tables in ``facts/`` and nowhere else."""

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from readings import Readings


@dataclass(frozen=True)
class BusStop:
    """A bus stop of 国土数値情報 P11 (2022): one point, no poles."""

    stop_id: str
    name: str
    operator: str
    routes: tuple[str, ...]
    lat: float
    lon: float


@dataclass(frozen=True)
class Town:
    """A town, or one of its hamlets (``koaza`` not empty), with a representative point."""

    city: str
    town: str
    koaza: str
    lat: float
    lon: float


@dataclass(frozen=True)
class Site:
    """A named point: an evacuation shelter or a sight."""

    name: str
    kind: str
    lat: float
    lon: float


@dataclass(frozen=True)
class Station:
    """A railway station; ``stop_id`` is given in the table and never changes."""

    stop_id: str
    name: str
    lat: float
    lon: float


@dataclass(frozen=True)
class Train:
    """A row of the railway timetable: ``service`` is D (daily) or W (weekdays only)."""

    service: str
    times: tuple[str, ...]


class Facts:
    """All tables of one ``facts/`` directory.

    Parameters
    ----------
    root : Path
        The directory with the tables.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.readings = Readings.load(root / "readings.csv")

    def _rows(self, name: str) -> list[dict[str, str]]:
        with (self.root / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @cached_property
    def bus_stops(self) -> list[BusStop]:
        """Bus stops; operator hokutetsu-komatsu only outlines roads beyond the city."""
        return [
            BusStop(
                row["stop_id"],
                row["name"],
                row["operator"],
                tuple(row["routes"].split("/")),
                round(float(row["lat"]), 6),
                round(float(row["lon"]), 6),
            )
            for row in self._rows("bus_stops.csv")
        ]

    @cached_property
    def towns(self) -> list[Town]:
        """Towns and hamlets, as published."""
        return [
            Town(row["city"], row["town"], row["koaza"], float(row["lat"]), float(row["lon"]))
            for row in self._rows("towns.csv")
        ]

    @cached_property
    def shelters(self) -> list[Site]:
        """Designated evacuation shelters."""
        return [
            Site(row["name"], "shelter", float(row["lat"]), float(row["lon"]))
            for row in self._rows("shelters.csv")
        ]

    @cached_property
    def sights(self) -> list[Site]:
        """Hot springs and sights."""
        return [
            Site(row["name"], row["kind"], float(row["lat"]), float(row["lon"]))
            for row in self._rows("sights.csv")
        ]

    @cached_property
    def stations(self) -> list[Station]:
        """Railway stations from 大聖寺 to 金沢."""
        return [
            Station(row["stop_id"], row["name"], float(row["lat"]), float(row["lon"]))
            for row in self._rows("railway_stations.csv")
        ]

    def trains(self, name: str) -> tuple[list[str], list[Train]]:
        """Railway timetable of one direction.

        Parameters
        ----------
        name : str
            ``railway_down.txt`` or ``railway_up.txt``.

        Returns
        -------
        tuple[list[str], list[Train]]
            Station names in order, and the trains; a time of ``-`` means it passes.
        """
        lines = (self.root / name).read_text(encoding="utf-8").splitlines()
        stations = lines[0].split("columns:")[1].split()
        trains = []
        for line in lines[1:]:
            service, *times = line.split()
            if len(times) != len(stations):
                raise ValueError(f"{name}: {line!r} has {len(times)} times, not {len(stations)}")
            trains.append(Train(service, tuple(times)))
        return stations, trains

    @cached_property
    def town_points(self) -> dict[str, tuple[float, float]]:
        """Point of each town of Kaga City where people live.

        A published town point is the middle of its area, in the hills for the large ones; with
        three hamlets or more, the hamlet nearest to the median of the hamlets stands in.
        """
        hamlets: dict[str, list[tuple[float, float]]] = {}
        points: dict[str, tuple[float, float]] = {}
        for row in self.towns:
            if row.city != "加賀市":
                continue
            if row.koaza:
                hamlets.setdefault(row.town, []).append((row.lat, row.lon))
            else:
                points[row.town] = (row.lat, row.lon)
        for town, own in hamlets.items():
            if len(own) < 3:
                continue
            lats = sorted(lat for lat, _ in own)
            lons = sorted(lon for _, lon in own)
            middle = lats[len(own) // 2], lons[len(own) // 2]
            points[town] = min(
                own, key=lambda p: ((p[0] - middle[0]) ** 2 + ((p[1] - middle[1]) * 0.8) ** 2, p)
            )
        return points

    @cached_property
    def named_points(self) -> dict[str, tuple[float, float]]:
        """Points by name, for corridors: stations first, then bus stops, sights, shelters, towns.

        A bus stop also answers to ``name@operator``.
        """
        points = {f"{row.name}駅": (row.lat, row.lon) for row in self.stations}
        for stop in self.bus_stops:
            points.setdefault(stop.name, (stop.lat, stop.lon))
            points[f"{stop.name}@{stop.operator}"] = (stop.lat, stop.lon)
        for site in [*self.sights, *self.shelters]:
            points.setdefault(site.name, (site.lat, site.lon))
        for row in self.towns:
            points.setdefault(f"{row.town}{row.koaza}", (row.lat, row.lon))
        return points
