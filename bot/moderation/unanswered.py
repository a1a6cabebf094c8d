"""Unanswered questions, with wordings of the same question grouped."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias, TypeVar

from rapidfuzz import fuzz, process

from bot.matching.matcher import Matcher
from bot.matching.types import Candidate
from bot.store.types import Unanswered, Why

SAME_QUESTION: Final = 0.65
"""Similarity from which two questions are taken to ask the same. Measured on the wordings of one FAQ: higher, and what
members mean by the same thing falls apart; lower, and questions on neighbouring things come together."""


T = TypeVar("T", bound=str)

MAX_GROUPED: Final = 2_000
"""Questions of a server that are grouped, the latest: half a second of work, and more than anybody goes through."""


class Order(StrEnum):
    """In which order groups are worked through."""

    COUNT = "count"
    """The most asked first, and of these the one asked last."""

    RECENT = "recent"
    """The one asked last first."""


@dataclass(frozen=True, slots=True)
class Group:
    """A question in all the wordings in which it was asked."""

    text: str
    """The wording that was used most, and of these the one most like the others: with the fewest slips, that is."""

    wordings: tuple[str, ...]
    """All different wordings, that one first."""

    ids: tuple[str, ...]
    """Of the questions asked, latest first."""

    last: dt.datetime
    whys: tuple[tuple[Why, int], ...]
    """Why they are on the list, and how often, most often first."""

    unhelpful: tuple[str, ...]
    """The entries whose answers did not help, the one that was shown most first."""

    @property
    def count(self) -> int:
        """How often it was asked."""
        return len(self.ids)

    @property
    def answered(self) -> bool:
        """Whether each time there was an answer, which did not help."""
        return all(why is Why.NOT_HELPFUL for why, _ in self.whys)


Placed: TypeAlias = tuple[Group, Candidate | None]
"""A group with the entry to which it may belong; None where no entry is near at all."""


def grouped(questions: Iterable[Unanswered], matcher: Matcher) -> list[Group]:
    """Put wordings of the same question together.

    Args:
        questions: what awaits a moderator, in any order: the groups do not depend on it.
        matcher: what says how alike two questions are.

    Returns:
        The groups by :attr:`Order.COUNT`.
    """
    asked: dict[str, list[Unanswered]] = {}
    for question in questions:
        asked.setdefault(_plain(question.text), []).append(question)
    # Those asked most open the groups that others join.
    texts = sorted(asked, key=lambda text: (-len(asked[text]), text))
    groups = [
        _group([texts[at] for at in numbers], [question for at in numbers for question in asked[texts[at]]])
        for numbers in matcher.gather(texts, SAME_QUESTION)
    ]
    return ordered(groups, Order.COUNT)


def placed(groups: Iterable[Group], matcher: Matcher) -> list[Placed]:
    """Return each group with the entry that it may belong to; a millisecond each."""
    return [(group, next(iter(matcher.rank(group.text, 1)), None)) for group in groups]


def ordered(groups: Iterable[Group], order: Order) -> list[Group]:
    """Sort groups."""
    counts = order is Order.COUNT
    return sorted(groups, key=lambda group: (-group.count if counts else 0, -group.last.timestamp(), group.text))


def _group(wordings: list[str], questions: list[Unanswered]) -> Group:
    latest = sorted(questions, key=lambda question: (-question.at.timestamp(), question.id))
    shown = (question.entry for question in latest if question.why is Why.NOT_HELPFUL)
    text = _typical(wordings, questions)
    return Group(
        text=text,
        wordings=tuple(sorted(wordings, key=lambda wording: wording != text)),
        ids=tuple(question.id for question in latest),
        last=latest[0].at,
        whys=_falling(question.why for question in latest),
        unhelpful=tuple(entry for entry, _ in _falling(filter(None, shown))),
    )


def _typical(wordings: Sequence[str], questions: Sequence[Unanswered]) -> str:
    """Choose the wording that stands for all."""
    used = Counter(_plain(question.text) for question in questions)
    most = max(used.values())
    often = sorted(wording for wording in wordings if used[wording] == most)
    alike = process.cdist(often, wordings, scorer=fuzz.ratio).sum(axis=1)
    return often[int(alike.argmax())]


def _falling(items: Iterable[T]) -> tuple[tuple[T, int], ...]:
    """Count items, most often first."""
    return tuple(sorted(Counter(items).items(), key=lambda item: (-item[1], item[0])))


def _plain(text: str) -> str:
    return " ".join(text.split())
