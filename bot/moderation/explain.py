"""Explanations of the matcher's decisions for moderators, the same on every surface."""

from collections.abc import Iterator, Mapping
from typing import Final

from bot.i18n.catalogue import N_, _
from bot.matching.everyday import everyday
from bot.matching.text import normalise
from bot.matching.types import Decision, Outcome, Reason, ReasonCode, RunnerUp

_OUTCOMES: Final[Mapping[Outcome, str]] = {
    Outcome.ANSWER: N_("answer"),
    Outcome.NOT_COVERED: N_("not covered"),
    Outcome.SUGGEST: N_("suggestions"),
    Outcome.NONE: N_("no answer"),
}

_REASONS: Final[Mapping[ReasonCode, str]] = {
    ReasonCode.NO_WORDS: N_("no words to match"),
    ReasonCode.FOREIGN: N_("most of the words are neither English nor the FAQ's"),
    ReasonCode.TOO_LOW_TO_SUGGEST: N_("the best entry scores {score}; suggestions need {least}"),
    ReasonCode.STATEMENT: N_("it isn't a question"),
    ReasonCode.TOO_LOW_TO_ANSWER: N_("the best entry scores {score}; an answer needs {least}"),
    ReasonCode.SURE: N_("the best entry scores {score}; an answer needs {least}"),
    ReasonCode.BOTH: N_("two entries are about equally likely ({first} and {second}): members get both"),
    ReasonCode.NOT_COVERED: N_("the best entry, which the source doesn't cover, scores {score}"),
    ReasonCode.FOLLOW_UP: N_("relies on the previous answer: with it, this entry is {chance} likely"),
}


def outcome_name(outcome: Outcome) -> str:
    """Return the name of an outcome."""
    return _(_OUTCOMES[outcome])


def reason_text(reason: Reason) -> str:
    """Return why a question has its outcome, as part of a sentence."""
    chances = [f"{chance:.0%}" for chance in reason.chances]
    return _(_REASONS[reason.code]).format(
        score=f"{reason.score:.2f}",
        least=f"{reason.needed:.2f}",
        chance=chances[0] if chances else "",
        first=chances[0] if chances else "",
        second=chances[-1] if chances else "",
    )


def runner_up_text(second: RunnerUp) -> str:
    """Return why the second entry isn't the first, as part of a sentence."""
    return _("{other} likely, against {best}; nearest phrasing {far} similar, against {near}").format(
        other=f"{second.chance:.0%}",
        best=f"{second.best_chance:.0%}",
        far=f"{second.similarity:.2f}",
        near=f"{second.best_similarity:.2f}",
    )


def explanation_rows(decision: Decision, typed: str, chat_speak: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the steps of a decision as pairs of a name and a result.

    Args:
        decision: the decision.
        typed: the message that it is about.
        chat_speak: the short forms of the knowledge base, which are read as what they stand for before typo repair.
    """
    why = decision.explanation
    chat_speak = {**everyday().chat_speak, **chat_speak}
    written_out = {word: chat_speak[word] for word in normalise(typed).split() if word in chat_speak}
    repaired = [*written_out.items(), *((repair.typed, " ".join(repair.words)) for repair in why.repairs)]
    yield _("outcome"), f"{outcome_name(decision.outcome)} ({reason_text(why.reason)})"
    yield _("read as"), why.question
    yield _("repaired"), ", ".join(f"{word} = {meant}" for word, meant in repaired) or _("nothing")
    yield _("synonyms"), ", ".join(f"{word} = {meaning}" for word, meaning in why.synonyms) or _("none")
    yield _("matched"), ", ".join(f"{word.word} {word.weight:.2f}" for word in why.matched) or _("nothing")
    yield _("unknown words"), ", ".join(why.unknown) or _("none")
    yield _("nearest phrasing"), why.nearest_phrasing
    yield _("similarity"), f"{why.similarity:.2f}"
    yield _("probability"), f"{why.probability:.2f}"
    yield _("coverage"), f"{why.coverage:.2f}"
    yield _("the entry's words"), f"{why.held:.2f}"
    yield _("candidates"), ", ".join(f"{c.entry} {c.score:.2f}" for c in decision.candidates) or _("none")
    if why.runner_up:
        yield _("runner-up"), f"{why.runner_up.entry} {why.runner_up.score:.2f}: {runner_up_text(why.runner_up)}"
    if why.ruled_out:
        yield _("ruled out"), ", ".join(why.ruled_out)
    if why.thresholds:
        limits = _("answer {answer}, suggest {suggest}")
        yield (
            _("thresholds"),
            limits.format(answer=f"{why.thresholds.answer:.2f}", suggest=f"{why.thresholds.suggest:.2f}"),
        )
