"""What speaks for an entry besides its similarity: how much it is asked, and whether it has the question's words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.corpus import Corpus
from bot.matching.scoring import Considered, Ranking, rank
from bot.matching.term_weights import TermCoverage, WordWeights

WORDS = st.lists(st.sampled_from(("bus", "tram", "stops", "leaves", "early", "zeppelin")), min_size=1, max_size=5)


def _ranked(sizes: list[int], held: list[float], verbatim: tuple[int, ...] = ()) -> Ranking:
    """Rank entries with so many phrasings, equally likely by the classifier, given their share of the words."""
    owners = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    considered = Considered.of(owners)
    logits = np.zeros(len(sizes), dtype=np.float32)
    return rank(logits, considered, TermCoverage(1.0, 0.0, np.array(held, dtype=np.float32)), verbatim, ())


def test_what_is_asked_more_comes_first_where_nothing_else_tells() -> None:
    ranking = _ranked([10, 40, 10], [1, 1, 1])
    assert ranking.entries[0] == 1
    assert ranking.probability.tolist() == pytest.approx([4 / 6, 1 / 6, 1 / 6])


def test_to_have_fewer_phrasings_than_others_is_no_handicap() -> None:
    assert _ranked([2, 10, 10], [1, 1, 1]).probability.tolist() == pytest.approx([1 / 3] * 3)


def test_an_entry_that_has_the_words_comes_before_one_that_lacks_them() -> None:
    assert _ranked([10, 10], [0.2, 0.9]).entries.tolist() == [1, 0]


def test_an_entry_that_has_the_very_text_as_a_phrasing_comes_before_all_others() -> None:
    ranking = _ranked([2, 60], [0.1, 1.0], verbatim=(0,))
    assert ranking.entries.tolist() == [0, 1]
    assert ranking.verbatim
    assert not _ranked([2, 60], [0.1, 1.0]).verbatim


def test_of_a_new_entry_a_word_that_it_lacks_says_less() -> None:
    ripe, new = _ranked([50, 50], [0.2, 1]), _ranked([2, 50, 50], [0.2, 1, 0])
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
