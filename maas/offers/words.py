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
    "no_child_seat": {
        "ja": "チャイルドシートに空きがありません。別の時刻をお試しください。",
        "en": "No child seat is free; try another time.",
    },
    "out_of_range": {
        "ja": "その距離を走れるだけ充電された車がありません。別の時刻をお試しください。",
        "en": "No vehicle is charged enough for that way; try another time.",
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
    "booking_not_open": {
        "ja": "まだ予約を受け付けていません。",
        "en": "Booking has not opened yet for that time.",
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
_ALTERNATIVES = {
    "earlier": {
        "ja": "{time}なら、{start}から乗れます（早い時刻）。",
        "en": "Sooner: a ride at {time} from {start} is free.",
    },
    "later": {
        "ja": "{time}なら、{start}から乗れます（遅い時刻）。",
        "en": "Later: a ride at {time} from {start} is free.",
    },
    "other_stop": {
        "ja": "徒歩約{walk_m}mで、{start}から{end}まで{time}に乗れます。",
        "en": "About {walk_m} m on foot: a ride at {time} from {start} to {end} is free.",
    },
}
_NOTES = {
    "seats_not_checked": {
        "ja": "予約制の車の空席は確かめていません（運行時間と予約の締め切りは守っています）。",
        "en": "Free seats in on-demand vehicles are not checked; hours and booking rules are.",
    },
    "straight_line_walks": {
        "ja": "道路データがないため、徒歩は直線距離×1.3で計算しています。",
        "en": "No street data: walks are straight lines times 1.3.",
    },
    "realtime_missing": {
        "ja": "遅れや運休の情報が今は届いていません。時刻表どおりにご案内しています。",
        "en": "No news of delays is coming in at the moment; times are those of the timetable.",
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
    "wheelchair_unknown": {
        "ja": "車いすで乗れるか分からない便や停留所があります。事前に事業者にお確かめください。",
        "en": "Of some lines or stops nobody says whether they take wheelchairs; ask the operator "
        "first.",
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


_WHY_NOT = {
    "offered": {
        "ja": "{journey}番目の行き方でご案内しています。",
        "en": "It is offered: see journey {journey}.",
    },
    "cancelled": {
        "ja": "{line}の{stop}{departure}発は運休です。{next}",
        "en": "{line} leaving {stop} at {departure} is cancelled. {next}",
    },
    "stop_closed": {
        "ja": "{line}の{departure}発は{stop}に停まりません。{next}",
        "en": "{line} leaving at {departure} does not call at {stop}. {next}",
    },
    "does_not_run": {
        "ja": "{line}は{day}には走りません。{next}",
        "en": "{line} does not run on {day}. {next}",
    },
    "not_near_start": {
        "ja": "{line}の停留所が出発地の近くにありません（いちばん近い{stop}まで約{distance_m}m）。",
        "en": "{line} does not stop near the start; the nearest stop, {stop}, is {distance_m} m "
        "off.",
    },
    "not_near_destination": {
        "ja": "{line}は目的地の近くに停まりません（いちばん近い{stop}から約{distance_m}m）。",
        "en": "{line} does not stop near the destination; the nearest stop, {stop}, is "
        "{distance_m} m off.",
    },
    "stop_not_on_line": {
        "ja": "{line}は{stop}に停まりません。",
        "en": "{line} does not call at {stop}.",
    },
    "stop_too_far": {
        "ja": "{stop}は出発地からも目的地からも歩いて行くには遠すぎます"
        "（約{distance_m}m、{max_walk_m}mまで歩く設定です）。",
        "en": "{stop} is too far to walk to, from the start and from the destination: some "
        "{distance_m} m, and the longest walk is {max_walk_m} m.",
    },
    "no_line_at_stop": {
        "ja": "{stop}に停まる路線はありません。",
        "en": "No line calls at {stop}.",
    },
    "no_line_near_start": {
        "ja": "出発地から歩ける範囲に路線がありません。",
        "en": "No line stops within walking distance of the start.",
    },
    "too_many_changes": {
        "ja": "{line}を使うと乗りかえが{changes}回になります"
        "（{most_changes}回までで探しています）。",
        "en": "With {line} there would be {changes} changes; we look for {most_changes} at most.",
    },
    "booking_closed": {
        "ja": "{line}の予約は{deadline}に締め切られました（{ago_min}分前）。",
        "en": "Booking of {line} closed {ago_min} min ago, at {deadline}.",
    },
    "other_direction": {
        "ja": "{line}はこの向きには走りません。",
        "en": "{line} does not go that way round.",
    },
    "not_accessible": {
        "ja": "{line}の{stop}{departure}発は、車両・停留所・通路のどれかが車いすで使えません。"
        "{next}",
        "en": "{line} leaving {stop} at {departure} cannot be used in a wheelchair: the vehicle, a "
        "stop or the way there. {next}",
    },
    "leaves_too_early": {
        "ja": "{line}は{stop}を{departure}に出ます。{minutes}分間に合いません。{next}",
        "en": "{line} leaves {stop} at {departure}, {minutes} min before you can be there. {next}",
    },
    "arrives_too_late": {
        "ja": "{line}では着くのが{arrival}になり、{minutes}分遅れます。",
        "en": "By {line} you would arrive at {arrival}, {minutes} min too late.",
    },
    "leaves_later": {
        "ja": "{line}は{departure}まで出ません（{stop}）。",
        "en": "{line} does not leave {stop} before {departure}.",
    },
    "beaten": {
        "ja": "{line}（{departure}発、{arrival}着）より、{journey}番目の行き方のほうが"
        "便利です{better}。",
        "en": "Journey {journey} is better than {line} leaving at {departure} and arriving at "
        "{arrival}{better}.",
    },
    "ride_no_better": {
        "ja": "この区間では、ほかの行き方のほうが便利です。",
        "en": "On this way the other journeys are better.",
    },
}
_REASONS = {
    "earliest": {"ja": "いちばん早く着く", "en": "earliest arrival"},
    "latest_departure": {"ja": "いちばん遅く出られる", "en": "latest departure"},
    "cheapest": {"ja": "いちばん安い", "en": "lowest price"},
    "cheapest_with_pass": {"ja": "お手持ちの券でいちばん安い", "en": "cheapest with your pass"},
    "quickest": {"ja": "所要時間がいちばん短い", "en": "shortest time on the way"},
    "fewest_changes": {"ja": "乗りかえがいちばん少ない", "en": "fewest changes"},
    "least_walking": {"ja": "歩きがいちばん少ない", "en": "least walking"},
    "most_reliable": {
        "ja": "いちばん確実（乗りかえなし、または余裕が最大）",
        "en": "most reliable: no change, or the widest margin",
    },
    "fewest_rides": {"ja": "予約がいちばん少ない", "en": "fewest rides to book"},
    "earlier_arrival": {"ja": "あとの便より早く着く", "en": "arrives before later ones"},
    "later_departure": {"ja": "前の便より遅く出られる", "en": "leaves after earlier ones"},
    "cheaper": {"ja": "ほかより安い", "en": "cheaper than others"},
    "fewer_changes": {"ja": "ほかより乗りかえが少ない", "en": "fewer changes than others"},
    "less_walking": {"ja": "ほかより歩きが少ない", "en": "less walking than others"},
    "fewer_rides": {"ja": "ほかより予約が少ない", "en": "fewer rides to book than others"},
    "another_way": {"ja": "別の行き方", "en": "another way"},
}
_NEXT = {
    "ja": {"day": "次は{next_day}です。", "time": "次は{next_departure}です。"},
    "en": {"day": "It runs next on {next_day}.", "time": "The next leaves at {next_departure}."},
}
_BETTER = {
    "ja": {"by_arrival_s": "{}分早く着く", "by_departure_s": "{}分遅く出られる", "both": "（{}）"},
    "en": {
        "by_arrival_s": "it arrives {} min earlier",
        "by_departure_s": "it leaves {} min later",
        "both": ": {}",
    },
}
_FREE = {
    "ja": "{next_pickup}からなら乗れる車があります。",
    "en": "A vehicle is free from {next_pickup} on.",
}
_CLOCKS = ("departure", "arrival", "next_departure", "deadline")


def why_not_text(code: str, params: Mapping[str, Any], line: str, language: str) -> str:
    """Say why a line is not offered.

    Parameters
    ----------
    code : str
        Code of the reason.
    params : Mapping[str, Any]
        Its figures, instants as ISO 8601.
    line : str
        Name of the line.
    language : str
        ``ja`` or ``en``.

    Returns
    -------
    str
        A sentence.
    """
    figures = {key: value for key, value in params.items() if value is not None}
    figures |= {key: str(figures[key])[11:16] for key in _CLOCKS if key in figures}
    coming = "day" if "next_day" in figures else "time" if "next_departure" in figures else ""
    spoken = language if language in _NEXT else "en"
    figures["next"] = _NEXT[spoken][coming].format(**figures) if coming else ""
    figures["minutes"] = -(-int(figures.get("short_s", 0)) // 60)
    words = _BETTER[spoken]
    points = [
        words[key].format(int(figures[key]) // 60)
        for key in ("by_arrival_s", "by_departure_s")
        if int(figures.get(key, 0)) >= 60
    ]
    joined = ("、" if spoken == "ja" else " and ").join(points)
    figures["better"] = words["both"].format(joined) if points else ""
    return _text(_WHY_NOT, code, language).format(line=line, **figures).strip()


def refusal_text(code: str, language: str, next_pickup: str | None = None) -> str:
    """Say why a ride cannot be had.

    Parameters
    ----------
    code : str
        Code of the refusal.
    language : str
        ``ja`` or ``en``.
    next_pickup : str or None
        When a vehicle is free, ISO 8601, where that should be said.

    Returns
    -------
    str
        A sentence.
    """
    text = _text(_REFUSALS, code, language)
    if next_pickup is None:
        return text
    free = _FREE.get(language, _FREE["en"]).format(next_pickup=next_pickup[11:16])
    return f"{text}{free}" if language == "ja" else f"{text} {free}"


def reason_text(code: str, language: str) -> str:
    """Say why a journey is offered.

    Parameters
    ----------
    code : str
        Code of the reason.
    language : str
        ``ja`` or ``en``.

    Returns
    -------
    str
        A few words.
    """
    return _text(_REASONS, code, language)


def alternative_text(kind: str, language: str, time: str, walk_m: int, start: str, end: str) -> str:
    """Say what could be had instead of a ride that is refused.

    Parameters
    ----------
    kind : str
        ``earlier``, ``later`` or ``other_stop``.
    language : str
        ``ja`` or ``en``.
    time : str
        When the pickup window begins, as a clock shows it.
    walk_m : int
        Walk to or from other stops, metres.
    start, end : str
        Where the ride begins and ends.

    Returns
    -------
    str
        A sentence.
    """
    rounded_m = -(-walk_m // 50) * 50
    return _ALTERNATIVES[kind][language].format(time=time, walk_m=rounded_m, start=start, end=end)


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
