"""Offers: journeys with live rides and one price, signed and short-lived."""

from maas.offers.boards import board
from maas.offers.service import Heads, OfferDesk, PlanRequest
from maas.offers.tokens import OfferContent

__all__ = ["Heads", "OfferContent", "OfferDesk", "PlanRequest", "board"]
