"""The single path of a question through the bot, on every surface: look it up, remember the answer, record it."""

import datetime as dt
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final, TypeAlias

from cachetools import LRUCache, TTLCache

from bot.answering.answerer import Answerer
from bot.answering.choice import assents, numbers_alone, picked_number
from bot.answering.reply import Link, Reply
from bot.knowledge.model import KnowledgeBase
from bot.knowledge.reload import Live
from bot.matching.types import Candidate, Outcome
from bot.metrics import Metrics
from bot.store.store import Store
from bot.store.types import Asked, Surface

FOLLOW_UP_SECONDS: Final = 300.0
"""How long after an answer a message such as "and when was that?" can follow it up."""

MAX_CONVERSATIONS: Final = 10_000
"""The most conversations to remember; the least recently used one is forgotten first."""

LONGEST_KEPT: Final = 1_000
"""The most characters of a question that are kept. Moderators see far fewer, and with all 6,000 that a slash command
takes, one member could fill a disk with half a gigabyte a day."""

MAX_VIEWS: Final = 64
"""The most Answerers to cache, one for each set of stopped entries; servers with the same set share one."""

_Conversation: TypeAlias = tuple[int, int]
"""A member and a channel."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a member, and where it was asked."""

    text: str
    """The member's words, or the id of an entry picked from suggestions."""

    member: int
    channel: int
    guild: int | None
    """The server; None in a direct message."""

    surface: Surface
    writer: int | None = None
    """The member whose message the text is; None if it is the asker's own."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with its reply."""

    reply: Reply
    base: KnowledgeBase
    """The knowledge base that the reply comes from."""

    asked: Asked
    picked: str | None = None
    """The :attr:`bot.store.types.Asked.id` of the question before, if this one picks a suggestion by its number."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """The entries nearest to a text."""

    base: KnowledgeBase
    """The knowledge base that they belong to."""

    candidates: tuple[Candidate, ...]
    """Best first."""

    needed: float
    """The lowest score with which a question is answered, 0 to 1."""


class QuestionService:
    """Answers questions from the current knowledge, and follow-ups in the context of the member's last answer."""

    def __init__(
        self, live: Live[Answerer], store: Store, metrics: Metrics, clock: Callable[[], float] = monotonic
    ) -> None:
        """Create a service without conversations.

        Args:
            live: has the current Answerer.
            store: records the questions.
            metrics: counts and times the questions.
            clock: returns the time in seconds.
        """
        self._live: Final = live
        self._store: Final = store
        self._metrics: Final = metrics
        # The last entry shown in each conversation; kept in memory only.
        self._last: Final[TTLCache[_Conversation, str]] = TTLCache(MAX_CONVERSATIONS, FOLLOW_UP_SECONDS, clock)
        # The question in each conversation that was met with suggestions, and these; also in memory only.
        self._offered: Final[TTLCache[_Conversation, tuple[str, tuple[str, ...]]]] = TTLCache(
            MAX_CONVERSATIONS, FOLLOW_UP_SECONDS, clock
        )
        self._views: Final[LRUCache[frozenset[str], Answerer]] = LRUCache(MAX_VIEWS)
        self._viewed: weakref.ref[Answerer] | None = None

    def answerer_for(self, guild: int | None) -> Answerer:
        """Return the Answerer for members: the current one without the entries that moderators have stopped.

        Args:
            guild: the server; None in a direct message.
        """
        answerer = self._live.current
        if self._viewed is None or self._viewed() is not answerer:
            # Even if nothing is stopped: the old ones would keep their matcher in memory.
            self._views.clear()
            self._viewed = weakref.ref(answerer)
        stopped = frozenset(filter(answerer.find, self._store.stops(guild)))
        if not stopped:
            return answerer
        view = self._views.get(stopped)
        if view is None:
            view = self._views[stopped] = answerer.without(stopped)
        return view

    def ask(self, question: Question) -> Answered:
        """Look a question up, remember the answer for follow-ups, and record the question."""
        answered = self.look_up(question)
        self.record(question, answered)
        return answered

    def look_up(self, question: Question) -> Answered:
        """Look a question up without recording it, because the answer may not be sent.

        A number, or "yes" to the only one, picks a suggestion that the member was just shown there.
        """
        answerer = self.answerer_for(question.guild)
        offered, picked = self._pick(question)
        entry = answerer.find(picked or question.text)
        if entry:
            reply = answerer.entry(entry.id)
        else:
            before = self._last.get(_conversation(question))
            with self._metrics.match_seconds.time():
                reply = answerer.answer(question.text, before)
        asked = Asked(
            text=entry.question if entry else question.text[:LONGEST_KEPT],
            outcome=reply.outcome,
            entry=_first_entry(reply),
            score=reply.score,
            surface=question.surface,
            guild=question.guild,
            at=dt.datetime.now(dt.UTC),
        )
        return Answered(reply, answerer.base, asked, offered if entry and picked else None)

    def _pick(self, question: Question) -> tuple[str | None, str | None]:
        """Return which question a number refers back to, and the entry that it picks; None for both if it does not."""
        asked, entries = self._offered.get(_conversation(question), (None, ()))
        number = picked_number(question.text, len(entries))
        return (asked, entries[number - 1]) if number else (None, None)

    def picks(self, question: Question) -> bool:
        """Return whether a message picks one of the suggestions that the member was just shown there."""
        return self._pick(question) != (None, None)

    def unsure_which(self, question: Question) -> bool:
        """Return whether a message says yes to suggestions that the member was just shown there, but not to which."""
        return _conversation(question) in self._offered and assents(question.text) and not self.picks(question)

    def record(self, question: Question, answered: Answered) -> None:
        """Remember an answer for follow-ups, and record the question.

        A question whose answer is stopped isn't recorded, because moderators know why there is none; nor is a bare
        number that picks nothing, because it asks nothing.
        """
        conversation, reply = _conversation(question), answered.reply
        if reply.outcome is Outcome.SUGGEST:
            self._offered[conversation] = (answered.asked.id, tuple(each.entry for each in reply.suggestions))
        else:
            self._offered.pop(conversation, None)
        if answered.picked and answered.asked.entry:
            self.record_pick(answered.picked, answered.asked.entry)
        if latest := reply.latest:
            self._last[conversation] = latest
        else:
            # There is nothing to follow up.
            self._last.pop(conversation, None)
        asks = reply.answers or not numbers_alone(question.text)
        if asks and (reply.answers or not reply.stopped):
            # Whoever wants no question kept means their words, whoever points the bot to them.
            writer = () if question.writer is None else (question.writer,)
            self._store.record(answered.asked, question.member, *writer)
        self._metrics.questions.labels(answered.asked.outcome, answered.asked.surface).inc()

    def record_pick(self, asked: str, entry: str) -> None:
        """Record which suggestion, or other question below an answer in doubt, the member who asked has picked.

        Args:
            asked: :attr:`bot.store.types.Asked.id` of the question.
            entry: id of the entry.
        """
        self._store.picked(asked, entry)

    def record_vote(self, asked: str, entry: str, member: int | None, *, helpful: bool) -> None:
        """Record whether an answer helped; a member's later vote replaces an earlier one.

        Args:
            asked: :attr:`bot.store.types.Asked.id` of the question.
            entry: id of the entry that was shown.
            member: the voter; None for the asker, so that the vote doesn't show who asked.
            helpful: the vote.
        """
        self._store.vote(asked, entry, member, helpful=helpful)

    def answer(self, text: str, guild: int | None) -> Reply:
        """Answer a text as for a member of a server, without a conversation and without recording it."""
        return self.answerer_for(guild).answer(text)

    def entry(self, entry: str, guild: int | None) -> Reply | None:
        """Return the reply with an entry that a member has picked.

        Args:
            entry: id of the entry.
            guild: the server; None in a direct message.

        Returns:
            The reply, without an answer if the entry is stopped; None if there is no such entry (any more).
        """
        return _entry(self.answerer_for(guild), entry)

    def complete(self, typed: str, guild: int | None, limit: int) -> list[Link]:
        """Return the questions that match what a member has typed so far, best first, without stopped ones.

        Args:
            typed: the beginning of a question.
            guild: the server; None in a direct message.
            limit: the most questions to return.
        """
        return self.answerer_for(guild).complete(typed, limit)

    def preview(self, text: str) -> Reply:
        """Answer a text for a moderator as if nothing were stopped, without recording it."""
        return self._live.current.answer(text)

    def preview_entry(self, entry: str) -> Reply | None:
        """Return the reply with an entry for a moderator, as if nothing were stopped; None if it is not in service."""
        return _entry(self._live.current, entry)

    def preview_complete(self, typed: str, limit: int) -> list[Link]:
        """Return the questions that match what a moderator has typed so far, including stopped ones."""
        return self._live.current.complete(typed, limit)

    def nearest(self, text: str, limit: int) -> Nearest:
        """Rank the entries that a text may belong to, for a moderator, including stopped ones.

        Args:
            text: a question.
            limit: the most entries to return.
        """
        answerer = self._live.current
        candidates = tuple(answerer.matcher.rank(text, limit))
        return Nearest(answerer.base, candidates, answerer.matcher.thresholds.answer)


def _entry(answerer: Answerer, entry: str) -> Reply | None:
    try:
        return answerer.entry(entry)
    except KeyError:
        return None


def _conversation(question: Question) -> _Conversation:
    return question.member, question.channel


def _first_entry(reply: Reply) -> str | None:
    shown = [answer.entry for answer in reply.answers] or [suggestion.entry for suggestion in reply.suggestions]
    return shown[0] if shown else None
