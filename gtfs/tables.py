"""The tables of a feed as data: files, columns, keys and references.

Follows the GTFS Schedule Reference (with GTFS-Flex and Fares v2) and 標準的なバス情報フォーマット
(GTFS-JP) 3rd and 4th edition. Only what reading and checking need is written down: an unknown
column is kept as it is, an unknown file is left alone.

A column is written ``name`` or ``name!`` (every row needs a value), followed by ``:kind`` when it
is no free text; a reference ``column>table.column``, with ``!`` when it is fatal.
"""

from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name : str
        Name in the header.
    kind : str
        What a value must look like: ``text``, ``time``, ``date``, ``integer`` (0 or more),
        ``number`` (0 or more, decimals allowed), ``latitude``, ``longitude``, ``timezone``,
        ``currency``, ``colour``, ``route_type``, or the allowed values joined by ``|``.
    required : bool
        Whether each row needs a value.
    """

    name: str
    kind: str
    required: bool


@dataclass(frozen=True, slots=True)
class Reference:
    """A column whose values must be known in another table.

    Parameters
    ----------
    column : str
        Column here.
    table : str
        Table there.
    target : str
        Column there.
    fatal : bool
        Whether a row with an unknown value makes the feed unusable. Otherwise the reference is
        emptied or its row left out, with a warning.
    """

    column: str
    table: str
    target: str
    fatal: bool


@dataclass(frozen=True)
class Table:
    """One table of a feed.

    Parameters
    ----------
    name : str
        Name of the file without ``.txt``.
    columns : tuple of Column
        Known columns, in the order in which they are written.
    key : tuple of str
        Columns that together tell the rows apart; empty when nothing does.
    references : tuple of Reference
        References to other tables.
    core : bool
        Whether journeys are planned from it, so that faults in it are errors.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    references: tuple[Reference, ...] = field(default=())
    core: bool = False

    @property
    def file(self) -> str:
        """File name.

        Returns
        -------
        str
            With its ending.
        """
        return "locations.geojson" if self.name == "locations" else f"{self.name}.txt"

    @cached_property
    def column_names(self) -> tuple[str, ...]:
        """Names of the known columns.

        Returns
        -------
        tuple of str
            In writing order.
        """
        return tuple(column.name for column in self.columns)


def _table(name: str, columns: str, key: str = "", refs: str = "", core: bool = False) -> Table:
    """Read the short notation of the list below; ``!`` after a reference means fatal."""
    parsed = []
    for word in columns.split():
        column, _, kind = word.partition(":")
        parsed.append(Column(column.rstrip("!"), kind or "text", column.endswith("!")))
    references = []
    for word in refs.split():
        column, _, target = word.partition(">")
        table, _, there = target.rstrip("!").partition(".")
        references.append(Reference(column, table, there, word.endswith("!")))
    return Table(name, tuple(parsed), tuple(key.split()), tuple(references), core)


_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS = " ".join(f"{day}!:0|1" for day in _DAY_NAMES)

_ALL = (
    _table(
        "agency",
        "agency_id agency_name! agency_url agency_timezone!:timezone agency_lang agency_phone"
        " agency_fare_url agency_email",
        key="agency_id",
        core=True,
    ),
    _table(
        "stops",
        "stop_id! stop_code stop_name tts_stop_name stop_desc stop_lat:latitude stop_lon:longitude"
        " zone_id stop_url location_type:0|1|2|3|4 parent_station stop_timezone:timezone"
        " wheelchair_boarding:0|1|2 level_id platform_code",
        key="stop_id",
        refs="parent_station>stops.stop_id level_id>levels.level_id",
        core=True,
    ),
    _table(
        "routes",
        "route_id! agency_id route_short_name route_long_name route_desc route_type!:route_type"
        " route_url route_color:colour route_text_color:colour route_sort_order:integer"
        " continuous_pickup:0|1|2|3 continuous_drop_off:0|1|2|3 network_id jp_parent_route_id",
        key="route_id",
        refs="agency_id>agency.agency_id",
        core=True,
    ),
    _table(
        "trips",
        "route_id! service_id! trip_id! trip_headsign trip_short_name direction_id:0|1 block_id"
        " shape_id wheelchair_accessible:0|1|2 bikes_allowed:0|1|2 jp_trip_desc"
        " jp_trip_desc_symbol jp_office_id jp_pattern_id",
        key="trip_id",
        refs="route_id>routes.route_id! shape_id>shapes.shape_id jp_office_id>office_jp.office_id",
        core=True,
    ),
    _table(
        "stop_times",
        "trip_id! arrival_time:time departure_time:time stop_id location_group_id location_id"
        " stop_sequence!:integer stop_headsign start_pickup_drop_off_window:time"
        " end_pickup_drop_off_window:time pickup_type:0|1|2|3 drop_off_type:0|1|2|3"
        " continuous_pickup:0|1|2|3 continuous_drop_off:0|1|2|3 shape_dist_traveled:number"
        " timepoint:0|1 pickup_booking_rule_id drop_off_booking_rule_id",
        key="trip_id stop_sequence",
        refs="trip_id>trips.trip_id stop_id>stops.stop_id!"
        " location_group_id>location_groups.location_group_id! location_id>locations.location_id!"
        " pickup_booking_rule_id>booking_rules.booking_rule_id"
        " drop_off_booking_rule_id>booking_rules.booking_rule_id",
        core=True,
    ),
    _table(
        "calendar",
        f"service_id! {_DAYS} start_date!:date end_date!:date",
        key="service_id",
        core=True,
    ),
    _table(
        "calendar_dates",
        "service_id! date!:date exception_type!:1|2",
        key="service_id date",
        core=True,
    ),
    _table(
        "frequencies",
        "trip_id! start_time!:time end_time!:time headway_secs!:integer exact_times:0|1",
        key="trip_id start_time",
        refs="trip_id>trips.trip_id",
        core=True,
    ),
    _table(
        "feed_info",
        "feed_publisher_name feed_publisher_url feed_lang default_lang feed_start_date:date"
        " feed_end_date:date feed_version feed_contact_email feed_contact_url",
    ),
    _table(
        "attributions",
        "attribution_id agency_id route_id trip_id organization_name! is_producer:0|1"
        " is_operator:0|1 is_authority:0|1 attribution_url attribution_email attribution_phone",
        key="attribution_id",
        refs="agency_id>agency.agency_id route_id>routes.route_id trip_id>trips.trip_id",
    ),
    _table(
        "shapes",
        "shape_id! shape_pt_lat!:latitude shape_pt_lon!:longitude shape_pt_sequence!:integer"
        " shape_dist_traveled:number",
        key="shape_id shape_pt_sequence",
    ),
    _table(
        "transfers",
        "from_stop_id to_stop_id from_route_id to_route_id from_trip_id to_trip_id"
        " transfer_type:0|1|2|3|4|5 min_transfer_time:integer",
        key="from_stop_id to_stop_id from_route_id to_route_id from_trip_id to_trip_id",
        refs="from_stop_id>stops.stop_id to_stop_id>stops.stop_id",
    ),
    _table(
        "pathways",
        "pathway_id! from_stop_id! to_stop_id! pathway_mode!:1|2|3|4|5|6|7 is_bidirectional!:0|1"
        " length:number traversal_time:integer stair_count max_slope min_width:number signposted_as"
        " reversed_signposted_as",
        key="pathway_id",
        refs="from_stop_id>stops.stop_id to_stop_id>stops.stop_id",
    ),
    _table("levels", "level_id! level_index! level_name", key="level_id"),
    _table(
        "fare_attributes",
        "fare_id! price!:number currency_type!:currency payment_method:0|1 transfers:0|1|2"
        " agency_id transfer_duration:integer",
        key="fare_id",
        refs="agency_id>agency.agency_id",
    ),
    _table(
        "fare_rules",
        "fare_id! route_id origin_id destination_id contains_id",
        key="fare_id route_id origin_id destination_id contains_id",
        refs="fare_id>fare_attributes.fare_id route_id>routes.route_id",
    ),
    _table("areas", "area_id! area_name", key="area_id"),
    _table(
        "stop_areas",
        "area_id! stop_id!",
        key="area_id stop_id",
        refs="area_id>areas.area_id stop_id>stops.stop_id",
    ),
    _table("networks", "network_id! network_name", key="network_id"),
    _table(
        "route_networks",
        "network_id! route_id!",
        key="route_id",
        refs="network_id>networks.network_id route_id>routes.route_id",
    ),
    _table("fare_media", "fare_media_id! fare_media_name fare_media_type", key="fare_media_id"),
    _table(
        "rider_categories",
        "rider_category_id! rider_category_name is_default_fare_category:0|1 eligibility_url",
        key="rider_category_id",
    ),
    _table(
        "fare_products",
        "fare_product_id! fare_product_name rider_category_id fare_media_id amount!:number"
        " currency!:currency",
        key="fare_product_id rider_category_id fare_media_id",
        refs="rider_category_id>rider_categories.rider_category_id",
    ),
    _table(
        "fare_leg_rules",
        "leg_group_id network_id from_area_id to_area_id from_timeframe_group_id"
        " to_timeframe_group_id fare_product_id! rule_priority:integer",
        refs="fare_product_id>fare_products.fare_product_id",
    ),
    _table(
        "fare_transfer_rules",
        "from_leg_group_id to_leg_group_id transfer_count duration_limit:integer"
        " duration_limit_type:0|1|2|3 fare_transfer_type:0|1|2 fare_product_id",
        refs="fare_product_id>fare_products.fare_product_id",
    ),
    _table("timeframes", "timeframe_group_id! start_time:time end_time:time service_id!"),
    _table("location_groups", "location_group_id! location_group_name", key="location_group_id"),
    _table(
        "location_group_stops",
        "location_group_id! stop_id!",
        key="location_group_id stop_id",
        refs="location_group_id>location_groups.location_group_id stop_id>stops.stop_id",
    ),
    _table(
        "booking_rules",
        "booking_rule_id! booking_type!:0|1|2 prior_notice_duration_min:integer"
        " prior_notice_duration_max:integer prior_notice_last_day:integer"
        " prior_notice_last_time:time prior_notice_start_day:integer prior_notice_start_time:time"
        " prior_notice_service_id message pickup_message drop_off_message phone_number info_url"
        " booking_url",
        key="booking_rule_id",
    ),
    # One row per feature of locations.geojson; ``geometry`` is its GeoJSON text.
    _table("locations", "location_id! stop_name stop_desc zone_id geometry!", key="location_id"),
    # Either dialect: trans_id, lang (GTFS-JP to 2nd edition) or table_name, field_name, language.
    _table(
        "translations",
        "trans_id lang table_name field_name language translation record_id record_sub_id"
        " field_value",
    ),
    _table(
        "agency_jp",
        "agency_id! agency_official_name agency_zip_number agency_address agency_president_pos"
        " agency_president_name",
        key="agency_id",
        refs="agency_id>agency.agency_id",
    ),
    _table(
        "routes_jp",
        "route_id! route_update_date:date origin_stop via_stop destination_stop",
        key="route_id",
        refs="route_id>routes.route_id",
    ),
    _table("office_jp", "office_id! office_name office_url office_phone", key="office_id"),
)

TABLES: dict[str, Table] = {table.name: table for table in _ALL}
"""Every known table by name, in writing order."""

REQUIRED_TABLES = ("agency", "stops", "routes", "trips", "stop_times")
"""Tables without which nothing can be planned; stops may be absent beside locations.geojson."""

REQUIRED_COLUMNS: dict[str, tuple[str, ...]] = {
    "agency": ("agency_name", "agency_timezone"),
    "stops": ("stop_id", "stop_name", "stop_lat", "stop_lon"),
    "routes": ("route_id", "route_type"),
    "trips": ("route_id", "service_id", "trip_id"),
    "stop_times": ("trip_id", "stop_sequence"),
    "calendar": ("service_id", *_DAY_NAMES, "start_date", "end_date"),
    "calendar_dates": ("service_id", "date", "exception_type"),
    "frequencies": ("trip_id", "start_time", "end_time", "headway_secs"),
}
"""Columns whose absence from the header makes a core table useless."""

RENAMED_COLUMNS: dict[str, dict[str, str]] = {
    "stop_times": {
        "start_pickup_dropoff_window": "start_pickup_drop_off_window",
        "end_pickup_dropoff_window": "end_pickup_drop_off_window",
        "dropoff_booking_rule_id": "drop_off_booking_rule_id",
    },
    "booking_rules": {"prior_duration_notice_min": "prior_notice_duration_min"},
}
"""Names of GTFS-Flex drafts (to 2023) and the names they have now."""

RENAMED_TABLES = {"route_jp": "routes_jp"}
"""File names that feeds use in the place of the right ones."""

ROUTE_TYPES = frozenset({0, 1, 2, 3, 4, 5, 6, 7, 11, 12})
"""Basic route types; extended ones are 100 to 1799."""


def is_route_type(value: int) -> bool:
    """Whether a route type is a basic one or in the extended range.

    Parameters
    ----------
    value : int
        Number in routes.txt.

    Returns
    -------
    bool
        True when known.
    """
    return value in ROUTE_TYPES or 100 <= value <= 1799
