"""GTFS-Realtime in and out: protobuf (or its JSON form) to messages, and messages to protobuf.

After the GTFS Realtime Reference, version 2.0. What a message says of trips and stops that no
timetable knows is kept as it stands; whoever lays it onto a timetable reports them.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from google.protobuf.json_format import Parse, ParseError
from google.protobuf.message import DecodeError
from google.transit import gtfs_realtime_pb2 as pb

from gtfs.errors import RealtimeFormatError
from gtfs.messages import (
    Alert,
    RealtimeMessage,
    StopTimeUpdate,
    Touched,
    TripDescriptor,
    TripUpdate,
    VehiclePosition,
)

_TRIP: Final[Any] = pb.TripDescriptor.ScheduleRelationship
_STOP: Final[Any] = pb.TripUpdate.StopTimeUpdate.ScheduleRelationship
_make_stop: Final = partial(tuple.__new__, StopTimeUpdate)
_STOP_NAMES: Final = {number: name for name, number in _STOP.items()}
_JSON_BEGINS: Final = (b"{", b"\xef\xbb\xbf{")


def read_realtime(data: bytes) -> RealtimeMessage:
    """Read a message.

    Parameters
    ----------
    data : bytes
        Protobuf, or the JSON form of the same.

    Returns
    -------
    RealtimeMessage
        Its content.

    Raises
    ------
    RealtimeFormatError
        When it is neither, or has no header.
    """
    message = _parsed(data)
    header = message.header
    updates, alerts, vehicles, deleted = [], [], [], set()
    for entity in message.entity:
        if entity.is_deleted:
            deleted.add(entity.id)
            continue
        if entity.HasField("trip_update"):
            updates.append(_read_update(entity.id, entity.trip_update))
        if entity.HasField("alert"):
            alerts.append(_read_alert(entity.id, entity.alert))
        if entity.HasField("vehicle"):
            vehicles.append(_read_vehicle(entity.id, entity.vehicle))
    return RealtimeMessage(
        timestamp_s=header.timestamp,
        updates=tuple(updates),
        alerts=tuple(alerts),
        vehicles=tuple(vehicles),
        is_differential=header.incrementality == pb.FeedHeader.DIFFERENTIAL,
        deleted=frozenset(deleted),
        version=header.gtfs_realtime_version,
    )


def write_realtime(message: RealtimeMessage) -> bytes:
    """Write a message.

    Parameters
    ----------
    message : RealtimeMessage
        What to say.

    Returns
    -------
    bytes
        Protobuf; the same message gives the same bytes.
    """
    out = pb.FeedMessage()
    out.header.gtfs_realtime_version = message.version
    out.header.timestamp = message.timestamp_s
    if message.is_differential:
        out.header.incrementality = pb.FeedHeader.DIFFERENTIAL
    for update in message.updates:
        _write_update(update, out.entity.add(id=update.entity_id).trip_update)
    for alert in message.alerts:
        _write_alert(alert, out.entity.add(id=alert.entity_id).alert)
    for vehicle in message.vehicles:
        _write_vehicle(vehicle, out.entity.add(id=vehicle.entity_id).vehicle)
    for entity_id in sorted(message.deleted):
        out.entity.add(id=entity_id, is_deleted=True)
    return bytes(out.SerializeToString(deterministic=True))


def _parsed(data: bytes) -> Any:
    message = pb.FeedMessage()
    if not data:
        raise RealtimeFormatError("the realtime message is empty; see whether the address is right")
    try:
        if data.startswith(_JSON_BEGINS):
            Parse(data.decode("utf-8-sig"), message, ignore_unknown_fields=True)
        else:
            message.ParseFromString(data)
    except (DecodeError, ParseError, UnicodeDecodeError) as error:
        raise RealtimeFormatError(
            f"these {len(data)} bytes are no GTFS-Realtime message, or only a part of one "
            f"({error}); see whether the address is right and the whole file arrived",
            size=len(data),
        ) from error
    if not message.IsInitialized():
        raise RealtimeFormatError(
            "the GTFS-Realtime message lacks its header or ids; ask the operator for a valid one",
            size=len(data),
        )
    return message


def _number(message: Any, field: str) -> int | None:
    return getattr(message, field) if message.HasField(field) else None


def _read_trip(trip: Any) -> TripDescriptor:
    return TripDescriptor(
        trip_id=trip.trip_id,
        route_id=trip.route_id,
        start_time=trip.start_time,
        start_date=trip.start_date,
        relationship=_TRIP.Name(trip.schedule_relationship),
        direction_id=_number(trip, "direction_id"),
    )


def _read_update(entity_id: str, update: Any) -> TripUpdate:
    made = update.trip_properties
    return TripUpdate(
        entity_id=entity_id,
        trip=_read_trip(update.trip),
        stops=tuple(_read_stops(update.stop_time_update)),
        delay_s=_number(update, "delay"),
        timestamp_s=_number(update, "timestamp"),
        vehicle_id=update.vehicle.id,
        new_trip_id=made.trip_id,
        new_start_date=made.start_date,
        new_start_time=made.start_time,
        new_headsign=made.trip_headsign,
    )


def _read_stops(stops: Any) -> Iterator[StopTimeUpdate]:
    """Read stops one by one; written flat, as a city's message holds tens of thousands."""
    for stop in stops:
        arrival_s = arrival_delay_s = departure_s = departure_delay_s = None
        has = stop.HasField
        # Some producers write an instant of 0 for none.
        if has("arrival"):
            event = stop.arrival
            arrival_s, arrival_delay_s = event.time or None, event.delay
            if not arrival_delay_s and not event.HasField("delay"):
                arrival_delay_s = None
        if has("departure"):
            event = stop.departure
            departure_s, departure_delay_s = event.time or None, event.delay
            if not departure_delay_s and not event.HasField("delay"):
                departure_delay_s = None
        number = stop.stop_sequence
        yield _make_stop(
            (
                number if number or has("stop_sequence") else None,
                stop.stop_id,
                arrival_s,
                departure_s,
                arrival_delay_s,
                departure_delay_s,
                _STOP_NAMES[stop.schedule_relationship],
                stop.stop_time_properties.assigned_stop_id if has("stop_time_properties") else "",
            )
        )


def _read_texts(texts: Any) -> tuple[tuple[str, str], ...]:
    return tuple((text.language, text.text) for text in texts.translation)


def _read_alert(entity_id: str, alert: Any) -> Alert:
    return Alert(
        entity_id=entity_id,
        touched=tuple(
            Touched(
                agency_id=one.agency_id,
                route_id=one.route_id,
                stop_id=one.stop_id,
                route_type=_number(one, "route_type"),
                trip=_read_trip(one.trip) if one.HasField("trip") else None,
            )
            for one in alert.informed_entity
        ),
        periods=tuple((period.start, period.end) for period in alert.active_period),
        header=_read_texts(alert.header_text),
        description=_read_texts(alert.description_text),
        url=_read_texts(alert.url),
        cause=pb.Alert.Cause.Name(alert.cause),
        effect=pb.Alert.Effect.Name(alert.effect),
        severity=pb.Alert.SeverityLevel.Name(alert.severity_level),
    )


def _read_vehicle(entity_id: str, vehicle: Any) -> VehiclePosition:
    position = vehicle.position
    return VehiclePosition(
        entity_id=entity_id,
        vehicle_id=vehicle.vehicle.id,
        lat=position.latitude,
        lon=position.longitude,
        timestamp_s=_number(vehicle, "timestamp"),
        label=vehicle.vehicle.label,
        trip=_read_trip(vehicle.trip) if vehicle.HasField("trip") else None,
        bearing=position.bearing if position.HasField("bearing") else None,
        speed_m_s=position.speed if position.HasField("speed") else None,
        stop_id=vehicle.stop_id,
        status=pb.VehiclePosition.VehicleStopStatus.Name(vehicle.current_status),
    )


def _fill(out: Any, **values: Any) -> None:
    """Set those fields that say something."""
    for name, value in values.items():
        if value is not None and value != "":
            setattr(out, name, value)


def _write_trip(trip: TripDescriptor, out: Any) -> None:
    _fill(
        out,
        trip_id=trip.trip_id,
        route_id=trip.route_id,
        start_time=trip.start_time,
        start_date=trip.start_date,
        direction_id=trip.direction_id,
        schedule_relationship=_TRIP.Value(trip.relationship),
    )


def _write_update(update: TripUpdate, out: Any) -> None:
    _write_trip(update.trip, out.trip)
    _fill(out, delay=update.delay_s, timestamp=update.timestamp_s)
    if update.vehicle_id:
        out.vehicle.id = update.vehicle_id
    if update.new_trip_id or update.new_start_date or update.new_start_time or update.new_headsign:
        _fill(
            out.trip_properties,
            trip_id=update.new_trip_id,
            start_date=update.new_start_date,
            start_time=update.new_start_time,
            trip_headsign=update.new_headsign,
        )
    for stop in update.stops:
        one = out.stop_time_update.add()
        _fill(one, stop_sequence=stop.stop_sequence, stop_id=stop.stop_id)
        one.schedule_relationship = _STOP.Value(stop.relationship)
        if stop.arrival_s is not None or stop.arrival_delay_s is not None:
            _fill(one.arrival, time=stop.arrival_s, delay=stop.arrival_delay_s)
        if stop.departure_s is not None or stop.departure_delay_s is not None:
            _fill(one.departure, time=stop.departure_s, delay=stop.departure_delay_s)
        if stop.assigned_stop_id:
            one.stop_time_properties.assigned_stop_id = stop.assigned_stop_id


def _write_texts(texts: tuple[tuple[str, str], ...], out: Any) -> None:
    for language, text in texts:
        _fill(out.translation.add(text=text), language=language)


def _write_alert(alert: Alert, out: Any) -> None:
    for start_s, end_s in alert.periods:
        _fill(out.active_period.add(), start=start_s or None, end=end_s or None)
    for one in alert.touched:
        selector = out.informed_entity.add()
        _fill(
            selector,
            agency_id=one.agency_id,
            route_id=one.route_id,
            stop_id=one.stop_id,
            route_type=one.route_type,
        )
        if one.trip is not None:
            _write_trip(one.trip, selector.trip)
    for texts, field in (
        (alert.header, out.header_text),
        (alert.description, out.description_text),
        (alert.url, out.url),
    ):
        _write_texts(texts, field)
    out.cause = pb.Alert.Cause.Value(alert.cause)
    out.effect = pb.Alert.Effect.Value(alert.effect)
    out.severity_level = pb.Alert.SeverityLevel.Value(alert.severity)


def _write_vehicle(vehicle: VehiclePosition, out: Any) -> None:
    _fill(out.vehicle, id=vehicle.vehicle_id, label=vehicle.label)
    _fill(
        out.position,
        latitude=vehicle.lat,
        longitude=vehicle.lon,
        bearing=vehicle.bearing,
        speed=vehicle.speed_m_s,
    )
    _fill(out, timestamp=vehicle.timestamp_s, stop_id=vehicle.stop_id)
    if vehicle.trip is not None:
        _write_trip(vehicle.trip, out.trip)
    out.current_status = pb.VehiclePosition.VehicleStopStatus.Value(vehicle.status)
