"""The matcher: a question in, the entries it may mean out, best first, and whether to answer.

Evidence is fused into one similarity of the question to every phrasing (stemmed words and pairs of them, character
n-grams, vectors); a head trained at load turns it into a score for every entry. Whether the best entry is answered depends
on how near its nearest phrasing is, how sure the head is, and how much of the question the FAQ's vocabulary knows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bot.matching import calibrate, head
from bot.matching.confidence import Confidence
from bot.matching.dense import DenseChannel
from bot.matching.evidence import Evidence, mean_logits, weigh
from bot.matching.index import Channel, FloatArray, GramFeatures, StemFeatures
from bot.matching.lexicon import Synonyms
from bot.matching.model import (
    Calibration,
    Candidate,
    Decision,
    Explanation,
    Lexicon,
    MatchedWord,
    Outcome,
    Target,
    Thresholds,
)
from bot.matching.scope import Scope
from bot.matching.spelling import Repair, Speller, count_words
from bot.matching.text import words
from bot.matching.vectors import Encoder, static_vectors
from bot.matching.words import WordWeights

VECTOR_SHARE: Final = 0.6
"""Share of the vectors in the fused similarity; the rest is halved between words and n-grams."""
MOST_FOR_HEAD: Final = 3_000
"""Phrasings up to which the head is trained; beyond, the log-mean-exp alone ranks."""
SUGGESTIONS: Final = 3


@dataclass(frozen=True, slots=True)
class _Reading:
    """A question as the matcher reads it."""

    words: tuple[str, ...]
    repairs: tuple[Repair, ...]
    synonyms: tuple[tuple[str, str], ...]


class Matcher:
    """Ranks and decides; immutable once built, so that threads may share it."""

    def __init__(
        self,
        targets: Sequence[Target],
        lexicon: Lexicon | None = None,
        calibration: Calibration | None = None,
        *,
        encoder: Encoder | None = None,
        lexical_only: bool = False,
    ) -> None:
        """Index the targets' phrasings, train the head and fit the thresholds.

        `encoder` takes the place of the word vectors that the package carries; `lexical_only` does without any.
        Raises ValueError if two targets share an id. Targets without a usable phrasing are never candidates.
        """
        lexicon = lexicon or Lexicon()
        if len({target.id for target in targets}) != len(targets):
            message = "two targets share an id"
            raise ValueError(message)
        self._chat_speak = lexicon.chat_speak
        self._synonyms = Synonyms.of(lexicon)
        self._targets = sorted(targets, key=lambda target: target.id)
        read = [
            (number, phrasing, tuple(self._synonyms.apply(words(phrasing, self._chat_speak))[0]))
            for number, target in enumerate(self._targets)
            for phrasing in sorted(set(target.phrasings))
        ]
        read = [item for item in read if item[2]]
        self._owners = np.array([number for number, _, _ in read], dtype=np.int32)
        self._phrasings = [phrasing for _, phrasing, _ in read]
        self._texts = [text for _, _, text in read]
        owners = self._owners.tolist()
        counts = count_words(self._texts)
        self._speller = Speller({**dict.fromkeys(self._synonyms.vocabulary, 0), **counts})
        self._unless = [
            (number, tuple(self._synonyms.apply(words(term, self._chat_speak))[0]))
            for number, target in enumerate(self._targets)
            for term in target.unless
        ]
        entries = len(self._targets)
        self._weights = WordWeights(self._texts, owners, lexicon.stop_words)
        self._stems = Channel(StemFeatures(), self._texts, owners, entries)
        self._grams = Channel(GramFeatures(counts), self._texts, owners, entries)
        self._dense = None if lexical_only or not read else DenseChannel(encoder or static_vectors(), self._texts)
        self._trained: FloatArray | None = None
        self._thresholds = calibrate.DEFAULT
        self._scope: Scope | None = None
        self._confidence: Confidence | None = None
        if 0 < len(read) <= MOST_FOR_HEAD:
            kernel = self._fused([channel.kernel() for channel in self._channels])
            self._trained = head.train(kernel, self._owners, entries)
            questions = self._read_questions(calibration or Calibration())
            if calibrate.enough(questions):
                self._learn_to_decide(questions)
            else:
                self._thresholds = self._cross_validated(kernel, questions)

    @classmethod
    def from_phrasings(cls, entries: Mapping[str, Sequence[str]], *, lexical_only: bool = False) -> "Matcher":
        """Return a matcher for entries given as id to phrasings, with no lexicon."""
        return cls([Target(entry, tuple(phrasings)) for entry, phrasings in entries.items()], lexical_only=lexical_only)

    @property
    def thresholds(self) -> Thresholds:
        """Return the thresholds fitted at load."""
        return self._thresholds

    def rank(self, question: str, limit: int = 10) -> list[Candidate]:
        """Return at most `limit` entries, best first, with scores 0..1 that never rise down the list.

        The order is that of the head; the scores say how far to trust a candidate, and are what thresholds apply to.
        """
        reading = self._read(question)
        if not reading.words or not self._texts:
            return []
        return self._candidates(reading.words, self._evidence(reading.words), limit)

    def decide(self, question: str) -> Decision:
        """Return whether to answer `question`, with which entries and why; never raises."""
        reading = self._read(question)
        if not reading.words or not self._texts:
            return Decision(Outcome.NONE, (), Explanation(question=" ".join(reading.words), reason="no words to go by"))
        evidence = self._evidence(reading.words)
        candidates = tuple(self._candidates(reading.words, evidence, SUGGESTIONS))
        outcome, reason = self._outcome(evidence, candidates)
        shown = candidates if outcome is not Outcome.NONE else ()
        return Decision(outcome, shown, self._explain(reading, evidence, candidates, reason))

    def _read(self, question: str) -> _Reading:
        repairs = self._speller.repair(words(question, self._chat_speak))
        repaired = [word for repair in repairs for word in repair.words]
        text, used = self._synonyms.apply(repaired)
        changed = tuple(repair for repair in repairs if repair.words != (repair.typed,))
        return _Reading(tuple(text), changed, tuple(used))

    @property
    def _channels(self) -> Sequence[Channel | DenseChannel]:
        return [self._stems, self._grams, *([self._dense] if self._dense else [])]

    @staticmethod
    def _fused(channels: Sequence[FloatArray]) -> FloatArray:
        """Return the weighted sum of the channels' similarities: stems, n-grams and, if any, vectors."""
        stems, grams, *dense = channels
        lexical = np.float32(0.5) * (stems + grams)
        return np.float32(1 - VECTOR_SHARE) * lexical + np.float32(VECTOR_SHARE) * dense[0] if dense else lexical

    def _evidence(self, text: Sequence[str]) -> Evidence:
        channels = [channel.similarities(text) for channel in self._channels]
        similar = self._fused(channels)
        entries = len(self._targets)
        logits = mean_logits(similar, self._owners, entries) if self._trained is None else similar @ self._trained
        nearness = np.array([channel.max() for channel in channels], dtype=np.float32)
        return weigh(similar, logits, self._owners, self._weights.coverage(text), self._ruled_out(text), nearness)

    def _ruled_out(self, text: Sequence[str]) -> list[int]:
        """Return the entries that an `unless` term of theirs in `text` rules out."""
        joined = f" {' '.join(text)} "
        return sorted({number for number, term in self._unless if term and f" {' '.join(term)} " in joined})

    def _candidates(self, text: Sequence[str], evidence: Evidence, limit: int) -> list[Candidate]:
        order = np.argsort(-evidence.logits, kind="stable")[:limit]
        order = order[np.isfinite(evidence.logits[order])]
        if not order.size:
            return []
        scores = evidence.score[order]
        if self._scope and self._confidence:
            figures = self._figures(text, evidence, self._scope.score(text))
            scores = scores / np.float32(max(scores[0], 1e-9)) * np.float32(self._confidence(figures))
        falling = np.minimum.accumulate(scores)
        return [
            Candidate(self._targets[at].id, float(score)) for at, score in zip(order.tolist(), falling, strict=True)
        ]

    def _figures(self, text: Sequence[str], evidence: Evidence, scope: float) -> FloatArray:
        """Return what the confidence goes by, shape (9,) with vectors, (8,) without."""
        best = evidence.best
        total = sum(self._weights.weight(word) for word in set(text))
        return np.array(
            [
                evidence.similarity[best],
                evidence.probability[best],
                evidence.logits[best],
                evidence.coverage,
                (1 - evidence.coverage) * total,
                total,
                self._weights.strangeness(text, self._dense.encoder if self._dense else None),
                *evidence.nearness,
                scope,
            ],
            dtype=np.float32,
        )

    def _outcome(self, evidence: Evidence, candidates: Sequence[Candidate]) -> tuple[Outcome, str]:
        limits = self._thresholds
        if not candidates or candidates[0].score < limits.suggest:
            return Outcome.NONE, "the best entry scores below the threshold for suggestions"
        if candidates[0].score < limits.answer:
            return Outcome.SUGGEST, "the best entry scores below the threshold for an answer"
        second, first = np.sort(np.append(evidence.probability, 0.0))[-2:]
        if first - second < limits.lead:
            return Outcome.SUGGEST, "two entries fit about equally well"
        if self._targets[evidence.best].covered:
            return Outcome.ANSWER, "the best entry scores above the threshold for an answer"
        return Outcome.NOT_COVERED, "the best entry is one that the source does not cover"

    def _explain(
        self, reading: _Reading, evidence: Evidence, candidates: Sequence[Candidate], reason: str
    ) -> Explanation:
        best = evidence.best
        nearest = int(evidence.nearest[best])
        weights = {word: self._weights.weight(word) for word in dict.fromkeys(reading.words)}
        total = sum(weights.values()) or 1.0
        stems = self._stems.row(self._texts[nearest]).features.tolist()
        matched = [
            MatchedWord(word, weight / total)
            for word, weight in weights.items()
            if any(feature in stems for feature in self._stems.row([word]).features.tolist())
        ]
        return Explanation(
            question=" ".join(reading.words),
            repairs=reading.repairs,
            synonyms=reading.synonyms,
            matched=tuple(sorted(matched, key=lambda item: -item.weight)),
            unknown=tuple(word for word in weights if not self._weights.knows(word)),
            nearest_phrasing=self._phrasings[nearest],
            similarity=float(evidence.similarity[best]),
            probability=float(evidence.probability[best]),
            coverage=evidence.coverage,
            runner_up=candidates[1] if len(candidates) > 1 else None,
            ruled_out=tuple(self._targets[number].id for number in self._ruled_out(reading.words)),
            thresholds=self._thresholds,
            reason=reason,
        )

    def _read_questions(self, calibration: Calibration) -> list[tuple[tuple[str, ...], str | None]]:
        """Return the words of the calibration's questions with the entry each must reach; empty ones are left out."""
        read = [(self._read(question).words, entry) for question, entry in calibration.questions]
        return [(text, entry) for text, entry in read if text]

    def _learn_to_decide(self, questions: Sequence[tuple[Sequence[str], str | None]]) -> None:
        """Fit the scope, the confidence and the thresholds to questions whose right outcome is known."""
        inside = [text for text, entry in questions if entry is not None]
        outside = [text for text, entry in questions if entry is None]
        scope = Scope(self._texts, outside, self._dense.encoder if self._dense else None)
        covered = [self._figures(text, self._evidence(text), scope.score(text)) for text in inside]
        uncovered = [
            self._figures(text, self._evidence(text), float(score))
            for text, score in zip(outside, scope.left_out, strict=True)
        ]
        confidence = Confidence(covered, uncovered)
        self._thresholds = calibrate.from_confidence([confidence(figures) for figures in uncovered])
        self._scope, self._confidence = scope, confidence

    def _cross_validated(self, kernel: FloatArray, questions: Sequence[tuple[Sequence[str], str | None]]) -> Thresholds:
        """Return thresholds fitted to left-out phrasings, left-out entries, and the given questions."""
        sample = calibrate.Sample()
        calibrate.cross_validate(sample, kernel, self._owners, self._texts, self._weights)
        for text, entry in questions:
            evidence = self._evidence(text)
            score = float(evidence.score[evidence.best])
            if entry is None:
                sample.add_uncovered(score)
            else:
                sample.add_covered(score, right=self._targets[evidence.best].id == entry)
        return sample.thresholds()
