"""Whether to answer: by what many FAQs have taught, moved by a FAQ's own questions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.answerer import Answerer
from bot.matching.decision import FIGURES, Decider, Known, default
from bot.matching.matcher import Matcher
from bot.matching.types import Calibration, Lexicon, Outcome, Target, Tier
from tests.matching.tools import INSIDE, OUTSIDE, TARGETS

FIGURE = st.lists(st.floats(-5, 5, width=32), min_size=len(FIGURES), max_size=len(FIGURES))


@pytest.fixture(scope="module")
def taught() -> Matcher:
    questions = [*((text, text.split()[-2]) for text in INSIDE), *((text, None) for text in OUTSIDE)]
    return Matcher(TARGETS, calibration=Calibration(tuple(questions)))


def test_on_its_first_day_a_faq_is_answered_from() -> None:
    fresh = Matcher(TARGETS)
    assert fresh.decide("how do i use a hammer").outcome is Outcome.ANSWER
    assert fresh.decide("what can you do with a chisel").outcome in {Outcome.ANSWER, Outcome.SUGGEST}
    assert fresh.decide("what is the capital of france").outcome is Outcome.NONE


@pytest.mark.parametrize(
    "said",
    [
        "lol my saw is the best saw i ever had",
        "i love this hammer so much",
        "thanks, that drill was so good to me",
    ],
)
def test_what_asks_nothing_gets_no_answer_and_no_suggestion(said: str) -> None:
    assert Matcher(TARGETS).decide(said).outcome is Outcome.NONE


def test_a_name_or_a_fragment_alone_is_a_question() -> None:
    assert Matcher(TARGETS).decide("chisel help").outcome is Outcome.ANSWER
    assert Matcher(TARGETS).decide("pliers").outcome is not Outcome.NONE


def test_an_answer_that_has_the_words_brings_its_entry_nearer() -> None:
    opening = Target("opening", ("when do you open", "opening times"), answer="From nine to five, on Sundays from ten.")
    parking = Target("parking", ("where can i park", "is there parking"), answer="Behind the hall, free after six.")
    asked = "is there something behind the hall"
    assert Matcher((opening, parking)).rank(asked)[0].entry == "parking"


def test_a_faq_is_taught_the_english_of_chats() -> None:
    fresh = Matcher(TARGETS, Lexicon())
    assert fresh.decide("wat is a hammer good 4 tho lol").candidates[0].entry == "hammer"


def test_a_taught_matcher_answers_what_is_inside_and_not_what_is_outside(taught: Matcher) -> None:
    assert taught.decide("how does one use a chisel").outcome is Outcome.ANSWER
    assert taught.decide("what goes well with soup").outcome is Outcome.NONE


def test_the_more_questions_are_known_the_further_they_move_the_decision() -> None:
    shipped = default("static")
    row = shipped.middle.astype(np.float32)
    before = Decider.unmoved(shipped)(row).answer
    chances = []
    for count in (1, 10, 100):
        known = [
            Known(row, covered=True, right=True, offered=True),
            Known(row + 3, covered=False, right=False, offered=False),
        ]
        chances.append(Decider.fitted(shipped, known * count)(row).answer)
    assert before < chances[0] < chances[1] < chances[2]


@pytest.mark.parametrize("covered", [True, False])
def test_questions_of_one_kind_alone_say_nothing(*, covered: bool) -> None:
    shipped = default("static")
    row = shipped.middle.astype(np.float32)
    decider = Decider.fitted(shipped, [Known(row, covered=covered, right=covered, offered=covered)] * 30)
    assert decider(row) == Decider.unmoved(shipped)(row)
    assert decider.learnt.thresholds == shipped.thresholds


@given(figures=FIGURE, tier=st.sampled_from(("static", "lexical")))
def test_chances_are_probabilities_and_to_offer_is_likelier_than_to_answer(figures: list[float], tier: Tier) -> None:
    chance = Decider.unmoved(default(tier))(np.array(figures, dtype=np.float32))
    assert 0 <= chance.answer <= chance.offer <= 1


def test_scores_are_probabilities_and_fall(taught: Matcher) -> None:
    scores = [candidate.score for candidate in taught.rank("hammer or saw")]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_thresholds_lie_between_never_and_always(answerer: Answerer) -> None:
    for limits in (answerer.matcher.thresholds, default("static").thresholds, default("lexical").thresholds):
        assert 0 < limits.suggest < limits.answer < 1
        assert limits.lead > 0
