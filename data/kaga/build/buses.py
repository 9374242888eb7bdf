"""CAN BUS and 北鉄加賀バス: real stops and lines, illustrative times over the street network."""

import itertools

from facts import BusStop, Facts
from lines import EXTRA_STOPS, PATTERNS, Pattern
from railway import Rows
from streets import Point, Streets, metres
from tables import clock, minute_of

HOKUTETSU_ID = "hokutetsu-kaga-bus"
CANBUS_ID = "machizukuri-kaga"
# A bus is that much slower than a car between stops.
BUS_FACTOR = 1.08

# 160..550 yen (2016) on 温泉山中線, up 30-40 yen on 2026-02-01: a table by road distance.
SHORTEST_FARE = 200
HIGHEST_FARE = 590
SHORTEST_FARE_M = 1500
HIGHEST_FARE_M = 10_000

ROUTES = [
    ("hk-onsen-yamanaka", HOKUTETSU_ID, "温泉山中線", "C0392B", "加賀温泉駅", "山代温泉", "栢野"),
    ("hk-onsen-katayamazu", HOKUTETSU_ID, "温泉片山津線", "8E44AD", "加賀温泉駅",
     "片山津温泉", "石川病院"),
    ("hk-onsen-daishoji", HOKUTETSU_ID, "温泉大聖寺線", "9A5B13", "加賀温泉駅",
     "松が丘", "かが交流プラザさくら"),
    ("hk-yoshizaki", HOKUTETSU_ID, "吉崎線", "2C6E49", "加賀温泉駅", "大聖寺駅前", "塩屋"),
    ("hk-yamashiro-daishoji", HOKUTETSU_ID, "山代大聖寺線", "566573", "山中温泉",
     "山代温泉東口", "大聖寺実業高校前"),
    ("canbus-mountain", CANBUS_ID, "キャンバス 山まわり線", "1E8449", "加賀温泉駅",
     "山中温泉", "加賀温泉駅"),
    ("canbus-sea", CANBUS_ID, "キャンバス 海まわり線", "1F78B4", "加賀温泉駅",
     "橋立", "加賀温泉駅"),
    ("canbus-airport", CANBUS_ID, "キャンバス 小松空港線", "D35400", "加賀温泉駅",
     "小松空港", "加賀温泉駅"),
    ("canbus-hashitate", CANBUS_ID, "キャンバス橋立・動橋線", "117A65", "橋立", "動橋駅前",
     "加賀高校前"),
]  # fmt: skip


class BusLines:
    """Builds the rows of every bus line.

    Parameters
    ----------
    facts : Facts
    streets : Streets
    """

    def __init__(self, facts: Facts, streets: Streets) -> None:
        self._streets = streets
        self._stops: dict[tuple[str, str], BusStop] = {}
        for stop in facts.bus_stops:
            self._stops[stop.operator, stop.name] = stop
        for stop_id, name, point in EXTRA_STOPS:
            lat, lon = facts.named_points[point]
            self._stops["canbus", name] = BusStop(stop_id, name, "canbus", (), lat, lon)
        self._legs: dict[tuple[str, str], tuple[float, list[Point]]] = {}
        # Road distance of each pair of stops of a route, the shortest over its patterns.
        self._distance_m: dict[tuple[str, str, str], int] = {}
        self.rows = Rows()

    def build(self) -> Rows:
        """Rows of stops, routes, trips, stop times, shapes and fares.

        Returns
        -------
        Rows
            Ready to be written.
        """
        self._routes()
        served: dict[str, BusStop] = {}
        for pattern in PATTERNS:
            stops = [self._stops[pattern.operator, name] for name in pattern.stops]
            served.update({stop.stop_id: stop for stop in stops})
            along = self._shape(pattern, stops)
            offsets = self._offsets(pattern, stops)
            self._trips(pattern, stops, offsets, along)
            self._measure(pattern, stops, along)
        for stop_id in sorted(served):
            stop = served[stop_id]
            self.rows.stops.append(
                {
                    "stop_id": stop_id,
                    "stop_name": stop.name,
                    "stop_lat": f"{stop.lat:.6f}",
                    "stop_lon": f"{stop.lon:.6f}",
                    "zone_id": stop_id,
                    "location_type": 0,
                }
            )
        self._fares()
        return self.rows

    def _routes(self) -> None:
        for route_id, agency_id, name, color, origin, via, destination in ROUTES:
            self.rows.routes.append(
                {
                    "route_id": route_id,
                    "agency_id": agency_id,
                    "route_long_name": name,
                    "route_desc": "停留所は国土数値情報（2022年）。時刻は例示です",
                    "route_type": 3,
                    "route_color": color,
                    "route_text_color": "FFFFFF",
                }
            )
            self.rows.routes_jp.append(
                {
                    "route_id": route_id,
                    "route_update_date": "20260401",
                    "origin_stop": origin,
                    "via_stop": via,
                    "destination_stop": destination,
                }
            )

    def _leg(self, a: BusStop, b: BusStop) -> tuple[float, list[Point]]:
        key = (a.stop_id, b.stop_id)
        if key not in self._legs:
            nodes = self._streets.nearest(a.lat, a.lon), self._streets.nearest(b.lat, b.lon)
            self._legs[key] = self._streets.path(*nodes)
        return self._legs[key]

    def _offsets(self, pattern: Pattern, stops: list[BusStop]) -> list[int]:
        """Minutes from the first stop, driving times plus dwell, bent to the known ones."""
        raw = [0.0]
        for a, b in itertools.pairwise(stops):
            raw.append(raw[-1] + self._leg(a, b)[0] * BUS_FACTOR + pattern.dwell_s)
        minutes = [value / 60 for value in raw]
        for (start, end), known in pattern.fixed_min.items():
            first = pattern.stops.index(start)
            last = pattern.stops.index(end, first + 1)
            old = list(minutes)
            scale = known / (old[last] - old[first])
            for k in range(first + 1, len(minutes)):
                inside = min(k, last)
                minutes[k] = old[first] + (old[inside] - old[first]) * scale
                minutes[k] += old[k] - old[inside]
        return [int(value + 0.5) for value in minutes]

    def _shape(self, pattern: Pattern, stops: list[BusStop]) -> list[int]:
        """Add the shape; metres from the first stop to each stop."""
        along = [0]
        line: list[tuple[Point, int]] = [((stops[0].lat, stops[0].lon), 0)]
        total = 0.0
        for a, b in itertools.pairwise(stops):
            points = self._leg(a, b)[1]
            for before, point in itertools.pairwise(points):
                total += metres(before, point)
                line.append((point, round(total)))
            along.append(round(total))
        corners = set(along)
        kept = [
            item
            for k, item in enumerate(line)
            if k in (0, len(line) - 1)
            or item[1] in corners
            or _bend_m(line[k - 1][0], item[0], line[k + 1][0]) > 2.0
        ]
        for number, ((lat, lon), distance) in enumerate(kept, start=1):
            self.rows.shapes.append(
                {
                    "shape_id": pattern.id,
                    "shape_pt_lat": f"{lat:.6f}",
                    "shape_pt_lon": f"{lon:.6f}",
                    "shape_pt_sequence": number,
                    "shape_dist_traveled": distance,
                }
            )
        return along

    def _trips(
        self, pattern: Pattern, stops: list[BusStop], offsets: list[int], along: list[int]
    ) -> None:
        for service_id, times in pattern.departures.items():
            for time in times.split():
                start = minute_of(time)
                trip_id = f"{pattern.id}-{service_id}-{start // 60:02d}{start % 60:02d}"
                self.rows.trips.append(
                    {
                        "route_id": pattern.route_id,
                        "service_id": service_id,
                        "trip_id": trip_id,
                        "trip_headsign": pattern.headsign,
                        "direction_id": pattern.direction,
                        "shape_id": pattern.id,
                    }
                )
                for number, (stop, offset, distance) in enumerate(
                    zip(stops, offsets, along, strict=True), start=1
                ):
                    self.rows.stop_times.append(
                        {
                            "trip_id": trip_id,
                            "arrival_time": clock(start + offset),
                            "departure_time": clock(start + offset),
                            "stop_id": stop.stop_id,
                            "stop_sequence": number,
                            "shape_dist_traveled": distance,
                            "timepoint": 1,
                        }
                    )

    def _measure(self, pattern: Pattern, stops: list[BusStop], along: list[int]) -> None:
        if not pattern.route_id.startswith("hk-"):
            return
        for i, a in enumerate(stops):
            for j in range(i + 1, len(stops)):
                for key in (
                    (pattern.route_id, a.stop_id, stops[j].stop_id),
                    (pattern.route_id, stops[j].stop_id, a.stop_id),
                ):
                    length_m = along[j] - along[i]
                    self._distance_m[key] = min(length_m, self._distance_m.get(key, length_m))

    def _fares(self) -> None:
        for (route_id, origin, destination), length_m in sorted(self._distance_m.items()):
            price = fare_yen(length_m)
            fare_id = f"hk-{price}"
            self.rows.add_fare(fare_id, price, HOKUTETSU_ID, paid_on_board=True)
            self.rows.fare_rules.append(
                {
                    "fare_id": fare_id,
                    "route_id": route_id,
                    "origin_id": origin,
                    "destination_id": destination,
                }
            )
        # Fact (2021): single 300 yen. The three loop lines take passes only: no fare rule.
        self.rows.add_fare("canbus-hashitate-300", 300, CANBUS_ID, paid_on_board=True)
        self.rows.fare_rules.append(
            {"fare_id": "canbus-hashitate-300", "route_id": "canbus-hashitate"}
        )


def fare_yen(length_m: int) -> int:
    """Fare of 北鉄加賀バス by road distance (illustrative).

    Parameters
    ----------
    length_m : int
        Metres along the line.

    Returns
    -------
    int
        Yen, a multiple of 10.
    """
    share = (length_m - SHORTEST_FARE_M) / (HIGHEST_FARE_M - SHORTEST_FARE_M)
    price = SHORTEST_FARE + (HIGHEST_FARE - SHORTEST_FARE) * min(1.0, max(0.0, share))
    return round(price / 10) * 10


def _bend_m(before: Point, here: Point, after: Point) -> float:
    """How far a point lies from the line between its neighbours."""
    base = metres(before, after)
    if base == 0:
        return metres(before, here)
    a, b = metres(before, here), metres(here, after)
    half = (a + b + base) / 2
    area = max(0.0, half * (half - a) * (half - b) * (half - base)) ** 0.5
    return 2 * area / base
