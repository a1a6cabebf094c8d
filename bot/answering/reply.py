"""The reply to a message, as values that know neither Discord nor the terminal."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Final

from bot.editing.revision import ChangeKind
from bot.knowledge.blocks import Form, Layout, TextBlock, joined
from bot.knowledge.model import Kind, Part, Source, Subject
from bot.matching.types import Decision, Outcome

SURE: Final = 0.6
"""Score from which an answer is given to a member who hasn't asked the bot. Well-known FAQs answer from .3 if asked."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered source of a reply."""

    number: int
    """Counts from 1, in the order in which the reply cites."""

    source: Source
    passage: Part
    speaker: str | None
    """Name of the person whose words the passage consists of; None for others."""

    partly: tuple[str, ...] = ()
    """Names of the people quoted in a passage that also narrates."""

    superseded_by: Source | None = None
    """The later source that replaces this one's; None if none does."""
    link: str | None = None
    """Address of the passage on the public page; None if there is no such page."""


@dataclass(frozen=True, slots=True)
class CitedStatement:
    """A part of an answer, with the numbers of its citations."""

    text: str
    closing: str
    numbers: tuple[int, ...]
    """Ascending."""

    @property
    def plain(self) -> str:
        """The statement without numbers."""
        return self.text + self.closing

    def __str__(self) -> str:
        """Return the statement with its marks: ``He was 16 [1].``."""
        return f"{self.text} {self.marks}{self.closing}" if self.marks else self.plain

    @property
    def marks(self) -> str:
        """The marks: ``[1][2]``."""
        return "".join(f"[{number}]" for number in self.numbers)


@dataclass(frozen=True, slots=True)
class AnswerBlock:
    """A paragraph, an item of a list, or code."""

    layout: Layout
    statements: tuple[CitedStatement, ...]
    """Code is a single statement, whose text are its lines."""

    @property
    def is_code(self) -> bool:
        """Whether it is code."""
        return self.layout.form is Form.CODE


@dataclass(frozen=True, slots=True)
class Link:
    """An entry that a member may ask next."""

    entry: str
    question: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A change of an answer of which its readers are told: a correction or a clarification."""

    day: dt.date
    kind: ChangeKind
    reason: str = ""
    """Why, in the words of who changed it; may be empty."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of one entry."""

    entry: str
    question: str
    """The entry's own question, so that members see which question is answered."""

    kind: Kind
    blocks: tuple[AnswerBlock, ...]
    attributed_to: tuple[str, ...]
    """Names of the people who claim or say it; empty if the source itself reports it."""

    related: tuple[Link, ...]
    reviewed: dt.date | None
    """The day of the last review; None if nobody has reviewed it since it was imported."""

    subject: Subject
    """What the knowledge base is about, which decides on the wording."""

    corrections: tuple[Correction, ...] = ()
    """What is known of its corrections and clarifications, latest first."""

    @property
    def statements(self) -> tuple[CitedStatement, ...]:
        """The statements of all blocks."""
        return tuple(statement for block in self.blocks for statement in block.statements)

    @property
    def plain(self) -> str:
        """The answer as in its file but without marks; prose stands on one line."""
        return joined(
            TextBlock(block.layout, " ".join(statement.plain for statement in block.statements))
            for block in self.blocks
        )


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An entry that the member may have meant."""

    entry: str
    question: str
    answer: str
    """The answer without marks, see :attr:`Answer.plain`."""

    score: float
    """Confidence, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The reply to one message."""

    outcome: Outcome
    score: float = 0.0
    """Confidence in the first answer or suggestion, 0 to 1."""

    answers: tuple[Answer, ...] = ()
    """One answer, several if the message asks several things, or two if it may mean either; empty for ``suggest`` and
    ``none``."""

    tied: bool = False
    """Whether the answers are two ways to read one question."""

    citations: tuple[Citation, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    """For ``suggest``, up to three; beside a single answer, up to two that the member may have meant instead;
    beside several, up to three that the message may ask for, too."""

    stopped: tuple[str, ...] = ()
    """Entries that would be an answer if moderators had not stopped them."""

    language: str | None = None
    """Language of the message, as two letters, if it isn't the FAQ's. There is no answer then."""

    decisions: tuple[Decision, ...] = field(default=(), repr=False)
    """The matcher's decisions, one for each question looked up; for moderators."""

    @property
    def sure(self) -> bool:
        """Whether each question has an answer, most likely the right one, and nothing else may be meant."""
        found = [decision.candidates[0].score for decision in self.decisions if decision.candidates]
        clear = self.score >= SURE and all(score >= SURE for score in found)
        return self.outcome is Outcome.ANSWER and clear and not self.tied and not self.suggestions

    @property
    def several(self) -> bool:
        """Whether the message asks several things that have an answer, even one that moderators have stopped."""
        return not self.tied and len(self.answers) + len(self.stopped) > 1

    @property
    def found(self) -> bool:
        """Whether there is an answer, even if moderators have stopped it."""
        return bool(self.answers or self.stopped)

    @property
    def entries(self) -> tuple[str, ...]:
        """Ids of the entries answered."""
        return tuple(answer.entry for answer in self.answers)

    @property
    def latest(self) -> str | None:
        """The entry that a follow-up refers to: the last one answered, or the likelier of two readings; or None."""
        if not self.answers:
            return None
        return self.answers[0 if self.tied else -1].entry
