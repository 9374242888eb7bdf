"""GTFS-Realtime: real messages, what we write ourselves, and what is no message at all."""

from pathlib import Path

import pytest

from gtfs.errors import GtfsError, RealtimeFormatError
from gtfs.messages import (
    NO_DATA,
    SKIPPED,
    Alert,
    RealtimeMessage,
    StopTimeUpdate,
    Touched,
    TripDescriptor,
    TripUpdate,
    VehiclePosition,
)
from gtfs.realtime import read_realtime, write_realtime

EVERYTHING = RealtimeMessage(
    timestamp_s=1_795_000_000,
    updates=(
        TripUpdate(
            "late",
            TripDescriptor("t1", "r1", "08:00:00", "20261124", "SCHEDULED", 0),
            (
                StopTimeUpdate(3, "A", arrival_delay_s=-60, departure_delay_s=0),
                StopTimeUpdate(None, "B", relationship=SKIPPED),
                StopTimeUpdate(7, "", arrival_s=1_795_000_900, assigned_stop_id="C2"),
                StopTimeUpdate(8, "D", relationship=NO_DATA),
            ),
            delay_s=0,
            timestamp_s=1_794_999_990,
            vehicle_id="bus 7",
        ),
        TripUpdate("gone", TripDescriptor("t2", relationship="CANCELED")),
        TripUpdate(
            "twice",
            TripDescriptor("t3", relationship="DUPLICATED"),
            new_trip_id="t3-b",
            new_start_date="20261124",
            new_start_time="09:10:00",
            new_headsign="駅",
        ),
    ),
    alerts=(
        Alert(
            "flood",
            (Touched(stop_id="A"), Touched("ag", "r1", "", 3, TripDescriptor("t1"))),
            ((1_795_000_000, 0), (0, 1_795_100_000)),
            (("ja", "橋が通れません"), ("en", "The bridge is closed"), ("", "?")),
            (("ja", "迂回します"),),
            (("", "https://example.org"),),
            "WEATHER",
            "NO_SERVICE",
            "SEVERE",
        ),
    ),
    vehicles=(
        VehiclePosition("v", "van 1", 36.25, 136.5, 1_795_000_000, "1", TripDescriptor("t1"), 90.0),
    ),
    deleted=frozenset({"x", "y"}),
    is_differential=True,
)


def test_what_is_written_is_read_again() -> None:
    data = write_realtime(EVERYTHING)
    assert read_realtime(data) == EVERYTHING
    assert write_realtime(EVERYTHING) == data


def test_zero_is_a_delay_and_no_instant() -> None:
    stop = StopTimeUpdate(0, "A", arrival_delay_s=0)
    message = RealtimeMessage(5, (TripUpdate("e", TripDescriptor("t"), (stop,), delay_s=0),))
    update = read_realtime(write_realtime(message)).updates[0]
    assert update.delay_s == 0
    assert update.stops[0].arrival_delay_s == 0
    assert update.stops[0].arrival_s is None
    assert update.stops[0].stop_sequence == 0


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "updates", "stops", "alerts", "made_s"),
    [
        ("bart-trip-updates.pb", 91, 1060, 0, 1565199921),
        ("ct-trip-updates.pb", 19, 220, 0, 1699405534),
        ("BA-alerts.json", 0, 0, 8, 1527719250),
    ],
)
def test_real_messages(
    shared_data: Path, name: str, updates: int, stops: int, alerts: int, made_s: int
) -> None:
    message = read_realtime((shared_data / "realtime" / name).read_bytes())
    assert message.timestamp_s == made_s
    assert len(message.updates) == updates
    assert sum(len(update.stops) for update in message.updates) == stops
    assert len(message.alerts) == alerts
    assert read_realtime(write_realtime(message)) == message


@pytest.mark.shared
def test_an_alert_in_json_keeps_its_words(shared_data: Path) -> None:
    alert = read_realtime((shared_data / "realtime" / "BA-alerts.json").read_bytes()).alerts[0]
    assert alert.header == (("en", "Test trip header"),)
    assert alert.touched == (Touched("BART", trip=TripDescriptor("1031527WKDY")),)
    assert alert.holds(1527719250, 1527719250)
    assert alert.holds(1527729249, 1527729249)
    assert not alert.holds(1527729250, 1527729250)


WHOLE = write_realtime(EVERYTHING)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><body>503 Service Unavailable</body></html>",
        b"\x0a",
        bytes(range(256)),
        WHOLE[:-1],
        WHOLE[:40],
        b"{}",
        b'{"header": ',
        b'{"header": {"gtfs_realtime_version": "\xff"}}',
        b"PK\x03\x04 a zip archive",
    ],
)
def test_what_is_no_message_is_refused_clearly(data: bytes) -> None:
    with pytest.raises(RealtimeFormatError, match=r"see whether|ask the operator") as caught:
        read_realtime(data)
    assert isinstance(caught.value, GtfsError)
    assert caught.value.code == "realtime_format"


def test_an_empty_feed_is_a_message() -> None:
    assert read_realtime(write_realtime(RealtimeMessage(7))) == RealtimeMessage(7)


def test_a_differential_message_changes_the_state_before() -> None:
    def update(entity_id: str, delay_s: int) -> TripUpdate:
        return TripUpdate(entity_id, TripDescriptor(entity_id), delay_s=delay_s)

    whole = RealtimeMessage(10, (update("a", 1), update("b", 2), update("c", 3)))
    change = RealtimeMessage(20, (update("b", 5),), deleted=frozenset({"c"}), is_differential=True)
    state = change.after(whole)
    assert [(u.entity_id, u.delay_s) for u in state.updates] == [("a", 1), ("b", 5)]
    assert state.timestamp_s == 20
    assert not state.is_differential
    assert change.after(None).updates == (update("b", 5),)
    assert whole.after(state) is whole
