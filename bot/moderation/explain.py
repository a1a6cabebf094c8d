"""How a question was decided, in words that moderators can follow, for any surface."""

from collections.abc import Iterator, Mapping
from typing import Final

from bot.i18n.catalogue import N_, _
from bot.i18n.messages import say
from bot.matching.types import Decision, Outcome

_OUTCOMES: Final[Mapping[Outcome, str]] = {
    Outcome.ANSWER: N_("answer"),
    Outcome.NOT_COVERED: N_("not covered"),
    Outcome.SUGGEST: N_("suggest"),
    Outcome.NONE: N_("none"),
}


def say_outcome(outcome: Outcome) -> str:
    """Name what is to be done with a question."""
    return _(_OUTCOMES[outcome])


def explained(decision: Decision) -> Iterator[tuple[str, str]]:
    """Give the steps of a decision as (name, what came of it)."""
    why = decision.explanation
    yield _("outcome"), f"{say_outcome(decision.outcome)} ({say(why.reason)})"
    yield _("read as"), why.question
    yield _("repaired"), ", ".join(f"{r.typed} = {' '.join(r.words)}" for r in why.repairs) or _("nothing")
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
        yield _("runner-up"), f"{why.runner_up.entry} {why.runner_up.score:.2f}: {say(why.runner_up_lost)}"
    if why.ruled_out:
        yield _("ruled out"), ", ".join(why.ruled_out)
    if why.thresholds:
        limits = _("answer {answer}, suggest {suggest}")
        yield (
            _("thresholds"),
            limits.format(answer=f"{why.thresholds.answer:.2f}", suggest=f"{why.thresholds.suggest:.2f}"),
        )
