"""An answer as a page sets it: its flat blocks as nested lists, and each statement with its anchor."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, TypeAlias

from bot.answering.reply import AnswerBlock
from bot.knowledge.blocks import Form, TextBlock, joined
from bot.knowledge.inline import Link, spans


@dataclass(frozen=True, slots=True)
class Placed:
    """A block of an answer."""

    block: AnswerBlock
    first: int
    """The number of its first statement in the answer, from 1."""

    @property
    def form(self) -> Form:
        """The form of the block."""
        return self.block.layout.form


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list, with the code and the lists inside it."""

    head: Placed
    below: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class ItemList:
    """A list."""

    items: tuple[Item, ...]
    form: Literal["list"] = "list"

    @property
    def start(self) -> int | None:
        """The number of the first item; None for bullets."""
        return self.items[0].head.block.layout.number


Node: TypeAlias = Placed | ItemList


def outline(blocks: Sequence[AnswerBlock]) -> tuple[Node, ...]:
    """Return the paragraphs, code blocks and lists of an answer. Code after an item belongs to the item."""
    placed, first = list[Placed](), 1
    for block in blocks:
        placed.append(Placed(block, first))
        first += len(block.statements)
    nodes: list[Node] = []
    for is_prose, group in groupby(placed, key=lambda each: each.form is Form.PARAGRAPH):
        run = list(group)
        nodes += run if is_prose else _lists(run)
    return tuple(nodes)


def _lists(run: Sequence[Placed]) -> tuple[Node, ...]:
    """Return items and code as lists, with the deeper ones inside their items."""
    items = [at for at, each in enumerate(run) if each.form is Form.ITEM]
    if not items:
        return tuple(run)
    level = min(run[at].block.layout.level for at in items)
    heads = [at for at in items if run[at].block.layout.level == level]
    ends = [*heads[1:], len(run)]
    nested = [Item(run[at], _lists(run[at + 1 : end])) for at, end in zip(heads, ends, strict=True)]
    by_kind = groupby(nested, key=lambda item: item.head.block.layout.number is None)
    return (*_lists(run[: heads[0]]), *(ItemList(tuple(group)) for _bullets, group in by_kind))


def as_text(blocks: Sequence[AnswerBlock]) -> str:
    """Return an answer as plain text, for programs that show no markup: addresses whole, code without backticks."""
    return joined(
        TextBlock(
            block.layout, " ".join(each.plain if block.is_code else line(each.plain) for each in block.statements)
        )
        for block in blocks
    )


def line(text: str) -> str:
    """Return a line of an answer as plain text."""
    return "".join(
        (f"{span.label} ({span.url})" if span.label else span.url) if isinstance(span, Link) else span.text
        for span in spans(text)
    )
