"""The matcher: a question in, the entries it may mean out, best first, and whether to answer.

A classifier trained at load ranks the entries; the best are compared with the question phrasing by phrasing and put in
order once more; whether the best of them is answered depends on how sure all evidence together makes it
(:mod:`bot.matching.decision`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.matching import logistic, reranker
from bot.matching.alignment import Alignment
from bot.matching.asking import asking
from bot.matching.corpus import Corpus, FloatArray, IntArray, spans
from bot.matching.decision import FIGURES, Chance, Decider, Known, Learnt, default, figures
from bot.matching.everyday import everyday, general_messages, with_everyday
from bot.matching.grouping import cluster, fingerprints
from bot.matching.hashing import hashes_of_words
from bot.matching.in_scope import Scope, ScopeWeights
from bot.matching.lexicon import Epithets, Fillers, Synonyms
from bot.matching.query import Query, QueryReader
from bot.matching.question_kinds import kind_of
from bot.matching.questions import AUXILIARIES, QUESTION_WORDS, FollowUp
from bot.matching.ranker import COMPARED, Ranker
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
    Tier,
)
from bot.matching.vectors import Encoder, encoded, static_vectors

SUGGESTIONS: Final = 3
"""A pick list longer than this is not read."""
SUGGESTION_SHARE: Final = 0.1
"""Of the best candidate's score, below which another is not suggested beside it."""
BOTH: Final = 0.7
"""Probability of the first two entries together from which both are answered, if they are about equally likely: where
a third is likely too, none of them is clearly meant."""
LEAST_OF_TWO: Final = 0.5
"""Chance of the first two entries together from which both are answered though neither would be alone. Members who
sent one name to a FAQ with a low threshold got two answers that they hardly wanted, where a list is better."""
ASKS_NOTHING: Final = -2.0
"""Logit of asking below which a text without a question word is a statement. Of what members asked of FAQs that the
classifier had not seen, 1 in 100 is below; of their statements 40 in 100."""
SENTENCE: Final = 4
"""Words from which a text without a question word that rather does not ask is a statement unless the answer is `SURE`;
shorter ones are often names or terms, which ask for what the FAQ has on them."""
SURE: Final = 0.7
STATEMENT: Final = -1.5
"""Logit of asking and answering together below which a sentence that rather does not ask is a statement, though it has
a question word: "I know how it ended"."""
PHRASINGS_COMPARED: Final = 16
"""Phrasings of an entry that are put beside the question word by word."""
LEAST_ALIKE: Final = 0.1
"""Share of a question's words, like ones included, below which an entry has nothing to do with it: of right answers 1
in 100 has so little, of what must not be answered 8."""
WHOLE_ADVANTAGE: Final = 1.1
"""How many times the whole message's chance a part's must be for the part to be taken as the question."""
LEAST_TAUGHT: Final = 0.1
"""Known questions with an answer, per phrasing, from which they count as phrasings too."""
MOST_COVERED: Final = 250
MOST_UNCOVERED: Final = 500
"""Known questions that move the decision. The few weights need no more, and each question takes its time; but of those
without an answer only one in twenty tells where the threshold is."""

MOST_INSIDE: Final = 20_000
"""Phrasings that the scope is learnt from, taken evenly from more; all of 100,000 would take 400 MB more."""

_QUESTION_WORDS: Final = frozenset(QUESTION_WORDS)
_LEANING: Final = frozenset([
    *QUESTION_WORDS, *AUXILIARIES, "and", "but", "so", "then", "there", "that", "this", "it", "he", "she", "they",
    "him", "her", "them", "his", "their", "those", "these", "about", "else", "exactly", "be", "been", "not", "ok",
]) - {"do"}  # fmt: skip
"""Words that ask of something said before, and of nothing where nothing was said."""

COMPLETED: Final = 0.5
"""Weight of a follow-up put in full, of which there are two, beside the follow-up as it stands."""
LEAST_UNDERSTOOD: Final = 0.6
"""Share of a follow-up's words, by weight, that the FAQ must know."""
LEAST_NEAR: Final = 0.6
"""Chance of an entry from which a follow-up is answered with it."""
NO_CHANCE: Final = -12.0
"""Logarithm of a chance below which all are alike."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """The known questions that the decision is fitted to, each as found without itself; arrays of shape (questions,).

    Attributes:
        numbers: theirs in the calibration.
        scope: see :class:`bot.matching.in_scope.Scope`.
        nearest: cosine with the nearest message that must not be answered.
    """

    numbers: IntArray
    scope: FloatArray
    nearest: FloatArray


@dataclass(frozen=True, slots=True)
class FittedState:
    """Parameters fitted at load, small enough to cache.

    Attributes:
        classifier: the weights of :mod:`bot.matching.classifier`, shape (features, entries); None if there are too many
            phrasings and entries to train one.
        scope: the weights of the in-scope classifier.
        outside: vectors of the messages that must not be answered, shape (messages, dimensions).
        held_out: what was found of known questions while they were left out.
        decision: how sure to be; None where that is yet to be learned, because answers have changed since.
    """

    classifier: FloatArray | None
    scope: ScopeWeights
    outside: FloatArray
    held_out: HeldOut
    decision: Learnt | None


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
        """Index the targets' phrasings, train the classifier and fit the decision.

        `encoder` takes the place of the word vectors that the package carries; `lexical_only` does without any.
        `learnt` is what another matcher of the same phrasings and settings has learned, which takes most of the time;
        its decision is of use where the answers are the same, too.
        Raises ValueError if two targets share an id, or if `learnt` does not fit.
        Targets without a usable phrasing are never candidates.
        """
        calibration = calibration or Calibration()
        inner: Matcher | None = None
        if counts_as_phrasings(targets, calibration):
            if learnt is None:
                unseen = replace(calibration, as_phrasings=False)
                inner = Matcher(targets, lexicon, unseen, encoder=encoder, lexical_only=lexical_only)
            targets = _with_questions(targets, calibration)
        lexicon = with_everyday(lexicon or Lexicon())
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
        epithets = Epithets(lexicon, self._weights.knows)
        self._unless = tuple(
            (number, " ".join(synonyms.apply(words(term, lexicon.chat_speak))[0]))
            for number, target in enumerate(self._targets)
            for term in target.unless
            if words(term, lexicon.chat_speak)
        )
        counts = np.bincount(self._corpus.tokens, minlength=len(self._corpus.vocabulary)).tolist()
        taught = {
            *synonyms.vocabulary,
            *epithets.vocabulary,
            *lexicon.stop_words,
            *(word for name in lexicon.strangers for word in words(name, {})),
            *(word for _, term in self._unless for word in term.split()),
        }
        self._speller = Speller({**dict.fromkeys(taught, 0), **dict(zip(self._corpus.vocabulary, counts, strict=True))})
        self._reader = QueryReader(lexicon, synonyms, epithets, self._speller, self._weights.knows)
        encoder = None if lexical_only else encoder or static_vectors()
        self._encoder = encoder
        self._shipped = default(self.tier)
        self._decider = Decider.unmoved(self._shipped)
        self._ranker: Ranker | None = None
        if not phrasings:
            return
        self._ranker = Ranker(self._corpus, encoder, learnt.classifier if learnt else None)
        answers = [words(target.answer, lexicon.chat_speak) for target in self._targets]
        self._alignment = Alignment(self._corpus, answers, lexicon.stop_words, lexical_only=lexical_only)
        self._answer_vectors = encoded(encoder, answers)
        self._sizes = np.bincount(self._corpus.owners, minlength=len(self._targets)).astype(np.float32)
        self._kinds = _kinds(self._texts, self._corpus)
        self._scope: Scope
        self._outside: FloatArray
        self._held_out: HeldOut
        if inner and inner.learnt:
            # How sure to be is learned from questions whose wording the matcher has not seen.
            self._scope, self._outside, self._held_out = inner._scope, inner._outside, inner._held_out
            self._decider = inner._decider
            return
        if learnt:
            self._scope, self._outside, self._held_out = Scope(learnt.scope), learnt.outside, learnt.held_out
        else:
            self._scope, self._outside, self._held_out = self._scoped(self._ranker, calibration.questions)
        self._decider = (
            Decider(self._shipped, learnt.decision)
            if learnt and learnt.decision
            else Decider.fitted(self._shipped, self._known(calibration.questions))
        )

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
    def tier(self) -> Tier:
        """Return how texts are compared."""
        return self._encoder.tier if self._encoder else "lexical"

    @property
    def thresholds(self) -> Thresholds:
        """Return the chances from which a question is answered, or suggestions are offered."""
        return self._decider.learnt.thresholds

    @property
    def learnt(self) -> FittedState | None:
        """Return what was learned at load, for another matcher of the same targets and settings; None without any."""
        if self._ranker is None:
            return None
        return FittedState(
            self._ranker.weights, self._scope.weights, self._outside, self._held_out, self._decider.learnt
        )

    @property
    def outgrown(self) -> tuple[int, int] | None:
        """Return the numbers of phrasings and entries where they are too many to train a classifier; else None."""
        if self._ranker is None or self._ranker.weights is not None:
            return None
        return len(self._phrasings), len(self._targets)

    def read(self, message: str) -> Query:
        """Parse a message, for :meth:`decide`; never raises."""
        return self._reader.read(message)

    def rank(self, question: str | Query, limit: int = 10) -> list[Candidate]:
        """Return at most `limit` entries, best first, with scores 0..1 that never rise down the list.

        The scores say how far to trust a candidate, and are what thresholds apply to.
        """
        _, evidence = self._understood(question)
        return self._candidates(evidence, limit) if evidence else []

    def decide(self, question: str | Query) -> Decision:
        """Return whether to answer `question`, with which entries and why; never raises."""
        reading, evidence = self._understood(question)
        if evidence is None:
            return Decision(Outcome.NONE, (), Explanation(" ".join(reading.words), Reason(ReasonCode.NO_WORDS)))
        candidates = self._candidates(evidence, SUGGESTIONS)
        outcome, reason = self._outcome(reading, evidence)
        shown = _beside_best(candidates) if outcome is not Outcome.NONE else ()
        tied = reason.code is ReasonCode.BOTH
        return Decision(outcome, shown, self._explain(reading, evidence, candidates, reason), tied)

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
        odds /= odds.sum()
        order = np.argsort(-odds, kind="stable")[:SUGGESTIONS].tolist()
        likely = [Candidate(self._targets[at].id, float(odds[at])) for at in order]
        first = likely[0]
        if first.entry not in near or first.score < LEAST_NEAR:
            return None
        outcome = Outcome.ANSWER if self._targets[order[0]].covered else Outcome.NOT_COVERED
        reason = Reason(ReasonCode.FOLLOW_UP, chances=(first.score,))
        explanation = Explanation(" ".join(readings[0].words), reason, probability=first.score)
        return Decision(outcome, _beside_best(likely), explanation)

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
        """Look for phrasings that are weak: takes seconds. Of too many phrasings to train on, it finds none."""
        if self._ranker is None or self._ranker.weights is None:
            return Review()
        ids = [target.id for target in self._targets]
        return review(self._ranker, self._corpus, ids, self._phrasings, self._weights.stop_words)

    def _understood(self, question: str | Query) -> tuple[Query, Evidence | None]:
        """Return the reading and evidence of the whole message, or of the part of it that scores clearly better."""
        query = question if isinstance(question, Query) else self.read(question)
        return self._likeliest(query, self._encoded([query])[0])

    def _encoded(self, readings: Sequence[Query]) -> FloatArray:
        """Return the encoder's vectors of texts, which many at once have in a third of the time."""
        return encoded(self._encoder, [reading.words for reading in readings])

    def _likeliest(self, whole: Query, vector: FloatArray) -> tuple[Query, Evidence | None]:
        """Return which reading to go by, and its evidence: the message's, or a part's that is clearly surer.

        `vector` is that of the whole message. A part that leaves a strange name out is not the question: "Adam Adams.
        how old was he?"
        """
        best, evidence = whole, self._evidence(whole, vector)
        if not whole.parts or (evidence and WHOLE_ADVANTAGE * evidence.chance.answer >= 1):
            return best, evidence  # no part can be so much surer
        for part, of_words in zip(whole.parts, self._encoded(whole.parts), strict=True):
            if not whole.strange <= part.strange:
                continue
            of_part = self._evidence(part, of_words)
            if of_part and (evidence is None or of_part.chance.answer > WHOLE_ADVANTAGE * evidence.chance.answer):
                best, evidence = part, of_part
        return best, evidence

    def _evidence(self, reading: Query, vector: FloatArray) -> Evidence | None:
        """Return the evidence for a text, given its vector by the encoder; None if there is nothing to go by."""
        text = reading.words
        if not text or self._ranker is None:
            return None
        grasp = self._weights.grasp(text)
        ranking = self._ranker.rank(text, vector, grasp, self._ruled_out(text))
        if not ranking.entries.size:
            return None
        # The entries compared, by number, so that their phrasings lie side by side in the corpus.
        compared = np.sort(ranking.entries[:COMPARED])
        among, cosine = self._nearest_phrasings(compared, vector)
        first = np.searchsorted(self._corpus.owners[among], compared).astype(np.int32)
        place = np.searchsorted(compared, ranking.entries[:COMPARED])
        probability = np.empty(len(compared), dtype=np.float32)
        probability[place] = ranking.probability[:COMPARED]
        aligned = self._alignment.beside(text, compared, among)
        known = reranker.candidates(
            probability,
            cosine,
            first,
            aligned,
            self._answer_vectors[compared] @ vector,
            self._fit_of_kind(kind_of(reading.typed), compared.tolist()),
            self._sizes[compared],
        )
        likely = known.order(self._shipped.reranker)
        if ranking.verbatim:
            likely[place[0]] = 2
        order = np.argsort(-likely, kind="stable").astype(np.int32)
        best, likely = int(order[0]), np.minimum(likely[order], 1)
        mine = slice(*np.append(first, len(among))[best : best + 2])
        row = figures(
            known.figures[best],
            likely,
            float((self._outside @ vector).max()),
            self._scope.score(text, vector),
            len(set(text)),
            float(self._sizes[compared[best]]),
            float(ranking.logits[0]),
            grasp,
            float(grasp.held[compared[best]]),
            len(ranking.entries),
        )
        return Evidence(
            entries=np.concatenate([compared[order], ranking.entries[COMPARED:]]),
            probability=np.concatenate([likely, ranking.probability[COMPARED:]]),
            similarity=np.maximum.reduceat(aligned.overlap, first)[order].clip(0, 1),
            nearest=int(among[mine][(aligned.overlap + cosine)[mine].argmax()]),
            grasp=grasp,
            compared=known.taken(order),
            figures=row,
            chance=Chance(1.0, 1.0) if ranking.verbatim else self._decider(row),
            verbatim=ranking.verbatim,
        )

    def _nearest_phrasings(self, entries: IntArray, vector: FloatArray) -> tuple[IntArray, FloatArray]:
        """Return the numbers of the phrasings of entries that are nearest to a vector, by entry, and the cosines.

        Of each entry at most `PHRASINGS_COMPARED`: a word that only a farther one has counts for the entry anyway.
        """
        first, last = self._corpus.stretches(entries)
        among = spans(first, last - first)
        cosine = self._ranker.cosines(vector, first, last) if self._ranker else np.zeros(len(among), dtype=np.float32)
        sizes = last - first
        if sizes.max() <= PHRASINGS_COMPARED:
            return among, cosine
        # By entry, the nearest first: two cosines never differ by more than 2.
        order = np.argsort(3 * self._corpus.owners[among].astype(np.float64) - cosine, kind="stable")
        kept = order[spans(np.cumsum(sizes) - sizes, np.minimum(sizes, PHRASINGS_COMPARED))]
        return among[kept], cosine[kept]

    def _fit_of_kind(self, kind: str | None, entries: Sequence[int]) -> FloatArray:
        """Return 1 for each entry whose phrasings ask for this kind of thing, -1 for another, 0 where none shows."""
        kinds = (self._kinds[entry] for entry in entries)
        return np.array(
            [0 if kind is None or not each else 1 if kind in each else -1 for each in kinds], dtype=np.float32
        )

    def _ruled_out(self, text: Sequence[str]) -> list[int]:
        """Return the entries that an `unless` term of theirs in `text` rules out."""
        joined = f" {' '.join(text)} "
        return sorted({number for number, term in self._unless if f" {term} " in joined})

    def _candidates(self, evidence: Evidence, limit: int) -> list[Candidate]:
        numbers = evidence.entries[:limit].tolist()
        return [
            Candidate(self._targets[at].id, score)
            for at, score in zip(numbers, evidence.scores(limit).tolist(), strict=True)
        ]

    def _outcome(self, reading: Query, evidence: Evidence) -> tuple[Outcome, Reason]:
        """Return what to do and why."""
        silent = self._silent(reading, evidence)
        if silent:
            return Outcome.NONE, silent
        limits, chance = self.thresholds, evidence.chance
        both = evidence.lead < limits.lead and evidence.probability[:2].sum() >= BOTH
        sure = chance.answer
        if both and evidence.chance_of_two >= LEAST_OF_TWO:
            sure = max(sure, evidence.chance_of_two)
        if sure < limits.answer:
            return Outcome.SUGGEST, Reason(ReasonCode.TOO_LOW_TO_ANSWER, sure, limits.answer)
        chosen = Outcome.ANSWER if self._targets[evidence.entries[0]].covered else Outcome.NOT_COVERED
        if both:
            likely = tuple(evidence.probability[:2].tolist())
            return chosen, Reason(ReasonCode.BOTH, sure, limits.answer, likely)
        code = ReasonCode.SURE if chosen is Outcome.ANSWER else ReasonCode.NOT_COVERED
        return chosen, Reason(code, sure, limits.answer)

    def _silent(self, reading: Query, evidence: Evidence) -> Reason | None:
        """Return why nothing is said to a text, not even a suggestion; None if something is."""
        if reading.foreign:
            return Reason(ReasonCode.FOREIGN)
        least = self.thresholds.suggest
        if evidence.chance.offer < least:
            return Reason(ReasonCode.TOO_LOW_TO_SUGGEST, evidence.chance.offer, least)
        if evidence.verbatim:
            return None
        if _LEANING.issuperset(reading.typed) or evidence.compared.alike < LEAST_ALIKE:
            return Reason(ReasonCode.NO_WORDS)
        if _states(reading, evidence.chance.answer):
            return Reason(ReasonCode.STATEMENT)
        return None

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
            thresholds=self.thresholds,
        )

    def _scoped(self, ranker: Ranker, questions: Sequence[tuple[str, str | None]]) -> tuple[Scope, FloatArray, HeldOut]:
        """Learn from questions of known outcome and from general messages what is in scope.

        Also returns the vectors of what must not be answered, and what was found of questions that were held out.
        """
        known = [
            (number, self._reader.words(text), entry is not None) for number, (text, entry) in enumerate(questions)
        ]
        known = [(number, text, covered) for number, text, covered in known if text]
        general = [said for said in (words(text, everyday().chat_speak) for text in general_messages()) if said]
        texts = [text for _, text, _ in known]
        of_known, of_general = np.split(encoded(self._encoder, [*texts, *general]), [len(texts)])
        covered = np.array([inside for _, _, inside in known], dtype=bool)
        step = -(-len(self._texts) // MOST_INSIDE)
        vectors = [ranker.vectors[::step], of_known, of_general]
        scope, unseen = Scope.fitted(self._texts[::step], texts, covered.tolist(), general, vectors)
        of_uncovered = np.flatnonzero(~covered).astype(np.int32)
        outside = np.concatenate([of_known[of_uncovered], of_general])
        weighed = _sample(texts, covered)
        numbers = np.array([known[at][0] for at in weighed], dtype=np.int32)
        nearest = _nearest_other(of_known, outside, of_uncovered, weighed)
        return scope, outside, HeldOut(numbers, unseen[weighed], nearest)

    def _known(self, questions: Sequence[tuple[str, str | None]]) -> list[Known]:
        """Return the evidence for the questions that were held out, and whether it is right."""
        held_out = self._held_out
        numbers = held_out.numbers.tolist()
        readings = [self.read(questions[number][0]) for number in numbers]
        of_words = self._encoded(readings)
        found = []
        for number, reading, vector, scope, cosine in zip(
            numbers, readings, of_words, held_out.scope.tolist(), held_out.nearest.tolist(), strict=True
        ):
            entry = questions[number][1]
            _, evidence = self._likeliest(reading, vector)
            if evidence is None:
                continue
            best = [self._targets[at].id for at in evidence.entries[:SUGGESTIONS]]
            row = evidence.figures.copy()
            row[FIGURES.index("in scope")] = scope
            row[FIGURES.index("nearer than outside")] = row[reranker.FIGURES.index("cosine")] - cosine
            found.append(Known(row, entry is not None, best[:1] == [entry], entry in best))
        return found


def _beside_best(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return those of some candidates, best first, that may be shown beside the best; see :data:`SUGGESTION_SHARE`."""
    least = SUGGESTION_SHARE * candidates[0].score
    return tuple(each for each in candidates if each.score >= least)


def _kinds(texts: Sequence[Sequence[str]], corpus: Corpus) -> list[set[str]]:
    """Return the kinds of things that each entry's phrasings ask for."""
    kinds: list[set[str]] = [set() for _ in range(corpus.entries)]
    for text, owner in zip(texts, corpus.owners.tolist(), strict=True):
        if kind := kind_of(text):
            kinds[owner].add(kind)
    return kinds


def _states(reading: Query, chance: float) -> bool:
    """Tell whether a text states something and asks nothing, given the chance that the best entry answers it."""
    # As it was typed, or as its slips are repaired.
    asks = max(map(asking, {reading.text, reading.respelled}))
    if asks >= 0:
        return False
    if len(reading.typed) < SENTENCE:
        return asks < ASKS_NOTHING
    if _QUESTION_WORDS.isdisjoint(reading.typed):
        return asks < ASKS_NOTHING or chance < SURE
    return asks + logistic.logit(chance) < STATEMENT


def counts_as_phrasings(targets: Sequence[Target], calibration: Calibration) -> bool:
    """Tell whether known questions are so many that they count as phrasings too.

    Among the many phrasings of an old FAQ they would change next to nothing, and cost the time to learn it all twice.
    """
    answered = sum(entry is not None for _, entry in calibration.questions)
    return calibration.as_phrasings and answered > LEAST_TAUGHT * sum(len(target.phrasings) for target in targets)


def _with_questions(targets: Sequence[Target], calibration: Calibration) -> list[Target]:
    """Return the targets with the known questions of each among its phrasings."""
    asked: dict[str | None, list[str]] = {}
    for question, entry in calibration.questions:
        asked.setdefault(entry, []).append(question)
    return [replace(target, phrasings=(*target.phrasings, *asked.get(target.id, ()))) for target in targets]


def _nearest_other(vectors: FloatArray, outside: FloatArray, known: IntArray, asked: Sequence[int]) -> FloatArray:
    """Return the cosine of known questions with the nearest message outside that is another; shape (asked,).

    The first rows of `outside` are those of the `known` questions of these numbers.
    """
    cosines = vectors[asked] @ outside.T
    cosines[:, : len(known)][np.equal.outer(np.array(asked), known)] = -1
    return np.asarray(cosines.max(axis=1), dtype=np.float32)


def _sample(texts: Sequence[Sequence[str]], covered: npt.NDArray[np.bool_]) -> list[int]:
    """Return the numbers of the texts that the decision is fitted to, drawn by nothing but their words."""
    order = np.argsort(hashes_of_words(texts), kind="stable")
    inside, outside = order[covered[order]], order[~covered[order]]
    return sorted(np.concatenate([inside[:MOST_COVERED], outside[:MOST_UNCOVERED]]).tolist())
