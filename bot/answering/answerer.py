"""The answerer, which turns a question into a :class:`~bot.answering.reply.Reply` for surfaces to render."""

import copy
import weakref
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Final, Self

from bot.answering.choice import numbers_alone
from bot.answering.citing import Numbering, cite
from bot.answering.declined import Declined
from bot.answering.greetings import without_courtesies
from bot.answering.people import Names
from bot.answering.periods import words_of
from bot.answering.reply import AnswerBlock, Citation, CitedStatement, Correction, Link, Reply, Suggestion
from bot.i18n.identify import other_language
from bot.knowledge.citations import prose
from bot.knowledge.inline import without_addresses
from bot.knowledge.model import Entry, Kind, KnowledgeBase
from bot.matching.cache import cached_matcher
from bot.matching.matcher import SUGGESTIONS, Matcher, counts_as_phrasings
from bot.matching.query import MAX_WORDS, Query
from bot.matching.questions import combined_questions, follow_up
from bot.matching.text import words
from bot.matching.types import Calibration, Candidate, Decision, Lexicon, Outcome, Target
from bot.matching.vectors import Encoder
from bot.memory import give_back

MAX_CACHED_REPLIES: Final = 1_000
"""The most replies to cache, those used last."""

SEVERAL: Final = 2
"""How many questions of a message are several: at least so many must be clear to be answered one by one."""

MAX_ANSWERS: Final = 3
"""The most answers to one message, because nobody reads a longer reply on a phone; what else it asks is offered."""

MAX_COMPLETIONS: Final = 25
"""The most autocomplete choices that Discord accepts."""

MAX_TYPED: Final = 100
"""How many characters of the input autocompletion uses, which is the length of the longest choice. Discord lets members
type 6,000 and asks again after each."""

_IS: Final = frozenset({"is", "was"})
"""What may stand between "who" and a name in a question: "who is Dilip Rao?"."""

SURE_DESPITE_TACT: Final = 0.5
"""Score from which a tactless message is told that the source does not say."""

RELATED: Final = 3.0
SAME_TOPIC: Final = 1.0
"""Log-odds, in nats, in favor of an entry that is related to the previous answer, or shares a topic with it, when a
follow-up is matched. Chosen on 150 follow-ups by a writer who saw the FAQ, and confirmed on 150 by a second writer."""


def lexicon(base: KnowledgeBase) -> Lexicon:
    """Return the matcher's knowledge of words: the moderators' tables and people's names."""
    return Lexicon(
        synonyms=(*base.words.synonyms, *(person.called for person in base.people.values())),
        chat_speak=dict(base.words.chat_speak),
        stop_words=frozenset(base.words.stop_words),
        fillers=base.words.fillers,
        strangers=base.words.strangers,
        epithets=tuple((person.called, person.epithets) for person in base.people.values() if person.epithets),
    )


def calibration(base: KnowledgeBase) -> Calibration:
    """Return the questions that the matcher's thresholds are fitted to, which are the moderators' regression set."""
    answered = [(text, group.entry) for group in base.questions.answered for text in group.ask]
    unanswered = [(text, None) for group in base.questions.unanswered for text in group.ask]
    return Calibration(questions=(*answered, *unanswered))


def targets(base: KnowledgeBase) -> tuple[Target, ...]:
    """Return the entries as the matcher sees them."""
    return tuple(
        Target(
            id=entry.id,
            phrasings=(entry.question, *entry.phrasings),
            covered=entry.kind is not Kind.NOT_COVERED,
            unless=entry.unless,
            # Code and addresses hold words that mean nothing to whoever asks.
            answer=" ".join(without_addresses(statement.text) for statement in prose(base.blocks(entry))),
        )
        for entry in base.entries.values()
    )


class Answerer:
    """A knowledge base and its matcher, built together and immutable.

    It can be used from several threads. A reload builds a new one.
    """

    def __init__(
        self,
        base: KnowledgeBase,
        encoder: Encoder | None = None,
        cache: Path | None = None,
        *,
        lexical_only: bool = False,
    ) -> None:
        """Train the matcher on the knowledge base's phrasings, which takes seconds unless the result is cached.

        Args:
            base: the knowledge base to answer from.
            encoder: the encoder to use in place of the matcher's own word vectors.
            cache: the folder for trained matchers, which need not exist; None for no cache.
            lexical_only: whether to match without any vectors.
        """
        self.base = base
        """The knowledge base to show, without the stopped entries."""

        self.corrections: Mapping[str, tuple[Correction, ...]] = {}
        """The corrections of answers by entry id, latest first; see :meth:`noting`."""

        self._entries: Final[Mapping[str, Entry]] = base.entries
        self._stopped: frozenset[str] = frozenset()
        self.names: Final = Names(base.people.values())
        self._words_of_names: Final = frozenset(
            word for person in base.people.values() for name in person.called for word in words(name, {})
        )
        self._declined: Final = Declined(base.words.declined)
        build = partial(cached_matcher, cache) if cache else Matcher
        self._build: Final = partial(build, targets(base), lexicon(base), encoder=encoder, lexical_only=lexical_only)
        self.matcher = self._build(calibration=calibration(base))
        give_back()
        self._remembered = self._remembering()

    def _remembering(self) -> Callable[[str, str | None], Reply]:
        """Return a function that looks questions up and caches the latest replies."""
        # Not `self._look_up`, because an Answerer in a reference cycle would outlive a reload.
        return lru_cache(MAX_CACHED_REPLIES)(partial(Answerer._look_up, weakref.proxy(self)))

    def without(self, stopped: Collection[str]) -> Self:
        """Return a copy that doesn't answer with some entries. It shares the matcher, so this takes a millisecond.

        Questions are matched as before. One that leads to a stopped entry gets no answer, not the next best one.

        Args:
            stopped: ids of the entries.
        """
        gone = frozenset(stopped) & self._entries.keys()
        left = {key: entry for key, entry in self._entries.items() if key not in gone}
        for key, entry in left.items():
            if not gone.isdisjoint(entry.related):
                related = tuple(each for each in entry.related if each not in gone)
                left[key] = entry.model_copy(update={"related": related})
        served = copy.copy(self)
        served.base = replace(self.base, entries=left)
        served._stopped = gone  # noqa: SLF001 (our own copy)
        served._remembered = served._remembering()  # noqa: SLF001 (as above)
        return served

    def noting(self, corrections: Mapping[str, tuple[Correction, ...]]) -> Self:
        """Return a copy whose answers come with their corrections. It shares the matcher, so this takes no time.

        Args:
            corrections: the corrections by entry id, latest first.
        """
        noting = copy.copy(self)
        noting.corrections = corrections
        noting._remembered = noting._remembering()  # noqa: SLF001 (our own copy)
        return noting

    def untaught(self) -> Self:
        """Return what answers as this one would, had it not seen the wording of the regression set.

        Where that set is small beside the phrasings, nothing was learned from its wording, and this is the same.
        """
        known = calibration(self.base)
        if not counts_as_phrasings(targets(self.base), known):
            return self
        other = copy.copy(self)
        other.matcher = self._build(calibration=replace(known, as_phrasings=False))
        give_back()
        other._remembered = other._remembering()  # noqa: SLF001 (a copy of its own)
        return other

    def lacks_who(self, said: str) -> bool:
        """Return whether "who" and what is said ask for one of the FAQ's people, and no entry answers that.

        Args:
            said: such as "is Dilip Rao".
        """
        person, others = self.names.split(words_of(said.casefold()))
        return person is not None and _IS.issuperset(others) and not self.answer(f"who {said}").answers

    def find(self, entry_id: str) -> Entry | None:
        """Return an entry, stopped or not; None if there is no such entry (any more)."""
        return self._entries.get(entry_id)

    def answer(self, question: str, previous: str | None = None) -> Reply:
        """Answer a member's message. No text raises an exception.

        A message that asks several things gets the answers that are clear, and is offered the rest. A number or a sum
        alone asks nothing. Recent replies are cached, since an Answerer never changes.

        Args:
            question: the message.
            previous: id of the entry that the member was shown just before, for "and when was that?".
        """
        if numbers_alone(question):
            return Reply(outcome=Outcome.NONE)
        return self._remembered(without_courtesies(question), previous)

    def _look_up(self, question: str, previous: str | None) -> Reply:
        query = self.matcher.read(question)
        if language := self.other_language(query):
            return Reply(outcome=Outcome.NONE, language=language, decisions=(self.matcher.decide(query),))
        alone = self._alone(query)
        before = self.base.entries.get(previous) if previous else None
        reply = (before and self._follow(question, before, answered=bool(alone.answers))) or alone
        sure = reply.outcome is Outcome.NOT_COVERED and reply.score >= SURE_DESPITE_TACT
        if not sure and self._declined(question):
            return Reply(outcome=Outcome.NONE, score=reply.score, decisions=reply.decisions)
        return reply

    def _alone(self, query: Query) -> Reply:
        """Answer a message without the context of the previous one."""
        parts = combined_questions(query.text)
        decisions = tuple(self.matcher.decide(part) for part in parts)
        clear = [decision for decision in decisions if _is_clear(decision)]
        chosen = tuple(dict.fromkeys(decision.candidates[0].entry for decision in clear))
        if len(chosen) < SEVERAL:
            return self._whole(query)
        if len(parts) == SEVERAL and query.text.count("?") < SEVERAL:
            whole = self._whole(query)
            found = {*whole.entries, *whole.stopped}
            # "His family, what does she say to them?": what is clear as one question is misread as two parts.
            if len(found) == 1 and not found & set(chosen):
                return whole
        served = [entry for entry in chosen if entry not in self._stopped]
        answered, rest = served[:MAX_ANSWERS], served[MAX_ANSWERS:]
        shown = [entry for entry in chosen if entry not in rest]
        reply = self._reply(shown, clear[0].candidates[0].score, decisions)
        if not reply.answers:
            return reply
        # What is clear comes first, then what the other questions may mean.
        offered = [each.candidates[0] for each in clear if each.candidates[0].entry in rest]
        offered += [candidate for each in decisions if not _is_clear(each) for candidate in each.candidates]
        left = {each.entry: each for each in offered if each.entry not in {*answered, *self._stopped}}
        return replace(reply, suggestions=self._suggestions(list(left.values())[:SUGGESTIONS]))

    def _whole(self, query: Query) -> Reply:
        """Answer a message that asks one thing."""
        whole = self.matcher.decide(query)
        if _is_clear(whole):
            return self._clear(whole)
        served = [each for each in whole.candidates if each.entry not in self._stopped]
        both = whole.candidates[:2]
        if whole.tied and len({each.entry for each in both} & self._stopped) != 1:
            return replace(self._decided((whole,), [each.entry for each in both]), tied=True)
        if whole.tied or (whole.outcome is Outcome.SUGGEST and served):
            # If one of two readings is stopped, the member may have meant that one, so only suggest the other.
            offered = [each for each in served if each in both] if whole.tied else served
            return Reply(
                outcome=Outcome.SUGGEST,
                score=offered[0].score,
                suggestions=self._suggestions(offered),
                decisions=(whole,),
            )
        score = whole.candidates[0].score if whole.candidates else 0.0
        return Reply(outcome=Outcome.NONE, score=score, decisions=(whole,))

    def entry(self, entry_id: str) -> Reply:
        """Return the reply for an entry that was picked by its id; it has no answer if the entry is stopped.

        Raises:
            KeyError: there is no such entry (any more).
        """
        return self.entries((entry_id,))

    def entries(self, ids: Sequence[str]) -> Reply:
        """Return the reply with the answers of some entries, as :meth:`entry` does.

        Raises:
            KeyError: there is no such entry (any more).
        """
        return self._reply(ids, score=1.0)

    def complete(self, typed: str, limit: int = MAX_COMPLETIONS) -> list[Link]:
        """Return the questions that match what a member has typed so far, best first.

        Args:
            typed: the beginning of a question, of which :data:`MAX_TYPED` characters are used; empty for the FAQ's
                first questions.
            limit: how many to return at most; at least 1.
        """
        if not typed.strip():
            return [Link(entry.id, entry.question) for entry in self.base.entries.values()][:limit]
        ranked = self.matcher.rank(typed[:MAX_TYPED], limit + len(self._stopped))
        served = [candidate.entry for candidate in ranked if candidate.entry not in self._stopped]
        return [Link(entry, self.base.entries[entry].question) for entry in served[:limit]]

    def cite(self, *texts: str) -> tuple[list[list[CitedStatement]], tuple[Citation, ...]]:
        """Number the marks of several texts (roles, events, ...) in one sequence.

        Returns:
            The statements of each text, and the citations they share.
        """
        return cite(self.base, *texts)

    def cite_entries(self, entries: Iterable[Entry]) -> tuple[list[tuple[AnswerBlock, ...]], tuple[Citation, ...]]:
        """Number the marks of several answers in one sequence.

        Returns:
            The blocks of each answer, and the citations they share.
        """
        numbering = Numbering(self.base)
        cited = [numbering.blocks(entry) for entry in entries]
        return cited, numbering.citations()

    def other_language(self, query: Query) -> str | None:
        """Return the language of a message, as two letters, if the FAQ does not speak it."""
        # As it was typed: "dem" and "dat" are short forms in English, and words of other languages.
        return other_language(
            [word for word in words(query.text, {})[:MAX_WORDS] if word not in self._words_of_names],
            self.matcher.knows,
            self.base.case.language,
        )

    def _follow(self, question: str, previous: Entry, *, answered: bool) -> Reply | None:
        """Answer a follow-up; return None if it isn't one, or doesn't clearly lead to an entry near the previous one.

        Args:
            question: the message.
            previous: the entry shown before.
            answered: whether the message also has an answer of its own, even a stopped one.
        """
        asked = follow_up(question, previous.question, self._words_of_names)
        if not asked or (answered and not asked.leans):
            return None
        decision = self.matcher.decide_near(asked, self._near(previous))
        return self._clear(decision, besides=previous.id) if decision else None

    def _near(self, previous: Entry) -> dict[str, float]:
        """Return the entries near one and itself, each with its log-odds in nats (see :data:`RELATED`)."""
        near = {}
        for entry in self._entries.values():
            related = entry.id in previous.related or previous.id in entry.related
            nats = RELATED * related + SAME_TOPIC * (not set(entry.topics).isdisjoint(previous.topics))
            if nats:
                near[entry.id] = nats
        # The question before stands in the follow-up put in full, so its own answer needs no more.
        near[previous.id] = 0.0
        return near

    def _clear(self, decision: Decision, besides: str = "") -> Reply:
        """Return the reply with the first candidate's answer; the others, `besides` one, may be meant instead."""
        first, *others = decision.candidates
        reply = self._decided((decision,), (first.entry,))
        left = [each for each in others if each.entry not in self._stopped and each.entry != besides]
        return replace(reply, suggestions=self._suggestions(left)) if reply.answers else reply

    def _decided(self, decisions: tuple[Decision, ...], entries: Sequence[str]) -> Reply:
        return self._reply(entries, decisions[0].candidates[0].score, decisions)

    def _reply(self, entries: Sequence[str], score: float, decisions: tuple[Decision, ...] = ()) -> Reply:
        numbering = Numbering(self.base, self.corrections)
        served = [entry for entry in entries if entry not in self._stopped]
        answers = tuple(numbering.answer(self.base.entries[entry]) for entry in served)
        return Reply(
            outcome=_outcome(answers[0].kind) if answers else Outcome.NONE,
            score=score,
            answers=answers,
            citations=numbering.citations(),
            stopped=tuple(entry for entry in entries if entry in self._stopped),
            decisions=decisions,
        )

    def _suggestions(self, candidates: Sequence[Candidate]) -> tuple[Suggestion, ...]:
        suggestions = []
        for candidate in candidates:
            answer = Numbering(self.base).answer(self.base.entries[candidate.entry])
            suggestions.append(Suggestion(answer.entry, answer.question, answer.plain, candidate.score))
        return tuple(suggestions)


def _outcome(kind: Kind) -> Outcome:
    return Outcome.NOT_COVERED if kind is Kind.NOT_COVERED else Outcome.ANSWER


def _is_clear(decision: Decision) -> bool:
    return not decision.tied and decision.outcome in {Outcome.ANSWER, Outcome.NOT_COVERED}
