"""All hints on a knowledge base: those from its files, and those from asking the matcher its own phrasings."""

import datetime as dt
from collections.abc import Iterator, Mapping

from bot.knowledge.hints import Hint, HintKind, Weak, file_hints, located
from bot.knowledge.load import Files
from bot.knowledge.yaml_file import Place, Problem
from bot.matching.matcher import Matcher
from bot.matching.review import FOLDS


def all_hints(files: Files, matcher: Matcher, today: dt.date) -> list[Hint]:
    """Return all hints, sorted by kind and position, which takes seconds.

    Args:
        files: the files of a valid knowledge folder.
        matcher: the matcher built from them.
        today: the current day, for the age of reviews.
    """
    texts = {entry.value.id: 1 + len(entry.value.phrasings) for entry in files.entries}
    found = [*file_hints(files, today), *_too_many(matcher), *located(files, _weak(matcher, texts))]
    kinds = list(HintKind)
    return sorted(found, key=lambda hint: (kinds.index(hint.kind), hint.problem))


def _too_many(matcher: Matcher) -> Iterator[Hint]:
    """Yield a hint if the FAQ has outgrown the trained classifier, which nothing else shows."""
    if matcher.outgrown:
        phrasings, entries = matcher.outgrown
        what = (
            f"{phrasings:,} phrasings of {entries:,} entries are more than the trained classifier can take; a simpler "
            f"one ranks them, and weak phrasings aren't looked for"
        )
        fix = "remove phrasings that say the same, or keep them: answers are just as fast"
        yield Hint(HintKind.SIZE, Problem(Place("faq"), what, fix))


def _weak(matcher: Matcher, texts: Mapping[str, int]) -> Iterator[Weak]:
    """Yield what the matcher finds weak; `texts` is how many each entry has, its question and its phrasings."""
    found = matcher.review()
    for near in found.neighbours:
        if texts[near.entry] < FOLDS:
            continue  # of so few, each is bound to be nearest to another entry's
        what = f"{near.share:.0%} of the phrasings of `{near.entry}` are nearest to one of `{near.other}`"
        fix = "merge the two, or add phrasings that only one of them answers"
        yield Weak(HintKind.NEIGHBOURS, near.entry, None, what, fix)
    for stray in (stray for stray in found.strays if texts[stray.entry] > 1):
        what = f'"{stray.phrasing}" of `{stray.entry}` would reach `{stray.taken_by}` if it were not here'
        fix = "move it there, or add others like it here"
        yield Weak(HintKind.STRAY, stray.entry, stray.phrasing, what, fix)
    for twins in found.twins:
        what = f'"{twins.phrasing}" says the same as "{twins.other}"'
        yield Weak(HintKind.TWINS, twins.entry, twins.phrasing, what, "delete it, or reword it")
