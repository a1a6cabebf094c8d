"""Splitting a text, plain or Markdown, into the passages that a source lists.

What isn't a passage, such as a heading or a byline, is kept apart and shown to the person who splits the text, never
silently dropped.
"""

import hashlib
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.knowledge.written_dates import is_only_a_date
from bot.knowledge.yaml_file import parse

_LONGEST_HEADING: Final = 14
"""Words; headlines of newspapers have some ten."""

_LONGEST_BYLINE: Final = 20
_LONGEST_CAPTION: Final = 60
"""Words beyond which a paragraph that begins like a byline or a caption is one of the text."""

_WRAPPED: Final = 120
"""Characters of a line from which it is no line of a wrapped paragraph, but a paragraph."""

_FRONT_MATTER: Final = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_ATX: Final = re.compile(r" {0,3}#{1,6}(?!\S)")
_SETEXT: Final = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
_RULE: Final = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_FENCE: Final = re.compile(r" {0,3}(?P<fence>```+|~~~+)")
_BOLD_LINE: Final = re.compile(r"(?P<mark>\*\*|__)(?P<text>(?:(?!(?P=mark)).)+)(?P=mark)$")
_IMAGE: Final = re.compile(r"!\[[^\[\]]*\](?:\([^()]*\)|\[[^\[\]]*\])")
_LINK: Final = re.compile(r"\[(?P<text>[^\[\]]+)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
_EMPHASIS: Final = re.compile(r"(?<!\w)(?P<mark>\*{1,3}|_{1,3})(?=\S)(?P<text>[^*_\n]+?)(?<=\S)(?P=mark)(?!\w)")
_QUOTE_MARK: Final = re.compile(r" {0,3}> ?")

_BYLINE: Final = re.compile(
    r"\(?(?:(?:additional |text and photos |text |words |story |article |written |report(?:ed|ing) |edited )?by"
    r"|von|por|texto(?: de)?|text)\b:?\s+\S",
    re.IGNORECASE,
)
_DATED: Final = re.compile(
    r"(?:first |last |originally )?"
    r"(?:published|updated|posted|modified|veröffentlicht|aktualisiert|publicado|actualizado)\b",
    re.IGNORECASE,
)
_IMPRINT: Final = re.compile(r"(?:©|\(c\)|copyright\b|advertisement\b|anzeige$|publicidad$)", re.IGNORECASE)
_PICTURE: Final = r"(?:photo(?:graph)?|image|picture|illustration|caption|credit|foto|imagen|bild|abbildung)"
_CAPTION: Final = re.compile(
    rf"(?:{_PICTURE}(?: \d{{1,3}})?(?: by| credit)? ?[:/|–—]|figure(?: \d{{1,3}})? ?[:|–—])", re.IGNORECASE
)
_CREDIT: Final = re.compile(
    rf"{_PICTURE}(?: by| credit)? ?[:/]|.*/ ?(?:Getty Images|Reuters|AP|AFP|dpa|EFE)\)?\.?$", re.IGNORECASE
)
_LAST_OF_CAPTION: Final = re.compile(r"[.!?] |[(\[]")
_ENDS_SENTENCE: Final = re.compile(r"[.!:;,…][\"'”’»)\]]*$")
_FOOTNOTES: Final = re.compile(r"(?:\s?(?:\[\^?\w{1,8}\]|[\u00b9\u00b2\u00b3\u2070-\u2079*\u2020\u2021])){1,9}$")
"""References to footnotes at the end of a line: ``[^1]``, ``[2]``, superscripts, asterisks and daggers."""

_LEAD_IN: Final = re.compile(r"[:\uff1a]$")
_SPEECH: Final = re.compile(r"[\"“„«].*[\"”“»]$")
_TABLE_ROW: Final = re.compile(r"\s*\|.*\|\s*$")
_LIST_ITEM: Final = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+\S")


class BlockKind(StrEnum):
    """What a block of a text is; the value is how people read it."""

    PASSAGE = "passage"
    HEADING = "heading"
    BYLINE = "byline"
    CAPTION = "caption"


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of a text that belong together."""

    kind: BlockKind
    line: int
    """Of its first line, from 1."""

    text: str
    """On one line, without Markdown."""


class SplitBy(StrEnum):
    """Where a text is split into passages."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"


@dataclass(frozen=True, slots=True)
class SplitText:
    """A text, split."""

    title: str | None
    """The first heading, if it stands above all passages; None if there is none."""

    passages: tuple[Block, ...]
    left_out: tuple[Block, ...]
    """What is no passage."""


def front_matter(text: str) -> tuple[dict[str, str], str]:
    """Return what stands above a text as ``key: value`` between two lines ``---``, and the text with that blanked.

    The lines stay, so that those below it keep their numbers.
    """
    found = _FRONT_MATTER.match(text)
    data = parse(found["yaml"].encode("utf-8", "surrogateescape"), "front matter").data if found else None
    if not found or not isinstance(data, dict):
        return {}, text
    values = {
        str(key).lower(): str(value) for key, value in data.items() if isinstance(value, str | int) or _is_day(value)
    }
    return values, "\n" * found[0].count("\n") + text[found.end() :]


def _is_day(value: object) -> bool:
    return hasattr(value, "isoformat")


def split(text: str, by: SplitBy = SplitBy.PARAGRAPH) -> SplitText:
    """Split a text into passages.

    Args:
        text: the text, plain or Markdown, with line feeds.
        by: where to split it. By heading, what stands between two headings is one passage.
    """
    found = list(blocks(front_matter(text)[1]))
    first = next((i for i, block in enumerate(found) if block.kind is BlockKind.PASSAGE), len(found))
    title = next((block.text for block in found[:first] if block.kind is BlockKind.HEADING), None)
    left_out = tuple(block for block in found if block.kind is not BlockKind.PASSAGE)
    if by is SplitBy.PARAGRAPH:
        return SplitText(title, tuple(block for block in found if block.kind is BlockKind.PASSAGE), left_out)
    sections: list[list[Block]] = [[]]
    for block in found:
        if block.kind is BlockKind.HEADING:
            sections.append([])
        elif block.kind is BlockKind.PASSAGE:
            sections[-1].append(block)
    joined = [
        Block(BlockKind.PASSAGE, section[0].line, " ".join(block.text for block in section))
        for section in sections
        if section
    ]
    return SplitText(title, tuple(joined), left_out)


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a text, in order: what blank lines, headings and rules part.

    A line that leads in to a list, such as "You may grow:", is one block with it.
    """
    found = list(_parted(text))
    led = {at + 1 for at in range(len(found)) if _leads_in(found[at : at + 3])}
    for at, block in enumerate(found):
        if at + 1 in led:
            yield Block(block.kind, block.line, f"{block.text} {found[at + 1].text}")
        elif at not in led:
            yield block


def _leads_in(blocks: Sequence[Block]) -> bool:
    """Return whether the first of some blocks leads in to the second, a list whose items no blank lines part."""
    lead, *others = blocks
    lists = [each.kind is BlockKind.PASSAGE and _LIST_ITEM.match(each.text) is not None for each in others]
    return (
        lead.kind is BlockKind.PASSAGE and _LEAD_IN.search(lead.text) is not None and lists in ([True], [True, False])
    )


def _parted(text: str) -> Iterator[Block]:
    groups = list(_groups(_without_comments(text)))
    after_image = False
    for at, (line, lines) in enumerate(groups):
        if all(not _IMAGE.sub("", each).strip() for each in lines):
            after_image = True
            continue
        caption = after_image and len(lines) == 1 and _EMPHASIS.fullmatch(lines[0].strip()) is not None
        after_image = False
        if caption:
            yield Block(BlockKind.CAPTION, line, _plain(lines))
        else:
            yield from _classified(line, lines, first=at == 0, last=at == len(groups) - 1)


def text_digest(text: str) -> str:
    """Return the digest of a text as `sources.yaml` keeps it; how its lines are broken makes no difference."""
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _without_comments(text: str) -> str:
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        kept += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end + len("-->")
    return "".join([*kept, text[at:]])


def _groups(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines that belong together, with the number of the first; a heading is alone and keeps its mark."""
    lines = text.split("\n")
    filled = [line for line in lines if line.strip()]
    # A text that was pasted without blank lines has one paragraph a line.
    unparted = len(filled) > 1 and len("\n".join(lines).strip().split("\n")) == len(filled)
    alone = unparted and sum(map(len, filled)) > _WRAPPED * len(filled)
    group: list[str] = []
    start, fence = 1, ""
    for number, raw in enumerate(lines, 1):
        line = _QUOTE_MARK.sub("", raw) if not fence else raw
        opened = _FENCE.match(line)
        if fence:
            group.append(line)
            fence = "" if opened and opened["fence"].startswith(fence) else fence
            continue
        setext = group and _SETEXT.match(line) and not _LIST_ITEM.match(group[0])
        breaks = alone or not line.strip() or _ATX.match(line) or setext or _RULE.match(line) or opened
        if breaks and group:
            yield start, [f"# {' '.join(group)}"] if setext else group
            group = []
        if _ATX.match(line) or (alone and line.strip()):
            yield number, [line]
        elif line.strip() and not setext and not _RULE.match(line):
            start = start if group else number
            group.append(line)
            fence = opened["fence"] if opened else ""
    if group:
        yield start, group


def _classified(line: int, lines: Sequence[str], *, first: bool, last: bool) -> Iterator[Block]:
    """Yield a group as blocks: bylines and captions at its top and its end stand by themselves."""
    kinds = [_line_kind(each) for each in lines]
    top = len(list(itertools.takewhile(bool, kinds)))
    if top == 0 and len(lines) > 1 and all(kinds[1:]) and _is_heading(lines[:1], last=False, first=first):
        top = -1  # a headline right above its byline
    end = len(lines) if top == len(lines) else len(lines) - len(list(itertools.takewhile(bool, reversed(kinds))))
    for at, each in enumerate(lines[: max(top, 0)]):
        yield Block(kinds[at] or BlockKind.BYLINE, line + at, _plain([each]))
    body = list(lines[max(top, 0) : end])
    if body:
        heading = top == -1 or _is_heading(body, last=last, first=first)
        yield Block(BlockKind.HEADING if heading else BlockKind.PASSAGE, line + max(top, 0), _plain(body))
    for at, each in enumerate(lines[end:] if body else ()):
        yield Block(kinds[end + at] or BlockKind.BYLINE, line + end + at, _plain([each]))


def _line_kind(line: str) -> BlockKind | None:
    """Return what a line is by itself, a byline or a caption; None for one of the text or a heading."""
    if _ATX.match(line) or _TABLE_ROW.match(line):
        return None
    text = _plain([line])
    words = len(text.split())
    ended = _ENDS_SENTENCE.search(text)
    if words <= _LONGEST_CAPTION and (_CAPTION.match(text) or _CREDIT.match(_LAST_OF_CAPTION.split(text)[-1])):
        return BlockKind.CAPTION
    by = _BYLINE.match(text) or _DATED.match(text) or _IMPRINT.match(text)
    if words <= _LONGEST_BYLINE and ((by and not ended) or is_only_a_date(text)):
        return BlockKind.BYLINE
    return None


def _is_heading(lines: Sequence[str], *, first: bool, last: bool) -> bool:
    if len(lines) != 1:
        return False
    if _ATX.match(lines[0]):
        return True
    if last or _LIST_ITEM.match(lines[0]):
        return False
    text = lines[0].strip()
    text = text if _BOLD_LINE.match(text) else _FOOTNOTES.sub("", text)
    if len(text.split()) > _LONGEST_HEADING:
        return False
    if _BOLD_LINE.match(text) or (first and not _ENDS_SENTENCE.search(text)):
        return True
    return not (_ENDS_SENTENCE.search(text) or _SPEECH.match(text)) and any(map(str.isalpha, text))


def _plain(lines: Sequence[str]) -> str:
    """Return lines as one, without the marks of Markdown."""
    text = " ".join(" ".join(lines).split())
    if _ATX.match(text):
        text = text.lstrip("#").strip()
        unclosed = text.rstrip("#")
        text = text if unclosed and not unclosed.endswith(" ") else unclosed.rstrip()
    text = _LINK.sub(lambda found: found["text"], _IMAGE.sub("", text))
    for _ in range(2):  # bold within italics
        text = _EMPHASIS.sub(lambda found: found["text"], text)
    return " ".join(text.split())
