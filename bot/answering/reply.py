"""What the bot has to say to one message, as values without anything of Discord or of the terminal in them."""

import datetime as dt
from dataclasses import dataclass, field

from bot.knowledge.model import Kind, Part, Source
from bot.matching.types import Decision, Outcome


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered source of a reply."""

    number: int
    """Counts from 1 in the order in which the reply cites."""

    source: Source
    passage: Part
    speaker: str | None
    """Name of the person whose words the passage holds."""

    partly: tuple[str, ...] = ()
    """Names of those whom a passage quotes that narrates too."""


@dataclass(frozen=True, slots=True)
class CitedStatement:
    """A piece of an answer with the numbers of the citations it rests on."""

    text: str
    closing: str
    numbers: tuple[int, ...]

    @property
    def plain(self) -> str:
        """The statement as it is read aloud, without numbers."""
        return self.text + self.closing

    def __str__(self) -> str:
        """Write the statement with its marks: ``He was 16 [1].``."""
        marks = "".join(f"[{number}]" for number in self.numbers)
        return f"{self.text} {marks}{self.closing}" if marks else self.plain


@dataclass(frozen=True, slots=True)
class Link:
    """An entry that a member may ask next."""

    entry: str
    question: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of one entry."""

    entry: str
    question: str
    """The question as the FAQ words it, so that members see which one is answered."""

    kind: Kind
    statements: tuple[CitedStatement, ...]
    attributed_to: tuple[str, ...]
    """Names of those who claim or say it; empty where the source itself reports it."""

    related: tuple[Link, ...]
    reviewed: dt.date

    @property
    def text(self) -> str:
        """The statements in one line, with [n] marks."""
        return " ".join(str(statement) for statement in self.statements)

    @property
    def plain(self) -> str:
        """The statements in one line, without marks."""
        return " ".join(statement.plain for statement in self.statements)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An entry the member may have meant."""

    entry: str
    question: str
    answer: str
    """Plain text, without marks."""

    score: float
    """0..1."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot has to say to one message."""

    outcome: Outcome
    score: float = 0.0
    """Confidence in the first answer or suggestion, 0..1."""

    answers: tuple[Answer, ...] = ()
    """One, or two for a message that asks two things or may mean either; empty for ``suggest`` and ``none``."""

    tied: bool = False
    """Whether the answers are two ways to read one question."""

    citations: tuple[Citation, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    """Up to three; only for ``suggest``."""

    stopped: tuple[str, ...] = ()
    """Entries that would be the answer, or one of two, if moderators had not taken them out of service."""

    language: str | None = None
    """Language of the message, as two letters, where the FAQ does not speak it; then there is no answer."""

    decisions: tuple[Decision, ...] = field(default=(), repr=False)
    """How it was decided, one for each question looked up; for moderators."""

    @property
    def sure(self) -> bool:
        """Whether there is one answer and no doubt about it."""
        return self.outcome is Outcome.ANSWER and not self.tied

    @property
    def latest(self) -> str | None:
        """The entry that a follow-up leans on: the last one answered, or the likelier of two readings; None without."""
        if not self.answers:
            return None
        return self.answers[0 if self.tied else -1].entry
