"""A city: its directory read into timetables, streets, places and words."""

from maas.city.emissions import JAPAN_2022, Emissions
from maas.city.gazetteer import Gazetteer, NamedPlace
from maas.city.loading import City, load_city
from maas.city.realtime import Realtime, RealtimeSource

__all__ = [
    "JAPAN_2022",
    "City",
    "Emissions",
    "Gazetteer",
    "NamedPlace",
    "Realtime",
    "RealtimeSource",
    "load_city",
]
