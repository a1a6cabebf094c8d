"""Citation marks: ``He was 16 [p2].`` -> a statement and the passages it rests on."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_REF: Final = r"[a-z0-9-]+(?::[a-z0-9-]+)?"
_MARK: Final = rf"\[{_REF}(?:\s*,\s*{_REF})*\]"
_MARKS: Final = re.compile(rf"(?P<marks>{_MARK}(?:\s*{_MARK})*)(?P<closing>[.!?;:,…]*)\s*")
_QUOTES: Final = "\"'\u201c\u201d\u2018\u2019"
_SENTENCE_END: Final = re.compile(rf"(?<=[.!?…])[{_QUOTES})]*\s+(?=[{_QUOTES}(@#]*[A-Z0-9])")
ABBREVIATIONS: Final = ("[A-Z]", "Mr", "Mrs", "Ms", "Dr", "St", "Jr", "Sr", "No", "vs")
"""What a full stop may follow within a sentence, as regular expressions of fixed width."""
_ABBREVIATION: Final = re.compile(rf"\b(?:{'|'.join(ABBREVIATIONS)})\.$")

SHORT_ANSWER_WORDS: Final = 2
"""Up to this many words ("Yes.", "Not quite.") a sentence leans on the next one's citation."""


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
def parse_statements(text: str, default_source: str) -> tuple[Statement, ...]:
    """Split a text at its citation marks and, between marks, at the ends of sentences.

    Args:
        text: prose with marks such as ``[p2]``, ``[p1, p3]`` or ``[other:p2]``, before or after
            the punctuation that closes the statement.
        default_source: id of the source that marks without one mean.

    Returns:
        The statements in order. Joined by blanks, their ``plain`` texts are the text without marks.
        A sentence of one or two words stays with the next one.
    """
    statements: list[Statement] = []
    start = 0
    for found in _MARKS.finditer(text):
        *uncited, cited = _sentences(text[start : found.start()]) or [""]
        statements += [Statement(sentence, "", ()) for sentence in uncited]
        marks = re.findall(_REF, found["marks"])
        refs = tuple(dict.fromkeys(parse_ref(mark, default_source) for mark in marks))
        statements.append(Statement(cited, found["closing"], refs))
        start = found.end()
    statements += [Statement(sentence, "", ()) for sentence in _sentences(text[start:])]
    return tuple(statements)


def _sentences(text: str) -> list[str]:
    """Split at the ends of sentences, but not after abbreviations or very short sentences."""
    parts = _SENTENCE_END.split(text.strip())
    sentences: list[str] = []
    for part in parts:
        previous = sentences[-1] if sentences else ""
        joins = _ABBREVIATION.search(previous) or len(previous.split()) <= SHORT_ANSWER_WORDS
        if previous and joins:
            sentences[-1] = f"{previous} {part}"
        else:
            sentences.append(part)
    return [sentence for sentence in sentences if sentence]
