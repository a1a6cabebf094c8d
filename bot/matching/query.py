"""From a message to a :class:`Query`: chat text to repaired words, without fillers and with synonyms applied."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.matching.lexicon import Epithets, Fillers, Synonyms
from bot.matching.questions import question_parts
from bot.matching.spelling import Speller
from bot.matching.text import words
from bot.matching.types import Lexicon, Repair

MAX_WORDS: Final = 120
"""Words of a question that count; a longer message asks in one of its parts."""
_FEW_WORDS: Final = 3
"""Words below which nothing is said about the language of a text."""


@dataclass(frozen=True, slots=True)
class Query:
    """A message, parsed once; every stage from the door to the decision reads this value.

    Attributes:
        text: the message as it was typed.
        typed: its words, normalized, at most :data:`MAX_WORDS`.
        words: the words as they are matched: without fillers, repaired, with synonyms applied.
        repairs: what typo repair changed.
        synonyms: each term that was read as another, with the other.
        foreign: whether most words are neither English nor the FAQ's.
        strange: words that may name somebody whom the FAQ does not know.
        parts: other readings: those parts of a long message that may be the question, and the message with epithets
            read as names; they have no parts of their own.
    """

    text: str
    typed: tuple[str, ...]
    words: tuple[str, ...]
    repairs: tuple[Repair, ...]
    synonyms: tuple[tuple[str, str], ...]
    foreign: bool
    strange: frozenset[str]
    parts: tuple["Query", ...] = ()

    @property
    def respelled(self) -> str:
        """Return the message with its words repaired, as far as they stand between blanks."""
        repaired = {repair.typed: " ".join(repair.words) for repair in self.repairs}
        return " ".join(repaired.get(word, word) for word in self.text.lower().split()) if repaired else self.text


class QueryReader:
    """Reads messages with the FAQ's vocabulary and lexicon; immutable."""

    def __init__(
        self, lexicon: Lexicon, synonyms: Synonyms, epithets: Epithets, speller: Speller, knows: Callable[[str], bool]
    ) -> None:
        """Take a lexicon with its synonyms and epithets, and a speller; `knows` tells whether the FAQ has a word."""
        self._chat_speak = lexicon.chat_speak
        self._fillers = Fillers(lexicon)
        self._strangers = frozenset(word for name in lexicon.strangers for word in words(name, {}))
        self._synonyms = synonyms
        self._epithets = epithets
        self._speller = speller
        self._knows = knows

    def read(self, message: str) -> Query:
        """Return a message as it is matched.

        Args:
            message: any text; what is longer than :data:`bot.matching.text.MAX_LENGTH` characters is cut.
        """
        texts = (message, *question_parts(message))
        typed = [words(text, self._chat_speak) for text in texts]
        content = [self._fillers.drop(said)[:MAX_WORDS] for said in typed]
        # In one call: the bound on repairs holds for a message and its parts together.
        repairs = self._speller.repair(content)
        whole, *parts = (self._query(*each) for each in zip(texts, typed, repairs, strict=True))
        named = replace(whole, words=tuple(self._epithets.named(whole.words)))
        return replace(whole, parts=(*parts, named) if named != whole else tuple(parts))

    def words(self, text: str) -> list[str]:
        """Return the words of :meth:`read`'s result alone, in half the time."""
        (repairs,) = self._speller.repair([self._fillers.drop(words(text, self._chat_speak))[:MAX_WORDS]])
        return self._synonyms.apply(_repaired(repairs))[0]

    def _query(self, text: str, typed: Sequence[str], repairs: Sequence[Repair]) -> Query:
        """Return one text as it is matched, given its words and what became of those that are no fillers."""
        repaired = _repaired(repairs)
        read, used = self._synonyms.apply(repaired)
        return Query(
            text=text,
            typed=tuple(typed[:MAX_WORDS]),
            words=tuple(read),
            repairs=tuple(repair for repair in repairs if repair.words != (repair.typed,)),
            synonyms=tuple(used),
            foreign=self._foreign(repaired),
            strange=frozenset(
                word
                for word in read
                if (word in self._strangers or self._speller.may_be_a_stranger(word)) and not self._knows(word)
            ),
        )

    def _foreign(self, repaired: Sequence[str]) -> bool:
        unknown = sum(not self._speller.known(word) for word in repaired)
        return len(repaired) >= _FEW_WORDS and 2 * unknown > len(repaired)


def _repaired(repairs: Sequence[Repair]) -> list[str]:
    """Return what became of the words of a text, in order."""
    return [word for repair in repairs for word in repair.words]
