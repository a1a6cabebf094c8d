"""Books on who asked what, what came back, and what is missing."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Final, final

from bot.answering.answerer import Answerer
from bot.chat.message.markdown import literal
from bot.matching.types import Outcome
from tests.wire.payloads import SLASH, Channel, Json, User
from tests.wire.server import Wire
from tests.wire.world import Interaction, text


@dataclass
class Asked:
    """One question and its fate."""

    question: str
    expected: Sequence[str]
    """Headings that the reply must have."""

    replies: list[str] = field(default_factory=list)

    interaction: Interaction | None = None
    """If a slash command asks it: the bot's answers come to this."""

    @property
    def right(self) -> bool:
        """Whether one of the replies is the answer."""
        return any(all(heading in reply for heading in self.expected) for reply in self.replies)


@final
class Ledger:
    """Asks questions whose answers it knows, each member one and in another channel."""

    def __init__(self, wire: Wire, answerer: Answerer, channels: int) -> None:
        """Found a server.

        Args:
            wire: where.
            answerer: knows the answers.
            channels: how many take turns; a channel takes twenty questions a minute.
        """
        self.asked: Final[dict[int, Asked]] = {}
        self.strays: Final[list[str]] = []
        """What the bot wrote that is no reply."""

        self._wire: Final = wire
        self._channels: Final[Sequence[Channel]] = wire.world.guild(
            channels=[f"channel-{number}" for number in range(channels)]
        ).channels
        self._questions: Final = list(_clear(answerer))
        self._random: Final = Random(0)  # noqa: S311 (repeatable, nothing secret)
        self._numbers: Final = count()
        wire.world.heard.append(self._heard)

    def ask(self, *, slash: bool = False) -> None:
        """Let somebody who has not asked before ask, by a mention or a slash command."""
        number = next(self._numbers)
        question, expected = self._random.choice(self._questions)
        somebody: User = self._wire.world.user(f"member-{number}")
        channel = self._channels[number % len(self._channels)]
        if slash:
            command = self._wire.world.slash(channel, somebody, "ask", question=question)
            self.asked[int(command.json["id"])] = Asked(question, expected, interaction=command)
            return
        written = self._wire.world.say(channel, somebody, f"<@{self._wire.world.me.id}> {question}")
        self.asked[int(written["id"])] = Asked(question, expected)

    @property
    def open(self) -> int:
        """How many have no reply so far."""
        for each in self.asked.values():
            if not each.replies and each.interaction and (reply := self._wire.world.shown(each.interaction)):
                each.replies.append(text(reply))
        return sum(not each.replies for each in self.asked.values())

    def lost(self) -> list[str]:
        """List who got no answer, or another one."""
        return [f"{each.question}: {each.replies or 'nothing'}" for each in self.asked.values() if not each.right]

    def beside(self) -> list[str]:
        """List what came beside the answers: second replies, and messages that are no replies."""
        more = [f"{each.question}: {each.replies}" for each in self.asked.values() if len(each.replies) > 1]
        return [*more, *self.strays]

    def unrecorded(self, texts: Sequence[str]) -> list[str]:
        """List the questions that are missing in what the store has kept, or there too often.

        Args:
            texts: of all the questions that it has.
        """
        wanted, kept = Counter(each.question for each in self.asked.values()), Counter(texts)
        return [*(wanted - kept).elements(), *(kept - wanted).elements()]

    def _heard(self, reply: Json) -> None:
        if reply["type"] == SLASH:
            return
        question = self.asked.get(int(reply.get("message_reference", {}).get("message_id", 0)))
        if question is None:
            self.strays.append(text(reply))
        else:
            question.replies.append(text(reply))


def _clear(answerer: Answerer) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield questions with an answer, and its headings."""
    for group in answerer.base.questions.answered:
        for question in group.ask:
            reply = answerer.answer(question)
            name = question.lower().removeprefix("who ").rstrip("?! ")
            if reply.outcome is Outcome.ANSWER and not answerer.names.find(name):  # "who NAME" is a command
                yield question, [f"### {literal(answer.question)}" for answer in reply.answers]
