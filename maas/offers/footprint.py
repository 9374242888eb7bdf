"""Carbon dioxide of journeys, beside the same way by car."""

import numpy as np

from maas.city import City
from routing.journeys import Geometry, Journey, Leg, Place, WalkLeg
from routing.snapping import DETOUR

_METRES_PER_DEGREE = 111_195


class Footprint:
    """Estimates what one person causes on a journey between two places.

    Parameters
    ----------
    city : City
        Its figures by mode, and its streets.
    origin, destination : Place
        From where to where the journeys go.
    """

    def __init__(self, city: City, origin: Place, destination: Place) -> None:
        self._emissions = city.emissions
        self.source = city.emissions.source
        self.car_g = self._of_drive_g(city, origin, destination)

    def of_leg_g(self, leg: Leg) -> int | None:
        """Estimate one leg.

        Parameters
        ----------
        leg : Leg
            The leg; its length is that of its line on the map.

        Returns
        -------
        int or None
            Grams for one person; None where no figure is published for its mode.
        """
        if isinstance(leg, WalkLeg):
            return 0
        return self._emissions.of_leg_g(leg.mode, length_m(leg.geometry))

    def of_journey_g(self, journey: Journey) -> int | None:
        """Estimate a journey.

        Parameters
        ----------
        journey : Journey
            The journey.

        Returns
        -------
        int or None
            Grams for one person, the sum of its legs; None where one of them is not known.
        """
        grams = [self.of_leg_g(leg) for leg in journey.legs]
        known = [each for each in grams if each is not None]
        return sum(known) if len(known) == len(grams) else None

    def _of_drive_g(self, city: City, origin: Place, destination: Place) -> int | None:
        """Estimate the same way by car, door to door.

        Parameters
        ----------
        city : City
            Its streets.
        origin, destination : Place
            The two ends.

        Returns
        -------
        int or None
            Grams for one person; None where no road leads.
        """
        lat = np.array([origin.lat, destination.lat])
        lon = np.array([origin.lon, destination.lon])
        nodes = city.streets.snap(lat, lon)
        line = city.streets.drive_path(int(nodes[0]), int(nodes[1]))
        if not line:
            return None
        ends = ((origin.lon, origin.lat), (destination.lon, destination.lat))
        drive_m = length_m((ends[0], *line, ends[1]))
        if city.streets.label == "straight_lines":
            drive_m = round(drive_m * DETOUR)
        return round(self._emissions.car_g * drive_m / 1000)


def length_m(line: Geometry) -> int:
    """Measure a line on the map.

    Parameters
    ----------
    line : Geometry
        Longitudes and latitudes, degrees.

    Returns
    -------
    int
        Metres; right to a few per mille across a city.
    """
    if len(line) < 2:
        return 0
    points = np.array(line)
    shrink = float(np.cos(np.radians(points[:, 1].mean())))
    steps = np.diff(points, axis=0) * _METRES_PER_DEGREE
    return round(float(np.hypot(steps[:, 0] * shrink, steps[:, 1]).sum()))
