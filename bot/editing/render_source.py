"""A new source and its speakers -> lines of YAML, with comments for their editors."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.editing.render import scalar
from bot.knowledge.source_text import DraftPassage, DraftSource, DraftVoice, NewSpeaker
from bot.knowledge.written_dates import WrittenDate


@dataclass(frozen=True, slots=True)
class SourceDetails:
    """What is recorded of a source beside its passages; the fields are those of :class:`bot.knowledge.model.Source`."""

    id: str
    title: str
    date: dt.date
    kind: str
    language: str
    publisher: str | None = None
    url: str | None = None
    archived: str | None = None
    supersedes: str | None = None


def source_lines(details: SourceDetails, draft: DraftSource) -> list[str]:
    """Return the lines of a source as an item of the list ``sources``, without indentation."""
    first = {"id": details.id, "title": details.title, "publisher": details.publisher}
    then = {
        "kind": details.kind,
        "language": details.language,
        "url": details.url,
        "archived": details.archived,
        "supersedes": details.supersedes,
        "digest": draft.digest,
    }
    keys = [*_pairs(first), f"date: {details.date}", *_pairs(then)]
    return [
        f"- {keys[0]}",
        *(f"  {key}" for key in keys[1:]),
        "  passages:",
        "    # Each gist begins with the passage's first words; say in your own words what it says. Comments note its",
        "    # dates, and words that it quotes without naming the speaker.",
        *(f"    {line}" for passage in draft.passages for line in _passage_lines(passage)),
    ]


def speaker_lines(speaker: NewSpeaker, source: str | None) -> list[str]:
    """Return the lines of somebody as an item of the list ``people``, without indentation.

    Args:
        speaker: who is quoted.
        source: the id of the source; None for the first, which marks do not name.
    """
    marks = ", ".join(f"{source}:{passage}" if source else passage for passage in speaker.passages)
    return [
        f"- id: {scalar(speaker.id)}",
        f"  name: {scalar(speaker.name)}",
        *([f"  aliases: [{scalar(speaker.alias, flow=True)}]"] if speaker.alias else []),
        f"  role: Quoted by the source [{marks}].   # a person or an organization; say who that is",
    ]


def _pairs(values: Mapping[str, str | None]) -> Iterator[str]:
    return (f"{key}: {scalar(value)}" for key, value in values.items() if value is not None)


def _passage_lines(passage: DraftPassage) -> Iterator[str]:
    yield f"- id: {passage.id}"
    if [voice.id for voice in passage.voices] == [passage.id]:
        yield from (f"  {line}" for line in _voice_lines(passage.voices[0]))
    else:
        yield "  parts:"
        for voice in passage.voices:
            yield f"    - id: {voice.id}"
            yield from (f"      {line}" for line in _voice_lines(voice))
    yield f"  digest: {scalar(passage.digest)}"
    if passage.dates:
        yield f"  # dates: {'; '.join(map(_date, passage.dates))}"
    if passage.unclear:
        yield f"  # quoted without a speaker's name: {'; '.join(passage.unclear)}"


def _voice_lines(voice: DraftVoice) -> Iterator[str]:
    yield f"gist: {scalar(voice.gist)}"
    if voice.speaker:
        yield f"speaker: {scalar(voice.speaker)}"


def _date(date: WrittenDate) -> str:
    if date.date is None:
        return f'"{date.text}"'
    if date.date.iso == date.text:
        return date.text
    return f'"{date.text}" = {date.date.iso}' + (f" (inferred: {date.inferred})" if date.inferred else "")
