"""Synonyms, terms of one or more words that mean the same, and fillers, terms that mean nothing.

A term that no phrasing uses is read as one of its group that phrasings do use. Terms that phrasings do use are left as
they are: what tells one entry from another is often just which of two synonyms its phrasings prefer, and the vectors
know that such words are near. (Reading every term as its group's first cost the project's own FAQ 3 points of top-1.)
"""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence

from bot.matching.model import Lexicon
from bot.matching.text import words


def _pieces(text: Sequence[str], terms: Container[tuple[str, ...]], longest: int) -> Iterator[tuple[str, ...]]:
    """Cut `text` into single words and `terms`, none of more than `longest` words; of overlapping ones the longest."""
    at = 0
    while at < len(text):
        sizes = range(min(longest, len(text) - at), 1, -1)
        size = next((size for size in sizes if tuple(text[at : at + size]) in terms), 1)
        yield tuple(text[at : at + size])
        at += size


class Fillers:
    """Terms that are passed over in a text; immutable."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Take those of `lexicon`, as moderators wrote them."""
        self._chat_speak = lexicon.chat_speak
        self._terms = frozenset(tuple(words(term, self._chat_speak)) for term in lexicon.fillers) - {()}
        self._first = frozenset(term[0] for term in self._terms)
        self._longest = max(map(len, self._terms), default=0)

    def words(self, text: str) -> list[str]:
        """Return the words of `text` without the fillers; with them, if it has no others."""
        said = words(text, self._chat_speak)
        if self._first.isdisjoint(said):
            return said
        pieces = _pieces(said, self._terms, self._longest)
        return [word for piece in pieces if piece not in self._terms for word in piece] or said


class Synonyms:
    """The synonym groups of a lexicon, ready to be applied; immutable.

    Of overlapping terms the longest wins, of equal ones in several groups the first group.
    """

    def __init__(
        self, groups: Sequence[Sequence[str]], chat_speak: Mapping[str, str], used: Callable[[str], bool]
    ) -> None:
        """Take the groups as moderators wrote them, and what tells whether the phrasings use a word."""
        self._used = used
        self._reading: dict[tuple[str, ...], tuple[str, ...]] = {}
        for group in groups:
            terms = [tuple(words(term, chat_speak)) for term in group]
            terms = [term for term in terms if term]
            reading = next((term for term in terms if all(map(used, term))), None)
            if reading is None:
                continue
            for term in terms:
                self._reading.setdefault(term, reading)
            for term in terms:
                # "annas letter", "lawyers": a plural, or a possessive whose apostrophe nobody types.
                self._reading.setdefault((*term[:-1], f"{term[-1]}s"), reading)
        self._longest = max(map(len, self._reading), default=0)

    @classmethod
    def of(cls, lexicon: Lexicon, used: Callable[[str], bool]) -> "Synonyms":
        """Return the synonyms of `lexicon`."""
        return cls(lexicon.synonyms, lexicon.chat_speak, used)

    @property
    def vocabulary(self) -> frozenset[str]:
        """Return the words of all terms: typo repair must know them."""
        return frozenset(word for term in self._reading for word in term)

    def apply(self, text: Sequence[str]) -> tuple[list[str], list[tuple[str, str]]]:
        """Return `text` with the terms that no phrasing uses read otherwise, and (term, reading) of each of them."""
        if not self._reading:
            return list(text), []
        out: list[str] = []
        changed: list[tuple[str, str]] = []
        for piece in _pieces(text, self._reading, self._longest):
            reading = self._reading.get(piece)
            if reading is None or all(map(self._used, piece)):
                out.extend(piece)
            else:
                changed.append((" ".join(piece), " ".join(reading)))
                out.extend(reading)
        return out, changed
