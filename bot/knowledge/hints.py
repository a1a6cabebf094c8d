"""Hints for moderators on how to improve valid files. They are never errors."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.knowledge.citations import Block, Ref, Statement, parse_blocks, prose
from bot.knowledge.grounding import MAX_QUOTE_WORDS, QUOTE, TAG
from bot.knowledge.inline import without_addresses
from bot.knowledge.load import Files, Located, names_pattern
from bot.knowledge.model import Entry, Kind, Person
from bot.knowledge.sentences import list_items
from bot.knowledge.source_text import UNWRITTEN
from bot.knowledge.yaml_file import Place, Problem
from bot.plurals import counted

FEWEST_PHRASINGS: Final = 8
LONGEST_ANSWER: Final = 400
"""Characters without marks: about ten lines on a phone, before the sources."""
LONGEST_STATEMENT: Final = 25
"""Words in a statement that listeners understand at once; the limit of plain-English guides such as GOV.UK's
(https://insidegovuk.blog.gov.uk/2014/08/04/sentence-length-why-25-words-is-our-limit/)."""
HARDEST: Final = 60
"""Readability index (see :func:`lix`) from which a text counts as very difficult."""
OLDEST_REVIEW: Final = dt.timedelta(days=365)
_LONG_WORD: Final = 6

# These are English, so they apply only to an English knowledge base.
_PRONOUN: Final = re.compile(r"\b(?:he|she|him|his|her|hers|himself|herself)\b", re.IGNORECASE)
_NEGATION: Final = re.compile(r"\b(?:not|no|none|nothing|nobody|never|neither|nor)\b|n't\b", re.IGNORECASE)
_ABSENCE: Final = re.compile(r"(?:The|This) \w+ (?:does|do|has|have) (?:not|no)\b")


class HintKind(StrEnum):
    """The kind of a hint; the value is the heading of its group."""

    SIZE = "more phrasings than the trained classifier takes"
    NEIGHBOURS = "entries that are hard to tell apart"
    STRAY = "phrasings that another entry takes"
    TWINS = "phrasings that say the same twice"
    FEW = "entries with few phrasings"
    LONG = "long answers"
    WORDY = "statements that are too long to read aloud"
    HARD = "answers that are hard to read"
    QUOTED = "quotations of more than a handful of words"
    NAMELESS = "answers that say he or she before a name"
    KIND = "answers that begin like another kind"
    ONE_LINE = "lists that have become one line"
    UNREVIEWED = "imported entries that nobody has reviewed"
    STALE = "entries not reviewed for a year"
    GIST = "gists that are only a passage's first words"
    SUPERSEDED = "answers based only on a superseded source"
    UNCITED = "passages that no entry cites"
    UNUSED = "synonyms that no entry uses"


@dataclass(frozen=True, slots=True)
class Hint:
    """Something that could be better."""

    kind: HintKind
    problem: Problem
    """Where it is, what it is, and how to fix it."""

    def __str__(self) -> str:
        """Return ``file:line:column: what could be better; how to fix it``."""
        return str(self.problem)


def lix(text: str) -> float:
    """Return the readability index LIX: words per sentence plus the percentage of words of more than six letters.

    The index is by C. H. Björnsson (Läsbarhet, 1968), who also counts a colon as the end of a sentence. Newspapers have
    40 to 50; over 60 is very difficult. It needs neither syllables nor a word list, so it suits any European language.
    """
    found = re.findall(r"[^\W\d_]+", text)
    sentences = len(re.findall(r"(?<![.!?:])[.!?:]+(?=\s|$)", text)) or 1
    return len(found) / sentences + 100 * sum(len(word) > _LONG_WORD for word in found) / max(len(found), 1)


def file_hints(files: Files, today: dt.date) -> list[Hint]:
    """Return the hints that follow from the files alone, without the matcher.

    Args:
        files: the files of a valid knowledge folder.
        today: the current day, for the age of reviews.
    """
    texts = _Texts(files)
    found = [
        hint
        for entry in files.entries
        for hint in (*_of_entry(entry, today), *_of_answer(entry, texts), *_of_kind(entry, texts))
    ]
    return [*found, *_gists(files), *_superseded(files, texts), *_uncited(files, texts), *_unused(files)]


class _Texts:
    """The passages, their speakers and the people's names, which the checks of answers need."""

    def __init__(self, files: Files) -> None:
        sources = [source.value for source in files.sources]
        self._default: Final = _default_source(files)
        self._parts = {Ref(source.id, part.id): part for source in sources for part in source.citable()}
        self._refs = frozenset(self._parts)
        self.people: Final[Mapping[str, Person]] = {person.value.id: person.value for person in files.people}
        self.names: Final = names_pattern(self.people.values())
        self.noun: Final = sources[0].kind.split()[-1] if sources else "source"
        self.english: Final = files.case is not None and files.case.value.language == "en"

    def blocks(self, answer: str) -> tuple[Block, ...]:
        return parse_blocks(answer, self._default, self._refs)

    def cited(self, answer: str) -> set[Ref]:
        """Return the passages that an answer cites; citing a whole passage cites its parts."""
        refs = {ref for block in self.blocks(answer) for statement in block.statements for ref in statement.refs}
        return refs | {Ref(ref.source, part.id) for ref in refs for part in self._parts[ref].voices}

    def only_quotes(self, statement: Statement) -> bool:
        """Return whether a statement cites only people's own words."""
        return bool(statement.rests_on) and all(self._parts[ref].speaker for ref in statement.rests_on)


def _of_entry(entry: Located[Entry], today: dt.date) -> Iterator[Hint]:
    value = entry.value
    if len(value.phrasings) < FEWEST_PHRASINGS:
        what = f"`{value.id}` has {counted(len(value.phrasings), 'phrasing')}"
        fix = f"add some in other words, {FEWEST_PHRASINGS} or more in all"
        yield Hint(HintKind.FEW, Problem(entry.place("phrasings"), what, fix))
    if value.review_day is None:
        what = f"`{value.id}` was imported and never reviewed"
        fix = "check its answer against the source and replace `never` with the date"
        yield Hint(HintKind.UNREVIEWED, Problem(entry.place("reviewed"), what, fix))
    elif today - value.review_day > OLDEST_REVIEW:
        what = f"`{value.id}` was last reviewed on {value.review_day}"
        fix = "check its answer against the source and set `reviewed`"
        yield Hint(HintKind.STALE, Problem(entry.place("reviewed"), what, fix))


def _of_answer(entry: Located[Entry], texts: _Texts) -> Iterator[Hint]:
    """Yield hints on an answer that is hard to read, or to follow when read aloud."""
    value, place = entry.value, entry.place("answer")
    if len(list_items(value.answer)) > 1 and "\n" not in value.answer:
        what = f"the answer of `{value.id}` holds a list on one line"
        yield Hint(
            HintKind.ONE_LINE, Problem(place, what, "begin it with `answer: |`, so that each item keeps its line")
        )
    statements = [without_addresses(statement.plain) for statement in prose(texts.blocks(value.answer))]
    plain = " ".join(statements)
    if len(plain) > LONGEST_ANSWER:
        what = f"the answer of `{value.id}` has {len(plain)} characters"
        fix = f"shorten it to {LONGEST_ANSWER}, or split the entry"
        yield Hint(HintKind.LONG, Problem(place, what, fix))
    for statement in statements:
        if (words := len(statement.split())) > LONGEST_STATEMENT:
            what = f'a statement of `{value.id}` has {words} words: "{_beginning(statement)}"'
            yield Hint(HintKind.WORDY, Problem(place, what, f"split it in two, of at most {LONGEST_STATEMENT} each"))
    if (index := lix(plain)) >= HARDEST:
        what = f"the answer of `{value.id}` is hard to read (LIX {index:.0f}, a newspaper has 40 to 50)"
        yield Hint(HintKind.HARD, Problem(place, what, "write shorter sentences and words"))
    for quote in QUOTE.finditer(plain):
        if (words := len(quote["words"].split())) > MAX_QUOTE_WORDS:
            what = f"the quotation {quote[0]} of `{value.id}` has {words} words"
            fix = f"quote at most {MAX_QUOTE_WORDS} words and put the rest in your own"
            yield Hint(HintKind.QUOTED, Problem(place, what, fix))
    unquoted = QUOTE.sub(" ", plain)
    pronoun = _PRONOUN.search(unquoted) if texts.english else None
    if pronoun and not (texts.names and texts.names.search(unquoted, 0, pronoun.start())):
        what = f'`{value.id}` says "{pronoun[0]}" before anyone whom people.yaml lists'
        yield Hint(HintKind.NAMELESS, Problem(place, what, "begin with the name, and list who it is"))


def _of_kind(entry: Located[Entry], texts: _Texts) -> Iterator[Hint]:
    """Yield a hint if an answer's first statement does not match the entry's kind."""
    value = entry.value
    first = texts.blocks(value.answer)[0].statements[0]
    what = fix = ""
    if value.kind in {Kind.CLAIM, Kind.QUOTE}:
        speakers = names_pattern(texts.people[person] for person in value.attributed_to)
        if not (speakers and speakers.search(first.plain)):
            what, fix = "does not begin with who says it", "name someone from `attributed_to`"
        elif value.kind is Kind.QUOTE and not (QUOTE.search(first.plain) or TAG.search(first.plain)):
            what, fix = "does not begin with a quotation", "quote a few words, or make it a `claim`"
    elif value.kind is Kind.REPORTED and texts.only_quotes(first):
        what, fix = "begins with something only known from someone's own words", "make it a `claim` or a `quote`"
    elif texts.english and value.kind is Kind.NOT_COVERED and not _NEGATION.search(first.plain):
        what, fix = "does not begin with what is missing", f'begin with "The {texts.noun} does not"'
    elif texts.english and value.kind is Kind.REPORTED and _ABSENCE.match(first.plain):
        what, fix = "begins with what is missing", "make it `not_covered`, or begin with what is reported"
    if what:
        place = entry.place("answer")
        yield Hint(HintKind.KIND, Problem(place, f"`{value.id}` is `{value.kind}` and {what}", fix))


def _default_source(files: Files) -> str:
    """Return the source that marks without one mean."""
    return files.sources[0].value.id if files.sources else ""


def _beginning(text: str) -> str:
    return " ".join(text.split()[:6]) + " …"


def _gists(files: Files) -> Iterator[Hint]:
    for source in files.sources:
        for i, passage in enumerate(source.value.passages):
            for part in passage.voices:
                if part.gist.endswith(UNWRITTEN):
                    mark = Ref(source.value.id, part.id).mark(_default_source(files))
                    what = f"the gist of `{mark}` is not written yet ({part.gist})"
                    yield Hint(HintKind.GIST, Problem(source.place("passages", i, "id"), what, "say what it says"))


def _superseded(files: Files, texts: _Texts) -> Iterator[Hint]:
    later = {source.value.supersedes: source.value.id for source in files.sources if source.value.supersedes}
    for entry in files.entries:
        cited = {ref.source for ref in texts.cited(entry.value.answer)}
        if cited and cited <= later.keys() and not entry.value.retired:
            by = ", ".join(sorted(later[source] for source in cited))
            what = f"the answer of `{entry.value.id}` cites only what `{by}` supersedes"
            fix = f"check it against `{by}`: cite that, or give both and say which is later"
            yield Hint(HintKind.SUPERSEDED, Problem(entry.place("answer"), what, fix))


def _uncited(files: Files, texts: _Texts) -> Iterator[Hint]:
    said = [entry.value.answer for entry in files.entries] + ([files.case.value.summary] if files.case else [])
    cited = {ref for text in said for ref in texts.cited(text)}
    for source in files.sources:
        for i, passage in enumerate(source.value.passages):
            for part in passage.voices:
                ref = Ref(source.value.id, part.id)
                if ref not in cited:
                    what = f"no entry cites `{ref.mark(_default_source(files))}` ({part.gist})"
                    place = source.place("passages", i, "id")
                    yield Hint(HintKind.UNCITED, Problem(place, what, "write an entry about what it says"))


def _unused(files: Files) -> Iterator[Hint]:
    if files.words is None:
        return
    asked = (text for entry in files.entries for text in (entry.value.question, *entry.value.phrasings))
    said = f" {' '.join(map(_words, asked))} "
    for i, group in enumerate(files.words.value.synonyms):
        if not any(f" {_words(term)} " in said for term in group):
            what = f"no question of an entry holds any of: {', '.join(group)}"
            fix = "add the word that your entries use, or delete the group"
            yield Hint(HintKind.UNUSED, Problem(files.words.place("synonyms", i), what, fix))


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


@dataclass(frozen=True, slots=True)
class Weak:
    """A weakness that the matcher found when it was asked an entry's phrasings."""

    kind: HintKind
    entry: str
    phrasing: str | None
    """The phrasing as in the file; None if it concerns the whole entry."""

    what: str
    fix: str


def located(files: Files, found: Iterable[Weak]) -> list[Hint]:
    """Return the matcher's findings as hints with their positions in the files."""
    entries: Mapping[str, Located[Entry]] = {entry.value.id: entry for entry in files.entries}
    return [Hint(each.kind, Problem(_place(entries[each.entry], each.phrasing), each.what, each.fix)) for each in found]


def _place(entry: Located[Entry], phrasing: str | None) -> Place:
    if phrasing is None:
        return entry.place("id")
    if phrasing == entry.value.question:
        return entry.place("question")
    return entry.place("phrasings", entry.value.phrasings.index(phrasing))
