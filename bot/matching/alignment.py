"""How much of a question's words stand in a phrasing or an answer, in these words or in like ones.

Each word of the question is put beside the likest word of the other text (late interaction; Khattab and Zaharia 2020,
here with word vectors): a word with the same stem counts in full, another by the cosine of the two. Words count by how
rare they are in English, not in the FAQ: in a FAQ of 60 phrasings every word is rare.
"""

import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from math import log
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from bot.matching.corpus import Corpus, FloatArray, IntArray, distinct, spans
from bot.matching.spelling import common_words
from bot.matching.stems import stem_all
from bot.matching.vectors import static_vectors

UNLIKE: Final = 0.3
"""Cosine of two words below which they have nothing in common."""
MOST_ALIKE: Final = 0.95
"""Cosine that two words of different stems have at most."""
OF_STOP_WORD: Final = 0.05
OF_NUMBER: Final = 0.35
"""How much a stop word and a number count, where the rarest words count 1."""
RARITY_POWER: Final = 1.5
MOST_REMEMBERED: Final = 1_024
MOST_BYTES: Final = 16_000_000
"""Words of the FAQ whose similarity to all others is kept in memory, and the most memory that may take."""


def rarity(word: str, stop_words: frozenset[str]) -> float:
    """Return how much a word counts, 0..1: by the logarithm of its rank among the common words of English."""
    if word in stop_words:
        return OF_STOP_WORD
    if word.isdigit():
        return OF_NUMBER
    common = common_words()
    rank = common.get(word)
    if rank is None and word.endswith("s"):
        rank = common.get(word[:-1])
    return 1.0 if rank is None else float((log(rank + 2) / log(len(common) + 2)) ** RARITY_POWER)


@dataclass(frozen=True, slots=True)
class Aligned:
    """A question put beside phrasings, and beside the entries that they and the answers belong to; shares are 0..1.

    Attributes:
        recall: share of the question's words that each phrasing has, shape (phrasings,).
        precision: share of each phrasing's words that the question has, shape (phrasings,).
        same: share of the question's words that the entry's phrasings have by their stems, shape (entries,).
        alike: the same, like words included, shape (entries,).
        answered: share of the question's words that the entry's answer has by their stems, shape (entries,).
        missing: how much the words count that neither the entry's phrasings nor its answer have, in all; shape
            (entries,).
        missed: how much the most important of these counts; shape (entries,).
    """

    recall: FloatArray
    precision: FloatArray
    same: FloatArray
    alike: FloatArray
    answered: FloatArray
    missing: FloatArray
    missed: FloatArray

    @property
    def overlap(self) -> FloatArray:
        """The geometric mean of recall and precision, shape (phrasings,)."""
        overlap: FloatArray = np.sqrt(self.recall * self.precision)
        return overlap


class Alignment:
    """The words of phrasings and answers, ready to be put beside those of questions; immutable."""

    def __init__(
        self, corpus: Corpus, answers: Sequence[Sequence[str]], stop_words: frozenset[str], *, lexical_only: bool
    ) -> None:
        """Take the phrasings and each entry's answer as words; `lexical_only` compares words by their stems alone."""
        self._corpus = corpus
        self._stop_words = stop_words
        words = list(dict.fromkeys((*corpus.vocabulary, *(word for answer in answers for word in answer))))
        self._place = {word: at for at, word in enumerate(words)}
        stems = stem_all(words)
        self._stem_number = {stem: at for at, stem in enumerate(dict.fromkeys(stems))}
        self._stem = np.array([self._stem_number[stem] for stem in stems], dtype=np.int32)
        self._rarity = self._rarities(words)
        self._vectors = None if lexical_only else static_vectors().encode(words)
        pairs, _ = distinct(corpus.owners[corpus.phrasing_of_token].astype(np.int64) * len(words) + corpus.tokens)
        self._of_phrasings = _Lists.of(pairs // max(len(words), 1), pairs % max(len(words), 1), corpus.entries)
        said = [(entry, self._place[word]) for entry, answer in enumerate(answers) for word in dict.fromkeys(answer)]
        owner, token = np.array(said, dtype=np.int64).reshape(-1, 2).T
        self._of_answers = _Lists.of(owner, token, corpus.entries)
        remembered = min(MOST_REMEMBERED, MOST_BYTES // max(self._rarity.nbytes, 1))
        # Not a method of this very object: what refers to itself in a circle would outlive a reload.
        self._likeness = lru_cache(remembered)(partial(Alignment._likeness_of, weakref.proxy(self)))

    def _rarities(self, words: Iterable[str]) -> FloatArray:
        return np.array([rarity(word, self._stop_words) for word in words], dtype=np.float32)

    def beside(self, words: Sequence[str], entries: IntArray, among: IntArray) -> Aligned:
        """Put a question, as words, beside the `entries` and the phrasings numbered `among`."""
        asked = list(dict.fromkeys(words))
        counts = self._rarities(asked)
        shares = counts / np.float32(max(float(counts.sum()), 1e-6))
        # How like each word asked is to each word known, shape (asked, words); 1 where the stems are the same.
        # Only of the FAQ's own words it is remembered: what else members write is not kept.
        alike = np.stack([self._likeness(word) if word in self._place else self._likeness_of(word) for word in asked])
        lengths = (self._corpus.start[among + 1] - self._corpus.start[among]).astype(np.int32)
        tokens = self._corpus.tokens[spans(self._corpus.start[among], lengths)]
        of_phrasing = np.cumsum(lengths) - lengths
        beside = alike[:, tokens]
        weight = self._rarity[tokens]
        precise = np.add.reduceat(weight * beside.max(axis=0), of_phrasing)
        of_entry = self._of_phrasings.best(alike, entries)
        of_answer = self._of_answers.best(alike, entries)
        missing = counts[:, None] * (1 - np.maximum(of_entry, of_answer))
        return Aligned(
            recall=shares @ np.maximum.reduceat(beside, of_phrasing, axis=1),
            precision=(precise / np.maximum(np.add.reduceat(weight, of_phrasing), 1e-6)).astype(np.float32),
            same=shares @ (of_entry == 1).astype(np.float32),
            alike=(shares @ of_entry).astype(np.float32),
            answered=shares @ (of_answer == 1).astype(np.float32),
            missing=missing.sum(axis=0),
            missed=missing.max(axis=0),
        )

    def _likeness_of(self, word: str) -> FloatArray:
        """Return how like a word is to each word known, 0..1, shape (words,): 1 where the stem is the same."""
        (stem,) = stem_all((word,))
        same = self._stem == self._stem_number.get(stem, -1)
        alike: FloatArray = same.astype(np.float32)
        if self._vectors is not None:
            place = self._place.get(word)
            row = static_vectors().encode((word,))[0] if place is None else self._vectors[place]
            cosine = np.clip(self._vectors @ row, UNLIKE, MOST_ALIKE)
            alike = np.maximum(alike, (cosine - UNLIKE) / (1 - UNLIKE)).astype(np.float32)
        return alike


@dataclass(frozen=True, slots=True)
class _Lists:
    """The distinct words of each entry, `tokens` side by side by entry; `start` and `lengths` have shape (entries,)."""

    tokens: IntArray
    start: IntArray
    lengths: IntArray

    @classmethod
    def of(cls, owners: npt.NDArray[np.int64], tokens: npt.NDArray[np.int64], entries: int) -> Self:
        """Take the words with the entries that have them, in the order of the entries."""
        lengths = np.bincount(owners, minlength=entries).astype(np.int32)
        return cls(tokens.astype(np.int32), (np.cumsum(lengths) - lengths).astype(np.int32), lengths)

    def best(self, alike: FloatArray, entries: IntArray) -> FloatArray:
        """Return how like each word asked is to the likest word of each entry, shape (asked, entries)."""
        found = np.zeros((len(alike), len(entries)), dtype=np.float32)
        lengths = self.lengths[entries]
        filled = np.flatnonzero(lengths)
        if len(filled):
            tokens = self.tokens[spans(self.start[entries], lengths)]
            found[:, filled] = np.maximum.reduceat(alike[:, tokens], (np.cumsum(lengths) - lengths)[filled], axis=1)
        return found
