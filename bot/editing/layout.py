"""The lines of a file that each item and key occupies, so that an edit replaces those lines and no others.

A YAML library that loads a file and dumps it again, even one made for round trips such as ruamel.yaml, rewraps and
requotes entries nobody touched. Here a file stays a list of lines, and the parser only says what each of them holds.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import yaml

_BREAK: Final = re.compile(r"(?<=\n)|(?<=\r)(?!\n)|(?<=[\x85\u2028\u2029])")
_BEFORE_ITEM: Final = re.compile(r" *- +")
_BEFORE_KEY: Final = re.compile(r" *(- +)?")


class UnusualLayoutError(Exception):
    """Items or keys share lines, so no line of one can be replaced alone."""


@dataclass(frozen=True, slots=True)
class Splice:
    """New lines in place of others."""

    start: int
    end: int
    """First line that stays; equal to ``start`` if nothing is replaced."""

    lines: tuple[str, ...]
    """With or without line ends; they get those of the file."""


def lines_of(text: str) -> list[str]:
    """Return the lines of a text with their line ends, split where YAML splits."""
    return [line for line in _BREAK.split(text) if line]


class Layout:
    """The lines of a file that holds a list under one key."""

    def __init__(self, text: str, root: yaml.Node | None, key: str) -> None:
        """Find the items.

        Args:
            text: the file's content.
            root: the node that the YAML parser made of it.
            key: the key of the list.

        Raises:
            UnusualLayoutError: an item does not start its own line with a dash.
        """
        self._text = text
        self._break = "\r\n" if "\r\n" in text else "\n"
        self.lines: Final = lines_of(text.removeprefix("\ufeff"))
        pairs = root.value if isinstance(root, yaml.MappingNode) else []
        limits = [*(other.start_mark.line for other, _ in pairs[1:]), len(self.lines)]
        found = [(name, node, limit) for (name, node), limit in zip(pairs, limits, strict=False) if name.value == key]
        if not found:
            raise UnusualLayoutError
        name, node, limit = found[0]
        self._head: Final = int(name.start_mark.line)
        self._end: Final = limit
        self._empty: Final = f"{key}: []"
        self.items: Final = [] if self._is_empty() else list(self._items(node, limit))

    @property
    def indent(self) -> str:
        """The blanks before the dash of an item; two if there is none yet."""
        return self.items[0].indent if self.items else "  "

    def item_text(self, at: int) -> str:
        """Return the lines of an item as they stand in the file, without the last line's end."""
        item = self.items[at]
        return "".join(self.lines[item.start : item.end]).rstrip("\r\n")

    def around(self, at: int) -> tuple[int, int]:
        """Return the lines of an item and of the comments about it, as the first one and the one after the last.

        A comment is about an item if it stands right above it, or below it and further to the right than its dash. One
        no further to the right ends what is below an item, and begins what is above the next.
        """
        item = self.items[at]
        start = item.start
        while start > self._below(at - 1) and self._is_comment(start - 1):
            start -= 1
        return start, self._below(at)

    def _below(self, at: int) -> int:
        """Return the line after an item and the comments below it; of the item before the first, the list's first."""
        if at < 0:
            return self._head + 1
        end, limit = self.items[at].end, self.items[at + 1].start if at + 1 < len(self.items) else self._end
        for number in range(end, limit):
            if self._is_comment(number):
                if not self.lines[number].startswith(f"{self.items[at].indent} "):
                    break
                end = number + 1
        return end

    def _is_comment(self, number: int) -> bool:
        return self.lines[number].lstrip().startswith("#")

    def spliced(self, splices: Sequence[Splice]) -> str:
        """Return the text of the file with some lines replaced."""
        lines = list(self.lines)
        unended = bool(lines) and lines[-1][-1:] not in "\n\r"
        if unended:
            lines[-1] += self._break
        for splice in sorted(splices, key=lambda s: (s.start, s.end), reverse=True):
            lines[splice.start : splice.end] = [line.rstrip("\r\n") + self._break for line in splice.lines]
        text = "".join(lines)
        bom = "\ufeff" if self._text.startswith("\ufeff") else ""
        return bom + (text.removesuffix(self._break) if unended else text)

    def with_last(self, lines: Sequence[str], *, spaced: bool) -> str:
        """Return the text of the file with one more item at the end of the list.

        Args:
            lines: the lines of the item, indented.
            spaced: whether a blank line separates it from the item before.
        """
        if not self.items:
            return self.spliced([Splice(self._head, self._head + 1, (self._empty.removesuffix(" []"), *lines))])
        end = self.items[-1].end
        return self.spliced([Splice(end, end, ("", *lines) if spaced else tuple(lines))])

    def without(self, at: int) -> str:
        """Return the text of the file without an item and the blank line before it.

        Raises:
            UnusualLayoutError: it's the only item, and the line of the list's key holds something else.
        """
        item = self.items[at]
        if len(self.items) > 1:
            spaced = not self.lines[item.start - 1].strip()
            return self.spliced([Splice(item.start - spaced, item.end, ())])
        if self.lines[self._head].rstrip() != self._empty.removesuffix(" []"):
            raise UnusualLayoutError
        return self.spliced([Splice(self._head, self._head + 1, (self._empty,)), Splice(item.start, item.end, ())])

    def _is_empty(self) -> bool:
        return self.lines[self._head].rstrip() == self._empty

    def _items(self, node: yaml.Node, limit: int) -> Iterator["ItemLines"]:
        if not isinstance(node, yaml.SequenceNode) or node.flow_style:
            raise UnusualLayoutError
        starts = [child.start_mark.line for child in node.value]
        for child, end in zip(node.value, [*starts[1:], limit], strict=True):
            yield ItemLines(self.lines, child, end)


class ItemLines:
    """The lines of one item of a list and, if it's a mapping, of its keys."""

    def __init__(self, lines: Sequence[str], node: yaml.Node, limit: int) -> None:
        """Find the item's lines.

        Args:
            lines: the lines of the file.
            node: the item.
            limit: the line where the next item or key starts.

        Raises:
            UnusualLayoutError: something other than a dash stands before it in its line.
        """
        self._lines = lines
        self._node = node
        mark = node.start_mark
        before = lines[mark.line][: mark.column]
        if not _BEFORE_ITEM.fullmatch(before):
            raise UnusualLayoutError
        self.indent: Final = " " * (len(before) - len(before.lstrip()))
        self.inner: Final = " " * len(before)
        self.start: Final = mark.line
        self.end: Final = self._end_of(node, limit, len(before))

    @property
    def keys(self) -> list[str]:
        """The keys of the item, in the order of the lines; empty if they don't start lines."""
        if not isinstance(self._node, yaml.MappingNode) or self._node.flow_style:
            return []
        return [key.value for key, _ in self._node.value]

    def replace(self, key: str, lines: Sequence[str]) -> Splice:
        """Return the splice that gives a key and its value other lines.

        Args:
            key: one of :attr:`keys`.
            lines: the new lines, indented; none to remove the key.

        Raises:
            UnusualLayoutError: the key does not start its line.
        """
        name, value, start, end = self._field(key)
        before = self._lines[start][: name.start_mark.column]
        if not _BEFORE_KEY.fullmatch(before) or ("-" in before and not lines):
            raise UnusualLayoutError
        if not lines:
            return Splice(start, end, ())
        first = before + lines[0].lstrip()
        tail = self._comment_after(value)
        return Splice(start, end, (first + tail, *lines[1:]))

    def insert_after(self, key: str, lines: Sequence[str]) -> Splice:
        """Return the splice that inserts lines after the value of a key."""
        *_, end = self._field(key)
        return Splice(end, end, tuple(lines))

    def list_items(self, key: str) -> list["ItemLines"]:
        """Return the items of the list under a key.

        Raises:
            UnusualLayoutError: an item does not start its own line with a dash.
        """
        _, value, _, end = self._field(key)
        if not isinstance(value, yaml.SequenceNode) or value.flow_style or not value.value:
            raise UnusualLayoutError
        starts = [child.start_mark.line for child in value.value]
        return [
            ItemLines(self._lines, child, limit) for child, limit in zip(value.value, [*starts[1:], end], strict=True)
        ]

    def _field(self, key: str) -> tuple[yaml.Node, yaml.Node, int, int]:
        pairs: list[tuple[yaml.Node, yaml.Node]] = self._node.value
        at = self.keys.index(key)
        name, value = pairs[at]
        limit = pairs[at + 1][0].start_mark.line if at + 1 < len(pairs) else self.end
        return name, value, name.start_mark.line, self._end_of(value, limit, name.start_mark.column)

    def _comment_after(self, value: yaml.Node) -> str:
        if _is_block(value):
            return ""
        tail = self._lines[value.end_mark.line][value.end_mark.column :].rstrip()
        return tail if tail.lstrip().startswith("#") else ""

    def _end_of(self, node: yaml.Node, limit: int, column: int) -> int:
        """Return the line after a value; blank lines and comments that follow a value don't belong to it."""
        if not _is_block(node):
            return int(node.end_mark.line) + 1
        end = limit
        while end > node.start_mark.line + 1:
            line = self._lines[end - 1]
            words = line.lstrip()
            # In a folded text, a line that starts with # is text if it is indented further than its key.
            if words and not (words.startswith("#") and len(line) - len(words) <= column):
                break
            end -= 1
        return end


def _is_block(node: yaml.Node) -> bool:
    """Return whether a value goes on until the indentation ends."""
    if isinstance(node, yaml.ScalarNode):
        return node.style in {"|", ">"}
    return isinstance(node, yaml.CollectionNode) and not node.flow_style
