"""All hints on a knowledge base: those of the files, and what asking its own phrasings shows."""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from bot.knowledge.hints import Hint, HintKind, Weak, file_hints, located
from bot.knowledge.load import Files
from bot.matching.matcher import Matcher

SHOWN: Final = 3
"""Hints of a kind that are shown where not all are wanted."""


def all_hints(files: Files, matcher: Matcher, today: dt.date) -> list[Hint]:
    """Find every hint, by kind and place; takes seconds.

    Args:
        files: a folder without problems.
        matcher: what was built of it.
        today: what the age of a review counts from.
    """
    found = [*file_hints(files, today), *located(files, _weak(matcher))]
    kinds = list(HintKind)
    return sorted(found, key=lambda hint: (kinds.index(hint.kind), hint.problem))


def lines(found: Sequence[Hint], *, everything: bool) -> Iterator[str]:
    """Write hints for a terminal, grouped by kind.

    Args:
        found: sorted by kind.
        everything: whether to write all of them, instead of a few of each kind.
    """
    for kind, group in groupby(found, key=lambda hint: hint.kind):
        of_kind = list(group)
        shown = of_kind if everything else of_kind[:SHOWN]
        yield f"Hint: {kind}: {len(of_kind)}"
        yield from (f"  {hint}" for hint in shown)
        if len(shown) < len(of_kind):
            yield f"  and {len(of_kind) - len(shown)} more, see `casebot check --hints`"


def _weak(matcher: Matcher) -> Iterator[Weak]:
    found = matcher.review()
    for near in found.neighbours:
        what = f"{near.share:.0%} of the phrasings of `{near.entry}` are nearest to one of `{near.other}`"
        mend = "merge the two, or add phrasings that only one of them answers"
        yield Weak(HintKind.NEIGHBOURS, near.entry, None, what, mend)
    for stray in found.strays:
        what = f'"{stray.phrasing}" of `{stray.entry}` would reach `{stray.taken_by}` if it did not stand here'
        mend = "move it there, or add others like it here"
        yield Weak(HintKind.STRAY, stray.entry, stray.phrasing, what, mend)
    for twins in found.twins:
        what = f'"{twins.phrasing}" says the same as "{twins.other}"'
        yield Weak(HintKind.TWINS, twins.entry, twins.phrasing, what, "delete it, or word it in another way")
