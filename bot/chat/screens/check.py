"""The results of `casebot check` as a list for moderators: problems, the regression set and hints."""

import itertools
from collections.abc import Iterable, Iterator, Sequence

from bot.chat.message.markdown import literal
from bot.chat.screens.edit_preview import outcome, problem_line
from bot.chat.screens.paginator import ListPage, list_pages
from bot.chat.screens.problems import STILL_SERVED
from bot.chat.screens.stop import stop_line
from bot.i18n.catalogue import _
from bot.knowledge.hints import Hint
from bot.knowledge.model import KnowledgeBase
from bot.knowledge.yaml_file import Problem
from bot.moderation.regression import RegressionCase, RegressionFigures, Verdict
from bot.store.types import Stop


def check_pages(
    base: KnowledgeBase,
    problems: Sequence[Problem],
    stops: Iterable[Stop],
    figures: RegressionFigures,
    hints: Sequence[Hint],
) -> list[ListPage]:
    """Return the pages of problems, stopped entries, failed regression questions and hints.

    Args:
        base: the knowledge base in use.
        problems: the problems in the files.
        stops: the stops in force.
        figures: the regression results.
        hints: the hints, sorted by kind.
    """
    stopped = [f"- `{each.entry}`: {stop_line(each)}" for each in stops]
    parts = [
        _problems(base, problems),
        *([f"### {_('Stopped answers')}", *stopped] if stopped else []),
        _regression(base, figures),
    ]
    state = list_pages(["\n".join(parts)])
    return [*state, *(page for of_kind in _hints(hints) for page in list_pages([of_kind]))]


def _problems(base: KnowledgeBase, problems: Sequence[Problem]) -> str:
    if not problems:
        phrasings = sum(len(entry.phrasings) for entry in base.entries.values())
        size = _("{entries} entries with {phrasings} phrasings.").format(entries=len(base.entries), phrasings=phrasings)
        return f"### {_('The files have no problems')}\n{size}"
    head = f"### {_('Problems in the files')}\n{_(STILL_SERVED)}"
    return "\n".join([head, *(f"- {problem_line(problem)}" for problem in problems)])


def _regression(base: KnowledgeBase, figures: RegressionFigures) -> str:
    if not figures.cases:
        return _("**Regression questions:** none yet.")
    right = figures.share(Verdict.RIGHT, answered=True)
    false = figures.share(Verdict.FALSE, answered=False)
    goals = base.questions.goals
    head = _(
        "**Regression questions:** {right}% right (goal: at least {least}%), {false}% false answers (goal: at most "
        "{most}%)."
    ).format(right=f"{right:.1f}", least=f"{goals.right:g}", false=f"{false:.1f}", most=f"{goals.false:g}")
    return "\n".join([head, *(_case(case) for case in figures.cases if case.verdict is not Verdict.RIGHT)])


def _case(case: RegressionCase) -> str:
    said = outcome(case)
    if case.expected:
        said = _("{outcome}; expected `{entry}`").format(outcome=said, entry=case.expected)
    return f"- {literal(case.question)}: {said}"


def _hints(hints: Sequence[Hint]) -> Iterator[str]:
    for kind, group in itertools.groupby(hints, key=lambda hint: hint.kind):
        of_kind = list(group)
        head = _("### Hint: {kind} ({count})").format(kind=kind, count=len(of_kind))
        yield "\n".join([head, *(f"- {problem_line(hint.problem)}" for hint in of_kind)])
