"""Unanswered questions, with wordings of the same question grouped."""

import datetime as dt
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias, TypeVar

from rapidfuzz import fuzz, process

from bot.matching.matcher import Matcher
from bot.matching.types import Candidate
from bot.store.types import Unanswered, Why

SAME_QUESTION: Final = 0.65
"""Similarity from which two questions count as the same. Measured on the wordings of one FAQ: a higher value separates
wordings of the same question, a lower one joins questions about related things."""

NEAR: Final = 0.02
"""Score from which an entry counts as near. Measured on the questions that eight FAQs leave unanswered: the first entry
was the right one for none of 46 below it (1 of 63 without word vectors), and for 3 of the next 66."""

_ANSWERED: Final = frozenset({Why.NOT_HELPFUL, Why.OTHER_PICKED})
"""Why a question is on the list although it was answered."""

T = TypeVar("T", bound=str)

MAX_GROUPED: Final = 2_000
"""The most questions of a server to group, the latest ones: it takes half a second, and is more than anybody reads."""


_COMPARED: Final = 100
_BEGINNING: Final = 300
"""The most wordings of a group that are compared with one another, and the most characters of each: all of them would
take minutes if somebody asks the same at length, a thousand times."""


class Order(StrEnum):
    """The order of groups."""

    COUNT = "count"
    """The most frequent first; among equals, the latest first."""

    RECENT = "recent"
    """The latest first."""


@dataclass(frozen=True, slots=True)
class Group:
    """A question in all wordings in which it was asked."""

    text: str
    """The most frequent wording; among equals, the one most similar to the others, which has the fewest typos."""

    wordings: tuple[str, ...]
    """All different wordings, beginning with :attr:`text`."""

    ids: tuple[str, ...]
    """Ids of the questions, latest first."""

    last: dt.datetime
    whys: tuple[tuple[Why, int], ...]
    """Why the questions are on the list, with how many for each reason, the most frequent first."""

    unhelpful: tuple[str, ...]
    """The entries whose answers did not help or were passed over, the most frequent first."""

    picked: tuple[str, ...] = ()
    """The entries that were picked below such an answer, the most frequent first."""

    @property
    def count(self) -> int:
        """How often the question was asked."""
        return len(self.ids)

    @property
    def answered(self) -> bool:
        """Whether it was always answered, but the answers did not help or were passed over."""
        return all(why in _ANSWERED for why, _ in self.whys)


GroupWithNearest: TypeAlias = tuple[Group, Candidate | None]
"""A group with the nearest entry; None if no entry is near."""


def without_withdrawn(questions: Iterable[Unanswered], withdrawn: Container[str]) -> list[Unanswered]:
    """Return the questions without those whose answer may be wrong and was withdrawn at a person's request.

    Nothing is left to do about them, and if the entry was picked from a list, their text is its own question.

    Args:
        questions: the questions.
        withdrawn: ids of the entries withdrawn since.
    """
    return [each for each in questions if not (each.why in _ANSWERED and each.entry in withdrawn)]


def group_questions(questions: Iterable[Unanswered], matcher: Matcher) -> list[Group]:
    """Group wordings of the same question.

    Args:
        questions: the questions in any order, which does not affect the groups.
        matcher: measures the similarity of questions.

    Returns:
        The groups by :attr:`Order.COUNT`.
    """
    asked: dict[str, list[Unanswered]] = {}
    for question in questions:
        asked.setdefault(_plain(question.text), []).append(question)
    # The most frequent wordings start the groups that others join.
    texts = sorted(asked, key=lambda text: (-len(asked[text]), text))
    groups = [
        _group([texts[at] for at in numbers], [question for at in numbers for question in asked[texts[at]]])
        for numbers in matcher.gather(texts, SAME_QUESTION)
    ]
    return sort_groups(groups, Order.COUNT)


def with_nearest(groups: Iterable[Group], matcher: Matcher) -> list[GroupWithNearest]:
    """Return each group with the nearest entry, which takes a millisecond each."""
    return [(group, nearest_of(matcher.rank(group.text, 1))) for group in groups]


def nearest_of(ranked: Sequence[Candidate]) -> Candidate | None:
    """Return the first of the entries that are ranked for a question; None if not even that one is near."""
    return ranked[0] if ranked and ranked[0].score >= NEAR else None


def sort_groups(groups: Iterable[Group], order: Order) -> list[Group]:
    """Return groups in an order."""
    counts = order is Order.COUNT
    return sorted(groups, key=lambda group: (-group.count if counts else 0, -group.last.timestamp(), group.text))


def _group(wordings: list[str], questions: list[Unanswered]) -> Group:
    latest = sorted(questions, key=lambda question: (-question.at.timestamp(), question.id))
    answered = [question for question in latest if question.why in _ANSWERED]
    text = _typical(wordings, questions)
    return Group(
        text=text,
        wordings=tuple(sorted(wordings, key=lambda wording: wording != text)),
        ids=tuple(question.id for question in latest),
        last=latest[0].at,
        whys=_falling(question.why for question in latest),
        unhelpful=_most(question.entry for question in answered),
        picked=_most(question.picked for question in answered),
    )


def _typical(wordings: Sequence[str], questions: Sequence[Unanswered]) -> str:
    """Return the wording that represents a group."""
    used = Counter(_plain(question.text) for question in questions)
    most = max(used.values())
    often = sorted(wording for wording in wordings if used[wording] == most)[:_COMPARED]
    some, others = ([wording[:_BEGINNING] for wording in each] for each in (often, sorted(wordings)[:_COMPARED]))
    alike = process.cdist(some, others, scorer=fuzz.ratio).sum(axis=1)
    return often[int(alike.argmax())]


def _falling(items: Iterable[T]) -> tuple[tuple[T, int], ...]:
    """Return items with their counts, the most frequent first."""
    return tuple(sorted(Counter(items).items(), key=lambda item: (-item[1], item[0])))


def _most(entries: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(entry for entry, _ in _falling(filter(None, entries)))


def _plain(text: str) -> str:
    return " ".join(text.split())
