"""How much of a question's words stand in a phrasing or an answer, in these words or in like ones.

Each word of the question is put beside the likest word of the other text (late interaction; Khattab and Zaharia 2020,
here with word vectors): a word with the same stem counts in full, another by the cosine of the two. Words count by how
rare they are in English, not in the FAQ: in a FAQ of 60 phrasings every word is rare.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate, pairwise
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

    def _rarities(self, words: Iterable[str]) -> FloatArray:
        return np.array([rarity(word, self._stop_words) for word in words], dtype=np.float32)

    def beside(self, words: Sequence[str], entries: IntArray, among: IntArray) -> Aligned:
        """Put a question, as words, beside the `entries` and the phrasings numbered `among`, which must be theirs."""
        asked = list(dict.fromkeys(words))
        counts = self._rarities(asked)
        shares = counts / np.float32(max(float(counts.sum()), 1e-6))
        lengths = (self._corpus.start[among + 1] - self._corpus.start[among]).astype(np.int32)
        tokens = self._corpus.tokens[spans(self._corpus.start[among], lengths)]
        of_phrasing = np.cumsum(lengths) - lengths
        # Only the words that these entries have are compared: a large FAQ has many more.
        phrasings, answers = self._of_phrasings.taken(entries), self._of_answers.taken(entries)
        place = np.zeros(len(self._rarity), dtype=np.int32)
        place[phrasings.tokens] = place[answers.tokens] = 1
        known = np.flatnonzero(place)
        place[known] = np.arange(len(known), dtype=np.int32)
        # How like each of these is to each word asked, shape (known, asked); 1 where the stems are the same.
        alike = self._likeness(asked, known)
        beside = alike.take(place[tokens], axis=0)
        weight = self._rarity[tokens]
        # Transposed first: the maximum of a few numbers side by side takes numpy ten times as long.
        precise = np.add.reduceat(weight * np.ascontiguousarray(beside.T).max(axis=0), of_phrasing)
        of_entry = phrasings.best(alike, place)
        of_answer = answers.best(alike, place)
        missing = counts * (1 - np.maximum(of_entry, of_answer))
        return Aligned(
            recall=_weighed(np.maximum.reduceat(beside, of_phrasing), shares),
            precision=(precise / np.maximum(np.add.reduceat(weight, of_phrasing), 1e-6)).astype(np.float32),
            same=_weighed((of_entry == 1).astype(np.float32), shares),
            alike=_weighed(of_entry, shares),
            answered=_weighed((of_answer == 1).astype(np.float32), shares),
            missing=missing.sum(axis=1),
            missed=missing.max(axis=1),
        )

    def _likeness(self, asked: Sequence[str], known: npt.NDArray[np.intp]) -> FloatArray:
        """Return how like the FAQ's words of these numbers are to each word asked, 0..1, shape (known, asked)."""
        stems = np.array([self._stem_number.get(stem, -1) for stem in stem_all(asked)], dtype=np.int32)
        same: FloatArray = (self._stem.take(known)[:, None] == stems).astype(np.float32)
        if self._vectors is None:
            return same
        alike: FloatArray = self._vectors.take(known, axis=0) @ self._vectors_of(asked, self._vectors).T
        np.minimum(alike, np.float32(MOST_ALIKE), out=alike)
        alike -= np.float32(UNLIKE)
        alike /= np.float32(1 - UNLIKE)
        return np.maximum(alike, same, out=alike)

    def _vectors_of(self, asked: Sequence[str], known: FloatArray) -> FloatArray:
        """Return the vectors of words, shape (asked, dimensions), given those `known`: only others are encoded."""
        places = map(self._place.get, asked)
        return np.array(
            [_vector(word) if place is None else known[place] for word, place in zip(asked, places, strict=True)]
        )


def _weighed(rows: FloatArray, shares: FloatArray) -> FloatArray:
    """Return the sum of each row's numbers by their shares; shapes (n, asked), (asked,) and (n,)."""
    # Not by `@`: now and then OpenBLAS's kernels for AVX-512 flag an invalid value where rows are as short as these.
    return np.asarray(np.einsum("ij,j->i", rows, shares), dtype=np.float32)


@lru_cache(4_096)
def _vector(word: str) -> FloatArray:
    """Return the vector of one word, shape (dimensions,); members ask with the same words again and again."""
    vector: FloatArray = static_vectors().encode((word,))[0]
    return vector


@dataclass(frozen=True, slots=True)
class _Lists:
    """The distinct words of each entry: `tokens` side by side by entry, and where each entry's begin and end."""

    tokens: IntArray
    ends: tuple[int, ...]

    @classmethod
    def of(cls, owners: npt.NDArray[np.int64], tokens: npt.NDArray[np.int64], entries: int) -> Self:
        """Take the words with the entries that have them, in the order of the entries."""
        ends = np.cumsum(np.bincount(owners, minlength=entries))
        return cls(tokens.astype(np.int32), (0, *ends.tolist()))

    def taken(self, entries: IntArray) -> Self:
        """Return the lists of some entries, at least one."""
        lists = [self.tokens[self.ends[entry] : self.ends[entry + 1]] for entry in entries.tolist()]
        return replace(self, tokens=np.concatenate(lists), ends=(0, *accumulate(map(len, lists))))

    def best(self, alike: FloatArray, place: IntArray) -> FloatArray:
        """Return how like the likest word of each entry is to each word asked, shape (entries, asked).

        `place` tells where each of the words stands in `alike`.
        """
        found = np.zeros((len(self.ends) - 1, alike.shape[1]), dtype=np.float32)
        filled = [entry for entry, (start, end) in enumerate(pairwise(self.ends)) if start < end]
        if filled:
            starts = [self.ends[entry] for entry in filled]
            found[filled] = np.maximum.reduceat(alike.take(place[self.tokens], axis=0), starts)
        return found
