"""A portion of messages, with one seed, for a bot of its own."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import gettempdir

from bot.answering.answerer import Answerer
from bot.knowledge.reload import LiveKnowledge
from tests.benchmarks.synthetic import phrasings
from tests.fuzz.handler import Trouble, handling
from tests.fuzz.messages import Messages
from tests.places import KNOWLEDGE


@dataclass
class Outcome:
    """What came of a portion of messages."""

    seed: int
    fed: int = 0
    sent: int = 0
    characters: int = 0
    longest: int = 0
    ways: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)


def portion(seed: int, count: int) -> Outcome:
    """Feed a bot of its own `count` messages of one seed."""
    return asyncio.run(_portion(seed, count))


async def _portion(seed: int, count: int) -> Outcome:
    cache = Path(gettempdir()) / "casebot-fuzz"
    live = LiveKnowledge(KNOWLEDGE, lambda base: Answerer(base, cache=cache))
    said = [text for texts in phrasings(live.current.base) for text in texts]
    messages, outcome = Messages(said, seed), Outcome(seed)
    async with handling(live, seed) as handler:
        for _ in range(count):
            message = messages.next()
            outcome.fed += 1
            outcome.characters += len(message)
            outcome.longest = max(outcome.longest, len(message))
            try:
                await handler.feed(message)
            except Trouble as trouble:
                outcome.troubles.append(str(trouble))
        outcome.sent, outcome.ways = handler.sent, handler.ways
    return outcome
