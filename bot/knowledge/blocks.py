r"""The layout of an answer: paragraphs, lists and code blocks, in a small part of Markdown.

A text without line breaks is one paragraph, whatever it begins with. Elsewhere, a blank line ends a paragraph, a line
that begins with ``- `` or ``1. `` is an item of a list (nested by its indentation), also in a quote (``> - ``), and a
line of three or more backticks begins and ends a code block. Other line breaks count as blanks. See
https://spec.commonmark.org/, of which this is a subset.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final

MAX_LEVEL: Final = 2
"""The deepest level of an item, from 0; deeper ones are shown at this one."""

CODE_TAB: Final = 4
"""The blanks that stand for a tab in code, since YAML allows no tabs at the beginning of a line."""

FENCE: Final = "```"

_ITEM: Final = re.compile(r"(?P<indent> *)(?:[-*+•]|(?P<number>[0-9]{1,3})[.)])(?: +|$)")
"""A number has ASCII digits, so that every reader sees the same one."""

_QUOTED: Final = re.compile(r"(?P<indent>\s*)>(?:\s*>)*\s?")
_BLANK_START: Final = re.compile(r"\A(?:[^\S\n]*\n)+")
_OPENING: Final = re.compile(r" *(?P<fence>`{3,})(?P<info>[^`]*)")
_LANGUAGE: Final = re.compile(r"[A-Za-z0-9_+.#-]{0,30}")
_TICKS: Final = re.compile("`+")
_MARKS: Final = re.compile(r"\s*(?:\[[a-z0-9:, -]+\]\s*)+")
"""A line of nothing but citation marks."""


class Form(StrEnum):
    """The form of a block."""

    PARAGRAPH = "paragraph"
    ITEM = "item"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Layout:
    """How a block is set."""

    form: Form
    level: int = 0
    """The level of an item, from 0 to :data:`MAX_LEVEL`."""

    number: int | None = None
    """The number of an item; None for a bullet."""

    language: str = ""
    """The language of code, as after the opening fence; may be empty."""


PARAGRAPH: Final = Layout(Form.PARAGRAPH)


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A block with its text as written."""

    layout: Layout
    text: str
    """One line; for code, its lines, which may be empty."""

    marks: str = ""
    """The citation marks on the line after code."""

    closed: bool = True
    """Whether code has a closing fence."""


def split_blocks(text: str) -> list[TextBlock]:
    """Split a text into its blocks; no text raises an exception."""
    lines = _BLANK_START.sub("", text).rstrip().split("\n")
    if len(lines) > 1:
        found = list(_numbered(_blocks(textwrap.dedent("\n".join(unquoted_lists(lines))).split("\n"))))
        # An item alone is no list; besides, it would be a paragraph when it is written on one line.
        if len(found) != 1 or found[0].layout.form is Form.CODE:
            return found
    words = " ".join(text.split())
    return [TextBlock(PARAGRAPH, words)] if words else []


def unquoted_lists(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a text without the ``>`` of quotes that hold a list; code stays as it is."""
    fence = ""
    quote: list[str] = []
    before = ""
    for line in [*lines, None]:
        if line is not None and not fence and _QUOTED.match(line):
            quote.append(line)
            continue
        plain = [_unquoted(each) for each in quote]
        items = [_ITEM.match(each) for each in plain]
        if any(item and item["number"] in {None, "1"} for item in items):
            yield from ["", *plain] if before.strip() and not items[0] else plain
        else:
            yield from quote
        quote = []
        if line is not None:
            if fence:
                fence = "" if _closes(line.strip(), fence) else fence
            elif opening := _OPENING.fullmatch(line.replace("\t", " " * CODE_TAB)):
                fence = opening["fence"]
            yield line
            before = line


def _unquoted(line: str) -> str:
    found = _QUOTED.match(line)
    plain = found["indent"] + line[found.end() :] if found else line
    return plain.replace("\t", " " * CODE_TAB)


def joined(blocks: Iterable[TextBlock]) -> str:
    """Return blocks as one text, which :func:`split_blocks` splits into the same blocks."""
    text, before = "", None
    for block in blocks:
        text += ("" if before is None else _separator(before, block.layout)) + _written(block)
        before = block.layout
    return text


def normalized(text: str) -> str:
    """Return a text with each block in its plainest form, and paragraphs and items on one line each.

    Raises:
        ValueError: a code block is empty or has no end; the error says how to fix it.
    """
    blocks = split_blocks(text)
    for block in blocks:
        if not block.closed:
            message = "a code block begins with ``` and has no end; write ``` on a line of its own after the code"
            raise ValueError(message)
        if block.layout.form is Form.CODE and not block.text:
            message = "a code block is empty; write the code on lines between the two ```, or delete both"
            raise ValueError(message)
    return joined(blocks)


def _separator(before: Layout, after: Layout) -> str:
    if after.form is Form.CODE:
        return "\n"
    interrupts = before.form is not Form.PARAGRAPH or after.number in {None, 1}
    return "\n" if after.form is Form.ITEM and interrupts else "\n\n"


def _written(block: TextBlock) -> str:
    layout = block.layout
    if layout.form is Form.PARAGRAPH:
        return block.text
    if layout.form is Form.ITEM:
        marker = "-" if layout.number is None else f"{layout.number}."
        return f"{'  ' * layout.level}{marker} {block.text}"
    fence = "`" * max([len(FENCE), *(len(ticks) + 1 for ticks in _TICKS.findall(block.text))])
    return "\n".join([f"{fence}{layout.language}", block.text, fence, *([block.marks] if block.marks else [])])


def _blocks(lines: list[str]) -> Iterator[TextBlock]:
    """Yield the blocks; an item's level is its indentation for now, and its number the one written."""
    layout, words = PARAGRAPH, list[str]()
    at = 0
    while at < len(lines):
        line = lines[at].replace("\t", " " * CODE_TAB)
        opening, item = _OPENING.fullmatch(line), _ITEM.match(line)
        if item and words and layout.form is Form.PARAGRAPH and item["number"] not in {None, "1"}:
            item = None  # a number at the beginning of a line of prose
        if opening or item or not line.strip():
            if words:
                yield TextBlock(layout, " ".join(words))
            layout, words = PARAGRAPH, []
        if opening:
            code, at = _code(opening, lines, at)
            yield code
            continue
        if item:
            number = int(item["number"]) if item["number"] else None
            layout, line = Layout(Form.ITEM, len(item["indent"]), number), line[item.end() :]
        words += line.split()
        at += 1
    if words:
        yield TextBlock(layout, " ".join(words))


def _code(opening: re.Match[str], lines: list[str], at: int) -> tuple[TextBlock, int]:
    """Return the code block that a line opens, and the index of the line after it."""
    indent = opening.start("fence")
    content = lines[at + 1 :]
    closing = (i for i, line in enumerate(content) if _closes(line.strip(), opening["fence"]))
    length = next(closing, len(content))
    code = [line.expandtabs(CODE_TAB).rstrip() for line in content[:length]]
    code = [line[min(indent, len(line) - len(line.lstrip())) :] for line in code]
    while code and not code[0]:
        del code[0]
    while code and not code[-1]:
        del code[-1]
    at += 1 + length + 1
    marks = ""
    after = next((i for i in range(at, len(lines)) if lines[i].strip()), at)
    if after < len(lines) and _MARKS.fullmatch(lines[after]):
        marks = " ".join(lines[after].split())
        at = after + 1
    language = opening["info"].strip().partition(" ")[0]
    layout = Layout(Form.CODE, language=language if _LANGUAGE.fullmatch(language) else "")
    return TextBlock(layout, "\n".join(code), marks, length < len(content)), at


def _closes(line: str, fence: str) -> bool:
    return line.startswith(fence) and not line.strip("`")


def _numbered(blocks: Iterable[TextBlock]) -> Iterator[TextBlock]:
    """Yield blocks with the levels and the running numbers of their items in place of what is written."""
    for is_prose, group in groupby(blocks, key=lambda block: block.layout.form is Form.PARAGRAPH):
        if is_prose:
            yield from group
            continue
        indents: list[int] = []
        numbers: list[int | None] = []
        for block in group:
            layout = block.layout
            if layout.form is Form.CODE:
                yield block
                continue
            while indents and layout.level < indents[-1]:
                indents.pop()
            if not indents or layout.level > indents[-1]:
                indents.append(layout.level)
            level = min(len(indents) - 1, MAX_LEVEL)
            last = numbers[level] if level < len(numbers) else None
            number = layout.number if last is None or layout.number is None else last + 1
            numbers[level:] = [number]
            yield TextBlock(Layout(Form.ITEM, level, number), block.text)
