"""What a change of an answer is for its readers: a typo, a clarification or a correction."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Final

from rapidfuzz.distance import OSA

from bot.editing.items import read_item
from bot.editing.revision import Change, ChangeKind
from bot.knowledge.blocks import TextBlock, joined
from bot.knowledge.citations import parse_blocks
from bot.knowledge.load import KnowledgeError

_WORDS: Final = re.compile(r"\w+")
_LONG_WORD: Final = 6
"""Letters of a word in which one wrong letter hardly makes another word, as in "now" and "not"."""


def said(lines: str | None) -> str:
    """Return the answer that the lines of an entry hold, without its marks; empty if there is none."""
    try:
        answer = read_item("faq/", lines or "").get("answer", "")
    except KnowledgeError:
        return ""
    blocks = parse_blocks(str(answer), "", None)
    return joined(TextBlock(block.layout, " ".join(each.plain for each in block.statements)) for block in blocks)


def changed_answer(changes: Iterable[Change]) -> Change | None:
    """Return the first change that gives readers of an entry another answer; None if there is none."""
    return next(
        (
            change
            for change in changes
            if change.file.startswith("faq/")
            and change.before
            and change.after
            and (before := said(change.before))
            and (after := said(change.after))
            and before != after
        ),
        None,
    )


def guessed(changes: Iterable[Change]) -> ChangeKind | None:
    """Guess what an edit is for readers; None if it changes no answer."""
    change = changed_answer(changes)
    return guess(said(change.before), said(change.after)) if change else None


def guess(before: str, after: str) -> ChangeKind:
    """Guess what a change of an answer is; in doubt, a correction.

    Args:
        before: the answer before, without marks.
        after: the answer after.
    """
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    replaced = [
        (old[a:b], new[c:d])
        for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if what != "equal"
    ]
    if all(len(gone) == len(come) and all(map(_slip, gone, come)) for gone, come in replaced):
        return ChangeKind.TYPO
    return ChangeKind.CORRECTION if any(gone for gone, _come in replaced) else ChangeKind.CLARIFICATION


def _slip(old: str, new: str) -> bool:
    """Return whether a word is another only by a slip of the hand; never a name or a number."""
    if not (old[:1].islower() and new[:1].islower() and min(len(old), len(new)) >= _LONG_WORD):
        return False
    return old.isalpha() and new.isalpha() and OSA.distance(old, new, score_cutoff=1) <= 1
