"""The report to moderators when the knowledge files have problems, and when these are fixed."""

from collections.abc import Sequence
from typing import Final

from bot.chat.message.limits import LIST_TEXT, cut
from bot.chat.message.markdown import literal
from bot.chat.message.page import Page, notice, pages
from bot.i18n.catalogue import N_, _, ngettext
from bot.knowledge.yaml_file import Problem

STILL_SERVED: Final = N_("Until this is fixed, members get answers from the last good version:")

_LINE: Final = 600
"""The most characters of one problem, enough for file, position and fix."""


def problem_report(problems: Sequence[Problem]) -> list[Page]:
    """Return the page that lists the problems in the files; those that don't fit are counted.

    Args:
        problems: all problems; empty if they are fixed.
    """
    if not problems:
        return notice(_("The FAQ's files are fixed and in use again."))
    count = ngettext(
        "**The FAQ's files have {count} problem.**", "**The FAQ's files have {count} problems.**", len(problems)
    ).format(count=len(problems))
    head = f"{count} {_(STILL_SERVED)}"
    lines: list[str] = []
    room = LIST_TEXT
    for problem in problems:
        line = f"- {literal(cut(str(problem), _LINE))}"
        if len(line) > room:
            break
        lines.append(line)
        room -= len(line) + 1
    if len(lines) < len(problems):
        more = len(problems) - len(lines)
        lines.append(_("and {count} more; `casebot check` lists them all.").format(count=more))
    return pages([head, "\n".join(lines)])
