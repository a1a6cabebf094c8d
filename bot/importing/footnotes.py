"""Footnotes in Markdown: the notes ``[^1]: ...`` and the marks ``[^1]`` that refer to them.

CommonMark has none, so they are taken out of a text before it's parsed. Their form is that of GitHub:
https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#footnotes
"""

import re
import textwrap
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Final

_LABEL: Final = r"\[\^(?P<label>[^\[\]\s^]{1,60})\]"
_MARK: Final = re.compile(rf"[ \t]{{0,9}}{_LABEL}")
_NOTE: Final = re.compile(rf" {{0,3}}{_LABEL}:(?P<text>.*)")
_FENCE: Final = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})")
_INDENTED: Final = re.compile(r" {2,}|\t| {0,3}\t")
_NEXT_BLOCK: Final = re.compile(r" {0,3}(?:#{1,6}(?:\s|$)|`{3}|~{3}|>|[-*+]\s|\d{1,9}[.)]\s|<|\*\*)")
"""Matches what ends a note that no blank line ends."""


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote."""

    line: int
    """The line at which it begins, from 0."""

    text: str
    """What it says, in Markdown."""


def taken_out(text: str) -> tuple[str, Mapping[str, Footnote]]:
    """Return a text with blank lines where it has footnotes, and these by their labels in small letters."""
    lines = text.split("\n")
    found: dict[str, Footnote] = {}
    fence = ""
    at = 0
    while at < len(lines):
        if fence:
            fence = _after(lines[at], fence)
            at += 1
        elif opening := _FENCE.match(lines[at]):
            fence = opening["fence"]
            at += 1
        elif note := _NOTE.fullmatch(lines[at]):
            end = _end(lines, at + 1)
            body = textwrap.dedent("\n".join(lines[at + 1 : end]).expandtabs(4))
            found.setdefault(note["label"].casefold(), Footnote(at, f"{note['text'].strip()}\n{body}".strip()))
            lines[at:end] = [""] * (end - at)
            at = end
        else:
            at += 1
    return "\n".join(lines), found


def _after(line: str, fence: str) -> str:
    """Return the fence that is open after a line of code; empty if the line closes it."""
    closes = line.strip().startswith(fence) and not line.strip().strip(fence[0])
    return "" if closes else fence


def _end(lines: list[str], at: int) -> int:
    """Return the line after a footnote, given the one after its first."""
    end, blank = at, False
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            blank = True
        elif _NOTE.match(line) or not (_INDENTED.match(line) if blank else not _NEXT_BLOCK.match(line)):
            break
        else:
            blank, end = False, at + 1
        at += 1
    return end


def without_marks(text: str, known: Container[str]) -> tuple[str, list[str]]:
    """Return a text without the marks of known footnotes, and their labels in small letters, in order."""
    labels: list[str] = []

    def removed(mark: re.Match[str]) -> str:
        label = mark["label"].casefold()
        if label not in known:
            return mark[0]
        labels.append(label)
        return ""

    return _MARK.sub(removed, text), labels
