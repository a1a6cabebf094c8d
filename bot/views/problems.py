"""What moderators read when the knowledge files have problems, and when they are mended."""

from collections.abc import Sequence
from typing import Final

from bot.knowledge.yaml_file import Problem
from bot.views.limits import LEAF_TEXT, cut
from bot.views.markdown import literal
from bot.views.page import Page, notice, pages

_LINE: Final = 600
"""Characters of one problem: file, place and mend fit, whatever else it quotes."""


def problem_report(problems: Sequence[Problem]) -> list[Page]:
    """Lay out what is wrong with the files as one message; what does not fit is counted.

    Args:
        problems: all of them; none is the word that they are mended.
    """
    if not problems:
        return notice("The knowledge files are in order again, and in use.")
    head = (
        f"**The knowledge files have {len(problems)} problem{'' if len(problems) == 1 else 's'}.** "
        "Members get answers of the last good state until this is mended:"
    )
    lines: list[str] = []
    room = LEAF_TEXT
    for problem in problems:
        line = f"- {literal(cut(str(problem), _LINE))}"
        if len(line) > room:
            break
        lines.append(line)
        room -= len(line) + 1
    if len(lines) < len(problems):
        lines.append(f"and {len(problems) - len(lines)} more; `casebot check` lists them all.")
    return pages([head, "\n".join(lines)])
