"""An edit changes what it is about, and leaves the rest as it is: what is drawn at random doesn't depend on places."""

from dataclasses import replace

import numpy as np
import pytest

from bot.matching import classifier
from bot.matching.corpus import Corpus, FloatArray
from bot.matching.hashing import hashes
from bot.matching.matcher import Matcher
from bot.matching.tfidf import GramChannel, StemChannel
from bot.matching.types import Calibration, Target
from tests.matching.tools import FOOD, INSIDE, OUTSIDE, TARGETS, TOOLS

NEW = "which jig holds a dovetail"
"""A phrasing of words that no other has, the first of its entry in the order of the index."""


def with_one_more(targets: tuple[Target, ...]) -> tuple[Target, ...]:
    """Return the targets with a new phrasing for the first."""
    first, *others = sorted(targets, key=lambda target: target.id)
    return (replace(first, phrasings=(NEW, *first.phrasings)), *others)


def scores(matcher: Matcher) -> list[float]:
    """Return how sure the matcher is of questions that have nothing to do with the new phrasing."""
    asked = [f"{verb} the {thing}" for verb in ("please explain", "how good is") for thing in (*TOOLS[1:], *FOOD)]
    ranked = [matcher.rank(question, 1) for question in asked]
    return [best[0].score if best else 0.0 for best in ranked]


def test_new_words_leave_the_scores_of_other_questions_alone() -> None:
    before, after = Matcher(TARGETS), Matcher(with_one_more(TARGETS))
    assert np.abs(np.subtract(scores(before), scores(after))).max() < 0.05


def test_one_more_phrasing_leaves_the_batches_of_the_others_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "MOST_IN_FULL", 100)
    random = np.random.default_rng(3)
    owners = np.arange(801, dtype=np.int32) % 20
    rows = (random.standard_normal((20, 60))[owners] + random.standard_normal((801, 60))).astype(np.float32)
    of_texts = hashes(map(str, range(801)))

    def logits(phrasings: slice) -> FloatArray:
        return rows @ classifier.train(rows[phrasings], owners[phrasings], 20, of_texts[phrasings])

    # The first one is new. Dealt by their places, the others would be dealt again: a difference of 2.
    assert np.abs(logits(slice(None)) - logits(slice(1, None))).max() < 0.7


@pytest.mark.parametrize("channel", [StemChannel, GramChannel])
def test_new_words_leave_the_sketches_of_the_others_alone(channel: type[StemChannel | GramChannel]) -> None:
    texts = [["saw", "help"], ["use", "a", "drill"], ["clamp", "clamp"]]
    # Every entry knows all, so that no word's weight depends on the number of texts.
    before = channel(Corpus.of(texts, [0, 0, 0], 1)).sketches()
    after = channel(Corpus.of([["adze", "bevel"], *texts], [0, 0, 0, 0], 1)).sketches()
    assert np.allclose(before, after[1:], atol=1e-6)


def test_one_more_known_question_leaves_the_others_that_the_decision_is_fitted_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.matching.matcher.MOST_COVERED", 20)
    monkeypatch.setattr("bot.matching.matcher.MOST_UNCOVERED", 20)
    known = (*((text, text.split()[-2]) for text in INSIDE), *((text, None) for text in OUTSIDE))
    more = (("warm up the pie please", None), *known)

    def fitted_to(questions: tuple[tuple[str, str | None], ...]) -> set[str]:
        learnt = Matcher(TARGETS, calibration=Calibration(questions, as_phrasings=False)).learnt
        assert learnt
        return {questions[number][0] for number in learnt.held_out.numbers.tolist()}

    assert len(fitted_to(known)) == 40
    assert len(fitted_to(known) - fitted_to(more)) <= 1


def test_a_hash_depends_on_the_text_alone() -> None:
    assert hashes(["saw", "drill"]).tolist() == hashes(["drill", "saw"])[::-1].tolist()
    assert len({*hashes(map(str, range(1000))).tolist()}) == 1000
