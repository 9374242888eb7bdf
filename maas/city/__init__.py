"""A city: its directory read into timetables, streets, places and words."""

from maas.city.gazetteer import Gazetteer, NamedPlace
from maas.city.loading import City, load_city

__all__ = ["City", "Gazetteer", "NamedPlace", "load_city"]
