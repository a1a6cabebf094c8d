"""The statistics of a server for moderators, as text and with a picture."""

from collections.abc import Mapping
from typing import Final

import discord
from discord import ui

from bot.chat.message.markdown import literal, shortened
from bot.chat.message.page import SMALL, Page
from bot.i18n.catalogue import N_, _, ngettext
from bot.moderation.stats import Summary, before_line, summary_lines

FILE_NAME: Final = "figures.png"

_QUESTION: Final = 150
"""The most characters of an entry's question."""

_SMALL_PRINT: Final = N_("Questions asked in this server, per day (UTC). No names are stored.")


def figures_text(figures: Summary, questions: Mapping[str, str]) -> str:
    """Return the statistics as a list, followed by the most frequent answers.

    Args:
        figures: the summary of a span.
        questions: the questions of the entries by id.
    """
    said = [f"- {literal(line)}" for line in summary_lines(figures)]
    top = _top_text(figures, questions)
    return "\n".join([*said, *(["", top] if top else [])])


def _top_text(figures: Summary, questions: Mapping[str, str]) -> str:
    """Return the most frequent answers as a list with its heading; empty if there are none."""
    top = [
        ngettext("- {question} ({count} time)", "- {question} ({count} times)", count).format(
            question=shortened(questions.get(entry, entry), _QUESTION), count=count
        )
        for entry, count in figures.top
    ]
    return "\n".join([_("**Most often answered**"), *top]) if top else ""


def stats_page(figures: Summary, questions: Mapping[str, str], description: str | None) -> Page:
    """Return the page of the statistics: as a picture, with what it does not show below, or else as a list.

    Args:
        figures: the summary of a span.
        questions: the questions of the entries by id.
        description: alt text of the picture, which must be attached as :data:`FILE_NAME`; None for no picture.
    """
    head = _("### Questions, {span}").format(span=figures.span)
    small = f"{SMALL}{_(_SMALL_PRINT)}"
    if description is None:
        return Page([head, figures_text(figures, questions), small])
    page = Page([head])
    page.put(ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{FILE_NAME}", description=description)))
    below = (literal(before_line(figures)), _top_text(figures, questions), small)
    page.put(ui.TextDisplay("\n".join(filter(None, below))))
    return page
