"""Offers: journeys with live rides and one price, signed and short-lived."""

from maas.offers.alternatives import Alternatives
from maas.offers.boards import board
from maas.offers.reach import ReachDesk, ReachRequest, minutes_of
from maas.offers.request import (
    MAX_WALK_M,
    MOST_LUGGAGE,
    WALK_SPEEDS_M_S,
    Heads,
    PlanRequest,
    Walking,
    page_of,
)
from maas.offers.search import JourneySearch
from maas.offers.service import Changing, OfferDesk
from maas.offers.tokens import OfferContent
from maas.offers.why_not import Expected, WhyNotDesk

__all__ = [
    "MAX_WALK_M",
    "MOST_LUGGAGE",
    "WALK_SPEEDS_M_S",
    "Alternatives",
    "Changing",
    "Expected",
    "Heads",
    "JourneySearch",
    "OfferContent",
    "OfferDesk",
    "PlanRequest",
    "ReachDesk",
    "ReachRequest",
    "Walking",
    "WhyNotDesk",
    "board",
    "minutes_of",
    "page_of",
]
