"""The one way of a question through the bot, however it was asked: look it up, remember it, record it."""

import datetime as dt
import weakref
from dataclasses import dataclass
from typing import Final

from bot.answering.answerer import Answerer, Reply
from bot.answering.conversation import Conversations
from bot.knowledge.model import KnowledgeBase
from bot.knowledge.reload import Live
from bot.metrics import Metrics
from bot.store.store import Store
from bot.store.types import Asked, Surface

VIEWS: Final = 64
"""Sets of stopped entries for which an Answerer is kept at hand; servers with the same set share one."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a member asks, and where."""

    text: str
    """In the member's words, or the id of an entry that was picked from the suggestions."""

    member: int
    channel: int
    guild: int | None
    """The server; None in a direct message."""

    surface: Surface


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with what there is to say to it."""

    reply: Reply
    base: KnowledgeBase
    """What the reply was built from."""

    asked: Asked


class QuestionService:
    """Answers questions out of what is current, leaning on what the member was answered last."""

    def __init__(self, live: Live[Answerer], store: Store, metrics: Metrics) -> None:
        """Start without conversations.

        Args:
            live: gives the current Answerer.
            store: where questions are recorded.
            metrics: where they are counted, and how long each took.
        """
        self._live: Final = live
        self._store: Final = store
        self._metrics: Final = metrics
        self._conversations: Final = Conversations()
        self._views: dict[frozenset[str], Answerer] = {}
        self._viewed: weakref.ref[Answerer] | None = None

    def served(self, guild: int | None) -> Answerer:
        """Return what members are answered out of: the current Answerer without what moderators have stopped.

        Args:
            guild: the server; None in a direct message.
        """
        answerer = self._live.current
        stopped = frozenset(filter(answerer.find, self._store.stops(guild)))
        if not stopped:
            return answerer
        if self._viewed is None or self._viewed() is not answerer:
            self._views, self._viewed = {}, weakref.ref(answerer)
        if stopped not in self._views:
            if len(self._views) == VIEWS:
                self._views.clear()
            self._views[stopped] = answerer.without(stopped)
        return self._views[stopped]

    def ask(self, question: Question) -> Answered:
        """Look a question up, remember its answer for the next one, and record it."""
        answered = self.look_up(question)
        self.keep(question, answered)
        return answered

    def look_up(self, question: Question) -> Answered:
        """Look a question up and leave no trace: the answer may turn out not to be sent."""
        answerer = self.served(question.guild)
        entry = answerer.find(question.text)
        if entry:
            reply = answerer.entry(entry.id)
        else:
            before = self._conversations.last((question.member, question.channel))
            with self._metrics.match_seconds.time():
                reply = answerer.answer(question.text, before)
        asked = Asked(
            text=entry.question if entry else question.text,
            outcome=reply.outcome,
            entry=_first_entry(reply),
            score=reply.score,
            surface=question.surface,
            guild=question.guild,
            at=dt.datetime.now(dt.UTC),
        )
        return Answered(reply, answerer.base, asked)

    def keep(self, question: Question, answered: Answered) -> None:
        """Remember what was answered, for the member's next question, and record the question.

        Not where the answer is stopped: moderators know why there is none.
        """
        self._conversations.remember((question.member, question.channel), answered.reply)
        if answered.reply.answers or not answered.reply.stopped:
            self._store.record(answered.asked, question.member)
        self._metrics.questions.labels(answered.asked.outcome, answered.asked.surface).inc()


def _first_entry(reply: Reply) -> str | None:
    shown = [answer.entry for answer in reply.answers] or [suggestion.entry for suggestion in reply.suggestions]
    return shown[0] if shown else None
