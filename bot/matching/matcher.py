"""The matcher: a question in, the entries it may mean out, best first, and whether to answer.

Evidence is fused into one similarity of the question to every phrasing (stemmed words and pairs of them, character
n-grams); a head trained at load turns it into a score for every entry. Whether the best entry is answered depends on how
near its nearest phrasing is, how sure the head is, and how much of the question the FAQ's vocabulary knows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

import numpy as np

from bot.matching import calibrate, head
from bot.matching.index import Channel, FloatArray, GramFeatures, IntArray, Row, StemFeatures
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
from bot.matching.spelling import Repair, Speller, common_words, count_words
from bot.matching.text import words

WORD_SHARE: Final = 0.6
"""Share of the word channel in the fused similarity; the n-gram channel has the rest."""
SHARPNESS: Final = 12.0
"""Of the log-mean-exp over an entry's phrasings: towards 0 their mean, towards infinity their maximum."""
MEAN_SHARE: Final = 0.5
"""Weight of the log-mean-exp beside the head's score."""
TEMPERATURE: Final = 0.12
"""Of the softmax that turns entry scores into probabilities."""
MOST_FOR_HEAD: Final = 3_000
"""Phrasings up to which the head is trained; beyond, the log-mean-exp alone ranks."""
SUGGESTIONS: Final = 3


@dataclass(frozen=True, slots=True)
class _Reading:
    """A question as the matcher reads it."""

    words: tuple[str, ...]
    repairs: tuple[Repair, ...]
    synonyms: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Scores:
    """Every entry's evidence for one question, shape (entries,): what ranks, and what is told."""

    ranking: FloatArray
    probability: FloatArray
    score: FloatArray
    nearest: IntArray
    similarity: FloatArray
    coverage: float


class Matcher:
    """Ranks and decides; immutable once built, so that threads may share it."""

    def __init__(self, targets: Sequence[Target], lexicon: Lexicon | None = None, calibration: Calibration | None = None) -> None:
        """Index the targets' phrasings, train the head and fit the thresholds.

        Raises ValueError if two targets share an id. Targets without a usable phrasing are never candidates.
        """
        lexicon = lexicon or Lexicon()
        if len({target.id for target in targets}) != len(targets):
            message = "two targets share an id"
            raise ValueError(message)
        self._chat_speak = lexicon.chat_speak
        self._stop_words = lexicon.stop_words
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
        texts = [text for _, _, text in read]
        counts = count_words(texts)
        self._speller = Speller({**dict.fromkeys(self._synonyms.vocabulary, 0), **counts})
        self._unless = [
            (number, tuple(self._synonyms.apply(words(term, self._chat_speak))[0]))
            for number, target in enumerate(self._targets)
            for term in target.unless
        ]
        grams = GramFeatures()
        grams.learn(counts)
        entries = len(self._targets)
        self._channels = (
            (Channel(StemFeatures(), texts, self._owners.tolist(), entries), WORD_SHARE),
            (Channel(grams, texts, self._owners.tolist(), entries), 1 - WORD_SHARE),
        )
        self._word_weight = self._word_weights(texts)
        self._weight_of_unknown = log((entries + 1) / 0.5)
        self._members = np.bincount(self._owners, minlength=entries)
        self._head: head.Head | None = None
        self._thresholds = calibrate.DEFAULT
        if 0 < len(texts) <= MOST_FOR_HEAD:
            kernel = np.stack([self._fused([channel.rows[at] for channel, _ in self._channels]) for at in range(len(texts))])
            self._head = head.train(kernel, self._owners, entries)
            self._thresholds = self._calibrated(kernel, texts, calibration or Calibration())

    @classmethod
    def from_phrasings(cls, entries: Mapping[str, Sequence[str]]) -> "Matcher":
        """Return a matcher for entries given as id to phrasings, with no lexicon."""
        return cls([Target(entry, tuple(phrasings)) for entry, phrasings in entries.items()])

    @property
    def thresholds(self) -> Thresholds:
        """Return the thresholds fitted at load."""
        return self._thresholds

    def rank(self, question: str, limit: int = 10) -> list[Candidate]:
        """Return at most `limit` entries, best first, with scores 0..1 that never rise down the list.

        The order is that of the head; the scores say how far to trust a candidate, and are what thresholds apply to.
        """
        reading = self._read(question)
        if not reading.words or not len(self._owners):
            return []
        return self._candidates(self._score(reading.words), limit)

    def decide(self, question: str) -> Decision:
        """Return whether to answer `question`, with which entries and why; never raises."""
        reading = self._read(question)
        if not reading.words or not len(self._owners):
            return Decision(Outcome.NONE, (), Explanation(question=" ".join(reading.words), reason="no words to go by"))
        scores = self._score(reading.words)
        candidates = tuple(self._candidates(scores, SUGGESTIONS))
        outcome, reason = self._outcome(scores, candidates)
        shown = candidates if outcome is not Outcome.NONE else ()
        return Decision(outcome, shown, self._explain(reading, scores, candidates, reason))

    def _read(self, question: str) -> _Reading:
        repairs = self._speller.repair(words(question, self._chat_speak))
        repaired = [word for repair in repairs for word in repair.words]
        text, used = self._synonyms.apply(repaired)
        changed = tuple(repair for repair in repairs if repair.words != (repair.typed,))
        return _Reading(tuple(text), changed, tuple(used))

    def _fused(self, rows: Sequence[Row]) -> FloatArray:
        parts = [channel.similarities(row) * np.float32(share) for (channel, share), row in zip(self._channels, rows, strict=True)]
        return np.asarray(np.sum(parts, axis=0), dtype=np.float32)

    def _score(self, text: Sequence[str]) -> _Scores:
        similar = self._fused([channel.row(text) for channel, _ in self._channels])
        by_head = self._head.scores(similar) if self._head else None
        return self._entry_scores(similar, by_head, self._coverage(text), self._ruled_out(text))

    def _entry_scores(self, similar: FloatArray, by_head: FloatArray | None, coverage: float, out: Sequence[int]) -> _Scores:
        entries = len(self._targets)
        mean = np.bincount(self._owners, weights=np.exp(SHARPNESS * similar), minlength=entries) / np.maximum(self._members, 1)
        soft = np.log(np.maximum(mean, 1e-9)) / SHARPNESS
        ranking = (soft if by_head is None else by_head + MEAN_SHARE * soft).astype(np.float32)
        ranking = np.where(self._members > 0, ranking, -np.inf)
        ranking[list(out)] = -np.inf
        order = np.argsort(similar, kind="stable")
        nearest = np.zeros(entries, dtype=np.int32)
        nearest[self._owners[order]] = order
        similarity = np.where(self._members > 0, similar[nearest], 0.0).astype(np.float32)
        top = ranking.max()
        odds = np.exp((ranking - (top if np.isfinite(top) else 0.0)) / TEMPERATURE)
        probability = (odds / max(float(odds.sum()), 1e-9)).astype(np.float32)
        score = (np.clip(similarity, 0, 1) * np.sqrt(probability * coverage)).astype(np.float32)
        return _Scores(ranking, probability, score, nearest, similarity, coverage)

    def _coverage(self, text: Sequence[str]) -> float:
        """Return the share of the words' weight that the FAQ's vocabulary knows, 0..1."""
        weights = [(self._word_weight.get(word), word) for word in set(text)]
        known = sum(weight for weight, _ in weights if weight is not None)
        unknown = sum(self._weight_of_unknown for weight, word in weights if weight is None and word not in self._stop_words)
        return known / (known + unknown) if known else 0.0

    def _word_weights(self, texts: Sequence[Sequence[str]]) -> dict[str, float]:
        """Return the entry-level IDF of every word."""
        pairs = {(word, int(owner)) for text, owner in zip(texts, self._owners, strict=True) for word in text}
        frequency = count_words([word] for word, _ in pairs)
        return {word: log((len(self._targets) + 1) / (count + 0.5)) for word, count in frequency.items()}

    def _ruled_out(self, text: Sequence[str]) -> list[int]:
        """Return the entries that an `unless` term of theirs in `text` rules out."""
        joined = f" {' '.join(text)} "
        return sorted({number for number, term in self._unless if term and f" {' '.join(term)} " in joined})

    def _candidates(self, scores: _Scores, limit: int) -> list[Candidate]:
        order = np.argsort(-scores.ranking, kind="stable")[:limit]
        order = order[np.isfinite(scores.ranking[order])]
        falling = np.minimum.accumulate(scores.score[order]) if order.size else scores.score[order]
        return [Candidate(self._targets[at].id, float(score)) for at, score in zip(order, falling, strict=True)]

    def _outcome(self, scores: _Scores, candidates: Sequence[Candidate]) -> tuple[Outcome, str]:
        limits = self._thresholds
        if not candidates or candidates[0].score < limits.suggest:
            return Outcome.NONE, "the best entry scores below the threshold for suggestions"
        if candidates[0].score < limits.answer:
            return Outcome.SUGGEST, "the best entry scores below the threshold for an answer"
        first, second = np.sort(np.append(scores.probability, [0.0, 0.0]))[::-1][:2]
        if first - second < limits.lead:
            return Outcome.SUGGEST, "two entries fit about equally well"
        best = self._targets[int(np.argmax(scores.ranking))]
        return (Outcome.ANSWER, "answered") if best.covered else (Outcome.NOT_COVERED, "the best entry is not covered")

    def _explain(self, reading: _Reading, scores: _Scores, candidates: Sequence[Candidate], reason: str) -> Explanation:
        best = int(np.argmax(scores.ranking))
        nearest = self._phrasings[int(scores.nearest[best])]
        weights = {word: self._word_weight.get(word, self._weight_of_unknown) for word in dict.fromkeys(reading.words)}
        total = sum(weights.values()) or 1.0
        phrase_words = set(self._synonyms.apply(words(nearest, self._chat_speak))[0])
        matched = [MatchedWord(word, weight / total) for word, weight in weights.items() if word in phrase_words]
        return Explanation(
            question=" ".join(reading.words),
            repairs=reading.repairs,
            synonyms=reading.synonyms,
            matched=tuple(sorted(matched, key=lambda item: -item.weight)),
            unknown=tuple(word for word in weights if word not in self._word_weight and word not in common_words()),
            nearest_phrasing=nearest,
            similarity=float(scores.similarity[best]),
            probability=float(scores.probability[best]),
            coverage=scores.coverage,
            runner_up=candidates[1] if len(candidates) > 1 else None,
            ruled_out=tuple(self._targets[number].id for number in self._ruled_out(reading.words)),
            thresholds=self._thresholds,
            reason=reason,
        )

    def _calibrated(self, kernel: FloatArray, texts: Sequence[Sequence[str]], calibration: Calibration) -> Thresholds:
        """Return thresholds fitted to each phrasing left out, each entry left out, and the given questions."""
        if self._head is None:
            return calibrate.DEFAULT
        phrasings_with = count_words(texts)
        entries_with = count_words(
            [word] for word, _ in {(word, int(owner)) for text, owner in zip(texts, self._owners, strict=True) for word in text}
        )
        covered: list[float] = []
        right: list[bool] = []
        uncovered: list[float] = []
        alone = self._head.without_phrasing()
        for entry in np.flatnonzero(self._members).tolist():
            members = np.flatnonzero(self._owners == entry).astype(np.int32)
            absent = self._head.without_entry(members)
            for at, member in enumerate(members.tolist()):
                similar = kernel[member].copy()
                if len(members) > 1:
                    similar[member] = 0.0
                    share = self._share_known(texts[member], phrasings_with)
                    scores = self._entry_scores(similar, alone[member], share, ())
                    best = int(np.argmax(scores.ranking))
                    covered.append(float(scores.score[best]))
                    right.append(best == entry)
                similar[members] = 0.0
                scores = self._entry_scores(similar, absent[at], self._share_known(texts[member], entries_with), [entry])
                uncovered.append(float(scores.score[int(np.argmax(scores.ranking))]))
        ids = {target.id: number for number, target in enumerate(self._targets)}
        for question, entry_id in calibration.questions:
            reading = self._read(question)
            if not reading.words:
                continue
            scores = self._score(reading.words)
            best = int(np.argmax(scores.ranking))
            if entry_id is None:
                uncovered.append(float(scores.score[best]))
            else:
                covered.append(float(scores.score[best]))
                right.append(best == ids.get(entry_id))
        return calibrate.fit(np.array(covered, dtype=np.float32), np.array(right, dtype=bool), np.array(uncovered, dtype=np.float32))

    def _share_known(self, text: Sequence[str], used_by: Mapping[str, int]) -> float:
        """Return the coverage of a left-out text: words that nothing else uses count as unknown."""
        known = sum(self._word_weight[word] for word in set(text) if used_by[word] > 1)
        unknown = sum(self._weight_of_unknown for word in set(text) if used_by[word] == 1 and word not in self._stop_words)
        return known / (known + unknown) if known else 0.0
