"""Learning from known questions when the FAQ covers a message, and when it does not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.answerer import Answerer
from bot.matching.answerability import nearest_outside
from bot.matching.confidence import Confidence
from bot.matching.in_scope import Scope
from bot.matching.matcher import Matcher
from bot.matching.types import Calibration, Outcome
from tests.matching.tools import FOOD, INSIDE, OUTSIDE, TARGETS, TOOLS


@pytest.fixture(scope="module")
def taught() -> Matcher:
    questions = [*((text, text.split()[-2]) for text in INSIDE), *((text, None) for text in OUTSIDE)]
    return Matcher(TARGETS, calibration=Calibration(tuple(questions)))


def test_a_taught_matcher_answers_what_is_inside_and_not_what_is_outside(taught: Matcher) -> None:
    assert taught.decide("how does one use a chisel").outcome is Outcome.ANSWER
    assert taught.decide("what goes well with soup").outcome is Outcome.NONE


def test_with_too_few_known_questions_the_phrasings_themselves_set_the_thresholds() -> None:
    few = Matcher(TARGETS, calibration=Calibration((("explain the saw", "saw"), ("cook the soup", None))))
    assert few.decide("how do i use a hammer").outcome is Outcome.ANSWER
    assert few.thresholds.lead > 0


def test_known_questions_that_reach_another_entry_do_not_count_as_right() -> None:
    outside = tuple((text, None) for text in OUTSIDE[:30])
    right = Matcher(TARGETS, calibration=Calibration((*((text, text.split()[-2]) for text in INSIDE[:30]), *outside)))
    wrong = Matcher(TARGETS, calibration=Calibration((*((text, "file") for text in INSIDE[:30]), *outside)))
    assert wrong.thresholds.suggest > right.thresholds.suggest


def test_scores_are_probabilities_and_fall(taught: Matcher) -> None:
    scores = [candidate.score for candidate in taught.rank("hammer or saw")]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_the_scope_tells_sides_apart_and_scores_questions_as_if_it_had_not_seen_them() -> None:
    phrasings = [f"use the {tool} now".split() for tool in TOOLS[::2]]
    covered = [f"use the {tool} now".split() for tool in TOOLS[1::2]]
    outside = [f"eat the {food} now".split() for food in FOOD]
    without = np.zeros((len(phrasings) + len(covered) + len(outside), 0), dtype=np.float32)
    sides = [True] * len(covered) + [False] * len(outside)
    scope, left_out = Scope.fitted(phrasings, [*covered, *outside], sides, without, range(len(sides)))
    assert scope.score(["use", "the", "anvil"], without[0]) > 0 > scope.score(["eat", "the", "ham"], without[0])
    seen = [scope.score(text, without[0]) for text in (*covered, *outside)]
    assert len(left_out) == len(seen)
    assert all((score > other) is side for score, other, side in zip(seen, left_out.tolist(), sides, strict=True))


def test_the_scope_goes_by_the_order_of_words_too() -> None:
    phrasings = [f"how did {tool} break".split() for tool in TOOLS]
    outside = [f"did how {tool} break".split() for tool in TOOLS]
    without = np.zeros((2 * len(TOOLS), 0), dtype=np.float32)
    scope, _ = Scope.fitted(phrasings, outside, [False] * len(outside), without, [])
    assert scope.score(["how", "did", "anvil", "break"], without[0]) > scope.score(
        ["did", "how", "anvil", "break"], without[0]
    )


@given(st.lists(st.floats(-5, 5), min_size=3, max_size=3))
def test_a_confidence_is_a_probability_that_grows_with_what_speaks_for_an_answer(figures: list[float]) -> None:
    random = np.random.default_rng(0)
    covered = [random.normal(1.0, 1.0, 3).astype(np.float32) for _ in range(60)]
    uncovered = [random.normal(-1.0, 1.0, 3).astype(np.float32) for _ in range(60)]
    confidence = Confidence.fitted([*covered, *uncovered], [True] * 60 + [False] * 60)
    here = np.array(figures, dtype=np.float32)
    assert 0 <= confidence(here) <= confidence(here + np.float32(1)) <= 1


def test_the_shipped_thresholds_are_learnt(answerer: Answerer) -> None:
    limits = answerer.matcher.thresholds
    assert 0 < limits.suggest < limits.answer < 1
    assert limits.lead > 0


def test_no_question_is_the_nearest_to_itself() -> None:
    vectors = np.array([[1, 0], [0.6, 0.8], [0, 1]], dtype=np.float32)
    covered = np.array([True, False, False])
    assert nearest_outside(vectors, covered, [0, 1, 2]).tolist() == pytest.approx([0.6, 0.8, 0.8])
