"""A :class:`~bot.answering.reply.Reply` as a message, and the controls that lead to further entries."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import Enum, auto
from typing import Any, Final, NamedTuple, Self, final

import discord
from discord import ui
from typing_extensions import override

from bot.answering.reply import Answer, Citation, Link, Reply, Suggestion
from bot.answering.wording import (
    attribution,
    corrected,
    did_you_mean,
    does_not_know,
    meant_something_else,
    not_understood,
    two_readings,
)
from bot.chat.client import Interaction
from bot.chat.message import limits
from bot.chat.message.citations import answer_text, source_list
from bot.chat.message.markdown import literal
from bot.chat.message.page import ENTRY_PATTERN, SMALL, Control, GuardedButton, GuardedMenu, Page, notice, pages
from bot.chat.message.send import show_instead, show_privately
from bot.chat.rights import Right
from bot.chat.screens.feedback import ASKED_PATTERN, ASKER_PATTERN, Origin, answer_buttons
from bot.chat.screens.paginator import ListPage, list_pages
from bot.chat.screens.stop import ANSWER_PAUSED, TAKEN_OUT
from bot.i18n.catalogue import N_, _, known, ngettext, speaking
from bot.i18n.commands import command
from bot.i18n.dates import format_date
from bot.knowledge.model import Entry, KnowledgeBase
from bot.matching.types import Outcome

QUESTIONS_PER_PAGE: Final = 12
"""Questions on one page of a list."""

_ENTRIES: Final = rf"entries:\d+(?::{ASKER_PATTERN}:{ASKED_PATTERN}:(?P<meant>\d))?"

QUESTION_GONE: Final = N_("That question is no longer in my FAQ. Try asking it in your own words.")


def reply_pages(reply: Reply, base: KnowledgeBase, origin: Origin, *, sign: str) -> list[Page]:
    """Return the pages of the reply to a question.

    Args:
        reply: the reply.
        base: the knowledge base that the reply comes from.
        origin: the question.
        sign: what working commands start with, ``/`` or the prefix.
    """
    if reply.language:
        return notice(_not_in(reply.language, base.case.language))
    if reply.outcome is Outcome.NONE:
        return notice(_(ANSWER_PAUSED) if reply.stopped else _does_not_know(base, sign))
    if reply.outcome is Outcome.SUGGEST:
        return _choice(reply.suggestions, origin)
    remark = two_readings() if reply.tied else _others_paused(len(reply.stopped)) if reply.stopped else ""
    return answer_pages(reply, answer_buttons(reply.answers, origin), remark and SMALL + remark, origin)


def _others_paused(count: int) -> str:
    return ngettext(
        "The moderators have paused the other answer.", "The moderators have paused the other answers.", count
    )


def _choice(suggestions: Sequence[Suggestion], origin: Origin) -> list[Page]:
    """Return the page that asks which question the member meant; the likeliest comes first."""
    ask = f"**{did_you_mean(len(suggestions))}**"
    first, *others = suggestions
    if not others:
        # In words, because a mere "Yes" below "Is he guilty?" would read as a vote.
        yes = PickButton(origin.asker, origin.asked, first.entry, _("Yes, that's it"), likeliest=True)
        no = NoneButton(origin.asker, _("No, something else"))
        return pages([f"{ask}\n{literal(first.question)}"], foot=[yes, no])
    picks = [PickButton(origin.asker, origin.asked, s.entry, s.question, likeliest=s is first) for s in suggestions]
    return pages([ask], [*picks, NoneButton(origin.asker, _("None of these"))])


def answer_pages(
    reply: Reply, buttons: Sequence[Control] = (), remark: str = "", origin: Origin | None = None
) -> list[Page]:
    """Return the pages of a reply's answers, or the notice that moderators have paused them.

    Args:
        reply: a reply with at least one answer, even a stopped one.
        buttons: the row of buttons below; none if the answer does not reply to a recorded question.
        remark: a line of markdown at the top; may be empty.
        origin: the question, if the asker's pick of what else it may have meant is to be recorded.
    """
    answers, citations = reply.answers, reply.citations
    if not answers:
        return notice(_(ANSWER_PAUSED))
    sections: list[str] = []
    for links in _Links:
        sections = _sections(answers, citations, remark, links)
        # The addresses behind links count as text. They must not spread an answer over more messages.
        if sum(map(len, sections)) <= limits.MESSAGE_TEXT:
            break
    shown = {answer.entry for answer in answers}
    meant = [Link(suggestion.entry, suggestion.question) for suggestion in reply.suggestions]
    related = [link for answer in answers for link in answer.related if link.entry not in shown]
    placeholder = meant_something_else(reply) if meant else _("Related questions")
    # What else a message asks puts no answer in doubt.
    doubt = Doubt(origin, len(meant)) if origin and meant and not reply.several else None
    menus = entry_selects(placeholder, list(dict.fromkeys([*meant, *related])), doubt)
    return pages(sections, menus, buttons)


class _Links(Enum):
    """What of an answer opens passages on the public page, if there is one; the most first."""

    MARKS_TOO = auto()
    SOURCES = auto()
    NOTHING = auto()


def _sections(answers: Sequence[Answer], citations: Sequence[Citation], remark: str, links: _Links) -> list[str]:
    """Return the texts of answers, and that of their sources."""
    today = dt.datetime.now(dt.UTC).date()
    sections = [
        "\n".join(
            [
                f"### {literal(answer.question)}",
                f"**{literal(attribution(answer, citations))}**",
                answer_text(answer.blocks, citations if links is _Links.MARKS_TOO else ()),
                *([SMALL + literal(line)] if (line := corrected(answer, today)) else []),
            ]
        )
        for answer in answers
    ]
    if remark:
        sections[0] = f"{remark}\n{sections[0]}"
    small = SMALL + _reviewed([answer.reviewed for answer in answers])
    listed = [replace(each, link=None) for each in citations] if links is _Links.NOTHING else citations
    named = {name for answer in answers for name in answer.attributed_to}
    speakers = {name for citation in citations for name in (citation.speaker or "", *citation.partly)}
    named |= {name for name in speakers if any(name in answer.plain for answer in answers)}
    sections.append(f"{source_list(listed, named)}\n{small}" if citations else small)
    return sections


def _reviewed(days: Sequence[dt.date | None]) -> str:
    """Return when answers were last reviewed: the earliest of the days, unless one was never."""
    known_days = [day for day in days if day]
    if len(known_days) < len(days):
        return _("Not reviewed by a moderator yet")
    return _("Last reviewed on {date}").format(date=format_date(min(known_days)))


def _not_in(asked: str, own: str) -> str:
    """Return the sentence about the language to ask in, also in the member's language if the bot speaks it."""
    sentences = [not_understood(own)]
    if known(asked):
        with speaking(asked):
            sentences.append(not_understood(own))
    return "\n".join(dict.fromkeys(sentences))


def _does_not_know(base: KnowledgeBase, sign: str) -> str:
    topics = _("`{command}` shows what I can answer.").format(command=command(sign, "topics"))
    return f"{literal(does_not_know(base))} {topics}"


class Doubt(NamedTuple):
    """An answer in doubt, as far as the menu below it needs to know."""

    origin: Origin
    meant: int
    """How many entries the menu begins with that the question may have meant instead."""


def entry_selects(placeholder: str, links: Sequence[Link], doubt: Doubt | None = None) -> Iterable[ui.Item[Any]]:
    """Yield menus of entries, whose answers are shown privately to the member who picks one.

    Args:
        placeholder: what the menus are for.
        links: the entries.
        doubt: if the links begin with what else a question may have meant; the asker's pick of it is recorded.
    """
    note = f":{doubt.origin.asker}:{doubt.origin.asked}:{doubt.meant}" if doubt else ""
    groups = list(limits.option_groups([(link.question, link.entry) for link in links]))
    for number, options in enumerate(groups, start=1):
        count = _(" ({number} of {count})").format(number=number, count=len(groups)) if len(groups) > 1 else ""
        yield EntrySelect(
            ui.Select(
                custom_id=f"entries:{number}{note if number == 1 else ''}",
                placeholder=limits.cut(placeholder, limits.PLACEHOLDER - len(count)) + count,
                options=options,
            )
        )


def question_pages(title: str, entries: Sequence[Entry]) -> list[ListPage]:
    """Return the pages of a list of questions, with menus that show the answers.

    Args:
        title: the heading.
        entries: the entries; without any, there are no pages.
    """
    listed = []
    for start in range(0, len(entries), QUESTIONS_PER_PAGE):
        links = [Link(entry.id, entry.question) for entry in entries[start : start + QUESTIONS_PER_PAGE]]
        questions = "\n".join(f"- {literal(link.question)}" for link in links)
        listed += list_pages([f"### {literal(title)}\n{questions}"], list(entry_selects(_("Show an answer"), links)))
    return listed


@final
class PickButton(
    GuardedButton,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"pick:{ASKER_PATTERN}:{ASKED_PATTERN}:{ENTRY_PATTERN}",
    right=Right.MEMBER,
):
    """A suggested question. The asker's click replaces the suggestions by its answer; others see it privately."""

    def __init__(self, asker: int, asked: str, entry: str, label: str, *, likeliest: bool = False) -> None:
        self._asker = asker
        self._asked = asked
        self._entry = entry
        super().__init__(
            ui.Button(
                label=limits.cut(label, limits.BUTTON_LABEL),
                custom_id=f"pick:{asker}:{asked}:{entry}",
                style=discord.ButtonStyle.primary if likeliest else discord.ButtonStyle.secondary,
            )
        )

    @override
    @classmethod
    def parse(cls, match: re.Match[str]) -> Self:
        return cls(int(match["asker"]), match["asked"], match["entry"], match["entry"])

    @override
    async def act(self, interaction: Interaction) -> None:
        reply = interaction.client.questions.entry(self._entry, interaction.guild_id)
        if reply and reply.answers and interaction.user.id == self._asker:
            await self._answer(interaction, reply)
        else:
            await show_privately(interaction, _pages_of(reply))

    async def _answer(self, interaction: Interaction, reply: Reply) -> None:
        bot, question = interaction.client, _question(interaction)
        bot.questions.record_pick(self._asked, self._entry)
        buttons = answer_buttons(reply.answers, Origin(self._asker, question, self._asked))
        more = await show_instead(interaction, answer_pages(reply, buttons))
        first = interaction.message
        if first and not first.flags.ephemeral:
            messages = [message.id for message in (first, *more)]
            bot.reply_links.remember(question, first.channel.id, messages, reply.entries)


def _question(interaction: discord.Interaction[Any]) -> int:
    """Return the id of the question that the clicked message replies to: a message, or else a slash command."""
    message = interaction.message
    if message and message.reference and message.reference.message_id:
        return message.reference.message_id
    asked = message.interaction_metadata if message else None
    return asked.id if asked else interaction.id


@final
class NoneButton(
    GuardedButton, ui.DynamicItem[ui.Button[Any]], template=rf"none:{ASKER_PATTERN}", right=Right.MEMBER, always=True
):
    """Removes the suggestions, for the asker. The question still counts as unanswered."""

    def __init__(self, asker: int, label: str) -> None:
        self._asker = asker
        super().__init__(ui.Button(label=label, custom_id=f"none:{asker}"))

    @override
    @classmethod
    def parse(cls, match: re.Match[str]) -> Self:
        return cls(int(match["asker"]), _("None of these"))

    @override
    async def act(self, interaction: Interaction) -> None:
        if interaction.user.id == self._asker:
            sign = interaction.client.sign(interaction.guild)
            sentence = _("Try asking it another way. `{command}` shows what I can answer.")
            await show_instead(interaction, notice(sentence.format(command=command(sign, "topics"))))
        else:
            await show_privately(interaction, notice(_("Only the person who asked can remove this.")))


@final
class EntrySelect(GuardedMenu, ui.DynamicItem[ui.Select[Any]], template=_ENTRIES, right=Right.MEMBER):
    """A menu of questions. Its answers are private, because several members may use the same menu.

    Below an answer in doubt it begins with what else the question may have meant. If the asker picks one of those, that
    is recorded, because the answer may be wrong.
    """

    @override
    async def act(self, interaction: Interaction) -> None:
        questions, entry = interaction.client.questions, self.item.values[0]
        # From the current knowledge, which may differ from that of the menu.
        reply = questions.entry(entry, interaction.guild_id)
        doubt = re.fullmatch(_ENTRIES, self.custom_id)
        if doubt and doubt["asker"] == str(interaction.user.id):
            meant = [option.value for option in self.item.options[: int(doubt["meant"])]]
            if entry in meant and reply and reply.answers:
                questions.record_pick(doubt["asked"], entry)
        await show_privately(interaction, _pages_of(reply))


def _pages_of(reply: Reply | None) -> list[Page]:
    """Return the pages of a picked entry, or a notice that it is stopped or gone."""
    if reply is None:
        return notice(_(QUESTION_GONE))
    return answer_pages(reply) if reply.answers else notice(_(TAKEN_OUT))
