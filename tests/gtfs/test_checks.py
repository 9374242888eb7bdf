"""Faults of a feed: each told with file and row, and with what its publisher can do."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from gtfs.errors import InvalidFeedError
from gtfs.feed import Feed, load_feed, read_feed
from gtfs.validate import check_feed
from tests.gtfs.text_feeds import write_folder

HEAD = "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"


def load(tmp_path: Path, changes: Mapping[str, str | None]) -> Feed:
    return load_feed(write_folder(tmp_path / "hill", changes))


def refused(tmp_path: Path, changes: Mapping[str, str | None]) -> list[str]:
    with pytest.raises(InvalidFeedError) as caught:
        load(tmp_path, changes)
    assert str(caught.value).startswith("The feed hill cannot be used:\n")
    return [str(notice) for notice in caught.value.notices]


def warned(feed: Feed) -> list[str]:
    assert all(notice.severity == "warning" for notice in feed.notices)
    return [str(notice) for notice in feed.notices]


@pytest.mark.parametrize("name", ["agency", "stops", "routes", "trips", "stop_times"])
def test_required_file_missing(tmp_path: Path, name: str) -> None:
    assert f"{name}.txt: the file {name}.txt is missing. Add it to the feed." in refused(
        tmp_path, {f"{name}.txt": None}
    )


def test_no_calendar(tmp_path: Path) -> None:
    assert refused(tmp_path, {"calendar.txt": None}) == [
        (
            "calendar.txt: neither calendar.txt nor calendar_dates.txt says on which days"
            " trips run. Add one of them."
        )
    ]


def test_empty_file(tmp_path: Path) -> None:
    assert "stops.txt: the file is empty. Fill it in, beginning with its header." in refused(
        tmp_path, {"stops.txt": ""}
    )


def test_header_without_rows(tmp_path: Path) -> None:
    assert refused(tmp_path, {"trips.txt": "route_id,service_id,trip_id\n"}) == [
        "trips.txt: the file has a header but no rows. Fill it in."
    ]


def test_missing_column(tmp_path: Path) -> None:
    assert refused(tmp_path, {"stops.txt": "stop_id,stop_name,stop_lat\nS,Station,36.32\n"}) == [
        "stops.txt: the column stop_lon is missing from the header (row 1). Add it."
    ]


def test_file_that_is_something_else(tmp_path: Path) -> None:
    assert refused(tmp_path, {"stops.txt": "<html><body>not found</body></html>"}) == [
        (
            "stops.txt: row 1 is no header of this table (it begins with"
            " '<html><body>not found</body></html>'). Row 1 must name the columns, at"
            " least stop_id, stop_name, stop_lat, stop_lon."
        )
    ]


def test_missing_column_of_a_table_beside_the_core(tmp_path: Path) -> None:
    feed = load(tmp_path, {"fare_attributes.txt": "fare_id,cost\na,170\n"})

    assert not feed.has("fare_attributes")
    assert warned(feed) == [
        (
            "fare_attributes.txt: the column price is missing from the header (row 1). Add it."
            " The file is left out."
        )
    ]


def test_missing_value(tmp_path: Path) -> None:
    changes = {"routes.txt": "route_id,route_short_name,route_type\nL1,1,\n"}
    assert refused(tmp_path, changes) == ["routes.txt row 2: route_type is empty. Fill it in."]


def test_bad_time(tmp_path: Path) -> None:
    body = "T1,08:00:00,08:00:00,S,1\nT1,8.05,8.05,H,2\n"
    assert refused(tmp_path, {"stop_times.txt": HEAD + body})[0] == (
        "stop_times.txt row 3: arrival_time '8.05' is no time. Write it as HH:MM:SS, e.g. 08:05:00"
        " (25:10:00 after midnight)."
    )


def test_times_after_midnight_are_fine(tmp_path: Path) -> None:
    body = "T1,23:50:00,23:50:00,S,1\nT1,25:10:00,25:10:00,H,2\n"
    feed = load(tmp_path, {"stop_times.txt": HEAD + body})

    assert feed.table("stop_times")["arrival_time"].tolist() == ["23:50:00", "25:10:00"]


def test_times_that_go_backwards(tmp_path: Path) -> None:
    body = "T1,23:50:00,23:50:00,S,1\nT1,00:10:00,00:10:00,H,2\n"
    assert refused(tmp_path, {"stop_times.txt": HEAD + body}) == [
        (
            "stop_times.txt row 3: the arrival 00:10:00 is before the departure 23:50:00 from"
            " the stop before it (row 2). Correct the times, or the stop_sequence; after midnight"
            " write 24:00:00 and more."
        )
    ]


def test_departure_before_arrival(tmp_path: Path) -> None:
    body = "T1,08:00:00,08:00:00,S,1\nT1,08:05:00,08:04:00,B,2\nT1,08:12:00,08:12:00,H,3\n"
    assert refused(tmp_path, {"stop_times.txt": HEAD + body}) == [
        (
            "stop_times.txt row 3: the departure 08:04:00 is before the arrival 08:05:00."
            " Correct one of them."
        )
    ]


def test_one_broken_trip_among_many_is_left_out(tmp_path: Path) -> None:
    trips = "route_id,service_id,trip_id\n" + "".join(f"L1,weekday,T{n}\n" for n in range(20))
    calls = "".join(f"T{n},08:00:00,08:00:00,S,1\nT{n},08:12:00,08:12:00,H,2\n" for n in range(20))
    broken = calls.replace("T7,08:12:00", "T7,07:12:00")
    feed = load(tmp_path, {"trips.txt": trips, "stop_times.txt": HEAD + broken})

    assert len(feed.table("trips")) == 19
    assert len(feed.table("stop_times")) == 38
    (notice,) = [text for text in warned(feed) if "row 17" in text and "arrival 07" in text]
    assert notice.endswith("The trip is left out.")


def test_time_missing_at_the_end(tmp_path: Path) -> None:
    body = "T1,08:00:00,08:00:00,S,1\nT1,,,H,2\n"
    assert refused(tmp_path, {"stop_times.txt": HEAD + body})[0].startswith(
        "stop_times.txt row 3: the first or last stop of the trip has no time. Fill in"
    )


def test_times_between_are_filled_in(tmp_path: Path) -> None:
    body = (
        "T1,08:00:00,,S,1\nT1,,,B,2\nT1,,,H,3\nT1,08:09:00,08:10:00,B,4\nT1,08:12:00,,H,5\n"
        "T2,09:00:00,09:00:00,S,1\nT2,09:12:00,09:12:00,H,2\n"
    )
    feed = load(tmp_path, {"stop_times.txt": HEAD + body})
    first = feed.table("stop_times").head(5)

    assert first["arrival_time"].tolist() == [
        "08:00:00", "08:03:00", "08:06:00", "08:09:00", "08:12:00",
    ]  # fmt: skip
    assert first["departure_time"].tolist() == [
        "08:00:00", "08:03:00", "08:06:00", "08:10:00", "08:12:00",
    ]  # fmt: skip
    assert "2 stop times stand without a time" in warned(feed)[0]


def test_duplicate_ids(tmp_path: Path) -> None:
    trips = "route_id,service_id,trip_id,trip_headsign\nL1,weekday,T1,Bath\nL1,weekday,T1,Station\n"
    assert refused(tmp_path, {"trips.txt": trips})[0] == (
        "trips.txt row 3: trip_id 'T1' stands in row 2 already, with other values."
        " Keep the right row, or give one of them an id of its own."
    )


def test_row_written_twice_is_left_out(tmp_path: Path) -> None:
    routes = "route_id,route_short_name,route_type\nL1,1,3\nL1,1,3\n"
    feed = load(tmp_path, {"routes.txt": routes})

    assert len(feed.table("routes")) == 1
    assert warned(feed) == [
        "routes.txt row 3: route_id 'L1' stands in row 2 already. The row is left out."
    ]


def test_same_sequence_twice(tmp_path: Path) -> None:
    body = "T1,08:00:00,08:00:00,S,1\nT1,08:12:00,08:12:00,H,1\n"
    assert (
        "Give the stops of the trip different numbers"
        in refused(tmp_path, {"stop_times.txt": HEAD + body})[0]
    )


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        (
            "trips.txt",
            "route_id,service_id,trip_id\nL9,weekday,T1\nL1,weekday,T2\n",
            (
                "trips.txt row 2: route_id 'L9' is not in routes.txt."
                " Add it to routes.txt or correct the id."
            ),
        ),
        (
            "stop_times.txt",
            HEAD + "T1,08:00:00,08:00:00,S,1\nT1,08:12:00,08:12:00,X,2\n",
            (
                "stop_times.txt row 3: stop_id 'X' is not in stops.txt."
                " Add it to stops.txt or correct the id."
            ),
        ),
    ],
)
def test_unknown_reference(tmp_path: Path, file: str, text: str, message: str) -> None:
    assert refused(tmp_path, {file: text})[0] == message


def test_unknown_shape_is_only_a_warning(tmp_path: Path) -> None:
    trips = "route_id,service_id,trip_id,shape_id\nL1,weekday,T1,W\nL1,weekday,T2,\n"
    feed = load(tmp_path, {"trips.txt": trips})

    assert feed.table("trips")["shape_id"].tolist() == ["", ""]
    assert warned(feed) == [
        "trips.txt row 2: shape_id 'W' is not in shapes.txt. The value is ignored."
    ]


def test_stop_times_of_no_trip_are_left_out(tmp_path: Path) -> None:
    body = "T1,08:00:00,08:00:00,S,1\nT1,08:12:00,08:12:00,H,2\nT9,09:00:00,09:00:00,S,1\n"
    feed = load(
        tmp_path,
        {
            "stop_times.txt": HEAD + body,
            "trips.txt": "route_id,service_id,trip_id\nL1,weekday,T1\n",
        },
    )

    assert len(feed.table("stop_times")) == 2
    assert warned(feed) == [
        "stop_times.txt row 4: trip_id 'T9' is not in trips.txt. The row is left out."
    ]


@pytest.mark.parametrize(
    ("lat", "lon", "message"),
    [
        ("", "136.35", "the stop 'Station' has no coordinates. Fill in stop_lat and stop_lon."),
        (
            "136.35",
            "36.32",
            (
                "the stop 'Station' lies at latitude 136.35, longitude 36.32, which is no place"
                " on a map. Are they swapped or mistyped? Correct them."
            ),
        ),
        ("0", "0", "which is no place on a map"),
        ("36.3.2", "136.35", "which is no place on a map"),
    ],
)
def test_stop_without_a_place(tmp_path: Path, lat: str, lon: str, message: str) -> None:
    head = "stop_id,stop_name,stop_lat,stop_lon\n"
    rest = "B,Bridge,36.31,136.36\nH,Bath,36.30,136.37\n"
    (text,) = refused(tmp_path, {"stops.txt": f"{head}S,Station,{lat},{lon}\n{rest}"})

    assert text.startswith("stops.txt row 2: ")
    assert message in text


def test_unused_stop_without_a_place_is_left_out(tmp_path: Path) -> None:
    stops = (
        "stop_id,stop_name,stop_lat,stop_lon\n"
        "S,Station,36.32,136.35\nB,Bridge,36.31,136.36\nH,Bath,36.30,136.37\nOLD,Closed,,\n"
    )
    feed = load(tmp_path, {"stops.txt": stops})

    assert feed.table("stops")["stop_id"].tolist() == ["S", "B", "H"]
    assert warned(feed)[0].endswith("Fill in stop_lat and stop_lon. The row is left out.")


def test_short_trip_is_left_out(tmp_path: Path) -> None:
    body = "T1,08:00:00,08:00:00,S,1\nT1,08:12:00,08:12:00,H,2\nT2,09:00:00,09:00:00,S,1\n"
    feed = load(tmp_path, {"stop_times.txt": HEAD + body})

    assert feed.table("trips")["trip_id"].tolist() == ["T1"]
    assert set(feed.table("stop_times")["trip_id"]) == {"T1"}
    assert "only one row in stop_times.txt" in warned(feed)[0]


def test_no_trip_left(tmp_path: Path) -> None:
    assert (
        "no usable trip is left"
        in refused(tmp_path, {"stop_times.txt": HEAD + "T1,08:00:00,08:00:00,S,1\n"})[-1]
    )


def test_no_service_days(tmp_path: Path) -> None:
    never = (
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "weekday,0,0,0,0,0,0,0,20261123,20261127\n"
    )
    assert refused(tmp_path, {"calendar.txt": never})[0].startswith(
        "calendar.txt: no trip runs on any day. Check that the service_id of each trip stands in"
    )


def test_trip_without_a_calendar_is_kept_and_told(tmp_path: Path) -> None:
    trips = "route_id,service_id,trip_id\nL1,weekday,T1\nL1,holiday,T2\n"
    feed = load(tmp_path, {"trips.txt": trips})

    assert warned(feed) == [
        (
            "trips.txt row 3: service_id 'holiday' is neither in calendar.txt nor in"
            " calendar_dates.txt, so the trip never runs. Add its days."
        )
    ]


def test_unknown_route_type(tmp_path: Path) -> None:
    feed = load(tmp_path, {"routes.txt": "route_id,route_short_name,route_type\nL1,1,77\n"})

    assert "the route type is unknown; the route is taken as a bus" in warned(feed)[0]


def test_timezone(tmp_path: Path) -> None:
    agency = "agency_name,agency_url,agency_timezone\nHill Bus,https://example.org,Tokyo\n"
    assert refused(tmp_path, {"agency.txt": agency})[0] == (
        "agency.txt row 2: agency_timezone 'Tokyo' is no time zone."
        " Write one like Asia/Tokyo or Europe/Berlin."
    )


def test_many_faults_are_told_in_few_words(tmp_path: Path) -> None:
    body = "".join(f"T1,08:00:00,08:00:00,X{n},{n}\n" for n in range(300))
    texts = refused(tmp_path, {"stop_times.txt": HEAD + body})

    assert len(texts) == 11
    assert texts[-1].startswith("stop_times.txt: 290 more rows have the same fault")


def test_check_tells_the_same_without_raising(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "hill", {"stops.txt": None})
    notices = check_feed(read_feed(folder))

    assert [(notice.code, notice.file) for notice in notices] == [("missing_file", "stops.txt")]
    assert notices[0].to_dict()["severity"] == "error"


def test_fares_that_lost_their_rules_do_not_hold_everywhere(tmp_path: Path) -> None:
    feed = load(
        tmp_path,
        {
            "fare_attributes.txt": "fare_id,price,currency_type\nnear,200,JPY\nfar,400,JPY\n",
            "fare_rules.txt": "fare_id,route_id\nnear,L1,ZS,ZB\nfar,L1\n",
        },
    )

    assert feed.table("fare_attributes")["fare_id"].tolist() == ["far"]
