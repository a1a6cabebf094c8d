"""What speaks for an entry besides its similarity: how much it is asked, and whether it has the question's words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.corpus import Corpus
from bot.matching.scoring import Considered, Evidence, weigh
from bot.matching.term_weights import TermCoverage, WordWeights

WORDS = st.lists(st.sampled_from(("bus", "tram", "stops", "leaves", "early", "zeppelin")), min_size=1, max_size=5)


def _weighed(sizes: list[int], held: list[float]) -> Evidence:
    """Weigh a question that is as similar to all phrasings of entries with so many, given what they have of it."""
    owners = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    similar = np.full(len(owners), 0.5, dtype=np.float32)
    considered = Considered.of(np.arange(len(owners), dtype=np.int32), owners)
    logits = np.zeros(len(sizes), dtype=np.float32)
    return weigh([similar], similar, logits, considered, TermCoverage(1.0, 0.0, np.array(held, dtype=np.float32)))


def test_what_is_asked_more_comes_first_where_nothing_else_tells() -> None:
    evidence = _weighed([10, 40, 10], [1, 1, 1])
    assert evidence.entries[0] == 1
    assert evidence.probability.tolist() == pytest.approx([4 / 6, 1 / 6, 1 / 6])


def test_to_have_fewer_phrasings_than_others_is_no_handicap() -> None:
    assert _weighed([2, 10, 10], [1, 1, 1]).probability.tolist() == pytest.approx([1 / 3] * 3)


def test_an_entry_that_has_the_words_comes_before_one_that_lacks_them() -> None:
    evidence = _weighed([10, 10], [0.2, 0.9])
    assert evidence.entries.tolist() == [1, 0]
    assert evidence.held == pytest.approx(0.9)


def test_of_a_new_entry_a_word_that_it_lacks_says_less() -> None:
    ripe, new = _weighed([50, 50], [0.2, 1]), _weighed([2, 50, 50], [0.2, 1, 0])
    assert new.probability[1] / new.probability[0] > ripe.probability[1] / ripe.probability[0]


@given(texts=st.lists(st.tuples(WORDS, st.integers(0, 2)), min_size=1, max_size=8), asked=WORDS)
def test_an_entry_has_at_most_what_the_faq_has_and_all_of_its_own_phrasings(
    texts: list[tuple[list[str], int]], asked: list[str]
) -> None:
    texts.sort(key=lambda text: text[1])
    weights = WordWeights(Corpus.of([text for text, _ in texts], [owner for _, owner in texts], 3), frozenset())
    grasp = weights.grasp(asked)
    assert 0 <= grasp.held.min() <= grasp.held.max() <= grasp.coverage + 1e-6 <= 1 + 1e-6
    for text, owner in texts:
        assert weights.grasp(text).held[owner] == pytest.approx(1)
