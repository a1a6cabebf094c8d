"""Plain values -> lines of YAML, in the style of the moderators' files."""

import json
import textwrap
from collections.abc import Mapping, Sequence
from typing import Final

import yaml

from bot.knowledge.yaml_file import compose

WIDTH: Final = 118
"""Length at which texts are folded, if they can be."""

KEYS: Final = (
    "id", "question", "phrasings", "kind", "attributed_to", "topics", "related", "unless", "retired", "withdrawn",
    "reviewed", "answer", "inferred",
)  # fmt: skip
"""The keys of an entry in the order in which they are written."""

_BLOCK_LISTS: Final = frozenset({"phrasings", "ask"})


def item_lines(fields: Mapping[str, object], keys: Sequence[str] = KEYS, indent: str = "  ") -> list[str]:
    """Return the lines of an item of a list, without line ends.

    Args:
        fields: plain values by key; empty ones are left out.
        keys: the order of the keys.
        indent: the blanks before the dash.
    """
    inner = f"{indent}  "
    lines = [line for key in keys if fields.get(key) for line in field_lines(key, fields[key], inner)]
    return [f"{indent}- {lines[0].lstrip()}", *lines[1:]]


def field_lines(key: str, value: object, indent: str) -> list[str]:  # noqa: PLR0911 (one for each form of a value)
    """Return the lines of a key and its value, without line ends."""
    head = f"{indent}{key}:"
    if isinstance(value, Mapping):
        return [head, *(line for key, each in value.items() for line in _pair(str(key), each, f"{indent}  "))]
    if isinstance(value, Sequence) and not isinstance(value, str):
        records = [each for each in value if isinstance(each, Mapping)]
        if records:
            return [head, *(line for each in records for line in item_lines(each, tuple(each), f"{indent}  "))]
        line = f"{head} [{', '.join(scalar(str(item), flow=True) for item in value)}]"
        if key not in _BLOCK_LISTS and len(line) <= WIDTH:
            return [line]
        return [head, *(item_line(str(item), f"{indent}  ") for item in value)]
    if not isinstance(value, str):
        return [f"{head} {value}"]
    line = f"{head} {scalar(value)}"
    if "\n" in value:
        style, parts = "|-", value.split("\n")
    elif key != "answer" or len(line) <= WIDTH:
        return [line]
    else:
        room = WIDTH - len(indent) - 2
        style, parts = ">-", textwrap.wrap(value, room, break_long_words=False, break_on_hyphens=False)
    return [f"{head} {style}", *(f"{indent}  {part}".rstrip() for part in parts)]


def _pair(key: str, value: object, indent: str) -> list[str]:
    """Return the lines of a key of a mapping, which may be any text."""
    return [f"{indent}{scalar(key)}: {scalar(value)}"] if isinstance(value, str) else field_lines(key, value, indent)


def item_line(text: str, indent: str) -> str:
    """Return the line of a text in a list, without its line end."""
    return f"{indent}- {scalar(text)}"


def scalar(text: str, *, flow: bool = False) -> str:
    """Return a text plain if YAML reads it back as the same text, else in double quotes.

    Args:
        text: one line.
        flow: whether it stands between brackets, where commas separate items.
    """
    plain = _reads_back(text, f"[{text}]" if flow else f"- {text}")
    return text if plain else json.dumps(text, ensure_ascii=False)


def _reads_back(text: str, written: str) -> bool:
    """Return whether a list in YAML holds this text, as text, and nothing else."""
    try:
        node = compose(written)
    except yaml.YAMLError:
        return False
    match node:
        case yaml.SequenceNode(value=[yaml.ScalarNode(tag="tag:yaml.org,2002:str", value=value)]):
            return bool(value == text)
        case _:
            return False
