"""What ``sources.yaml`` records of a text: its passages; and what has changed in them since."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import count
from string import ascii_lowercase
from typing import Final

from bot.knowledge.citations import Ref
from bot.knowledge.ids import new_id
from bot.knowledge.model import Passage, Person, Source
from bot.knowledge.quotations import QUOTED, Quotation, Speakers, quotations
from bot.knowledge.splitting import Block, SplitBy, split, text_digest
from bot.knowledge.written_dates import WrittenDate, written_dates

_GIST_WORDS: Final = 6
"""First words of a passage to begin its gist with: too few to count as copied, or as a long quotation."""

UNWRITTEN: Final = "…"
"""How a gist ends that is only the passage's first words."""

_LABEL: Final = re.compile(r"(?:\[\^?\w{1,20}\]:?|[-*+\u2022])\s+")
"""The label of a footnote, or the mark of a list's item, at the beginning of a passage."""

_ONLY_SAYS: Final = 4
"""Words outside a passage's quotations that say no more than who is quoted: "said Ann Lee"."""


@dataclass(frozen=True, slots=True)
class DraftVoice:
    """A passage, or the part of it that is one voice, before its gist is written."""

    id: str
    gist: str
    speaker: str | None
    """Id of who is quoted."""


@dataclass(frozen=True, slots=True)
class DraftPassage:
    """A passage of a text, with what a moderator needs to write its gist."""

    id: str
    digest: str
    line: int
    voices: tuple[DraftVoice, ...]
    """The passage itself, or its parts if it both narrates and quotes."""

    dates: tuple[WrittenDate, ...]
    unclear: tuple[str, ...]
    """The first words of quotations whose speaker the passage does not name."""


@dataclass(frozen=True, slots=True)
class NewSpeaker:
    """Somebody whom a text quotes and ``people.yaml`` does not list."""

    id: str
    name: str
    alias: str | None
    """The last word of the name, if the text also has it alone: a surname."""

    passages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DraftSource:
    """A text as a source, before its gists are written."""

    passages: tuple[DraftPassage, ...]
    speakers: tuple[NewSpeaker, ...]
    left_out: tuple[Block, ...]
    digest: str


def draft_source(
    text: str, published: dt.date, language: str, people: Iterable[Person] = (), by: SplitBy = SplitBy.PARAGRAPH
) -> DraftSource:
    """Return a text as a source. Nothing in it is guessed: what the text does not say is left open.

    Args:
        text: the text, plain or Markdown, with line feeds.
        published: its date.
        language: its language.
        people: those of the knowledge base, whose names are known.
        by: where to split it.
    """
    known = list(people)
    done = split(text, by)
    speakers = Speakers(person.called for person in known)
    ids = {person.name: person.id for person in known}
    quoted: dict[str, list[str]] = {}
    taken = set(ids.values())
    passages = []
    for number, block in enumerate(done.passages, 1):
        id_ = f"p{number}"
        found = list(quotations(block.text, speakers))
        for name in dict.fromkeys(each.speaker for each in found if each.speaker):
            if name not in ids:
                ids[name] = new_id(name, taken)
                taken.add(ids[name])
                quoted[name] = []
        voices = tuple(_voices(id_, block.text, found, ids))
        for voice in voices:
            for name, marks in quoted.items():
                if voice.speaker == ids[name]:
                    marks.append(voice.id)
        unclear = tuple(_first_words(each.words) for each in found if not each.speaker)
        dates = tuple(dict.fromkeys(written_dates(block.text, published, language)))
        passages.append(DraftPassage(id_, text_digest(block.text), block.line, voices, dates, unclear))
    whole = " ".join(block.text for block in done.passages)
    names = [each for person in known for each in person.called] + list(quoted)
    new = tuple(NewSpeaker(ids[name], name, _alone(name, whole, names), tuple(marks)) for name, marks in quoted.items())
    return DraftSource(tuple(passages), new, done.left_out, text_digest(text))


def _alone(name: str, text: str, names: Sequence[str]) -> str | None:
    """Return the last word of a name if a text has it without the others, and nobody else has it."""
    *others, last = name.split()
    shared = sum(each.split()[-1].casefold() == last.casefold() for each in names) > 1
    without = text.replace(name, "").replace(f"{others[-1]} {last}", "") if others else ""
    return last if not shared and re.search(rf"(?<!\w){re.escape(last)}(?!\w)", without) else None


def _voices(id_: str, text: str, found: Sequence[Quotation], ids: dict[str, str]) -> Iterable[DraftVoice]:
    """Yield the passage as one voice, or its narration and each of its speakers."""
    said: dict[str, str] = {}
    for each in found:
        if each.speaker:
            said.setdefault(each.speaker, each.words)
    narrated = " ".join(QUOTED.sub(" ", text).split())
    if len(said) == 1 and all(each.speaker for each in found) and len(narrated.split()) <= _ONLY_SAYS:
        ((name, words),) = said.items()
        yield DraftVoice(id_, _spoken(name, words), ids[name])
    elif said and len(said) < len(ascii_lowercase):
        yield DraftVoice(f"{id_}a", _first_words(narrated), None)
        for letter, (name, words) in zip(ascii_lowercase[1:], said.items(), strict=False):
            yield DraftVoice(f"{id_}{letter}", _spoken(name, words), ids[name])
    else:
        yield DraftVoice(id_, _first_words(text), None)


def _spoken(name: str, words: str) -> str:
    first = _first_words(words).removesuffix(UNWRITTEN).strip()
    return f'{name}: "{first}" {UNWRITTEN}'


def _without_label(text: str) -> str:
    label = _LABEL.match(text)
    return text[label.end() :] if label else text


def _first_words(text: str) -> str:
    words = _without_label(text).replace('"', "'").split()[:_GIST_WORDS]
    return f"{' '.join(words)[:200].rstrip(',;:')} {UNWRITTEN}"


@dataclass(frozen=True, slots=True)
class Changes:
    """How a text differs from the one that a source was made from.

    Attributes:
        changed: passages in whose place another text stands, with that text.
        gone: passages whose place is gone.
        new: texts that stand where no passage was, each with the id of the passage before it; None at the beginning.
        digest: of the text as it is now.
    """

    changed: tuple[tuple[Passage, Block], ...]
    gone: tuple[Passage, ...]
    new: tuple[tuple[str | None, Block], ...]
    digest: str

    @property
    def any(self) -> bool:
        """Whether a passage differs."""
        return bool(self.changed or self.gone or self.new)


def compare(source: Source, text: str) -> Changes:
    """Compare a text with what a source records of the one it was made from.

    A passage that moved is none that changed. Of a changed one only its place is known, since no text is kept.
    """
    found = _best_split(source, text)
    was = [passage.digest or "" for passage in source.passages]
    now = [text_digest(block.text) for block in found]
    kept = set(was) & set(now)
    changed: list[tuple[Passage, Block]] = []
    gone: list[Passage] = []
    new: list[tuple[str | None, Block]] = []
    for tag, i, j, k, m in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        before = [passage for passage in source.passages[i:j] if passage.digest not in kept]
        after = [block for block, digest in zip(found[k:m], now[k:m], strict=True) if digest not in kept]
        pairs = min(len(before), len(after))
        changed += zip(before[:pairs], after[:pairs], strict=True)
        gone += before[pairs:]
        last = before[pairs - 1].id if pairs else source.passages[i - 1].id if i else None
        new += [(last, block) for block in after[pairs:]]
    return Changes(tuple(changed), tuple(gone), tuple(new), text_digest(text))


def likeliest(sources: Iterable[Source], text: str) -> Source | None:
    """Return the source that shares the most passages with a text; None if none shares any."""
    digests = {text_digest(block.text) for by in SplitBy for block in split(text, by).passages}

    def shared(source: Source) -> int:
        return sum(passage.digest in digests for passage in source.passages)

    return max(filter(shared, sources), key=shared, default=None)


def passage_texts(source: Source, text: str) -> dict[Ref, str]:
    """Return the text of each passage of a source, without its parts.

    Where the source has digests, they say which text belongs to which passage; else their order does.

    Raises:
        ValueError: the text is not the one that the source was made from.
    """
    if any(passage.digest for passage in source.passages):
        texts = {text_digest(block.text): block.text for block in _best_split(source, text)}
        if missing := [each.id for each in source.passages if each.digest and each.digest not in texts]:
            if len(missing) == sum(bool(each.digest) for each in source.passages):
                message = f"it has none of the passages of `{source.id}`, so it is another text"
            else:
                message = f"the text has changed since `{source.id}` was made from it, in {', '.join(missing)}"
            raise ValueError(message)
        return {Ref(source.id, each.id): texts[each.digest] for each in source.passages if each.digest}
    ways = [_paragraphs(text), *([block.text for block in split(text, by).passages] for by in SplitBy)]
    for way in ways:
        if len(way) == len(source.passages):
            return {Ref(source.id, each.id): part for each, part in zip(source.passages, way, strict=True)}
    message = (
        f"the text has {len(ways[0])} paragraphs separated by blank lines, but source `{source.id}` lists "
        f"{len(source.passages)} passages"
    )
    raise ValueError(message)


def _best_split(source: Source, text: str) -> tuple[Block, ...]:
    """Return the passages of a text, split in the way in which most are the source's."""
    known = {passage.digest for passage in source.passages}
    ways = [split(text, by).passages for by in SplitBy]
    return max(ways, key=lambda blocks: sum(text_digest(block.text) in known for block in blocks))


def _paragraphs(text: str) -> list[str]:
    """Return what blank lines part, headings and all."""
    found: list[list[str]] = [[]]
    for line in text.split("\n"):
        if words := line.split():
            found[-1] += words
        elif found[-1]:
            found.append([])
    return [" ".join(words) for words in found if words]


def next_ids(source: Source) -> Iterable[str]:
    """Yield unused ids for further passages of a source: p25, p26, ..."""
    taken = {part.id for part in source.citable()}
    return (f"p{number}" for number in count(len(source.passages) + 1) if f"p{number}" not in taken)
