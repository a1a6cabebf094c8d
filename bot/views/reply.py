"""A :class:`~bot.answering.Reply` as a message, and the controls that lead from one entry to the next."""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, Self, final

import discord
from discord import ui
from typing_extensions import override

from bot.answering import Answer, Citation, Link, Reply
from bot.knowledge.model import KnowledgeBase, say_date
from bot.matching import Outcome
from bot.views import limits
from bot.views.cite import source_list, statements
from bot.views.delivery import show_instead, show_privately
from bot.views.markdown import literal
from bot.views.page import SMALL, Guarded, GuardedMenu, Page, notice, pages
from bot.wording import attribution

if TYPE_CHECKING:
    from bot.client import CaseBot

GONE: Final = "That question has been taken out of my list. Please ask it in your own words."


def reply_pages(reply: Reply, base: KnowledgeBase, *, asker: int, sign: str) -> list[Page]:
    """Lay out what the bot has to say to a question.

    Args:
        reply: the answer, suggestions, or neither.
        base: what the reply was built from.
        asker: id of the member whose pick of a suggestion replaces the list.
        sign: what commands start with where they work: ``/`` or the prefix.
    """
    if reply.outcome is Outcome.NONE:
        return notice(_does_not_know(base, sign))
    if reply.outcome is Outcome.SUGGEST:
        sections = ["**Did you mean one of these?**", f"{SMALL}If not, try other words, or `{sign}topics`."]
        return pages(["\n".join(sections)], [PickButton(asker, Link(s.entry, s.question)) for s in reply.suggestions])
    return _answer_pages(reply.answers, reply.citations)


def _answer_pages(answers: Sequence[Answer], citations: Sequence[Citation]) -> list[Page]:
    sections = [
        "\n".join(
            [
                f"### {literal(answer.question)}",
                f"**{literal(attribution(answer, citations))}**",
                statements(answer.statements),
            ]
        )
        for answer in answers
    ]
    reviewed = min(answer.reviewed for answer in answers)
    small = f"{SMALL}Last reviewed on {say_date(reviewed)}"
    sections.append(f"{source_list(citations)}\n{small}" if citations else small)
    shown = {answer.entry for answer in answers}
    related = dict.fromkeys(link for answer in answers for link in answer.related if link.entry not in shown)
    return pages(sections, entry_selects("Related questions", list(related)))


def _does_not_know(base: KnowledgeBase, sign: str) -> str:
    first, *others = base.sources.values()
    read = f"{len(others) + 1} sources" if others else f"one {literal(first.kind)} of {say_date(first.date)}"
    return (
        f"I'm sorry, I don't have an answer to that. I have only read {read}; `{sign}topics` shows what I can answer."
    )


def entry_selects(placeholder: str, links: Sequence[Link]) -> Iterable[ui.Item[Any]]:
    """Make menus that lead to entries; their answers are shown to whoever picks one, privately."""
    groups = list(limits.option_groups([(link.question, link.entry) for link in links]))
    for number, options in enumerate(groups, start=1):
        count = f" ({number} of {len(groups)})" if len(groups) > 1 else ""
        yield EntrySelect(
            ui.Select(
                custom_id=f"entries:{number}",
                placeholder=limits.cut(placeholder, limits.PLACEHOLDER - len(count)) + count,
                options=options,
            )
        )


@final
class PickButton(
    Guarded, ui.DynamicItem[ui.Button[Any]], template=r"pick:(?P<asker>\d{1,20}):(?P<entry>[a-z0-9-]{1,60})"
):
    """A suggested question. The asker's click puts its answer in place of the list; others see it privately."""

    def __init__(self, asker: int, link: Link) -> None:
        self._asker = asker
        self._link = link
        label = limits.cut(link.question, limits.BUTTON_LABEL)
        super().__init__(ui.Button(label=label, custom_id=f"pick:{asker}:{link.entry}"))

    @override
    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        label = item.label if isinstance(item, ui.Button) else None
        return cls(int(match["asker"]), Link(match["entry"], label or match["entry"]))

    @override
    async def act(self, interaction: "discord.Interaction[CaseBot]") -> None:
        found = _entry_pages(interaction, self._link.entry)
        if found and interaction.user.id == self._asker:
            await show_instead(interaction, found)
        else:
            await show_privately(interaction, found or notice(GONE))


@final
class EntrySelect(GuardedMenu, ui.DynamicItem[ui.Select[Any]], template=r"entries:\d+"):
    """A menu of questions. Its answers are private: several members may look through one menu."""

    @override
    async def act(self, interaction: "discord.Interaction[CaseBot]") -> None:
        found = _entry_pages(interaction, self.item.values[0])
        await show_privately(interaction, found or notice(GONE))


def _entry_pages(interaction: "discord.Interaction[CaseBot]", entry: str) -> list[Page] | None:
    """Answer an entry out of what is current now, which need not be what the control was made from."""
    answerer = interaction.client.live.current
    if entry not in answerer.base.entries:
        return None
    return reply_pages(answerer.entry(entry), answerer.base, asker=interaction.user.id, sign=interaction.client.sign)
