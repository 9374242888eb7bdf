"""The bus lines: which stops in which order, and the (illustrative) departures.

Stop names and the lines that serve them are facts (P11, 2022); the order follows the roads.
Every departure time is illustrative unless its comment names a fact.
"""

from dataclasses import dataclass

STATION = "加賀温泉駅"

_SAKUMI = [STATION, "加賀市医療センター", "作見南"]
_KAMO = ["JA加賀前", "北鉄加賀バス前", "加茂", "加茂南", "七ツ堀", "文化会館前"]
_YAMASHIRO = [
    "北部二丁目", "市の瀬神社前", "山代温泉東口", "山代温泉", "幸町", "山代小学校前",
    "山代温泉西口", "山代温泉南口",
]  # fmt: skip
_HASEDA = ["河南", "淀町", "二天", "中田", "長谷田", "旭町", "上原", "塚谷"]
_BESSHO = ["漆器団地", "別所町", "見晴台", "上原町", "上原", "塚谷", "緑ヶ丘", "ぬくもり診療所前"]
_KAYANO = [
    "山中本町", "菊の湯前", "ゆげ街道", "こおろぎ橋", "こおろぎ町", "高瀬大橋", "ゆ〜ゆ〜館前",
    "下谷町", "もみじ谷", "日和台", "菅谷", "平岩橋", "栢野",
]  # fmt: skip
_TO_YAMASHIRO = _SAKUMI + _KAMO + _YAMASHIRO
_TO_YAMANAKA = [*_TO_YAMASHIRO, *_HASEDA, "桂木町", "西桂木町", "山中温泉"]
_NANGO = ["上河崎", "下河崎", "南郷", "南郷公民館前", "菅生町", "弓町", "南町", "大聖寺駅前"]
_TO_SHIOYA = [
    "越前町", "関町", "錦町", "錦城ケ丘", "三ツ", "三木", "永井新", "永井", "永井西口",
    "瀬越口", "吉崎", "塩屋",
]  # fmt: skip
_KATAYAMAZU = [*_SAKUMI, "ときわ台", "冨塚", "片山津本町", "湖城団地口"]


# Stops that P11 does not list: id, name, and the named point that stands in for the place.
EXTRA_STOPS = [
    ("cb-komatsu-airport", "小松空港", "浮柳町"),
    ("cb-iburihashi-station", "動橋駅前", "動橋駅"),
    ("cb-kaga-high-school", "加賀高校前", "石川県立加賀高等学校"),
]


@dataclass(frozen=True)
class Pattern:
    """One sequence of stops with its departures.

    Parameters
    ----------
    id : str
        Stable ASCII id, part of trip and shape ids.
    route_id, operator : str
        The route, and the operator whose stops it uses (``hokutetsu`` or ``canbus``).
    headsign : str
        What the bus shows.
    direction : int
        0 away from 加賀温泉駅 (or around the loop), 1 back.
    stops : tuple[str, ...]
        Names in order.
    departures : dict[str, str]
        Service id to departure times ``H:MM`` at the first stop, separated by blanks.
    fixed_min : dict[tuple[str, str], int]
        Running minutes between two stops that a fact gives.
    dwell_s : int
        Seconds lost at a stop.
    """

    id: str
    route_id: str
    operator: str
    headsign: str
    direction: int
    stops: tuple[str, ...]
    departures: dict[str, str]
    fixed_min: dict[tuple[str, str], int]
    dwell_s: int


def _there_and_back(
    name: str,
    route_id: str,
    stops: list[str],
    ends: tuple[str, str],
    there: dict[str, str],
    back: dict[str, str],
) -> list[Pattern]:
    heads = (f"{ends[1]}行き", f"{ends[0]}行き")
    return [
        Pattern(f"{name}-out", route_id, "hokutetsu", heads[0], 0, tuple(stops), there, {}, 15),
        Pattern(f"{name}-in", route_id, "hokutetsu", heads[1], 1, tuple(stops[::-1]), back, {}, 15),
    ]


HOKUTETSU: list[Pattern] = [
    *_there_and_back(
        "yamanaka", "hk-onsen-yamanaka", _TO_YAMANAKA, (STATION, "山中温泉"),
        {"hk-weekday": "7:40 10:25 12:25 14:25 16:25 18:25 19:30",
         "hk-holiday": "8:30 10:25 12:25 14:25 16:25 18:25"},
        {"hk-weekday": "6:25 7:50 9:15 11:20 13:20 15:20 17:20",
         "hk-holiday": "7:50 9:15 11:20 13:20 15:20 17:20"},
    ),
    *_there_and_back(
        "kayano", "hk-onsen-yamanaka", _TO_YAMANAKA + _KAYANO, (STATION, "栢野"),
        {"hk-weekday": "8:30 11:25 15:25 17:25", "hk-holiday": "9:25 13:25 17:25"},
        {"hk-weekday": "6:50 9:50 13:10 16:40", "hk-holiday": "8:20 11:40 15:40"},
    ),
    *_there_and_back(
        "bessho", "hk-onsen-yamanaka",
        [*_TO_YAMASHIRO, *_BESSHO, "西桂木町", "山中温泉"], (STATION, "別所経由 山中温泉"),
        {"hk-weekday": "9:25 13:25", "hk-holiday": "11:25 15:25"},
        {"hk-weekday": "8:25 12:20", "hk-holiday": "10:20 14:20"},
    ),
    *_there_and_back(
        "katayamazu", "hk-onsen-katayamazu",
        [*_KATAYAMAZU, "片山津町", "片山津温泉", "片山津温泉総湯前", "片山津5区", "片山津西口",
         "雪の科学館前", "石川病院"], (STATION, "石川病院"),
        {"hk-weekday": "7:30 9:25 11:25 13:25 15:25 17:25 18:40",
         "hk-holiday": "8:30 10:25 13:25 15:25 17:25"},
        {"hk-weekday": "6:55 8:10 10:15 12:15 14:15 16:15 18:05",
         "hk-holiday": "7:50 9:15 11:15 14:15 16:15"},
    ),
    *_there_and_back(
        "kojo", "hk-onsen-katayamazu",
        [*_KATAYAMAZU, "湖城団地", "湯の谷橋", "潮津", "片山津西口", "片山津5区",
         "片山津温泉総湯前", "片山津温泉"], (STATION, "湖城団地経由 片山津温泉"),
        {"hk-weekday": "10:25 14:25", "hk-holiday": "12:25"},
        {"hk-weekday": "9:20 13:15", "hk-holiday": "13:15"},
    ),
    *_there_and_back(
        "daishoji", "hk-onsen-daishoji",
        [*_SAKUMI, "作見", "温泉駅北口", "白山台", "松が丘一丁目", "松が丘二丁目", "中央公園口",
         "春日町", "岡町", "耳聞山", "法華坊", "南町", "大聖寺駅前", "越前町",
         "かが交流プラザさくら"], (STATION, "大聖寺"),
        {"hk-weekday": "7:35 9:30 11:30 13:30 15:30 17:30 18:35",
         "hk-holiday": "9:30 11:30 14:30 16:30"},
        {"hk-weekday": "7:00 8:20 10:15 12:15 14:15 16:15 18:00",
         "hk-holiday": "8:20 10:15 13:15 15:15"},
    ),
    *_there_and_back(
        "yoshizaki", "hk-yoshizaki",
        [STATION, "加賀市医療センター", "小菅波町", "イオン加賀の里前", "河崎上神社前",
         *_NANGO, *_TO_SHIOYA], (STATION, "塩屋"),
        {"hk-weekday": "8:35 13:35 17:35", "hk-holiday": "9:35 15:35"},
        {"hk-weekday": "7:15 9:35 16:20", "hk-holiday": "8:20 13:35"},
    ),
    *_there_and_back(
        "kurose", "hk-yoshizaki",
        [STATION, "加賀市医療センター", "小菅波町", "イオン加賀の里前", "保賀西", "黒瀬", "黒瀬西",
         *_NANGO, "かが交流プラザさくら", *_TO_SHIOYA], (STATION, "黒瀬経由 塩屋"),
        {"hk-weekday": "10:35 15:35", "hk-holiday": "12:35"},
        {"hk-weekday": "11:45 14:40", "hk-holiday": "10:45"},
    ),
    *_there_and_back(
        "school", "hk-yamashiro-daishoji",
        ["山中温泉", "桂木町", *_HASEDA[::-1], *_YAMASHIRO[:1:-1], "保賀", "黒瀬", "黒瀬西",
         *_NANGO, "かが交流プラザさくら", "越前町", "大聖寺実業高校前"],
        ("山中温泉", "大聖寺実業高校前"),
        {"hk-weekday": "7:10"}, {"hk-weekday": "16:20 18:10"},
    ),
]  # fmt: skip

_GATE = "JR加賀温泉駅前・アビオシティ加賀"

CANBUS: list[Pattern] = [
    # Facts: 菊の湯・山中座 14:30 -> 那谷寺 14:56; 那谷寺 16:14 (the last) -> 粟津温泉 16:24
    # (2024-06-14); about seven runs, 8:35 to 15:52 over all lines (2019, 2022).
    Pattern(
        "mountain", "canbus-mountain", "canbus", "山まわり線", 0,
        (_GATE, "御菓子城加賀藩", "九谷焼窯跡展示館", "山代温泉東口", "山代温泉総湯・古総湯",
         "万松園通・魯山人寓居跡いろは草庵", "九谷美陶園", "山代温泉桔梗ヶ丘",
         "山中うるし座・山中漆器伝統産業会館", "山中温泉菊の湯・山中座", "那谷寺",
         "加賀伝統工芸村ゆのくにの森", "粟津温泉", "日本自動車博物館", "加賀ゆめのゆ/箱宮", _GATE),
        {"canbus-daily": "8:35 9:45 10:50 11:55 13:00 14:00 15:18"},
        {(_GATE, "山中温泉菊の湯・山中座"): 30, ("山中温泉菊の湯・山中座", "那谷寺"): 26,
         ("那谷寺", "粟津温泉"): 10}, 10,
    ),
    Pattern(
        "sea", "canbus-sea", "canbus", "海まわり線", 0,
        (_GATE, "加賀市医療センター", "九谷満月", "舟と久弥と長流亭",
         "山ノ下寺院群/石川県九谷焼美術館", "JR大聖寺駅口・加賀市役所", "月うさぎの里", "竹の浦館",
         "鴨池観察館", "加賀フルーツランド", "北前船主屋敷蔵六園", "北前船の里資料館", "橋立漁港",
         "尼御前岬", "中谷宇吉郎雪の科学館", "片山津温泉西口", "片山津温泉（湯の元公園）",
         "片山津温泉総湯", "片山津温泉一区", "大日盛橋本酒造（酒蔵資料館）", "動橋（実生）", _GATE),
        {"canbus-daily": "8:40 9:55 11:10 12:20 13:30 14:40 15:52"}, {}, 5,
    ),
    # Fact: about 30 minutes to the airport (undated, about 2013).
    Pattern(
        "airport", "canbus-airport", "canbus", "小松空港線", 0,
        (_GATE, "片山津温泉総湯", "小松空港", _GATE),
        {"canbus-daily": "8:50 10:00 11:15 12:25 13:35 14:45 15:50"},
        {(_GATE, "小松空港"): 30, ("小松空港", _GATE): 30}, 20,
    ),
    # Facts (2021): Mon-Sat except holidays, one round trip, out 6-7 am, back 5-6 pm.
    Pattern(
        "hashitate-out", "canbus-hashitate", "canbus", "加賀高校前行き", 0,
        ("橋立漁港", "北前船の里資料館", "尼御前岬", "片山津温泉西口", "片山津温泉総湯",
         "片山津温泉一区", "動橋駅前", "加賀高校前"),
        {"canbus-mon-sat": "6:45"}, {}, 15,
    ),
    Pattern(
        "hashitate-in", "canbus-hashitate", "canbus", "橋立行き", 1,
        ("加賀高校前", "動橋駅前", "片山津温泉一区", "片山津温泉総湯", "片山津温泉西口",
         "尼御前岬", "北前船の里資料館", "橋立漁港"),
        {"canbus-mon-sat": "17:20"}, {}, 15,
    ),
]  # fmt: skip

PATTERNS = [*HOKUTETSU, *CANBUS]
