"""GTFS feeds: read, check, compare, write."""
