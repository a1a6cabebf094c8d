"""Where the parts of a file stand, line by line, so that an edit replaces those lines and no others.

A YAML library that reads a file and writes it anew folds and quotes untouched entries in its own way.
Here a file stays a list of lines, and the parser only says which of them belong to what.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import yaml

from bot.knowledge.yaml_file import compose

_BREAK: Final = re.compile(r"(?<=\n)|(?<=\r)(?!\n)|(?<=[\x85\u2028\u2029])")
_BEFORE_ITEM: Final = re.compile(r" *- +")
_BEFORE_KEY: Final = re.compile(r" *(- +)?")


class UnusualLayoutError(Exception):
    """The lines are not laid out one item or key a line, so they cannot be replaced alone."""


@dataclass(frozen=True, slots=True)
class Splice:
    """Lines that take the place of others."""

    start: int
    end: int
    """First line that stays; ``start`` where nothing is replaced."""

    lines: tuple[str, ...]
    """Without line ends."""


def lines_of(text: str) -> list[str]:
    """Split a text where YAML does, keeping the line ends."""
    return [line for line in _BREAK.split(text) if line]


class Layout:
    """The lines of a file that holds a list under one key."""

    def __init__(self, text: str, key: str) -> None:
        """Find the items.

        Args:
            text: the file, valid YAML.
            key: the key of the list.

        Raises:
            UnusualLayoutError: the list is not written with a dash a line.
        """
        self._text = text
        self._break = "\r\n" if "\r\n" in text else "\n"
        self.lines: Final = lines_of(text.removeprefix("\ufeff"))
        root = compose(text.removeprefix("\ufeff"))
        pairs = root.value if isinstance(root, yaml.MappingNode) else []
        limits = [*(other.start_mark.line for other, _ in pairs[1:]), len(self.lines)]
        found = [(name, node, limit) for (name, node), limit in zip(pairs, limits, strict=False) if name.value == key]
        if not found:
            raise UnusualLayoutError
        name, node, limit = found[0]
        self._head: Final = int(name.start_mark.line)
        self._empty: Final = f"{key}: []"
        self.items: Final = [] if self._is_empty() else list(self._items(node, limit))

    def item_text(self, at: int) -> str:
        """Give the lines of an item as they stand in the file, without the last line's end."""
        item = self.items[at]
        return "".join(self.lines[item.start : item.end]).rstrip("\r\n")

    def spliced(self, splices: Sequence[Splice]) -> str:
        """Give the text of the file with some lines replaced."""
        lines = list(self.lines)
        unended = bool(lines) and lines[-1][-1:] not in "\n\r"
        if unended:
            lines[-1] += self._break
        for splice in sorted(splices, key=lambda s: (s.start, s.end), reverse=True):
            lines[splice.start : splice.end] = [line + self._break for line in splice.lines]
        text = "".join(lines)
        bom = "\ufeff" if self._text.startswith("\ufeff") else ""
        return bom + (text.removesuffix(self._break) if unended else text)

    def with_last(self, lines: Sequence[str], *, spaced: bool) -> str:
        """Give the text of the file with one more item at the end of the list.

        Args:
            lines: those of the item, indented, without line ends.
            spaced: whether a blank line parts it from the one before.
        """
        if not self.items:
            return self.spliced([Splice(self._head, self._head + 1, (self._empty.removesuffix(" []"), *lines))])
        end = self.items[-1].end
        return self.spliced([Splice(end, end, ("", *lines) if spaced else tuple(lines))])

    def without(self, at: int) -> str:
        """Give the text of the file without an item, and without the blank line before it.

        Raises:
            UnusualLayoutError: it is the only one, and something else stands in the line of the list's key.
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

    def _items(self, node: yaml.Node, limit: int) -> Iterator["Item"]:
        if not isinstance(node, yaml.SequenceNode) or node.flow_style:
            raise UnusualLayoutError
        starts = [child.start_mark.line for child in node.value]
        for child, end in zip(node.value, [*starts[1:], limit], strict=True):
            yield Item(self.lines, child, end)


class Item:
    """One item of a list: its lines, and those of its keys where it is a mapping."""

    def __init__(self, lines: Sequence[str], node: yaml.Node, limit: int) -> None:
        """Find the item's lines.

        Args:
            lines: those of the file.
            node: the item.
            limit: the line where the next thing starts.

        Raises:
            UnusualLayoutError: no dash stands before it in its line.
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
        """The keys of the item, in the order of the lines; empty where they do not start lines."""
        if not isinstance(self._node, yaml.MappingNode) or self._node.flow_style:
            return []
        return [key.value for key, _ in self._node.value]

    def replace(self, key: str, lines: Sequence[str]) -> Splice:
        """Put other lines in the place of a key and its value.

        Args:
            key: one of :attr:`keys`.
            lines: the new lines, indented; none takes the key out.

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
        tail = self._comment_behind(value)
        return Splice(start, end, (first + tail, *lines[1:]))

    def insert_behind(self, key: str, lines: Sequence[str]) -> Splice:
        """Put lines behind the value of a key."""
        *_, end = self._field(key)
        return Splice(end, end, tuple(lines))

    def list_items(self, key: str) -> list["Item"]:
        """Find the items of a list under a key.

        Raises:
            UnusualLayoutError: the list is not written with a dash a line.
        """
        _, value, _, end = self._field(key)
        if not isinstance(value, yaml.SequenceNode) or value.flow_style or not value.value:
            raise UnusualLayoutError
        starts = [child.start_mark.line for child in value.value]
        return [Item(self._lines, child, limit) for child, limit in zip(value.value, [*starts[1:], end], strict=True)]

    def _field(self, key: str) -> tuple[yaml.Node, yaml.Node, int, int]:
        pairs: list[tuple[yaml.Node, yaml.Node]] = self._node.value
        at = self.keys.index(key)
        name, value = pairs[at]
        limit = pairs[at + 1][0].start_mark.line if at + 1 < len(pairs) else self.end
        return name, value, name.start_mark.line, self._end_of(value, limit, name.start_mark.column)

    def _comment_behind(self, value: yaml.Node) -> str:
        if _is_block(value):
            return ""
        tail = self._lines[value.end_mark.line][value.end_mark.column :].rstrip()
        return tail if tail.lstrip().startswith("#") else ""

    def _end_of(self, node: yaml.Node, limit: int, column: int) -> int:
        """Find the line behind a value; blank lines and comments that follow it are not its own."""
        if not _is_block(node):
            return int(node.end_mark.line) + 1
        end = limit
        while end > node.start_mark.line + 1:
            line = self._lines[end - 1]
            words = line.lstrip()
            # In a folded text, a line that starts with # is text, and indented further than its key.
            if words and not (words.startswith("#") and len(line) - len(words) <= column):
                break
            end -= 1
        return end


def _is_block(node: yaml.Node) -> bool:
    """Tell whether a value goes on until the indentation ends."""
    if isinstance(node, yaml.ScalarNode):
        return node.style in {"|", ">"}
    return isinstance(node, yaml.CollectionNode) and not node.flow_style
