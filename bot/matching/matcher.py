"""The matcher: a question in, the entries it may mean out, best first, and whether to answer.

Evidence is fused into one similarity of the question to every phrasing (stemmed words and pairs of them, character
n-grams, vectors); a head trained at load turns it into a score for every entry. Whether the best entry is answered
depends on how near its nearest phrasing is, how sure the head is, and how much of the question the FAQ's vocabulary
knows; where enough questions of known outcome are given, on what these teach of it (see `trust`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.matching import thresholds
from bot.matching.answerability import MOST_WEIGHED, Answerability, Known, enough
from bot.matching.confidence import Confidence
from bot.matching.corpus import Corpus, FloatArray
from bot.matching.grouping import cluster, fingerprints
from bot.matching.in_scope import Scope, ScopeWeights
from bot.matching.lexicon import Fillers, Synonyms
from bot.matching.query import Query, QueryReader
from bot.matching.questions import FollowUp
from bot.matching.ranker import Ranker
from bot.matching.review import Review, review
from bot.matching.scoring import Evidence
from bot.matching.spelling import Speller
from bot.matching.stems import stem
from bot.matching.term_weights import WordWeights
from bot.matching.text import words
from bot.matching.types import (
    Calibration,
    Candidate,
    Decision,
    Explanation,
    Lexicon,
    MatchedWord,
    Outcome,
    Reason,
    ReasonCode,
    RunnerUp,
    Target,
    Thresholds,
)
from bot.matching.vectors import Encoder, encoded, static_vectors

SUGGESTIONS: Final = 3
"""A pick list longer than this is not read."""
SUGGESTION_SHARE: Final = 0.25
"""Of the best candidate's score, below which another is not suggested beside it."""
BOTH: Final = 0.3
"""Probability of the first two entries together from which both are answered, if they are about equally likely: of
2,100 questions by six writers 150 were so, and 140 of these meant one of the two."""
STATEMENT_STRICTNESS: Final = 1.25
"""How much higher than a question's a text's score must be if it asks nothing, up to half way to certainty."""
WHOLE_ADVANTAGE: Final = 1.1
"""How many times the whole message's score a part's must be for the part to be taken as the question."""

COMPLETED: Final = 0.5
"""Weight of a follow-up put in full, of which there are two, beside the follow-up as it stands."""
LEAST_UNDERSTOOD: Final = 0.6
"""Share of a follow-up's words, by weight, that the FAQ must know."""
LEAST_NEAR: Final = 0.6
"""Chance of an entry from which a follow-up is answered with it."""
NO_CHANCE: Final = -12.0
"""Logarithm of a chance below which all are alike."""


@dataclass(frozen=True, slots=True)
class FittedState:
    """Parameters fitted at load, small enough to cache.

    Attributes:
        thresholds: the scores that decide.
        head: the classifier's weights, shape (phrasings, entries) or as :mod:`bot.matching.classifier` says; None if
            no classifier was trained.
        scope: the weights of the in-scope classifier; None, as the next two, with too few known questions.
        confidence: the weights of :class:`Confidence`, the bias last.
        outside: vectors of the known questions that must not be answered, shape (questions, dimensions).
    """

    thresholds: Thresholds
    head: FloatArray | None
    scope: ScopeWeights | None
    confidence: npt.NDArray[np.float64] | None
    outside: FloatArray | None


class Matcher:
    """Ranks and decides; immutable once built, so that threads may share it."""

    def __init__(  # noqa: PLR0913
        self,
        targets: Sequence[Target],
        lexicon: Lexicon | None = None,
        calibration: Calibration | None = None,
        *,
        encoder: Encoder | None = None,
        lexical_only: bool = False,
        learnt: FittedState | None = None,
    ) -> None:
        """Index the targets' phrasings, train the head and fit the thresholds.

        `encoder` takes the place of the word vectors that the package carries; `lexical_only` does without any.
        `learnt` is what another matcher of the same targets and settings has learnt, which takes most of the time.
        Raises ValueError if two targets share an id, or if `learnt` does not fit.
        Targets without a usable phrasing are never candidates.
        """
        lexicon = lexicon or Lexicon()
        if len({target.id for target in targets}) != len(targets):
            message = "two targets share an id"
            raise ValueError(message)
        self._targets = sorted(targets, key=lambda target: target.id)
        fillers = Fillers(lexicon)
        phrasings = [
            (number, phrasing, tuple(fillers.drop(words(phrasing, lexicon.chat_speak))))
            for number, target in enumerate(self._targets)
            for phrasing in sorted(set(target.phrasings))
        ]  # fmt: skip
        phrasings = [item for item in phrasings if item[2]]
        self._phrasings = tuple(phrasing for _, phrasing, _ in phrasings)
        self._texts = tuple(text for _, _, text in phrasings)
        self._corpus = Corpus.of(self._texts, [number for number, _, _ in phrasings], len(self._targets))
        self._weights = WordWeights(self._corpus, lexicon.stop_words)
        synonyms = Synonyms.of(lexicon, self._weights.knows)
        self._unless = tuple(
            (number, " ".join(synonyms.apply(words(term, lexicon.chat_speak))[0]))
            for number, target in enumerate(self._targets)
            for term in target.unless
            if words(term, lexicon.chat_speak)
        )
        counts = np.bincount(self._corpus.tokens, minlength=len(self._corpus.vocabulary)).tolist()
        taught = {
            *synonyms.vocabulary,
            *lexicon.stop_words,
            *(word for name in lexicon.strangers for word in words(name, {})),
            *(word for _, term in self._unless for word in term.split()),
        }
        self._speller = Speller({**dict.fromkeys(taught, 0), **dict(zip(self._corpus.vocabulary, counts, strict=True))})
        self._reader = QueryReader(lexicon, synonyms, self._speller, self._weights.knows)
        encoder = None if lexical_only else encoder or static_vectors()
        self._encoder = encoder
        self._ranker = Ranker(self._corpus, encoder, learnt.head if learnt else None) if phrasings else None
        self._trust: Answerability | None = None
        if learnt:
            self._thresholds = learnt.thresholds
            if learnt.scope and learnt.confidence is not None and learnt.outside is not None:
                self._trust = Answerability(Scope(learnt.scope), Confidence(learnt.confidence), learnt.outside)
            return
        questions = self._known(calibration or Calibration())
        if enough(questions):
            self._trust, self._thresholds = Answerability.fitted(questions, self._corpus, encoder)
        else:
            self._thresholds = self._cross_validated(questions, lexicon.stop_words)

    @classmethod
    def from_phrasings(
        cls, entries: Mapping[str, Sequence[str]], *, encoder: Encoder | None = None, lexical_only: bool = False
    ) -> "Matcher":
        """Return a matcher for entries given as id to phrasings, with no lexicon."""
        targets = [Target(entry, tuple(phrasings)) for entry, phrasings in entries.items()]
        return cls(targets, encoder=encoder, lexical_only=lexical_only)

    def knows(self, word: str) -> bool:
        """Tell whether the FAQ's vocabulary, the lexicon or common English has a word, as :func:`words` gives it."""
        return self._speller.known(word)

    @property
    def thresholds(self) -> Thresholds:
        """Return the thresholds fitted at load."""
        return self._thresholds

    @property
    def learnt(self) -> FittedState:
        """Return what was learnt at load, for another matcher of the same targets and settings."""
        trust = self._trust
        return FittedState(
            thresholds=self._thresholds,
            head=self._ranker.head if self._ranker else None,
            scope=trust.scope.weights if trust else None,
            confidence=trust.confidence.weights if trust else None,
            outside=trust.outside if trust else None,
        )

    @property
    def outgrown(self) -> tuple[int, int] | None:
        """Return the numbers of phrasings and entries where they are too many to train a classifier; else None."""
        if self._ranker is None or self._ranker.head is not None:
            return None
        return len(self._phrasings), len(self._targets)

    def read(self, message: str) -> Query:
        """Parse a message, for :meth:`decide`; never raises."""
        return self._reader.read(message)

    def rank(self, question: str | Query, limit: int = 10) -> list[Candidate]:
        """Return at most `limit` entries, best first, with scores 0..1 that never rise down the list.

        The order is that of the head; the scores say how far to trust a candidate, and are what thresholds apply to.
        """
        _, evidence = self._understood(question)
        return self._candidates(evidence, limit) if evidence else []

    def decide(self, question: str | Query) -> Decision:
        """Return whether to answer `question`, with which entries and why; never raises."""
        reading, evidence = self._understood(question)
        if evidence is None:
            return Decision(Outcome.NONE, (), Explanation(" ".join(reading.words), Reason(ReasonCode.NO_WORDS)))
        candidates = self._candidates(evidence, SUGGESTIONS)
        outcome, reason = self._outcome(reading, evidence, candidates[0].score)
        least = SUGGESTION_SHARE * candidates[0].score
        shown = [item for item in candidates if item.score >= least] if outcome is not Outcome.NONE else []
        tied = outcome in {Outcome.ANSWER, Outcome.NOT_COVERED} and evidence.lead < self._thresholds.lead
        return Decision(outcome, tuple(shown), self._explain(reading, evidence, candidates, reason), tied)

    def decide_near(self, asked: FollowUp, near: Mapping[str, float]) -> Decision | None:
        """Return the answer to a follow-up, an entry near the one answered before; None unless it is sure enough.

        `near` says by how many nats each of these entries is likelier than it would be without an answer before.
        """
        readings = [self.read(text) for text in (asked.asked, *asked.completed)]
        if self._ranker is None or self._weights.grasp(readings[0].words).coverage < LEAST_UNDERSTOOD:
            return None
        logits = np.array([near.get(target.id, 0.0) for target in self._targets])
        for reading, vector, share in zip(readings, self._encoded(readings), (1.0, COMPLETED, COMPLETED), strict=True):
            logits += share * self._log_chances(reading, vector)
        odds = np.exp(logits - logits.max())
        best, chance = int(odds.argmax()), float(odds.max() / odds.sum())
        target = self._targets[best]
        if target.id not in near or chance < LEAST_NEAR:
            return None
        outcome = Outcome.ANSWER if target.covered else Outcome.NOT_COVERED
        reason = Reason(ReasonCode.FOLLOW_UP, chances=(chance,))
        explanation = Explanation(" ".join(readings[0].words), reason, probability=chance)
        return Decision(outcome, (Candidate(target.id, chance),), explanation)

    def _log_chances(self, reading: Query, vector: FloatArray) -> FloatArray:
        """Return the logarithm of every entry's chance to be meant by a text, at least :data:`NO_CHANCE`."""
        chances = np.full(len(self._targets), NO_CHANCE, dtype=np.float32)
        evidence = self._evidence(reading, vector)
        if evidence:
            chances[evidence.entries] = np.log(np.maximum(evidence.probability, np.exp(np.float32(NO_CHANCE))))
        return chances

    def gather(self, questions: Sequence[str], least: float) -> list[list[int]]:
        """Put questions together that ask the same, as far as the words and vectors go: thousands take a second.

        Each is compared, as it is read after repairs and synonyms, with those that opened a group; `least` is the
        similarity, 0..1, from which it joins one. Returns the questions' numbers by group; the first opened it.
        """
        texts = [self.read(question).words for question in questions]
        share = self._encoder.share if self._encoder else 0.0
        return cluster(fingerprints(texts, encoded(self._encoder, texts), share, self._weights), least)

    def review(self) -> Review:
        """Look for phrasings that are weak: takes seconds. Of too many phrasings to train a head, it finds none."""
        if self._ranker is None or self._ranker.head is None:
            return Review()
        ids = [target.id for target in self._targets]
        return review(self._ranker, self._corpus, ids, self._phrasings, self._weights.stop_words)

    def _understood(self, question: str | Query) -> tuple[Query, Evidence | None]:
        """Return the reading and evidence of the whole message, or of the part of it that scores clearly better."""
        query = question if isinstance(question, Query) else self.read(question)
        readings = query.readings
        at, evidence = self._likeliest(readings, self._encoded(readings))
        return readings[at], evidence

    def _encoded(self, readings: Sequence[Query]) -> FloatArray:
        """Return the encoder's vectors of texts, which many at once have in a third of the time."""
        return encoded(self._encoder, [reading.words for reading in readings])

    def _likeliest(self, readings: Sequence[Query], vectors: FloatArray) -> tuple[int, Evidence | None]:
        """Return which of `readings` to go by, and its evidence: the message's, or a part's that scores clearly better.

        `readings` are the message's and its parts', `vectors` theirs. A part that leaves a strange name out is not the
        question: "Adam Adams. how old was he?"
        """
        best, evidence = 0, self._evidence(readings[0], vectors[0])
        for at in range(1, len(readings)):
            if not readings[0].strange <= readings[at].strange:
                continue
            of_part = self._evidence(readings[at], vectors[at])
            if of_part and (evidence is None or of_part.score[0] > WHOLE_ADVANTAGE * evidence.score[0]):
                best, evidence = at, of_part
        return best, evidence

    def _evidence(self, reading: Query, vector: FloatArray) -> Evidence | None:
        """Return the evidence for a text, given its vector by the encoder; None if there is nothing to go by."""
        text = reading.words
        if not text or self._ranker is None:
            return None
        evidence = self._ranker.evidence(text, vector, self._weights.grasp(text), self._ruled_out(text))
        if not evidence.entries.size:
            return None
        return self._trust.scored(reading, vector, evidence) if self._trust else evidence

    def _ruled_out(self, text: Sequence[str]) -> list[int]:
        """Return the entries that an `unless` term of theirs in `text` rules out."""
        joined = f" {' '.join(text)} "
        return sorted({number for number, term in self._unless if f" {term} " in joined})

    def _candidates(self, evidence: Evidence, limit: int) -> list[Candidate]:
        falling = np.minimum.accumulate(evidence.score[:limit])
        return [
            Candidate(self._targets[at].id, float(score))
            for at, score in zip(evidence.entries[:limit].tolist(), falling, strict=True)
        ]

    def _outcome(self, reading: Query, evidence: Evidence, score: float) -> tuple[Outcome, Reason]:
        """Return what to do and why, given the best entry's score."""
        limits = self._thresholds
        answer = limits.answer
        if not reading.asks:
            answer = min(STATEMENT_STRICTNESS * answer, (1 + answer) / 2)
        if reading.foreign:
            return Outcome.NONE, Reason(ReasonCode.FOREIGN)
        if score < limits.suggest:
            return Outcome.NONE, Reason(ReasonCode.TOO_LOW_TO_SUGGEST, score, limits.suggest)
        if score < answer:
            code = ReasonCode.TOO_LOW_TO_ANSWER if reading.asks else ReasonCode.STATEMENT_TOO_LOW
            return Outcome.SUGGEST, Reason(code, score, answer)
        chosen = Outcome.ANSWER if self._targets[evidence.entries[0]].covered else Outcome.NOT_COVERED
        if evidence.lead < limits.lead:
            first, second = evidence.probability[:2].tolist()
            both = evidence.probability[0] + evidence.probability[1] >= BOTH
            reason = Reason(ReasonCode.BOTH if both else ReasonCode.TIED, score, answer, (first, second))
            return (chosen if both else Outcome.SUGGEST), reason
        code = ReasonCode.SURE if chosen is Outcome.ANSWER else ReasonCode.NOT_COVERED
        return chosen, Reason(code, score, answer)

    def _explain(
        self, reading: Query, evidence: Evidence, candidates: Sequence[Candidate], reason: Reason
    ) -> Explanation:
        weights = {word: self._weights.weight(word) for word in dict.fromkeys(reading.words)}
        total = sum(weights.values()) or 1.0
        said = set(map(stem, self._texts[evidence.nearest]))
        matched = [MatchedWord(word, weight / total) for word, weight in weights.items() if stem(word) in said]
        runner_up = None
        if len(candidates) > 1:
            (best_chance, chance), (near, far) = evidence.probability[:2].tolist(), evidence.similarity[:2].tolist()
            runner_up = RunnerUp(candidates[1].entry, candidates[1].score, chance, far, best_chance, near)
        return Explanation(
            question=" ".join(reading.words),
            reason=reason,
            repairs=reading.repairs,
            synonyms=reading.synonyms,
            matched=tuple(sorted(matched, key=lambda item: -item.weight)),
            unknown=tuple(word for word in weights if not self._weights.knows(word)),
            nearest_phrasing=self._phrasings[evidence.nearest],
            similarity=float(evidence.similarity[0]),
            probability=float(evidence.probability[0]),
            coverage=evidence.grasp.coverage,
            held=evidence.held,
            runner_up=runner_up,
            ruled_out=tuple(self._targets[number].id for number in self._ruled_out(reading.words)),
            thresholds=self._thresholds,
        )

    def _known(self, calibration: Calibration) -> list[Known]:
        """Return the calibration's questions, some with their evidence; those without a word are left out."""
        messages = [self.read(question).readings for question, _ in calibration.questions]
        vectors = self._encoded([reading for readings in messages for reading in readings])
        ends = accumulate(map(len, messages))
        weighed = _evenly([entry is not None for _, entry in calibration.questions], MOST_WEIGHED)
        known = []
        for number, ((_, entry), readings, end) in enumerate(zip(calibration.questions, messages, ends, strict=True)):
            of_message = vectors[end - len(readings) : end]
            if not readings[0].words:
                continue
            at, evidence = self._likeliest(readings, of_message) if number in weighed else (0, None)
            right = evidence is not None and self._targets[evidence.entries[0]].id == entry
            known.append(Known(readings[at], of_message[at], evidence, covered=entry is not None, right=right))
        return known

    def _cross_validated(self, questions: Sequence[Known], stop_words: frozenset[str]) -> Thresholds:
        """Return thresholds fitted to left-out phrasings, left-out entries, and the given questions."""
        sample = thresholds.Sample()
        if self._ranker and self._ranker.head is not None:
            thresholds.cross_validate(sample, self._ranker, self._corpus, stop_words)
        for question in questions:
            if question.evidence is None:
                continue
            score = float(question.evidence.score[0])
            if question.covered:
                sample.add_covered(score, right=question.right)
            else:
                sample.add_uncovered(score)
        return sample.thresholds()


def _evenly(kinds: Sequence[bool], most: int) -> set[int]:
    """Return the numbers of at most `most` of either kind, from all over the list."""
    chosen: set[int] = set()
    for kind in (True, False):
        numbers = [number for number, each in enumerate(kinds) if each is kind]
        step = -(-len(numbers) // most) or 1
        chosen |= set(numbers[::step])
    return chosen
