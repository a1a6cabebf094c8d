"""Synonyms: terms of one or more words that mean the same are read as one of them, in phrasings and questions alike."""

from collections.abc import Mapping, Sequence

from bot.matching.model import Lexicon
from bot.matching.text import words


class Synonyms:
    """The synonym groups of a lexicon, ready to be applied; immutable.

    Every term of a group is read as the group's first. Of overlapping terms the longest wins, of equal ones in several
    groups the first group.
    """

    def __init__(self, groups: Sequence[Sequence[str]], chat_speak: Mapping[str, str]) -> None:
        """Take the groups as moderators wrote them."""
        self._reading: dict[tuple[str, ...], tuple[str, ...]] = {}
        for group in groups:
            terms = [tuple(words(term, chat_speak)) for term in group]
            terms = [term for term in terms if term]
            for term in terms:
                self._reading.setdefault(term, terms[0])
            for term in terms:
                # "annas letter", "lawyers": a plural, or a possessive whose apostrophe nobody types.
                self._reading.setdefault((*term[:-1], f"{term[-1]}s"), terms[0])
        self._longest = max(map(len, self._reading), default=0)

    @classmethod
    def of(cls, lexicon: Lexicon) -> "Synonyms":
        """Return the synonyms of `lexicon`."""
        return cls(lexicon.synonyms, lexicon.chat_speak)

    @property
    def vocabulary(self) -> frozenset[str]:
        """Return the words of all terms: typo repair must know them."""
        return frozenset(word for term in self._reading for word in term)

    def apply(self, text: Sequence[str]) -> tuple[list[str], list[tuple[str, str]]]:
        """Return `text` with every term read as its group's first, and the (term, reading) pairs that changed it."""
        if not self._reading:
            return list(text), []
        out: list[str] = []
        used: list[tuple[str, str]] = []
        at = 0
        while at < len(text):
            for size in range(min(self._longest, len(text) - at), 0, -1):
                term = tuple(text[at : at + size])
                reading = self._reading.get(term)
                if reading is not None:
                    break
            else:
                out.append(text[at])
                at += 1
                continue
            if reading != term:
                used.append((" ".join(term), " ".join(reading)))
            if tuple(out[-len(reading) :]) != reading:
                out.extend(reading)
            at += size
        return out, used
