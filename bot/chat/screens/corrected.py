"""A reply whose answer was corrected after it was posted."""

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import Final

import discord
from discord import ui

from bot.answering.reply import Link, Reply
from bot.chat.message.markdown import literal
from bot.chat.message.page import SMALL, Page, pages
from bot.chat.screens.feedback import buttons_again
from bot.chat.screens.reply import answer_pages, entry_selects
from bot.i18n.catalogue import N_, _

CORRECTED_SINCE: Final = N_("This answer has been corrected since I posted it. Here it is as it stands now.")
LOOK_AGAIN: Final = N_("This answer has been corrected since I posted it. The menu below shows it as it stands now.")

_HEADING: Final = "### "
_BESIDE: Final = re.compile(r"^-# .*$|^```.*$|(?<=\]\])\(<https://[^>]*>\)", re.MULTILINE)
"""Matches what isn't part of an answer: small print, the frames around code, and the addresses behind marks."""

_WORD: Final = re.compile(r"\w+")


def corrected_pages(reply: Reply, messages: Sequence[discord.Message], *, marked: bool) -> list[Page]:
    """Return the pages that bring a reply up to date, at most one for each of its messages; none if it needs none.

    A reply needs none if it says the same already, or doesn't show an answer any more.

    Args:
        reply: the answers as they stand now.
        messages: the messages of the reply, at least one.
        marked: whether it says that the answer was corrected.
    """
    old = [text for message in messages for text in _texts(ui.LayoutView.from_message(message))]
    if not any(line.startswith(_HEADING) for text in old for line in text.split("\n")):
        return []
    buttons = buttons_again(messages, reply.answers)
    remarks = takewhile(lambda line: line.startswith(SMALL), old[0].split("\n"))
    marks = [SMALL + _(CORRECTED_SINCE), SMALL + _(LOOK_AGAIN)]
    kept = [line for line in remarks if line not in marks]
    whole = answer_pages(reply, buttons, "\n".join([*kept, *(marks[:1] if marked else [])]))
    questions = "\n".join(f"{_HEADING}{literal(answer.question)}" for answer in reply.answers)
    links = [Link(answer.entry, answer.question) for answer in reply.answers]
    # Another message would stand far below, after what members have written since.
    short = pages(["\n".join([*kept, marks[1], questions])], entry_selects(_("Show an answer"), links), buttons)
    shown = whole if len(whole) <= len(messages) else short
    return [] if _answer(old) == _answer(text for page in shown for text in _texts(page)) else shown


def _texts(view: ui.LayoutView) -> list[str]:
    return [part.content for part in view.walk_children() if isinstance(part, ui.TextDisplay)]


def _answer(texts: Iterable[str]) -> list[str]:
    """Return the words of a message's answers."""
    return _WORD.findall(_BESIDE.sub(" ", "\n".join(texts)))
