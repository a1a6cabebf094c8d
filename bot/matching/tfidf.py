"""Sparse TF-IDF in plain numpy arrays.

A channel is one way to see a text: stemmed words, or character n-grams. Each phrasing is a row of unit length; what a
question gets is its cosine with each. IDF is counted over entries, not phrasings: a word that one entry's ten phrasings
share is rare, not common.
"""

from collections import Counter
from collections.abc import Sequence
from math import log, sqrt
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.matching.corpus import Corpus, FloatArray, IntArray, distinct, product, spans, sums
from bot.matching.hashing import hashes, mixed
from bot.matching.sketch import CountSketch
from bot.matching.stems import stem_all

Row = tuple[IntArray, FloatArray]
"""The features of a text that some phrasing has, each once, and a number for each."""

GRAM_SIZES: Final = (2, 3, 4)
STEM_DIMENSIONS: Final = 512
GRAM_DIMENSIONS: Final = 256
"""Dimensions of the sketches. With 1,024 and 512, as with the exact products, the ranking is the same within what the
seed of the sketches changes (three public data sets, 1 to 10 phrasings an entry, and the shipped FAQ)."""
_MOST_POSTINGS: Final = 20_000
_CHUNK: Final = 4_096
"""Phrasings that are worked on at once while an index is built, to bound the memory taken."""


def _idf(features: npt.NDArray[np.int64], owners: npt.NDArray[np.int64], width: int, entries: int) -> FloatArray:
    """Return the entry-level IDF of `width` features; `features` and `owners` pair them with entries they occur in."""
    pairs, _ = distinct(features * entries + owners)
    frequency = np.bincount(pairs // entries, minlength=width)
    return np.log((entries + 1) / (frequency + 0.5)).astype(np.float32)


class StemChannel:
    """Stemmed words (Snowball, English) and pairs of neighboring ones, the edges of a text counting as neighbors."""

    def __init__(self, corpus: Corpus) -> None:
        """Index the phrasings."""
        stems = stem_all(corpus.vocabulary)
        self._stem_number = {stem: number for number, stem in enumerate(sorted(set(stems)))}
        self._base = len(self._stem_number) + 1
        of_word = np.array([self._stem_number[stem] for stem in stems], dtype=np.int64)
        stem = of_word[corpus.tokens] if len(corpus) else np.zeros(0, dtype=np.int64)
        phrasing = corpus.phrasing_of_token.astype(np.int64)
        edge = self._base - 1
        first = np.zeros(len(stem), dtype=bool)
        first[corpus.start[:-1]] = True
        last = np.zeros(len(stem), dtype=bool)
        last[corpus.start[1:] - 1] = True
        left = np.where(first, edge, np.roll(stem, 1))
        pairs = np.concatenate([left * self._base + stem, stem[last] * self._base + edge])
        self._pairs, _ = distinct(pairs.copy())
        feature = np.concatenate([stem, np.searchsorted(self._pairs, pairs) + self._base])
        where = np.concatenate([phrasing, phrasing, phrasing[last]])
        self._width = self._base + len(self._pairs)
        self._idf = _idf(feature, corpus.owners[where].astype(np.int64), self._width, corpus.entries)
        cells, counts = distinct(where * self._width + feature)
        self._feature = (cells % self._width).astype(np.int32)
        row = (cells // self._width).astype(np.int32)
        self._lengths = np.bincount(row, minlength=len(corpus))
        self._start = np.cumsum(self._lengths) - self._lengths
        weight: FloatArray = (np.float32(1) + np.log(counts.astype(np.float32))) * self._idf[self._feature]
        norm = np.sqrt(sums(weight * weight, self._lengths))
        self._weight: FloatArray = weight / np.repeat(np.maximum(norm, np.float32(1e-9)), self._lengths)
        by_feature = np.argsort(self._feature, kind="stable")
        self._posting = row[by_feature]
        self._posting_weight = self._weight[by_feature]
        self._posting_start = np.searchsorted(self._feature[by_feature], np.arange(self._width + 1))
        of_stem = hashes([*self._stem_number, ""])
        of_pair = mixed(of_stem[self._pairs // self._base]) + of_stem[self._pairs % self._base]
        self._sketch = CountSketch(np.concatenate([of_stem, mixed(of_pair)]), STEM_DIMENSIONS)

    def row(self, words: Sequence[str]) -> Row:
        """Return the features of a text that some phrasing has, and their weights, of unit length together."""
        numbers = [self._stem_number.get(stem, -1) for stem in stem_all(words)]
        edge = self._base - 1
        keys = [
            left * self._base + right
            for left, right in zip([edge, *numbers], [*numbers, edge], strict=True)
            if left >= 0 <= right
        ]
        wanted = np.array(keys, dtype=np.int64)
        at = np.searchsorted(self._pairs, wanted)
        hit = at < len(self._pairs)
        hit[hit] = self._pairs[at[hit]] == wanted[hit]
        counts = Counter([number for number in numbers if number >= 0] + (at[hit] + self._base).tolist())
        features = np.fromiter(counts, dtype=np.int32, count=len(counts))
        weights = np.array([1.0 + log(count) for count in counts.values()], dtype=np.float32) * self._idf[features]
        return features, weights / np.float32(max(sqrt(weights @ weights), 1e-9))

    def similarities(self, row: Row, among: IntArray | None = None) -> FloatArray:
        """Return the cosines of a text's row with the phrasings numbered `among` (all if None), 0..1."""
        features, weights = row
        if among is None:
            first = self._posting_start[features]
            lengths = self._posting_start[features + 1] - first
            at = spans(first, lengths)
            shares = np.repeat(weights, lengths) * self._posting_weight[at]
            return np.bincount(self._posting[at], shares, len(self._lengths)).astype(np.float32)
        spread = np.zeros(self._width, dtype=np.float32)
        spread[features] = weights
        lengths = self._lengths[among]
        at = spans(self._start[among], lengths)
        return sums(spread[self._feature[at]] * self._weight[at], lengths)

    def sketches(self) -> FloatArray:
        """Return the phrasings' rows as count sketches, shape (phrasings, dimensions)."""
        row = np.repeat(np.arange(len(self._lengths)), self._lengths)
        return self._sketch.rows(row, self._feature, self._weight, len(self._lengths))

    def sketch(self, row: Row) -> FloatArray:
        """Return the count sketch of a text's row, shape (dimensions,)."""
        return self._sketch.row(*row)

    def nearest(self, row: Row, limit: int) -> IntArray:
        """Return the numbers of at most `limit` phrasings that share the rarest stems with a text, given its row.

        Stems are taken rarest first until `_MOST_POSTINGS` are read: a stem that half of the phrasings have finds none.
        """
        features, weights = row
        stems = np.flatnonzero(features < self._base)
        stems = stems[np.argsort(-self._idf[features[stems]], kind="stable")]
        first = self._posting_start[features[stems]]
        lengths = self._posting_start[features[stems] + 1] - first
        most = max(1, int(np.searchsorted(np.cumsum(lengths), _MOST_POSTINGS, side="right")))
        at = spans(first[:most], lengths[:most])
        found = self._posting[at]
        shares = np.repeat(weights[stems[:most]], lengths[:most]) * self._posting_weight[at]
        total = np.bincount(found, shares)
        return found if len(found) <= limit else found[np.argpartition(-total[found], limit)[:limit]]


def _grams(word: str) -> list[str]:
    padded = f" {word} "
    return [padded[at : at + size] for size in GRAM_SIZES for at in range(len(padded) - size + 1)]


class GramChannel:
    """Character 2-, 3- and 4-grams within words, with a blank at either end of a word.

    Counts are not damped, so that the channel is linear in the words: a phrasing's cosine is the sum of its words'
    shares, and only the words' grams need storing.
    """

    def __init__(self, corpus: Corpus) -> None:
        """Index the phrasings."""
        cut = [_grams(word) for word in corpus.vocabulary]
        self._number: dict[str, int] = {}
        for grams in cut:
            for gram in grams:
                self._number.setdefault(gram, len(self._number))
        self._lengths = np.fromiter(map(len, cut), dtype=np.int64, count=len(cut))
        self._start = np.cumsum(self._lengths) - self._lengths
        self._gram = np.fromiter(
            (self._number[gram] for grams in cut for gram in grams), dtype=np.int32, count=int(self._lengths.sum())
        )
        self._word = {word: at for at, word in enumerate(corpus.vocabulary)}
        by_gram = np.argsort(self._gram, kind="stable")
        self._posting = np.repeat(np.arange(len(cut), dtype=np.int32), self._lengths)[by_gram]
        self._posting_start = np.searchsorted(self._gram[by_gram], np.arange(len(self._number) + 1))
        self._tokens = corpus.tokens
        # As numpy looks things up: it would turn other numbers into these, all of them for every question.
        self._word_of_token = corpus.tokens.astype(np.intp)
        self._token_start = corpus.start[:-1]
        self._token_count = np.diff(corpus.start)
        self._idf = self._frequencies(corpus)
        self._norm = self._norms(corpus)
        self._sketch = CountSketch(hashes(self._number), GRAM_DIMENSIONS)

    def _frequencies(self, corpus: Corpus) -> FloatArray:
        """Return the entry-level IDF of every gram."""
        frequency = np.zeros(len(self._number), dtype=np.int64)
        owner_of_token = corpus.owners[corpus.phrasing_of_token].astype(np.int64)
        pairs, _ = distinct(owner_of_token * (len(corpus.vocabulary) + 1) + corpus.tokens)
        owner, word = pairs // (len(corpus.vocabulary) + 1), pairs % (len(corpus.vocabulary) + 1)
        for chunk in range(0, len(pairs), _CHUNK * 8):
            # An entry's words may straddle two chunks; a gram is then counted twice, which changes next to nothing.
            words = word[chunk : chunk + _CHUNK * 8]
            grams = self._gram[spans(self._start[words], self._lengths[words])].astype(np.int64)
            owners = np.repeat(owner[chunk : chunk + _CHUNK * 8], self._lengths[words])
            cells, _ = distinct(owners * len(self._number) + grams)
            frequency += np.bincount(cells % len(self._number), minlength=len(self._number))
        return np.log((corpus.entries + 1) / (np.minimum(frequency, corpus.entries) + 0.5)).astype(np.float32)

    def _norms(self, corpus: Corpus) -> FloatArray:
        """Return the Euclidean length of every phrasing."""
        norm = np.zeros(len(corpus), dtype=np.float32)
        for chunk in range(0, len(corpus), _CHUNK):
            among = slice(chunk, chunk + _CHUNK)
            tokens = self._tokens[corpus.start[chunk] : corpus.start[min(chunk + _CHUNK, len(corpus))]]
            grams = self._gram[spans(self._start[tokens], self._lengths[tokens])].astype(np.int64)
            row = np.repeat(
                np.repeat(np.arange(len(self._token_count[among])), self._token_count[among]), self._lengths[tokens]
            )
            cells, counts = distinct(row * len(self._number) + grams)
            weight = (counts * self._idf[cells % len(self._number)]) ** 2
            norm[among] = np.sqrt(np.bincount(cells // len(self._number), weights=weight, minlength=len(norm[among])))
        return np.maximum(norm, np.float32(1e-9))

    def row(self, words: Sequence[str]) -> Row:
        """Return the grams of a text that some phrasing has, and what one like it adds to the product with a word."""
        features, counts = distinct(self._grams_of(words))
        idf = self._idf[features]
        weights = counts.astype(np.float32) * idf
        return features.astype(np.int32), weights * idf / np.float32(max(sqrt(weights @ weights), 1e-9))

    def similarities(self, row: Row, among: IntArray | None = None) -> FloatArray:
        """Return the cosines of a text's row with the phrasings numbered `among` (all if None), 0..1."""
        features, shares = row
        if among is None:
            of_word = self._with_words(features, shares)
            return np.asarray(
                np.add.reduceat(of_word[self._word_of_token], self._token_start) / self._norm, dtype=np.float32
            )
        spread = np.zeros(len(self._number), dtype=np.float32)
        spread[features] = shares
        lengths = self._token_count[among]
        tokens = self._tokens[spans(self._token_start[among], lengths)]
        needed, _ = distinct(tokens.astype(np.int64))
        of_word = np.zeros(len(self._lengths), dtype=np.float32)
        of_word[needed] = sums(
            spread[self._gram[spans(self._start[needed], self._lengths[needed])]], self._lengths[needed]
        )
        return sums(of_word[tokens], lengths) / self._norm[among]

    def sketches(self) -> FloatArray:
        """Return the phrasings' rows as count sketches, shape (phrasings, dimensions)."""
        word = np.repeat(np.arange(len(self._lengths)), self._lengths)
        of_word = self._sketch.rows(word, self._gram, self._idf[self._gram], len(self._lengths))
        once = np.ones(len(self._tokens), dtype=np.float32)
        return product(self._tokens, once, self._token_count, of_word) / self._norm[:, None]

    def sketch(self, row: Row) -> FloatArray:
        """Return the count sketch of a text's row, shape (dimensions,)."""
        features, shares = row
        # A share holds a gram's weight once for the text and once for the word it is compared with.
        return self._sketch.row(features, shares / self._idf[features])

    def _with_words(self, features: IntArray, shares: FloatArray) -> FloatArray:
        """Return the sum of the `shares` of every word's grams, given those that some of the grams have."""
        first = self._posting_start[features]
        lengths = self._posting_start[features + 1] - first
        hits = self._posting[spans(first, lengths)]
        return np.bincount(hits, np.repeat(shares, lengths), len(self._lengths)).astype(np.float32)

    def _grams_of(self, words: Sequence[str]) -> npt.NDArray[np.int64]:
        """Return the numbers of the grams of `words` that some phrasing has, each as often as it occurs."""
        known = np.array([self._word[word] for word in words if word in self._word], dtype=np.int32)
        of_others = [gram for word in words if word not in self._word for gram in _grams(word)]
        others = [number for number in map(self._number.get, of_others) if number is not None]
        of_known = self._gram[spans(self._start[known], self._lengths[known])]
        return np.concatenate([of_known.astype(np.int64), np.array(others, dtype=np.int64)])
