"""A ticket on one sheet: plain HTML that needs no script, to be printed or kept."""

from html import escape
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from apps.api.deps import Language, ServiceRuntime
from maas.bookings import find_booking
from maas.checkout import BookingWriter
from maas.tickets import qr_svg

router = APIRouter(include_in_schema=False)

_OVER = frozenset({"cancelled", "completed", "no_show", "refused", "interrupted"})

_WORDS = {
    "ja": {
        "title": "乗車券",
        "show": "乗るときに、運転手に見せてください。",
        "over": "この予約は終わっています。この紙では乗れません。",
        "pickup": "お迎え",
        "dropoff": "到着（おそくとも）",
        "vehicle": "車両",
        "rider": "お名前",
        "places": "座席 {seats}　車いす {wheelchairs}",
        "price": "車内でお支払い",
        "number": "予約番号",
        "moved": "時刻や車両が変わることがあります。最新の内容：",
    },
    "en": {
        "title": "Ticket",
        "show": "Show this to the driver when you board.",
        "over": "This booking is over. This sheet is no ticket any more.",
        "pickup": "Pickup",
        "dropoff": "Arrival (at the latest)",
        "vehicle": "Vehicle",
        "rider": "Name",
        "places": "seats {seats}, wheelchairs {wheelchairs}",
        "price": "To pay on board",
        "number": "Booking number",
        "moved": "Times and vehicle may change. What holds now:",
    },
}

_STYLE = (
    "body{font:16px/1.6 sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#000;"
    "background:#fff}svg{width:6cm;height:6cm;display:block}table{border-collapse:collapse}"
    "th{text-align:left;font-weight:400;padding:.2rem 1rem .2rem 0;vertical-align:top}"
    "td{font-weight:700;padding:.2rem 0}table+table{margin-top:1rem}.small{font-size:.85rem;"
    "word-break:break-all}@media print{body{margin:0}a{color:#000}}"
)


@router.api_route("/bookings/{booking_id}/print", methods=["GET", "HEAD"])
def printed_ticket(runtime: ServiceRuntime, booking_id: str, language: Language) -> HTMLResponse:
    """Write a ticket as a page to print.

    Parameters
    ----------
    runtime : Runtime
        The service.
    booking_id : str
        The booking; its identifier is the key to it.
    language : str
        ``ja`` or ``en``.

    Returns
    -------
    HTMLResponse
        The page, whole in itself.
    """
    with runtime.database.reading() as session:
        booking = find_booking(session, booking_id)
        document = BookingWriter(runtime.city, language).booking(session, booking)
        code = "" if booking.state in _OVER else qr_svg(booking.ticket).decode()
    address = f"{runtime.settings.base_url}/bookings/{booking_id}"
    return HTMLResponse(_page(document, language, code, address))


def _page(document: dict[str, Any], language: str, code: str, address: str) -> str:
    """Write the page.

    Parameters
    ----------
    document : dict[str, Any]
        The booking as GET /v1/bookings/{id} gives it.
    language : str
        ``ja`` or ``en``.
    code : str
        The QR code as SVG; empty where the booking is over.
    address : str
        Where the ticket's own page is.

    Returns
    -------
    str
        HTML.
    """
    words = _WORDS[language]
    price = document["price"]
    facts = [
        (words["rider"], document["rider"]["name"]),
        (words["price"], f"{price['amount_minor']} {price['currency']}"),
        (words["number"], document["id"]),
    ]
    rides = "".join(_table(_ride(ride, words)) for ride in document["rides"])
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f'<meta name="robots" content="noindex"><title>{words["title"]}</title>'
        f"<style>{_STYLE}</style><main><h1>{words['title']}</h1>"
        f"<p>{words['show'] if code else words['over']}</p>{code}{rides}{_table(facts)}"
        f'<p class="small">{words["moved"]} <a href="{escape(address)}">{escape(address)}</a></p>'
        "</main></html>"
    )


def _ride(ride: dict[str, Any], words: dict[str, str]) -> list[tuple[str, str]]:
    """Say what is promised of a ride.

    Parameters
    ----------
    ride : dict[str, Any]
        The ride.
    words : dict[str, str]
        Of the page's language.

    Returns
    -------
    list[tuple[str, str]]
        Names and what they say.
    """
    window = ride["pickup_window"]
    day, begins = window["earliest"][:10], window["earliest"][11:16]
    return [
        (words["pickup"], f"{day} {begins}–{window['latest'][11:16]} {ride['from']['name']}"),
        (words["dropoff"], f"{ride['arrival_latest'][11:16]} {ride['to']['name']}"),
        (words["vehicle"], f"{ride['vehicle']['name']} ({words['places'].format_map(ride)})"),
    ]


def _table(facts: list[tuple[str, str]]) -> str:
    """Write facts one below the other.

    Parameters
    ----------
    facts : list[tuple[str, str]]
        Names and what they say, as people wrote it.

    Returns
    -------
    str
        HTML.
    """
    rows = (f"<tr><th>{escape(name)}</th><td>{escape(said)}</td></tr>" for name, said in facts)
    return f"<table>{''.join(rows)}</table>"
