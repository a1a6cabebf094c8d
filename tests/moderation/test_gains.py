"""Which entries another phrasing would help most, and why."""

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.load import load, read_files
from bot.knowledge.model import Expected, KnowledgeBase, Questions, Refused
from bot.matching.types import Candidate, Outcome
from bot.moderation.gains import MOST_GAINS, gain_lines, learnt, most_to_gain
from bot.moderation.regression import RegressionCase, RegressionFigures, Verdict
from bot.moderation.unanswered import Group
from bot.store.types import Why
from tests.places import HARBOUR


def case(question: str, verdict: Verdict, expected: str | None) -> RegressionCase:
    return RegressionCase(question, expected, (), Outcome.NONE, verdict)


def asked(text: str, count: int, why: Why = Why.MISSED) -> Group:
    return Group(text, (text,), tuple(map(str, range(count))), dt.datetime.now(dt.UTC), ((why, count),), ())


def near(entry: str) -> Candidate:
    return Candidate(entry, 0.2)


def test_what_fails_and_what_members_ask_comes_first_with_the_reason() -> None:
    base = load(HARBOUR)
    figures = RegressionFigures(
        (
            case("who took the ladder", Verdict.SUGGESTED, "ladder"),
            case("theft witness", Verdict.MISSED, "who-saw-it"),
            case("bread", Verdict.FALSE, None),
            case("painting", Verdict.RIGHT, "what-was-taken"),
        )
    )
    members = [(asked("is the ladder with the police", 4), near("ladder")), (asked("hello", 9), None)]
    head, *lines = gain_lines(most_to_gain(base, figures, members), read_files(HARBOUR))
    assert head == "Would gain most from another phrasing: 3"
    ladder, witness, painting = lines
    assert ladder.startswith("  faq/theft.yaml:32:7: `ladder`: 1 known question only offered, members asked near it 4")
    assert ladder.endswith(
        'asked near it: "who took the ladder" (only offered), "is the ladder with the police" (a member, 4 times)'
    )
    assert "`who-saw-it`: 1 known question found nothing, it has 4 phrasings; asked near it: " in witness
    assert painting.endswith("`what-was-taken`: it has 4 phrasings; add one that's worded differently")


VERDICTS = st.sampled_from([Verdict.WRONG, Verdict.MISSED, Verdict.SUGGESTED, Verdict.RIGHT])


@given(st.lists(st.tuples(VERDICTS, st.sampled_from(["ladder", "who-saw-it", "what-was-taken", "gone"]))))
def test_the_list_is_short_and_falls(cases: list[tuple[Verdict, str]]) -> None:
    figures = RegressionFigures(tuple(case(str(n), *each) for n, each in enumerate(cases)))
    gains = most_to_gain(load(HARBOUR), figures)
    weights = [gain.weight for gain in gains]
    assert len(gains) <= MOST_GAINS
    assert weights == sorted(weights, reverse=True)
    assert all(gain.reasons for gain in gains)


def known(inside: int, outside: int) -> KnowledgeBase:
    questions = Questions(
        answered=(Expected(entry="ladder", ask=tuple(f"ladder {n}" for n in range(inside))),) if inside else (),
        unanswered=(Refused(about="x", ask=tuple(f"bread {n}" for n in range(outside))),) if outside else (),
    )
    return replace(load(HARBOUR), questions=questions)


def test_what_would_teach_the_matcher_most_is_said() -> None:
    assert learnt(known(12, 0)).endswith("none here must not be answered; 10 of them would help most.")
    assert learnt(known(0, 3)).endswith("none here must be answered; 10 of them would help most.")
    assert learnt(known(9, 3)) == (
        "Learned from 12 questions of its own, 9 to answer and 3 not: its thresholds are 0% its own. With 80 that must "
        "not be answered, half would be."
    )
    assert learnt(known(80, 80)).endswith(
        "its thresholds are 50% its own. 10 more that must not be answered would make that 56%."
    )
    assert learnt(known(5, 90)).endswith("10 more that must be answered would help most.")
