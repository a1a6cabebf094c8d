"""Checks of every answer against the texts of its sources.

Numbers, dates, names, handles, hashtags and quoted words, where a slip can do harm, must be in the cited passages.
Words that no passage contains must be declared, with a reason.
"""

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.knowledge.citations import Ref, Statement, parse_blocks, parse_statements, prose
from bot.knowledge.inline import Code, Link, spans
from bot.knowledge.load import Files
from bot.knowledge.model import PartialDate, Person, Precision
from bot.knowledge.source_text import passage_texts
from bot.knowledge.written_dates import LATER_DAYS, days_in, earlier_days
from bot.knowledge.yaml_file import Place, Problem

MAX_QUOTE_WORDS: Final = 6
"""The longest quotation: a few words, for questions about the wording itself."""

MAX_COPIED_WORDS: Final = 7
"""The longest run of words that an answer may share with the article without quotation marks."""

_MONTHS: Final = [dt.date(2000, month, 1).strftime("%B") for month in range(1, 13)]
_MONTH: Final = "|".join(_MONTHS)
_DATE: Final = re.compile(
    rf"\b(?:(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})"
    rf"|(?P<month>{_MONTH}) (?P<us_days>\d{{1,2}}(?:{LATER_DAYS})?), (?P<us_year>\d{{4}})"
    rf"|(?:(?P<days>{earlier_days()}\d{{1,2}}) )?(?P<name>{_MONTH}) (?P<year>\d{{4}}))\b"
)
_NUMBER_WORDS: Final = (
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "sixteen", "twenty"
)  # fmt: skip
_NUMBER: Final = re.compile(rf"\d+(?:-\d+)*|\b(?:{'|'.join(_NUMBER_WORDS)})\b", re.IGNORECASE)
QUOTE: Final = re.compile(r"[\"\u201c](?P<words>[^\"\u201c\u201d\w]*\w[^\"\u201c\u201d]*)[\"\u201d]")
"""A quotation: words in quotation marks."""
_SPEECH: Final = re.compile(r"[\"\u201c][^\"\u201c\u201d]*(?:[\"\u201d]|$)")
"""Quoted words in an article, where the last quotation may not be closed."""
_EDITED: Final = re.compile(r"\[[^\[\]]*\]|\.\.\.|…")
"""An editor's insertion or omission in a quotation: ``"[he] ran"``, ``"so ... much"``."""
TAG: Final = re.compile(r"[#@]\w+")
"""A hashtag or handle."""
_NAME: Final = re.compile(r"\b[A-Z][\w'-]*")
_JOINED: Final = r"(?:\s+(?:(?:of|for|de|del)\s+(?:the\s+|la\s+|los\s+)?)?|\s+&\s+|\.)"
_WHOLE_NAME: Final = re.compile(rf"{_NAME.pattern}(?:{_JOINED}{_NAME.pattern})*")
"""A name of any length, such as ``Ministry of the Interior``."""
_OPENERS: Final = frozenset((
    "a", "after", "all", "an", "and", "as", "at", "before", "both", "but", "by", "during", "for", "from", "he", "her",
    "his", "if", "in", "it", "its", "later", "no", "of", "on", "one", "our", "she", "since", "some", "that", "the",
    "their", "then", "there", "these", "they", "this", "to", "under", "until", "we", "what", "when", "where", "while",
    "who", "with",
))  # fmt: skip
"""Words at the beginning of a sentence that belong to no name."""
_SENTENCE_START: Final = re.compile(r"(?:^|[.!?:]\s+)[\"\u201c(]*(?P<word>[\w'-]+)")


@dataclass(frozen=True, slots=True)
class _Text:
    """A text with citations, and its position."""

    place: Place
    statements: tuple[Statement, ...]
    inferred: Sequence[str] = ()
    dates: tuple[PartialDate, ...] = ()
    code: tuple[Statement, ...] = ()
    """Lines of code, and code within lines, each with what its statement is based on."""


def article_passages(article: str, files: Files, name: str | None = None) -> dict[Ref, str]:
    """Return the text of a source for each of its passages.

    If a passage has parts, the text of a part with a speaker consists of the speaker's name and the words in quotation
    marks; the text of the other parts is the rest.

    Args:
        article: the text; see :func:`bot.knowledge.source_text.passage_texts` for how its passages are told apart.
        files: the knowledge files.
        name: the id of the source; None for the first.

    Raises:
        ValueError: there is no such source, or the text is not the one that it was made from.
    """
    sources = {source.value.id: source.value for source in files.sources}
    if name is None:
        name = next(iter(sources), "")
    if name not in sources:
        message = f"there is no source `{name}`; name one of {', '.join(sources)}"
        raise ValueError(message)
    source = sources[name]
    texts = passage_texts(source, article)
    speakers = {person.value.id: person.value.name for person in files.people}
    found = {}
    for passage in source.passages:
        text = texts.get(Ref(source.id, passage.id))
        if text is None:
            continue
        found[Ref(source.id, passage.id)] = text
        for part in passage.parts:
            words = _SPEECH.sub(" ", text)
            if part.speaker:
                words = f"{speakers[part.speaker]}: {' '.join(_SPEECH.findall(text))}"
            found[Ref(source.id, part.id)] = words
    return found


def check_grounding(files: Files, passages: Mapping[Ref, str]) -> list[Problem]:
    """Return problems for what the cited passages do not contain, and for what is copied from the article.

    Args:
        files: the knowledge files.
        passages: the given texts by passage; citations of other sources are ignored.
    """
    people = [person.value for person in files.people]
    problems: list[Problem] = []
    for text in _texts(files):
        for statement in text.statements:
            refs = [ref for ref in statement.rests_on if ref in passages]
            if refs:
                cited = " ".join(passages[ref] for ref in refs)
                problems += _ungrounded(statement.plain, cited, text, people)
        problems += _ungrounded_code(text, passages)
        whole = " ".join(statement.plain for statement in text.statements)
        problems += _copied(whole, passages.values(), text.place)
        cited = " ".join(passages.get(ref, "") for statement in text.statements for ref in statement.rests_on)
        for date in text.dates:
            if not _has_date(date, cited):
                fix = "correct it or the marks, or set `precision: inferred` with a reason"
                problems.append(Problem(text.place, f"the date {date} is not in the cited passages", fix))
    return problems


def _texts(files: Files) -> Iterator[_Text]:
    default = files.sources[0].value.id
    refs = frozenset(Ref(each.value.id, part.id) for each in files.sources for part in each.value.citable())

    def statements(text: str) -> tuple[Statement, ...]:
        return parse_statements(text, default, refs)

    if files.case:
        yield _Text(files.case.place("summary"), statements(files.case.value.summary))
    for source in files.sources:
        for i, passage in enumerate(source.value.passages):
            for part in passage.voices:
                gist = Statement(part.gist, "", (Ref(source.value.id, part.id),))
                yield _Text(source.place("passages", i), (gist,))
    for person in files.people:
        yield _Text(person.place("role"), statements(person.value.role))
        for i, note in enumerate(person.value.notes):
            yield _Text(person.place("notes", i), statements(note))
    for event in files.events:
        value = event.value
        dates = () if value.precision is Precision.INFERRED else (value.date,)
        yield _Text(event.place("what"), statements(value.what), dates=dates)
    for entry in files.entries:
        blocks = parse_blocks(entry.value.answer, default, refs)
        said = prose(blocks)
        lines = [
            *(
                replace(each, text=line)
                for block in blocks
                if block.is_code
                for each in block.statements
                for line in each.text.split("\n")
            ),
            *(replace(each, text=span.text) for each in said for span in spans(each.text) if isinstance(span, Code)),
        ]
        spoken = tuple(replace(each, text=_spoken(each.text)) for each in said)
        yield _Text(entry.place("answer"), spoken, list(entry.value.inferred), code=tuple(lines))


def _spoken(text: str) -> str:
    """Return a line without its code and its addresses."""
    kept = (span for span in spans(text) if not isinstance(span, Code))
    return "".join(span.label if isinstance(span, Link) else span.text for span in kept)


def _ungrounded_code(text: _Text, passages: Mapping[Ref, str]) -> Iterator[Problem]:
    """Yield problems for code that the cited passages do not contain, whatever its blanks."""
    for statement in text.code:
        cited = " ".join(" ".join(passages[ref].split()) for ref in statement.rests_on if ref in passages)
        code = " ".join(statement.text.split())
        if cited and code not in cited and not any(words in statement.text for words in text.inferred):
            fix = "correct it or the marks, or declare it under `inferred:` with the reason"
            yield Problem(text.place, f"the code `{code}` is not in the cited passages", fix)


def _ungrounded(plain: str, cited: str, text: _Text, people: Sequence[Person]) -> Iterator[Problem]:
    """Yield problems for what a statement says beyond the passages that it cites."""
    rest = plain
    for words in text.inferred:
        rest = rest.replace(words, " ")
    missing = []
    for quote in QUOTE.finditer(rest):
        if not all(_plain(words) in _plain(cited) for words in _EDITED.split(quote["words"]) if words.strip()):
            missing.append(quote[0])
        if len(quote["words"].split()) > MAX_QUOTE_WORDS:
            fix = f"quote at most {MAX_QUOTE_WORDS} words and put the rest in your own"
            yield Problem(text.place, f"the quotation {quote[0]} is too long", fix)
    rest = QUOTE.sub(" ", rest)
    missing += [tag for tag in TAG.findall(rest) if tag.casefold() not in _tags(cited)]
    rest = TAG.sub(" ", rest)
    missing += [shown for date, shown in _dates(rest) if not _has_date(date, cited)]
    rest = _DATE.sub(" ", rest)
    numbers = {number.casefold() for number in _NUMBER.findall(cited)}
    parts = numbers | {part for number in numbers for part in number.split("-")}
    missing += [number for number in _NUMBER.findall(rest) if number.casefold() not in parts]
    missing += _missing_names(rest, cited, people)
    for words in dict.fromkeys(missing):
        fix = "correct it or the marks, or declare it under `inferred:` with the reason"
        yield Problem(text.place, f'"{words.strip(chr(34))}" is not in the cited passages', fix)


def _missing_names(text: str, cited: str, people: Sequence[Person]) -> Iterator[str]:
    """Yield people whom the passages mention by none of their names, and other names that are not in the passages."""
    for person in people:
        names = sorted((person.name, *person.aliases), key=len, reverse=True)
        pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")
        found = pattern.search(text)
        if found and not any(_occurs(name, cited) for name in (*names, *person.handles)):
            yield found[0]
        text = pattern.sub(", ", text)
    starts = {found.start("word") for found in _SENTENCE_START.finditer(text)}
    known = {word.casefold() for word in re.findall(r"[\w-]+", cited)}
    for whole in _WHOLE_NAME.finditer(text):
        words = list(_NAME.finditer(text, *whole.span()))
        if any(word.start() not in starts and _bare(word[0]).casefold() not in known for word in words):
            opens = words[0].start() in starts and words[0][0].casefold() in _OPENERS
            yield _bare(text[words[opens].start() : whole.end()])


def _bare(name: str) -> str:
    """Return a name without the ending of a possessive."""
    return name.removesuffix("'s").rstrip("'")


def _occurs(name: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None


def _tags(text: str) -> set[str]:
    return {tag.casefold() for tag in TAG.findall(text)}


def _dates(text: str) -> Iterator[tuple[PartialDate, str]]:
    """Yield dates and their text: ``2020-08-17``, ``January 18, 2002``, ``18 and 19 January 2002``, ``August 2020``."""
    for found in _DATE.finditer(text):
        if found["iso"]:
            yield PartialDate.parse(found["iso"]), found[0]
        else:
            month = _MONTHS.index(found["month"] or found["name"]) + 1
            for day in days_in(found["us_days"] or found["days"] or "0"):
                yield PartialDate(int(found["us_year"] or found["year"]), month, day), found[0]


def _has_date(date: PartialDate, text: str) -> bool:
    """Return whether a text contains a date in any form, at least as precisely."""
    if not date.month:
        return re.search(rf"\b{date.year}\b", text) is not None
    return any(
        (found.year, found.month) == (date.year, date.month) and date.day in {0, found.day} for found, _ in _dates(text)
    )


def _plain(text: str) -> str:
    """Return a text's case-folded words between spaces, so that case and punctuation do not matter."""
    words = " ".join(re.findall(r"[\w&]+", text.casefold()))
    return f" {words} "


def _copied(text: str, passages: Collection[str], place: Place) -> Iterator[Problem]:
    """Yield a problem for the first run of words, outside quotation marks, that is copied from the article."""
    originals = [_plain(passage) for passage in passages]
    length = MAX_COPIED_WORDS + 1
    for piece in QUOTE.sub("\n", text).splitlines():
        words = _plain(piece).split()
        for start in range(len(words) - length + 1):
            run = " ".join(words[start : start + length])
            if any(f" {run} " in original for original in originals):
                yield Problem(place, f'"{run}" is copied word for word from the source', "say it in your own words")
                return
