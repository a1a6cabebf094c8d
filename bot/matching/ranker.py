"""Entries ranked by a classifier, and the best of them compared with the question phrasing by phrasing.

A text has the features of all channels side by side (count sketches of stems and of character n-grams, and a vector);
up to `LARGEST_TRAINED` a logistic classifier is trained on those of the phrasings at load. Beyond, the entries worth
scoring are found first (shared stems; nearest mean vectors) and a closed form takes its place, so that a hundred
thousand phrasings still take milliseconds.
"""

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.matching import classifier
from bot.matching.corpus import Corpus, FloatArray, IntArray
from bot.matching.dense import DenseChannel
from bot.matching.hashing import hashes_of_words
from bot.matching.scoring import SHARPNESS, Considered, Ranking, mean_logits, rank
from bot.matching.term_weights import TermCoverage
from bot.matching.tfidf import GRAM_DIMENSIONS, STEM_DIMENSIONS, GramChannel, Row, StemChannel
from bot.matching.vectors import Encoder

LARGEST_TRAINED: Final = 12_000_000
"""Phrasings times entries up to which a classifier is trained: the time to train it grows with both."""
COMPARED: Final = 12
"""Entries, the likeliest, whose phrasings the question is compared with: more than are ever shown."""
NEAR_BY_STEMS: Final = 96
"""Phrasings whose entries are considered because they share stems with the question."""
NEAR_BY_VECTORS: Final = 32
"""Entries considered because their mean vector is near."""


class Ranker:
    """The channels and the classifier over a corpus; immutable once built."""

    def __init__(self, corpus: Corpus, encoder: Encoder | None, trained: FloatArray | None = None) -> None:
        """Index `corpus`, which must not be empty; without an `encoder` the evidence is lexical only.

        `trained` are the `weights` of another ranker over the same corpus and encoder. Raises ValueError if their shape
        does not fit.
        """
        self._corpus = corpus
        self._stems = StemChannel(corpus)
        self._grams = GramChannel(corpus)
        self._dense = DenseChannel(encoder, corpus) if encoder else None
        share = encoder.share if encoder else 0.0
        # Stems and n-grams halve what the vectors leave.
        self._shares = tuple(map(np.float32, (0.5 * (1 - share), 0.5 * (1 - share), share)))
        self._roots = tuple(map(np.sqrt, self._shares))
        self._all = Considered.of(corpus.owners)
        self._absent = np.bincount(corpus.owners, minlength=corpus.entries) == 0
        self._verbatim: dict[tuple[str, ...], list[int]] = {}
        for text, owner in zip(corpus.texts(), corpus.owners.tolist(), strict=True):
            self._verbatim.setdefault(tuple(text), []).append(owner)
        self.weights: FloatArray | None = None
        """The classifier's, shape (features, entries that have phrasings); None where there are too many to train."""

        self._means: FloatArray | None = None
        self._directions: FloatArray | None = None
        owners, present = numbered(corpus.owners)
        if len(corpus) * present <= LARGEST_TRAINED:
            if trained is None:
                trained = classifier.train(self.features(), owners, present, hashes_of_words(corpus.texts()))
            if trained.shape != (self._width, present):
                message = f"weights of shape {trained.shape} for {self._width} features and {present} entries"
                raise ValueError(message)
            self.weights = trained
        elif self._dense and corpus.entries > NEAR_BY_VECTORS:
            self._means, self._directions = self._dense.heads(corpus)

    @property
    def _width(self) -> int:
        """The number of features."""
        return STEM_DIMENSIONS + GRAM_DIMENSIONS + (self._dense.dimensions if self._dense else 0)

    def features(self) -> FloatArray:
        """Return the features of the phrasings, shape (phrasings, features)."""
        found = np.empty((len(self._corpus), self._width), dtype=np.float32)
        channels = [self._stems.sketches, self._grams.sketches, *([self._dense.rows] if self._dense else [])]
        first = 0
        # One channel at a time, in place: together with what each is made of they would take twice the memory.
        for root, channel in zip(self._roots, channels, strict=False):
            rows = channel()
            np.multiply(root, rows, out=found[:, first : first + rows.shape[1]])
            first += rows.shape[1]
            del rows
        return found

    def rank(
        self, words: Sequence[str], encoded: FloatArray, grasp: TermCoverage, ruled_out: Sequence[int] = ()
    ) -> Ranking:
        """Return the entries worth considering for a text, which must not be empty, best first.

        `encoded` is the text's vector by the encoder; without one it is not looked at.
        """
        vector = self._dense.centred(encoded) if self._dense else None
        stems = self._stems.row(words)
        grams = self._grams.row(words)
        if self.weights is not None:
            channels = [self._stems.sketch(stems), self._grams.sketch(grams), *([] if vector is None else [vector])]
            text = np.concatenate([root * row for root, row in zip(self._roots, channels, strict=False)])
            considered, logits = self._all, text @ self.weights
        else:
            among = self._corpus.members(self._considered(stems, vector))
            considered = Considered.of(self._corpus.owners[among])
            logits = mean_logits(self._fused(self._similarities(stems, grams, vector, among)), considered)
            if vector is not None and self._directions is not None:
                logits = logits + np.float32(SHARPNESS) * (self._directions[considered.entries] @ vector)
        return rank(logits, considered, grasp, self._verbatim.get(tuple(words), ()), ruled_out)

    @property
    def vectors(self) -> FloatArray:
        """Return the encoder's vectors of the phrasings, shape (phrasings, dimensions); of none without an encoder."""
        return self._dense.vectors if self._dense else np.zeros((len(self._corpus), 0), dtype=np.float32)

    def cosines(self, encoded: FloatArray, first: npt.NDArray[np.intp], last: npt.NDArray[np.intp]) -> FloatArray:
        """Return the cosines of a text's vector by the encoder with those of some stretches of phrasings, in a row."""
        if self._dense is None:
            return np.zeros(int((last - first).sum()), dtype=np.float32)
        return self._dense.cosines(encoded, first, last)

    def _considered(self, stems: Row, vector: FloatArray | None) -> IntArray:
        """Return the numbers of the entries worth scoring, rising."""
        entries = self._corpus.owners[self._stems.nearest(stems, NEAR_BY_STEMS)]
        if vector is not None and self._means is not None:
            near = -(self._means @ vector)
            near[self._absent] = np.inf
            entries = np.concatenate(
                [entries, np.argpartition(near, NEAR_BY_VECTORS)[:NEAR_BY_VECTORS].astype(np.int32)]
            )
        entries = np.unique(entries)
        return entries[~self._absent[entries]] if len(entries) else self._corpus.owners[:1]

    def _similarities(self, stems: Row, grams: Row, vector: FloatArray | None, among: IntArray) -> list[FloatArray]:
        """Return the similarities of each channel: stems, n-grams and, if there is a vector, vectors."""
        channels = [self._stems.similarities(stems, among), self._grams.similarities(grams, among)]
        if self._dense and vector is not None:
            channels.append(self._dense.similarities(vector, among))
        return channels

    def _fused(self, channels: Sequence[FloatArray]) -> FloatArray:
        """Return the weighted sum of what the channels say."""
        weighted = (share * channel for share, channel in zip(self._shares, channels, strict=False))
        return reduce(add, weighted)


def numbered(owners: IntArray) -> tuple[IntArray, int]:
    """Return `owners` renumbered without gaps, and how many there are: entries without phrasings have no logit."""
    present, numbers = np.unique(owners, return_inverse=True)
    return numbers.astype(np.int32), len(present)
