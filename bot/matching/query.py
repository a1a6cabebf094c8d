"""How a question is read: chat text to repaired words, without fillers and with synonyms applied."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.matching.lexicon import Fillers, Synonyms
from bot.matching.spelling import Speller
from bot.matching.text import asks, question_parts
from bot.matching.types import Repair

MAX_WORDS: Final = 120
"""Words of a question that count; who writes more asks in one of the question's parts."""
_FEW_WORDS: Final = 3
"""Words below which nothing is said about the language of a text."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the matcher reads it.

    `foreign`: most words are neither English nor the FAQ's. `asks`: it may be a question or a search, not a statement.
    `strange`: words that may name somebody whom the FAQ does not know.
    """

    words: tuple[str, ...]
    repairs: tuple[Repair, ...]
    synonyms: tuple[tuple[str, str], ...]
    foreign: bool
    asks: bool
    strange: frozenset[str]


class QueryReader:
    """Reads texts with the FAQ's vocabulary and lexicon; immutable."""

    def __init__(
        self,
        fillers: Fillers,
        synonyms: Synonyms,
        strangers: frozenset[str],
        speller: Speller,
        knows: Callable[[str], bool],
    ) -> None:
        """Take a lexicon's fillers, synonyms and words of strangers' names, and a speller.

        `knows` tells whether the FAQ has a word.
        """
        self._fillers = fillers
        self._synonyms = synonyms
        self._strangers = strangers
        self._speller = speller
        self._knows = knows

    def read(self, message: str) -> list[Query]:
        """Return `message` as it is matched, and after it those parts of a long one that may be the question."""
        texts = [self._fillers.words(text)[:MAX_WORDS] for text in (message, *question_parts(message))]
        return [self._reading(*pair) for pair in zip(texts, self._speller.repair(texts), strict=True)]

    def _reading(self, typed: Sequence[str], repairs: Sequence[Repair]) -> Query:
        """Return the reading of a text, given its words and what became of them."""
        repaired = [word for repair in repairs for word in repair.words]
        read, used = self._synonyms.apply(repaired)
        return Query(
            words=tuple(read),
            repairs=tuple(repair for repair in repairs if repair.words != (repair.typed,)),
            synonyms=tuple(used),
            foreign=self._foreign(repaired),
            asks=asks(typed),
            strange=frozenset(
                word
                for word in read
                if (word in self._strangers or not self._speller.known(word)) and not self._knows(word)
            ),
        )

    def _foreign(self, repaired: Sequence[str]) -> bool:
        unknown = sum(not self._speller.known(word) for word in repaired)
        return len(repaired) >= _FEW_WORDS and 2 * unknown > len(repaired)
