"""What is learnt of the phrasings that are left when some are taken out, to ask it those."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from bot.matching import classifier
from bot.matching.corpus import Corpus, FloatArray, IntArray
from bot.matching.kernel import Kernel
from bot.matching.scoring import Considered
from bot.matching.term_weights import WordWeights


@dataclass(frozen=True, slots=True)
class Holdout:
    """The phrasings that are left, a head trained on them, shape (phrasings left, their entries), and their words."""

    considered: Considered
    head: FloatArray
    weights: WordWeights

    @classmethod
    def of(
        cls,
        kept: IntArray,
        kernel: Kernel,
        corpus: Corpus,
        texts: Sequence[Sequence[str]],
        stop_words: frozenset[str],
    ) -> Self:
        """Learn of the phrasings numbered `kept`, at least one; `texts` are those of the whole `corpus`."""
        owners = corpus.owners[kept]
        considered = Considered.of(kept, owners)
        local = np.searchsorted(considered.entries, owners).astype(np.int32)
        trained = classifier.train(kernel.among(kept), local, len(considered.entries))
        left = Corpus.of([texts[at] for at in kept], owners.tolist(), corpus.entries)
        return cls(considered, trained, WordWeights(left, stop_words))
