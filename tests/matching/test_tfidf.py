"""Sparse channels against a plain computation."""

from collections import Counter
from itertools import product
from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.corpus import Corpus, distinct, spans, sums
from bot.matching.stems import stem_all
from bot.matching.tfidf import GRAM_SIZES, GramChannel, StemChannel

TEXTS = [
    ["who", "was", "killed"],
    ["who", "killed", "him"],
    ["how", "old", "was", "he"],
    ["age", "age", "age"],
    ["killing", "date"],
]
OWNERS = [0, 0, 1, 1, 3]
CORPUS = Corpus.of(TEXTS, OWNERS, 4)
WORDS = st.lists(st.sampled_from(["who", "was", "killed", "old", "age", "dates", "zebra"]), min_size=1, max_size=6)


def stems(text: list[str]) -> list[str]:
    cut = stem_all(text)
    return cut + [f"{left} {right}" for left, right in zip(["^", *cut], [*cut, "$"], strict=True)]


def grams(text: list[str]) -> list[str]:
    return [f" {word} "[at : at + size] for word in text for size in GRAM_SIZES for at in range(len(word) + 3 - size)]


def cosines(query: list[str], features: object, *, damped: bool) -> list[float]:
    cut = stems if features is stems else grams
    owners_with: dict[str, set[int]] = {}
    for text, owner in zip(TEXTS, OWNERS, strict=True):
        for feature in cut(text):
            owners_with.setdefault(feature, set()).add(owner)

    def row(text: list[str]) -> dict[str, float]:
        counts = Counter(feature for feature in cut(text) if feature in owners_with)
        weights = {f: (1 + log(n) if damped else n) * log(5 / (len(owners_with[f]) + 0.5)) for f, n in counts.items()}
        length = sqrt(sum(weight * weight for weight in weights.values())) or 1
        return {feature: weight / length for feature, weight in weights.items()}

    asked = row(query)
    return [sum(asked.get(feature, 0) * weight for feature, weight in row(text).items()) for text in TEXTS]


@given(WORDS)
def test_stems_against_a_plain_computation(query: list[str]) -> None:
    channel = StemChannel(CORPUS)
    asked = channel.similarities(channel.row(query))
    assert asked == pytest.approx(cosines(query, stems, damped=True), abs=1e-5)


@given(WORDS)
def test_grams_against_a_plain_computation(query: list[str]) -> None:
    channel = GramChannel(CORPUS)
    asked = channel.similarities(channel.row(query))
    assert asked == pytest.approx(cosines(query, grams, damped=False), abs=1e-5)


@given(WORDS, st.lists(st.integers(0, 4), min_size=1, max_size=5, unique=True))
def test_a_few_phrasings_score_as_among_all(query: list[str], few: list[int]) -> None:
    among = np.array(few, dtype=np.int32)
    for channel in (StemChannel(CORPUS), GramChannel(CORPUS)):
        row = channel.row(query)
        assert channel.similarities(row, among) == pytest.approx(channel.similarities(row)[among], abs=1e-6)


@pytest.mark.parametrize("channel", [StemChannel(CORPUS), GramChannel(CORPUS)], ids=["stems", "grams"])
def test_the_products_of_sketches_are_nearly_the_cosines(channel: StemChannel | GramChannel) -> None:
    vocabulary = sorted({word for text in TEXTS for word in text})
    rows = [channel.row(pair) for pair in product(vocabulary, repeat=2)]
    errors = np.array([channel.sketches() @ channel.sketch(row) - channel.similarities(row) for row in rows])
    assert np.sqrt(np.mean(errors**2)) < 0.1
    assert abs(errors.mean()) < 0.03


def test_the_sketch_of_a_phrasing_is_the_same_in_a_question() -> None:
    for channel in (StemChannel(CORPUS), GramChannel(CORPUS)):
        asked = np.stack([channel.sketch(channel.row(text)) for text in TEXTS])
        assert channel.sketches() == pytest.approx(asked, abs=1e-5)


def test_nearest_finds_by_the_rarest_stem() -> None:
    channel = StemChannel(CORPUS)
    assert set(channel.nearest(channel.row(["the", "date"]), 2).tolist()) == {4}
    assert channel.nearest(channel.row(["zebra"]), 2).tolist() == []


def test_members_of_entries() -> None:
    assert CORPUS.members(np.array([1, 3], dtype=np.int32)).tolist() == [2, 3, 4]
    assert CORPUS.members(np.array([2], dtype=np.int32)).tolist() == []


def test_texts_come_back() -> None:
    assert CORPUS.texts() == TEXTS
    assert [CORPUS.text(number) for number in range(len(CORPUS))] == TEXTS


@given(st.lists(st.integers(0, 9)))
def test_distinct(keys: list[int]) -> None:
    values, counts = distinct(np.array(keys, dtype=np.int64))
    assert dict(zip(values.tolist(), counts.tolist(), strict=True)) == Counter(keys)


def test_spans_and_sums() -> None:
    assert spans(np.array([5, 0]), np.array([2, 3])).tolist() == [5, 6, 0, 1, 2]
    assert sums(np.array([1, 2, 3], dtype=np.float32), np.array([1, 2])).tolist() == [1, 5]
