"""Sentences about changing and cancelling, in the languages of the pages."""

_CONSEQUENCES = {
    "seats_given_back": {
        "ja": "席はほかの人に回ります。取り消したあとは元に戻せません。",
        "en": "Your seats go to others. This cannot be undone.",
    },
    "kept_until_changed": {
        "ja": "新しい便が取れたときだけ変わります。取れなければ今の予約が残ります。",
        "en": "Your present ride is kept unless the new one can be had.",
    },
    "free_of_charge": {"ja": "手数料はかかりません。", "en": "There is no charge."},
    "fee_due": {
        "ja": "手数料がかかります。運行事業者がご請求します。",
        "en": "There is a charge; the operator will ask you for it.",
    },
    "series_ends": {
        "ja": "これからの予約をすべて取り消し、くり返しをやめます。",
        "en": "All rides still to come are cancelled, and none is booked any more.",
    },
    "other_way_stays": {
        "ja": "往復のもう片方の予約はそのまま残ります。",
        "en": "The booking of the other way stays as it is.",
    },
}


def consequence_text(code: str, language: str) -> str:
    """Say what follows.

    Parameters
    ----------
    code : str
        What.
    language : str
        ``ja`` or ``en``.

    Returns
    -------
    str
        A sentence.
    """
    return _CONSEQUENCES[code][language]
