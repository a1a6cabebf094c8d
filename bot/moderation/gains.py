"""Where another phrasing, or another known question, would help a knowledge base most."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bot.answering.answerer import calibration
from bot.knowledge.hints import FEWEST_PHRASINGS
from bot.knowledge.load import Files, Located
from bot.knowledge.model import Entry, KnowledgeBase
from bot.knowledge.yaml_file import Problem
from bot.matching.decision import TRUSTED, own_share
from bot.moderation.regression import RegressionFigures, Verdict
from bot.moderation.unanswered import GroupWithNearest
from bot.plurals import counted

MOST_GAINS: Final = 5
_MOST_ASKED: Final = 3
"""Questions to show for an entry."""

_MORE: Final = 10
"""Known questions to ask for: an evening's worth."""

_WEIGHTS: Final[Mapping[Verdict, float]] = {Verdict.WRONG: 3, Verdict.MISSED: 3, Verdict.SUGGESTED: 2}
"""What a known question weighs that does not come out right. One that members asked without an answer weighs 1."""

_OUTCOMES: Final = {
    Verdict.WRONG: "led to another entry",
    Verdict.MISSED: "found nothing",
    Verdict.SUGGESTED: "only offered",
}


@dataclass(frozen=True, slots=True)
class Gain:
    """An entry that another phrasing would help.

    Attributes:
        entry: its id.
        weight: how much, in questions that members asked without an answer.
        reasons: in words.
        asked: what was asked near it, with what became of it.
    """

    entry: str
    weight: float
    reasons: tuple[str, ...]
    asked: tuple[str, ...]


def most_to_gain(
    base: KnowledgeBase, figures: RegressionFigures, asked: Iterable[GroupWithNearest] = ()
) -> tuple[Gain, ...]:
    """Return the entries that would gain most from another phrasing, at most :data:`MOST_GAINS`, the first most.

    Args:
        base: the knowledge base.
        figures: the results of its regression set.
        asked: questions that members asked without an answer, each with the entry nearest to it.
    """
    weights: defaultdict[str, float] = defaultdict(float)
    near: defaultdict[str, list[str]] = defaultdict(list)
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    for verdict, weight in _WEIGHTS.items():
        failed: defaultdict[str, list[str]] = defaultdict(list)
        for case in figures.cases:
            if case.verdict is verdict and case.expected is not None and case.expected in base.entries:
                failed[case.expected].append(case.question)
        for entry, questions in failed.items():
            weights[entry] += weight * len(questions)
            near[entry] += [f'"{question}" ({_OUTCOMES[verdict]})' for question in questions]
            reasons[entry].append(f"{counted(len(questions), 'known question')} {_OUTCOMES[verdict]}")
    members: defaultdict[str, int] = defaultdict(int)
    for group, nearest in asked:
        if nearest and nearest.entry in base.entries and not group.answered:
            weights[nearest.entry] += group.count
            members[nearest.entry] += group.count
            times = f", {group.count} times" if group.count > 1 else ""
            near[nearest.entry].append(f'"{group.text}" (a member{times})')
    for id_, count in members.items():
        reasons[id_].append(f"members asked near it {counted(count, 'time')} without an answer")
    for id_, each in base.entries.items():
        few = max(0, FEWEST_PHRASINGS - len(each.phrasings))
        weights[id_] += few / FEWEST_PHRASINGS
        if few:
            reasons[id_].append(f"it has {counted(len(each.phrasings), 'phrasing')}")
    best = sorted(base.entries, key=lambda entry: -weights[entry])[:MOST_GAINS]
    return tuple(
        Gain(entry, weights[entry], tuple(reasons[entry]), tuple(near[entry][:_MOST_ASKED]))
        for entry in best
        if weights[entry]
    )


def gain_lines(gains: Iterable[Gain], files: Files) -> Iterator[str]:
    """Yield lines that list entries that another phrasing would help, with their places in the files."""
    entries: Mapping[str, Located[Entry]] = {entry.value.id: entry for entry in files.entries}
    listed = list(gains)
    if listed:
        yield f"Would gain most from another phrasing: {len(listed)}"
    for gain in listed:
        fix = f"asked near it: {', '.join(gain.asked)}" if gain.asked else "add one that's worded differently"
        place = entries[gain.entry].place("phrasings")
        problem = Problem(place, f"`{gain.entry}`: {', '.join(gain.reasons)}", fix)
        yield f"  {problem}"


def learnt(base: KnowledgeBase) -> str:
    """Return how much the matcher has learned from a base's own questions, and what would teach it most."""
    questions = calibration(base).questions
    inside = sum(entry is not None for _, entry in questions)
    outside = len(questions) - inside
    known = f"Learned from {counted(len(questions), 'question')} of its own"
    if not inside or not outside:
        lacking = "must be answered" if not inside else "must not be answered"
        return (
            f"{known}: nothing yet. It learns from questions of both kinds (questions.yaml), and none here {lacking}; "
            f"{_MORE} of them would help most."
        )
    if 2 * inside < outside:
        # Both kinds count alike, and no more than the rarer one allows.
        more = f"{_MORE} more that must be answered would help most."
    elif outside < TRUSTED:
        more = f"With {TRUSTED} that must not be answered, half would be."
    else:
        more = f"{_MORE} more that must not be answered would make that {own_share(outside + _MORE):.0%}."
    own = f"its thresholds are {own_share(outside):.0%} its own"
    return f"{known}, {inside} to answer and {outside} not: {own}. {more}"
