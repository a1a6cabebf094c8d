"""Citation marks: ``He was 16 [p2].`` -> a statement and the passages it rests on."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.knowledge.sentences import count_words, sentences

_REF: Final = r"(?:[a-z0-9-]+:)?[a-z0-9-]+"
_BRACKET: Final = re.compile(rf"\[(?P<refs>{_REF}(?:\s*,\s*{_REF})*)\](?!\()")
"""What may be a mark; with an address behind it, it is a link."""

_NAMES_A_PASSAGE: Final = re.compile(r"(?=.*[a-z])(?=.*[0-9])|.*:")
_NO_CLOSING: Final = frozenset("#@&*%/\\")
"""Signs that Unicode calls punctuation and that belong to the word behind them."""

SHORT_ANSWER_WORDS: Final = 1
"""Up to this many words ("Yes.") a sentence leans on the next one's citation. Two may be a statement: "He died.\""""


@dataclass(frozen=True, slots=True)
class Ref:
    """A passage of a source, by their ids."""

    source: str
    passage: str

    def __str__(self) -> str:
        """Write the reference as a mark does, with its source: ``article:p2``."""
        return f"{self.source}:{self.passage}"


@dataclass(frozen=True, slots=True)
class Statement:
    """A piece of an answer and the passages it rests on."""

    text: str
    """The words, without marks and without the punctuation that closes them."""

    closing: str
    """The punctuation behind the marks, often a full stop; may be empty."""

    refs: tuple[Ref, ...]
    """In the order of the marks, each once; empty where no mark follows the words."""

    @property
    def plain(self) -> str:
        """The words with their closing punctuation, as they are read aloud."""
        return self.text + self.closing


def parse_ref(text: str, default_source: str) -> Ref:
    """Read ``p2`` (of the default source) or ``other:p2``."""
    source, _, passage = text.strip().rpartition(":")
    return Ref(source or default_source, passage)


@lru_cache(2_000)  # mostly the answers in use, the same with every question
def parse_statements(text: str, default_source: str, passages: frozenset[Ref] | None) -> tuple[Statement, ...]:
    """Split a text at its citation marks and, between marks, at the ends of sentences.

    Brackets are marks if they name a passage, or look as if they were meant to (``[p9]``), so that a slip can be
    reported. ``[he]``, ``[sic]`` and ``[page](https://...)`` are text.

    Args:
        text: prose with marks such as ``[p2]``, ``[p1, p3]`` or ``[other:p2]``, before or after
            the punctuation that closes the statement.
        default_source: id of the source that marks without one mean.
        passages: those that exist; None if that is not known, and any word in brackets may name one.

    Returns:
        The statements in order. Joined by blanks, their ``plain`` texts are the text without marks.
        A sentence of one word stays with the next one.
    """
    statements: list[Statement] = []
    start = 0
    for marks in _marks(text, default_source, passages):
        *uncited, cited = _leaning(sentences(text[start : marks.start])) or [""]
        statements += [Statement(sentence, "", ()) for sentence in uncited]
        start = _closing_end(text, marks.end)
        statements.append(Statement(cited, text[marks.end : start], tuple(dict.fromkeys(marks.refs))))
    statements += [Statement(sentence, "", ()) for sentence in _leaning(sentences(text[start:]))]
    return tuple(statements)


@dataclass(frozen=True, slots=True)
class _Marks:
    """Neighbouring marks, and where in the text they stand."""

    start: int
    end: int
    refs: tuple[Ref, ...]


def _marks(text: str, default_source: str, passages: frozenset[Ref] | None) -> Iterator[_Marks]:
    """Find the marks, those with nothing but blanks between them together."""
    run: _Marks | None = None
    for found in _BRACKET.finditer(text):
        names = [name.strip() for name in found["refs"].split(",")]
        refs = tuple(parse_ref(name, default_source) for name in names)
        if passages is not None and not any(
            ref in passages or _NAMES_A_PASSAGE.match(name) for ref, name in zip(refs, names, strict=True)
        ):
            continue
        if run and not text[run.end : found.start()].strip():
            run = _Marks(run.start, found.end(), run.refs + refs)
        else:
            if run:
                yield run
            run = _Marks(found.start(), found.end(), refs)
    if run:
        yield run


def _closing_end(text: str, start: int) -> int:
    """Find the end of the punctuation that closes a statement behind its marks, in any script."""
    end = start
    while end < len(text) and text[end] not in _NO_CLOSING and unicodedata.category(text[end]) in {"Po", "Pe", "Pf"}:
        end += 1
    return end


def _leaning(parts: list[str]) -> list[str]:
    """Join very short sentences with what follows them."""
    joined: list[str] = []
    for part in parts:
        if joined and count_words(joined[-1]) <= SHORT_ANSWER_WORDS:
            joined[-1] = f"{joined[-1]} {part}"
        else:
            joined.append(part)
    return joined
