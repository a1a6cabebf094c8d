"""Citation marks in texts that come from elsewhere, or that an export has written."""

import re
from collections.abc import Callable, Collection, Sequence
from typing import Final

from bot.knowledge.citations import Ref

_REF: Final = r"[a-z0-9-]+:[a-z0-9-]+"
_REFS: Final = rf"{_REF}(?:\s{{0,4}},\s{{0,4}}{_REF})*"
_EXPORTED: Final = re.compile(rf"(?P<space>\s{{0,4}})\[(?P<refs>{_REFS})\](?!\()")
"""A mark as exports write it, always with its source: ``[report:n1]``."""

_ANY: Final = re.compile(r"(?P<space>\s{0,4})\[(?P<refs>[a-z0-9:-]+(?:\s{0,4},\s{0,4}[a-z0-9:-]+)*)\](?!\()")


def mark(refs: Sequence[Ref], default_source: str) -> str:
    """Return a mark as the files write it: ``[n1]`` for a passage of the first source, ``[letter:n1]`` for others."""
    return f"[{', '.join(ref.mark(default_source) for ref in refs)}]"


def parse_refs(text: str, passages: Collection[Ref]) -> tuple[Ref, ...]:
    """Return the passages that a text lists, each with its source; empty if it is no such list, or not all exist."""
    if not re.fullmatch(_REFS, text.strip()):
        return ()
    refs = tuple(_ref(name) for name in text.split(","))
    return refs if all(ref in passages for ref in refs) else ()


def lists_passages(text: str) -> bool:
    """Return whether a text has the form of a list of passages, whether they exist or not."""
    return re.fullmatch(_REFS, text.strip()) is not None


def _ref(name: str) -> Ref:
    source, _, passage = name.strip().partition(":")
    return Ref(source, passage)


def localized(text: str, default_source: str, passages: Collection[Ref]) -> tuple[str, bool]:
    """Return a text with the marks that an export wrote as the files write them; those that name nothing here go.

    Returns:
        The text, and whether it has marks now.
    """
    found = False

    def local(match: re.Match[str]) -> str:
        nonlocal found
        refs = parse_refs(match["refs"], passages)
        found = found or bool(refs)
        return f"{match['space']}{mark(refs, default_source)}" if refs else ""

    return _EXPORTED.sub(local, text), found


def qualified(text: str, default_source: str, passages: Collection[Ref]) -> str:
    """Return an answer of a base with the source in each mark, as exports write it."""
    return _each(text, default_source, passages, lambda refs: f"[{', '.join(map(str, refs))}]")


def bare(text: str, default_source: str, passages: Collection[Ref]) -> str:
    """Return an answer of a base without its marks."""
    return _each(text, default_source, passages, lambda _: "")


def refs_of(text: str, default_source: str, passages: Collection[Ref]) -> list[tuple[Ref, ...]]:
    """Return what each mark of an answer cites, in order."""
    found: list[tuple[Ref, ...]] = []

    def note(refs: tuple[Ref, ...]) -> str:
        found.append(refs)
        return ""

    _each(text, default_source, passages, note)
    return found


def _each(text: str, default_source: str, passages: Collection[Ref], written: Callable[[tuple[Ref, ...]], str]) -> str:
    def replaced(match: re.Match[str]) -> str:
        names = [name if ":" in name else f"{default_source}:{name.strip()}" for name in match["refs"].split(",")]
        refs = tuple(map(_ref, names))
        if not all(ref in passages for ref in refs):
            return match[0]
        shown = written(refs)
        return f"{match['space']}{shown}" if shown else ""

    return _ANY.sub(replaced, text)
