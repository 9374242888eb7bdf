"""What offers say in words: refusals and notes, in the rider's language."""

from collections.abc import Mapping
from typing import Any

_REFUSALS = {
    "no_vehicle_in_shift": {
        "ja": "この時間帯に走る車がありません。",
        "en": "No vehicle is on duty at that time.",
    },
    "no_capacity": {
        "ja": "満席です。別の時間をお試しください。",
        "en": "All seats are taken; try another time.",
    },
    "no_wheelchair_place": {
        "ja": "車いす用の場所が空いていません。別の時間をお試しください。",
        "en": "No wheelchair place is free; try another time.",
    },
    "window_too_tight": {
        "ja": "その時刻に間に合う車がありません。",
        "en": "No vehicle can make it within the time needed.",
    },
    "max_ride_exceeded": {
        "ja": "相乗りの遠回りが長くなりすぎます。別の時間をお試しください。",
        "en": "Sharing would make the ride too long; try another time.",
    },
    "unreachable": {
        "ja": "車で行ける道がありません。",
        "en": "There is no way by road.",
    },
    "plan_infeasible": {
        "ja": "車が遅れているため、今はお受けできません。",
        "en": "The vehicles are running late and cannot take more riders now.",
    },
    "booking_closed": {
        "ja": "予約の締め切りを過ぎています。",
        "en": "Booking has closed for that time.",
    },
    "outside_service_hours": {
        "ja": "運行時間の外です。",
        "en": "That is outside the hours of service.",
    },
    "no_service_today": {
        "ja": "その日は運行しません。",
        "en": "The service does not run on that day.",
    },
}
_NOTES = {
    "straight_line_walks": {
        "ja": "道路データがないため、徒歩は直線距離×1.3で計算しています。",
        "en": "No street data: walks are straight lines times 1.3.",
    },
    "no_stop_near_origin": {
        "ja": "出発地の近くに停留所がありません。",
        "en": "There is no stop within walking distance of the start.",
    },
    "no_stop_near_destination": {
        "ja": "目的地の近くに停留所がありません。",
        "en": "There is no stop within walking distance of the destination.",
    },
    "widened": {
        "ja": "ご希望の時間帯に便がなく、範囲を広げて探しました。",
        "en": "Nothing ran near the time you asked for, so we looked further.",
    },
    "no_journey": {
        "ja": "この条件で行ける便が見つかりませんでした。時刻か場所を変えてお試しください。",
        "en": "No journey was found. Try another time or another place.",
    },
    "shortened": {
        "ja": "便が多いため、近い時刻のものだけを出しています。",
        "en": "There are many ways; these are the nearest in time.",
    },
    "historical_timetable": {
        "ja": "過去の時刻表です。経路は見られますが、予約はできません。",
        "en": "This timetable has ended: journeys can be looked at, not booked.",
    },
}


def refusal_text(code: str, language: str) -> str:
    """Say why a ride cannot be had.

    Parameters
    ----------
    code : str
        Code of the refusal.
    language : str
        ``ja`` or ``en``.

    Returns
    -------
    str
        A sentence.
    """
    return _text(_REFUSALS, code, language)


def note_text(code: str, language: str) -> str:
    """Say what a note means.

    Parameters
    ----------
    code : str
        Code of the note.
    language : str
        ``ja`` or ``en``.

    Returns
    -------
    str
        A sentence.
    """
    return _text(_NOTES, code, language)


def label_text(label: Mapping[str, str], language: str) -> str:
    """Choose a name by language.

    Parameters
    ----------
    label : Mapping[str, str]
        Names by language; the empty key is a name for all.
    language : str
        Wanted language.

    Returns
    -------
    str
        The name in that language, else in any.
    """
    return label.get(language) or label.get("") or next(iter(label.values()), "")


def _text(table: Mapping[str, Mapping[str, Any]], code: str, language: str) -> str:
    """Look up a sentence.

    Parameters
    ----------
    table : Mapping[str, Mapping[str, Any]]
        Sentences by code and language.
    code, language : str
        Which.

    Returns
    -------
    str
        The sentence, or the code where none is written.
    """
    sentences = table.get(code, {})
    return str(sentences.get(language) or sentences.get("en") or code)
