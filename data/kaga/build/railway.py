"""IRいしかわ鉄道, 大聖寺 to 金沢: the timetable of 2026-03-14; known fares, others between them."""

import itertools
from dataclasses import dataclass, field

from facts import Facts
from streets import metres
from tables import clock, minute_of

ROUTE_ID = "ir-ishikawa"
AGENCY_ID = "ir-ishikawa-railway"
_SERVICES = {"D": "ir-daily", "W": "ir-weekday"}

# Facts (2024-03-16, for five years): from 金沢 to 松任 230, 小松 580, 大聖寺 980 yen.
KNOWN_FARES = {("金沢", "松任"): 230, ("金沢", "小松"): 580, ("金沢", "大聖寺"): 980}
SHORTEST_FARE = 170


@dataclass
class Rows:
    """Rows of one operator for the feed's tables."""

    stops: list[dict[str, object]] = field(default_factory=list)
    routes: list[dict[str, object]] = field(default_factory=list)
    routes_jp: list[dict[str, object]] = field(default_factory=list)
    trips: list[dict[str, object]] = field(default_factory=list)
    stop_times: list[dict[str, object]] = field(default_factory=list)
    shapes: list[dict[str, object]] = field(default_factory=list)
    fares: dict[str, dict[str, object]] = field(default_factory=dict)
    fare_rules: list[dict[str, object]] = field(default_factory=list)

    def add_fare(self, fare_id: str, price: int, agency_id: str, paid_on_board: bool) -> None:
        """Add a fare once.

        Parameters
        ----------
        fare_id : str
            Its id.
        price : int
            Yen.
        agency_id : str
            Who takes it.
        paid_on_board : bool
            Else before boarding.
        """
        self.fares[fare_id] = {
            "fare_id": fare_id,
            "price": price,
            "currency_type": "JPY",
            "payment_method": 0 if paid_on_board else 1,
            "transfers": 0,
            "agency_id": agency_id,
        }


def railway(facts: Facts) -> Rows:
    """All rows of the railway.

    Parameters
    ----------
    facts : Facts
        With the timetable and the stations.

    Returns
    -------
    Rows
        Ready to be written.
    """
    rows = Rows()
    stations = facts.stations
    ids = {station.name: station.stop_id for station in stations}
    along: dict[str, int] = {}
    total = 0.0
    for number, station in enumerate(stations):
        if number:
            before = stations[number - 1]
            total += metres((before.lat, before.lon), (station.lat, station.lon))
        along[station.name] = round(total)
        rows.stops.append(
            {
                "stop_id": station.stop_id,
                "stop_name": f"{station.name}駅",
                "stop_lat": f"{station.lat:.6f}",
                "stop_lon": f"{station.lon:.6f}",
                "zone_id": station.stop_id,
                "location_type": 0,
            }
        )
    rows.routes.append(
        {
            "route_id": ROUTE_ID,
            "agency_id": AGENCY_ID,
            "route_long_name": "IRいしかわ鉄道線",
            "route_desc": "大聖寺－金沢。2026年3月14日からの時刻",
            "route_type": 2,
            "route_color": "1B5FAA",
            "route_text_color": "FFFFFF",
        }
    )
    rows.routes_jp.append(
        {
            "route_id": ROUTE_ID,
            "route_update_date": "20260314",
            "origin_stop": "大聖寺駅",
            "destination_stop": "金沢駅",
        }
    )
    _trains(rows, facts, "railway_down.txt", "down", ids, along)
    _trains(rows, facts, "railway_up.txt", "up", ids, along)
    _fares(rows, along, ids)
    return rows


def _trains(
    rows: Rows, facts: Facts, table: str, name: str, ids: dict[str, str], along: dict[str, int]
) -> None:
    names, trains = facts.trains(table)
    start = along[names[0]]
    points = {station.name: station for station in facts.stations}
    for number, station in enumerate(names, start=1):
        rows.shapes.append(
            {
                "shape_id": f"ir-{name}",
                "shape_pt_lat": f"{points[station].lat:.6f}",
                "shape_pt_lon": f"{points[station].lon:.6f}",
                "shape_pt_sequence": number,
                "shape_dist_traveled": abs(along[station] - start),
            }
        )
    for number, train in enumerate(trains, start=1):
        trip_id = f"ir-{name}-{number:02d}"
        rows.trips.append(
            {
                "route_id": ROUTE_ID,
                "service_id": _SERVICES[train.service],
                "trip_id": trip_id,
                "trip_headsign": f"{names[-1]}行き",
                "direction_id": 0 if name == "down" else 1,
                "shape_id": f"ir-{name}",
            }
        )
        for place, time in enumerate(train.times):
            if time == "-":
                continue
            rows.stop_times.append(
                {
                    "trip_id": trip_id,
                    "arrival_time": clock(minute_of(time)),
                    "departure_time": clock(minute_of(time)),
                    "stop_id": ids[names[place]],
                    "stop_sequence": place + 1,
                    "shape_dist_traveled": abs(along[names[place]] - start),
                    "timepoint": 1,
                }
            )


def _fares(rows: Rows, along: dict[str, int], ids: dict[str, str]) -> None:
    """Fares by distance, straight lines between the known ones (illustrative in between)."""
    steps = [(3000, SHORTEST_FARE)] + [
        (abs(along[a] - along[b]), price) for (a, b), price in KNOWN_FARES.items()
    ]
    for origin, origin_m in along.items():
        for destination, destination_m in along.items():
            if origin == destination:
                continue
            price = _price(abs(origin_m - destination_m), steps)
            rows.add_fare(f"ir-{price}", price, AGENCY_ID, paid_on_board=False)
            rows.fare_rules.append(
                {
                    "fare_id": f"ir-{price}",
                    "route_id": ROUTE_ID,
                    "origin_id": ids[origin],
                    "destination_id": ids[destination],
                }
            )


def _price(distance_m: int, steps: list[tuple[int, int]]) -> int:
    if distance_m <= steps[0][0]:
        return steps[0][1]
    for (near_m, low), (far_m, high) in itertools.pairwise(steps):
        if distance_m <= far_m:
            price = low + (high - low) * (distance_m - near_m) / (far_m - near_m)
            return round(price / 10) * 10
    return steps[-1][1]
