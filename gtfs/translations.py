"""Names in other languages and readings: both ways in which translations.txt is written.

GTFS-JP up to its 2nd edition: ``trans_id, lang, translation``, where trans_id is the text itself.
GTFS since 2020 (and GTFS-JP since its 3rd edition): ``table_name, field_name, language,
translation`` with ``record_id`` or ``field_value``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gtfs.feed import Feed


READING = "ja-Hrkt"
"""Language tag of a Japanese name written in kana."""


@dataclass(frozen=True)
class Translations:
    """Translated texts of a feed.

    Parameters
    ----------
    by_record : mapping
        Text by (table, field, record_id, language).
    by_value : mapping
        Text by (table, field, value, language); table and field are empty in the old dialect,
        which knows neither.
    """

    by_record: Mapping[tuple[str, str, str, str], str] = field(default_factory=dict)
    by_value: Mapping[tuple[str, str, str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, feed: "Feed") -> "Translations":
        """Return the translations of a feed.

        Parameters
        ----------
        feed : Feed
            A feed, with or without translations.txt.

        Returns
        -------
        Translations
            Of two translations of the same text the first counts.
        """
        by_record: dict[tuple[str, str, str, str], str] = {}
        by_value: dict[tuple[str, str, str, str], str] = {}
        for row in feed.records("translations"):
            text = row["translation"]
            if not text:
                continue
            if row["trans_id"]:
                by_value.setdefault(("", "", row["trans_id"], row["lang"].lower()), text)
                continue
            where = (row["table_name"].removesuffix(".txt"), row["field_name"])
            language = row["language"].lower()
            if row["record_id"]:
                by_record.setdefault((*where, row["record_id"], language), text)
            elif row["field_value"]:
                by_value.setdefault((*where, row["field_value"], language), text)
            elif where[0] == "feed_info":
                by_record.setdefault((*where, "", language), text)
        return cls(by_record, by_value)

    def find(self, table: str, field: str, record_id: str, value: str, language: str) -> str | None:
        """Return a translation when there is one.

        Parameters
        ----------
        table, field : str
            Where the text stands, e.g. ``stops`` and ``stop_name``.
        record_id : str
            Id of its row.
        value : str
            The text itself.
        language : str
            Language tag, e.g. ``en``, ``ja-Hrkt``; ``en-GB`` falls back to ``en``.

        Returns
        -------
        str or None
            The translated text.
        """
        for wanted in self._tags_like(language.lower()):
            for texts, key in (
                (self.by_record, (table, field, record_id, wanted)),
                (self.by_value, (table, field, value, wanted)),
                (self.by_value, ("", "", value, wanted)),
            ):
                if key in texts:
                    return texts[key]
        return None

    def text(self, table: str, field: str, record_id: str, value: str, language: str) -> str:
        """Return a text in a language, or as it stands when it is not translated.

        Parameters
        ----------
        table, field : str
            Where the text stands, e.g. ``stops`` and ``stop_name``.
        record_id : str
            Id of its row.
        value : str
            The text itself.
        language : str
            Language tag, e.g. ``en``.

        Returns
        -------
        str
            The translated text, or ``value``.
        """
        found = self.find(table, field, record_id, value, language)
        return value if found is None else found

    def _tags_like(self, tag: str) -> tuple[str, ...]:
        """Return the tag itself and, after it, its relatives: en for en-US, en-US for en."""
        if tag == READING.lower():
            return (tag,)  # a name in kanji is no reading, nor the other way round
        primary = tag.split("-", maxsplit=1)[0]
        near = [other for other in self.languages if other.split("-")[0] == primary]
        near = [other for other in near if other not in (tag, READING.lower())]
        return (tag, *sorted(near, key=len))

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Language tags that occur, in lower case.

        Returns
        -------
        tuple of str
            Sorted, readings (``ja-hrkt``) included.
        """
        return tuple(sorted({key[3] for key in (*self.by_record, *self.by_value)}))
