"""Reading a YAML file into plain data with the position of every value, or into a list of problems.

It reads the node graph rather than Python objects. Only nodes have a line and a column, and the original text of
scalars (``no``, ``2002``), which messages quote.
"""

import contextlib
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from bot.escaping import one_line
from bot.files import read_file
from bot.knowledge.slips import Slip, explained, hidden, odd_characters

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # PyYAML without libyaml: the same results, slower
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

MAX_BYTES: Final = 1_000_000
"""The largest file to read. This case's FAQ is a tenth of it."""

MAX_DEPTH: Final = 12
"""The deepest nesting; the schema needs six levels."""

_MOST_DIGITS: Final = 20
"""Digits of a number that is read as one; Python refuses to read thousands."""

Keys = tuple[str | int, ...]
"""The path of a value in a file: keys and list indices from the top."""

_LFS_POINTER: Final = b"version https://git-lfs.github.com/spec/"
"""How a file begins that stands for another: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md"""

_MERGE_TAG: Final = "tag:yaml.org,2002:merge"

_OTHER_PLACE: Final = re.compile(r", (?:by |in )?[\w./-]+\.yaml:\d+:\d+")
"""Matches where another item stands, at the end of what is wrong."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file. Lines and columns count from 1, as in text editors."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        """Return the position as compilers print it, so that text editors can jump to it."""
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something that a moderator has to fix."""

    place: Place
    what: str
    fix: str

    @property
    def unplaced(self) -> str:
        """What is wrong, without the places of other items."""
        return _OTHER_PLACE.sub("", self.what)

    def __str__(self) -> str:
        """Return ``file:line:column: what is wrong; how to fix it``, escaped to one line."""
        return one_line(f"{self.place}: {self.what}; {self.fix}")


@dataclass(slots=True)
class Document:
    """A parsed file: its data, and the position of each value."""

    name: str
    root: yaml.Node | None = None
    """What the parser made of it; None where the file could not be parsed."""

    data: Any = None
    places: dict[Keys, Place] = field(default_factory=dict)
    typed: dict[Keys, str] = field(default_factory=dict)
    """The original text of scalars that YAML does not parse as strings."""

    problems: list[Problem] = field(default_factory=list)

    def place(self, *path: str | int) -> Place:
        """Return the position of a value; of its nearest parent if the value is missing."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.places:
                return self.places[path[:end]]
        return Place(self.name)


def read(path: Path, name: str) -> Document:
    """Read a YAML file safely. No content raises an exception.

    Args:
        path: the file.
        name: the name to use in problems, relative to the knowledge folder.

    Returns:
        The document. If the file cannot be parsed, ``data`` is None and ``problems`` says why.
    """
    try:
        raw = read_file(path, MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        what = f"can't be read ({reason})"
        return Document(name, problems=[Problem(Place(name), what, "check that it exists and is readable")])
    return parse(raw, name)


def parse(raw: bytes, name: str) -> Document:
    """Parse the content of a YAML file; see :func:`read`."""
    document = Document(name)
    text = _text(raw, document)
    if text is None:
        return document
    try:
        if refused := _refusal(text, name):
            document.problems.append(refused)
            return document
        node = compose(text)
        if node is None:
            document.problems.append(Problem(Place(name), "the file is empty", "fill it or delete it"))
        else:
            document.root, document.data = node, _build(node, (), document)
            lines = text.split("\n")
            slips = (hidden(each, lines) for each in _scalars(node))
            document.problems += [_problem(slip, name) for slip in slips if slip]
    except yaml.MarkedYAMLError as error:
        slip = explained(error, text)
        document.problems.append(_problem(slip._replace(what=f"not valid YAML: {slip.what}"), name))
    except yaml.YAMLError as error:
        document.problems.append(
            Problem(Place(name), f"not readable as YAML ({error})", "fix the file as the message says")
        )
    return document


def _problem(slip: Slip, name: str) -> Problem:
    return Problem(Place(name, slip.line, slip.column), slip.what, slip.fix)


def compose(text: str) -> yaml.Node | None:
    """Parse a text into nodes, which know their position; return None if the text is empty.

    Raises:
        yaml.YAMLError: the text is not YAML.
    """
    return yaml.compose(text, Loader=Loader)


def _text(raw: bytes, document: Document) -> str | None:
    place = Place(document.name)
    if len(raw) > MAX_BYTES:
        what = f"larger than {MAX_BYTES:,} bytes"
        document.problems.append(Problem(place, what, "split it into several files"))
        return None
    if raw.startswith(_LFS_POINTER):
        what = "it's only a Git LFS pointer; the file itself is elsewhere"
        fix = "keep the file in git itself (`git lfs untrack` and `git add --renormalize`), or run `git lfs pull` here"
        document.problems.append(Problem(place, what, fix))
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        what = f"byte 0x{raw[error.start]:02x} is not UTF-8"
        fix = "save the file as UTF-8"
        document.problems.append(Problem(Place(document.name, line, column), what, fix))
        return None
    for number, line_text in enumerate(text.splitlines(), 1):
        indent = line_text[: len(line_text) - len(line_text.lstrip())]
        if "\t" in indent:
            tab = Place(document.name, number, indent.index("\t") + 1)
            what = "a tab is used to indent"
            document.problems.append(Problem(tab, what, "use spaces instead, two per level"))
    document.problems += [_problem(slip, document.name) for slip in odd_characters(text)]
    return None if document.problems else text


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _scalars(child)
    elif isinstance(node, yaml.MappingNode):
        for pair in node.value:
            for child in pair:
                yield from _scalars(child)


def _refusal(text: str, name: str) -> Problem | None:
    """Return a problem if a text uses YAML features that only attackers need; check before building anything from it.

    Aliases make small files huge ("billion laughs"), tags construct objects, and deep nesting exhausts the stack.
    """
    depth = documents = 0
    for event in yaml.parse(text, Loader=Loader):
        mark = event.start_mark
        place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if documents > 1:
            return Problem(place, "a second document starts here", "delete the line `---`")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            what = "anchors (&name) and aliases (*name) are not allowed"
            return Problem(place, what, "write the text out, or put it in quotes if it starts with & or *")
        if tag := getattr(event, "tag", None):
            return Problem(place, f"the tag {tag} is not allowed", "delete it, or put the text in quotes")
        if depth > MAX_DEPTH:
            return Problem(place, f"nested more than {MAX_DEPTH} levels deep", "flatten it")
    return None


def _build(node: yaml.Node, path: Keys, document: Document) -> object:
    mark = node.start_mark
    document.places[path] = Place(document.name, mark.line + 1, mark.column + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_build(child, (*path, i), document) for i, child in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(node, path, document))
    return _scalar(node.tag, node.value, path, document)


def _pairs(node: yaml.MappingNode, path: Keys, document: Document) -> Iterator[tuple[str, object]]:
    first: dict[str, int] = {}
    for key_node, value_node in node.value:
        mark = key_node.start_mark
        place = Place(document.name, mark.line + 1, mark.column + 1)
        if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == _MERGE_TAG:
            what = "a key must be one plain word"
            document.problems.append(Problem(place, what, "put text that holds a colon in quotes"))
            continue
        key = key_node.value
        if key in first:
            what = f"the key `{key}` is repeated; it's already on line {first[key]}"
            document.problems.append(Problem(place, what, "keep one of the two"))
            continue
        first[key] = place.line
        value = _build(value_node, (*path, key), document)
        # Problems with a scalar are best shown at its key.
        if not isinstance(value_node, yaml.CollectionNode):
            document.places[(*path, key)] = place
        yield key, value


def _scalar(tag: str, text: str, path: Keys, document: Document) -> object:
    kind = tag.rpartition(":")[2]
    if kind == "str":
        return text
    document.typed[path] = text
    match kind:
        case "null":
            return None
        case "bool":
            return text.lower() in {"yes", "true", "on"}
        case "int" if text.isdecimal() and len(text) <= _MOST_DIGITS:
            return int(text)
        case "timestamp":
            # A day that does not exist is kept as text, so that the field's own check reports it.
            with contextlib.suppress(ValueError):
                return dt.date.fromisoformat(text)
    return _Other(text)


@dataclass(frozen=True, slots=True)
class _Other:
    """A scalar of a YAML type that no field accepts: 1.5, 0x1F, 2002-01-18 10:00."""

    typed: str
