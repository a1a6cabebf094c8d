"""Citation marks: parsing ``He was 16 [p2].`` into a statement and the passages that it cites."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.knowledge.sentences import count_words, sentences

_REF: Final = r"(?:[a-z0-9-]+:)?[a-z0-9-]+"
_BRACKET: Final = re.compile(rf"\[(?P<refs>{_REF}(?:\s*,\s*{_REF})*)\](?!\()")
"""A possible mark. Brackets followed by an address in parentheses are a link."""

_NAMES_A_PASSAGE: Final = re.compile(r"(?=.*[a-z])(?=.*[0-9])|.*:")
_NO_CLOSING: Final = frozenset("#@&*%/\\")
"""Characters in a punctuation category of Unicode that belong to the word after them."""

SHORT_ANSWER_WORDS: Final = 1
"""A sentence of at most this many words ("Yes.") shares the next one's citation. Two words may be a statement: "He
died.\""""


@dataclass(frozen=True, slots=True)
class Ref:
    """A passage of a source, by their ids."""

    source: str
    passage: str

    def __str__(self) -> str:
        """Return the reference as in a mark, with its source: ``article:p2``."""
        return f"{self.source}:{self.passage}"


@dataclass(frozen=True, slots=True)
class Statement:
    """A part of an answer, with the passages that it cites."""

    text: str
    """The words, without marks and without punctuation after the marks."""

    closing: str
    """The punctuation after the marks, often a full stop; may be empty."""

    refs: tuple[Ref, ...]
    """The cited passages in the order of the marks, each once; empty if the statement has no mark."""

    @property
    def plain(self) -> str:
        """The words with their punctuation, without marks."""
        return self.text + self.closing


def parse_ref(text: str, default_source: str) -> Ref:
    """Parse ``p2`` (a passage of the default source) or ``other:p2``."""
    source, _, passage = text.strip().rpartition(":")
    return Ref(source or default_source, passage)


@lru_cache(2_000)  # mostly the answers in use, the same with every question
def parse_statements(text: str, default_source: str, passages: frozenset[Ref] | None) -> tuple[Statement, ...]:
    """Split a text after its citation marks and, between marks, at the ends of sentences.

    Brackets are a mark if they name a passage, or look as if they were meant to (``[p9]``), so that typos are reported.
    ``[he]``, ``[sic]`` and ``[page](https://...)`` are text.

    Args:
        text: prose with marks such as ``[p2]``, ``[p1, p3]`` or ``[other:p2]``, before or after the punctuation that
            ends the statement.
        default_source: id of the source for marks that name none.
        passages: the existing passages; None if they are unknown, so that any word in brackets may name one.

    Returns:
        The statements in order. Their ``plain`` texts, joined by spaces, are the text without marks. A sentence of one
        word is joined to the next one.
    """
    statements: list[Statement] = []
    start = 0
    for marks in _marks(text, default_source, passages):
        *uncited, cited = _join_short(sentences(text[start : marks.start])) or [""]
        statements += [Statement(sentence, "", ()) for sentence in uncited]
        start = _closing_end(text, marks.end)
        statements.append(Statement(cited, text[marks.end : start], tuple(dict.fromkeys(marks.refs))))
    statements += [Statement(sentence, "", ()) for sentence in _join_short(sentences(text[start:]))]
    return tuple(statements)


@dataclass(frozen=True, slots=True)
class _Marks:
    """Adjacent marks, and their position in the text."""

    start: int
    end: int
    refs: tuple[Ref, ...]


def _marks(text: str, default_source: str, passages: frozenset[Ref] | None) -> Iterator[_Marks]:
    """Yield the marks of a text, treating marks with only whitespace between them as one."""
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
    """Return the end of the punctuation after a statement's marks, in any script."""
    end = start
    while end < len(text) and text[end] not in _NO_CLOSING and unicodedata.category(text[end]) in {"Po", "Pe", "Pf"}:
        end += 1
    return end


def _join_short(parts: list[str]) -> list[str]:
    """Join very short sentences to the sentence after them."""
    joined: list[str] = []
    for part in parts:
        if joined and count_words(joined[-1]) <= SHORT_ANSWER_WORDS:
            joined[-1] = f"{joined[-1]} {part}"
        else:
            joined.append(part)
    return joined


def disarmed(text: str) -> str:
    """Return a text in which no brackets look as if they were meant as a mark: ``[v2]`` becomes ``(v2)``."""

    def plain(found: re.Match[str]) -> str:
        meant = any(_NAMES_A_PASSAGE.match(name.strip()) for name in found["refs"].split(","))
        return f"({found['refs']})" if meant else found[0]

    return _BRACKET.sub(plain, text)
