"""Lists joined as in prose, in the current language."""

import re
from collections.abc import Iterable
from typing import Final

from bot.i18n.catalogue import _, spoken

_FIRST: Final = re.compile(r"\w.*", re.DOTALL)
"""Matches a name from its first letter, after quotation marks or markdown."""

_EUPHONY: Final = {
    # "Ana e Inés", "padres e hijos", "Ana e Yvonne"; but "nieve y hielo", "Ana y Yolanda".
    "es": (" y ", " e ", re.compile(r"h?(?:í|i(?![aeouáéóú]))|y(?![aeiouáéíóú])", re.IGNORECASE)),
}
"""By language: what joins the last name, what does before some names, and a pattern for how these begin."""


def enumerate_names(names: Iterable[str]) -> str:
    """Return names joined as in prose: ``A``, ``A and B``, ``A, B and C``; there must be at least one."""
    *rest, last = names
    if not rest:
        return last
    joined = _("{names} and {last}")
    if spoken() in _EUPHONY:
        usual, before, sounds = _EUPHONY[spoken()]
        first = _FIRST.search(last)
        if first and sounds.match(first[0]):
            joined = joined.replace(usual, before)
    return joined.format(names=", ".join(rest), last=last)
