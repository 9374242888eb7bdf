"""Carbon dioxide of travel: grams for one person over one kilometre, by mode, with the source.

The figures of Japan are those of the Ministry of Land, Infrastructure, Transport and Tourism
(国土交通省 環境政策課), 「運輸部門における二酸化炭素排出量」, chart
「輸送量当たりの二酸化炭素の排出量（旅客）」, fiscal year 2022: private car 128, bus 71, rail 20
g-CO2 per passenger-kilometre
(https://www.mlit.go.jp/sogoseisaku/environment/sosei_environment_tk_000007.html). The ministry
publishes the chart as a picture only and replaces it every year. 2022 is the last year whose three
figures we found written down twice, independently; we have not read the picture itself. What later
charts are reported to say (2023: 127, 63, 17; 2024: 125, 57, 17) is lower, so ours are cautious.

Rail is the ministry's 鉄道, which counts trams, underground railways and monorails in. The chart
has no ships and no cable cars: for them nothing is said, rather than something invented. A city
that knows better says so in city.toml (``[co2]``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_RAILS = ("RAIL", "TRAM", "SUBWAY", "MONORAIL")
_ROADS = ("BUS", "TROLLEYBUS")


@dataclass(frozen=True)
class Emissions:
    """Grams of CO2 for one person over one kilometre.

    Parameters
    ----------
    car_g : int
        A private car, its usual number of people in it.
    by_mode_g : Mapping[str, int]
        Vehicles with a timetable, by mode. A mode that is missing is not known.
    source : str
        Who published the figures.
    """

    car_g: int
    by_mode_g: Mapping[str, int]
    source: str

    def of_leg_g(self, mode: str, distance_m: int) -> int | None:
        """Estimate what one person causes on one leg.

        Parameters
        ----------
        mode : str
            ``WALK``, ``ON_DEMAND`` or the mode of a line.
        distance_m : int
            Length of the leg, metres.

        Returns
        -------
        int or None
            Grams; None where nobody has published a figure. A ride on demand counts as a private
            car on the direct way: sharing is not taken off, since nobody knows beforehand whether
            others will ride along, and empty drives are not put on.
        """
        if mode == "WALK":
            return 0
        each_g = self.car_g if mode == "ON_DEMAND" else self.by_mode_g.get(mode)
        return None if each_g is None else round(each_g * distance_m / 1000)


_SOURCE = "国土交通省「運輸部門における二酸化炭素排出量」2022年度（旅客、g-CO2/人km）"
JAPAN_2022 = Emissions(
    car_g=128,
    by_mode_g=dict.fromkeys(_RAILS, 20) | dict.fromkeys(_ROADS, 71),
    source=_SOURCE,
)


def read_emissions(table: Mapping[str, Any] | None) -> Emissions:
    """Take the figures of a city.

    Parameters
    ----------
    table : Mapping[str, Any] or None
        ``[co2]`` of city.toml: ``source``, and grams for one person over one kilometre by ``car``
        and, as far as known, ``bus``, ``rail`` and ``ferry``. None for those of Japan.

    Returns
    -------
    Emissions
        The figures.

    Raises
    ------
    ValueError
        A figure is not a whole number of grams, or the source is missing.
    """
    if table is None:
        return JAPAN_2022
    source = str(table.get("source", "")).strip()
    if not source:
        raise ValueError("[co2] needs a source: who published the figures, and of which year")
    grams = {key: value for key, value in table.items() if key != "source"}
    for key, value in grams.items():
        known = key in {"car", "bus", "rail", "ferry"}
        if not known or not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise ValueError(
                f"[co2] {key} = {value!r}: give whole grams per person and kilometre for car, bus, "
                "rail or ferry"
            )
    if "car" not in grams:
        raise ValueError("[co2] needs car, which everything is compared with")
    modes = (("rail", _RAILS), ("bus", _ROADS), ("ferry", ("FERRY",)))
    by_mode_g = {mode: grams[key] for key, names in modes if key in grams for mode in names}
    return Emissions(grams["car"], by_mode_g, source)
