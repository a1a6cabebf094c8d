"""Similarities to every phrasing, fused, and entries ranked by them.

Up to `LARGEST_HEAD`, every phrasing is scored and a logistic head is trained on them at load. Beyond, the entries worth
scoring are found first (shared stems; nearest mean vectors) and the head is a closed-form one, so that a hundred
thousand phrasings still take milliseconds.
"""

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import Final

import numpy as np

from bot.matching import classifier
from bot.matching.corpus import Corpus, FloatArray, IntArray
from bot.matching.dense import DenseChannel
from bot.matching.kernel import Exact, Kernel, Leading
from bot.matching.scoring import SHARPNESS, Considered, Evidence, mean_logits, weigh
from bot.matching.term_weights import TermCoverage
from bot.matching.tfidf import GramChannel, Row, StemChannel
from bot.matching.vectors import Encoder

LARGEST_HEAD: Final = 2_500_000
"""Weights of a head, one for every phrasing and entry: the time to train it grows with their number."""
MOST_EXACT: Final = 1_500
"""Phrasings up to which the head is trained on all of their similarities, not on the leading part alone."""
NEAR_BY_STEMS: Final = 96
"""Phrasings whose entries are considered because they share stems with the question."""
NEAR_BY_VECTORS: Final = 32
"""Entries considered because their mean vector is near."""


class Ranker:
    """The channels and the head over a corpus; immutable once built."""

    def __init__(self, corpus: Corpus, encoder: Encoder | None, trained: FloatArray | None = None) -> None:
        """Index `corpus`, which must not be empty; without an `encoder` the evidence is lexical only.

        `trained` is the `head` of another ranker over the same corpus and encoder. Raises ValueError if its shape does
        not fit.
        """
        self._corpus = corpus
        self._stems = StemChannel(corpus)
        self._grams = GramChannel(corpus)
        self._dense = DenseChannel(encoder, corpus) if encoder else None
        share = encoder.share if encoder else 0.0
        # Stems and n-grams halve what the vectors leave.
        self._shares = tuple(map(np.float32, (0.5 * (1 - share), 0.5 * (1 - share), share)))
        self._all = Considered.of(np.arange(len(corpus), dtype=np.int32), corpus.owners)
        self._absent = np.bincount(corpus.owners, minlength=corpus.entries) == 0
        self.head: FloatArray | None = None
        self._means: FloatArray | None = None
        self._directions: FloatArray | None = None
        owners, present = _numbered(corpus.owners)
        if len(corpus) * present <= LARGEST_HEAD:
            if trained is None:
                trained = classifier.train(self.kernel(), owners, present)
            if trained.shape != (len(corpus), present):
                message = f"a head of shape {trained.shape} for {len(corpus)} phrasings of {present} entries"
                raise ValueError(message)
            self.head = trained
        elif self._dense and corpus.entries > NEAR_BY_VECTORS:
            self._means = self._dense.means(corpus)
            self._directions = self._dense.discriminant(corpus)

    def evidence(
        self, words: Sequence[str], encoded: FloatArray, grasp: TermCoverage, ruled_out: Sequence[int] = ()
    ) -> Evidence:
        """Return the evidence for the entries worth considering for a text, which must not be empty.

        `encoded` is the text's vector by the encoder; without one it is not looked at.
        """
        vector = self._dense.centred(encoded) if self._dense else None
        stems = self._stems.row(words)
        grams = self._grams.row(words)
        if self.head is not None:
            channels = self._similarities(stems, grams, vector, None)
            similar = self._fused(channels)
            return weigh(channels, similar, similar @ self.head, self._all, grasp, ruled_out)
        entries = self._considered(stems, vector)
        among = self._corpus.members(entries)
        channels = self._similarities(stems, grams, vector, among)
        similar = self._fused(channels)
        considered = Considered.of(among, self._corpus.owners[among])
        logits = mean_logits(similar, considered)
        if vector is not None and self._directions is not None:
            logits = logits + np.float32(SHARPNESS) * (self._directions[entries] @ vector)
        return weigh(channels, similar, logits, considered, grasp, ruled_out)

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

    def _similarities(
        self, stems: Row, grams: Row, vector: FloatArray | None, among: IntArray | None
    ) -> list[FloatArray]:
        """Return the similarities of each channel: stems, n-grams and, if there is a vector, vectors."""
        channels = [self._stems.similarities(stems, among), self._grams.similarities(grams, among)]
        if self._dense and vector is not None:
            channels.append(self._dense.similarities(vector, among))
        return channels

    def kernel(self) -> Kernel:
        """Return the phrasings' fused similarities to one another: their leading part, if they are many."""
        if len(self._corpus) > MOST_EXACT:
            return Leading.of(self._times, len(self._corpus))
        return Exact(np.stack([self.similarities_of(number) for number in range(len(self._corpus))]))

    def similarities_of(self, phrasing: int) -> FloatArray:
        """Return the fused similarities of a phrasing, given its number, to all; shape (phrasings,)."""
        words = self._corpus.text(phrasing)
        vector = self._dense.vector(phrasing) if self._dense else None
        return self._fused(self._similarities(self._stems.row(words), self._grams.row(words), vector, None))

    def _times(self, matrix: FloatArray) -> FloatArray:
        """Return the product of the phrasings' fused similarities to one another and `matrix`, of its shape."""
        products = [self._stems.times(matrix), self._grams.times(matrix)]
        return self._fused([*products, self._dense.times(matrix)] if self._dense else products)

    def _fused(self, channels: Sequence[FloatArray]) -> FloatArray:
        """Return the weighted sum of what the channels say."""
        weighted = (share * channel for share, channel in zip(self._shares, channels, strict=False))
        return reduce(add, weighted)


def _numbered(owners: IntArray) -> tuple[IntArray, int]:
    """Return `owners` numbered anew without gaps, and how many there are: entries without phrasings have no logit."""
    present, numbers = np.unique(owners, return_inverse=True)
    return numbers.astype(np.int32), len(present)
