"""The knowledge base as frozen, typed values.

These classes define both the schema of the YAML files, which refuses unknown keys and converts nothing to text, and the
values that the rest of the bot reads. Nothing here accesses a file.
"""

import contextlib
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetPydanticSchema,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema
from typing_extensions import override

from bot.escaping import first_invisible
from bot.knowledge.blocks import normalized
from bot.knowledge.citations import Block, Ref, Statement, marks_of, parse_blocks, parse_statements

MAX_TEXT: Final = 2_000
"""The longest text of a field, in characters; a Discord message can show all of it."""

MAX_PHRASING: Final = 300
"""The longest phrasing or regression question, in characters."""


def _without_controls(text: str) -> str:
    if found := first_invisible(text):
        message = f"holds the invisible character U+{ord(found):04X}; delete it"
        raise ValueError(message)
    return text


def _one_line(text: str) -> str:
    return " ".join(text.split())


Text = Annotated[
    str,
    StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=MAX_TEXT),
    AfterValidator(_without_controls),
    AfterValidator(_one_line),
]
"""Text that members read: 1 to 2,000 characters, with whitespace collapsed and no invisible characters."""


def _normalized(text: str) -> str:
    """Return an answer in its plainest form, which may be shorter or longer than it is written."""
    plain = normalized(text)
    if not 1 <= len(plain) <= MAX_TEXT:
        what = "string_too_long" if plain else "string_too_short"
        message = "not of the right length"  # worded by the loader, which knows the key
        raise PydanticCustomError(what, message, {"max_length": MAX_TEXT})
    return plain


AnswerText = Annotated[
    str,
    StringConstraints(strict=True, min_length=1, max_length=MAX_TEXT),
    AfterValidator(_without_controls),
    AfterValidator(_normalized),
]
"""An answer: as :data:`Text`, but with its paragraphs, lists and code blocks; see :mod:`bot.knowledge.blocks`."""

Phrase = Annotated[
    str,
    StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=MAX_PHRASING),
    AfterValidator(_without_controls),
    AfterValidator(_one_line),
]
"""A question as members may type it: 1 to 300 characters."""

Id = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
"""A short name in lower case: letters, digits and single hyphens, at most 60 characters."""

Handle = Annotated[str, StringConstraints(strict=True, pattern=r"^@\w{1,30}$")]
"""A social media handle with its @."""

Digest = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9a-f]{16}$")]
"""The first 16 hexadecimal digits of a SHA-256. Written in quotes, since YAML reads mere digits as a number."""

Url = Annotated[str, StringConstraints(strict=True, pattern=r"^https://[^\s<>]+$", max_length=500)]
"""An https address of at most 500 characters."""


_NO_DAY: Final = "no_day"
_EUROPEAN: Final = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
"""A day as most of Europe writes it; with slashes, nobody knows which number is the month."""


def _iso_date(value: object) -> object:
    if not isinstance(value, str):
        return value
    with contextlib.suppress(ValueError):
        return dt.date.fromisoformat(value)
    fix = "write it as YYYY-MM-DD"
    if found := _EUROPEAN.fullmatch(value.strip()):
        day, month, year = map(int, found.groups())
        with contextlib.suppress(ValueError):
            fix = f"write {dt.date(year, month, day)}"
    message = "not a day"  # worded by the loader, which knows the key
    raise PydanticCustomError(_NO_DAY, message, {"typed": value[:40], "fix": fix})


Day = Annotated[dt.date, Field(strict=True), BeforeValidator(_iso_date, json_schema_input_type=dt.date)]
"""A calendar day, written YYYY-MM-DD."""

NEVER: Final = "never"
"""In place of a day, for an entry that was imported and that nobody has reviewed yet."""


def _day_or_never(_: object, handler: Any) -> CoreSchema:  # noqa: ANN401 (pydantic's own type is generic)
    # Not a union, whose errors would name both of its members.
    return core_schema.no_info_wrap_validator_function(
        lambda value, day: NEVER if value == NEVER else day(value),
        handler.generate_schema(Day),
        serialization=core_schema.plain_serializer_function_ser_schema(lambda value: value),
    )


Review = Annotated[
    dt.date | Literal["never"],
    GetPydanticSchema(_day_or_never),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date"}, {"const": NEVER}]}),
]
"""The day of a review, or :data:`NEVER`."""

_PARTIAL_DATE = re.compile(r"(?P<year>\d{4})(-(?P<month>\d{2})(-(?P<day>\d{2}))?)?")


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date whose day, or month and day, may be unknown; they are 0 then, so that it sorts first."""

    year: int
    month: int = 0
    day: int = 0

    @classmethod
    def parse(cls, value: object) -> Self:
        """Parse ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.

        Args:
            value: the text, or the int or date that YAML has parsed it to.

        Raises:
            ValueError: the value has none of these forms, or that day doesn't exist.
        """
        found = _PARTIAL_DATE.fullmatch(str(value))
        if isinstance(value, bool) or not found:
            message = "write a date as YYYY, YYYY-MM or YYYY-MM-DD"
            raise ValueError(message)
        year, month, day = (int(found[part] or 0) for part in ("year", "month", "day"))
        try:
            dt.date(year, month or 1, day or 1)
        except ValueError:
            message = f"there is no day {value}; correct it"
            raise ValueError(message) from None
        return cls(year, month, day)

    @property
    def iso(self) -> str:
        """The date as in the files: ``2002-01-18``, ``2003``."""
        parts = [f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part)]
        return "-".join(parts)

    def __str__(self) -> str:
        """Return the date in English, as in sources and messages about the files: ``18 January 2002``, ``2003``."""
        if not self.month:
            return str(self.year)
        date = dt.date(self.year, self.month, self.day or 1)
        return f"{self.day} {date:%B} {self.year}".removeprefix("0 ")


EventDate = Annotated[
    PartialDate,
    BeforeValidator(PartialDate.parse),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}, {"type": "integer"}]}),
]


class Value(BaseModel):
    """Base of all values: frozen, and closed to keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Topic(Value):
    """A heading under which members browse entries."""

    id: Id
    title: Text


class Subject(StrEnum):
    """What kind of thing a knowledge base is about, so that the bot speaks of it in the right words."""

    CASE = "case"
    PROJECT = "project"
    CLUB = "club"
    RULES = "rules"
    EVENT = "event"


Host = Annotated[
    str, StringConstraints(strict=True, pattern=r"^[^\s/:@?#\[\]A-Z]+(\.[^\s/:@?#\[\]A-Z]+)+$", max_length=253)
]
"""The host of an address in lower case, such as docs.example.org."""


SiteAddress = Annotated[str, StringConstraints(strict=True, pattern=r"^https://[^\s<>()?#]+$", max_length=200)]
"""An https address without anything after its path."""


class Site(Value):
    """The public page that `casebot site` builds."""

    address: SiteAddress | None = Field(
        default=None, description="The public page's address, once it's online; replies in chat then link to it."
    )
    search_engines: bool = Field(default=False, description="Whether search engines may list the public page.")


class Case(Value):
    """What the knowledge base is about (``case.yaml``)."""

    title: Text
    kind: Subject = Field(
        default=Subject.CASE, description="What kind of subject it is, so that the bot uses the right words for it."
    )
    summary: Text = Field(description="Two or three sentences, each with citation marks.")
    disclaimer: Text = Field(description="What the bot says about its own limits.")
    language: Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z]{2}$")] = Field(
        default="en", description="Language of the questions and answers, as two letters."
    )
    topics: tuple[Topic, ...] = Field(min_length=1)
    link_hosts: tuple[Host, ...] = Field(
        default=(), description="Hosts that answers may link to, besides those of the sources: docs.example.org."
    )
    site: Site = Site()
    contact: Text | None = Field(
        default=None,
        description="Where people ask for an answer about them to be corrected or withdrawn: an address, or words.",
    )


class Part(Value):
    """A citable piece of a source that is one voice: the source's own, or that of the person it quotes."""

    id: Id
    gist: Text = Field(description="What it says, in our own words; never the source's sentence.")
    speaker: Id | None = Field(default=None, description="Id of the person whose words these are.")
    where: Text | None = Field(default=None, description="Where the speaker said it.")

    @property
    def voices(self) -> tuple["Part", ...]:
        """The parts by voice: only this one."""
        return (self,)


class Passage(Part):
    """A paragraph or so of a source. Where it both narrates and quotes, it is split into parts, by voice."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["gist"]}, {"required": ["parts"]}]})

    gist: Text = Field(
        default="", description="What it says, in our own words; never the source's sentence. Parts have their own."
    )
    parts: tuple[Part, ...] = Field(
        default=(), description="The narration and the quotations of a passage that has both: p3a, p3b, ..."
    )
    digest: Digest | None = Field(
        default=None, description="Digest of its text, written by `casebot source add`, for `casebot source check`."
    )

    @model_validator(mode="after")
    def _parts_speak_for_themselves(self) -> Self:
        if self.parts and (self.gist or self.speaker or self.where):
            message = f"`{self.id}` has parts; give `gist`, `speaker` and `where` to each of them instead"
            raise ValueError(message)
        if not self.parts and not self.gist:
            message = "the key `gist` is missing; add `gist:`"
            raise ValueError(message)
        for part in self.parts:
            if not re.fullmatch(f"{self.id}[a-z]", part.id):
                message = f"the part `{part.id}` is not named after its passage; call it {self.id}a, {self.id}b, ..."
                raise ValueError(message)
        return self

    @property
    @override
    def voices(self) -> tuple[Part, ...]:
        """The parts, or the passage itself if it has none."""
        return self.parts or (self,)


class Source(Value):
    """A text that answers are based on, with its passages in order."""

    id: Id
    title: Text
    date: Day
    kind: Text
    language: Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
    publisher: Text | None = None
    url: Url | None = None
    archived: Url | None = Field(default=None, description="Address of an archived copy.")
    accessed: Day | None = Field(default=None, description="Day on which the address was read.")
    note: Text | None = Field(default=None, description="What is unusual about the source.")
    supersedes: Id | None = Field(
        default=None,
        description="Id of the earlier source that this one replaces completely; that one stays readable. Not for a "
        "text that corrects only part of it.",
    )
    digest: Digest | None = Field(
        default=None, description="Digest of the whole text, written by `casebot source add`, as of each passage."
    )
    passages: tuple[Passage, ...] = Field(min_length=1)

    def citable(self) -> Iterator[Part]:
        """Yield everything that a mark may name, in reading order: each passage, followed by its parts."""
        for passage in self.passages:
            yield passage
            yield from passage.parts


class Person(Value):
    """Somebody the sources name."""

    id: Id
    name: Text
    aliases: tuple[Text, ...] = ()
    handles: tuple[Handle, ...] = ()
    epithets: tuple[Text, ...] = Field(
        default=(), description="What members call the person without a name: the reality star."
    )
    role: Text = Field(description="Role in what the sources say, with citation marks.")
    passages: tuple[str, ...] = Field(
        default_factory=lambda given: marks_of(given.get("role", "")),
        min_length=1,
        description="Where the person appears: p1, ...; by default, the passages that `role` cites.",
    )
    notes: tuple[Text, ...] = Field(default=(), description="What is unclear or inconsistent.")

    @property
    def called(self) -> tuple[str, ...]:
        """All names of the person: name, aliases and handles."""
        return (self.name, *self.aliases, *self.handles)


class Precision(StrEnum):
    """How much of an event's date the sources give."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    INFERRED = "inferred"


def _precision(date: PartialDate | None, inferred: str | None) -> Precision:
    """Return the precision that an event has as it is written; any for a date that is invalid."""
    if inferred is not None:
        return Precision.INFERRED
    if date is None or date.day:
        return Precision.DAY
    return Precision.MONTH if date.month else Precision.YEAR


class Event(Value):
    """A dated event."""

    id: Id
    date: EventDate
    inferred: Text | None = Field(default=None, description="Why this date is assumed.")
    precision: Precision = Field(
        default_factory=lambda given: _precision(given.get("date"), given.get("inferred")),
        description="By default, what `date` gives; `inferred` if that key gives a reason.",
    )
    what: Text = Field(description="What happened, with citation marks.")
    said_by: tuple[Id, ...] = Field(default=(), description="Who says so, if not the source itself.")
    people: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _precision_fits_date(self) -> Self:
        given = _precision(self.date, None)
        if self.precision is Precision.INFERRED:
            if self.inferred is None:
                message = "an inferred date needs a reason; add `inferred: why`"
                raise ValueError(message)
        elif self.inferred is not None:
            message = "`inferred` goes with `precision: inferred`; change one of the two"
            raise ValueError(message)
        elif self.precision is not given:
            message = f"the date gives the {given}; write `precision: {given}` or fix the date"
            raise ValueError(message)
        return self


class Kind(StrEnum):
    """What an answer is, so that members see who stands behind it."""

    REPORTED = "reported"
    CLAIM = "claim"
    QUOTE = "quote"
    NOT_COVERED = "not_covered"
    NOTE = "note"
    """The moderators' own remark about the bot or a source. Only statements about people need marks."""


class Entry(Value):
    """One question of the FAQ with its answer."""

    id: Id
    question: Phrase = Field(description="The question as members see it above the answer.")
    phrasings: tuple[Phrase, ...] = Field(
        default=(), description="Other ways to ask it, in members' own words; ideally eight or more."
    )
    answer: AnswerText = Field(
        description="Short statements, each followed by its marks: ... [p2]. After `|`, also lists and code blocks."
    )
    kind: Kind
    attributed_to: tuple[Id, ...] = Field(
        default=(), description="Who claims or says it; needed for `claim` and `quote`."
    )
    topics: tuple[Id, ...] = Field(min_length=1)
    related: tuple[Id, ...] = ()
    unless: tuple[Phrase, ...] = Field(
        default=(), description="Words that rule this entry out when a question contains one of them."
    )
    inferred: Mapping[str, Text] = Field(
        default_factory=dict,
        description="Words of the answer that no passage contains, each with the reason.",
    )
    reviewed: Review = Field(
        description="Day on which a moderator last checked it against the source; never, if it was only imported."
    )
    retired: Day | None = Field(
        default=None, description="Day on which it was retired: kept in the file, no longer shown to members."
    )

    @property
    def review_day(self) -> dt.date | None:
        """The day of the last review; None if there was none."""
        return None if self.reviewed == NEVER else self.reviewed

    @model_validator(mode="after")
    def _claims_have_a_speaker(self) -> Self:
        if self.kind in {Kind.CLAIM, Kind.QUOTE} and not self.attributed_to:
            message = f"a {self.kind} needs a speaker; add `attributed_to: [person-id]`"
            raise ValueError(message)
        return self


class WithdrawalReason(StrEnum):
    """Why a person asked for an entry to be withdrawn. Readers are not told."""

    PRIVACY = "privacy"
    SAFETY = "safety"
    LEGAL = "legal"
    OTHER = "other"


class Withdrawal(Value):
    """The withdrawal of an entry at a person's request."""

    date: Day
    reason: WithdrawalReason
    passages: tuple[str, ...] = Field(
        default=(), description="Passages that only this entry cited, whose gists are withdrawn with it: p4, other:p4."
    )


class WithdrawnEntry(Value):
    """What is left of an entry that was withdrawn. None of its text stays in the files, so that none can be shown."""

    id: Id
    withdrawn: Withdrawal = Field(description="When a person's request was met, and the kind of its reason.")

    @model_validator(mode="before")
    @classmethod
    def _nothing_else(cls, data: Any) -> Any:  # noqa: ANN401 (whatever the file holds)
        others = ", ".join(f"`{key}`" for key in data if key not in cls.model_fields) if isinstance(data, dict) else ""
        if others:
            message = f"a withdrawn entry keeps only `id` and `withdrawn`; delete {others}"
            raise ValueError(message)
        return data


def entry_model(data: object) -> type[Entry] | type[WithdrawnEntry]:
    """Return the model of an item of ``faq/``, as parsed: an entry, or what is left of one."""
    return WithdrawnEntry if isinstance(data, Mapping) and "withdrawn" in data else Entry


class Words(Value):
    """What the matcher knows of words (``synonyms.yaml``)."""

    synonyms: tuple[tuple[Phrase, ...], ...] = Field(
        default=(), description="Groups of words or terms that mean the same."
    )
    chat_speak: Mapping[str, Phrase] = Field(
        default_factory=dict, description="Short forms of chat and what they stand for."
    )
    stop_words: tuple[Phrase, ...] = Field(
        default=(), description="Words too common to tell one question from another."
    )
    fillers: tuple[Phrase, ...] = Field(
        default=(), description="Words or terms that are ignored, because they don't ask anything."
    )
    strangers: tuple[Phrase, ...] = Field(
        default=(), description="Other people's names, which are never read as misspellings of the FAQ's words."
    )
    declined: tuple[Phrase, ...] = Field(
        default=(),
        description="Phrases of messages that get no guesses: requests for addresses or slurs, loaded remarks.",
    )


class Expected(Value):
    """Regression questions that must reach one entry."""

    entry: Id
    ask: tuple[Phrase, ...] = Field(min_length=1)


class Refused(Value):
    """Regression questions that must not be answered."""

    about: Text
    ask: tuple[Phrase, ...] = Field(min_length=1)


Percent = Annotated[float, Field(ge=0, le=100)]


class Goals(Value):
    """The figures that a change must not fall behind."""

    right: Percent = Field(default=90, description="Least share of `answered` that comes out right, in percent.")
    false: Percent = Field(default=5, description="Largest share of `unanswered` that gets an answer, in percent.")


class Questions(Value):
    """The moderators' regression set (``questions.yaml``)."""

    goals: Goals = Goals()
    answered: tuple[Expected, ...] = ()
    unanswered: tuple[Refused, ...] = ()


def known_keys(of: type[Value] = Value) -> frozenset[str]:
    """Return all keys that a kind of value, and those derived from it, may have in the files; by default, any value."""
    return frozenset(of.model_fields).union(*map(known_keys, of.__subclasses__()))


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    """The moderators' whole knowledge base, validated and with references resolved.

    Mappings are keyed by id and keep the order of the files.
    """

    case: Case
    sources: Mapping[str, Source]
    passages: Mapping[Ref, Part]
    """Everything that a mark may name: passages and their parts."""

    people: Mapping[str, Person]
    events: tuple[Event, ...]
    """Oldest first."""

    entries: Mapping[str, Entry]
    """The entries in service, without retired ones in ``related``."""

    words: Words
    questions: Questions
    """The regression set, without the questions for retired entries."""

    retired: Mapping[str, Entry] = field(default_factory=dict)
    """The retired entries, which can be restored."""

    withdrawn: Mapping[str, WithdrawnEntry] = field(default_factory=dict)
    """What is left of the entries that were withdrawn at a person's request."""

    _refs: frozenset[Ref] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Collect the references that marks may name, once for all texts."""
        object.__setattr__(self, "_refs", frozenset(self.passages))

    @property
    def entry_ids(self) -> frozenset[str]:
        """The ids that entries have or had, which no new one may take."""
        return frozenset([*self.entries, *self.retired, *self.withdrawn])

    def blocks(self, entry: Entry) -> tuple[Block, ...]:
        """Return the blocks of an entry's answer, with their statements."""
        return parse_blocks(entry.answer, next(iter(self.sources)), self._refs)

    def successor(self, source: str) -> Source | None:
        """Return the source that supersedes one, by its id; None if none does."""
        return next((each for each in self.sources.values() if each.supersedes == source), None)

    def cited(self, text: str) -> tuple[Statement, ...]:
        """Return the statements of a line with citation marks, such as a role, an event or the summary."""
        return parse_statements(text, next(iter(self.sources)), self._refs)
