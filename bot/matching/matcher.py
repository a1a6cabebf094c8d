"""The matcher: a question in, the entries it may mean out, best first, and whether to answer.

Evidence is fused into one similarity of the question to every phrasing (stemmed words and pairs of them, character
n-grams, vectors); a head trained at load turns it into a score for every entry. Whether the best entry is answered
depends on how near its nearest phrasing is, how sure the head is, and how much of the question the FAQ's vocabulary
knows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bot.matching import calibrate
from bot.matching.corpus import Corpus
from bot.matching.decider import Decider, Known, enough
from bot.matching.evidence import Evidence
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
from bot.matching.ranker import Ranker
from bot.matching.spelling import Repair, Speller
from bot.matching.stems import stem
from bot.matching.text import words
from bot.matching.vectors import Encoder, static_vectors
from bot.matching.words import WordWeights

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
        self._phrasings = tuple(phrasing for _, phrasing, _ in read)
        corpus = Corpus.of([text for _, _, text in read], [number for number, _, _ in read], len(self._targets))
        counts = np.bincount(corpus.tokens, minlength=len(corpus.vocabulary)).tolist()
        self._speller = Speller(
            {**dict.fromkeys(self._synonyms.vocabulary, 0), **dict(zip(corpus.vocabulary, counts, strict=True))}
        )
        self._unless = tuple(
            (number, " ".join(self._synonyms.apply(words(term, self._chat_speak))[0]))
            for number, target in enumerate(self._targets)
            for term in target.unless
        )
        self._weights = WordWeights(corpus, lexicon.stop_words)
        self._corpus = corpus
        encoder = None if lexical_only else encoder or static_vectors()
        self._ranker = Ranker(corpus, encoder) if len(corpus) else None
        self._decider: Decider | None = None
        questions = self._known(calibration or Calibration())
        if enough(questions):
            self._decider = Decider(questions, corpus, self._weights, encoder)
            self._thresholds = self._decider.thresholds
        else:
            self._thresholds = self._cross_validated(questions, lexicon.stop_words)

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
        text = self._read(question).words
        evidence = self._evidence(text)
        return self._candidates(text, evidence, limit) if evidence else []

    def decide(self, question: str) -> Decision:
        """Return whether to answer `question`, with which entries and why; never raises."""
        reading = self._read(question)
        evidence = self._evidence(reading.words)
        if evidence is None or not evidence.entries.size:
            return Decision(Outcome.NONE, (), Explanation(question=" ".join(reading.words), reason="no words to go by"))
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

    def _evidence(self, text: Sequence[str]) -> Evidence | None:
        """Return the evidence for a text; None if there is nothing to go by."""
        if not text or self._ranker is None:
            return None
        return self._ranker.evidence(text, self._weights.coverage(text), self._ruled_out(text))

    def _ruled_out(self, text: Sequence[str]) -> list[int]:
        """Return the entries that an `unless` term of theirs in `text` rules out."""
        joined = f" {' '.join(text)} "
        return sorted({number for number, term in self._unless if term and f" {term} " in joined})

    def _candidates(self, text: Sequence[str], evidence: Evidence, limit: int) -> list[Candidate]:
        scores = evidence.score[:limit]
        if self._decider and scores.size:
            # The best entry's score is the probability that the FAQ covers the question; the others follow it.
            scores = scores * np.float32(self._decider.chance(text, evidence) / max(float(scores[0]), 1e-9))
        falling = np.minimum.accumulate(scores)
        return [
            Candidate(self._targets[at].id, float(score))
            for at, score in zip(evidence.entries[:limit].tolist(), falling, strict=True)
        ]

    def _outcome(self, evidence: Evidence, candidates: Sequence[Candidate]) -> tuple[Outcome, str]:
        limits = self._thresholds
        if candidates[0].score < limits.suggest:
            return Outcome.NONE, "the best entry scores below the threshold for suggestions"
        if candidates[0].score < limits.answer:
            return Outcome.SUGGEST, "the best entry scores below the threshold for an answer"
        first, second = np.append(evidence.probability, 0.0)[:2]
        if first - second < limits.lead:
            return Outcome.SUGGEST, "two entries fit about equally well"
        if self._targets[evidence.entries[0]].covered:
            return Outcome.ANSWER, "the best entry scores above the threshold for an answer"
        return Outcome.NOT_COVERED, "the best entry is one that the source does not cover"

    def _explain(
        self, reading: _Reading, evidence: Evidence, candidates: Sequence[Candidate], reason: str
    ) -> Explanation:
        nearest = evidence.nearest
        weights = {word: self._weights.weight(word) for word in dict.fromkeys(reading.words)}
        total = sum(weights.values()) or 1.0
        known = {stem(word) for word in self._synonyms.apply(words(self._phrasings[nearest], self._chat_speak))[0]}
        matched = [MatchedWord(word, weight / total) for word, weight in weights.items() if stem(word) in known]
        return Explanation(
            question=" ".join(reading.words),
            repairs=reading.repairs,
            synonyms=reading.synonyms,
            matched=tuple(sorted(matched, key=lambda item: -item.weight)),
            unknown=tuple(word for word in weights if not self._weights.knows(word)),
            nearest_phrasing=self._phrasings[nearest],
            similarity=float(evidence.similarity[0]),
            probability=float(evidence.probability[0]),
            coverage=evidence.coverage,
            runner_up=candidates[1] if len(candidates) > 1 else None,
            ruled_out=tuple(self._targets[number].id for number in self._ruled_out(reading.words)),
            thresholds=self._thresholds,
            reason=reason,
        )

    def _known(self, calibration: Calibration) -> list[Known]:
        """Return the calibration's questions with their evidence; those without a word are left out."""
        read = [(self._read(question).words, entry) for question, entry in calibration.questions]
        seen = [(text, self._evidence(text), entry) for text, entry in read]
        return [
            Known(text, evidence, entry is not None)
            for text, evidence, entry in seen
            if evidence is not None and evidence.entries.size
        ]

    def _cross_validated(self, questions: Sequence[Known], stop_words: frozenset[str]) -> Thresholds:
        """Return thresholds fitted to left-out phrasings, left-out entries, and the given questions."""
        sample = calibrate.Sample()
        if self._ranker and self._ranker.kernel is not None:
            calibrate.cross_validate(sample, self._ranker.kernel, self._corpus, stop_words)
        for question in questions:
            score = float(question.evidence.score[0])
            if question.covered:
                sample.add_covered(score, right=True)
            else:
                sample.add_uncovered(score)
        return sample.thresholds()
