"""Citation marks: parsing ``He was 16 [p2].`` into a statement and the passages that it cites.

In prose, every statement has marks of its own. A list or a code block may also be cited as a whole: a mark at the end
of an item stands for the whole item; one in the line before a list or code that ends with a colon (the lead-in) stands
for every item, or the code, that has none of its own; and code is cited on the line after it. A lead-in without a mark
shares the marks of what it leads to.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from bot.knowledge.blocks import Form, Layout, TextBlock, split_blocks
from bot.knowledge.inline import find_spans
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


_PRIVATE_USE: Final = re.compile("[\ue000-\uf8ff]")
"""Characters that mean nothing by themselves and are neither letters nor punctuation. They stand for code and links
while a line is split: https://www.unicode.org/glossary/#private_use_area"""


@dataclass(frozen=True, slots=True)
class Ref:
    """A passage of a source, by their ids."""

    source: str
    passage: str

    def __str__(self) -> str:
        """Return the reference as in a mark, with its source: ``article:p2``."""
        return f"{self.source}:{self.passage}"

    def mark(self, default_source: str) -> str:
        """Return the reference as people write it in a mark, without the source if it is the default one: ``p2``."""
        return self.passage if self.source == default_source else str(self)


@dataclass(frozen=True, slots=True)
class Statement:
    """A part of an answer, with the passages that it cites."""

    text: str
    """The words, without marks and without punctuation after the marks."""

    closing: str
    """The punctuation after the marks, often a full stop; may be empty."""

    refs: tuple[Ref, ...]
    """The cited passages in the order of the marks, each once; empty if the statement has no mark."""

    block_refs: tuple[Ref, ...] = ()
    """The passages that its item, its list or its lead-in cites for it, if it has no mark of its own."""

    @property
    def rests_on(self) -> tuple[Ref, ...]:
        """The passages that it is based on, by its own marks or by those of its block."""
        return self.refs or self.block_refs

    @property
    def plain(self) -> str:
        """The words with their punctuation, without marks."""
        return self.text + self.closing


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, an item of a list, or code, with its statements."""

    layout: Layout
    statements: tuple[Statement, ...]
    """At least one; code is a single statement, whose text are its lines."""

    @property
    def is_code(self) -> bool:
        """Whether it is code."""
        return self.layout.form is Form.CODE


def prose(blocks: Iterable[Block]) -> list[Statement]:
    """Return the statements outside of code blocks."""
    return [statement for block in blocks if not block.is_code for statement in block.statements]


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


@lru_cache(2_000)  # as above
def parse_blocks(text: str, default_source: str, passages: frozenset[Ref] | None) -> tuple[Block, ...]:
    """Split an answer into its blocks, and each of them into statements; see :func:`parse_statements`.

    Marks within code, and sentences that end within code or an address, are neither.
    """
    blocks = [
        _cited_code(block, default_source)
        if block.layout.form is Form.CODE
        else _cited_by_item(block.layout, _cited_prose(block.text, default_source, passages))
        for block in split_blocks(text)
    ]
    for at in range(len(blocks)):
        _cite_led(blocks, at)
    for at in reversed(range(len(blocks))):
        _cite_lead_in(blocks, at)
    return tuple(blocks)


def _cited_code(block: TextBlock, default_source: str) -> Block:
    # Whatever these brackets name, they are meant as marks.
    refs = dict.fromkeys(ref for marks in _marks(block.marks, default_source, None) for ref in marks.refs)
    return Block(block.layout, (Statement(block.text, "", tuple(refs)),))


def _cited_prose(text: str, default_source: str, passages: frozenset[Ref] | None) -> tuple[Statement, ...]:
    """Return the statements of a line, in which code and links count as words, whatever they contain."""
    stand_ins: dict[str, str] = {}
    at, masked = 0, ""
    unused = (char for char in map(chr, range(0xE000, 0xF900)) if char not in text)
    for found, char in zip(find_spans(text), unused, strict=False):
        stand_ins[char] = text[found.start : found.end]
        masked += text[at : found.start] + char
        at = found.end
    statements = parse_statements(masked + text[at:], default_source, passages)
    if not stand_ins:
        return statements
    return tuple(replace(each, text="".join(stand_ins.get(char, char) for char in each.text)) for each in statements)


def _cited_by_item(layout: Layout, statements: tuple[Statement, ...]) -> Block:
    """Return a block; the marks at the end of an item stand for the statements before that have none."""
    refs = statements[-1].refs if layout.form is Form.ITEM and statements else ()
    return Block(layout, tuple(_with_block_refs(each, refs) for each in statements))


def _with_block_refs(statement: Statement, refs: tuple[Ref, ...]) -> Statement:
    return statement if statement.rests_on or not refs else replace(statement, block_refs=refs)


def _led(blocks: Sequence[Block], at: int) -> Sequence[int]:
    """Return the indices of the list or the code that a block introduces; empty if it does not end with a colon."""
    lead = blocks[at]
    if lead.is_code or not lead.statements or not lead.statements[-1].plain.endswith((":", "\uff1a")):
        return ()
    led = []
    for after in range(at + 1, len(blocks)):
        layout = blocks[after].layout
        inside = lead.layout.form is Form.PARAGRAPH or layout.level > lead.layout.level
        if layout.form is Form.PARAGRAPH or (layout.form is Form.ITEM and not inside):
            break
        led.append(after)
        if layout.form is Form.CODE and len(led) == 1:
            break
    return led


def _cite_led(blocks: list[Block], at: int) -> None:
    """Let the marks of a lead-in stand for what it introduces."""
    for after in _led(blocks, at):
        refs = blocks[at].statements[-1].rests_on
        statements = tuple(_with_block_refs(each, refs) for each in blocks[after].statements)
        blocks[after] = Block(blocks[after].layout, statements)


def _cite_lead_in(blocks: list[Block], at: int) -> None:
    """Let a lead-in without marks share the marks of what it introduces, if all of that is cited."""
    led = [each.rests_on for after in _led(blocks, at) for each in blocks[after].statements]
    if led and all(led):
        *before, lead = blocks[at].statements
        refs = tuple(dict.fromkeys(ref for refs in led for ref in refs))
        blocks[at] = Block(blocks[at].layout, (*before, _with_block_refs(lead, refs)))


def marks_of(text: str) -> tuple[str, ...]:
    """Return the marks of a text as they are written, each once, where the existing passages are unknown.

    Only what looks like a passage counts: ``[p2]``, ``[letter:n1]``, but not ``[sic]``.
    """
    names = (name.strip() for found in _BRACKET.finditer(text) for name in found["refs"].split(","))
    return tuple(dict.fromkeys(name for name in names if _NAMES_A_PASSAGE.match(name)))


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
        if joined and count_words(joined[-1]) + len(_PRIVATE_USE.findall(joined[-1])) <= SHORT_ANSWER_WORDS:
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
