"""Readings (hiragana) and English names of Japanese place names.

A name is cut into the longest words of ``facts/readings.csv`` (corrected by hand); what is left
between them is read by pykakasi. English names join the words' English or romanised parts.
"""

import csv
import functools
import re
from dataclasses import dataclass, field
from pathlib import Path

import pykakasi

_DIGRAPHS = {
    "きゃ": "kya", "きゅ": "kyu", "きょ": "kyo", "しゃ": "sha", "しゅ": "shu", "しょ": "sho",
    "ちゃ": "cha", "ちゅ": "chu", "ちょ": "cho", "にゃ": "nya", "にゅ": "nyu", "にょ": "nyo",
    "ひゃ": "hya", "ひゅ": "hyu", "ひょ": "hyo", "みゃ": "mya", "みゅ": "myu", "みょ": "myo",
    "りゃ": "rya", "りゅ": "ryu", "りょ": "ryo", "ぎゃ": "gya", "ぎゅ": "gyu", "ぎょ": "gyo",
    "じゃ": "ja", "じゅ": "ju", "じょ": "jo", "びゃ": "bya", "びゅ": "byu", "びょ": "byo",
    "ぴゃ": "pya", "ぴゅ": "pyu", "ぴょ": "pyo", "てぃ": "ti", "でぃ": "di", "ふぁ": "fa",
    "ふぃ": "fi", "ふぇ": "fe", "ふぉ": "fo", "じぇ": "je", "しぇ": "she", "ちぇ": "che",
}  # fmt: skip
_KANA = (
    "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわゐゑを"
    "んがぎぐげござじずぜぞだぢづでどばびぶべぼぱぴぷぺぽゔぁぃぅぇぉゃゅょゎ"
)
_SOUNDS = (
    "a i u e o ka ki ku ke ko sa shi su se so ta chi tsu te to na ni nu ne no ha hi fu he ho "
    "ma mi mu me mo ya yu yo ra ri ru re ro wa i e o n ga gi gu ge go za ji zu ze zo da ji zu "
    "de do ba bi bu be bo pa pi pu pe po vu a i u e o ya yu yo wa"
)
_LETTERS = {"ー": "", **dict(zip(_KANA, _SOUNDS.split(" "), strict=True))}


def romanise(kana: str) -> str:
    """Hepburn without macrons, first letter capital.

    Parameters
    ----------
    kana : str
        Hiragana.

    Returns
    -------
    str
        For example ``Daishoji`` for ``だいしょうじ``.
    """
    out: list[str] = []
    index = 0
    double = False
    while index < len(kana):
        if kana[index] == "っ":
            double = True
            index += 1
            continue
        pair = kana[index : index + 2]
        sound = _DIGRAPHS.get(pair)
        index += 2 if sound else 1
        if sound is None:
            sound = _LETTERS.get(pair[0], pair[0])
        if double and sound:
            sound = ("t" if sound.startswith("ch") else sound[0]) + sound
            double = False
        out.append(sound)
    text = "".join(out)
    text = re.sub(r"(?<=o)[ou](?!$)|(?<=o)[ou]$|(?<=u)u", "", text)
    return text[:1].upper() + text[1:]


@functools.cache
def _kakasi() -> pykakasi.kakasi:
    return pykakasi.kakasi()


def _hiragana(text: str) -> str:
    return "".join(part["hira"] for part in _kakasi().convert(text))


@dataclass
class Readings:
    """The corrected words, and the way names are read with them.

    Parameters
    ----------
    words : dict[str, tuple[str, str]]
        Word to (reading, English; empty for a plain romanisation).
    """

    words: dict[str, tuple[str, str]]
    _longest: int = field(init=False)

    def __post_init__(self) -> None:
        self._longest = max(len(word) for word in self.words)

    @classmethod
    def load(cls, path: Path) -> "Readings":
        """Read the table of corrected words.

        Parameters
        ----------
        path : Path
            CSV with the columns word, reading, en.

        Returns
        -------
        Readings
            Ready to read names.
        """
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            return cls({row["word"]: (row["reading"], row["en"]) for row in rows})

    def _pieces(self, name: str) -> list[tuple[str, str, str]]:
        pieces: list[tuple[str, str, str]] = []
        rest = ""
        index = 0
        while index < len(name):
            for length in range(min(self._longest, len(name) - index), 0, -1):
                word = name[index : index + length]
                if word in self.words:
                    if rest:
                        pieces.append((rest, *self._unknown(rest)))
                        rest = ""
                    pieces.append((word, *self.words[word]))
                    index += length
                    break
            else:
                rest += name[index]
                index += 1
        if rest:
            pieces.append((rest, *self._unknown(rest)))
        return pieces

    @staticmethod
    def _unknown(text: str) -> tuple[str, str]:
        if text.isascii():
            return text, text.strip()
        return _hiragana(text), ""

    def kana(self, name: str) -> str:
        """Reading of a name in hiragana; punctuation stays.

        Parameters
        ----------
        name : str
            Japanese name.

        Returns
        -------
        str
            For example ``やましろおんせん``.
        """
        return "".join(reading for _, reading, _ in self._pieces(name)).strip()

    def english(self, name: str) -> str:
        """English name: translated or romanised parts.

        Parameters
        ----------
        name : str
            Japanese name.

        Returns
        -------
        str
            For example ``Yamashiro Onsen``.
        """
        text = ""
        for _word, reading, english in self._pieces(name):
            part = english or " ".join(
                chunk if re.fullmatch(r"[・/()（）\s]+", chunk) else romanise(chunk)
                for chunk in re.split(r"([・/()（）\s]+)", reading)
                if chunk
            )
            text += part if part.startswith("-") else f" {part}"
        text = text.replace("・", " / ").replace("（", " (").replace("）", ") ")
        text = re.sub(r"(-machi)-mae\b", r"\1", text)
        text = re.sub(r"\s*/\s*", " / ", text)
        text = re.sub(r"\(\s+", "(", re.sub(r"\s+\)", ")", text))
        return re.sub(r"\s+", " ", text).strip().removeprefix("-")
