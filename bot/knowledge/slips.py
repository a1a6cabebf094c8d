"""What a moderator has most likely mistyped where a file is not valid YAML, or is not read as it looks.

The parser names the place where it gave up, often far below the slip, and in its own terms. These functions look at the
lines as a person would.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import yaml

from bot.knowledge.model import known_keys


class Slip(NamedTuple):
    """A slip, with lines and columns from 1."""

    line: int
    column: int
    what: str
    fix: str


_UNPRINTABLE: Final = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What YAML does not allow in a file: https://yaml.org/spec/1.2.2/#51-character-set"""

_START: Final = r"^(?P<indent> *)(?:- +)*(?:[A-Za-z_][\w-]*: +)?"
"""What may stand before a value."""

_NO_BREAK: Final = re.compile(
    r"^ *(?:- *)?(?:[A-Za-z_][\w-]*: *)?(?P<blank>[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000])"
)
_QUOTED: Final = re.compile(rf"{_START}(?P<quote>[\"'])(?P<rest>.*)$")
_DOUBLE: Final = re.compile(r'(?:[^"\\]|\\.)*"')
_SINGLE: Final = re.compile(r"(?:[^']|'')*'")
_AFTER: Final = re.compile(r"\s*(?:$|#|[:,\]}])")
"""What may follow a text in quotes, up to the end of which :data:`_DOUBLE` and :data:`_SINGLE` go."""

_KEY: Final = re.compile(r"^ *(?:- +)?(?P<key>[A-Za-z_][\w-]*):(?:\s|$)")
_KEY_ONLY: Final = re.compile(r"^ *(?:- +(?=(?:id|entry|about) ))?(?P<key>[a-z_]+)(?: +\S.*)?$")
_TIGHT_KEY: Final = re.compile(r"^ *(?:- +)?(?P<key>[a-z_]+):(?P<value>[^\s:/].*)$")
_TIGHT_DASH: Final = re.compile(r"^(?P<indent> *)-(?P<value>[^\s-].*)$")
_SPECIAL: Final = re.compile(rf"{_START}(?P<sign>[@`%|>*&!?\[{{}}\],])")
_HIDDEN: Final = re.compile(r"\s+(?P<text>#[^\s#].*)$")


def odd_characters(text: str) -> Iterator[Slip]:
    """Yield what must not stand anywhere in a file: control characters, and the marks of a conflict in git."""
    if found := _UNPRINTABLE.search(text):
        line, column = _place(text, found.start())
        yield Slip(line, column, f"holds the invisible character U+{ord(found[0]):04X}", "delete it")
    lines = text.split("\n")
    for number, line_text in enumerate(lines, 1):
        if line_text.startswith("<<<<<<< "):
            fix = "keep one of the two versions, and delete the lines that start with <<<<<<<, ======= and >>>>>>>"
            yield Slip(number, 1, "git left two versions here that it couldn't merge", fix)
            return
        if found := _NO_BREAK.match(line_text):
            column = found.start("blank") + 1
            what = f"a special space (U+{ord(found['blank']):04X}) is where a plain one must be"
            yield Slip(number, column, what, "delete it and press the space bar; it often comes from copied text")


def hidden(node: yaml.ScalarNode, lines: Sequence[str]) -> Slip | None:
    """Return what a plain scalar leaves out or takes in although it does not look so.

    Args:
        node: the scalar.
        lines: the lines of the file.
    """
    if node.style or node.start_mark is None or node.end_mark is None:
        return None
    start, end = node.start_mark, node.end_mark
    if end.line < len(lines) and (found := _HIDDEN.match(lines[end.line], end.column)):
        what = f"`{found['text'].rstrip()[:40]}` is left out, because text after a space and # is a comment"
        return Slip(end.line + 1, found.start("text") + 1, what, "put the whole text in quotes, or a space after the #")
    for at in range(start.line + 1, min(end.line + 1, len(lines))):
        if (slip := _tight(lines[at], at + 1)) and (at < end.line or end.column):
            return slip
    return None


def explained(error: yaml.MarkedYAMLError, text: str) -> Slip:
    """Return what is wrong with a file that is not valid YAML, in a moderator's words.

    Args:
        error: what the parser raised.
        text: the file.
    """
    lines = text.split("\n")
    mark = error.problem_mark or error.context_mark
    line, column = (min(mark.line, len(lines) - 1), mark.column + 1) if mark else (0, 1)
    said = " ".join(filter(None, (error.context, error.problem)))
    return next(filter(None, _guesses(said, lines, line, column)))


def _guesses(said: str, lines: Sequence[str], line: int, column: int) -> Iterator[Slip | None]:
    """Yield what may be wrong, the most certain first; the last is always something.

    Args:
        said: what the parser says.
        lines: the lines of the file.
        line: where the parser gave up, from 0.
        column: the same, from 1.
    """
    if "escape" in said or "hexdecimal" in said or "hexadecimal" in said:
        fix = r"write \\ for each backslash, or put the text in single quotes: '...'"
        yield Slip(line + 1, column, "a backslash has a meaning of its own in double quotes", fix)
    for at in range(line + 1):
        yield _quotes(lines[at], at + 1) or _open_bracket(lines, at)
    around = [line, *[at for at in range(line - 1, -1, -1) if lines[at].strip()][:2]]
    yield _first(_tight, lines, around) or _first(_special, lines, around)
    found = _KEY.match(lines[line])
    if "mapping values are not allowed" in said and not (found and column <= found.end("key") + 1):
        yield Slip(line + 1, column, "the text holds a colon", 'put the text in quotes, since it holds a colon: "..."')
    yield _first(_without_colon, lines, around) or _stray(lines, around)
    if found:
        what = f"`{found['key']}` isn't aligned with the keys around it"
        yield Slip(line + 1, column, what, "indent it as far as the key above it, and check that one too")
    shown = lines[line].strip()[:60]
    what = f"`{shown}` cannot be read" if shown else "something above isn't finished"
    yield Slip(line + 1, column, what, "check indentation, quotes and brackets here and in the line above")


def _first(look: Callable[[str, int], Slip | None], lines: Sequence[str], numbers: Iterable[int]) -> Slip | None:
    return next(filter(None, (look(lines[at], at + 1) for at in numbers)), None)


def _special(text: str, line: int) -> Slip | None:
    found = _SPECIAL.match(text)
    if not found or _closed(text[found.start("sign") :]):
        return None
    what = f"the text starts with {found['sign']}, which has a meaning of its own"
    fix = "put the text in quotes, since it starts with a special character"
    if found["sign"] in _PAIRS:
        fix = f"close the bracket, or {fix}"
    return Slip(line, found.start("sign") + 1, what, fix)


def _open_bracket(lines: Sequence[str], at: int) -> Slip | None:
    found = _SPECIAL.match(lines[at])
    if not found or found["sign"] not in _PAIRS:
        return None
    text, end = lines[at].rstrip(), _PAIRS[found["sign"]]
    goes_on = text.endswith((",", found["sign"])) and any(end in line for line in lines[at + 1 :])
    if end in text or goes_on:
        return None
    what = f"the bracket {found['sign']} that opens here is not closed"
    fix = "close the bracket, or put the text in quotes if it starts with one"
    return Slip(at + 1, found.start("sign") + 1, what, fix)


def _without_colon(text: str, line: int) -> Slip | None:
    found = _KEY_ONLY.match(text)
    if not found or found["key"] not in _KEYS:
        return None
    return Slip(line, found.start("key") + 1, f"`{found['key']}` has no colon", f"write `{found['key']}: ...`")


def _stray(lines: Sequence[str], around: Iterable[int]) -> Slip | None:
    """Look for a line that is neither key nor item, and stands no deeper than the key before it."""
    for at in around:
        text = lines[at].rstrip()
        if not text or _KEY.match(text) or text.lstrip().startswith(("-", "#")):
            continue
        keys = (each for each in reversed(lines[:at]) if _KEY.match(each))
        if _indent(text) <= _indent(next(keys, "")):
            fix = "start it with a key, such as `answer:`, or indent it further if it continues the line above"
            return Slip(at + 1, _indent(text) + 1, f"`{text.strip()[:40]}` has neither a key nor a dash before it", fix)
    return None


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


_PAIRS: Final = {"[": "]", "{": "}"}

_KEYS: Final = frozenset({"sources", "people", "events", "entries", *known_keys()})
"""The keys of the files."""


def _tight(text: str, line: int) -> Slip | None:
    if found := _TIGHT_DASH.match(text):
        fix = f"write `- {found['value'].strip()[:40]}`"
        return Slip(line, len(found["indent"]) + 1, "there's no space after the dash", fix)
    if (found := _TIGHT_KEY.match(text)) and found["key"] in _KEYS:
        fix = f"write `{found['key']}: {found['value'].strip()[:40]}`"
        return Slip(line, found.end("key") + 1, "there's no space after the colon", fix)
    return None


def _quotes(text: str, line: int) -> Slip | None:
    """Look for a quotation mark that is not closed, or is closed too soon."""
    found = _QUOTED.match(text)
    if not found:
        return None
    quote, rest, column = found["quote"], found["rest"], found.start("quote") + 1
    end = _DOUBLE.match(rest) if quote == '"' else _SINGLE.match(rest)
    if not end:
        return Slip(line, column, "the quotation mark that opens here is not closed", "close the quotation mark")
    if _AFTER.match(rest, end.end()):
        return None
    how = "write '' for an apostrophe in it" if quote == "'" else r"write \" for the quotation marks in it"
    what = "the text continues after its closing quotation mark"
    return Slip(line, column + end.end(), what, f"put the whole text in quotes, and {how}")


def _closed(text: str) -> bool:
    """Return whether a bracket that a text starts with is closed, and nothing follows."""
    return text[0] in _PAIRS and text.partition(" #")[0].rstrip().endswith(_PAIRS[text[0]])


def _place(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1
