"""What could be better in files that have no problem: hints for moderators, never errors."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.knowledge.citations import parse_ref, parse_statements
from bot.knowledge.load import Files, Located
from bot.knowledge.model import Entry
from bot.knowledge.yaml_file import Place, Problem

FEWEST_PHRASINGS: Final = 8
LONGEST_ANSWER: Final = 400
"""Characters without marks: about ten lines on a phone, before the sources begin."""
HARDEST: Final = 60
"""Readability index (see :func:`lix`) from which a text counts as very difficult."""
OLDEST_REVIEW: Final = dt.timedelta(days=365)
_LONG_WORD: Final = 6


class HintKind(StrEnum):
    """What a hint is about, as the heading of a group of them."""

    NEIGHBOURS = "entries that are hard to tell apart"
    STRAY = "phrasings that another entry takes"
    TWINS = "phrasings that say the same twice"
    FEW = "entries with few phrasings"
    LONG = "long answers"
    HARD = "answers that are hard to read"
    STALE = "entries not reviewed for a year"
    UNCITED = "passages that no entry cites"
    UNUSED = "synonyms that no entry uses"


@dataclass(frozen=True, slots=True)
class Hint:
    """Something that could be better."""

    kind: HintKind
    problem: Problem
    """Where, what, and how to mend it."""

    def __str__(self) -> str:
        """Give ``file:line:column: what could be better; how to mend it``."""
        return str(self.problem)


def lix(text: str) -> float:
    """Measure how hard a text is to read: words a sentence, plus the percentage of words of more than six letters.

    This is the readability index of C. H. Björnsson (Läsbarhet, 1968), in which a colon ends a sentence too: 40 to 50
    is a newspaper, over 60 very difficult. It needs neither syllables nor a word list, so that it holds for any
    European language.
    """
    found = re.findall(r"[^\W\d_]+", text)
    sentences = len(re.findall(r"(?<![.!?:])[.!?:]+(?=\s|$)", text)) or 1
    return len(found) / sentences + 100 * sum(len(word) > _LONG_WORD for word in found) / max(len(found), 1)


def hints(files: Files, today: dt.date) -> list[Hint]:
    """Find what the files themselves show.

    Args:
        files: a folder without problems.
        today: what the age of a review counts from.
    """
    found = [hint for entry in files.entries for hint in _of_entry(entry, today, _default_source(files))]
    return [*found, *_uncited(files), *_unused(files)]


def _default_source(files: Files) -> str:
    return files.sources[0].value.id if files.sources else ""


def _of_entry(entry: Located[Entry], today: dt.date, source: str) -> Iterator[Hint]:
    value = entry.value
    if len(value.phrasings) < FEWEST_PHRASINGS:
        what = f"`{value.id}` has {_count(len(value.phrasings), 'phrasing')}"
        mend = f"add some in other words, {FEWEST_PHRASINGS} or more in all"
        yield Hint(HintKind.FEW, Problem(entry.place("phrasings"), what, mend))
    plain = " ".join(statement.plain for statement in parse_statements(value.answer, source))
    if len(plain) > LONGEST_ANSWER:
        what = f"the answer of `{value.id}` has {len(plain)} characters"
        mend = f"make do with {LONGEST_ANSWER}, or split the entry"
        yield Hint(HintKind.LONG, Problem(entry.place("answer"), what, mend))
    if (index := lix(plain)) >= HARDEST:
        what = f"the answer of `{value.id}` is hard to read (LIX {index:.0f}, a newspaper has 40 to 50)"
        yield Hint(HintKind.HARD, Problem(entry.place("answer"), what, "write shorter sentences and words"))
    if today - value.reviewed > OLDEST_REVIEW:
        what = f"`{value.id}` was last reviewed on {value.reviewed}"
        mend = "hold its answer against the source and set `reviewed`"
        yield Hint(HintKind.STALE, Problem(entry.place("reviewed"), what, mend))


def _uncited(files: Files) -> Iterator[Hint]:
    default = _default_source(files)
    cited = {
        ref
        for entry in files.entries
        for statement in parse_statements(entry.value.answer, default)
        for ref in statement.refs
    }
    for source in files.sources:
        for i, passage in enumerate(source.value.passages):
            if parse_ref(f"{source.value.id}:{passage.id}", default) not in cited:
                what = f"no entry cites `{passage.id}` ({passage.gist})"
                place = source.place("passages", i, "id")
                yield Hint(HintKind.UNCITED, Problem(place, what, "write an entry on what it says"))


def _unused(files: Files) -> Iterator[Hint]:
    if files.words is None:
        return
    asked = (text for entry in files.entries for text in (entry.value.question, *entry.value.phrasings))
    said = f" {' '.join(map(_words, asked))} "
    for i, group in enumerate(files.words.value.synonyms):
        if not any(f" {_words(term)} " in said for term in group):
            what = f"no question of an entry holds any of: {', '.join(group)}"
            mend = "add the word that your entries use, or delete the group"
            yield Hint(HintKind.UNUSED, Problem(files.words.place("synonyms", i), what, mend))


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


@dataclass(frozen=True, slots=True)
class Weak:
    """What asking the phrasings showed of one: a finding of the matcher, in words."""

    kind: HintKind
    entry: str
    phrasing: str | None
    """As it stands in the file; None for the entry as a whole."""

    what: str
    mend: str


def located(files: Files, found: Iterable[Weak]) -> list[Hint]:
    """Give findings of the matcher their places in the files."""
    entries: Mapping[str, Located[Entry]] = {entry.value.id: entry for entry in files.entries}
    return [
        Hint(each.kind, Problem(_place(entries[each.entry], each.phrasing), each.what, each.mend)) for each in found
    ]


def _place(entry: Located[Entry], phrasing: str | None) -> Place:
    if phrasing is None:
        return entry.place("id")
    if phrasing == entry.value.question:
        return entry.place("question")
    return entry.place("phrasings", entry.value.phrasings.index(phrasing))


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
