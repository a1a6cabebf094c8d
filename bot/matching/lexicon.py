"""Synonyms, terms of one or more words that mean the same, and fillers, terms that mean nothing.

A term that no phrasing uses is read as one of its group that phrasings do use. Terms that phrasings do use are left as
they are: what tells one entry from another is often just which of two synonyms its phrasings prefer, and the vectors
know that such words are near. (Reading every term as its group's first cost the project's own FAQ 3 points of top-1.)
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from bot.matching.text import words
from bot.matching.types import Lexicon


class _Terms:
    """Terms that a text is searched for; immutable."""

    def __init__(self, terms: Iterable[tuple[str, ...]]) -> None:
        """Take the terms, none of which may be empty."""
        self._from: dict[str, list[tuple[str, ...]]] = {}
        for term in sorted(terms, key=len, reverse=True):
            self._from.setdefault(term[0], []).append(term)

    def may_be_in(self, text: Iterable[str]) -> bool:
        """Tell whether a term begins with a word of `text`."""
        return not self._from.keys().isdisjoint(text)

    def cut(self, text: Sequence[str]) -> Iterator[tuple[tuple[str, ...], bool]]:
        """Cut `text` into terms and other single words, and tell which are terms; of overlapping ones the longest."""
        at, whole = 0, tuple(text)
        while at < len(whole):
            found = None
            for term in self._from.get(whole[at], ()):
                if whole[at : at + len(term)] == term:
                    found = term
                    break
            yield found or (whole[at],), found is not None
            at += len(found) if found else 1


class Fillers:
    """Terms that are passed over in a text; immutable."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Take those of `lexicon`, as moderators wrote them."""
        self._terms = _Terms({tuple(words(term, lexicon.chat_speak)) for term in lexicon.fillers} - {()})

    def drop(self, said: list[str]) -> list[str]:
        """Return the words of a text without the fillers; with them, if it has no others."""
        return self.others(said) or said

    def others(self, said: list[str]) -> list[str]:
        """Return the words of a text that are no fillers."""
        if not self._terms.may_be_in(said):
            return said
        return [word for piece, passed_over in self._terms.cut(said) if not passed_over for word in piece]


class Epithets:
    """Terms that may stand for a name: "the reality star"; immutable.

    Unlike a synonym, an epithet is a second reading beside the first, even where phrasings use its words.
    """

    def __init__(self, lexicon: Lexicon, used: Callable[[str], bool]) -> None:
        """Take those of `lexicon`, and what tells whether the phrasings use a word."""
        self._names: dict[tuple[str, ...], tuple[str, ...]] = {}
        for forms, epithets in lexicon.epithets:
            names = [tuple(words(form, lexicon.chat_speak)) for form in forms]
            known = [name for name in names if name and all(map(used, name))]
            if known:
                name = min(known, key=len)
                self._names |= {tuple(words(epithet, lexicon.chat_speak)): name for epithet in epithets}
        self._names.pop((), None)
        self._terms = _Terms(self._names)

    @property
    def vocabulary(self) -> frozenset[str]:
        """Return the words of all epithets: typo repair must know them."""
        return frozenset(word for term in self._names for word in term)

    def named(self, text: Sequence[str]) -> list[str]:
        """Return `text` with each epithet read as the name that it may stand for."""
        return [word for piece, _ in self._terms.cut(text) for word in self._names.get(piece, piece)]


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
        self._terms = _Terms(self._reading)

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
        out: list[str] = []
        changed: list[tuple[str, str]] = []
        for piece, known in self._terms.cut(text):
            if not known or all(map(self._used, piece)):
                out.extend(piece)
            else:
                reading = self._reading[piece]
                changed.append((" ".join(piece), " ".join(reading)))
                out.extend(reading)
        return out, changed
